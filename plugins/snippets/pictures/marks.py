"""What all cards and pages bear: who wrote them, the seal of the site, text cut to its room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from plugins.snippets.pictures.boxes import Run
from plugins.snippets.pictures.canvas import Canvas
from plugins.snippets.pictures.faces import Faces, drawable
from plugins.snippets.pictures.fonts import of_han
from plugins.snippets.pictures.letters import Letters
from plugins.snippets.pictures.palette import INK, PAPER, RULE, SOFT, Colour, accent
from plugins.snippets.pictures.titles import ELLIPSIS
from plugins.snippets.pictures.typesetting import Line, balanced, paragraph
from plugins.snippets.values import Post

_PLACES = {True: regex.compile(r"\X"), False: regex.compile(r"\S+")}
_POINT = regex.compile(r"[，。；：！？,.;:!?](?=\s|[^\d\s])")
_WHOLE = "。！？.!?"


@dataclass(frozen=True)
class Card:
    """What a card says and in which fonts and colour."""

    title: str
    deck: str
    kicker: str
    author: str
    site: str
    chinese: bool
    faces: Faces
    accent: Colour
    post: Post

    def letters(self, size: float, base: str = "text") -> Letters:
        """Return letters of a size."""
        return Letters(self.faces, round(size), base)


def card(post: Post, faces: Faces) -> Card:
    """Return what the cards of a post say."""

    def seen(text: str) -> str:
        return " ".join(drawable(faces, text).split())

    site, author = seen(post.site), seen(post.author)
    return Card(
        title=seen(post.title) or site,
        deck=seen(post.summary),
        kicker=seen(post.series or post.category),
        author="" if author == site else author,
        site=site,
        chinese=of_han(post.lang),
        faces=faces,
        accent=accent(post.accent),
        post=post,
    )


def few_lines(text: str, letters: Letters, room: float, rows: int, chinese: bool) -> Sequence[Line]:
    """Return a text in so many lines at most; what is cut off is shown to be."""
    lines = paragraph([Run(text)], letters, room, chinese)
    if len(lines) <= rows:
        return lines
    ends = [found.end() for found in _PLACES[chinese].finditer(text)]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if len(_shortened(text, ends[middle], letters, room, chinese)) <= rows:
            low = middle
        else:
            high = middle - 1
    best = ends[low] if ends else 1
    points = [found.end() for found in _POINT.finditer(text, 0, best)]
    if rows > 1 and points and points[-1] > best * 0.6:
        best = points[-1]
    return _shortened(text, best, letters, room, chinese)[:rows]


def _shortened(text: str, end: int, letters: Letters, room: float, chinese: bool) -> Sequence[Line]:
    head = text[:end].rstrip()
    if head[-1:] not in tuple(_WHOLE):
        head = regex.sub(r"[^\w”’）」》]+$", "", head) + ELLIPSIS * (2 if chinese else 1)
    return paragraph([Run(head)], letters, room, chinese)


def foot_height(unit: float) -> float:
    """Return how high the foot of a card is."""
    return unit * 0.075


def foot(canvas: Canvas, card: Card, margin: float, source: str) -> None:
    """Write who wrote it beside the seal of the site, a hairline above."""
    unit, bottom = canvas.width, canvas.height - margin
    side = round(foot_height(unit))
    canvas.fill((margin, bottom - side - unit * 0.04, canvas.width - margin,
                 bottom - side - unit * 0.04 + 2), RULE)  # fmt: skip
    seal(canvas, card, (round(margin), round(bottom - side), side), card.accent, PAPER)
    letters = card.letters(unit * (0.03 if source else 0.034))
    x = margin + side + unit * 0.028
    room = canvas.width - margin - x
    who = one_line(card, names(card), letters, room)
    if source:
        title = one_line(card, source, letters, room)
        canvas.line(title, letters, x, bottom - side + letters.rise + 2, INK)
        canvas.line(who, letters, x, bottom - 2, SOFT)
    else:
        canvas.line(who, letters, x, bottom - side / 2 + letters.rise / 2, SOFT)


def names(card: Card) -> str:
    """Return who wrote it, and where."""
    return joined(card, card.author, card.site)


def joined(card: Card, *texts: str) -> str:
    """Return texts with a dot between them, which in Chinese fonts has its own room."""
    wide = card.letters(100).width("·", "text") > 80
    return ("·" if wide else " · ").join(filter(None, texts))


def seal(
    canvas: Canvas, card: Card, place: tuple[int, int, int], ink: Colour, ground: Colour
) -> None:
    """Stamp the first letter of the site."""
    left, top, side = place
    found = regex.search(r"[\p{L}\p{N}]", card.site)
    canvas.panel((left, top, left + side, top + side), side * 0.16, ink, ground)
    if not found:
        return
    letters = card.letters(side * 0.62, "heading")
    line = balanced([Run(found[0].upper())], letters, side, card.chinese)[0]
    x = left + (side - line.width) / 2
    canvas.line(line, letters, x, top + (side + letters.rise) / 2, ground, ink)


def one_line(card: Card, text: str, letters: Letters, room: float) -> Line:
    """Return a text on one line, cut where there is no room for all of it."""
    found = few_lines(text, letters, room, 1, card.chinese)
    return found[0] if found else Line((), 0.0)
