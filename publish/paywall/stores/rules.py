"""What holds for every store, so that what one takes the others take too.

The bounds are those of DynamoDB: 2048 and 1024 bytes of keys, 4 MB in one transaction.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from publish.paywall.ports import MOST_BYTES, MOST_OPERATIONS, Item, Operation, Put

LONGEST_PARTITION = 2048
LONGEST_KEY = 1024
MOST_BYTES_AT_ONCE = 4_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True)
class Written:
    """An operation that may be done, with its value as JSON ("" for all but Put)."""

    operation: Operation
    value: str = ""


def system_clock() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def micros(moment: datetime) -> int:
    """Return a time as microseconds since 1970: whole numbers lose nothing."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Return the time of so many microseconds since 1970."""
    return _EPOCH + micros * _MICROSECOND


def nameable(partition: str, key: str) -> bool:
    """Tell whether an object can have this name."""
    try:
        return (
            0 < len(partition.encode()) <= LONGEST_PARTITION
            and 0 < len(key.encode()) <= LONGEST_KEY
        )
    except UnicodeEncodeError:
        return False


def checked(operations: Sequence[Operation]) -> list[Written]:
    """Return the operations, ready to be done.

    Raises:
        ValueError: too many, two for one object, a name no store takes, a value that is no JSON
            or too large.

    """
    if len(operations) > MOST_OPERATIONS:
        raise ValueError(f"{len(operations)} operations at once, at most {MOST_OPERATIONS}")
    names = {(each.partition, each.key) for each in operations}
    if len(names) < len(operations):
        raise ValueError("two operations at once for one object")
    for partition, key in names:
        if not nameable(partition, key):
            raise ValueError(f"{partition!r}, {key!r}: empty, too long, or no Unicode")
    written = [Written(each, _json(each) if isinstance(each, Put) else "") for each in operations]
    if sum(len(each.value.encode()) for each in written) > MOST_BYTES_AT_ONCE:
        raise ValueError(f"more than {MOST_BYTES_AT_ONCE} bytes at once")
    return written


def loadable(items: Sequence[Item]) -> list[tuple[Item, str]]:
    """Return objects to load, each with its value as JSON.

    Raises:
        ValueError: see `checked`; or a version that no object has.

    """
    if wrong := [each for each in items if each.version < 1]:
        raise ValueError(f"{wrong[0].partition!r}, {wrong[0].key!r}: version {wrong[0].version}")
    puts = [Put(each.partition, each.key, each.value, expires=each.expires) for each in items]
    return [(item, put.value) for item, put in zip(items, checked(puts), strict=True)]


def _json(put: Put) -> str:
    try:
        text = json.dumps(
            dict(put.value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
        size = len(text.encode()) + len(put.partition.encode()) + len(put.key.encode())
    except TypeError as cause:
        raise ValueError(f"{put.partition!r}, {put.key!r}: {cause}") from cause
    if size > MOST_BYTES:
        raise ValueError(f"{put.partition!r}, {put.key!r}: {size} bytes, at most {MOST_BYTES}")
    return text


def read(value: str) -> dict[str, Any]:
    """Return a stored value."""
    found: dict[str, Any] = json.loads(value)
    return found


def bounds(prefix: str, after: str, up_to: str) -> tuple[str, str]:
    """Return the first and the last name a query may meet, "" for no last one.

    The first may be `after`, the last may be the first name past `prefix`: both are to be left
    out.
    """
    ends = [each for each in (past(prefix), up_to) if each]
    return max(prefix, after), min(ends, default="")


def past(prefix: str) -> str:
    """Return the first name after all that begin with a prefix, "" when there is none."""
    kept = prefix.rstrip(_LAST_CHARACTER)
    if not kept:
        return ""
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)
