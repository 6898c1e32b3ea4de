"""What the account page lists: what somebody owns and until when, orders, devices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from publish.paywall import devices, keys, money, orders, receipts, rights, sessions
from publish.paywall.orders import Order
from publish.paywall.rights import Grant, Right
from publish.paywall.visit import Visit

Row: TypeAlias = dict[str, Any]
_MOST = 1000
_OVER = ("canceled", "incomplete", "incomplete_expired")


def own_orders(visit: Visit) -> list[Order]:
    """Return the orders of who is here, the newest first: the person's, else this browser's."""
    if visit.person:
        return of_person(visit, visit.person)
    opened = visit.session.opened if visit.session else ()
    found = [(orders.find(visit.world.store, each.grant), each.person) for each in opened]
    return _newest(order for order, owner in found if order and order.person == owner)


def of_person(visit: Visit, person: str) -> list[Order]:
    """Return a person's orders, the newest first."""
    store = visit.world.store
    lines = store.query(keys.person(person), keys.order(""), limit=_MOST)
    found = [orders.find(store, line.key.partition("#")[2]) for line in lines]
    return _newest(each for each in found if each and each.person == person)


def _newest(found: Iterable[Order]) -> list[Order]:
    return sorted(found, key=lambda order: (order.made, order.id), reverse=True)


def owned(visit: Visit) -> list[Row]:
    """Return a row for each product that is open, on hold or paused, and each membership that runs.

    A membership that something else outranks still has its row, and one that is closed because it
    was not paid: they cost money and can be cancelled.
    """
    ledger = {grant.id: grant for grant in visit.ledger}
    found = [right for right in visit.held.values() if _worth(right, ledger.get(right.source))]
    shown = {right.source for right in found}
    for grant in ledger.values():
        if grant.id not in shown and goes_on(grant):
            found += rights.rights([grant], visit.now).values()
    found.sort(key=lambda right: (right.product, right.source))
    return [_row(visit, right, ledger.get(right.source)) for right in found]


def goes_on(grant: Grant | None) -> bool:
    """Tell whether a membership still exists at the provider, read or not: it may cost money."""
    told = grant.subscription if grant else None
    return told is not None and told.status not in _OVER


def _worth(right: Right, grant: Grant | None) -> bool:
    return right.open or right.held or goes_on(grant)


def _paused(grant: Grant | None) -> bool:
    told = grant.subscription if grant else None
    return bool(told and (told.paused or told.status == "paused"))


def _row(visit: Visit, right: Right, grant: Grant | None) -> Row:
    manifest = visit.release.manifest
    subscription = grant.subscription if grant else None
    stops = bool(subscription and (subscription.cancelled or subscription.cancel_at))
    mine = bool(visit.person and visit.world.payments and goes_on(grant))
    paused = _paused(grant)
    plain = not (right.held or paused or right.grace)
    return {
        "title": receipts.title(manifest, right.product, visit.lang),
        "url": receipts.place(manifest, right.product, visit.lang) or visit.language.home,
        "order": right.source,
        "until": visit.day(right.until) if right.until else "",
        "forever": right.open and right.until is None,
        "ends": bool(plain and right.until and not right.renews),
        "renews": plain and right.renews,
        "grace": right.grace and not right.held,
        "held": right.held,
        "paused": paused,
        "trial": bool(right.open and subscription and subscription.trial),
        "cancel": mine and not stops,
        "resume": mine and stops,
    }


def order_rows(visit: Visit, found: Sequence[Order]) -> list[Row]:
    """Return a row for each order that was finished, and for what came without an order."""
    rows = [(each.made, _order_row(visit, each)) for each in found if each.state != "open"]
    known = {each.id for each in found}
    for grant in visit.ledger:
        if grant.id not in known and grant.kind in ("code", "comp", "import"):
            rows.append((grant.at, _gift_row(visit, grant)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0], reverse=True)]


def _order_row(visit: Visit, order: Order) -> Row:
    price = money.written(order.amount, order.currency, visit.lang) if order.currency else ""
    return {
        "number": order.number,
        "title": receipts.title(visit.release.manifest, order.product, visit.lang),
        "date": visit.day(order.made),
        "price": price if order.amount else visit.term("free"),
        "state": visit.term(state(order)),
    }


def _gift_row(visit: Visit, grant: Grant) -> Row:
    return {
        "number": "",
        "title": receipts.title(visit.release.manifest, grant.product, visit.lang),
        "date": visit.day(grant.at),
        "price": "",
        "state": visit.term("redeemed" if grant.kind == "code" else "given"),
    }


def state(order: Order) -> str:
    """Return one of the TERMS for what became of an order."""
    if order.state == "pending":
        return "waiting for the payment"
    if order.state != "paid":
        return "not paid"
    if order.dispute == "open":
        return "in dispute"
    if order.dispute == "lost" or (order.amount and order.refunded >= order.amount):
        return "refunded"
    return "refunded in part" if order.refunded else "paid"


def device_rows(visit: Visit) -> list[Row]:
    """Return a row for each device that is signed in."""
    if not visit.person or visit.session is None:
        return []
    return [
        {
            "device": each.hash,
            "name": devices.name(each.agent, visit.term),
            "since": visit.day(each.made),
            "here": each.hash == visit.session.hash,
        }
        for each in sessions.devices(visit.world.store, visit.person)
    ]
