"""Checkout: a session is paid in one of many ways, or expires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from publish.sandbox import goods, invoices, money, subscribing
from publish.sandbox.goods import labels
from publish.sandbox.money import Payer
from publish.sandbox.months import DAY
from publish.sandbox.params import Refused
from publish.sandbox.state import Books, Object

WAITING = {"later": DAY // 2, "never": DAY // 2}
"""How long money takes that does not come at once."""


def reckon(books: Books, session: Object, discounts: Sequence[Mapping[str, Any]]) -> Object:
    """Write what a session costs, with these discounts."""
    hidden = books.hidden(session["id"])
    amount = hidden["amount"]
    if session["mode"] == "subscription" and hidden["subscription_data"].get("trial_period_days"):
        amount = 0
    less = goods.reduction(books, discounts, amount, session["currency"])
    priced = session | {
        "amount_subtotal": amount,
        "amount_total": amount - less,
        "discounts": [
            {"coupon": each["coupon"], "promotion_code": each["promotion_code"]}
            for each in discounts
        ],
        "total_details": {"amount_discount": less, "amount_shipping": 0, "amount_tax": 0},
    }
    line = _line(books, priced, hidden)
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    items = {"object": "list", "data": [line], "has_more": False, "url": url}
    return books.put(priced, more={"line_items": items})


def use_code(books: Books, session: Object, typed: str) -> bool:
    """Use a promotion code on an open session; tell whether it is one."""
    code = goods.usable_code(books, typed) if session["allow_promotion_codes"] else None
    if code is None:
        return False
    given = {"coupon": code["promotion"]["coupon"], "promotion_code": code["id"]}
    reckon(books, session, [given])
    return True


def complete(books: Books, session: Object, payer: Payer, outcome: str = "now") -> Object:
    """Finish a session: `outcome` is now, later or never; return it as it is then."""
    goods.redeemed(books, session["discounts"])
    payer = _known(books, session, payer)
    if session["mode"] == "subscription":
        done = _subscribe(books, session, payer)
    else:
        done = _pay(books, session, payer, outcome)
    done |= {
        "customer": payer.customer,
        "customer_details": details_of(payer),
        "status": "complete",
        "url": None,
    }
    books.put(done)
    books.emit("checkout.session.completed", done)
    return done


def refuse(books: Books, session: Object, payer: Payer, code: str = "card_declined") -> None:
    """Let a payment fail; the session stays open."""
    if session["mode"] == "payment":
        unpaid = _intent(books, session, payer)
        money.decline(books, unpaid, payer, code)
        books.put(session | {"payment_intent": unpaid["id"]})


def arrive(books: Books, session: Object) -> Object:
    """Let the money come that a session waits for, or fail for good."""
    came = books.hidden(session["id"])["outcome"] == "later"
    waiting = books.get("payment_intent", session["payment_intent"])
    payer = money.payer_of(books, waiting)
    if came:
        paid = money.pay(books, waiting, payer)
        done = books.put(session | {"payment_status": "paid"}, arrives=None)
        if invoice := session["invoice"]:
            invoices.settle_with(books, books.get("invoice", invoice), paid)
        books.emit("checkout.session.async_payment_succeeded", done)
        return done
    money.decline(books, waiting, payer, "payment_intent_payment_attempt_failed")
    books.put(session, arrives=None)
    books.emit("checkout.session.async_payment_failed", session)
    return session


def expire(books: Books, session: Object) -> Object:
    """Close a session that nobody finished.

    Raises:
        Refused: it is not open.

    """
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of {session['status']}."
        )
    gone = books.put(session | {"status": "expired", "url": None})
    books.emit("checkout.session.expired", gone)
    return gone


def _subscribe(books: Books, session: Object, payer: Payer) -> Object:
    hidden = books.hidden(session["id"])
    given = hidden["subscription_data"]
    wish = subscribing.Wish(
        books.get("price", hidden["price"]),
        session["currency"],
        session["id"],
        labels({}, given.get("metadata")),
        given.get("trial_period_days") or 0,
        session["discounts"],
    )
    begun, invoice = subscribing.begin(books, wish, payer)
    status = "paid" if invoice["amount_due"] else "no_payment_required"
    linked = {"subscription": begun["id"], "invoice": invoice["id"], "payment_status": status}
    return session | linked


def _pay(books: Books, session: Object, payer: Payer, outcome: str) -> Object:
    if not session["amount_total"]:
        return session | {"payment_status": "no_payment_required"}
    unpaid = _intent(books, session, payer)
    linked = session | {"payment_intent": unpaid["id"], "invoice": None}
    if outcome == "now":
        paid = money.pay(books, unpaid, payer)
        if invoice := _invoice(books, session, payer):
            invoices.settle_with(books, invoice, paid)
            linked["invoice"] = invoice["id"]
        return linked | {"payment_status": "paid"}
    if invoice := _invoice(books, session, payer):
        linked["invoice"] = invoice["id"]
    money.process(books, unpaid, payer)
    books.put(session, outcome=outcome, arrives=books.now + WAITING[outcome])
    return linked


def _invoice(books: Books, session: Object, payer: Payer) -> Object | None:
    wanted = session["invoice_creation"]
    if not wanted or not wanted["enabled"]:
        return None
    hidden = books.hidden(session["id"])
    sold = books.get("price", hidden["price"])
    line = invoices.Line(sold, hidden["amount"], books.now, books.now)
    return invoices.write(books, line, session["currency"], payer, discounts=session["discounts"])


def _intent(books: Books, session: Object, payer: Payer) -> Object:
    if session["payment_intent"]:
        return books.get("payment_intent", session["payment_intent"])
    given = books.hidden(session["id"])["payment_intent_data"]
    made = money.intent(
        books,
        session["amount_total"],
        session["currency"],
        payer,
        labels({}, given.get("metadata")),
    )
    books.put(made)
    books.emit("payment_intent.created", made)
    return made


def _known(books: Books, session: Object, payer: Payer) -> Payer:
    """Return the payer with a customer, where the session makes or knows one."""
    if session["customer"]:
        return Payer(payer.mail, session["customer"], payer.method, payer.card)
    wants = session["mode"] == "subscription" or session["invoice_creation"]["enabled"]
    if not wants and session["customer_creation"] != "always":
        return payer
    made = books.put(goods.customer(books, {"email": payer.mail}))
    books.emit("customer.created", made)
    return Payer(payer.mail, made["id"], payer.method, payer.card)


def details_of(payer: Payer) -> Object:
    """Return what a session says of who pays."""
    return {
        "address": None,
        "business_name": None,
        "email": payer.mail or None,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _line(books: Books, session: Object, hidden: Mapping[str, Any]) -> Object:
    sold = books.get("price", hidden["price"])
    product = books.get("product", sold["product"])
    return {
        "id": hidden["line"],
        "object": "item",
        "amount_discount": session["total_details"]["amount_discount"],
        "amount_subtotal": session["amount_subtotal"],
        "amount_tax": 0,
        "amount_total": session["amount_total"],
        "currency": session["currency"],
        "description": product["name"],
        "price": sold,
        "quantity": 1,
    }
