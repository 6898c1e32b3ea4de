"""Redemption codes: made in batches, printed once, kept as hashes, used as often as they allow.

A code has 80 random bits. Each person uses a code once; a code that several may use counts them
under a version guard, so the last use goes to one. What was redeemed stays when a code or its
batch is revoked: the grant is taken back by itself.

A code is for a product or for a lead magnet, and gives nothing of the other kind; what it does
for a magnet is a matter of `magnet_codes`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from publish.paywall import keys, ledgers, rights
from publish.paywall.ports import ABSENT, Check, Item, Operation, Put, Store
from publish.paywall.rights import Grant
from publish.paywall.walking import every

LETTERS = 16
_BATCH_LETTERS = 8
_GROUP = 4
_AT_ONCE = 40
MOST = 10_000
USE = "use#"
_CODE = "code#"


class Refused(Exception):
    """The code gives nothing; `code` is one of the MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Batch:
    """Codes that were made together, for a `product` or for a lead `magnet`.

    `days` is the span each gives of a product, 0 is for good. `uses` is how many people may use
    each code, `price` and `channel` say what it was sold for and where, for the books.
    """

    id: str
    product: str
    days: int
    count: int
    made: datetime
    uses: int = 1
    expires: datetime | None = None
    price: str = ""
    channel: str = ""
    note: str = ""
    revoked: bool = False
    magnet: str = ""
    version: int = 0


@dataclass(frozen=True)
class Use:
    """Who redeemed a code, and when; `code` is its hash.

    What opens a lead magnet is used by a browser: then there is no grant, and no person.
    """

    code: str
    person: str
    at: datetime
    grant: str


@dataclass(frozen=True)
class Redemption:
    """What a code gives one person, and what to write for it."""

    grant: Grant
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Code:
    """One code of a batch, by its hash; `used` is how often."""

    hash: str
    batch: str
    used: int
    revoked: bool
    version: int


# ---- making and looking ----


def make(
    store: Store,
    now: datetime,
    *,
    count: int,
    product: str = "",
    magnet: str = "",
    days: int = 0,
    uses: int = 1,
    expires: datetime | None = None,
    price: str | None = None,
    channel: str = "",
    note: str = "",
) -> tuple[Batch, list[str]]:
    """Store a batch and return it with its codes as they are printed; nobody sees them again.

    Raises:
        ValueError: a number is out of bounds, or it is not for one product or one magnet.

    """
    if bool(product) == bool(magnet) or (magnet and days):
        raise ValueError(f'"{product}" or "{magnet}" for {days} days: one of them, with its days')
    if not 0 < count <= MOST or days < 0 or uses < 1:
        raise ValueError(f"count {count} is not 1 to {MOST}, or days {days} or uses {uses} too few")
    batch = Batch(
        keys.new_id(_BATCH_LETTERS),
        product, days, count, now, uses, expires, price or "", channel, note, magnet=magnet,
    )  # fmt: skip
    made = [keys.new_id(LETTERS) for _ in range(count)]
    store.write(
        Put(keys.batch(batch.id), keys.SELF, _batch_value(batch), ABSENT),
        Put(keys.BATCHES, keys.at(now, batch.id), {"batch": batch.id}, ABSENT),
    )
    for at in range(0, count, _AT_ONCE):
        store.write(*(each for code in made[at : at + _AT_ONCE] for each in _new(batch, code)))
    return batch, [printed(code) for code in made]


def _new(batch: Batch, code: str) -> list[Operation]:
    hash_ = keys.hashed(code)
    value = {"batch": batch.id, "used": 0, "revoked": False}
    return [
        Put(keys.code(hash_), keys.SELF, value, ABSENT),
        Put(keys.batch(batch.id), _CODE + hash_, {"code": hash_}, ABSENT),
    ]


def printed(code: str) -> str:
    """Return a code as it is printed: groups of four letters."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def typed(text: str) -> str:
    """Return a code as it was meant, "" when it cannot be one.

    Case, spaces, hyphens, look-alikes and the full-width letters of a Chinese keyboard do not
    matter.
    """
    meant = keys.typed(unicodedata.normalize("NFKC", text))
    return meant if len(meant) == LETTERS and meant.isascii() else ""


def hash_of(text: str) -> str:
    """Return the hash of a code as a person typed it.

    Raises:
        Refused: it cannot be a code.

    """
    meant = typed(text)
    if not meant:
        raise Refused("redeem-unknown")
    return keys.hashed(meant)


def batches(store: Store) -> list[Batch]:
    """Return every batch, the oldest first."""
    found = (find_batch(store, str(line.value["batch"])) for line in every(store, keys.BATCHES))
    return [each for each in found if each]


def find_batch(store: Store, batch: str) -> Batch | None:
    """Return a batch by its id, as a person may have typed it."""
    item = store.get(keys.batch(keys.typed(batch)), keys.SELF)
    return _read_batch(item) if item else None


def uses(store: Store, batch: str) -> list[Use]:
    """Return who redeemed codes of a batch, in order of time."""
    found = [
        _read_use(each.key, each.value) for each in every(store, keys.batch(keys.typed(batch)), USE)
    ]
    return sorted(found, key=lambda use: use.at)


def revoke(store: Store, batch_or_code: str) -> bool:
    """Let a batch or a single code give nothing any more; tell whether there is such a thing.

    Raises:
        Conflict: it was redeemed at the same moment; repeat.

    """
    item = _item(store, batch_or_code)
    if item is None:
        return False
    if not item.value["revoked"]:
        store.write(Put(item.partition, item.key, {**item.value, "revoked": True}, item.version))
    return True


def known(store: Store, batch_or_code: str) -> bool:
    """Tell whether there is such a batch or code."""
    return _item(store, batch_or_code) is not None


def _item(store: Store, batch_or_code: str) -> Item | None:
    if code := typed(batch_or_code):
        return store.get(keys.code(keys.hashed(code)), keys.SELF)
    return store.get(keys.batch(keys.typed(batch_or_code)), keys.SELF)


# ---- redeeming ----


def offered(store: Store, hash_: str, now: datetime) -> Batch:
    """Return what a code would give now.

    Raises:
        Refused: nothing, and why.

    """
    return _usable(store, hash_, now)[1]


def found(store: Store, hash_: str, magnet: str = "") -> tuple[Code, Batch]:
    """Return a code and its batch, whatever became of them: for a product, or for that `magnet`.

    Raises:
        Refused: there is no such code for it.

    """
    item = store.get(keys.code(hash_), keys.SELF)
    batch = find_batch(store, str(item.value["batch"])) if item else None
    if item is None or batch is None or batch.magnet != magnet:
        raise Refused("redeem-unknown")
    value = item.value
    code = Code(hash_, batch.id, int(value["used"]), bool(value["revoked"]), item.version)
    return code, batch


def check_usable(code: Code, batch: Batch, now: datetime) -> None:
    """Refuse a code that gives nothing any more.

    Raises:
        Refused: saying why.

    """
    if code.revoked or batch.revoked or (batch.expires and now >= batch.expires):
        raise Refused("redeem-over")
    if code.used >= batch.uses:
        raise Refused("redeem-used")


def using(code: Code, batch: Batch, who: str, use: Mapping[str, Any]) -> list[Operation]:
    """Return what to write for one use; it conflicts where another one or a change came first."""
    value = {"batch": batch.id, "used": code.used + 1, "revoked": code.revoked}
    listed = {"at": use["at"], "grant": use["grant"]}
    return [
        Put(keys.code(code.hash), keys.SELF, value, code.version),
        Put(keys.code(code.hash), USE + who, use, ABSENT),
        Put(keys.batch(batch.id), f"{USE}{code.hash}#{who}", listed, ABSENT),
        Check(keys.batch(batch.id), keys.SELF, batch.version),
    ]


def redeeming(store: Store, hash_: str, person: str, now: datetime) -> Redemption:
    """Return what a code gives a person, with what to write; of two at once one conflicts.

    Raises:
        Refused: nothing, and why.

    """
    if store.get(keys.code(hash_), USE + person):
        raise Refused("redeem-yours")
    code, batch = _usable(store, hash_, now)
    grant = Grant(
        id=f"code-{hash_[:16]}-{code.used + 1}",
        product=batch.product,
        kind="code",
        at=now,
        days=batch.days,
        note=f"batch {batch.id}",
    )
    if not batch.days and _for_good(store, person, batch.product, now):
        raise Refused("already-owned")
    use = {"at": keys.stamp(now), "grant": grant.id}
    line = Put(keys.person(person), keys.grant(grant.id), rights.grant_value(grant), ABSENT)
    return Redemption(grant, (*using(code, batch, person, use), line))


def _usable(store: Store, hash_: str, now: datetime) -> tuple[Code, Batch]:
    code, batch = found(store, hash_)
    check_usable(code, batch, now)
    return code, batch


def _for_good(store: Store, person: str, product: str, now: datetime) -> bool:
    """Tell whether a person holds a product for good, so that the code would be lost."""
    right = rights.rights(ledgers.of(store, person), now).get(product)
    return right is not None and right.open and right.until is None


def _batch_value(batch: Batch) -> dict[str, Any]:
    value = asdict(batch)
    del value["version"]
    ends = keys.stamp(batch.expires) if batch.expires else ""
    return value | {"made": keys.stamp(batch.made), "expires": ends}


def _read_use(key: str, value: Mapping[str, Any]) -> Use:
    _, code, who = key.split("#")
    return Use(code, who if value["grant"] else "", keys.when(value["at"]), value["grant"])


def _read_batch(item: Item) -> Batch:
    value: Mapping[str, Any] = item.value
    ends = keys.when(value["expires"]) if value["expires"] else None
    return Batch(
        **{**value, "made": keys.when(value["made"]), "expires": ends, "version": item.version}
    )
