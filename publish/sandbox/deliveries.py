"""Webhooks that wait: who gets an event, when, and in which of the ways that go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publish.sandbox.state import Books, Object

MODES = ("normal", "doubled", "delayed", "reordered", "dropped", "forged")
DELAY = 3600
"""How long an event is held back while they are delayed, by the sandbox's clock."""
HELD = 3
"""For how many seconds events are gathered while their order is turned round."""
WAITS = (60, 300, 1800, 7200, 18000, 36000, 86400)
"""How long to wait after each try that failed; after the last wait comes the last try."""


@dataclass(frozen=True)
class Delivery:
    """One event for one endpoint."""

    number: int
    event: str
    endpoint: str
    tries: int
    forged: bool


def queue(books: Books, event: Object) -> int:
    """Queue an event for every endpoint that wants it, as the mode says; return for how many."""
    mode = books.setting("mode", default="normal")
    wanted = [each for each in books.all("webhook_endpoint") if _wants(each, str(event["type"]))]
    for endpoint in wanted:
        wait = {"delayed": DELAY, "reordered": HELD}.get(mode, 0)
        # What happened while the clock was moved is told now.
        due = max(event["created"], books.today) + wait
        if mode == "forged":
            add(books, event["id"], endpoint["id"], due, forged=True)
        state = "dropped" if mode == "dropped" else "waiting"
        for _ in range(2 if mode == "doubled" else 1):
            add(books, event["id"], endpoint["id"], due, state)
    return len(wanted)


def replay(books: Books, event: str) -> int:
    """Send an event again to every endpoint, now; return to how many."""
    endpoints = [each for each in books.all("webhook_endpoint") if each["status"] == "enabled"]
    for endpoint in endpoints:
        add(books, event, endpoint["id"], books.today)
    return len(endpoints)


def drop(books: Books, event: str) -> None:
    """Let nobody hear of an event that still waits."""
    books.connection.execute(
        "update deliveries set state = 'dropped' where event = ? and state = 'waiting'", (event,)
    )


def add(
    books: Books,
    event: str,
    endpoint: str,
    due: int,
    state: str = "waiting",
    *,
    forged: bool = False,
) -> None:
    """Put one delivery into the queue."""
    books.connection.execute(
        "insert into deliveries (event, endpoint, due, state, forged) values (?, ?, ?, ?, ?)",
        (event, endpoint, due, state, int(forged)),
    )


def take(books: Books) -> list[Delivery]:
    """Take what is due, so that nobody else sends it, too; each is put off until it is told."""
    turned = books.setting("mode", default="normal") == "reordered"
    rows = books.connection.execute(
        "select number, event, endpoint, tries, forged from deliveries where state = 'waiting'"
        " and due <= ? order by case when ? then -number else number end limit 50",
        (books.today, turned),
    ).fetchall()
    found = [Delivery(n, event, to, tries, bool(forged)) for n, event, to, tries, forged in rows]
    for each in found:
        _set(books, each, due=books.today + _wait(each.tries), tries=each.tries + 1)
    return found


def told(books: Books, delivery: Delivery, status: int) -> None:
    """Write down what the endpoint answered (0: nothing)."""
    if 200 <= status < 300:
        _set(books, delivery, state="done", status=status)
        _one_less(books, delivery.event)
    elif delivery.forged or delivery.tries >= len(WAITS):
        _set(books, delivery, state="failed", status=status)
    else:
        _set(books, delivery, status=status)


def waiting(books: Books) -> int:
    """Return how many deliveries still wait."""
    row = books.connection.execute("select count(*) from deliveries where state = 'waiting'")
    return int(row.fetchone()[0])


def of_event(books: Books, event: str) -> list[tuple[str, int, int]]:
    """Return state, tries and last status of every delivery of an event."""
    rows = books.connection.execute(
        "select state, tries, status from deliveries where event = ? order by number", (event,)
    )
    return [(str(state), int(tries), int(status or 0)) for state, tries, status in rows]


def _wants(endpoint: Object, kind: str) -> bool:
    enabled = endpoint["enabled_events"]
    return endpoint["status"] == "enabled" and ("*" in enabled or kind in enabled)


def _wait(tries: int) -> int:
    return WAITS[min(tries, len(WAITS) - 1)]


def _one_less(books: Books, event: str) -> None:
    found = books.find(event, "event")
    if found and found["pending_webhooks"]:
        books.put(found | {"pending_webhooks": found["pending_webhooks"] - 1})


def _set(books: Books, delivery: Delivery, **values: Any) -> None:
    for name, value in values.items():
        books.connection.execute(
            f"update deliveries set {name} = ? where number = ?",  # noqa: S608 - our own names
            (value, delivery.number),
        )
