"""Catching up with Stripe: events told again, and everything looked at once more.

Both fetch the purchase and let `fulfil` decide, as a webhook does. Grants that no order stands
behind (codes, gifts, imports) are never touched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from publish.operating.opening import Desk
from publish.paywall import fulfil, keys, orders
from publish.paywall.orders import Order
from publish.paywall.payments import stripe_objects
from publish.paywall.payments.stripe_desk import Object
from publish.paywall.ports import Conflict, Event, Item, Operation, PaymentsDown, Put, Store

# What changes often and says nothing to a creator.
_QUIET = ("browser", "page", "lang")


@dataclass(frozen=True)
class Change:
    """One value that differed: "order.refunded", what it was, what it is now."""

    field: str
    was: str
    now: str


@dataclass(frozen=True)
class Drift:
    """A purchase that was not as Stripe tells it, and its order as it is now."""

    reference: str
    order: Order
    changed: tuple[Change, ...]


@dataclass(frozen=True)
class Trouble:
    """A purchase that could not be looked at."""

    reference: str
    cause: str


# ---- events ---------------------------------------------------------------------------------


def events(desk: Desk, since: datetime | None, failed: bool) -> list[Event]:
    """Return events, the oldest first: since a time, and only those that did not arrive."""
    wanted: dict[str, Any] = {}
    if since:
        wanted["created"] = {"gte": int(since.timestamp())}
    if failed:
        wanted["delivery_success"] = False
    found = [stripe_objects.event(each) for each in desk.stripe().all("event", **wanted)]
    return found[::-1]


def event(desk: Desk, key: str) -> Event | None:
    """Return an event by its id."""
    found: Object | None = desk.stripe().find("event", key)
    return stripe_objects.event(found) if found else None


def replay(desk: Desk, told: Event) -> list[Drift]:
    """Fetch all that an event may have changed, and bring it up to date; return what changed."""
    return [drift for reference in references(desk, told) if (drift := look(desk, reference))]


def references(desk: Desk, told: Event) -> list[str]:
    """Return the purchases that an event is about."""
    payments = desk.world.payments
    return list(payments.of_event(told)) if payments else []


# ---- everything -----------------------------------------------------------------------------


def purchases(desk: Desk) -> list[str]:
    """Return the reference of everything that was sold: orders here, subscriptions at Stripe."""
    store = desk.world.store
    found = [
        order.reference
        for order in orders.everything(store)
        if order.reference and order.state != "expired"  # a Checkout never comes back from that
    ]
    running = (each["id"] for each in desk.stripe().all("subscription", status="all"))
    unknown = [key for key in running if orders.find_by_reference(store, key) is None]
    return list(dict.fromkeys((*found, *unknown)))


def reconcile(
    desk: Desk, plan: bool, heard: Callable[[int, int], None]
) -> tuple[list[Drift], list[Trouble], int]:
    """Look at every purchase and repair what differs; return what did, what failed, how many."""
    wanted = purchases(desk)
    drifts: list[Drift] = []
    troubles: list[Trouble] = []
    for number, reference in enumerate(wanted, 1):
        heard(number, len(wanted))
        try:
            drift = look(desk, reference, plan=plan)
        except (PaymentsDown, Conflict) as cause:
            troubles.append(Trouble(reference, str(cause)))
            continue
        if drift:
            drifts.append(drift)
    return drifts, troubles, len(wanted)


def look(desk: Desk, reference: str, *, plan: bool = False) -> Drift | None:
    """Bring one purchase up to date, or with `plan` only say what differs; None: nothing does."""
    watched = _Watched(desk.world.store, plan)
    order = fulfil.sync(dataclasses.replace(desk.world, store=watched), reference)
    changed = tuple(each for put, before in watched.puts for each in _differences(put, before))
    return Drift(reference, order, changed) if order and changed else None


class _Watched:
    """A store that remembers what was written, and for a plan writes nothing."""

    def __init__(self, store: Store, plan: bool) -> None:
        self.name, self._store, self._plan = store.name, store, plan
        self.puts: list[tuple[Put, Mapping[str, Any]]] = []

    def get(self, partition: str, key: str) -> Item | None:
        """Return an object."""
        return self._store.get(partition, key)

    def query(
        self, partition: str, prefix: str = "", after: str = "", limit: int = 1000, up_to: str = ""
    ) -> Sequence[Item]:
        """Return objects of a partition."""
        return self._store.query(partition, prefix, after, limit, up_to)

    def write(self, *operations: Operation) -> None:
        """Write, unless it is a plan; then remember."""
        puts = [each for each in operations if isinstance(each, Put) and _tells(each)]
        before = [self._store.get(each.partition, each.key) for each in puts]
        if not self._plan:
            self._store.write(*operations)
        self.puts += [
            (put, item.value if item else {}) for put, item in zip(puts, before, strict=True)
        ]

    def everything(self) -> Iterator[Item]:
        """Yield every object."""
        return self._store.everything()

    def load(self, items: Sequence[Item]) -> int:
        """Write objects that are not there yet, unless it is a plan; return how many."""
        return 0 if self._plan else self._store.load(items)


def _tells(put: Put) -> bool:
    """Tell whether a creator wants to hear of it: orders and grants, not counters and pointers."""
    is_order = put.partition.startswith(keys.order("")) and put.key == keys.SELF
    return is_order or put.key.startswith(keys.grant(""))


def _differences(put: Put, before: Mapping[str, Any]) -> Iterator[Change]:
    if put.value.get("state") == before.get("state") == "open":
        return  # somebody is still at the Checkout
    what = "grant" if put.key.startswith(keys.grant("")) else "order"
    for name, now, was in _leaves(put.value, before):
        if now != was and name not in _QUIET:
            yield Change(f"{what}.{name}", _text(was), _text(now))


def _leaves(now: Mapping[str, Any], was: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the values of an object and how they were, one level into what is nested."""
    for name, value in now.items():
        old = was.get(name)
        if isinstance(value, Mapping):
            inner = old if isinstance(old, Mapping) else {}
            yield from ((f"{name}.{key}", each, inner.get(key)) for key, each in value.items())
        else:
            yield name, value, old


def _text(value: Any) -> str:
    return "" if value is None else str(value)
