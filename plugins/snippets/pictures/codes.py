"""A card with a QR code: the way from a picture to the post."""

from __future__ import annotations

import math

import segno

from plugins.snippets.links import way_in
from plugins.snippets.pictures import marks
from plugins.snippets.pictures.canvas import Canvas
from plugins.snippets.pictures.marks import Card
from plugins.snippets.pictures.palette import INK, SOFT, Colour
from plugins.snippets.pictures.titles import cohesion, fitted
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_, speak

SIZE = (900, 1200)
QUIET = 4
WHITE: Colour = (255, 255, 255)
# A code is seen on posters and below posts alike; nobody reads the address in it.
POSTER = Platform(id="poster", names={}, form="long", format="text")
_LEAST = 600
SCAN = N_("Scan to read")


def address(post: Post) -> str:
    """Return where the code leads."""
    return way_in(post, POSTER)


def modules(text: str) -> list[list[bool]]:
    """Return the dark and light modules of a code, with error correction M and no margin."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    return [[bool(module) for module in row] for row in code.matrix]


def draw(card: Card) -> bytes:
    """Draw the card: the title, the code in its quiet zone, what to do with it."""
    matrix = modules(address(card.post))
    across = len(matrix) + 2 * QUIET
    step = math.ceil(_LEAST / len(matrix))
    side = across * step
    width, height = SIZE
    canvas, margin = Canvas(width, height), 90
    left, top = (width - side) // 2, height - 148 - side
    room = (width - 2 * margin, top - margin - 64)
    price = cohesion(card.post, card.chinese)
    title = fitted(
        card.title, card.faces, room, (68, 62, 56, 51, 46, 42, 38), card.chinese, price, (2, 3, 4)
    )
    y = margin + (room[1] - title.height) / 2
    for line in title.lines:
        x = (width - line.width) / 2
        canvas.line(line, title.letters, x, y + title.letters.rise, INK)
        y += title.leading
    canvas.fill((left, top, left + side, top + side), WHITE)
    for row, line_ in enumerate(matrix):
        for column, dark in enumerate(line_):
            if dark:
                x, y = left + (column + QUIET) * step, top + (row + QUIET) * step
                canvas.fill((x, y, x + step, y + step), INK)
    say = speak(card.post.lang.split("-")[0]).gettext
    letters = card.letters(34)
    text = marks.joined(card, say(SCAN), card.site)
    line = marks.one_line(card, text, letters, width - 2 * margin)
    canvas.line(line, letters, (width - line.width) / 2, height - 80, SOFT)
    return canvas.png()
