"""Build, show, wait for an edit or for the time of the next scheduled post, and again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from publish.build import Outcome
from publish.preview.watch import Changes

# A machine that slept wakes with its timers late: look at the clock at least this often.
LONGEST_WAIT = 30.0

Build = Callable[[datetime, frozenset[str]], Outcome]


@dataclass(frozen=True)
class Turn:
    """One build: what changed (nothing: the first, or a scheduled post's time came)."""

    number: int
    changed: frozenset[str]
    outcome: Outcome


def turns(build: Build, changes: Changes, clock: Callable[[], datetime]) -> Iterator[Turn]:
    """Yield one turn after the other, for ever."""
    changed, due = frozenset[str](), None
    for number in itertools.count(1):
        at = clock()
        outcome = build(at, changed)
        yield Turn(number, changed, outcome)
        due = _later(outcome.done.next, at) if outcome.done.ok else due
        due = due if due and due > at else None
        changed = _wait(changes, clock, due)


def _later(moment: str, at: datetime) -> datetime | None:
    """Return the time of the next scheduled post if it lies after the build that named it."""
    due = datetime.fromisoformat(moment) if moment else None
    return due if due and due > at else None


def _wait(changes: Changes, clock: Callable[[], datetime], due: datetime | None) -> frozenset[str]:
    """Return what changed, or nothing when it is time for a scheduled post."""
    while True:
        left = (due - clock()).total_seconds() if due else LONGEST_WAIT
        if left <= 0:
            return frozenset()
        changed = changes.take(min(left, LONGEST_WAIT))
        if changed:
            return changed
