"""Conditional writes of small objects, also where the answer gets lost on its way."""

from __future__ import annotations

from publish.deploy.buckets import PrivateBucket
from publish.deploy.ports import Changed, Unreachable


def swap(private: PrivateBucket, key: str, body: bytes, tag: str) -> str:
    """Write an object over the one with this tag and return its new tag.

    `body` is like no other: where it stands afterwards, the write was one's own. An adapter that
    tries again after a lost answer finds its own first try, and takes it for somebody else's.

    Raises:
        Changed: there is another one.
        Refused, Unreachable: see `Objects.put_if`.

    """
    try:
        return private.swap(key, body, tag)
    except (Changed, Unreachable):
        found = private.find(key)
        if found and found.body == body:
            return found.tag
        raise
