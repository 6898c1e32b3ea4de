"""How often lead magnets were asked for, confirmed and fetched: by day, post and campaign.

Only numbers: who it was is not in them. A campaign is what the address of the visit said, so
nothing in it can be trusted, and it is cut.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast

from publish.paywall import keys
from publish.paywall.again import again
from publish.paywall.ports import ABSENT, Conflict, Put, Store
from publish.paywall.walking import every

What: TypeAlias = Literal["asked", "confirmed", "fetched"]
WHATS: tuple[What, ...] = ("asked", "confirmed", "fetched")
_LONGEST = 100
_MOST = 300
"""How many lines a day has: strangers make campaigns up, and no line ever expires."""
_OTHERS = "…"
"""The campaign of all that came when a day was full."""


@dataclass(frozen=True)
class Tally:
    """How often on one day (UTC, "2026-11-22"); `campaign` is "source / medium / name"."""

    day: str
    what: What
    post: str
    campaign: str
    count: int


def note(
    store: Store,
    magnet: str,
    what: What,
    now: datetime,
    *,
    post: str = "",
    campaign: Mapping[str, str] | None = None,
) -> None:
    """Count one more; where too many count at once, one may be lost."""
    named = campaign_name(campaign or {})
    day = now.astimezone(UTC).date().isoformat()
    lines = keys.magnet(magnet), f"{day}#{what}#"

    def place(campaign: str) -> tuple[str, str]:
        return lines[0], lines[1] + keys.hashed(f"{post}#{campaign}")[:16]

    def step() -> None:
        campaign, item = named, store.get(*place(named))
        if item is None and named and _full(store, *lines):
            campaign, item = _OTHERS, store.get(*place(_OTHERS))
        count = int(item.value["count"]) + 1 if item else 1
        value = {"post": post, "campaign": campaign, "count": count}
        listed = [] if item else [Put(keys.MAGNETS, magnet, {})]
        store.write(Put(*place(campaign), value, item.version if item else ABSENT), *listed)

    with contextlib.suppress(Conflict):
        again(step)


def _full(store: Store, partition: str, day: str) -> bool:
    return len(store.query(partition, day, limit=_MOST)) >= _MOST


def tallies(store: Store, magnet: str) -> Iterator[Tally]:
    """Yield all that was counted for a magnet, by day."""
    for item in every(store, keys.magnet(magnet)):
        day, what, _ = item.key.split("#")
        told = item.value
        kind = cast(What, what)  # only `note` writes here
        yield Tally(day, kind, told["post"], told["campaign"], int(told["count"]))


def magnets(store: Store) -> list[str]:
    """Return the ids of all lead magnets that anything was ever counted for."""
    return [item.key for item in every(store, keys.MAGNETS)]


def campaign_name(campaign: Mapping[str, str]) -> str:
    """Return a campaign in one line: source, medium and name, those that there are."""
    parts = (campaign.get(f"utm_{each}", "") for each in ("source", "medium", "campaign"))
    return " / ".join(part for part in parts if part)[:_LONGEST]
