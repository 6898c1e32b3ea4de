"""Sessions: one signed cookie, one record on the server, under the person or the browser it is of.

The cookie names the holder's partition and a secret; the store keeps the secret's hash. A browser
that bought without signing in has a session of its own, which opens those purchases and nothing
else. Signing in always makes a new session (nobody can fix one beforehand) and takes along what
the old one held, unless that was another person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Delete, Operation, Put, Store
from publish.paywall.signing import Keyring

LASTS = timedelta(days=180)
BROWSER_LASTS = timedelta(days=30)
_PURPOSE = "session"
_BROWSER_PURPOSE = "browser"


@dataclass(frozen=True)
class Opened:
    """A purchase that this browser made: whose ledger it is in, and which grant."""

    person: str
    grant: str


@dataclass(frozen=True)
class Session:
    """Who is here. `person` is "" for a browser that only bought; `opened` are its purchases."""

    partition: str
    hash: str
    person: str
    made: datetime
    seen: datetime
    agent: str
    opened: tuple[Opened, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Cookies:
    """The names of the cookies: hosts with TLS use the prefix that browsers protect."""

    secure: bool

    @property
    def session(self) -> str:
        """Name the session's cookie."""
        return "__Host-ink" if self.secure else "ink"

    @property
    def browser(self) -> str:
        """Name the cookie that tells one browser from another while it signs in or buys."""
        return "__Host-ink-browser" if self.secure else "ink-browser"

    @property
    def hint(self) -> str:
        """Name the cookie that only says "ask": not secret, read by scripts, believed by nobody."""
        return "ink-in"


def read_session(store: Store, ring: Keyring, value: str) -> Session | None:
    """Return the session of a cookie, None unless it is signed, known and alive."""
    told = ring.read(_PURPOSE, value) if value else None
    partition, _, secret = (told or "").rpartition("|")
    if not partition:
        return None
    item = store.get(partition, keys.session(keys.hashed(secret)))
    return _read(item.partition, item.key, item.value, item.version) if item else None


def new_session(
    ring: Keyring,
    now: datetime,
    agent: str,
    *,
    person: str = "",
    opened: tuple[Opened, ...] = (),
    old: Session | None = None,
) -> tuple[str, list[Operation], Session]:
    """Return a cookie's value, what to write with the rest, and the session."""
    secret = keys.secret()
    partition = keys.person(person) if person else keys.browser(keys.new_id())
    before = old.opened if old and old.person in ("", person) else ()
    kept = tuple(dict.fromkeys((*before, *opened)))
    session = Session(partition, keys.hashed(secret), person, now, now, agent[:200], kept)
    operations: list[Operation] = [
        Put(partition, keys.session(session.hash), value_of(session), ABSENT, now + LASTS)
    ]
    if old:
        operations.append(Delete(old.partition, keys.session(old.hash)))
    return ring.sign(_PURPOSE, f"{partition}|{secret}"), operations, session


def value_of(session: Session) -> dict[str, Any]:
    """Return a session as the store keeps it."""
    return {
        "person": session.person,
        "made": keys.stamp(session.made),
        "seen": keys.stamp(session.seen),
        "agent": session.agent,
        "opened": [[each.person, each.grant] for each in session.opened],
    }


def _read(partition: str, key: str, value: Mapping[str, Any], version: int) -> Session:
    return Session(
        partition=partition,
        hash=key.partition("#")[2],
        person=value["person"],
        made=keys.when(value["made"]),
        seen=keys.when(value["seen"]),
        agent=value["agent"],
        opened=tuple(Opened(*each) for each in value["opened"]),
        version=version,
    )


def devices(store: Store, person: str) -> list[Session]:
    """Return a person's sessions, newest first."""
    items = store.query(keys.person(person), keys.session(""))
    found = [_read(each.partition, each.key, each.value, each.version) for each in items]
    return sorted(found, key=lambda each: each.seen, reverse=True)


def new_browser(ring: Keyring) -> tuple[str, str]:
    """Return an id for a browser, and the cookie's value that says so."""
    key = keys.new_id()
    return key, ring.sign(_BROWSER_PURPOSE, key)


def read_browser(ring: Keyring, value: str) -> str:
    """Return the id in a browser's cookie, "" for none."""
    return (ring.read(_BROWSER_PURPOSE, value) if value else None) or ""
