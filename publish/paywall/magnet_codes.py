"""Codes that open a lead magnet: for who wrote to the creator elsewhere and gave no address here.

One code usually serves many, since an automatic answer is the same for everybody. Each browser
uses it once; typed again in the same one it opens again, also when it is used up, as long as it
is not revoked. Nobody knows who it was: the store keeps a hash of the browser's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from publish.paywall import codes, keys
from publish.paywall.again import again
from publish.paywall.ports import Operation, Put, Store

_LETTERS = 16


@dataclass(frozen=True)
class Origin:
    """Where a code was typed: the id of the post, "" for another page, and the campaign."""

    post: str = ""
    campaign: Mapping[str, str] = field(default_factory=dict)


NOWHERE = Origin()


@dataclass(frozen=True)
class Opening:
    """A code that opens a lead magnet in a browser: which `use` of it that is, what to write.

    There is nothing to write where this browser used it before.
    """

    use: str
    operations: tuple[Operation, ...] = ()


def magnet_of(store: Store, hash_: str) -> str:
    """Return the lead magnet that a code was made for, "" for another code or none."""
    item = store.get(keys.code(hash_), keys.SELF)
    batch = codes.find_batch(store, str(item.value["batch"])) if item else None
    return batch.magnet if batch else ""


def opening(
    store: Store, hash_: str, magnet: str, browser: str, now: datetime, origin: Origin = NOWHERE
) -> Opening:
    """Return how a code opens a magnet in a browser; of two at once one conflicts.

    Raises:
        Refused: it does not, and why.

    """
    code, batch = codes.found(store, hash_, magnet)
    who = keys.hashed(browser)[:_LETTERS]
    known = store.get(keys.code(hash_), codes.USE + who)
    if known and not (code.revoked or batch.revoked):
        return Opening(f"{hash_}#{who}")
    codes.check_usable(code, batch, now)
    use = {"at": keys.stamp(now), "grant": "", "fetched": "", **asdict(origin)}
    return Opening(f"{hash_}#{who}", tuple(codes.using(code, batch, who, use)))


def fetch(store: Store, use: str, now: datetime) -> Origin | None:
    """Write down that a use fetched the file; return where it began, None if not the first time.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    hash_, _, who = use.partition("#")

    def step() -> Origin | None:
        item = store.get(keys.code(hash_), codes.USE + who)
        if item is None or item.value["fetched"]:
            return None
        value = {**item.value, "fetched": keys.stamp(now)}
        store.write(Put(item.partition, item.key, value, item.version))
        return Origin(str(item.value["post"]), item.value["campaign"])

    return again(step)
