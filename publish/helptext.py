"""Help texts: a paragraph wrapped by what a terminal shows, then examples in two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import click

from publish.contract.catalogue import Words

_WIDTH = 76
_AS_IT_IS = "\b\n"  # click leaves a paragraph alone that begins like this
# A word with its spaces, or one wide character with the punctuation that may not begin a line.
_PIECE = re.compile(r"（*[\u2e80-\uffff][，。、；：！？）》”]*|[^\s\u2e80-\uffff]+\s*|\s+")


class Formatter(click.HelpFormatter):
    """What lays help texts out; click by itself breaks a line at spaces, and Chinese has none."""

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write two columns, the second one wrapped by what a terminal shows."""
        rows = list(rows)
        if all(note.isascii() for _, note in rows):
            super().write_dl(rows, col_max, col_spacing)
            return
        indent = " " * self.current_indent
        left = min(max(cells(term) for term, _ in rows), col_max) + col_spacing
        width = max(self.width - self.current_indent - left, 10)
        for term, note in rows:
            alone = cells(term) > left - col_spacing
            first, *rest = wrapped(note, width)
            lines = [*([term] if alone else []), padded("" if alone else term, left) + first]
            lines += [" " * left + line for line in rest]
            self.write("".join(f"{indent}{line}".rstrip() + "\n" for line in lines))


def explained(words: Words, text: str, *examples: tuple[str, str]) -> str:
    """Return a help text; an example is a command and a note, which may be empty."""
    paragraphs = [_AS_IT_IS + "\n".join(wrapped(text))]
    if examples:
        widest = max((cells(command) for command, note in examples if note), default=0)
        lines = [
            f"  {command}{' ' * (widest - cells(command))}  {note}".rstrip()
            for command, note in examples
        ]
        paragraphs.append(_AS_IT_IS + "\n".join([words.gettext("Examples:"), *lines]))
    return "\n\n".join(paragraphs)


def wrapped(text: str, width: int = _WIDTH) -> Sequence[str]:
    """Return a text in lines; a Chinese character is two cells wide and may end a line."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and cells((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def padded(text: str, width: int) -> str:
    """Return a text with spaces after it up to a width in cells, one at least."""
    return text + " " * max(1, width - cells(text))


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
