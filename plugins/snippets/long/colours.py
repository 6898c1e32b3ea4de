"""Colours of a theme, made from a creator's accent so that they can be read on white."""

from __future__ import annotations

import colorsys
import functools
import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_PLAIN = "#1f5a80"
READABLE = 4.5  # contrast of text that is not large: WCAG 2.2, 1.4.3


@functools.lru_cache(maxsize=8)
def readable(accent: str, ground: str = "#ffffff") -> str:
    """Return a colour, darkened until text in it can be read on a light ground."""
    colour = accent.lower() if _HEX.fullmatch(accent) else _PLAIN
    hue, light, full = colorsys.rgb_to_hls(*_parts(colour))
    while contrast(colour, ground) < READABLE:
        light = max(0.0, light - 0.01)
        colour = _hex(colorsys.hls_to_rgb(hue, light, full))
    return colour


def tint(colour: str, share: float) -> str:
    """Return white with a share of a colour in it."""
    return _hex(tuple(1 - (1 - part) * share for part in _parts(colour)))


def contrast(one: str, other: str) -> float:
    """Return how well two colours stand out, 1 to 21, as WCAG counts."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
