"""Moving readers in: writing what a file says, many people at once, twice being once.

Each person is written at once, so a file that was interrupted is simply read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from publish.operating import moves, readers
from publish.operating.moves import Change, Move, Terms
from publish.operating.newcomers import Newcomer
from publish.paywall import suppressing
from publish.paywall.ports import MOST_OPERATIONS, Conflict, Put, Store

# DynamoDB takes 4 MB at once.
_MOST_LETTERS = 500_000


def bring_all(
    store: Store,
    newcomers: Iterable[Newcomer],
    terms: Terms,
    now: datetime,
    *,
    plan: bool = False,
    heard: Callable[[int], None] = lambda done: None,
) -> list[Change]:
    """Write what a file says, many people at once; return what changed, or would.

    Raises:
        Failure: others change a person all the time.

    """

    def prepared() -> Iterator[Move]:
        for number, newcomer in enumerate(newcomers, 1):
            yield moves.move(store, newcomer, terms, now)
            heard(number)

    piles = _piles(prepared())
    return [each for pile in piles for each in _at_once(store, pile, terms, now, plan)]


def bring_in(store: Store, newcomer: Newcomer, terms: Terms, now: datetime) -> list[Change]:
    """Write what a file says of one person; return what changed.

    Raises:
        Failure: others change the person all the time.

    """

    def step() -> list[Change]:
        move = moves.move(store, newcomer, terms, now)
        _write(store, [move], now)
        return list(move.changes)

    return readers.steadily(step)


# ---- writing --------------------------------------------------------------------------------


def _piles(found: Iterable[Move]) -> Iterator[Sequence[Move]]:
    """Yield moves in piles that can be written at once."""
    pile: list[Move] = []
    weight = 0.0
    for move in found:
        adds = _weight(move)
        if pile and weight + adds > 1:
            yield pile
            pile, weight = [], 0.0
        pile.append(move)
        weight += adds
    yield pile


def _weight(move: Move) -> float:
    """Return how much of what may be written at once a move takes."""
    letters = sum(len(str(each.value)) for each in move.operations if isinstance(each, Put))
    return max(len(move.operations) / MOST_OPERATIONS, letters / _MOST_LETTERS)


def _at_once(
    store: Store, pile: Sequence[Move], terms: Terms, now: datetime, plan: bool
) -> list[Change]:
    """Write people together; where somebody else was first, one after the other."""
    if not plan:
        try:
            _write(store, pile, now)
        except Conflict:
            return [each for move in pile for each in bring_in(store, move.newcomer, terms, now)]
    return [each for move in pile for each in move.changes]


def _write(store: Store, pile: Sequence[Move], now: datetime) -> None:
    for move in pile:
        if move.newcomer.suppressed and any(each.what == "suppressed" for each in move.changes):
            suppressing.suppress(store, move.newcomer.mail, move.newcomer.suppressed, now)
    operations = [each for move in pile for each in move.operations]
    # More than fit at once are one person's, who comes first.
    for first in range(0, len(operations), MOST_OPERATIONS):
        store.write(*operations[first : first + MOST_OPERATIONS])
