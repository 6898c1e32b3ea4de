"""The lines of a post's blocks, each with the room and the looks that it has on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import regex

from plugins.snippets.pictures.blocks import Block
from plugins.snippets.pictures.boxes import Run
from plugins.snippets.pictures.faces import drawable
from plugins.snippets.pictures.letters import Letters
from plugins.snippets.pictures.marks import Card
from plugins.snippets.pictures.palette import INK, SOFT, Colour
from plugins.snippets.pictures.titles import cohesion
from plugins.snippets.pictures.typesetting import Line, Placed, balanced, paragraph
from publish.contract.catalogue import N_, speak

LEFT, ROOM = 99, 882
PADDING = 26
SPARE = 40
_CODE_LINES = 14
_CODE_LEADING = 1.5
_SMALLEST_CODE = 26
_INDENT = 1.3
# Some of it ends a paragraph, which a line that is drawn as a whole must not.
_ODD_SPACE = regex.compile(r"[^\S\n ]")
MORE_LINES = N_("({n} more lines)")

Look = Literal["text", "quote", "code", "rule"]


@dataclass(frozen=True)
class Part:
    """A line at its place within a row; `soft` and `accent` choose another ink."""

    line: Line
    letters: Letters
    x: float = 0.0
    soft: bool = False
    accent: bool = False

    def ink(self, card: Card) -> Colour:
        """Return the colour it is written in."""
        return card.accent if self.accent else SOFT if self.soft else INK


@dataclass(frozen=True)
class Row:
    """One line of a page, see paging.Row.

    `text` is what it says, with a line break first where a block begins.
    """

    height: float
    before: float
    block: int
    leads: bool
    look: Look
    parts: tuple[Part, ...]
    first: bool
    text: str = ""


class _Setter:
    """Sets blocks in the sizes of one language."""

    def __init__(self, card: Card) -> None:
        self.card, self.chinese = card, card.chinese
        size = 42 if card.chinese else 41
        self.leading = 74.0 if card.chinese else 62.0
        self.text = card.letters(size)
        self.heading = card.letters(56, "heading")
        self.subheading = card.letters(46, "strong")
        self.note = card.letters(31)
        self.code = card.letters(33)
        self.price = cohesion(card.post, card.chinese)

    def rows(self, block: Block, number: int, begins: bool) -> Iterator[Row]:
        """Yield the rows of a block; `begins` where the one before is of another kind."""
        if block.kind == "rule":
            yield Row(self.leading * 0.9, 10, number, True, "rule", (), True)
        elif block.kind == "code":
            yield from self._code(block, number)
        elif block.kind in ("heading", "subheading"):
            yield from self._heading(block, number)
        else:
            yield from self._text(block, number, begins)

    def _heading(self, block: Block, number: int) -> Iterator[Row]:
        large = block.kind == "heading"
        letters = self.heading if large else self.subheading
        leading = letters.size * (1.36 if self.chinese else 1.24)
        before = self.leading * (1.0 if large else 0.75)
        runs = [Run(run.text, "text") for run in self._seen(block)]
        lines = balanced(runs, letters, ROOM, self.chinese, self.price)
        for n, line in enumerate(lines):
            above = 0.0 if n else before
            parts = (Part(line, letters),)
            yield Row(leading, above, number, True, "text", parts, not n, _said(block, n, line))

    def _text(self, block: Block, number: int, begins: bool) -> Iterator[Row]:
        small = block.kind == "note"
        letters = self.note if small else self.text
        leading = self.leading * 0.7 if small else self.leading
        listed = block.kind in ("item", "note")
        step = letters.em * (_INDENT if self.chinese or small else 1.15)
        left = step * (block.depth + listed) if block.kind != "quote" else 48.0
        if small:
            left += letters.em * 0.6
        before = leading * (0.16 if listed and not begins else 0.5)
        label = block.kind == "label"
        room = ROOM - left
        if self.chinese:  # whole squares, so that lines without punctuation need no stretching
            room = room // letters.size * letters.size
            left = ROOM - room if listed or block.kind == "quote" else left
        lines = paragraph(self._seen(block), letters, room, self.chinese)
        look: Look = "quote" if block.kind == "quote" else "text"
        for n, line in enumerate(lines):
            parts = [Part(line, letters, left, soft=small or look == "quote")]
            if block.mark and not n:
                parts.insert(0, self._mark(block, letters, left))
            yield Row(
                leading,
                0.0 if n else before,
                number,
                label,
                look,
                tuple(parts),
                not n,
                _said(block, n, line),
            )

    def _mark(self, block: Block, letters: Letters, left: float) -> Part:
        line = balanced([Run(block.mark)], letters, ROOM, False)[0]
        gap = letters.em * (0.45 if len(block.mark) > 1 else 0.55)
        return Part(line, letters, max(0.0, left - line.width - gap), accent=True)

    def _code(self, block: Block, number: int) -> Iterator[Row]:
        text = drawable(self.card.faces, block.text).expandtabs(4)
        lines = _ODD_SPACE.sub(" ", text).split("\n")
        more = len(lines) - _CODE_LINES if len(lines) > _CODE_LINES + 2 else 0
        shown = lines[:_CODE_LINES] if more else lines
        letters = self._code_letters(shown)
        leading = letters.size * _CODE_LEADING
        chopped = [part for line in shown for part in _chopped(line, letters)]
        for n, line in enumerate(chopped):
            before = 0.0 if n else self.leading * 0.4 + PADDING
            parts = (Part(line, letters),)
            yield Row(leading, before, number, False, "code", parts, not n, _said(block, n, line))
        if more:
            say = speak(self.card.post.lang.split("-")[0]).gettext(MORE_LINES)
            line = paragraph([Run(say.format(n=more))], self.note, ROOM, self.chinese)[0]
            part = Part(line, self.note, soft=True)
            yield Row(54, 0.0, number, False, "code", (part,), False)

    def _code_letters(self, lines: Sequence[str]) -> Letters:
        """Return the size at which the longest line fits, or one for most lines."""
        longest = max(lines, key=lambda line: self.code.width(line, "mono"))
        size = self.code.size * ROOM / max(self.code.width(longest, "mono"), ROOM)
        return self.card.letters(int(size) if size >= _SMALLEST_CODE else self.code.size - 3)

    def _seen(self, block: Block) -> list[Run]:
        return [Run(drawable(self.card.faces, run.text), run.style) for run in block.runs]


def rows(blocks: Sequence[Block], card: Card, room: float) -> list[Row]:
    """Return the rows of blocks in order; what is far beyond the room is not even set."""
    setter, found, used = _Setter(card), list[Row](), 0.0
    for number, block in enumerate(blocks):
        if used > room:
            break
        begins = number == 0 or blocks[number - 1].kind != block.kind
        made = list(setter.rows(block, number, begins))
        if made and found and found[-1].look == "code":  # its panel reaches below its last line
            made[0] = replace(made[0], before=made[0].before + PADDING)
        used += sum(row.height for row in made)
        found += made
    return found


def _said(block: Block, number: int, line: Line) -> str:
    """Return what a row says, such that all rows together say what the block does."""
    if block.kind == "code":
        return "\n" + line.text
    return line.text if number else "\n" + " ".join(filter(None, (block.mark, line.text)))


def _chopped(line: str, letters: Letters) -> Iterator[Line]:
    """Yield a line of code as it is, white space and all; a long one goes on further right."""
    indent = len(line) - len(line.lstrip(" "))
    hang = " " * min(indent + 4, 16)
    held = ""
    for each in regex.findall(r"\X", line):
        if letters.width(held + each, "mono") > ROOM:
            end = held.rfind(" ") + 1
            end = end if end > len(held) / 2 else len(held)
            yield _plain(held[:end], letters)
            held = hang + held[end:].lstrip()
        held += each
    yield _plain(held, letters)


def _plain(text: str, letters: Letters) -> Line:
    kept = text.rstrip()
    return Line((Placed(kept, "mono", 0.0),) if kept else (), letters.width(kept, "mono"))
