"""Money that seems to move: payment intents, charges, refunds, disputes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from publish.sandbox.goods import labels
from publish.sandbox.months import DAY
from publish.sandbox.params import Refused
from publish.sandbox.state import Books, Object

WORKING, DECLINED, CONFIRMED, FAILS_LATER = "4242", "0002", "3155", "0341"
_REFUND_DAYS = {"alipay": 90, "wechat_pay": 180}


@dataclass(frozen=True)
class Payer:
    """Who pays, and how: `method` is card, alipay or wechat_pay, `card` its last four digits."""

    mail: str
    customer: str | None = None
    method: str = "card"
    card: str = WORKING


def intent(
    books: Books, amount: int, currency: str, payer: Payer, metadata: Mapping[str, str]
) -> Object:
    """Return a payment that nobody has paid yet."""
    key = books.new_id("pi")
    return {
        "id": key,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": books.new_id(f"{key}_secret"),
        "confirmation_method": "automatic",
        "created": books.now,
        "currency": currency,
        "customer": payer.customer,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(metadata),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": [payer.method],
        "processing": None,
        "receipt_email": payer.mail or None,
        "setup_future_usage": None,
        "shipping": None,
        "status": "requires_payment_method",
    }


def pay(books: Books, unpaid: Object, payer: Payer) -> Object:
    """Let a payment succeed."""
    charged = _charge(books, unpaid, payer, "succeeded")
    books.emit("charge.succeeded", charged)
    paid = unpaid | {
        "amount_received": unpaid["amount"],
        "customer": payer.customer,
        "last_payment_error": None,
        "latest_charge": charged["id"],
        "payment_method": charged["payment_method"],
        "payment_method_types": [payer.method],
        "status": "succeeded",
    }
    books.put(paid)
    books.emit("payment_intent.succeeded", paid)
    return paid


def process(books: Books, unpaid: Object, payer: Payer) -> Object:
    """Let a payment wait for money that comes later."""
    waiting = unpaid | {
        "customer": payer.customer,
        "payment_method": books.new_id("pm"),
        "payment_method_types": [payer.method],
        "status": "processing",
    }
    books.put(waiting, payer=asdict(payer))
    books.emit("payment_intent.processing", waiting)
    return waiting


def decline(books: Books, unpaid: Object, payer: Payer, code: str = "card_declined") -> Object:
    """Let a payment fail."""
    charged = _charge(books, unpaid, payer, "failed", code)
    books.emit("charge.failed", charged)
    failed = unpaid | {
        "last_payment_error": {
            "type": "card_error" if payer.method == "card" else "invalid_request_error",
            "code": code,
            "decline_code": "generic_decline",
            "message": charged["failure_message"],
            "charge": charged["id"],
        },
        "latest_charge": charged["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
    books.put(failed)
    books.emit("payment_intent.payment_failed", failed)
    return failed


def payer_of(books: Books, waiting: Object) -> Payer:
    """Return who is paying a payment that is processing."""
    return Payer(**books.hidden(waiting["id"])["payer"])


def _charge(books: Books, of: Object, payer: Payer, status: str, code: str = "") -> Object:
    good = status == "succeeded"
    message = None if good else "Your card was declined."
    return books.put(
        {
            "id": books.new_id("ch" if payer.method == "card" else "py"),
            "object": "charge",
            "amount": of["amount"],
            "amount_captured": of["amount"] if good else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": books.new_id("txn") if good else None,
            "billing_details": _billing(payer),
            "calculated_statement_descriptor": "INKSTEAD SANDBOX",
            "captured": good,
            "created": books.now,
            "currency": of["currency"],
            "customer": payer.customer,
            "description": of["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": code or None,
            "failure_message": message,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(of["metadata"]),
            "on_behalf_of": None,
            "outcome": None,
            "paid": good,
            "payment_intent": of["id"],
            "payment_method": books.new_id("pm"),
            "payment_method_details": _details(payer),
            "receipt_email": payer.mail or None,
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        }
    )


def _billing(payer: Payer) -> Object:
    named = {"city", "country", "line1", "line2", "postal_code", "state"}
    address = dict.fromkeys(sorted(named))
    return {
        "address": address,
        "email": payer.mail or None,
        "name": None,
        "phone": None,
        "tax_id": None,
    }


def _details(payer: Payer) -> Object:
    if payer.method == "card":
        card = {"brand": "visa", "last4": payer.card, "exp_month": 12, "exp_year": 2040}
        return {"type": "card", "card": {**card, "country": "US", "funding": "credit"}}
    return {"type": payer.method, payer.method: {"fingerprint": None, "transaction_id": None}}


def refund(
    books: Books,
    charged: Object,
    amount: int | None = None,
    *,
    reason: str | None = None,
    metadata: Mapping[str, str] | None = None,
    fails: int | None = None,
) -> Object:
    """Give money back; `fails` is when the bank will send it back to the seller, if ever.

    Raises:
        Refused: there is not so much left, or it is too late for this way of paying.

    """
    left = charged["amount"] - charged["amount_refunded"]
    wanted = left if amount is None else amount
    _check_refund(books, charged, wanted, left)
    given: Object = {
        "id": books.new_id("re"),
        "object": "refund",
        "amount": wanted,
        "balance_transaction": books.new_id("txn"),
        "charge": charged["id"],
        "created": books.now,
        "currency": charged["currency"],
        "destination_details": {"type": charged["payment_method_details"]["type"]},
        "metadata": labels({}, metadata),
        "payment_intent": charged["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    books.put(given, fails=fails)
    books.emit("refund.created", given)
    changed = _refunded(books, charged, wanted)
    books.emit("charge.refunded", changed)
    return given


def fail_refund(books: Books, given: Object) -> Object:
    """Let a refund come back: the seller has the money again."""
    failed = given | {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": books.new_id("txn"),
    }
    books.put(failed, fails=None)
    charged = books.get("charge", given["charge"])
    changed = _refunded(books, charged, -given["amount"])
    books.emit("charge.refund.updated", failed)
    books.emit("refund.failed", failed)
    books.emit("charge.updated", changed)
    return failed


def _check_refund(books: Books, charged: Object, wanted: int, left: int) -> None:
    if charged["status"] != "succeeded":
        raise Refused("This charge was not paid, so it cannot be refunded.")
    if charged["disputed"]:
        raise Refused(
            f"Charge {charged['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if left == 0:
        raise Refused(
            f"Charge {charged['id']} has already been refunded.", code="charge_already_refunded"
        )
    if not 0 < wanted <= left:
        raise Refused(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    days = _REFUND_DAYS.get(charged["payment_method_details"]["type"])
    if days and books.now > charged["created"] + days * DAY:
        raise Refused(
            f"This payment is too old: it can be refunded for {days} days.",
            code="charge_exceeds_source_limit",
        )


def _refunded(books: Books, charged: Object, amount: int) -> Object:
    total = charged["amount_refunded"] + amount
    whole = total == charged["amount"]
    return books.put(charged | {"amount_refunded": total, "refunded": whole})


def dispute(books: Books, charged: Object, reason: str = "fraudulent") -> Object:
    """Let the payer's bank take money back.

    Raises:
        Refused: it was taken back already.

    """
    if charged["disputed"]:
        raise Refused("This charge is disputed already.")
    opened: Object = {
        "id": books.new_id("du"),
        "object": "dispute",
        "amount": charged["amount"],
        "balance_transactions": [],
        "charge": charged["id"],
        "created": books.now,
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": books.now + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    books.put(opened)
    books.put(charged | {"disputed": True})
    books.emit("charge.dispute.created", opened)
    books.emit("charge.dispute.funds_withdrawn", opened)
    return opened


def settle(books: Books, opened: Object, status: str) -> Object:
    """End a dispute: `status` is won or lost.

    Raises:
        Refused: it is over already.

    """
    if opened["status"] in ("won", "lost"):
        raise Refused("This dispute is already closed.")
    closed = books.put(opened | {"status": status})
    if status == "won":
        books.emit("charge.dispute.funds_reinstated", closed)
    books.emit("charge.dispute.closed", closed)
    return closed
