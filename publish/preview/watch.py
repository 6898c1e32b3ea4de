"""Which files changed: watched from before the first build, so that no edit is ever missed."""

from __future__ import annotations

import contextlib
import functools
import queue
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

_QUIET_MS = 50
_LONGEST_MS = 400
_TURN_MS = 200
_STOPS = (signal.SIGINT, signal.SIGTERM)
_SCRATCH = ("~", ".swp", ".swx", ".swo", ".tmp", ".part", ".crdownload", ".pyc")


class Changes(Protocol):
    """Where the loop learns what changed."""

    def take(self, seconds: float) -> frozenset[str]:
        """Wait for changes and return all there are; nothing after `seconds`."""


class Queued:
    """Changes that another thread puts in, kept however long a build takes."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[frozenset[str] | Callable[[], object]] = queue.SimpleQueue()

    def put(self, paths: Collection[str]) -> None:
        """Add what changed."""
        self._queue.put(frozenset(paths))

    def stop(self, end: Callable[[], object]) -> None:
        """Have whoever waits for changes call `end`, which raises; a signal handler may ask it."""
        self._queue.put(end)

    def take(self, seconds: float) -> frozenset[str]:
        """Wait for changes and return all there are; nothing after `seconds`."""
        found: set[str] = set()
        with contextlib.suppress(queue.Empty):
            found |= _paths(self._queue.get(timeout=seconds))
            while True:
                found |= _paths(self._queue.get_nowait())
        return frozenset(found)


def _paths(item: frozenset[str] | Callable[[], object]) -> frozenset[str]:
    if isinstance(item, frozenset):
        return item
    item()
    return frozenset()


@contextlib.contextmanager
def heard(edits: Queued) -> Iterator[None]:
    """Let a signal to stop be heard at the next wait, should its exception get lost.

    One that is raised inside a callback of the garbage collector or of the import system is only
    printed: https://docs.python.org/3/library/signal.html#note-on-signal-handlers-and-exceptions
    """
    here = threading.current_thread() is threading.main_thread()
    before = {each: signal.getsignal(each) for each in _STOPS if here}
    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, functools.partial(_twice, edits, handler))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _twice(edits: Queued, handler: Callable[..., object], number: int, frame: object) -> None:
    edits.stop(functools.partial(handler, number, None))
    handler(number, frame)


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
