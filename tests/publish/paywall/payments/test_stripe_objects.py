"""What Stripe's objects mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from publish.paywall.payments import stripe_objects as objects
from publish.paywall.payments.stripe_objects import Money
from publish.paywall.ports import NotVerified


def disputed(*statuses: str) -> str:
    money = Money()
    for status in statuses:
        money.disputed([{"status": status}])
    return money.dispute


@pytest.mark.parametrize(
    ("statuses", "dispute"),
    [
        ((), ""),
        (("needs_response",), "open"),
        (("under_review",), "open"),
        (("warning_needs_response",), "open"),
        (("warning_under_review",), "open"),
        (("a_new_status",), "open"),
        (("won",), "won"),
        (("warning_closed",), "won"),
        (("prevented",), "won"),
        (("lost",), "lost"),
        (("lost", "needs_response"), "open"),
        (("needs_response", "lost"), "open"),
        (("won", "lost"), "lost"),
        (("lost", "won"), "lost"),
    ],
)
def test_of_many_disputes_an_open_one_counts_then_a_lost_one(
    statuses: tuple[str, ...], dispute: str
) -> None:
    assert disputed(*statuses) == dispute


def test_refunds_that_failed_or_were_cancelled_gave_nothing_back() -> None:
    money = Money()
    statuses = ("succeeded", "pending", "requires_action", "failed", "canceled", None)
    money.gave_back([{"amount": 10**n, "status": each} for n, each in enumerate(statuses)])
    assert money.refunded == 100111


def session(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": "cs_1",
        "status": "complete",
        "payment_status": "paid",
        "metadata": {"inkstead_order": "A", "inkstead_product": "p", "inkstead_offer": "o"},
        "line_items": {"data": [{"price": {"id": "price_1", "product": "prod_1"}}]},
        "customer": None,
        "customer_details": {"email": "a@example.test"},
        "amount_total": 100,
        "currency": "usd",
        "created": 1_790_000_000,
    }
    return {**told, **changes}


def waiting(status: str) -> dict[str, Any]:
    return {"payment_status": "unpaid", "payment_intent": {"id": "pi", "status": status}}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"payment_status": "no_payment_required"}, "paid"),
        ({"status": "open", "payment_status": "unpaid"}, "open"),
        ({"status": "open", "payment_status": "paid"}, "open"),
        ({"status": "expired", "payment_status": "unpaid"}, "expired"),
        ({"payment_status": "unpaid"}, "unpaid"),
        (
            {"payment_status": "unpaid", "payment_intent": {"id": "pi", "status": "processing"}},
            "unpaid",
        ),
        (
            {
                "payment_status": "unpaid",
                "payment_intent": {"id": "pi", "status": "requires_payment_method"},
            },
            "failed",
        ),
        (
            {"payment_status": "unpaid", "payment_intent": {"id": "pi", "status": "canceled"}},
            "failed",
        ),
    ],
)
def test_the_state_of_a_session(changes: dict[str, Any], state: str) -> None:
    assert objects.from_session(session(**changes), Money()).state == state


def test_names_come_from_the_session_else_from_the_price() -> None:
    price = {"id": "price_1", "metadata": {"inkstead_product": "q", "inkstead_offer": "r"}}
    lines = {"data": [{"price": price}]}
    ours = objects.from_session(session(line_items=lines), Money())
    assert (ours.order, ours.product, ours.offer) == ("A", "p", "o")
    linked = objects.from_session(session(line_items=lines, metadata={}), Money())
    assert (linked.order, linked.product, linked.offer) == ("", "q", "r")
    assert linked.sold == ("price_1",)


def running(**changes: Any) -> dict[str, Any]:
    item = {
        "price": {"id": "price_1", "product": "prod_1", "unit_amount": 500},
        "current_period_start": 1_790_000_000,
        "current_period_end": 1_792_592_000,
    }
    told: dict[str, Any] = {
        "id": "sub_1",
        "status": "active",
        "items": {"data": [item]},
        "customer": {"id": "cus_1", "email": "a@example.test"},
        "currency": "usd",
        "created": 1_790_000_000,
        "cancel_at_period_end": False,
    }
    return {**told, **changes}


@pytest.mark.parametrize(
    ("changes", "paused", "trial"),
    [
        ({}, False, False),
        ({"status": "paused"}, True, False),
        ({"pause_collection": {"behavior": "void", "resumes_at": None}}, True, False),
        ({"pause_collection": None}, False, False),
        ({"status": "trialing"}, False, True),
    ],
)
def test_a_pause_has_two_names(changes: dict[str, Any], paused: bool, trial: bool) -> None:
    found = objects.subscription(running(**changes))
    assert (found.paused, found.trial) == (paused, trial)


def test_the_period_is_on_the_items_and_the_shortest_counts() -> None:
    other = {"current_period_start": 1_790_000_100, "current_period_end": 1_790_000_200}
    told = running()
    told["items"]["data"].append(other)
    found = objects.subscription(told)
    assert found.period_start == datetime.fromtimestamp(1_790_000_100, UTC)
    assert found.period_end == datetime.fromtimestamp(1_790_000_200, UTC)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("active", "paid"),
        ("canceled", "paid"),
        ("incomplete", "open"),
        ("incomplete_expired", "failed"),
    ],
)
def test_the_state_of_a_subscription_from_elsewhere(status: str, state: str) -> None:
    found = objects.from_subscription(running(status=status), Money())
    assert (found.state, found.order, found.mail, found.amount) == (
        state,
        "",
        "a@example.test",
        500,
    )


def test_a_deleted_customer_has_no_address() -> None:
    gone = {"id": "cus_1", "object": "customer", "deleted": True}
    assert objects.from_subscription(running(customer=gone), Money()).mail == ""


@pytest.mark.parametrize(
    ("invoice", "key"),
    [
        ({"parent": {"subscription_details": {"subscription": "sub_1"}}}, "sub_1"),
        ({"parent": {"subscription_details": {"subscription": {"id": "sub_1"}}}}, "sub_1"),
        ({"parent": {"subscription_details": None}}, ""),
        ({"parent": None}, ""),
        ({}, ""),
        ({"subscription": "sub_of_an_older_shape"}, ""),
    ],
)
def test_an_invoice_names_its_subscription_under_its_parent(
    invoice: dict[str, Any], key: str
) -> None:
    assert objects.subscription_of(invoice) == key


def test_only_invoices_that_brought_money_count_newest_first() -> None:
    told = [
        {"id": "a", "status": "paid", "amount_paid": 5, "created": 1},
        {"id": "b", "status": "open", "amount_paid": 0, "created": 2},
        {"id": "c", "status": "paid", "amount_paid": 0, "created": 3},
        {"id": "d", "status": "paid", "amount_paid": 5, "created": 4},
    ]
    assert [each["id"] for each in objects.paid_invoices(told)] == ["d", "a"]


@pytest.mark.parametrize(
    "told",
    [None, [], "event", {}, {"object": "event"}, {"object": "event", "data": {"object": 1}}],
)
def test_what_has_not_the_shape_of_an_event(told: Any) -> None:
    with pytest.raises(NotVerified):
        objects.event(told)
