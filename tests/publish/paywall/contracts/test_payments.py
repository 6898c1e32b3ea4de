"""One suite for the port of payments: the double that tests use, and Stripe's sandbox over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publish.contract.manifest import Manifest
from publish.paywall.payments import catalogue
from publish.paywall.ports import Checkout, PriceGone, Purchase
from tests.publish.paywall.house import MovableClock
from tests.publish.paywall.tills import FakeTill, SandboxTill

READER = "reader@example.test"


@pytest.fixture(params=["double", "sandbox"])
def till(request: pytest.FixtureRequest, manifest: Manifest, clock: MovableClock) -> Any:
    if request.param == "double":
        return FakeTill(manifest, clock)
    return request.getfixturevalue("sandbox")


def asked(manifest: Manifest, offer: str, **changes: Any) -> Checkout:
    found = catalogue.find_offer(manifest, offer)
    assert found
    product, _, wanted = found
    first = Checkout(
        order="0RDER",
        product=product,
        offer=offer,
        price=catalogue.lookup_key(product, wanted),
        mode="subscription" if wanted.every else "payment",
        currency="USD",
        lang="zh-Hans",
        mail="",
        customer="",
        success_url="https://example.test/api/return?order=0RDER",
        cancel_url="https://example.test/walled/",
        trial_days=0,
        key="0RDER-0",
    )
    return replace(first, **changes)


def bought(till: Any, manifest: Manifest, offer: str, outcome: str = "now", **how: Any) -> str:
    free = how.pop("free", False)
    started = till.payments.start(asked(manifest, offer, **how))
    till.pay(started.reference, READER, outcome, free=free)
    return str(started.reference)


def seen(till: Any, reference: str) -> Purchase:
    found = till.payments.purchase(reference)
    assert found is not None
    return found


def test_a_started_checkout_is_open(till: Any, manifest: Manifest) -> None:
    started = till.payments.start(asked(manifest, "course"))
    assert started.url.startswith("http")
    found = seen(till, started.reference)
    assert (found.state, found.order, found.product, found.offer) == (
        "open", "0RDER", "course", "course",
    )  # fmt: skip
    assert found.subscription is None


def test_the_same_key_starts_the_same_checkout(till: Any, manifest: Manifest) -> None:
    first = till.payments.start(asked(manifest, "course"))
    again = till.payments.start(asked(manifest, "course"))
    other = till.payments.start(asked(manifest, "course", key="0RDER-1"))
    assert first == again
    assert other.reference != first.reference


def test_a_price_that_is_not_there_is_gone(till: Any, manifest: Manifest) -> None:
    with pytest.raises(PriceGone):
        till.payments.start(asked(manifest, "course", price="inkstead_course_course_USD1_once"))


@pytest.mark.parametrize(("currency", "minor"), [("USD", 4500), ("CNY", 29900)])
def test_a_paid_item_tells_who_paid_what(
    till: Any, manifest: Manifest, clock: MovableClock, currency: str, minor: int
) -> None:
    found = seen(till, bought(till, manifest, "course", currency=currency))
    assert (found.state, found.mail, found.amount, found.currency) == (
        "paid", READER, minor, currency,
    )  # fmt: skip
    assert (found.refunded, found.dispute, found.at) == (0, "", clock())
    assert found.customer
    assert found.payment


def test_money_in_a_currency_without_cents_is_not_multiplied(till: Any, manifest: Manifest) -> None:
    found = seen(till, bought(till, manifest, "pass-quarter", currency="JPY"))
    assert (found.amount, found.currency) == (2200, "JPY")


def test_a_membership_has_a_subscription_that_is_found_by_either_name(
    till: Any, manifest: Manifest, clock: MovableClock
) -> None:
    reference = bought(till, manifest, "membership-year")
    found = seen(till, reference)
    running = found.subscription
    assert running is not None
    assert (running.status, running.trial, running.cancelled, running.paused) == (
        "active", False, False, False,
    )  # fmt: skip
    assert running.period_start == clock()
    assert (running.period_end - clock()).days == 365
    assert found.amount == 5900
    assert till.payments.purchase(running.id) == found


def test_a_trial_is_paid_nothing_for(till: Any, manifest: Manifest, clock: MovableClock) -> None:
    found = seen(till, bought(till, manifest, "membership-month", trial_days=7))
    assert (found.state, found.amount) == ("paid", 0)
    assert found.subscription is not None
    assert (found.subscription.status, found.subscription.trial) == ("trialing", True)
    assert (found.subscription.period_end - clock()).days == 7


def test_a_coupon_of_everything_needs_no_payment(till: Any, manifest: Manifest) -> None:
    found = seen(till, bought(till, manifest, "course", free=True))
    assert (found.state, found.amount, found.payment) == ("paid", 0, "")


def test_money_that_comes_later_is_unpaid_until_then(till: Any, manifest: Manifest) -> None:
    reference = bought(till, manifest, "pass-year", "later")
    assert seen(till, reference).state == "unpaid"
    assert seen(till, reference).mail == READER
    till.arrive(reference)
    assert seen(till, reference).state == "paid"


def test_money_that_never_comes_has_failed(till: Any, manifest: Manifest) -> None:
    reference = bought(till, manifest, "pass-year", "never")
    till.fail(reference)
    assert seen(till, reference).state == "failed"


def test_a_checkout_nobody_finished_expires(till: Any, manifest: Manifest) -> None:
    reference = till.payments.start(asked(manifest, "course")).reference
    till.expire(reference)
    assert seen(till, reference).state == "expired"


def test_ending_a_checkout_twice_is_no_error(till: Any, manifest: Manifest) -> None:
    reference = till.payments.start(asked(manifest, "course")).reference
    till.payments.end_checkout(reference)
    till.payments.end_checkout(reference)
    assert seen(till, reference).state == "expired"


def test_ending_a_paid_checkout_leaves_it_paid(till: Any, manifest: Manifest) -> None:
    reference = bought(till, manifest, "course")
    till.payments.end_checkout(reference)
    assert seen(till, reference).state == "paid"


@pytest.mark.parametrize("offer", ["course", "membership-year"])
def test_refunds_add_up_and_failed_ones_do_not_count(
    till: Any, manifest: Manifest, offer: str
) -> None:
    reference = bought(till, manifest, offer)
    till.refund(reference, 1000)
    assert seen(till, reference).refunded == 1000
    till.fail_refund(reference)
    assert seen(till, reference).refunded == 0
    till.refund(reference)
    found = seen(till, reference)
    assert found.refunded == found.amount > 0


@pytest.mark.parametrize("offer", ["course", "membership-year"])
@pytest.mark.parametrize("result", ["won", "lost"])
def test_a_dispute_is_open_then_won_or_lost(
    till: Any, manifest: Manifest, offer: str, result: str
) -> None:
    reference = bought(till, manifest, offer)
    till.dispute(reference)
    assert seen(till, reference).dispute == "open"
    till.settle(reference, result)
    assert seen(till, reference).dispute == result


@pytest.mark.parametrize("reference", ["cs_test_nothing", "sub_nothing", "pi_1", "", "../x"])
def test_what_is_not_there_is_none(till: Any, reference: str) -> None:
    assert till.payments.purchase(reference) is None


# ---- the sandbox only: what the double leaves to each test -------------------------------------


def test_cancel_and_resume(sandbox: SandboxTill, manifest: Manifest) -> None:
    reference = bought(sandbox, manifest, "membership-month")
    running = seen(sandbox, reference).subscription
    assert running
    sandbox.payments.cancel(running.id)
    stopped = seen(sandbox, reference).subscription
    assert stopped
    assert (stopped.cancelled, stopped.cancel_at) == (True, stopped.period_end)
    sandbox.payments.resume(running.id)
    again = seen(sandbox, reference).subscription
    assert again
    assert (again.cancelled, again.cancel_at, again.status) == (False, None, "active")


def test_cancel_at_once_twice(
    sandbox: SandboxTill, manifest: Manifest, clock: MovableClock
) -> None:
    reference = bought(sandbox, manifest, "membership-month")
    running = seen(sandbox, reference).subscription
    assert running
    sandbox.payments.cancel(running.id, at_once=True)
    sandbox.payments.cancel(running.id, at_once=True)
    over = seen(sandbox, reference).subscription
    assert over
    assert (over.status, over.ended) == ("canceled", clock())


def test_forgetting_a_customer_ends_their_membership_and_can_be_repeated(
    sandbox: SandboxTill, manifest: Manifest
) -> None:
    found = seen(sandbox, bought(sandbox, manifest, "membership-month"))
    sandbox.payments.forget(found.customer)
    sandbox.payments.forget(found.customer)
    after = seen(sandbox, found.reference)
    assert after.subscription
    assert after.subscription.status == "canceled"


def test_a_customer_who_was_deleted_starts_anew(sandbox: SandboxTill, manifest: Manifest) -> None:
    gone = seen(sandbox, bought(sandbox, manifest, "course")).customer
    sandbox.payments.forget(gone)
    again = asked(manifest, "course", customer=gone, mail=READER, key="0RDER-7")
    started = sandbox.payments.start(again)
    assert started == sandbox.payments.start(again)
    assert seen(sandbox, started.reference).customer == ""


def test_a_known_customer_is_kept(sandbox: SandboxTill, manifest: Manifest) -> None:
    known = seen(sandbox, bought(sandbox, manifest, "course")).customer
    started = sandbox.payments.start(
        asked(manifest, "pass-year", customer=known, mail=READER, key="0RDER-8")
    )
    assert seen(sandbox, started.reference).customer == known


def test_an_archived_price_is_gone(sandbox: SandboxTill, manifest: Manifest) -> None:
    with sandbox.state.change() as books:
        for price in books.all("price"):
            books.put(price | {"active": False})
    with pytest.raises(PriceGone):
        sandbox.payments.start(asked(manifest, "course"))


def test_the_portal_is_configured_by_code_once(sandbox: SandboxTill, manifest: Manifest) -> None:
    customer = seen(sandbox, bought(sandbox, manifest, "membership-month")).customer
    first = sandbox.payments.portal(customer, "https://example.test/api/account", "zh-Hans")
    second = sandbox.payments.portal(customer, "https://example.test/api/account", "en")
    assert first.startswith("http")
    assert second.startswith("http")
    with sandbox.state.change() as books:
        (made,) = books.all("billing_portal.configuration")
        assert made["features"]["subscription_cancel"]["mode"] == "at_period_end"
        assert made["features"]["subscription_update"]["enabled"] is False
