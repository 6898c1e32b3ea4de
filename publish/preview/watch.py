"""Which files changed: watched from before the first build, so that no edit is ever missed."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

_QUIET_MS = 50
_LONGEST_MS = 400
_TURN_MS = 200
_SCRATCH = ("~", ".swp", ".swx", ".swo", ".tmp", ".part", ".crdownload", ".pyc")


class Changes(Protocol):
    """Where the loop learns what changed."""

    def take(self, seconds: float) -> frozenset[str]:
        """Wait for changes and return all there are; nothing after `seconds`."""


class Queued:
    """Changes that another thread puts in, kept however long a build takes."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()

    def put(self, paths: Collection[str]) -> None:
        """Add what changed."""
        self._queue.put(frozenset(paths))

    def take(self, seconds: float) -> frozenset[str]:
        """Wait for changes and return all there are; nothing after `seconds`."""
        found: set[str] = set()
        with contextlib.suppress(queue.Empty):
            found |= self._queue.get(timeout=seconds)
            while True:
                found |= self._queue.get_nowait()
        return frozenset(found)


def concerns(path: str, roots: Sequence[Path], ignored: Sequence[Path]) -> bool:
    """Say whether a changed path is one that a build reads: nothing hidden, scratch or built."""
    changed = Path(path)
    if any(changed.is_relative_to(folder) for folder in ignored):
        return False
    root = next((each for each in roots if changed.is_relative_to(each)), None)
    if root is None:
        return False
    parts = changed.relative_to(root).parts
    if any(part.startswith(".") or part in ("__pycache__", "node_modules") for part in parts):
        return False
    return not changed.name.endswith(_SCRATCH) and not changed.name.startswith(("#", "___jb_"))


@contextlib.contextmanager
def watching(
    roots: Sequence[Path], ignored: Sequence[Path], put: Callable[[Collection[str]], None]
) -> Iterator[None]:
    """Watch folders in the background; they are watched from the first line of the block on."""
    stop, ready = threading.Event(), threading.Event()
    thread = threading.Thread(target=_watch, args=(roots, ignored, put, stop, ready), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(
    roots: Sequence[Path],
    ignored: Sequence[Path],
    put: Callable[[Collection[str]], None],
    stop: threading.Event,
    ready: threading.Event,
) -> None:
    from watchfiles import watch

    turns = watch(
        *roots,
        watch_filter=lambda change, path: concerns(path, roots, ignored),
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        rust_timeout=_TURN_MS,
        yield_on_timeout=True,  # the first turn says that watching has begun
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    for changes in turns:
        ready.set()
        if changes:
            put({path for _, path in changes})
