"""Places that are dictionaries: for thousands of runs. The adapters of a folder behave the same."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from publish.deploy import edge_code
from publish.deploy.buckets import PrivateBucket, SiteBucket
from publish.deploy.places import Places
from publish.deploy.ports import Absent, Changed, Found, Listed, Live, Sent


class MemoryObjects:
    """A dictionary that takes objects."""

    def __init__(self, found: dict[str, Found] | None = None) -> None:
        self.name = "memory"
        self.found = dict(found or {})
        self._lock = threading.Lock()

    def put(self, sent: Sent) -> None:
        body = _body(sent)
        with self._lock:
            self.found[sent.key] = Found(body, _md5(body), sent.type, sent.cache)

    def put_if(self, sent: Sent, tag: str) -> str:
        body = _body(sent)
        with self._lock:
            there = self.found.get(sent.key)
            if (there.tag if there else "") != tag:
                raise Changed(sent.key)
            self.found[sent.key] = Found(body, _md5(body), sent.type, sent.cache)
        return _md5(body)

    def get(self, key: str) -> Found:
        try:
            return self.found[key]
        except KeyError:
            raise Absent(key) from None

    def list(self, prefix: str) -> Iterator[Listed]:
        for key in sorted(self.found):
            if key.startswith(prefix):
                yield Listed(key, len(self.found[key].body), self.found[key].tag)

    def folders(self, prefix: str) -> Iterator[str]:
        below = (key.removeprefix(prefix) for key in self.found if key.startswith(prefix))
        yield from sorted({each.partition("/")[0] for each in below if "/" in each})

    def delete(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self.found.pop(key, None)


class MemoryEdge:
    """Code in a variable."""

    def __init__(self, code: bytes = b"") -> None:
        self.name = "memory"
        self.code = code
        self.forgotten: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def live(self) -> Live:
        return Live(edge_code.told(self.code)["release"], self.code, _md5(self.code))

    def flip(self, code: bytes, seen: Live) -> None:
        with self._lock:
            if self.code not in (code, seen.code):
                raise Changed(self.live().release)
            self.code = code

    def invalidate(self, paths: Sequence[str], reference: str) -> None:
        self.forgotten[reference] = tuple(paths)


class MemoryRuntime:
    """A bundle in a variable."""

    def __init__(self, hash: str = "") -> None:
        self.hash = hash

    def bundle(self) -> str:
        return self.hash

    def run(self, key: str, hash: str) -> None:
        self.hash = hash


class MemoryHub:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def ping(self, feeds: Sequence[str]) -> None:
        self.told += feeds


def in_memory(like: Places | None = None) -> Places:
    """Return empty places, or the same as others are now."""
    site, private = (like.site.objects.found, like.private.objects.found) if like else ({}, {})
    return Places(
        SiteBucket(MemoryObjects(site)),
        PrivateBucket(MemoryObjects(private)),
        MemoryEdge(like.edge.code if like else b""),
        MemoryRuntime(like.runtime.hash if like else ""),
        MemoryHub(),
    )


def _body(sent: Sent) -> bytes:
    try:
        body = sent.body.read_bytes() if isinstance(sent.body, Path) else sent.body
    except OSError as cause:
        raise Changed(sent.key) from cause
    if hashlib.sha256(body).hexdigest() != sent.hash:
        raise Changed(sent.key)
    return body


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
