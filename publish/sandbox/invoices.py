"""Invoices of subscriptions and of single payments: written, paid, failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publish.sandbox import goods, money
from publish.sandbox.money import Payer
from publish.sandbox.state import Books, Object


@dataclass(frozen=True)
class Line:
    """One line: what is charged for, from when to when, before any discount."""

    price: Mapping[str, Any]
    amount: int
    start: int
    end: int
    item: str = ""


def write(
    books: Books,
    line: Line,
    currency: str,
    payer: Payer,
    *,
    subscription: Object | None = None,
    discounts: Sequence[Mapping[str, Any]] = (),
    reason: str = "manual",
) -> Object:
    """Write an invoice that is open: nothing was paid on it yet."""
    less = goods.reduction(books, discounts, line.amount, currency)
    total = line.amount - less
    key, number = books.new_id("in"), _number(books, payer)
    applied = [each["id"] for each in discounts if "id" in each]
    invoice: Object = {
        "id": key,
        "object": "invoice",
        **_amounts(line.amount, total),
        "account_country": "US",
        "account_name": "Inkstead sandbox",
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {"enabled": False, "liability": None, "status": None},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": books.now,
        "currency": currency,
        "customer": payer.customer,
        "customer_email": payer.mail or None,
        "default_payment_method": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": applied,
        "due_date": None,
        "ending_balance": 0,
        "footer": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "lines": _listed([_line(books, key, line, currency, subscription)], f"{key}/lines"),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": number,
        "parent": subscription and _parent(subscription),
        "payment_settings": {"payment_method_options": None, "payment_method_types": None},
        "period_end": line.end,
        "period_start": line.start,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {
            "finalized_at": books.now,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "total_discount_amounts": [{"amount": less, "discount": each} for each in applied[:1]],
        "total_taxes": [],
    }
    books.put(invoice, more={"payments": _listed([], "/v1/invoice_payments")})
    books.emit("invoice.created", invoice)
    books.emit("invoice.finalized", invoice)
    return invoice


def settle(books: Books, invoice: Object, payer: Payer, metadata: Mapping[str, str]) -> Object:
    """Pay an invoice; one over nothing needs no payment."""
    paid = _settled(books, invoice)
    if invoice["amount_due"]:
        payment = money.intent(books, invoice["amount_due"], invoice["currency"], payer, metadata)
        payment = money.pay(books, payment, payer)
        _link(books, paid, payment)
    books.put(paid)
    books.emit("invoice.paid", paid)
    books.emit("invoice.payment_succeeded", paid)
    return paid


def settle_with(books: Books, invoice: Object, payment: Object) -> Object:
    """Mark an invoice as paid by a payment that was made already."""
    paid = _settled(books, invoice)
    _link(books, paid, payment)
    books.put(paid)
    books.emit("invoice.paid", paid)
    return paid


def fail(books: Books, invoice: Object, payer: Payer, again: int | None) -> Object:
    """Try to be paid in vain; `again` is when the next try comes, None for never."""
    payment = money.intent(books, invoice["amount_due"], invoice["currency"], payer, {})
    money.decline(books, payment, payer)
    failed = invoice | {
        "attempt_count": invoice["attempt_count"] + 1,
        "attempted": True,
        "next_payment_attempt": again,
    }
    books.put(failed)
    books.emit("invoice.payment_failed", failed)
    return failed


def void(books: Books, invoice: Object) -> Object:
    """Take an invoice back: a paused subscription charges nothing."""
    steps = invoice["status_transitions"] | {"voided_at": books.now}
    gone = invoice | {"status": "void", "status_transitions": steps, "auto_advance": False}
    books.put(gone)
    books.emit("invoice.voided", gone)
    return gone


def _settled(books: Books, invoice: Object) -> Object:
    steps = invoice["status_transitions"] | {"paid_at": books.now}
    return invoice | {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempt_count": invoice["attempt_count"] + (1 if invoice["amount_due"] else 0),
        "attempted": True,
        "next_payment_attempt": None,
        "status": "paid",
        "status_transitions": steps,
    }


def _link(books: Books, invoice: Object, payment: Object) -> None:
    """Remember which payment paid an invoice; `invoice.payments` shows it."""
    books.put(payment, invoice=invoice["id"])
    link = {
        "id": books.new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": payment["amount"],
        "amount_requested": payment["amount"],
        "created": books.now,
        "currency": payment["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": payment["id"], "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": books.now},
    }
    books.put(invoice, more={"payments": _listed([link], "/v1/invoice_payments")})


def _amounts(subtotal: int, total: int) -> Object:
    return {
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": total,
        "amount_shipping": 0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": total,
        "total_excluding_tax": total,
    }


def _line(
    books: Books, invoice: str, line: Line, currency: str, subscription: Object | None
) -> Object:
    held = subscription["id"] if subscription else None
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": None,
        "subscription": held,
        "subscription_item": line.item,
    }
    parent = {
        "invoice_item_details": None,
        "subscription_item_details": details,
        "type": "subscription_item_details",
    }
    sold = {"price": line.price["id"], "product": line.price["product"]}
    return {
        "id": books.new_id("il"),
        "object": "line_item",
        "amount": line.amount,
        "currency": currency,
        "description": line.price["nickname"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": dict(subscription["metadata"]) if subscription else {},
        "parent": parent if subscription else None,
        "period": {"end": line.end, "start": line.start},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": sold,
            "type": "price_details",
            "unit_amount_decimal": str(line.amount),
        },
        "quantity": 1,
        "subtotal": line.amount,
        "taxes": [],
    }


def _parent(subscription: Object) -> Object:
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def _number(books: Books, payer: Payer) -> str:
    """Return the next number of the customer's invoices: prefix and count."""
    held = books.find(payer.customer or "", "customer")
    if held is None or held.get("deleted"):
        return f"SANDBOX-{len(books.all('invoice')) + 1:04d}"
    count = held["next_invoice_sequence"]
    books.put(held | {"next_invoice_sequence": count + 1})
    return f"{held['invoice_prefix']}-{count:04d}"


def _listed(items: Sequence[Object], url: str) -> Object:
    where = url if url.startswith("/") else f"/v1/invoices/{url}"
    return {"object": "list", "data": list(items), "has_more": False, "url": where}
