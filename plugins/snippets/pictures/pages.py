"""A post as a set of upright pages: a cover, the text in good order, a quiet end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugins.snippets.pictures import cards, marks, rows
from plugins.snippets.pictures.blocks import blocks
from plugins.snippets.pictures.boxes import Run
from plugins.snippets.pictures.canvas import Canvas
from plugins.snippets.pictures.marks import Card
from plugins.snippets.pictures.paging import height, paged, whole_blocks
from plugins.snippets.pictures.palette import INK, PAPER, RAISED, RULE, SOFT
from plugins.snippets.pictures.rows import LEFT, ROOM, Row
from plugins.snippets.pictures.typesetting import balanced
from publish.contract.catalogue import N_, speak

SHAPE = "3:4"
WIDTH, HEIGHT = cards.SIZES[SHAPE]
MOST = 18
_TOP, _BOTTOM = 128, 1286
_FOOT = 1360
_CLOSING = 400
_FEW = 0.16
THANKS = N_("Thank you for reading.")
MORE = N_("… The full text: see my profile")


@dataclass(frozen=True)
class Page:
    """A page before it is drawn; the first is the cover, and has no rows.

    `closing` is what stands below the text of the last one.
    """

    number: int
    total: int
    rows: tuple[Row, ...] = ()
    closing: str = ""

    @property
    def text(self) -> str:
        """Return what is written on it."""
        return "".join([*(row.text for row in self.rows), "\n", self.closing]).strip()


def pages(card: Card, most: int = MOST) -> list[Page]:
    """Return a post's pages, at most so many: what goes beyond is left out by whole paragraphs."""
    enough = (most + 2) * (_BOTTOM - _TOP)
    found = rows.rows(blocks(card.post.html, card.chinese), card, enough)
    body = _bodies(found)
    say = speak(card.post.lang.split("-")[0]).gettext
    whole = len(body) + 1 + (not _closes(body)) <= most
    if not whole:
        body = whole_blocks(body, max(most - 2, 0))
    if not found or most < 2:
        return [Page(1, 1)]
    closing = say(THANKS) if whole and not card.post.gated else say(MORE)
    if _closes(body):
        body, last = body[:-1], tuple(body[-1])
    else:
        last = ()
    total = len(body) + 2
    made = [Page(number, total, tuple(each)) for number, each in enumerate(body, 2)]
    return [Page(1, total), *made, Page(total, total, last, closing)]


def draw(card: Card, page: Page) -> bytes:
    """Draw a page."""
    if page.number == 1:
        return cards.cover(card, SHAPE)
    canvas = Canvas(WIDTH, HEIGHT)
    y = float(_TOP)
    for number, row in enumerate(page.rows):
        y += row.before if number else 0.0
        _row(canvas, card, row, y, _next(page.rows, number))
        y += row.height
    if page.closing:
        _closing(canvas, card, page.closing, bool(page.rows))
    _foot(canvas, card, page)
    return canvas.png()


def _bodies(found: Sequence[Row]) -> list[list[Row]]:
    """Return rows by page; a last page with next to nothing is spared by fuller ones."""
    room = _BOTTOM - _TOP
    body = paged(found, room)
    if len(body) > 1 and height(body[-1]) < room * _FEW:
        fuller = paged(found, room + rows.SPARE)
        return fuller if len(fuller) < len(body) else body
    return body


def _closes(body: Sequence[Sequence[Row]]) -> bool:
    """Tell whether the end fits below the text of the last page."""
    return bool(body) and height(body[-1]) < _BOTTOM - _TOP - _CLOSING


def _next(all_: Sequence[Row], number: int) -> Row | None:
    return all_[number + 1] if number + 1 < len(all_) else None


def _row(canvas: Canvas, card: Card, row: Row, y: float, below: Row | None) -> None:
    """Draw a row; bars and panels reach to the next row of the same kind."""
    ground = PAPER
    joined = (
        below is not None and below.look == row.look and (row.look == "quote" or not below.first)
    )
    reach = y + row.height
    if row.look == "code":
        ground = RAISED
        pad = 0 if joined else rows.PADDING
        canvas.fill((LEFT - rows.PADDING, y, LEFT + ROOM + rows.PADDING, reach + pad), RAISED)
        if row.first or y == _TOP:
            edge = LEFT - rows.PADDING
            canvas.fill((edge, y - rows.PADDING, LEFT + ROOM + rows.PADDING, y), RAISED)
    if row.look == "quote":
        if joined and below is not None:
            reach += below.before
        top = y + row.height * 0.14 * row.first
        canvas.fill((LEFT, top, LEFT + 6, reach - row.height * 0.14 * (not joined)), card.accent)
    if row.look == "rule" and below is not None and y > _TOP:
        middle, half = y + row.height / 2, 60
        canvas.fill((WIDTH / 2 - half, middle, WIDTH / 2 + half, middle + 3), RULE)
    for part in row.parts:
        baseline = y + (row.height + part.letters.rise) / 2
        canvas.line(part.line, part.letters, LEFT + part.x, baseline, part.ink(card), ground)


def _closing(canvas: Canvas, card: Card, text: str, below_text: bool) -> None:
    """Write the end: the seal, and a word in the middle of what is left of the page."""
    side = 92
    top = _BOTTOM - _CLOSING + 130 if below_text else (HEIGHT - 260) / 2
    marks.seal(canvas, card, (round((WIDTH - side) / 2), round(top), side), card.accent, PAPER)
    y = top + side + 84
    for said, size, ink in ((text, 42, INK), (marks.names(card), 32, SOFT)):
        letters = card.letters(size)
        for line in balanced([Run(said)], letters, ROOM, card.chinese):
            canvas.line(line, letters, (WIDTH - line.width) / 2, y, ink)
            y += size * 1.6
        y += 4


def _foot(canvas: Canvas, card: Card, page: Page) -> None:
    letters = card.letters(27)
    count = balanced([Run(f"{page.number}/{page.total}")], letters, ROOM, False)[0]
    canvas.line(count, letters, LEFT + ROOM - count.width, _FOOT, SOFT)
    if not page.closing:
        line = marks.one_line(card, marks.names(card), letters, ROOM * 0.8)
        canvas.line(line, letters, LEFT, _FOOT, SOFT)
