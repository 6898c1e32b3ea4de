"""A QR code in a terminal: half blocks, dark on light whatever the terminal's own colours are."""

from __future__ import annotations

import itertools

import segno

_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
# A code that is light on dark is not read by every phone.
_BEGIN, _END = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_QUIET = 2


def lines(text: str) -> list[str]:
    """Return the lines of a code for a text; two rows of it are one line."""
    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [[int(bool(each)) for each in row] for row in code.matrix_iter(border=_QUIET)]
    pairs = itertools.zip_longest(rows[::2], rows[1::2], fillvalue=[0] * len(rows[0]))
    return [
        _BEGIN + "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) + _END
        for upper, lower in pairs
    ]


def width(code: list[str]) -> int:
    """Return how many columns the lines of a code take."""
    return len(code[0]) - len(_BEGIN) - len(_END)
