"""Subscriptions: begun, renewed, failed, paused, cancelled, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publish.sandbox import goods, invoices, money
from publish.sandbox.invoices import Line
from publish.sandbox.money import Payer
from publish.sandbox.months import DAY, after
from publish.sandbox.state import Books, Object

RETRIES = (3 * DAY, 5 * DAY, 7 * DAY)
"""How long to wait after each failed payment before the next try; then it is over."""
AFTER_FAILURES = ("canceled", "unpaid")
_FAILING = (money.DECLINED, money.FAILS_LATER)


@dataclass(frozen=True)
class Wish:
    """What somebody subscribes to."""

    price: Mapping[str, Any]
    currency: str
    session: str
    metadata: Mapping[str, str]
    trial_days: int = 0
    discounts: Sequence[Mapping[str, Any]] = ()


def begin(books: Books, wish: Wish, payer: Payer) -> tuple[Object, Object]:
    """Start a subscription and pay its first invoice; return both."""
    key, trial = books.new_id("sub"), bool(wish.trial_days)
    anchor = books.now + wish.trial_days * DAY
    end = anchor if trial else _after(wish.price, anchor, 1)
    begun = _subscription(books, key, wish, payer, end)
    if trial:
        begun |= {"status": "trialing", "trial_start": books.now, "trial_end": anchor}
    begun["billing_cycle_anchor"] = anchor
    found = [_discount(books, each, key, wish, payer) for each in wish.discounts]
    begun["discounts"] = [each["id"] for each in found]
    books.put(begun, anchor=anchor, count=0 if trial else 1, card=payer.card, failures=0)
    books.emit("customer.subscription.created", begun)
    amount = 0 if trial else goods.amount_in(books, wish.price, wish.currency)
    invoice = _write(books, begun, amount, payer, "subscription_create")
    invoice = invoices.settle(books, invoice, payer, {})
    begun = begun | {"latest_invoice": invoice["id"]}
    return _spent(books, begun, used=bool(amount)), invoice


def renew(books: Books, running: Object) -> None:
    """Begin the next period and ask for its money."""
    item, hidden = _item(running), books.hidden(running["id"])
    count, payer = hidden["count"] + 1, payer_of(books, running)
    start, end = item["current_period_end"], _after(item["price"], hidden["anchor"], count)
    next_ = _with_item(running, {"current_period_start": start, "current_period_end": end})
    books.put(next_, count=count)
    amount = goods.amount_in(books, item["price"], running["currency"])
    invoice = _write(books, next_, amount, payer, "subscription_cycle")
    next_ = _spent(books, next_ | {"latest_invoice": invoice["id"]}, used=True)
    if next_["pause_collection"]:
        invoices.void(books, invoice)
        change(books, running, next_ | {"status": "active"})
    elif next_["status"] == "unpaid":
        change(books, running, next_)
    else:
        _collect(books, running, next_, invoice, payer)


def retry(books: Books, late: Object) -> None:
    """Ask once more for the money of the invoice that is open."""
    invoice = books.get("invoice", late["latest_invoice"])
    _collect(books, late, late, invoice, payer_of(books, late))


def new_card(books: Books, held: Object, card: str) -> None:
    """Take another card, and pay with it what is open."""
    books.put(held, card=card)
    if held["status"] in ("past_due", "unpaid") and card not in _FAILING:
        retry(books, held)


def _collect(books: Books, before: Object, now: Object, invoice: Object, payer: Payer) -> None:
    if invoice["amount_due"] and payer.card in _FAILING:
        _failed(books, before, now, invoice, payer)
        return
    if invoice["status"] == "open":
        invoices.settle(books, invoice, payer, {})
    books.put(now, retry=None, failures=0)
    change(books, before, now | {"status": "active"})


def _failed(books: Books, before: Object, now: Object, invoice: Object, payer: Payer) -> None:
    failures = books.hidden(now["id"]).get("failures", 0)
    more = failures < len(RETRIES)
    again = books.now + RETRIES[failures] if more else None
    invoices.fail(books, invoice, payer, again)
    books.put(now, failures=failures + 1, retry=again)
    if more:
        change(books, before, now | {"status": "past_due"})
    elif books.setting("after_failures", default="canceled") == "unpaid":
        change(books, before, now | {"status": "unpaid"})
    else:
        end(books, now, "payment_failed")


def change(books: Books, before: Object, now: Object) -> Object:
    """Write a subscription and tell what changed."""
    books.put(now)
    differs = {name: before[name] for name in before if before[name] != now.get(name)}
    if differs:
        books.emit("customer.subscription.updated", now, differs)
    return now


def end(books: Books, held: Object, reason: str = "cancellation_requested") -> Object:
    """End a subscription now."""
    ended = held | {
        "status": "canceled",
        "canceled_at": held["canceled_at"] or books.now,
        "ended_at": books.now,
        "cancellation_details": {"comment": None, "feedback": None, "reason": reason},
    }
    books.put(ended, retry=None)
    books.emit("customer.subscription.deleted", ended)
    return ended


def stop(books: Books, held: Object, stops: bool) -> Object:
    """Let a subscription end with its period, or take that back."""
    at = _item(held)["current_period_end"] if stops else None
    reason = "cancellation_requested" if stops else None
    return change(
        books,
        held,
        held
        | {
            "cancel_at": at,
            "cancel_at_period_end": stops,
            "canceled_at": books.now if stops else None,
            "cancellation_details": {"comment": None, "feedback": None, "reason": reason},
        },
    )


def payer_of(books: Books, held: Object) -> Payer:
    """Return who pays a subscription, with the card that they use now."""
    who = books.find(held["customer"], "customer") or {}
    card = books.hidden(held["id"]).get("card", money.WORKING)
    return Payer(who.get("email") or "", held["customer"], "card", card)


def _item(held: Object) -> Object:
    found: Object = held["items"]["data"][0]
    return found


def _with_item(held: Object, values: Mapping[str, Any]) -> Object:
    items = held["items"] | {"data": [{**_item(held), **values}]}
    return held | {"items": items}


def _after(price: Mapping[str, Any], anchor: int, count: int) -> int:
    repeats = price["recurring"]
    return after(anchor, repeats["interval"], repeats["interval_count"] * count)


def _write(books: Books, held: Object, amount: int, payer: Payer, reason: str) -> Object:
    item = _item(held)
    span = item["current_period_start"], item["current_period_end"]
    line = Line(item["price"], amount, *span, item["id"])
    lowered = [_applied(books, key) for key in held["discounts"] if _lasts(books, key)]
    return invoices.write(
        books,
        line,
        held["currency"],
        payer,
        subscription=held,
        discounts=lowered,
        reason=reason,
    )


def _applied(books: Books, key: str) -> Object:
    found = books.get("discount", key)
    return {"id": key, "coupon": found["source"]["coupon"]}


def _lasts(books: Books, key: str) -> bool:
    ends = books.get("discount", key)["end"]
    return ends is None or books.now < ends


def _discount(books: Books, given: Mapping[str, Any], key: str, wish: Wish, payer: Payer) -> Object:
    who = str(payer.customer)
    return goods.discount(books, given, customer=who, subscription=key, session=wish.session)


def _spent(books: Books, held: Object, *, used: bool) -> Object:
    """Return a subscription without the discounts that are over."""

    def goes_on(key: str) -> bool:
        coupon = books.get("coupon", books.get("discount", key)["source"]["coupon"])
        return _lasts(books, key) and not (used and coupon["duration"] == "once")

    return books.put(held | {"discounts": [key for key in held["discounts"] if goes_on(key)]})


def _subscription(books: Books, key: str, wish: Wish, payer: Payer, end: int) -> Object:
    item: Object = {
        "id": books.new_id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": books.now,
        "current_period_end": end,
        "current_period_start": books.now,
        "discounts": [],
        "metadata": {},
        "price": dict(wish.price),
        "quantity": 1,
        "subscription": key,
        "tax_rates": [],
    }
    where = f"/v1/subscription_items?subscription={key}"
    return {
        "id": key,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": books.now,
        "billing_mode": {"flexible": None, "type": "classic"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": books.now,
        "currency": wish.currency,
        "customer": payer.customer,
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"issuer": {"type": "self"}},
        "items": {"object": "list", "data": [item], "has_more": False, "url": where},
        "latest_invoice": None,
        "livemode": False,
        "metadata": dict(wish.metadata),
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": None,
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": books.now,
        "status": "active",
        "test_clock": None,
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
    }
