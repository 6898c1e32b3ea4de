"""Remember finished work between builds, keyed on everything that it depends on.

One SQLite file beside the generations. It is only ever a shortcut: a broken or locked file is
left alone and the build does the work again. What a build did not ask for is dropped.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_TABLE = "create table if not exists memo (key text primary key, value blob not null) without rowid"


def key(*parts: str | bytes) -> str:
    """Return a key for some parts, such that no two lists of parts share one."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


class Cache:
    """Values by key, in memory for a build and on disk between builds."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, bytes] = {}
        self.asked: dict[str, bytes] = {}
        with self._open() as base:
            if base:
                self.known = dict(base.execute("select key, value from memo"))

    def get(self, name: str) -> bytes | None:
        """Return what is remembered under a key."""
        value = self.known.get(name)
        if value is not None:
            self.asked[name] = value
        return value

    def put(self, name: str, value: bytes) -> None:
        """Remember a value."""
        self.known[name] = self.asked[name] = value

    def save(self) -> None:
        """Write down what this build asked for, and forget the rest."""
        with self._open() as base:
            if base:
                stored = {name for (name,) in base.execute("select key from memo")}
                gone = stored - self.asked.keys()
                new = self.asked.keys() - stored
                base.executemany("delete from memo where key = ?", [(name,) for name in gone])
                base.executemany(
                    "insert or replace into memo values (?, ?)", [(n, self.asked[n]) for n in new]
                )
                base.commit()
        self.known, self.asked = dict(self.asked), {}

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        base: sqlite3.Connection | None = None
        try:
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                base = sqlite3.connect(self.path, timeout=2)
                base.execute("pragma synchronous = off")
                base.execute(_TABLE)
        except (sqlite3.Error, OSError):
            base = None
        try:
            yield base
        except sqlite3.Error:
            return
        finally:
            if base:
                base.close()
