"""Giving money back: one refund, and the end of the subscription it paid for.

A refund is not a cancellation: whoever gives a member's money back and lets the subscription run
takes it again next month. So both happen here unless one is asked to be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from publish.contract.catalogue import N_
from publish.operating.opening import Desk
from publish.paywall import fulfil, money
from publish.paywall.orders import Order
from publish.trouble import Failure, WrongUsage

_FAILED = ("failed", "canceled")
_OVER = ("canceled", "incomplete_expired")


@dataclass(frozen=True)
class Wish:
    """What is to be done: `amount` in minor units goes back (0: nothing), `cancels` ends it."""

    order: Order
    amount: int
    cancels: bool


@dataclass(frozen=True)
class Done:
    """What was done, and the order as it is now."""

    refund: str
    status: str
    cancelled: bool
    order: Order


def amount_of(text: str, currency: str) -> int:
    """Return an amount that a person typed, in minor units.

    Raises:
        WrongUsage: it is no amount of this currency.

    """
    try:
        exact = Decimal(text.strip()) * 10 ** money.digits(currency)
        if exact.is_finite() and exact > 0 and exact == exact.to_integral_value():
            return int(exact)
    except InvalidOperation:
        pass
    raise WrongUsage(
        N_('--amount "{text}" is no amount in {currency} (write 9.90)'),
        text=text,
        currency=currency,
    )


def wish(desk: Desk, order: Order, amount: int | None, *, keep: bool, again: bool) -> Wish:
    """Return what is left to do for an order, after looking at it at Stripe.

    Without an `amount` all that is left of it goes back.

    Raises:
        WrongUsage: it was not paid, is more than is left, or was given back already.

    """
    order = (fulfil.sync(desk.world, order.reference) if order.reference else None) or order
    if order.state != "paid":
        raise WrongUsage(
            N_("order {order} is not paid, so there is nothing to give back"), order=order.number
        )
    cancels = not keep and subscription_runs(desk, order)
    left = order.amount - order.refunded
    if amount is not None and amount > left:
        raise WrongUsage(
            N_("order {order} has {left} left to give back"),
            order=order.number,
            left=money.written(left, order.currency),
        )
    if amount is not None and not again and amount in _given(desk, order):
        raise WrongUsage(
            N_("{amount} of order {order} was given back already (add --again to do it once more)"),
            amount=money.written(amount, order.currency),
            order=order.number,
        )
    wanted = left if amount is None else amount
    if wanted and not order.payment:
        raise Failure(N_("order {order} has no payment at Stripe"), order=order.number)
    return Wish(order, wanted, cancels)


def subscription_runs(desk: Desk, order: Order) -> bool:
    """Tell whether the order's subscription goes on, as Stripe tells it now."""
    if not order.subscription:
        return False
    found = desk.stripe().find("subscription", order.subscription)
    return found is not None and found["status"] not in _OVER


def carry_out(desk: Desk, wish: Wish) -> Done:
    """Give the money back, end the subscription, bring the ledger up to date.

    Raises:
        PaymentsDown: Stripe does not answer; the same again is safe.
        Refused: Stripe says no.

    """
    order, refund = wish.order, {}
    if wish.amount:
        refund = _refund(desk, wish)
    if wish.cancels and desk.world.payments:
        desk.world.payments.cancel(order.subscription, at_once=True)
    after = fulfil.sync(desk.world, order.reference) or order
    return Done(str(refund.get("id", "")), str(refund.get("status", "")), wish.cancels, after)


def _refund(desk: Desk, wish: Wish) -> dict[str, object]:
    """Refund under a key that a lost answer does not change and a failed refund does."""
    order = wish.order
    tries = sum(1 for _ in desk.stripe().all("refund", payment_intent=order.payment))
    return desk.stripe().create(
        "refund",
        {
            "payment_intent": order.payment,
            "amount": wish.amount,
            "metadata": {"inkstead_order": order.id},
        },
        f"refund-{order.id}-{tries}-{wish.amount}",
    )


def _given(desk: Desk, order: Order) -> set[int]:
    found = desk.stripe().all("refund", payment_intent=order.payment) if order.payment else ()
    return {int(each["amount"]) for each in found if each.get("status") not in _FAILED}
