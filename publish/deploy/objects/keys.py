"""Which keys are keys at all: the same for a bucket and for a folder."""

from __future__ import annotations

from publish.deploy.ports import Refused

_FOREIGN = frozenset({"", ".", ".."})
_LONGEST = 1024
"""Bytes, of a key of S3."""


def checked(key: str) -> str:
    """Return a key as it is.

    Raises:
        Refused: it leads out of its place, or no place could hold it.

    """
    if _FOREIGN & set(key.split("/")) or "\0" in key or not 0 < _bytes(key) <= _LONGEST:
        raise Refused(f'"{key!a}" is no key (names between slashes, 1,024 bytes at most)')
    return key


def _bytes(key: str) -> int:
    try:
        return len(key.encode())
    except UnicodeEncodeError:
        return 0
