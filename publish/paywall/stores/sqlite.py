"""The store in one file: for the laptop and for a single server.

Threads and processes may share the file. A write is one `BEGIN IMMEDIATE` transaction that is on
the disk when it returns (WAL, `synchronous=FULL`).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from publish.paywall.ports import (
    ABSENT,
    Check,
    Clock,
    Conflict,
    Delete,
    Expect,
    Item,
    Operation,
    Put,
    StoreDown,
)
from publish.paywall.stores import rules
from publish.paywall.stores.rules import Written

SCHEMA = 1
_WAIT_SECONDS = 5.0
_SWEEP_EVERY = 200
_SWEEP_MOST = 500
_DAY = 24 * 60 * 60 * 1_000_000

# Text compares by its UTF-8 bytes here, which is the order of code points.
_TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS items (
        partition TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        version INTEGER NOT NULL, expires INTEGER, PRIMARY KEY (partition, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS expiring ON items (expires) WHERE expires IS NOT NULL",
)
_GET = "SELECT value, version, expires FROM items WHERE partition = ? AND key = ?"
_QUERY = """SELECT key, value, version, expires FROM items
    WHERE partition = ? AND key >= ? AND key <> ? AND (expires IS NULL OR expires > ?)
    ORDER BY key LIMIT ?"""
_QUERY_BOUND = _QUERY.replace("AND key <> ?", "AND key <> ? AND key <= ? AND key <> ?")
_STATE = "SELECT version, expires FROM items WHERE partition = ? AND key = ?"
# Counting goes on where an expired item is written anew: a version never comes twice in a race.
_PUT = """INSERT INTO items (partition, key, value, version, expires) VALUES (?, ?, ?, 1, ?)
    ON CONFLICT DO UPDATE
    SET value = excluded.value, version = version + 1, expires = excluded.expires"""
_EVERYTHING = """SELECT partition, key, value, version, expires FROM items
    WHERE expires IS NULL OR expires > ?"""
_LOAD = """INSERT INTO items (partition, key, value, version, expires) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE
    SET value = excluded.value, version = version + 1, expires = excluded.expires
    WHERE expires <= ?"""
_DELETE = "DELETE FROM items WHERE partition = ? AND key = ?"
_SWEEP = """DELETE FROM items WHERE (partition, key) IN
    (SELECT partition, key FROM items WHERE expires < ? LIMIT ?)"""


class LaterSchema(Exception):
    """The file was written by a later version of this program."""


class SqliteStore:
    """A store in one file, made where it is missing.

    Raises:
        LaterSchema: a later version wrote the file.
        StoreDown: the file cannot be opened.

    """

    def __init__(self, path: Path | str, *, clock: Clock = rules.system_clock) -> None:
        self.path = Path(path).absolute()
        self.name = f"sqlite:{self.path}"
        self._clock = clock
        self._idle: list[sqlite3.Connection] = []
        self._inherited: list[sqlite3.Connection] = []
        self._process = os.getpid()
        self._closed = False
        self._writes = 0
        self._prepare()

    def get(self, partition: str, key: str) -> Item | None:
        """Return an object unless it is missing or expired.

        Raises:
            StoreDown: the file cannot be read.

        """
        with self._borrowed() as connection:
            try:
                row = connection.execute(_GET, (partition, key)).fetchone()
            except UnicodeEncodeError:
                return None
        if row is None or self._expired(row[2]):
            return None
        return _item(partition, key, *row)

    def query(
        self,
        partition: str,
        prefix: str = "",
        after: str = "",
        limit: int = 1000,
        up_to: str = "",
    ) -> Sequence[Item]:
        """Return objects of a partition in order of their keys.

        Raises:
            StoreDown: the file cannot be read.

        """
        first, last = rules.bounds(prefix, after, up_to)
        now = rules.micros(self._clock())
        bound = (last, rules.past(prefix)) if last else ()
        values = (partition, first, after, *bound, now, max(limit, 0))
        with self._borrowed() as connection:
            try:
                found = connection.execute(_QUERY_BOUND if last else _QUERY, values).fetchall()
            except UnicodeEncodeError:
                return []
        return [_item(partition, *row) for row in found]

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing, seen at once.

        Raises:
            Conflict: an expectation did not hold.
            ValueError: see `rules.checked`.
            StoreDown: it could not be done, or nobody knows whether it was.

        """
        written = rules.checked(operations)
        if not written:
            return
        with self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            good = all(self._do(connection, each) for each in written)
            if good:
                self._sweep(connection)
            connection.execute("COMMIT" if good else "ROLLBACK")
        if not good:
            raise Conflict

    def everything(self) -> Iterator[Item]:
        """Yield every object that has not expired, all as of one moment.

        Raises:
            StoreDown: the file cannot be read.

        """
        now = rules.micros(self._clock())
        with self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                for partition, *row in connection.execute(_EVERYTHING, (now,)):
                    yield _item(partition, *row)
            finally:
                connection.execute("ROLLBACK")

    def load(self, items: Sequence[Item]) -> int:
        """Write objects as they once were where none is; return how many.

        Raises:
            ValueError: see `rules.checked`.
            StoreDown: it could not be done, or nobody knows whether it was.

        """
        rows = [_row(item, value) for item, value in rules.loadable(items)]
        now = rules.micros(self._clock())
        with self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            added = sum(connection.execute(_LOAD, (*row, now)).rowcount for row in rows)
            connection.execute("COMMIT")
        return added

    def close(self) -> None:
        """Let go of the file; nothing can be done with this store afterwards."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    # ---- inside ----

    def _do(self, connection: sqlite3.Connection, written: Written) -> bool:
        """Do one operation inside the transaction; tell whether it was as expected."""
        operation = written.operation
        name = (operation.partition, operation.key)
        if operation.expect is not None:
            state = connection.execute(_STATE, name).fetchone()
            absent = state is None or self._expired(state[1])
            if not _holds(operation.expect, None if absent else state[0]):
                return False
        if isinstance(operation, Put):
            expires = rules.micros(operation.expires) if operation.expires else None
            connection.execute(_PUT, (*name, written.value, expires))
        elif isinstance(operation, Delete):
            connection.execute(_DELETE, name)
        else:
            assert isinstance(operation, Check)
        return True

    def _expired(self, expires: int | None) -> bool:
        return expires is not None and expires <= rules.micros(self._clock())

    def _sweep(self, connection: sqlite3.Connection) -> None:
        """Now and then take away what expired long ago, a little at a time."""
        self._writes += 1
        if self._writes % _SWEEP_EVERY == 0:
            before = rules.micros(self._clock()) - _DAY
            connection.execute(_SWEEP, (before, _SWEEP_MOST))

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that nobody else has; after an error it is not used again."""
        connection = None
        try:
            connection = self._connection()
            yield connection
        except sqlite3.Error as cause:
            if connection:
                connection.close()
            raise StoreDown(f"{self.name}: {cause}") from cause
        except BaseException:
            if connection:
                connection.close()
            raise
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreDown(f"{self.name}: is closed")
        if self._process != os.getpid():
            # https://www.sqlite.org/howtocorrupt.html: no connection survives a fork; not even
            # closing it is allowed, so it is kept for good.
            self._inherited, self._idle, self._process = self._idle, [], os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA mmap_size = 268435456")
        return connection

    def _prepare(self) -> None:
        """Make what is missing; several processes may do so at once."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as cause:
            raise StoreDown(f"{self.name}: {cause}") from cause
        with self._borrowed() as connection:
            _write_ahead(connection)
            found = _schema(connection)
            if found > SCHEMA:
                raise LaterSchema(
                    f"{self.path}: has schema {found}, this program knows {SCHEMA}"
                    " (use the program that wrote it, or a later one)"
                )


def _schema(connection: sqlite3.Connection) -> int:
    """Return the version of the file's schema, which is made where it is missing."""
    select = "SELECT value FROM meta WHERE name = 'schema'"
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    if not known:
        connection.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            connection.execute(table)
        connection.execute("INSERT OR IGNORE INTO meta VALUES ('schema', ?)", (SCHEMA,))
        connection.execute("COMMIT")
    return int(connection.execute(select).fetchone()[0])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait by itself while another process switches."""
    end = time.monotonic() + _WAIT_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _holds(expect: Expect, version: int | None) -> bool:
    return version is None if expect == ABSENT else version == expect


def _row(item: Item, value: str) -> tuple[str, str, str, int, int | None]:
    expires = None if item.expires is None else rules.micros(item.expires)
    return item.partition, item.key, value, item.version, expires


def _item(partition: str, key: str, value: str, version: int, expires: int | None) -> Item:
    ends = None if expires is None else rules.moment(expires)
    return Item(partition, key, rules.read(value), version, ends)
