"""The whole life beside the preview: a reader buys, reads, is refunded, all over HTTP."""

from __future__ import annotations

import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from publish.contract.manifest import load
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_requests import SANDBOX_KEY
from publish.preview import dress, life
from publish.preview.app import Preview
from publish.preview.life import Catalogue, Payer, living, payer
from publish.preview.server import bind, running
from publish.preview.stage import Scene, Stage
from publish.sandbox.deliveries import MODES
from publish.sandbox.running import running as sandbox
from publish.sandbox.state import State
from publish.trouble import WrongUsage

PATIENCE = 30.0


# ---- who takes the payments ----


@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc"])
def test_a_live_key_is_refused(key):
    with pytest.raises(WrongUsage, match="live key"):
        payer({"STRIPE_SECRET_KEY": key})


@pytest.mark.parametrize("key", ["pk_test_51abc", "whsec_x", "something"])
def test_what_is_no_key_of_test_mode_is_refused(key):
    with pytest.raises(WrongUsage, match="no key of Stripe's test mode"):
        payer({"STRIPE_SECRET_KEY": key})


@pytest.mark.parametrize(
    "address", ["https://api.stripe.com", "http://127.0.0.1.evil.example", "http://10.0.0.1:1"]
)
def test_a_sandbox_that_is_not_on_this_machine_is_refused(address):
    with pytest.raises(WrongUsage, match="not on this machine"):
        payer({"STRIPE_API": address})


def test_without_a_key_or_with_the_sandboxs_it_is_the_sandbox():
    assert payer({}) == payer({"STRIPE_SECRET_KEY": SANDBOX_KEY}) == Payer("sandbox")
    assert payer({"STRIPE_API": "http://127.0.0.1:8000/_sandbox/stripe"}).mode == "sandbox"


def test_a_test_key_is_stripes_test_mode_with_its_webhook_secrets():
    told = {"STRIPE_SECRET_KEY": "sk_test_51abc", "STRIPE_WEBHOOK_SECRETS": "whsec_a, whsec_b"}
    assert payer(told) == Payer("test", "sk_test_51abc", ("whsec_a", "whsec_b"))
    assert "51abc" not in repr(payer(told))


def test_links_lead_where_the_applications_are():
    assert dress.MAILS == life.MAILS
    assert dress.MAGNETS == life.MAGNETS
    assert dress.PANEL == life.SANDBOX


# ---- over HTTP ----


@dataclass
class Answer:
    status: int
    headers: object
    text: str

    @property
    def location(self):
        return self.headers["Location"] or ""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Reader:
    """A browser without JavaScript: keeps cookies, sends Origin and Referer, follows nothing."""

    def __init__(self, base, agent="Mozilla/5.0"):
        self.base, self.agent = base, agent
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            _Stay, urllib.request.HTTPCookieProcessor(self.jar)
        )

    def ask(self, path, form=None, **headers):
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        given = {"User-Agent": self.agent, "Accept": "text/html"}
        given |= {"Origin": self.base} if body is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, body, given)
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    def eventually(self, true):
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture(scope="module")
def base(demo, tmp_path_factory):
    """Return the address of the demo's preview with its whole life."""
    server = bind(0)
    origin = f"http://127.0.0.1:{server.server_port}"
    folder = tmp_path_factory.mktemp("sandbox")
    stage = Stage(Scene("good-1", built=True, good=True))
    with living(folder, demo, origin, Payer("sandbox")) as running_life:
        app = Preview(demo, stage, "en", server.server_port, running_life.mounts)
        with running(server, app):
            running_life.built()
            yield origin
    assert {p.stat().st_mode & 0o77 for p in folder.iterdir() if p.is_file()} == {0}


@pytest.fixture
def reader(base):
    return Reader(base)


@pytest.fixture(scope="module")
def post(demo):
    """Return a post that a pass opens: its id and address."""
    manifest = load(demo / "manifest.json")
    return next(
        (key, found.url)
        for key, found in manifest.posts.items()
        if found.premium and "pass-year" in found.offers and found.lang == "zh-Hans"
    )


def buy(reader, post, offer, pay="card-works", mail="reader@example.com"):
    """Buy as far as the page that Stripe leads back to; return its address."""
    begun = reader.ask(
        "/api/checkout", {"offer": offer, "post": post[0]}, Referer=reader.base + post[1]
    )
    assert begun.status == 303, begun.text
    assert "/_sandbox/checkout/" in begun.location
    page = reader.ask(begun.location)
    assert "测试，不会扣款" in page.text
    paid = reader.ask(begun.location, {"mail": mail, "pay": pay})
    assert paid.status == 303
    return paid.location


def take(reader, back):
    """Press the button of the page that Stripe leads back to."""
    page = reader.ask(back)
    assert page.status == 200
    order = re.search(r'name="order"[^>]*value="([^"]+)"', page.text)[1]
    return reader.ask("/api/return", {"order": order}, Referer=back)


def read(reader, post):
    return reader.ask(f"/api/read/{quote(post[0], safe='/')}").status


def test_a_reader_buys_comes_back_and_reads_until_the_refund(reader, post):
    assert read(reader, post) == 402
    answer = take(reader, buy(reader, post, "pass-year"))
    assert answer.status == 303
    assert answer.location.endswith("#ink-premium")
    assert read(reader, post) == 200
    panel = reader.ask("/_sandbox/").text
    charge = re.search(r'value="(ch_\w+)"', panel)[1]
    assert reader.ask("/_sandbox/", {"id": charge, "do": "refund"}).status == 303
    reader.eventually(lambda: read(reader, post) == 402)


def test_the_receipt_lies_in_the_mailbox(reader, post):
    take(reader, buy(reader, post, "pass-quarter", mail="receipt@example.com"))
    reader.eventually(lambda: "receipt@example.com" in reader.ask("/_mail/").text)
    page = reader.ask("/_mail/")
    key = re.search(r'receipt@example\.com</td><td><a href="(/_mail/[^"]+)"', page.text)[1]
    letter = reader.ask(key)
    assert 'sandbox="allow-top-navigation' in letter.text
    assert f'<a href="{reader.base}/' in letter.text
    assert '<base target="_top">' in reader.ask(f"{key}/html").text


def test_money_that_comes_later_opens_when_the_clock_has_moved(base, post):
    reader = Reader(base)
    take(reader, buy(reader, post, "pass-quarter", "alipay-later", "later@example.com"))
    assert read(reader, post) == 402
    reader.ask("/_sandbox/", {"do": "day"})
    reader.eventually(lambda: read(reader, post) == 200)


@pytest.mark.parametrize("mode", MODES)
def test_however_webhooks_arrive_who_comes_back_reads_and_gets_one_receipt(base, post, mode):
    reader, mail = Reader(base), f"{mode}@example.com"
    reader.ask("/_sandbox/", {"do": "mode", "mode": mode})
    take(reader, buy(reader, post, "pass-quarter", mail=mail))
    assert read(reader, post) == 200
    reader.ask("/_sandbox/", {"do": "mode", "mode": "normal"})
    reader.ask("/_sandbox/", {"do": "day"})
    reader.eventually(lambda: mail in reader.ask("/_mail/").text)
    reader.eventually(lambda: ">0 waiting<" in reader.ask("/_sandbox/").text)
    assert reader.ask("/_mail/").text.count(mail) == 1
    assert read(reader, post) == 200


def test_a_membership_is_told_by_webhook_even_when_nobody_comes_back(base, post):
    away = Reader(base)
    buy(away, post, "membership-month", mail="away@example.com")
    away.eventually(lambda: "away@example.com" in away.ask("/_mail/").text)


def test_pages_lead_to_mails_and_sandbox_and_parts_of_pages_do_not(reader, post):
    for path in ("/", "/api/sign-in"):
        text = reader.ask(path).text
        assert text.count('<nav id="inkstead-life"') == 1, path
        assert 'href="/_mail/"' in text
    take(reader, buy(reader, post, "pass-quarter", mail="links@example.com"))
    fragment = reader.ask(f"/api/read/{quote(post[0], safe='/')}")
    assert fragment.status == 200
    assert "inkstead-life" not in fragment.text


def test_another_name_of_this_machine_moves_to_the_one_name(base):
    port = base.rpartition(":")[2]
    reader = Reader(f"http://localhost:{port}")
    answer = reader.ask("/?x=1")
    assert (answer.status, answer.location) == (307, f"{base}/?x=1")


@pytest.mark.parametrize("path", ["/api/checkout", "/_sandbox/", "/_sandbox/stripe/v1/customers"])
def test_another_sites_page_may_do_nothing(reader, path):
    assert reader.ask(path, {"x": "1"}, Origin="http://evil.example").status == 403
    assert reader.ask(path, {"x": "1"}, Host="evil.example").status == 421


def test_the_mailbox_only_shows(reader):
    assert reader.ask("/_mail/", {"x": "1"}).status == 405
    assert reader.ask("/_mail/nothing").status == 404


def test_what_lead_magnets_bring_is_shown_and_only_shown(reader):
    answer = reader.ask("/_magnets/")
    assert answer.status == 200
    assert 'class="test"' in answer.text
    assert reader.ask("/_magnets/", {"x": "1"}).status == 405


def test_a_preview_on_another_port_takes_over_what_was_bought(demo, tmp_path, post):
    """The state outlives the preview; webhooks follow to the new address."""
    before = threading.active_count()
    for number in range(2):
        server = bind(0)
        origin = f"http://127.0.0.1:{server.server_port}"
        stage = Stage(Scene("good-1", built=True, good=True))
        with living(tmp_path / "sandbox", demo, origin, Payer("sandbox")) as running_life:
            app = Preview(demo, stage, "en", server.server_port, running_life.mounts)
            with running(server, app):
                reader = Reader(origin)
                if number == 0:
                    running_life.built()
                    take(reader, buy(reader, post, "pass-year"))
                panel = reader.ask("/_sandbox/").text
                assert len(re.findall(r"<td>[^<]*reader@example.com</td>", panel)) == 1
    assert threading.active_count() < before + 12


def test_another_price_is_sold_as_soon_as_it_is_built(demo, tmp_path):
    """The preview gives the sandbox another price, and archives the one that was."""
    folder = tmp_path / "generation"
    folder.mkdir()
    manifest = folder / "manifest.json"
    manifest.write_bytes((demo / "manifest.json").read_bytes())
    server = bind(0)
    origin = f"http://127.0.0.1:{server.server_port}"
    stage = Stage(Scene("good-1", built=True, good=True))
    with living(tmp_path / "sandbox", folder, origin, Payer("sandbox")) as running_life:
        app = Preview(folder, stage, "en", server.server_port, running_life.mounts)
        with running(server, app):
            client = StripePayments(SANDBOX_KEY, None, api_base=f"{origin}/_sandbox/stripe").client
            running_life.built()
            before = active(client)
            running_life.built()
            assert active(client) == before
            manifest.write_text(manifest.read_text().replace('"CNY": 36500', '"CNY": 39900'))
            running_life.built()
            after = active(client)
    assert before.keys() - after.keys()
    assert {before[key] for key in before.keys() - after.keys()} == {36500}
    assert {after[key] for key in after.keys() - before.keys()} == {39900}


def test_in_an_account_that_may_be_shared_nothing_is_archived(demo, tmp_path):
    """Stripe's test mode gets what it lacks; the prices that are there stay on sale."""
    folder = tmp_path / "generation"
    folder.mkdir()
    manifest = folder / "manifest.json"
    manifest.write_bytes((demo / "manifest.json").read_bytes())
    with sandbox(State(tmp_path / "stripe.sqlite")) as address:
        payments = StripePayments(SANDBOX_KEY, None, api_base=address)
        careful = Catalogue(folder, payments, careful=True)
        assert careful() == ""
        before = active(payments.client)
        manifest.write_text(manifest.read_text().replace('"CNY": 36500', '"CNY": 39900'))
        assert careful() == ""
        after = active(payments.client)
    assert before.items() < after.items()
    assert {after[key] for key in after.keys() - before.keys()} == {39900}


def test_a_provider_that_does_not_answer_is_said_and_asked_again(demo, tmp_path):
    payments = StripePayments(SANDBOX_KEY, None, api_base="http://127.0.0.1:9/stripe")
    catalogue = Catalogue(demo, payments)
    assert "127.0.0.1" in catalogue()
    with sandbox(State(tmp_path / "stripe.sqlite")) as address:
        again = Catalogue(demo, StripePayments(SANDBOX_KEY, None, api_base=address))
        assert again() == ""
    assert Catalogue(tmp_path, payments)() != ""


def active(client):
    found = client.v1.prices.list({"active": True, "limit": 100}).data
    return {each.lookup_key: each.unit_amount for each in found}


def test_in_test_mode_there_is_no_sandbox_to_lead_to(demo, tmp_path):
    with living(
        tmp_path, demo, "http://127.0.0.1:8000", Payer("test", "sk_test_51abc")
    ) as running_life:
        assert set(running_life.mounts) == {"/api/", "/_mail/", "/_magnets/"}
        assert not running_life.told_by_webhook
    assert not (tmp_path / "stripe.sqlite").exists()
    assert (tmp_path / "test.sqlite").exists()
