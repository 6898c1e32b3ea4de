"""Giving a product for nothing, and taking back what was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from publish.operating.readers import steadily
from publish.paywall import keys, ledgers, rights
from publish.paywall.ports import ABSENT, Put, Store
from publish.paywall.rights import Grant

# What a creator gave can be taken back; what was paid for goes back as money.
_GIVEN = ("comp", "code", "import")


def give(
    store: Store,
    person: str,
    product: str,
    now: datetime,
    *,
    days: int = 0,
    until: datetime | None = None,
    note: str = "",
) -> Grant | None:
    """Grant a product for nothing: for days, until a time, else for good.

    The grants of one day to one person are one: the same again changes nothing (None), other
    terms replace it.
    """
    made = Grant(
        id=f"comp-{product}-{now:%Y%m%d}",
        product=product,
        kind="comp",
        at=now,
        days=days,
        until=until,
        note=note,
    )
    return put_grant(store, person, made, _same_terms)


def put_grant(
    store: Store, person: str, grant: Grant, same: Callable[[Grant, Grant], bool]
) -> Grant | None:
    """Write a grant unless the one with its id is the same; None when it is.

    Raises:
        Failure: others change it all the time.

    """

    def step() -> Grant | None:
        writing = granting(store, person, grant, same)
        if writing is None:
            return None
        store.write(writing)
        return rights.read_grant(writing.value)

    return steadily(step)


def granting(
    store: Store, person: str, grant: Grant, same: Callable[[Grant, Grant], bool]
) -> Put | None:
    """Return what to write for a grant, None where the one with its id is the same."""
    partition, key = keys.person(person), keys.grant(grant.id)
    item = store.get(partition, key)
    known = rights.read_grant(item.value) if item else None
    if known and same(known, grant):
        return None
    # Days that run already go on from when they began.
    kept = replace(grant, at=known.at) if known and known.state == "ok" else grant
    expect = item.version if item else ABSENT
    return Put(partition, key, rights.grant_value(kept), expect)


def holds(
    store: Store, person: str, product: str, now: datetime
) -> tuple[list[Grant], list[Grant]]:
    """Return the grants of a product that were given, and the open ones that were bought."""
    found = ledgers.of(store, person)
    lines = [each for each in found if each.product == product and _stands(each)]
    given = [each for each in lines if each.kind in _GIVEN]
    bought = [each for each in lines if each.kind not in _GIVEN]
    return given, [each for each in bought if rights.rights([each], now)[product].open]


def take(store: Store, person: str, given: Sequence[Grant]) -> None:
    """Revoke grants that were given."""
    for each in given:
        gone = replace(each, state="revoked")
        put_grant(store, person, gone, lambda known, wanted: known.state == "revoked")


def _stands(grant: Grant) -> bool:
    return grant.state != "revoked"


def _same_terms(known: Grant, wanted: Grant) -> bool:
    told = (known.state, known.days, known.until, known.note)
    return told == (wanted.state, wanted.days, wanted.until, wanted.note)
