"""What people collected: the lead magnets that are theirs, and whether they fetched them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from publish.paywall import keys
from publish.paywall.again import again
from publish.paywall.ports import ABSENT, Item, Operation, Put, Store


@dataclass(frozen=True)
class Collected:
    """A lead magnet of a person's: since when, in which language, and where they came from.

    `fetched` is when they first took the file, None as long as they did not.
    """

    magnet: str
    lang: str
    at: datetime
    page: str = ""
    post: str = ""
    campaign: Mapping[str, str] = field(default_factory=dict)
    fetched: datetime | None = None
    version: int = 0


def of(store: Store, person: str) -> list[Collected]:
    """Return what a person collected, by magnet."""
    return [read(item) for item in store.query(keys.person(person), keys.magnet(""))]


def find(store: Store, person: str, magnet: str) -> Collected | None:
    """Return what a person has of a magnet."""
    item = store.get(keys.person(person), keys.magnet(magnet))
    return read(item) if item else None


def saving(person: str, collected: Collected) -> Operation:
    """Return what to write; it conflicts when somebody else wrote it first."""
    value = value_of(collected)
    expect = collected.version or ABSENT
    return Put(keys.person(person), keys.magnet(collected.magnet), value, expect)


def fetch(store: Store, person: str, magnet: str, now: datetime) -> bool:
    """Write down that a person took the file; tell whether it is the first time.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """

    def step() -> bool:
        known = find(store, person, magnet)
        if known is None or known.fetched:
            return False
        store.write(saving(person, replace(known, fetched=now)))
        return True

    return again(step)


def value_of(collected: Collected) -> dict[str, Any]:
    """Return it as the store keeps it."""
    value = asdict(collected)
    del value["version"]
    fetched = keys.stamp(collected.fetched) if collected.fetched else ""
    return value | {
        "at": keys.stamp(collected.at),
        "fetched": fetched,
        "campaign": dict(collected.campaign),
    }


def read(item: Item) -> Collected:
    """Return it from the store."""
    told = item.value
    fetched = keys.when(told["fetched"]) if told["fetched"] else None
    return Collected(
        **{**told, "at": keys.when(told["at"]), "fetched": fetched, "version": item.version}
    )
