"""Rows to pages: no heading ends one, no paragraph leaves a single line behind; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Row(Protocol):
    """A line with the room it takes; `before` is the space above it, unless it begins a page.

    `block` is the same for all lines of a block; `leads` where the next block must follow.
    """

    @property
    def height(self) -> float:
        """Return the room of the line itself."""

    @property
    def before(self) -> float:
        """Return the space above."""

    @property
    def block(self) -> int:
        """Return which block it is of."""

    @property
    def leads(self) -> bool:
        """Tell whether its block stands before another and never last."""


R = TypeVar("R", bound=Row)


def paged(rows: Sequence[R], room: float) -> list[list[R]]:
    """Return the rows of each page."""
    pages, start = [], 0
    while start < len(rows):
        end = _fitting(rows, start, room)
        if end < len(rows):
            end = _better(rows, start, end)
        pages.append(list(rows[start:end]))
        start = end
    return pages


def height(rows: Sequence[Row]) -> float:
    """Return the room that rows take from the top of a page."""
    return sum(row.height + (row.before if number else 0.0) for number, row in enumerate(rows))


def whole_blocks(pages: Sequence[Sequence[R]], most: int) -> list[list[R]]:
    """Return at most so many pages; a block that would go on after them is not begun."""
    if len(pages) <= most:
        return [list(page) for page in pages]
    kept = [list(page) for page in pages[:most]]
    next_block = pages[most][0].block
    while kept and kept[-1] and (kept[-1][-1].block == next_block or kept[-1][-1].leads):
        kept[-1].pop()
        if not kept[-1]:
            kept.pop()
    return kept


def _fitting(rows: Sequence[R], start: int, room: float) -> int:
    used, end = 0.0, start
    while end < len(rows):
        used += rows[end].height + (rows[end].before if end > start else 0.0)
        if used > room and end > start:
            break
        end += 1
    return end


def _better(rows: Sequence[R], start: int, end: int) -> int:
    """Return the last good place to end a page at or before `end`, or `end` where there is none."""
    for place in range(end, max(start, end - 6), -1):
        if _good(rows, place):
            return place
    return end


def _good(rows: Sequence[Row], place: int) -> bool:
    """Tell whether a page may end before a row."""
    above, below = rows[place - 1], rows[place]
    if above.block != below.block:
        return not above.leads
    orphan = place < 2 or rows[place - 2].block != above.block
    widow = place + 1 >= len(rows) or rows[place + 1].block != below.block
    return not (orphan or widow or above.leads)
