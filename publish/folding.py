"""Lines for a terminal: folded between words, with what follows under where it began.

A terminal by itself breaks in the middle of a word. Only what a person reads on a terminal is
folded; pipes, files and anything of several lines (JSON) stay as they are.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import TextIO

_COLUMN = re.compile(r"^(?:\s*→ |.*\S\s{2,}|\s+)")
_PIECE = re.compile(r"\s+|(?<!\S)'[^']*'[!-~]*|[!-~]+|[^\s!-~]")
"""Spaces, what a shell takes as one word, a word, a character of another writing."""
_NEVER_FIRST = "，。、；：？！）》」』”’…·"
_NEVER_LAST = "（《「『“‘"
_NARROW = 40
"""Below so many cells, and on an unknown width, nothing is folded."""


def folded(line: str, stream: TextIO) -> str:
    """Return a line as a stream shows it: folded where it is a terminal that is narrower."""
    if "\n" in line or not stream.isatty():
        return line
    width = shutil.get_terminal_size((0, 0)).columns if _sized() else 0
    return "\n".join(fold(line, width))


def _sized() -> bool:
    return os.environ.get("TERM") != "dumb"


def fold(line: str, width: int) -> list[str]:
    """Return a line as lines of at most so many cells; a word that is longer stays whole."""
    from rich.cells import cell_len

    if width < _NARROW or cell_len(line) <= width:
        return [line]
    indent = _indent(line, width)
    lines, now = [], ""
    for piece in _pieces(line):
        if now.strip() and cell_len(now + piece.rstrip()) > width:
            lines.append(now.rstrip())
            now = " " * indent + piece.lstrip()
        else:
            now += piece
    return [*lines, now.rstrip()]


def _indent(line: str, width: int) -> int:
    """Return where what follows goes: under the last column of a table, if there is room."""
    from rich.cells import cell_len

    found = _COLUMN.match(line)
    cells = cell_len(found.group()) if found else 0
    return cells if cells <= width // 2 else 0


def _pieces(line: str) -> Iterator[str]:
    """Yield what is not broken: a word with its space, a Chinese character with its marks."""
    piece = ""
    for each in _PIECE.findall(line):
        if piece and not _stick(piece, each):
            yield piece
            piece = ""
        piece += each
    yield piece


def _stick(before: str, after: str) -> bool:
    return (
        after.isspace()
        or before.isspace()
        or after[0] in _NEVER_FIRST
        or before[-1] in _NEVER_LAST
        or (_is_word(before[-1]) and after[0] in "”’")
    )


def _is_word(character: str) -> bool:
    return "!" <= character <= "~"
