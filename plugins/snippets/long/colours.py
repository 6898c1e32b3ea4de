"""Colours of a theme, made from a creator's accent so that they can be read on white."""

from __future__ import annotations

import colorsys
import functools
import re

from plugins.model.colours import contrast, parts, written

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_PLAIN = "#1f5a80"
READABLE = 4.5  # contrast of text that is not large: WCAG 2.2, 1.4.3


@functools.lru_cache(maxsize=8)
def readable(accent: str, ground: str = "#ffffff") -> str:
    """Return a colour, darkened until text in it can be read on a light ground."""
    colour = accent.lower() if _HEX.fullmatch(accent) else _PLAIN
    hue, light, full = colorsys.rgb_to_hls(*parts(colour))
    while contrast(colour, ground) < READABLE:
        light = max(0.0, light - 0.01)
        colour = written(colorsys.hls_to_rgb(hue, light, full))
    return colour


def tint(colour: str, share: float) -> str:
    """Return white with a share of a colour in it."""
    return written(tuple(1 - (1 - part) * share for part in parts(colour)))
