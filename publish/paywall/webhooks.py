"""What the payment provider tells us: verified, noted once, and taken as a reason to look again.

Nothing in an event is believed but which objects it is about; those are fetched again.
"""

from __future__ import annotations

import logging

from publish.paywall import counting, fulfil, http
from publish.paywall.http import Response
from publish.paywall.ports import Conflict, Event, NotVerified, Payments, PaymentsDown
from publish.paywall.visit import Visit, World

log = logging.getLogger("inkstead")


def receive(visit: Visit, rest: str) -> Response:
    """Take one event; whatever went wrong on our side is answered so that it is sent again."""
    world = visit.world
    if world.payments is None:
        return _refused("nothing-here", 410)
    try:
        signature = visit.request.header("stripe-signature")
        event = world.payments.verify(visit.request.body, signature, visit.now)
    except NotVerified:
        _failed("not verified")
        return _refused("bad-request", 400)
    try:
        if _ours(world.payments, event):
            deal(world, event)
        else:
            counting.note(world.store, "foreign-event", visit.now)
    except (PaymentsDown, Conflict) as cause:
        _failed(f"{type(cause).__name__} in {event.type}")
        return _refused("payments-down", 503)
    except Exception as cause:
        _failed(f"{type(cause).__name__} in {event.type}")
        raise
    return _taken()


def deal(world: World, event: Event) -> None:
    """Bring everything up to date that a verified event of ours may have changed.

    Raises:
        Conflict: too many wanted it at once.
        PaymentsDown: the provider does not answer.
        StoreDown: the store does not answer.

    """
    if world.payments is None or fulfil.seen(world, event.id):
        return
    references = world.payments.of_event(event)
    for reference in references[:-1]:
        fulfil.sync(world, reference)
    if references:
        fulfil.sync(world, references[-1], event.id)
        return
    try:
        world.store.write(fulfil.noting(world, event.id))
    except Conflict:
        return  # The same event came twice at once.


def _failed(why: str) -> None:
    """Log the one line that an alarm counts."""
    log.error("inkstead webhook-failed: %s", why)


def _ours(payments: Payments, event: Event) -> bool:
    """Tell whether an event is of our account and mode."""
    if event.live != (payments.mode == "live"):
        return False
    return not event.account or event.account == payments.account


def _taken() -> Response:
    return http.json_answer({"received": True})


def _refused(code: str, status: int) -> Response:
    return http.json_answer({"error": {"code": code, "message": code}}, status)
