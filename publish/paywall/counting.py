"""Counted, by day: what was ignored or looks wrong, so that `status` can say so."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from publish.paywall import keys
from publish.paywall.again import again
from publish.paywall.ports import ABSENT, Conflict, Put, Store


def note(store: Store, name: str, now: datetime) -> None:
    """Count one more; where too many count at once, one may be lost."""
    day = now.astimezone(UTC).date().isoformat()

    def step() -> None:
        item = store.get(keys.count(name), day)
        number = int(item.value["count"]) + 1 if item else 1
        expect = item.version if item else ABSENT
        store.write(Put(keys.count(name), day, {"count": number}, expect))

    with contextlib.suppress(Conflict):
        again(step)


def counted(store: Store, name: str) -> dict[str, int]:
    """Return how often, by day."""
    return {each.key: int(each.value["count"]) for each in store.query(keys.count(name))}
