"""Looking again: what a webhook that never came would have told."""

from __future__ import annotations

from datetime import datetime, timedelta

from publish.paywall import fulfil, keys, orders, people, rights
from publish.paywall.orders import Order
from tests.publish.paywall.house import House
from tests.publish.paywall.tills import FakeTill, begun, ledger

READER = "reader@example.test"


def waiting(shop: House) -> list[datetime]:
    """Return when orders are looked at again, the next first."""
    lines = [line for line in shop.store.query(keys.QUEUE) if line.value["kind"] == "look"]
    return [keys.when(line.key.rpartition("#")[0]) for line in lines]


def after(shop: House, **span: float) -> None:
    shop.clock.move(**span)
    shop.tick()


def bought(shop: House, till: FakeTill, offer: str, outcome: str = "now") -> Order:
    order = begun(shop, shop.browser(), offer, "walled")
    till.pay(order.reference, READER, outcome)
    found = fulfil.sync(shop.world, order.reference)
    assert found
    return found


def opens(shop: House, product: str) -> bool:
    someone = people.find_by_mail(shop.store, READER)
    assert someone
    found = rights.rights(ledger(shop, someone.id).values(), shop.clock()).get(product)
    return bool(found and found.open)


def test_a_payment_nobody_told_of_opens_a_day_later(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    after(shop, hours=24)
    assert people.find_by_mail(shop.store, READER) is None
    after(shop, hours=1)
    assert opens(shop, "course")


def test_a_checkout_that_nobody_finished_is_closed_in_the_books(
    shop: House, till: FakeTill
) -> None:
    order = begun(shop, shop.browser())
    till.expire(order.reference)
    after(shop, hours=25)
    found = orders.find(shop.store, order.id)
    assert found
    assert found.state == "expired"


def test_money_on_its_way_is_looked_for_every_day_until_it_is_there(
    shop: House, till: FakeTill
) -> None:
    order = bought(shop, till, "course", "later")
    after(shop, days=3)
    assert not opens(shop, "course")
    till.arrive(order.reference)
    after(shop, days=1)
    assert opens(shop, "course")
    assert waiting(shop) == []


def test_money_that_never_comes_is_given_up(shop: House, till: FakeTill) -> None:
    bought(shop, till, "course", "later")
    for _ in range(62):
        after(shop, days=1)
    assert waiting(shop) == []


def test_a_renewal_nobody_told_of_is_found_before_the_grace_is_over(
    shop: House, till: FakeTill
) -> None:
    order = bought(shop, till, "membership-month")
    (end,) = {grant.subscription.period_end for grant in _ledger(shop).values()}
    assert end + timedelta(days=1) in waiting(shop)
    till.subscription(order.reference, period_start=end, period_end=end + timedelta(days=31))
    shop.clock.move(seconds=(end - shop.clock()).total_seconds() + 86_400)
    shop.tick()
    after(shop, days=5)
    assert opens(shop, "membership")
    assert end + timedelta(days=32) in waiting(shop)


def test_a_membership_that_ends_later_is_looked_at_when_it_renews_before(
    shop: House, till: FakeTill
) -> None:
    order = bought(shop, till, "membership-month")
    end = shop.clock() + timedelta(days=30)
    till.subscription(order.reference, cancel_at=end + timedelta(days=200), period_end=end)
    fulfil.sync(shop.world, order.reference)
    assert waiting(shop)[-1] == end + timedelta(days=1)


def test_a_renewal_that_is_told_twice_is_looked_at_once(shop: House, till: FakeTill) -> None:
    order = bought(shop, till, "membership-month")
    before = waiting(shop)
    for _ in range(3):
        fulfil.sync(shop.world, order.reference)
    assert waiting(shop) == before


def test_a_provider_that_is_down_is_asked_again(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    till.payments.down = True
    after(shop, hours=25)
    till.payments.down = False
    after(shop, hours=1)
    assert opens(shop, "course")


def _ledger(shop: House) -> dict[str, rights.Grant]:
    someone = people.find_by_mail(shop.store, READER)
    assert someone
    return ledger(shop, someone.id)
