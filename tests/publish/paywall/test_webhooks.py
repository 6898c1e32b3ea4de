"""What the provider tells us, over the service and over HTTP, with real signatures of Stripe's."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.paywall import counting, fulfil, keys, orders, rights, service
from publish.paywall.http import Request, Response
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.ports import PaymentsDown, StoreDown
from tests.publish.paywall import house
from tests.publish.paywall.house import House
from tests.publish.paywall.test_fulfil import together
from tests.publish.paywall.tills import (
    KEY,
    OLD_SECRET,
    SECRET,
    FakeTill,
    SandboxTill,
    begun,
    body_of,
    contents,
    ledger,
    queued,
    signed,
)
from tests.publish.paywall.wire import Line

READER = "reader@example.test"


def post(shop: House, body: bytes, signature: str | None) -> Response:
    headers = {"content-type": "application/json", "host": "example.test"}
    if signature is not None:
        headers["stripe-signature"] = signature
    return shop.service(Request("POST", "/api/webhook", "", headers, body, "192.0.2.1"))


def event(shop: House, key: str = "evt_1", kind: str = "ping", **more: Any) -> bytes:
    thing = more.pop("thing", {"object": "ping", "id": "x"})
    return body_of(key, kind, thing, shop.clock(), **more)


def code_of(response: Response) -> str:
    return str(json.loads(response.body)["error"]["code"])


@pytest.fixture
def deaf_shop(
    tmp_path: Path, generation: Path, clock: house.MovableClock, line: Line
) -> Iterator[House]:
    """A house with Stripe's adapter and nobody at the other end: enough for signatures."""
    payments = StripePayments(KEY, (OLD_SECRET, SECRET), "http://127.0.0.1:9")
    made = house.world(tmp_path, generation=generation, payments=payments, clock=clock)
    with line.to(made.service) as wired:
        yield replace(made, service=wired)


# ---- signatures -------------------------------------------------------------------------------


def test_a_good_event_of_an_unknown_type_is_taken_and_noted(deaf_shop: House) -> None:
    body = event(deaf_shop, kind="something.new")
    answer = post(deaf_shop, body, signed(body, deaf_shop.clock()))
    assert (answer.status, answer.cache) == (200, "private, no-store")
    assert fulfil.seen(deaf_shop.world, "evt_1")


@pytest.mark.parametrize(
    "make",
    [
        lambda body, now: None,
        lambda body, now: "",
        lambda body, now: "garbled",
        lambda body, now: "t=,v1=",
        lambda body, now: "t=soon,v1=abc",
        lambda body, now: "v1=" + "0" * 64,
        lambda body, now: f"t={int(now.timestamp())}",
        lambda body, now: signed(body, now, scheme="v0"),
        lambda body, now: signed(body, now, "whsec_of_somebody_else"),
        lambda body, now: signed(body, now, ""),
        lambda body, now: signed(body + b" ", now),
        lambda body, now: signed(body, now).replace("v1=", "v1=é"),
        lambda body, now: signed(body, now).replace("t=", "t=٣"),
        lambda body, now: "签名",
        lambda body, now: signed(body, now)[:-1],
        lambda body, now: "," * 5000,
    ],
)
def test_a_signature_that_is_missing_or_wrong_is_malformed(deaf_shop: House, make: Any) -> None:
    body = event(deaf_shop)
    answer = post(deaf_shop, body, make(body, deaf_shop.clock()))
    assert (answer.status, code_of(answer)) == (400, "bad-request")
    assert not fulfil.seen(deaf_shop.world, "evt_1")


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(-301, 400), (-300, 200), (0, 200), (300, 200), (301, 400), (-(10**8), 400)],
)
def test_the_tolerance_has_two_sides(deaf_shop: House, seconds: int, status: int) -> None:
    body = event(deaf_shop)
    at = deaf_shop.clock() + timedelta(seconds=seconds)
    assert post(deaf_shop, body, signed(body, at)).status == status


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_of_a_rotation_are_valid(deaf_shop: House, secret: str) -> None:
    body = event(deaf_shop)
    assert post(deaf_shop, body, signed(body, deaf_shop.clock(), secret)).status == 200


def test_two_signatures_in_one_header_one_good_is_enough(deaf_shop: House) -> None:
    body, now = event(deaf_shop), deaf_shop.clock()
    header = signed(body, now, "whsec_other") + "," + signed(body, now).split(",")[1]
    assert post(deaf_shop, body, header).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"no json",
        b"[]",
        b'["event"]',
        b'"event"',
        b"null",
        b"12",
        b"{}",
        b'{"object": "event"}',
        b'{"object": "event", "id": "e", "type": "t", "created": 1, "livemode": false}',
        b'{"object":"event","id":"e","type":"t","created":1,"livemode":false,"data":{"object":[]}}',
        b'{"object":"event","id":"e","type":"t","created":"x","livemode":false,"data":{"object":{}}}',
        b'{"object":"list","id":"e","type":"t","created":1,"livemode":false,"data":{"object":{}}}',
        b'{"object":"event","id":"e","type":"t","created":1e400,"livemode":0,"data":{"object":{}}}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_a_well_signed_body_that_is_no_event_is_malformed(deaf_shop: House, body: bytes) -> None:
    answer = post(deaf_shop, body, signed(body, deaf_shop.clock()))
    assert (answer.status, code_of(answer)) == (400, "bad-request")


def test_a_huge_body_is_not_read(deaf_shop: House) -> None:
    body = event(deaf_shop, thing={"object": "ping", "text": "x" * service.LONGEST_WEBHOOK})
    assert post(deaf_shop, body, signed(body, deaf_shop.clock())).status == 413


def test_a_get_is_not_how(deaf_shop: House) -> None:
    assert deaf_shop.service(Request("GET", "/api/webhook")).status == 405


def test_a_site_without_payments_takes_none(tmp_path: Path, generation: Path) -> None:
    shop = house.world(tmp_path, generation=generation)
    assert post(shop, b"{}", "t=1,v1=1").status == 410


# ---- not ours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"livemode": True}, {"account": "acct_other"}])
def test_events_of_another_mode_or_account_are_counted_and_ignored(
    deaf_shop: House, more: dict[str, Any]
) -> None:
    thing = {"object": "checkout.session", "id": "cs_1"}
    body = event(deaf_shop, thing=thing, **more)
    assert post(deaf_shop, body, signed(body, deaf_shop.clock())).status == 200
    assert sum(counting.counted(deaf_shop.store, "foreign-event").values()) == 1
    assert not fulfil.seen(deaf_shop.world, "evt_1")


def test_an_event_that_names_our_own_account_is_ours(
    tmp_path: Path, generation: Path, clock: house.MovableClock
) -> None:
    payments = StripePayments(KEY, (SECRET,), "http://127.0.0.1:9", account="acct_ours")
    shop = house.world(tmp_path, generation=generation, payments=payments, clock=clock)
    body = event(shop, account="acct_ours")
    assert post(shop, body, signed(body, clock())).status == 200
    assert fulfil.seen(shop.world, "evt_1")


def test_another_shop_in_the_same_account_makes_no_members(
    stripe_shop: House, sandbox: SandboxTill
) -> None:
    v1 = sandbox.payments.client.v1
    other = v1.products.create({"name": "Another shop"})
    price = v1.prices.create({"product": other["id"], "currency": "usd", "unit_amount": 500})
    session = v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": price["id"], "quantity": 1}],
            "success_url": "https://another.example/",
            "customer_creation": "always",
        }
    )
    sandbox.pay(session["id"], READER)
    replay(stripe_shop, sandbox, all_events(sandbox))
    assert stripe_shop.store.query(keys.PEOPLE) == []
    assert sum(counting.counted(stripe_shop.store, "foreign-product").values()) >= 1


# ---- trouble ----------------------------------------------------------------------------------


def test_while_the_provider_is_down_the_event_is_asked_for_again(
    shop: House, till: FakeTill
) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    body = event(shop, thing={"references": [order.reference]})
    till.payments.down = True
    assert post(shop, body, "good").status == 503
    assert not fulfil.seen(shop.world, "evt_1")
    till.payments.down = False
    assert post(shop, body, "good").status == 200
    assert orders.find(shop.store, order.id).state == "paid"  # type: ignore[union-attr]


def test_nobody_at_stripes_end_is_down_not_an_error(deaf_shop: House) -> None:
    body = event(deaf_shop, thing={"object": "charge", "id": "ch_1"})
    assert post(deaf_shop, body, signed(body, deaf_shop.clock())).status == 503
    with pytest.raises(PaymentsDown):
        deaf_shop.world.payments.purchase("cs_1")  # type: ignore[union-attr]


def test_a_store_that_is_down_asks_for_the_event_again(
    shop: House, till: FakeTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    body = event(shop, thing={"references": [order.reference]})

    def down(*operations: Any) -> None:
        raise StoreDown("no")

    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "write", down)
        assert post(shop, body, "good").status == 503
    assert post(shop, body, "good").status == 200
    assert orders.find(shop.store, order.id).state == "paid"  # type: ignore[union-attr]


@pytest.mark.parametrize("why", ["signature", "provider", "store", "bug"])
def test_each_webhook_that_fails_is_one_line_of_the_log(
    shop: House,
    till: FakeTill,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An alarm counts these lines, whatever went wrong; a good one writes none."""
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    body = event(shop, thing={"references": [order.reference]})
    till.payments.down = why == "provider"
    kinds = {"store": StoreDown(READER), "bug": ZeroDivisionError(READER)}
    if why in kinds:

        def fails(*_: Any) -> None:
            raise kinds[why]

        monkeypatch.setattr(fulfil, "sync", fails)
    status = post(shop, body, "bad" if why == "signature" else "good").status
    assert status == {"signature": 400, "bug": 500}.get(why, 503)
    lines = [each.getMessage() for each in caplog.records if "webhook-failed" in each.getMessage()]
    assert len(lines) == 1
    assert lines[0].startswith("inkstead webhook-failed: ")
    assert READER not in lines[0]
    caplog.clear()
    monkeypatch.undo()
    till.payments.down = False
    assert post(shop, body, "good").status == 200
    assert "webhook-failed" not in caplog.text


def test_a_death_between_two_purchases_of_one_event_is_made_good(
    shop: House, till: FakeTill
) -> None:
    made = [begun(shop, shop.browser()), begun(shop, shop.browser(), "pass-year", "walled")]
    for order in made:
        till.pay(order.reference, READER)
    body = event(shop, thing={"references": [each.reference for each in made]})
    till.payments.before_answer = lambda reference: (
        setattr(till.payments, "down", True) if reference == made[0].reference else None
    )
    assert post(shop, body, "good").status == 503
    till.payments.down, till.payments.before_answer = False, None
    assert post(shop, body, "good").status == 200
    assert {orders.find(shop.store, each.id).state for each in made} == {"paid"}  # type: ignore[union-attr]


# ---- twice, at once, in any order -------------------------------------------------------------


def test_the_same_event_twenty_times_at_once_is_one(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    body = event(shop, thing={"references": [order.reference]})
    assert {each.status for each in together(20, lambda _: post(shop, body, "good"))} == {200}
    known = orders.find(shop.store, order.id)
    assert known
    assert len(ledger(shop, known.person)) == 1
    assert len(queued(shop.store)) == 1


def test_an_event_that_was_dealt_with_is_not_fetched_again(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    body = event(shop, thing={"references": [order.reference]})
    post(shop, body, "good")
    till.payments.calls.clear()
    assert post(shop, body, "good").status == 200
    assert till.payments.calls == []


def all_events(sandbox: SandboxTill) -> list[dict[str, Any]]:
    with sandbox.state.change() as books:
        return [dict(each) for each in books.all("event")]


def replay(shop: House, sandbox: SandboxTill, events: list[dict[str, Any]]) -> None:
    for each in events:
        body = json.dumps(each).encode()
        answer = post(shop, body, signed(body, shop.clock()))
        assert answer.status == 200, (each["type"], answer.body)


def _moves(sandbox: SandboxTill, days: int) -> None:
    from publish.sandbox import life

    sandbox.clock.move(days=days)  # type: ignore[attr-defined]
    with life.today(sandbox.state):
        pass


def _a_disputed_item(sandbox: SandboxTill, reference: str) -> str:
    sandbox.pay(reference, READER)
    sandbox.refund(reference, 500)
    sandbox.dispute(reference)
    sandbox.settle(reference, "lost")
    return "revoked"


def _a_refunded_item(sandbox: SandboxTill, reference: str) -> str:
    sandbox.pay(reference, READER)
    sandbox.refund(reference, 500)
    sandbox.refund(reference)
    return "revoked"


def _a_pass_that_comes_later(sandbox: SandboxTill, reference: str) -> str:
    sandbox.pay(reference, READER, "later")
    sandbox.arrive(reference)
    sandbox.refund(reference)
    sandbox.fail_refund(reference)
    return "ok"


def _a_membership_that_renews_and_is_disputed(sandbox: SandboxTill, reference: str) -> str:
    sandbox.pay(reference, READER)
    _moves(sandbox, 40)
    sandbox.dispute(reference)
    return "held"


def _a_membership_that_is_cancelled(sandbox: SandboxTill, reference: str) -> str:
    sandbox.pay(reference, READER)
    found = sandbox.payments.purchase(reference)
    sandbox.payments.cancel(found.subscription.id)
    _moves(sandbox, 40)
    return "ok"


LIVES = {
    "disputed item": ("course", _a_disputed_item),
    "item refunded in parts": ("course", _a_refunded_item),
    "later pass": ("pass-year", _a_pass_that_comes_later),
    "disputed membership": ("membership-year", _a_membership_that_renews_and_is_disputed),
    "cancelled membership": ("membership-year", _a_membership_that_is_cancelled),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", list(LIVES))
def test_a_whole_life_of_stripes_events_in_any_order_ends_in_one_state(
    stripe_shop: House, sandbox: SandboxTill, name: str, seed: int
) -> None:
    offer, lives = LIVES[name]
    order = begun(stripe_shop, stripe_shop.browser(), offer, "walled")
    state = lives(sandbox, order.reference)
    events = all_events(sandbox)
    assert len(events) >= 4
    told = [*events, *events]
    random.Random(seed).shuffle(told)
    replay(stripe_shop, sandbox, told)
    found, someone, grants, receipts = contents(stripe_shop.store, order.id)
    assert (found.state, someone.mail) == ("paid", READER)
    (grant,) = grants
    assert grant.state == state
    assert len(receipts) == 1
    purchase = sandbox.payments.purchase(order.reference)
    assert grant.subscription == purchase.subscription
    assert (found.refunded, found.dispute) == (purchase.refunded, purchase.dispute)


@pytest.mark.parametrize("offer", ["course", "membership-year"])
@pytest.mark.parametrize(
    "kind", ["charge", "payment_intent", "dispute", "refund", "invoice", "checkout.session"]
)
def test_each_kind_of_event_alone_finds_its_purchase(
    stripe_shop: House, sandbox: SandboxTill, offer: str, kind: str
) -> None:
    order = begun(stripe_shop, stripe_shop.browser(), offer, "walled")
    sandbox.pay(order.reference, READER)
    if kind == "refund":
        sandbox.refund(order.reference, 1)
    if kind == "dispute":
        sandbox.dispute(order.reference)
    found = [each for each in all_events(sandbox) if each["data"]["object"]["object"] == kind]
    if not found:
        assert (offer, kind) == ("course", "invoice")
        return
    replay(stripe_shop, sandbox, [found[-1]])
    assert orders.find(stripe_shop.store, order.id).state == "paid"  # type: ignore[union-attr]


def test_a_subscriptions_event_may_come_before_the_checkouts(
    stripe_shop: House, sandbox: SandboxTill
) -> None:
    order = begun(stripe_shop, stripe_shop.browser(), "membership-year", "walled")
    sandbox.pay(order.reference, READER)
    events = {each["type"]: each for each in all_events(sandbox)}
    replay(stripe_shop, sandbox, [events["customer.subscription.created"]])
    known = orders.find(stripe_shop.store, order.id)
    assert known
    assert (known.state, known.reference) == ("paid", order.reference)


def test_a_subscription_that_began_elsewhere_is_adopted(
    stripe_shop: House, sandbox: SandboxTill
) -> None:
    with sandbox.state.change() as books:
        from publish.sandbox import goods, subscribing
        from publish.sandbox.money import Payer

        old = books.put(goods.product(books, {"name": "Before", "id": "prod_before"}))
        params = {
            "product": old["id"],
            "currency": "usd",
            "unit_amount": 500,
            "recurring": {"interval": "month"},
        }
        price = books.put(goods.price(books, params), more={"currency_options": {}})
        who = books.put(goods.customer(books, {"email": READER}))
        subscribing.begin(books, subscribing.Wish(price, "usd", "", {}), Payer(READER, who["id"]))
    events = all_events(sandbox)
    replay(stripe_shop, sandbox, [*events, *reversed(events)])
    (person,) = stripe_shop.store.query(keys.PEOPLE)
    (grant,) = ledger(stripe_shop, person.key).values()
    assert (grant.product, grant.state) == ("membership", "ok")
    assert rights.rights([grant], stripe_shop.clock())["membership"].open


# ---- over HTTP --------------------------------------------------------------------------------


@pytest.fixture
def address(stripe_shop: House, line: Line) -> str:
    return f"http://127.0.0.1:{line.port}/api/webhook"


def test_stripes_deliveries_over_http_open_what_was_bought(
    stripe_shop: House, sandbox: SandboxTill, address: str
) -> None:
    from publish.sandbox import webhooks

    with sandbox.state.change() as books:
        webhooks.register(books, address, SECRET, "paywall")
    order = begun(stripe_shop, stripe_shop.browser(), "membership-year", "walled")
    sandbox.pay(order.reference, READER)
    for _ in itertools.takewhile(bool, (webhooks.deliver(sandbox.state) for _ in range(20))):
        pass
    known = orders.find(stripe_shop.store, order.id)
    assert known
    assert known.state == "paid"
    assert rights.rights(ledger(stripe_shop, known.person).values(), stripe_shop.clock())[
        "membership"
    ].open


def test_forged_deliveries_over_http_are_refused(
    stripe_shop: House, sandbox: SandboxTill, address: str
) -> None:
    from publish.sandbox.webhooks import over_http, signature

    body = event(stripe_shop)
    now = int(stripe_shop.clock().timestamp())
    told = over_http(address, body, {"Stripe-Signature": signature("whsec_forged", body, now)})
    assert told == 400
    assert over_http(address, body, {"Stripe-Signature": signature(SECRET, body, now)}) == 200
