"""Lines of text by the rules of Chinese typography: pure, whatever it is measured with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from plugins.snippets.pictures.boxes import FORBIDDEN, Box, Measure, Run, boxes

_LONELY = 60.0
_SHORT = 3.5
_UNEVEN = 0.6
_STUB = 6.0
_LOOSEST = 3.0
_TOLERANCE = 0.01

Price = Callable[[str, str], float]


@dataclass(frozen=True)
class Placed:
    """A text within a line, `x` from the line's start; brackets begin left of it, in their void.

    `spaced`: the author wrote a space before it.
    """

    text: str
    style: str
    x: float
    spaced: bool = False


@dataclass(frozen=True)
class Line:
    """One line; `width` is that of its ink."""

    placed: tuple[Placed, ...]
    width: float

    @property
    def text(self) -> str:
        """Return what is on the line, with the space before it if there is one."""
        return "".join(" " * each.spaced + each.text for each in self.placed)


def paragraph(
    runs: Sequence[Run], measure: Measure, room: float, chinese: bool = True
) -> list[Line]:
    """Return the lines of a paragraph: all but the last as wide as `room` where it is Chinese."""
    found = []
    for line in boxes(runs, measure, room, chinese):
        row = _Row(line, measure, room)
        ends = _best(row, chinese)
        for start, end in zip([0, *ends], ends, strict=False):
            found.append(row.line(start, end, chinese and end < len(line)))
    return found


def balanced(
    runs: Sequence[Run],
    measure: Measure,
    room: float,
    chinese: bool = True,
    price: Price = lambda last, next_: 0.0,
) -> list[Line]:
    """Return the lines of a heading: as few as may be, alike in length, none with one character.

    `price` is what it costs to part two texts beyond what the rules say.
    """
    found = []
    for line in boxes(runs, measure, room, chinese):
        row = _Row(line, measure, room)
        ends = _even(row, price)
        found += [row.line(s, e, False) for s, e in zip([0, *ends], ends, strict=False)]
    return found


class _Row:
    """The boxes of one long line, with sums that make any part of it quick to measure."""

    def __init__(self, line: Sequence[Box], measure: Measure, room: float) -> None:
        self.boxes, self.room, self.em = line, room, measure.em
        self.natural = [0.0, *accumulate(box.gap + box.width for box in line)]
        self.stretch = [0.0, *accumulate(box.stretch for box in line)]
        self.shrink = [0.0, *accumulate(box.shrink for box in line)]

    def width(self, start: int, end: int) -> float:
        """Return how wide boxes are as one line."""
        first, last = self.boxes[start], self.boxes[end - 1]
        whole = self.natural[end] - self.natural[start] - first.gap
        return whole - first.left - last.right

    def give(self, start: int, end: int) -> tuple[float, float]:
        """Return how far a line can be stretched and shrunk."""
        return (
            self.stretch[end] - self.stretch[start + 1],
            self.shrink[end] - self.shrink[start + 1],
        )

    def line(self, start: int, end: int, full: bool) -> Line:
        """Return boxes as a line, `full` where it goes from edge to edge."""
        width = self.width(start, end)
        slack = self.room - width
        stretch, shrink = self.give(start, end)
        factor = 0.0
        if slack < 0:
            factor = -min(-slack / shrink, 1.0) if shrink else 0.0
        elif full and stretch and slack <= stretch * _LOOSEST:
            factor = slack / stretch
        x, placed = 0.0 - self.boxes[start].left, []
        for number in range(start, end):
            box = self.boxes[number]
            if number > start:
                x += box.gap + factor * (box.stretch if factor > 0 else box.shrink)
            placed.append(Placed(box.text, box.style, x, box.spaced))
            x += box.width
        return Line(tuple(placed), x - self.boxes[end - 1].right if placed else 0.0)


def _best(row: _Row, full: bool) -> list[int]:
    """Return where lines end, such that the paragraph as a whole is set best."""
    count = len(row.boxes)
    cost = [0.0] + [math.inf] * count
    back = [0] * (count + 1)
    for start in range(count):
        before = cost[start]
        for end, price in _reach(row, start):
            last = end == count
            total = before + price + _badness(row, start, end, full and not last, last)
            if total < cost[end]:
                cost[end], back[end] = total, start
    return _ends(back, count)


def _reach(row: _Row, start: int) -> Iterator[tuple[int, float]]:
    """Yield where a line that starts here may end, with what the break there costs."""
    count, room = len(row.boxes), row.room + _TOLERANCE
    for end in range(start + 1, count + 1):
        if row.width(start, end) - row.give(start, end)[1] > room and end > start + 1:
            # A closing mark that loses its empty half may fit where the one before it did not.
            if row.boxes[end - 1].right or end == count or not row.boxes[end].right:
                return
            continue
        yield end, row.boxes[end].price if end < count else 0.0


def _badness(row: _Row, start: int, end: int, full: bool, last: bool) -> float:
    slack = row.room - row.width(start, end)
    stretch, shrink = row.give(start, end)
    if slack < 0:
        return 1.0 + 8.0 * (slack / shrink) ** 2 if shrink else 1.0
    if last:
        return _lonely(row, start, end)
    if full:
        return min(slack / stretch if stretch else 10.0, 10.0) ** 2
    return (10.0 * slack / row.room) ** 2


def _even(row: _Row, price: Price) -> list[int]:
    """Return where the lines of a heading end."""
    if not row.boxes:
        return []
    fewest = len(_best(row, False))
    for lines in range(fewest, fewest + 2):
        ends, cost = _in(row, lines, price)
        if cost < FORBIDDEN:
            return ends
    return _best(row, False)


def _in(row: _Row, lines: int, price: Price) -> tuple[list[int], float]:
    """Return the most even way to set boxes in so many lines, and what it costs."""
    count = len(row.boxes)
    even = row.width(0, count) / max(lines, 1)
    costs = [[math.inf] * (count + 1) for _ in range(lines + 1)]
    backs = [[0] * (count + 1) for _ in range(lines + 1)]
    costs[0][0] = 0.0
    for number in range(1, lines + 1):
        for start in range(count):
            before = costs[number - 1][start]
            if before == math.inf:
                continue
            for end, broken in _reach(row, start):
                if (end == count) != (number == lines):
                    continue
                uneven = (row.width(start, end) - even) / row.em
                total = before + broken + _UNEVEN * uneven**2 + _lonely(row, start, end)
                total += _STUB * _stubs(row, start, end)
                if end < count:
                    total += price(row.boxes[end - 1].text, row.boxes[end].text)
                if total < costs[number][end]:
                    costs[number][end], backs[number][end] = total, start
    ends, end = [], count
    for number in range(lines, 0, -1):
        ends.append(end)
        end = backs[number][end]
    return ends[::-1], costs[lines][count]


def _lonely(row: _Row, start: int, end: int) -> float:
    """Return the price of a line with one character, or little more than its full stop."""
    seen = [box for box in row.boxes[start:end] if box.kind in ("han", "word", "sign", "dash")]
    alone = len(seen) < 2 and row.width(start, end) < _SHORT * row.em
    return _LONELY if alone and end - start < len(row.boxes) else 0.0


def _stubs(row: _Row, start: int, end: int) -> int:
    """Return how many single characters a line break cuts off beside a point."""
    points = ("stop", "end")
    after = start > 0 and start + 1 < end and row.boxes[start + 1].kind in points
    before = end < len(row.boxes) and end - 2 > start and row.boxes[end - 2].kind in points
    return after * (row.boxes[start].kind == "han") + before * (row.boxes[end - 1].kind == "han")


def _ends(back: Sequence[int], count: int) -> list[int]:
    ends, end = [], count
    while end:
        ends.append(end)
        end = back[end]
    return ends[::-1]
