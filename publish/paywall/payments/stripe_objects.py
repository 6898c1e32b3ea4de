"""Stripe's objects as plain values: what they mean to us. Pure; nothing here asks Stripe.

Shapes are those of API_VERSION: the period is on a subscription's items, an invoice names its
subscription under `parent`, a charge names no invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from publish.paywall.payments import catalogue
from publish.paywall.ports import Event, NotVerified, Purchase, Subscription

API_VERSION = "2026-08-26.dahlia"
Object: TypeAlias = Mapping[str, Any]

_REFUND_FAILED = ("failed", "canceled")
_DISPUTE_OVER = {"won": "won", "warning_closed": "won", "prevented": "won", "lost": "lost"}
_FAILED_PAYMENT = ("requires_payment_method", "canceled")
_FAILED_SUBSCRIPTION = ("incomplete_expired", "canceled")


def id_of(value: Any) -> str:
    """Return the id of something that may be expanded, "" for none."""
    if isinstance(value, str):
        return value
    return str(value["id"]) if value else ""


def when(seconds: int) -> datetime:
    """Return a time of Stripe's."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe(seconds: int | None) -> datetime | None:
    """Return a time of Stripe's that may not be set."""
    return when(seconds) if seconds else None


def event(told: Any) -> Event:
    """Return an event that was verified.

    Raises:
        NotVerified: it has not the shape of an event.

    """
    try:
        thing = told["data"]["object"]
        if told["object"] != "event" or not isinstance(thing, dict):
            raise NotVerified("no event")
        return Event(
            id=str(told["id"]),
            type=str(told["type"]),
            created=when(int(told["created"])),
            live=bool(told["livemode"]),
            account=str(told.get("account") or ""),
            object=thing,
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError) as cause:
        raise NotVerified("no event") from cause


def subscription(told: Object) -> Subscription:
    """Return a subscription as it is now."""
    items = told["items"]["data"]
    return Subscription(
        id=told["id"],
        status=told["status"],
        period_start=when(max(each["current_period_start"] for each in items)),
        period_end=when(min(each["current_period_end"] for each in items)),
        cancel_at=maybe(told.get("cancel_at")),
        cancelled=bool(told.get("cancel_at_period_end")),
        paused=bool(told.get("pause_collection")) or told["status"] == "paused",
        trial=told["status"] == "trialing",
        ended=maybe(told.get("ended_at")),
    )


def from_session(told: Object, money: Money) -> Purchase:
    """Return the purchase of a Checkout Session that was fetched with all it leads to."""
    metadata = told.get("metadata") or {}
    prices = [line["price"] for line in told["line_items"]["data"] if line.get("price")]
    running = told.get("subscription")
    return Purchase(
        reference=told["id"],
        order=metadata.get(catalogue.ORDER, ""),
        product=_ours(catalogue.PRODUCT, metadata, prices),
        offer=_ours(catalogue.OFFER, metadata, prices),
        state=_session_state(told),
        mail=_session_mail(told),
        customer=id_of(told.get("customer")),
        amount=money.amount if money.known else told.get("amount_total") or 0,
        currency=(money.currency or told.get("currency") or "").upper(),
        at=money.at or when(told["created"]),
        refunded=money.refunded,
        dispute=money.dispute,
        payment=money.payment or id_of(told.get("payment_intent")),
        subscription=subscription(running) if running else None,
        sold=_sold(prices),
    )


def from_subscription(told: Object, money: Money) -> Purchase:
    """Return the purchase behind a subscription that did not begin in a Checkout of ours."""
    customer = told["customer"]
    prices = [item["price"] for item in told["items"]["data"]]
    metadata = told.get("metadata") or {}
    return Purchase(
        reference=told["id"],
        order="",
        product=_ours(catalogue.PRODUCT, metadata, prices),
        offer=_ours(catalogue.OFFER, metadata, prices),
        state=_subscription_state(told["status"]),
        mail=(customer.get("email") or "") if isinstance(customer, dict) else "",
        customer=id_of(customer),
        amount=money.amount if money.known else _list_price(prices),
        currency=(money.currency or told.get("currency") or "").upper(),
        at=when(told.get("start_date") or told["created"]),
        refunded=money.refunded,
        dispute=money.dispute,
        payment=money.payment,
        subscription=subscription(told),
        sold=_sold(prices),
    )


class Money:
    """What was paid last, what of it was given back, and whether a bank disputes any of it."""

    def __init__(self) -> None:
        self.known = False
        self.amount = self.refunded = 0
        self.currency = self.payment = self.dispute = ""
        self.at: datetime | None = None

    def paid(self, amount: int, currency: str, payment: str, at: datetime | None = None) -> None:
        """Note the last payment."""
        self.known, self.amount, self.currency = True, amount, currency
        self.payment, self.at = payment, at

    def gave_back(self, refunds: Iterable[Object]) -> None:
        """Add what was refunded, or is being refunded, and did not fail."""
        self.refunded += sum(
            each["amount"] for each in refunds if each.get("status") not in _REFUND_FAILED
        )

    def disputed(self, disputes: Iterable[Object]) -> None:
        """Note disputes: an open one outweighs a lost one, that one a won one."""
        told = {self.dispute, *(_DISPUTE_OVER.get(each["status"], "open") for each in disputes)}
        self.dispute = next(each for each in ("open", "lost", "won", "") if each in told)


def paid_invoices(invoices: Iterable[Object]) -> list[Object]:
    """Return the invoices that brought money, the newest first."""
    paid = [each for each in invoices if each["status"] == "paid" and each["amount_paid"] > 0]
    return sorted(paid, key=lambda each: (each["created"], each["id"]), reverse=True)


def payments_of(invoice: Object) -> list[str]:
    """Return the payments (or charges) that paid an invoice."""
    told = [each["payment"] for each in (invoice.get("payments") or {}).get("data", ())]
    found = [id_of(each.get("payment_intent") or each.get("charge")) for each in told]
    return [each for each in found if each]


def subscription_of(invoice: Object) -> str:
    """Return the subscription that an invoice is for, "" for none."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return id_of(details.get("subscription"))


def _ours(name: str, metadata: Object, prices: Iterable[Object]) -> str:
    """Return what we wrote beside the Checkout, else beside the price that was sold."""
    places = (metadata, *((price.get("metadata") or {}) for price in prices))
    return next((str(place[name]) for place in places if place.get(name)), "")


def _sold(prices: Iterable[Object]) -> tuple[str, ...]:
    found = [key for price in prices for key in (price["id"], id_of(price.get("product")))]
    return tuple(dict.fromkeys(each for each in found if each))


def _list_price(prices: list[Any]) -> int:
    return sum(price.get("unit_amount") or 0 for price in prices)


def _session_mail(told: Object) -> str:
    details = told.get("customer_details") or {}
    return str(details.get("email") or told.get("customer_email") or "")


def _session_state(told: Object) -> str:
    if told["status"] != "complete":
        return str(told["status"])
    if told["payment_status"] != "unpaid":
        return "paid"
    payment, running = told.get("payment_intent"), told.get("subscription")
    if isinstance(payment, dict) and payment["status"] in _FAILED_PAYMENT:
        return "failed"
    if isinstance(running, dict) and running["status"] in _FAILED_SUBSCRIPTION:
        return "failed"
    return "unpaid"


def _subscription_state(status: str) -> str:
    return {"incomplete": "open", "incomplete_expired": "failed"}.get(status, "paid")
