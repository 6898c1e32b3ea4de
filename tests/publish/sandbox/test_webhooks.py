"""Webhooks over real HTTP: signed so that stripe verifies them, and all the ways they go wrong."""

import http.server
import json
import threading

import pytest
import stripe

from publish.sandbox import deliveries, life, webhooks
from publish.sandbox.deliveries import WAITS
from tests.publish.sandbox.shop import later

SECRET = "whsec_test_secret"


class Hook(http.server.ThreadingHTTPServer):
    """Takes webhooks, keeps them, and answers what it was told to answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.took, self.answers = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/api/webhook"

    @property
    def mails(self):
        return [json.loads(body)["data"]["object"]["email"] for body, _ in self.took]


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.took.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hook():
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listening(state, hook):
    with state.change() as books:
        webhooks.register(books, hook.url, SECRET, "test")
    return hook


def mode(state, name):
    with state.change() as books:
        books.setting("mode", name)


def event_ids(state):
    with state.change() as books:
        return [each["id"] for each in books.all("event")]


def states(state, event):
    with state.change() as books:
        return [name for name, _tries, _status in deliveries.of_event(books, event)]


def test_an_event_arrives_signed_for_now(client, state, listening):
    client.v1.customers.create({"email": "a@example.com"})
    assert webhooks.deliver(state) == 1
    body, signature = listening.took[0]
    event = stripe.Webhook.construct_event(body, signature, SECRET, tolerance=None)
    assert event.type == "customer.created"
    assert signature.startswith(f"t={int(state.now())},")
    assert states(state, event.id) == ["done"]
    assert client.v1.events.retrieve(event.id).pending_webhooks == 0
    assert webhooks.deliver(state) == 0


def test_only_wanted_events_are_sent(client, state, hook):
    client.v1.webhook_endpoints.create({"url": hook.url, "enabled_events": ["product.created"]})
    client.v1.customers.create({})
    client.v1.products.create({"name": "x"})
    webhooks.deliver(state)
    assert [json.loads(body)["type"] for body, _ in hook.took] == ["product.created"]


def test_doubled_events_arrive_twice(client, state, listening):
    mode(state, "doubled")
    client.v1.customers.create({"email": "a@example.com"})
    webhooks.deliver(state)
    assert listening.mails == ["a@example.com", "a@example.com"]


def test_delayed_events_arrive_an_hour_later(client, state, listening):
    mode(state, "delayed")
    client.v1.customers.create({"email": "a@example.com"})
    assert webhooks.deliver(state) == 0
    later(state, 1 / 23)
    assert webhooks.deliver(state) == 1


def test_reordered_events_arrive_the_wrong_way_round(client, state, listening, time):
    mode(state, "reordered")
    for name in "abc":
        client.v1.customers.create({"email": f"{name}@example.com"})
    assert webhooks.deliver(state) == 0
    time.at += deliveries.HELD
    webhooks.deliver(state)
    assert listening.mails == ["c@example.com", "b@example.com", "a@example.com"]


def test_dropped_events_never_arrive_but_may_be_replayed(client, state, listening):
    mode(state, "dropped")
    client.v1.customers.create({"email": "a@example.com"})
    later(state, 4)
    assert webhooks.deliver(state) == 0
    with life.today(state) as books:
        assert deliveries.replay(books, books.all("event")[0]["id"]) == 1
    assert webhooks.deliver(state) == 1
    assert listening.mails == ["a@example.com"]


def test_a_forged_event_comes_before_the_real_one(client, state, listening):
    mode(state, "forged")
    listening.answers = [400, 200]
    client.v1.customers.create({"email": "a@example.com"})
    webhooks.deliver(state)
    forged, real = listening.took
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(*forged, SECRET, tolerance=None)
    assert stripe.Webhook.construct_event(*real, SECRET, tolerance=None)
    later(state, 5)
    assert webhooks.deliver(state) == 0, "a forged event that was refused is not tried again"


def test_an_event_that_was_not_taken_is_sent_again_after_growing_waits(client, state, listening):
    listening.answers = [503] * (len(WAITS) - 1)
    client.v1.customers.create({"email": "a@example.com"})
    assert webhooks.deliver(state) == 1
    for wait in WAITS[:-1]:
        later(state, (wait - 2) / 86400)
        assert webhooks.deliver(state) == 0
        later(state, 3 / 86400)
        assert webhooks.deliver(state) == 1
    assert len(listening.took) == len(WAITS)
    assert states(state, event_ids(state)[0]) == ["done"]


def test_an_event_that_is_never_taken_fails_in_the_end(client, state, listening):
    listening.answers = [500] * 99
    client.v1.customers.create({"email": "a@example.com"})
    for _ in range(20):
        webhooks.deliver(state)
        later(state, 1)
    assert len(listening.took) == len(WAITS) + 1
    assert states(state, event_ids(state)[0]) == ["failed"]


def test_nobody_at_home_is_a_try_that_failed(client, state, hook):
    with state.change() as books:
        webhooks.register(books, "http://127.0.0.1:9/none", SECRET, "test")
    client.v1.customers.create({"email": "a@example.com"})
    assert webhooks.deliver(state) == 1
    assert states(state, event_ids(state)[0]) == ["waiting"]


@pytest.mark.parametrize("url", ["https://example.com/hook", "http://127.0.0.1.evil.example/"])
def test_nothing_is_sent_to_another_machine(client, state, url):
    client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    client.v1.customers.create({})
    asked = []
    webhooks.deliver(state, lambda *given: asked.append(given) or 200)
    assert asked == []


def test_registering_again_moves_the_address(state, hook):
    with state.change() as books:
        webhooks.register(books, "http://127.0.0.1:1/", SECRET, "preview")
        webhooks.register(books, hook.url, SECRET, "preview")
        assert [each["url"] for each in books.all("webhook_endpoint")] == [hook.url]


def test_two_who_deliver_at_once_send_each_event_once(client, state, listening):
    for n in range(20):
        client.v1.customers.create({"email": f"{n}@example.com"})
    threads = [threading.Thread(target=webhooks.deliver, args=(state,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(listening.mails) == sorted(f"{n}@example.com" for n in range(20))
