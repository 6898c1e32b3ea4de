"""`inkstead events` against the sandbox: what was missed is made good, and nothing else touched."""

import pytest

from publish.paywall import keys, orders, people, rights
from publish.paywall.ports import PaymentsDown, Put
from publish.sandbox import money, subscribing
from tests.publish.commands.shop import make_shop

LIN = "lin@example.test"
MEI = "mei@example.test"


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "site", stocked=True)


def ledger(shop, mail):
    with shop.desk() as desk:
        store = desk.world.store
        person = people.find_by_mail(store, mail)
        lines = store.query(keys.person(person.id), keys.grant("")) if person else ()
        return {line.key: line.value for line in lines}


def happened(shop, kind):
    """Return the id of the last event of a kind."""
    with shop.books() as books:
        return next(each["id"] for each in books.all("event") if each["type"] == kind)


def refund_at_stripe(shop, order):
    with shop.books() as books:
        payment = books.get("payment_intent", order.payment)
        money.refund(books, books.get("charge", payment["latest_charge"]), None)


# ---- replay -----------------------------------------------------------------------------------


def test_an_event_that_was_missed_is_dealt_with_and_a_second_time_changes_nothing(shop):
    order = shop.buy(LIN, "course", tell=False)
    assert shop.opens(LIN) == set()
    event = happened(shop, "checkout.session.completed")
    first = shop.json("events", "replay", event)
    [change] = first["changes"]
    assert change["order"] == order.id
    assert {"field": "order.state", "was": "open", "now": "paid"} in change["changed"]
    assert shop.opens(LIN) == {"course"}
    before = ledger(shop, LIN)
    assert shop.json("events", "replay", event)["changes"] == []
    assert ledger(shop, LIN) == before


def test_events_since_a_time_are_dealt_with(shop):
    shop.buy(LIN, "course", tell=False)
    shop.buy(MEI, "membership-year", tell=False)
    out = shop.ok("events", "replay", "--since", "2020-01-01")
    assert out.splitlines()[-1].endswith("2 repaired")
    assert (shop.opens(LIN), shop.opens(MEI)) == ({"course"}, {"membership"})
    assert "all as Stripe tells it" in shop.ok("events", "replay", "--since", "2020-01-01")


def test_only_events_that_did_not_arrive_are_asked_for(shop):
    shop.buy(LIN, "course", tell=False)
    with shop.books() as books:
        for each in books.all("event"):
            books.put(each | {"pending_webhooks": 0})
    assert shop.json("events", "replay", "--failed")["events"] == []


def test_an_event_that_is_not_ours_changes_nothing(shop):
    with shop.desk(payments=True) as desk:
        desk.stripe().create("product", {"name": "somebody else's"})
    assert shop.json("events", "replay", happened(shop, "product.created"))["changes"] == []


@pytest.mark.parametrize(
    "arguments", [(), ("evt_1", "--failed"), ("--since", "soon"), ("evt_nowhere",)]
)
def test_what_cannot_be_meant_is_refused(shop, arguments):
    ran = shop.run("events", "replay", *arguments)
    assert ran.code == 2
    assert ran.err


# ---- reconcile --------------------------------------------------------------------------------


def test_where_nothing_differs_nothing_is_written(shop):
    shop.buy(LIN, "course")
    shop.buy(MEI, "membership-year")
    before = ledger(shop, LIN), ledger(shop, MEI)
    out = shop.process("events", "reconcile").out
    assert out.splitlines() == [
        "sandbox · sqlite .inkstead/sandbox/service.sqlite",
        "2 purchases: all as Stripe tells it",
    ]
    assert (ledger(shop, LIN), ledger(shop, MEI)) == before


def test_who_is_still_at_the_checkout_is_no_drift(shop):
    shop.buy(LIN, "course", tell=False)
    with shop.books() as books:
        [session] = books.all("checkout.session")
        books.put(session | {"status": "open", "payment_status": "unpaid"})
    told = shop.json("events", "reconcile")
    assert (told["purchases"], told["changes"]) == (1, [])


def test_drift_is_named_and_repaired_once(shop):
    bought = shop.buy(LIN, "course")
    member = shop.buy(MEI, "membership-year")
    refund_at_stripe(shop, bought)
    with shop.books() as books:
        subscribing.end(books, books.get("subscription", member.subscription))
    told = shop.json("events", "reconcile")
    changed = {each["order"]: each["changed"] for each in told["changes"]}
    assert {"field": "order.refunded", "was": "0", "now": "29900"} in changed[bought.id]
    fields = {each["field"]: each["now"] for each in changed[member.id]}
    assert fields["grant.subscription.status"] == "canceled"
    assert (shop.opens(LIN), shop.opens(MEI)) == (set(), set())
    assert shop.json("events", "reconcile")["changes"] == []


def test_a_plan_names_the_drift_and_leaves_it(shop):
    order = shop.buy(LIN, "course")
    refund_at_stripe(shop, order)
    out = shop.ok("events", "reconcile", "--plan")
    assert f"{order.number} {LIN}: " in out
    assert "order.refunded 0 → 29900" in out
    assert out.splitlines()[-1] == "1 purchase: 1 differs"
    assert shop.opens(LIN) == {"course"}
    assert len(shop.json("events", "reconcile", "--plan")["changes"]) == 1


def test_gifts_codes_and_imports_are_never_touched(shop):
    order = shop.buy(LIN, "course")
    shop.ok("readers", "grant", LIN, "membership", "--days", "30")
    (shop.folder / "in.csv").write_text(f"mail,product,until\n{LIN},pass,2099-01-01\n")
    shop.ok("readers", "import", "in.csv")
    mine = keys.grant(order.id)
    before = {key: value for key, value in ledger(shop, LIN).items() if key != mine}
    refund_at_stripe(shop, order)
    shop.ok("events", "reconcile")
    after = ledger(shop, LIN)
    assert after.pop(mine)["state"] == "revoked"
    assert after == before
    assert shop.opens(LIN) == {"membership", "pass"}


def test_a_grant_that_got_lost_comes_back(shop):
    order = shop.buy(LIN, "course")
    with shop.desk() as desk:
        from publish.paywall.ports import Delete

        desk.world.store.write(Delete(keys.person(order.person), keys.grant(order.id)))
    assert shop.opens(LIN) == set()
    shop.ok("events", "reconcile")
    assert shop.opens(LIN) == {"course"}


def test_a_grant_that_somebody_changed_by_hand_is_as_stripe_tells_it_again(shop):
    order = shop.buy(LIN, "membership-year")
    with shop.desk() as desk:
        place = keys.person(order.person), keys.grant(order.id)
        line = desk.world.store.get(*place)
        grant = rights.read_grant(line.value)
        value = rights.grant_value(grant) | {"state": "revoked"}
        desk.world.store.write(Put(*place, value))
    assert shop.opens(LIN) == set()
    [change] = shop.json("events", "reconcile")["changes"]
    assert change["changed"] == [{"field": "grant.state", "was": "revoked", "now": "ok"}]
    assert shop.opens(LIN) == {"membership"}


def test_one_purchase_that_cannot_be_looked_at_stops_no_other(shop, monkeypatch):
    from publish.paywall.payments.stripe_api import StripePayments

    lost = shop.buy(LIN, "course", tell=False)
    shop.buy(MEI, "pass-year", tell=False)
    real = StripePayments.purchase

    def sometimes(self, reference):
        if reference == lost.reference:
            raise PaymentsDown("timeout")
        return real(self, reference)

    monkeypatch.setattr(StripePayments, "purchase", sometimes)
    ran = shop.run("events", "reconcile")
    assert ran.code == 1
    assert f"{lost.reference}: could not be looked at (timeout); try again" in ran.out
    assert (shop.opens(LIN), shop.opens(MEI)) == (set(), {"pass"})


def test_it_speaks_chinese(shop):
    order = shop.buy(LIN, "course")
    assert "1 笔购买：都与 Stripe 一致" in shop.ok("events", "reconcile", "--lang", "zh")
    with shop.desk() as desk:
        assert orders.find(desk.world.store, order.id)
    assert "没有“evt_x”这个事件" in shop.run("events", "replay", "evt_x", "--lang=zh").err
