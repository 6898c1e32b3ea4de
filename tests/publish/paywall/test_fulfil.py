"""One function from what the provider says to what is owned: whenever, however often, at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish.paywall import counting, fulfil, keys, orders, people, rights
from publish.paywall.ports import Conflict, Operation, PaymentsDown, Purchase, StoreDown
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house
from tests.publish.paywall.house import House
from tests.publish.paywall.tills import (
    FakeTill,
    SandboxTill,
    all_orders,
    begun,
    contents,
    ledger,
    queued,
)

READER = "Reader@Example.test"


def open_now(shop: House, person: str, product: str) -> bool:
    found = rights.rights(ledger(shop, person).values(), shop.clock()).get(product)
    return bool(found and found.open)


def counts(shop: House, name: str) -> int:
    return sum(counting.counted(shop.store, name).values())


# ---- paid ---------------------------------------------------------------------------------------


def test_a_payment_makes_order_grant_person_pointers_and_one_receipt(
    shop: House, till: FakeTill
) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    paid = fulfil.sync(shop.world, order.reference)
    assert paid
    assert (paid.state, paid.mail, paid.amount, paid.currency) == ("paid", READER, 4500, "USD")
    someone = people.find_by_mail(shop.store, "reader@example.test")
    assert someone
    assert (someone.confirmed, someone.customer) == ("", paid.customer)
    assert paid.person == someone.id
    assert list(ledger(shop, someone.id)) == [order.id]
    assert open_now(shop, someone.id, "course")
    assert orders.find_by_reference(shop.store, paid.payment) == orders.find(shop.store, order.id)
    (letter,) = queued(shop.store)
    assert (letter["mail"], letter["to"], letter["lang"]) == ("receipt", someone.mail, "en")
    assert letter["values"]["number"] == order.number
    assert letter["values"]["price"] == "$45"
    assert letter["values"]["forever"] is True


def test_the_receipt_holds_nothing_that_was_typed(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, "win-a-prize@example.test")
    fulfil.sync(shop.world, order.reference)
    (letter,) = queued(shop.store)
    assert "prize" not in str(letter["values"])


def test_twice_is_once(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    fulfil.sync(shop.world, order.reference)
    first = shop.store.get(keys.order(order.id), keys.SELF)
    for _ in range(3):
        fulfil.sync(shop.world, order.reference)
    assert shop.store.get(keys.order(order.id), keys.SELF) == first
    assert len(queued(shop.store)) == 1


def test_who_was_signed_in_owns_it_whoever_paid(shop: House, till: FakeTill) -> None:
    member = shop.person("member@example.test")
    order = begun(shop, shop.signed_in(member))
    till.payments.open[order.reference] = replace(till.payments.open[order.reference], mail="")
    till.pay(order.reference, "mother@example.test")
    fulfil.sync(shop.world, order.reference)
    assert open_now(shop, member.id, "course")
    assert people.find_by_mail(shop.store, "mother@example.test") is None
    assert queued(shop.store)[0]["to"] == "mother@example.test"
    found = people.find(shop.store, member.id)
    assert found
    assert found.customer == f"cus_{order.reference}"


def test_a_customer_once_known_is_kept(shop: House, till: FakeTill) -> None:
    member = shop.person("member@example.test")
    shop.store.write(people.saving(replace(member, customer="cus_mine", version=1)))
    order = begun(shop, shop.browser())
    till.pay(order.reference, "member@example.test")
    fulfil.sync(shop.world, order.reference)
    found = people.find(shop.store, member.id)
    assert found
    assert found.customer == "cus_mine"


def test_a_strangers_payment_gives_a_confirmed_person_no_customer(
    shop: House, till: FakeTill
) -> None:
    for mail, confirmed in (("sure@example.test", True), ("payer@example.test", False)):
        person = shop.person(mail, confirmed=confirmed)
        order = begun(shop, shop.browser())
        till.pay(order.reference, mail)
        paid = fulfil.sync(shop.world, order.reference)
        assert paid
        assert paid.person == person.id
        found = people.find(shop.store, person.id)
        assert found
        assert bool(found.customer) is not confirmed


def test_nor_does_the_news_about_a_strangers_payment(shop: House, till: FakeTill) -> None:
    """Once it is paid the order names the person, who still was not the one that paid."""
    member = shop.person("sure@example.test")
    order = begun(shop, shop.browser())
    till.pay(order.reference, "sure@example.test")
    for _ in range(3):
        fulfil.sync(shop.world, order.reference)
    found = people.find(shop.store, member.id)
    assert found
    assert found.customer == ""


def test_an_address_in_another_case_is_the_same_person(shop: House, till: FakeTill) -> None:
    member = shop.person("reader@example.test")
    order = begun(shop, shop.browser())
    till.pay(order.reference, "READER@EXAMPLE.TEST")
    assert fulfil.sync(shop.world, order.reference).person == member.id  # type: ignore[union-attr]


def test_a_homograph_is_another_person(shop: House, till: FakeTill) -> None:
    member = shop.person("reader@example.test")
    order = begun(shop, shop.browser())
    till.pay(order.reference, "reader@ехample.test")
    assert fulfil.sync(shop.world, order.reference).person != member.id  # type: ignore[union-attr]
    assert not open_now(shop, member.id, "course")


def test_a_checkout_that_cost_nothing_is_paid(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER, free=True)
    paid = fulfil.sync(shop.world, order.reference)
    assert paid
    assert (paid.state, paid.amount) == ("paid", 0)
    assert open_now(shop, paid.person, "course")
    assert queued(shop.store)[0]["values"]["price"] == "free"


# ---- later, failed, expired -------------------------------------------------------------------


def test_unpaid_waits_and_opens_nothing_until_it_is_paid(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser(), "pass-year", "walled")
    till.pay(order.reference, READER, "later")
    waiting = fulfil.sync(shop.world, order.reference)
    assert waiting
    assert waiting.state == "pending"
    found = rights.rights(ledger(shop, waiting.person).values(), shop.clock())["pass"]
    assert (found.open, found.pending) == (False, True)
    assert queued(shop.store) == []
    till.arrive(order.reference)
    fulfil.sync(shop.world, order.reference)
    assert open_now(shop, waiting.person, "pass")
    assert len(queued(shop.store)) == 1


def test_unpaid_then_failed_leaves_nothing(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser(), "pass-year", "walled")
    till.pay(order.reference, READER, "later")
    waiting = fulfil.sync(shop.world, order.reference)
    assert waiting
    till.fail(order.reference)
    assert fulfil.sync(shop.world, order.reference).state == "failed"  # type: ignore[union-attr]
    assert ledger(shop, waiting.person) == {}
    assert queued(shop.store) == []


def test_what_was_paid_stays_paid_and_has_one_receipt(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser(), "pass-year", "walled")
    till.pay(order.reference, READER)
    for state in ("paid", "unpaid", "paid"):
        told = till.payments.purchases[order.reference]
        till.payments.purchases[order.reference] = replace(told, state=state)
        assert fulfil.sync(shop.world, order.reference).state == "paid"  # type: ignore[union-attr]
    assert len(queued(shop.store)) == 1


def test_open_and_expired_own_nothing(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    assert fulfil.sync(shop.world, order.reference).state == "open"  # type: ignore[union-attr]
    till.expire(order.reference)
    gone = fulfil.sync(shop.world, order.reference)
    assert gone
    assert (gone.state, gone.person) == ("expired", "")
    assert shop.store.query(keys.PEOPLE) == []


# ---- money back -------------------------------------------------------------------------------


def paid_order(shop: House, till: FakeTill, offer: str = "course") -> Any:
    order = begun(shop, shop.browser(), offer, "walled")
    till.pay(order.reference, READER)
    return fulfil.sync(shop.world, order.reference)


@pytest.mark.parametrize("offer", ["course", "pass-year", "membership-year"])
def test_refunds_and_disputes(shop: House, till: FakeTill, offer: str) -> None:
    order = paid_order(shop, till, offer)

    def opens() -> bool:
        fulfil.sync(shop.world, order.reference)
        return open_now(shop, order.person, order.product)

    assert opens()
    till.refund(order.reference, 1)
    assert opens(), "a part that was refunded takes nothing away"
    till.refund(order.reference)
    assert not opens()
    till.fail_refund(order.reference)
    assert opens(), "a refund that failed was none"
    till.dispute(order.reference)
    assert not opens()
    till.settle(order.reference, "won")
    assert opens()
    till.settle(order.reference, "lost")
    assert not opens()
    found = orders.find(shop.store, order.id)
    assert found
    assert (found.state, found.dispute) == ("paid", "lost")


def test_a_refund_is_not_a_cancellation(shop: House, till: FakeTill) -> None:
    order = paid_order(shop, till, "membership-year")
    till.refund(order.reference)
    fulfil.sync(shop.world, order.reference)
    assert ("cancel", order.subscription) not in till.payments.calls
    (line,) = ledger(shop, order.person).values()
    assert (line.state, line.subscription.status) == ("revoked", "active")


def test_an_unknown_status_denies_and_is_counted(shop: House, till: FakeTill) -> None:
    order = paid_order(shop, till, "membership-year")
    till.subscription(order.reference, status="something_new")
    fulfil.sync(shop.world, order.reference)
    assert not open_now(shop, order.person, "membership")
    assert counts(shop, "unknown-status") == 1


def test_the_days_of_a_pass_are_those_that_were_bought(
    shop: House, till: FakeTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = begun(shop, shop.browser(), "pass-quarter", "walled")
    release = shop.world.releases.find()
    monkeypatch.setattr(release, "manifest", replace(release.manifest, products={}))
    till.pay(order.reference, READER)
    paid = fulfil.sync(shop.world, order.reference)
    assert paid
    assert ledger(shop, paid.person)[order.id].days == 90


# ---- trials -----------------------------------------------------------------------------------


def test_a_second_trial_by_another_browser_with_the_same_address_opens_nothing(
    shop: House, till: FakeTill
) -> None:
    first = paid_order(shop, till, "membership-month")
    assert open_now(shop, first.person, "membership")
    till.subscription(first.reference, status="canceled", trial=False)
    fulfil.sync(shop.world, first.reference)
    shop.clock.move(days=1)
    second = paid_order(shop, till, "membership-month")
    assert second.person == first.person
    assert not open_now(shop, first.person, "membership")
    end = shop.clock() + timedelta(days=40)
    till.subscription(second.reference, status="active", trial=False, period_end=end)
    fulfil.sync(shop.world, second.reference)
    assert open_now(shop, first.person, "membership"), "once it is paid it opens"


def test_two_memberships_that_run_are_counted(shop: House, till: FakeTill) -> None:
    paid_order(shop, till, "membership-year")
    assert counts(shop, "two-memberships") == 0
    paid_order(shop, till, "membership-year")
    assert counts(shop, "two-memberships") == 1


# ---- what is not ours -------------------------------------------------------------------------


def elsewhere(shop: House, **more: Any) -> Purchase:
    told: dict[str, Any] = {
        "reference": "cs_elsewhere",
        "order": "",
        "product": "",
        "offer": "",
        "state": "paid",
        "mail": READER,
        "customer": "cus_1",
        "amount": 500,
        "currency": "USD",
        "at": shop.clock(),
        **more,
    }
    return Purchase(**told)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"sold": ("price_other", "prod_other")}, "foreign-product"),
        ({"product": "not-ours"}, "foreign-product"),
        ({"order": "N0TH1NGHERE", "product": "course", "offer": "course"}, "foreign-order"),
        ({"sold": ("price_before",), "state": "open"}, "unfinished"),
        ({"sold": ("price_before",), "mail": ""}, "unfinished"),
    ],
)
def test_foreign_purchases_are_counted_and_make_nobody(
    shop: House, till: FakeTill, more: dict[str, Any], name: str
) -> None:
    till.payments.purchases["cs_elsewhere"] = elsewhere(shop, **more)
    assert fulfil.sync(shop.world, "cs_elsewhere") is None
    assert counts(shop, name) == 1
    assert shop.store.query(keys.PEOPLE) == []
    assert all_orders(shop.store) == []


@pytest.mark.parametrize("changed", [{"product": "everything"}, {"offer": "everything"}])
def test_metadata_that_does_not_fit_the_order_counts_for_nothing(
    shop: House, till: FakeTill, changed: dict[str, str]
) -> None:
    order = begun(shop, shop.browser())
    till.payments.purchases["cs_x"] = elsewhere(
        shop,
        reference="cs_x",
        order=order.id,
        **({"product": "course", "offer": "course"} | changed),
    )
    assert fulfil.sync(shop.world, "cs_x") is None
    assert orders.find(shop.store, order.id).state == "open"  # type: ignore[union-attr]


def test_a_reference_that_the_provider_does_not_know_is_nothing(shop: House) -> None:
    assert fulfil.sync(shop.world, "cs_unknown", "evt_1") is None
    assert fulfil.seen(shop.world, "evt_1")


def test_a_subscription_from_before_counts_as_the_product_that_adopts_it(
    shop: House, till: FakeTill
) -> None:
    from publish.paywall.ports import Subscription

    now = shop.clock()
    running = Subscription("sub_old", "active", now, now + timedelta(days=30))
    till.payments.purchases["sub_old"] = elsewhere(
        shop, reference="sub_old", sold=("price_before", "prod_x"), subscription=running
    )
    order = fulfil.sync(shop.world, "sub_old")
    assert order
    assert (order.product, order.state, order.reference) == ("membership", "paid", "sub_old")
    someone = people.find_by_mail(shop.store, READER.lower())
    assert someone
    assert someone.confirmed == ""
    assert open_now(shop, someone.id, "membership")
    assert queued(shop.store) == [], "who bought elsewhere gets no receipt of ours"
    again = fulfil.sync(shop.world, "sub_old")
    assert again == orders.find(shop.store, order.id)
    assert len(all_orders(shop.store)) == 1


def test_an_adopted_subscription_is_adopted_once_by_two_at_once(
    shop: House, till: FakeTill
) -> None:
    known = shop.person(READER.lower())
    shop.store.write(people.saving(replace(known, customer="cus_mine", version=1)))
    till.payments.purchases["cs_elsewhere"] = elsewhere(shop, sold=("prod_before",))
    together(8, lambda _: fulfil.sync(shop.world, "cs_elsewhere"))
    assert len(all_orders(shop.store)) == 1
    assert len(shop.store.query(keys.PEOPLE)) == 1


# ---- at once ----------------------------------------------------------------------------------


def together(number: int, do: Any) -> list[Any]:
    barrier = threading.Barrier(number)

    def one(index: int) -> Any:
        barrier.wait()
        return do(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_twelve_who_fulfil_at_once_write_one_state_and_one_receipt(
    shop: House, till: FakeTill
) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    found = together(12, lambda n: fulfil.sync(shop.world, order.reference, f"evt_{n % 3}"))
    assert {each.state for each in found if each} == {"paid"}
    assert len(queued(shop.store)) == 1
    assert len(shop.store.query(keys.PEOPLE)) == 1
    (person,) = shop.store.query(keys.PEOPLE)
    assert len(ledger(shop, person.key)) == 1


def test_two_purchases_of_one_new_address_make_one_person(shop: House, till: FakeTill) -> None:
    made = [begun(shop, shop.browser()), begun(shop, shop.browser(), "pass-year", "walled")]
    for order in made:
        till.pay(order.reference, READER)
    together(2, lambda n: fulfil.sync(shop.world, made[n].reference))
    (person,) = shop.store.query(keys.PEOPLE)
    assert set(ledger(shop, person.key)) == {each.id for each in made}


def test_an_old_answer_that_was_long_on_its_way_does_not_overwrite_a_new_one(
    shop: House, till: FakeTill
) -> None:
    order = paid_order(shop, till)
    till.dispute(order.reference)
    passing: list[str] = []

    def meanwhile(reference: str) -> None:
        if not passing:
            passing.append(reference)
            till.settle(order.reference, "won")
            fulfil.sync(shop.world, order.reference)

    till.payments.before_answer = meanwhile
    fulfil.sync(shop.world, order.reference)
    assert open_now(shop, order.person, "course")
    assert orders.find(shop.store, order.id).dispute == "won"  # type: ignore[union-attr]


def test_an_old_answer_about_a_subscription_does_not_overwrite_either(
    shop: House, till: FakeTill
) -> None:
    order = paid_order(shop, till, "membership-year")
    till.subscription(order.reference, status="past_due")
    passing: list[str] = []

    def meanwhile(reference: str) -> None:
        if not passing:
            passing.append(reference)
            till.subscription(order.reference, status="unpaid")
            fulfil.sync(shop.world, order.reference)

    till.payments.before_answer = meanwhile
    fulfil.sync(shop.world, order.reference)
    assert ledger(shop, order.person)[order.id].subscription.status == "unpaid"


def test_a_race_that_never_ends_gives_up(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    broken = replace_store(shop, _Always(shop.store, Conflict()))
    with pytest.raises(Conflict):
        fulfil.sync(broken, order.reference)


_PROCESS = """
import sys
from pathlib import Path
from publish.paywall import fulfil
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house
folder, generation, address, reference, mine = sys.argv[1:]
clock = house.MovableClock()
home = house.world(
    Path(folder),
    generation=Path(generation),
    clock=clock,
    store=SqliteStore(Path(folder) / "paywall.sqlite", clock=clock),
    payments=StripePayments("sk_test_sandbox", None, address),
)
print("ready", flush=True)
sys.stdin.readline()
for number in range(4):
    found = fulfil.sync(home.world, reference, f"evt_{mine}_{number}")
    assert found.state == "paid", found
"""


def test_three_processes_that_fulfil_at_once_write_one_state(
    stripe_shop: House, sandbox: SandboxTill, generation: Any, tmp_path: Any
) -> None:
    order = begun(stripe_shop, stripe_shop.browser(), "pass-year", "walled")
    sandbox.pay(order.reference, READER)
    asked = [str(tmp_path), str(generation), sandbox.address, order.reference]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, *asked, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    assert [each.stdout.readline() for each in running] == ["ready\n"] * 3  # type: ignore[union-attr]
    told = [each.communicate("go\n", timeout=60) for each in running]
    assert [each.returncode for each in running] == [0, 0, 0], told
    (person,) = stripe_shop.store.query(keys.PEOPLE)
    assert list(ledger(stripe_shop, person.key)) == [order.id]
    assert len(queued(stripe_shop.store)) == 1
    assert len(queued(stripe_shop.store, "remind")) == 1


# ---- crashes ----------------------------------------------------------------------------------


class _Always:
    """A store whose writes always raise."""

    def __init__(self, store: Any, cause: Exception) -> None:
        self.store, self.cause, self.name = store, cause, store.name
        self.get, self.query = store.get, store.query

    def write(self, *operations: Operation) -> None:
        raise self.cause


class _Dies:
    """A store that dies at one of its writes, before it or right after."""

    def __init__(self, store: Any, at: int, after: bool) -> None:
        self.store, self.at, self.after, self.writes = store, at, after, 0
        self.name, self.get, self.query = store.name, store.get, store.query

    def write(self, *operations: Operation) -> None:
        self.writes += 1
        if self.writes == self.at:
            if self.after:
                self.store.write(*operations)
            raise StoreDown("killed")
        self.store.write(*operations)


def replace_store(shop: House, store: Any) -> Any:
    return replace_world(shop.world, store)


def replace_world(world: Any, store: Any) -> Any:
    from publish.paywall.visit import World

    return World(
        world.origin, store, world.bodies, world.clock, world.ring, world.payments, world.wake
    )


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_killed_before_or_after_any_write_a_retry_leads_to_the_one_state(
    shop: House, till: FakeTill, at: int, after: bool
) -> None:
    order = begun(shop, shop.browser(), "pass-year", "walled")
    till.pay(order.reference, READER)
    dying = replace_store(shop, _Dies(shop.store, at, after))
    try:
        fulfil.sync(dying, order.reference, "evt_1")
    except StoreDown:
        assert fulfil.seen(shop.world, "evt_1") is (at > 1 or after)
    fulfil.sync(shop.world, order.reference, "evt_1")
    fulfil.sync(shop.world, order.reference, "evt_2")
    known = orders.find(shop.store, order.id)
    assert known
    assert (known.state, len(ledger(shop, known.person))) == ("paid", 1)
    assert len(queued(shop.store)) == 1
    assert len(queued(shop.store, "remind")) == 1
    assert fulfil.seen(shop.world, "evt_1")


def test_the_provider_down_writes_nothing(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    till.payments.down = True
    with pytest.raises(PaymentsDown):
        fulfil.sync(shop.world, order.reference, "evt_1")
    assert not fulfil.seen(shop.world, "evt_1")
    till.payments.down = False
    assert fulfil.sync(shop.world, order.reference, "evt_1").state == "paid"  # type: ignore[union-attr]


# ---- every order of a life ---------------------------------------------------------------------

LIVES: dict[str, tuple[tuple[str, str, tuple[Any, ...]], ...]] = {
    "an item that is disputed": (
        ("course", "pay", (READER,)),
        ("course", "dispute", ()),
        ("course", "settle", ("won",)),
        ("course", "refund", (1000,)),
        ("course", "refund", ()),
    ),
    "a pass that is paid later": (
        ("pass-year", "pay", (READER, "later")),
        ("pass-year", "arrive", ()),
        ("pass-year", "refund", (10,)),
        ("pass-year", "fail_refund", ()),
    ),
    "a pass that is never paid": (
        ("pass-year", "pay", (READER, "later")),
        ("pass-year", "fail", ()),
    ),
    "a membership that lapses": (
        ("membership-month", "pay", (READER,)),
        ("membership-month", "subscription", ("active",)),
        ("membership-month", "subscription", ("past_due",)),
        ("membership-month", "subscription", ("unpaid",)),
        ("membership-month", "subscription", ("canceled",)),
    ),
}


def _step(till: FakeTill, reference: str, what: str, how: tuple[Any, ...]) -> None:
    if what == "subscription":
        till.subscription(reference, status=how[0], trial=False)
    else:
        getattr(till, what)(reference, *how)


@pytest.mark.parametrize("life", list(LIVES))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draw=st.data())
def test_any_order_and_number_of_a_lifes_events_ends_in_one_state(
    generation: Any, manifest: Any, tmp_path: Any, life: str, draw: st.DataObject
) -> None:
    """Some events come while the life goes on, the others at last, in any order, all twice."""
    clock = house.MovableClock()
    till = FakeTill(manifest, clock)
    store = SqliteStore(tmp_path / f"{uuid.uuid4()}.sqlite", clock=clock)
    shop = house.world(
        tmp_path, generation=generation, store=store, payments=till.payments, clock=clock
    )
    steps = LIVES[life]
    order = begun(shop, shop.browser(), steps[0][0], "walled")
    events = [f"evt_{number}" for number in range(len(steps))]
    for number, (_, what, how) in enumerate(steps):
        _step(till, order.reference, what, how)
        early = st.lists(st.sampled_from(events[: number + 1]), max_size=2)
        for event in draw.draw(early):
            fulfil.sync(shop.world, order.reference, event)
    left = [each for each in events if not fulfil.seen(shop.world, each)]
    for event in draw.draw(st.permutations([*left, *left])):
        fulfil.sync(shop.world, order.reference, event)
    found = contents(store, order.id)
    assert replace(found[0], id="", browser="", person="", made=house.START) == _expected(
        life, till.payments.purchases[order.reference], found[0]
    )
    receipts = found[3]
    assert len(receipts) == (0 if life == "a pass that is never paid" else 1)
    grants = found[2]
    assert [each.id for each in grants] == ([order.id] if receipts else [])
    for grant in grants:
        assert grant.subscription == till.payments.purchases[order.reference].subscription
        assert grant.state == ("revoked" if life == "an item that is disputed" else "ok")
    store.close()


def _expected(life: str, said: Purchase, order: Any) -> Any:
    return replace(
        order,
        id="",
        browser="",
        person="",
        made=house.START,
        state={"paid": "paid", "failed": "failed"}[said.state],
        refunded=said.refunded,
        dispute=said.dispute,
        amount=said.amount,
        payment=said.payment,
        customer=said.customer,
    )
