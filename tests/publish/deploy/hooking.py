"""Places whose every call is seen, and may fail or be the last one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from publish.deploy.buckets import PrivateBucket, SiteBucket
from publish.deploy.places import Places

WRITES = frozenset({"put", "put_if", "delete", "flip", "invalidate", "run", "ping"})
Hook = Callable[[str, str], None]
"""Hears of a call ("site.put", its key) before it is made, or after; what it raises is raised."""


class Watched:
    """A port seen by two hooks."""

    def __init__(self, inner: Any, name: str, before: Hook, after: Hook) -> None:
        self._inner, self._name = inner, name
        self._before, self._after = before, after

    def __getattr__(self, action: str) -> Any:
        found = getattr(self._inner, action)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            told = (f"{self._name}.{action}", _subject(arguments))
            self._before(*told)
            answer = found(*arguments)
            self._after(*told)
            return _listing(answer) if isinstance(answer, Iterator) else answer

        return call


def watched(places: Places, before: Hook, after: Hook | None = None) -> Places:
    """Return the same places with a hook before every call, and one after it."""
    hooks = (before, after or silence)
    return Places(
        SiteBucket(Watched(places.site.objects, "site", *hooks)),
        PrivateBucket(Watched(places.private.objects, "private", *hooks)),
        Watched(places.edge, "edge", *hooks),
        Watched(places.runtime, "runtime", *hooks),
        Watched(places.hub, "hub", *hooks),
    )


def writes(call: str) -> bool:
    """Tell whether a call changes anything."""
    return call.partition(".")[2] in WRITES


def silence(_call: str, _subject: str) -> None:
    """Hear nothing."""


class Calls:
    """A hook that remembers calls, from whatever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.all: list[tuple[str, str]] = []

    def __call__(self, call: str, subject: str) -> None:
        with self._lock:
            self.all.append((call, subject))

    @property
    def written(self) -> list[tuple[str, str]]:
        """Those that changed something, but the lock."""
        return [each for each in self.all if writes(each[0]) and each[1] != "deploy/lock"]


class Failing:
    """A hook that fails at calls that are asked for, so often; it counts how often it did."""

    def __init__(self, error: Exception, call: str, subject: str = "", times: int = 1) -> None:
        self.error, self.call, self.subject, self.times = error, call, subject, times
        self.failed = 0
        self._lock = threading.Lock()

    def __call__(self, call: str, subject: str) -> None:
        with self._lock:
            if call == self.call and self.subject in subject and self.failed < self.times:
                self.failed += 1
                raise self.error


def _subject(arguments: tuple[Any, ...]) -> str:
    first = arguments[0] if arguments else ""
    return str(getattr(first, "key", first))


def _listing(found: Iterator[Any]) -> Iterator[Any]:
    yield from found
