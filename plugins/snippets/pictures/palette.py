"""Colours of pictures: the creator's accent, dark enough to be read on paper and under it."""

from __future__ import annotations

import re

from plugins.model import colours

Colour = tuple[int, int, int]

PAPER: Colour = (0xFB, 0xFA, 0xF7)
RAISED: Colour = (0xF1, 0xEE, 0xE7)
INK: Colour = (0x1F, 0x1D, 0x1A)
SOFT: Colour = (0x62, 0x5D, 0x55)
RULE: Colour = (0xD8, 0xD3, 0xC9)
ACCENT: Colour = (0x1F, 0x5A, 0x80)
READABLE = 5.5
_STEP = 0.94


def accent(text: str) -> Colour:
    """Return a colour "#rrggbb" as it can be read on paper; what is no colour is the default."""
    found = re.fullmatch(r"#([0-9a-fA-F]{6})", text.strip())
    colour = _parsed(found[1]) if found else ACCENT
    while contrast(colour, PAPER) < READABLE:
        colour = _scaled(colour)
    return colour


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two, `share` of it the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG counts it."""
    return colours.contrast(_written(one), _written(other))


def _written(colour: Colour) -> str:
    return colours.written(each / 255 for each in colour)


def _parsed(digits: str) -> Colour:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _scaled(colour: Colour) -> Colour:
    red, green, blue = (int(each * _STEP) for each in colour)
    return red, green, blue
