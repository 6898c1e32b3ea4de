"""Looking again: what a webhook that never came would have told.

A job waits for the moments at which something must have happened: the end of a Checkout, of a
paid period, of a payment that is on its way. It only fetches the purchase again, as a webhook
does, so one that comes too early or too often does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from publish.paywall import orders, queue
from publish.paywall.orders import Order
from publish.paywall.ports import Operation, PaymentsDown
from publish.paywall.queue import Job, Later
from publish.paywall.rights import Grant
from publish.paywall.visit import World

AFTER_CHECKOUT = timedelta(hours=25)
"""A Checkout is open for a day."""
AFTER_PERIOD = timedelta(days=1)
"""Late enough for a renewal to be through, well within the grace that a renewal has."""
PENDING = timedelta(days=1)
GIVEN_UP = timedelta(days=60)
"""No payment is on its way for longer."""


def after_checkout(order: Order) -> Operation:
    """Return what to write so that a Checkout nobody came back from is looked at."""
    return _adding(order, order.made + AFTER_CHECKOUT)


def wanted(order: Order, before: Grant | None, after: Grant | None) -> list[Operation]:
    """Return what to write so that a grant which changed is looked at when it must change next."""
    due = _due(after) if after else None
    if due is None or (before and _due(before) == due):
        return []
    return [_adding(order, due)]


def _due(grant: Grant) -> datetime | None:
    if grant.state == "pending":
        return grant.at + PENDING
    running = grant.subscription
    if running is None or running.ended or grant.state == "revoked":
        return None
    # One that ends only after the running period renews before that.
    return min(running.period_end, running.cancel_at or running.period_end) + AFTER_PERIOD


def _adding(order: Order, due: datetime) -> Operation:
    return queue.adding(due, "look", {"order": order.id})


def look(world: World, job: Job) -> None:
    """Fetch an order's purchase again and bring it up to date.

    Raises:
        Later: the provider does not answer.

    """
    from publish.paywall import fulfil

    order = orders.find(world.store, str(job.value["order"]))
    if order is None or not order.reference or world.payments is None:
        return
    try:
        found = fulfil.sync(world, order.reference)
    except PaymentsDown as cause:
        raise Later(str(cause)) from cause
    now = world.clock()
    if found and found.state == "pending" and now < found.made + GIVEN_UP:
        world.store.write(_adding(found, now + PENDING))
