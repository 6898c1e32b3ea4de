"""Covers and quotes: a title page, a bound volume, a spread; which one is up to the shape."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.snippets.pictures.boxes import Run
from plugins.snippets.pictures.canvas import Canvas
from plugins.snippets.pictures.faces import drawable
from plugins.snippets.pictures.marks import (
    Card,
    few_lines,
    foot,
    foot_height,
    names,
    one_line,
    seal,
)
from plugins.snippets.pictures.palette import INK, PAPER, SOFT, Colour, mixed
from plugins.snippets.pictures.titles import Title, cohesion, fitted
from plugins.snippets.pictures.typesetting import balanced

SIZES = {
    "2.35:1": (900, 383),
    "1:1": (900, 900),
    "3:4": (1080, 1440),
    "16:9": (1600, 900),
    "3:2": (1200, 800),
    "4:5": (1080, 1350),
    "1.91:1": (1200, 630),
}
_SCALE = tuple(0.23 * 0.886**step for step in range(15))


def cover(card: Card, shape: str) -> bytes:
    """Draw the cover in a shape.

    Raises:
        KeyError: there is no such shape.

    """
    width, height = SIZES[shape]
    drawn = _volume if width > height * 2 else _spread if width > height * 1.2 else _title_page
    return drawn(card, width, height)


def quote(card: Card, text: str, shape: str) -> bytes:
    """Draw a sentence of the post in a shape.

    Raises:
        KeyError: there is no such shape.

    """
    width, height = SIZES[shape]
    canvas, margin = Canvas(width, height), round(width * 0.11)
    mark = card.letters(width * 0.26, "heading")
    first = balanced([Run("“")], mark, width, card.chinese)[0]
    canvas.line(first, mark, margin - mark.size * 0.03, margin + mark.top("“"), card.accent)
    top, bottom = margin + mark.size * 0.55, height - margin - foot_height(width) - width * 0.09
    said = fitted(
        drawable(card.faces, text),
        card.faces,
        (width - 2 * margin, bottom - top),
        _sizes(width, _SCALE[4:]),
        card.chinese,
        cohesion(card.post, card.chinese),
        (4, 6, 8, 9),
    )
    y = top + (bottom - top - said.height) * (0.36 if height > width else 0.4)
    _set(canvas, said, margin, y, INK)
    title = f"《{card.title}》" if card.chinese else card.title
    foot(canvas, card, margin, title)
    return canvas.png()


def _title_page(card: Card, width: int, height: int) -> bytes:
    """Draw a title page: the title high on paper, who wrote it below a hairline."""
    canvas, margin = Canvas(width, height), round(width * 0.11)
    tall = height > width * 1.15
    y = float(margin)
    canvas.fill((margin, y, margin + width * 0.09, y + max(6, width * 0.008)), card.accent)
    y += width * 0.05
    if card.kicker:
        small = card.letters(width * 0.036, "strong")
        line = one_line(card, card.kicker, small, width - 2 * margin)
        canvas.line(line, small, margin, y + small.rise, card.accent)
        y += small.size
    bottom = height - margin - foot_height(width) - width * 0.09
    y += width * (0.1 if tall else 0.05)
    room = (width - 2 * margin, (bottom - y) * (0.68 if tall and card.deck else 1.0))
    title = _title(card, room, width)
    free = bottom - y - title.height
    if not tall:
        y += free * 0.42
    elif len(title.lines) < 3:
        y += free * 0.12
    _set(canvas, title, margin, y, INK)
    y += title.height + title.letters.size * 0.3 + width * 0.06
    if tall:
        _deck(canvas, card, (margin, y, bottom), width)
    foot(canvas, card, margin, "")
    return canvas.png()


def _volume(card: Card, width: int, height: int) -> bytes:
    """Draw the cloth of a bound volume: the title in its middle, a fine frame around it."""
    canvas = Canvas(width, height, card.accent)
    line = mixed(card.accent, PAPER, 0.45)
    inset, thin = round(height * 0.062), 2
    canvas.fill((inset, inset, width - inset, height - inset), line)
    edge = inset + thin
    canvas.fill((edge, edge, width - edge, height - edge), card.accent)
    small = card.letters(height * 0.062)
    who = one_line(card, names(card), small, width * 0.7)
    foot = height - inset - height * 0.1
    room = (width * 0.78, height * 0.55)
    scale = [size * 2.2 for size in _SCALE[4:]]
    title = _title(card, room, height, scale, (1, 2, 3, 3))
    y = inset + (foot - small.rise - inset - title.height) * 0.48
    for line_ in title.lines:
        x = (width - line_.width) / 2
        canvas.line(line_, title.letters, x, y + title.letters.rise, PAPER, card.accent)
        y += title.leading
    tint = mixed(card.accent, PAPER, 0.82)
    canvas.line(who, small, (width - who.width) / 2, foot, tint, card.accent)
    return canvas.png()


def _spread(card: Card, width: int, height: int) -> bytes:
    """Draw a spread: a spine in the accent, the title on the page beside it."""
    canvas, margin = Canvas(width, height), round(height * 0.13)
    spine = round(width * 0.13)
    canvas.fill((0, 0, spine, height), card.accent)
    side = round(spine * 0.46)
    place = ((spine - side) // 2, height - margin - side)
    seal(canvas, card, (*place, side), PAPER, card.accent)
    left = spine + margin
    room = (width - left - margin, height * 0.57)
    y = float(margin)
    if card.kicker:
        small = card.letters(height * 0.042, "strong")
        line = one_line(card, card.kicker, small, room[0])
        canvas.line(line, small, left, y + small.rise, card.accent)
    title = _title(card, room, height, _SCALE, (2, 3, 3, 4, 4, 5))
    small = card.letters(height * 0.042)
    foot = height - margin
    top, bottom = y + height * 0.07, foot - small.rise - height * 0.07
    y = top + (bottom - top - title.height) * 0.46
    _set(canvas, title, left, y, INK)
    who = one_line(card, names(card), small, room[0])
    canvas.line(who, small, left, foot, SOFT)
    return canvas.png()


def _title(
    card: Card,
    room: tuple[float, float],
    unit: float,
    scale: Sequence[float] = _SCALE,
    most: Sequence[int] = (1, 2, 3, 4, 5, 6, 8, 10),
) -> Title:
    price = cohesion(card.post, card.chinese)
    return fitted(card.title, card.faces, room, _sizes(unit, scale), card.chinese, price, most)


def _deck(canvas: Canvas, card: Card, place: tuple[float, float, float], unit: int) -> None:
    """Write the summary below the title, as far as there is room for it."""
    left, top, bottom = place
    letters = card.letters(unit * 0.038)
    leading = letters.size * (1.75 if card.chinese else 1.5)
    rows = min(5, int((bottom - top) // leading))
    room = canvas.width - 2 * left
    if not card.deck or rows < 2:
        return
    for line in few_lines(card.deck, letters, room, rows, card.chinese):
        canvas.line(line, letters, left, top + letters.rise, SOFT)
        top += leading


def _set(canvas: Canvas, title: Title, x: float, y: float, ink: Colour) -> None:
    for line in title.lines:
        canvas.line(line, title.letters, x, y + title.letters.rise, ink)
        y += title.leading


def _sizes(unit: float, scale: Sequence[float]) -> list[int]:
    return [round(unit * each) for each in scale]
