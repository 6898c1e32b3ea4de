"""Everything the sandbox knows, in one SQLite file that many processes may use at once.

An object is kept as the API returns it; what Stripe knows and does not say (which test card a
customer uses, what may be expanded) lies beside it. Times are Unix seconds of the sandbox's clock.
"""

from __future__ import annotations

import json
import random
import sqlite3
import string
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from publish.sandbox.dues import due_of

Object: TypeAlias = dict[str, Any]

VERSION = "2026-08-26.dahlia"
_PATIENCE = 20.0
_LETTERS = string.ascii_letters + string.digits
_TABLES = """
create table if not exists objects (
    id text primary key, kind text not null, seq integer not null, created integer not null,
    due integer, value text not null, hidden text not null);
create index if not exists by_kind on objects (kind, seq);
create index if not exists by_due on objects (due) where due is not null;
create table if not exists settings (name text primary key, value text not null);
create table if not exists deliveries (
    number integer primary key autoincrement, event text not null, endpoint text not null,
    due integer not null, tries integer not null default 0, state text not null default 'waiting',
    forged integer not null default 0, status integer);
create table if not exists answers (
    key text primary key, asked text not null, status integer not null, body text not null,
    at integer not null);
"""


class Missing(LookupError):
    """There is no such object; the arguments are its kind and id."""


class State:
    """The file. `real` is the machine's clock, `source` where ids come from."""

    def __init__(
        self,
        path: Path | str,
        real: Callable[[], float] = time.time,
        source: random.Random | None = None,
    ) -> None:
        self.path, self.real = Path(path), real
        self.source = source or random.SystemRandom()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        with closing(self._open()) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_TABLES)

    @contextmanager
    def change(self) -> Iterator[Books]:
        """Open the books for reading and writing: all of it is kept, or nothing."""
        with closing(self._open()) as connection:
            connection.execute("begin immediate")
            try:
                yield Books(connection, self.real(), self.source)
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def now(self) -> float:
        """Return the sandbox's time, to the fraction of a second."""
        with closing(self._open()) as connection:
            return self.real() + _offset(connection)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)


class Books:
    """The objects, inside one transaction. `now` is when what is written happens."""

    def __init__(self, connection: sqlite3.Connection, real: float, source: random.Random) -> None:
        self.connection, self._source = connection, source
        self._real = real
        self.now = self.today

    @property
    def today(self) -> int:
        """Return the sandbox's clock."""
        return int(self._real + _offset(self.connection))

    def move(self, seconds: int) -> None:
        """Move the clock on; it never goes back."""
        self.setting("offset", str(_offset(self.connection) + max(seconds, 0)))

    def new_id(self, prefix: str, letters: int = 24) -> str:
        """Return an id in Stripe's manner: evt_1a2B..."""
        return f"{prefix}_" + "".join(self._source.choice(_LETTERS) for _ in range(letters))

    # ---- objects ----

    def find(self, key: str, kind: str = "") -> Object | None:
        """Return an object by its id, None where there is none of this kind."""
        row = self.connection.execute(
            "select value, kind from objects where id = ?", (key,)
        ).fetchone()
        return json.loads(row[0]) if row and kind in ("", row[1]) else None

    def get(self, kind: str, key: str) -> Object:
        """Return an object.

        Raises:
            Missing: there is none.

        """
        found = self.find(key, kind)
        if found is None:
            raise Missing(kind, key)
        return found

    def put(self, value: Object, **hidden: Any) -> Object:
        """Write an object, and what is hidden beside it; what is not named stays hidden there."""
        key, beside = value["id"], self.hidden(value["id"]) | hidden
        row = (value["object"], due_of(value, beside), json.dumps(value), json.dumps(beside))
        changed = self.connection.execute(
            "update objects set kind = ?, due = ?, value = ?, hidden = ? where id = ?", (*row, key)
        )
        if not changed.rowcount:
            self.connection.execute(
                "insert into objects (id, kind, due, value, hidden, seq, created)"
                " select ?, ?, ?, ?, ?, coalesce(max(seq), 0) + 1, ? from objects",
                (key, *row, value.get("created", self.now)),
            )
        return value

    def remove(self, key: str) -> None:
        """Take an object away for good."""
        self.connection.execute("delete from objects where id = ?", (key,))

    def hidden(self, key: str) -> dict[str, Any]:
        """Return what Stripe would know of an object and not say."""
        row = self.connection.execute("select hidden from objects where id = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else {}

    def all(self, kind: str, **wanted: Any) -> list[Object]:
        """Return the objects of a kind, newest first, that have these values."""
        rows = self.connection.execute(
            "select value from objects where kind = ? order by seq desc", (kind,)
        )
        found = [json.loads(row[0]) for row in rows]
        return [each for each in found if all(each.get(k) == v for k, v in wanted.items())]

    def due(self) -> tuple[int, Object] | None:
        """Return what happens next, if its time has come."""
        row = self.connection.execute(
            "select due, value from objects where due <= ? order by due, seq limit 1",
            (self.today,),
        ).fetchone()
        return (int(row[0]), json.loads(row[1])) if row else None

    # ---- settings and events ----

    def setting(self, name: str, value: str | None = None, default: str = "") -> str:
        """Return a setting; with a value, set it first."""
        if value is not None:
            self.connection.execute(
                "insert into settings values (?, ?) on conflict (name)"
                " do update set value = excluded.value",
                (name, value),
            )
            return value
        row = self.connection.execute(
            "select value from settings where name = ?", (name,)
        ).fetchone()
        return str(row[0]) if row else default

    def emit(self, kind: str, value: Object, before: Mapping[str, Any] | None = None) -> Object:
        """Write an event about an object as it is now, and queue it for every endpoint."""
        from publish.sandbox import deliveries

        said: Object = {"object": value}
        if before is not None:
            said["previous_attributes"] = dict(before)
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": VERSION,
            "created": self.now,
            "data": said,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        event["pending_webhooks"] = deliveries.queue(self, event)
        return self.put(event)


def _offset(connection: sqlite3.Connection) -> int:
    row = connection.execute("select value from settings where name = 'offset'").fetchone()
    return int(row[0]) if row else 0
