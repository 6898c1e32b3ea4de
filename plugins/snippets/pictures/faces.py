"""Faces of font files: which characters they have, and how they are opened at a size."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import regex
from PIL import ImageFont
from PIL.ImageFont import Axis

from plugins.model.text import HAN, KANA

_HAN = re.compile(f"[{HAN}{KANA}]")
_GRAPHEME = regex.compile(r"\X")
_PICTOGRAPH = regex.compile(
    r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*0-9]\uFE0F?\u20E3"
)
_MODIFIER = regex.compile(r"[\uFE0E\uFE0F\U0001F3FB-\U0001F3FF]")
_UNSEEN = ("Zs", "Cc", "Cf", "Mn", "Me")
_NOWHERE = "\U0010fffe"
PROBE = 24


@dataclass(frozen=True)
class Face:
    """One face of a font file; `weight` is asked of variable fonts alone.

    `latin`: Chinese characters are another face's, even where this one has them.
    """

    path: str
    index: int = 0
    weight: int = 400
    latin: bool = False

    @property
    def name(self) -> str:
        """Return what tells this face from others, on whichever machine."""
        path = Path(self.path)
        return f"{path.name}:{self.index}:{self.weight}:{path.stat().st_size}"


@dataclass(frozen=True)
class Faces:
    """What each part of a page is set in; a character comes from the first face that has it."""

    heading: tuple[Face, ...]
    text: tuple[Face, ...]
    strong: tuple[Face, ...]
    mono: tuple[Face, ...]

    @property
    def name(self) -> str:
        """Return what pictures depend on."""
        chains = (self.heading, self.text, self.strong, self.mono)
        return "|".join(",".join(face.name for face in chain) for chain in chains)


def covers(chain: Sequence[Face], text: str) -> bool:
    """Tell whether every character is in some face."""
    return all(face_of(chain, each) is not None for each in text)


def drawable(faces: Faces, text: str) -> str:
    """Return a text without the pictographs that no face has, or that are made of several."""
    return "".join(_drawable(faces, each) for each in _GRAPHEME.findall(text))


def _drawable(faces: Faces, grapheme: str) -> str:
    if _PICTOGRAPH.match(grapheme):
        grapheme = _MODIFIER.sub("", grapheme)
        return grapheme if len(grapheme) == 1 and covers(faces.text, grapheme) else ""
    return "".join(e for e in grapheme if e.isspace() or face_of(faces.text, e) is not None)


def face_of(chain: Sequence[Face], character: str) -> Face | None:
    """Return the first face that has a character; what is not seen is in every one."""
    if unicodedata.category(character) in _UNSEEN:
        return chain[0] if chain else None
    return next((face for face in chain if _has(face, character)), None)


@functools.lru_cache(maxsize=256)
def opened(face: Face, size: int, shaped: bool = True) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels; `shaped` kerns, which single Han characters do not need.

    Raises:
        OSError: it cannot be read.

    """
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    font = ImageFont.truetype(face.path, size, index=face.index, layout_engine=engine)
    try:
        axes = font.get_variation_axes()
    except OSError:  # most fonts have one weight each
        return font
    font.set_variation_by_axes(
        [
            _bound(face.weight if axis["name"] == b"Weight" else axis["default"] or 0, axis)
            for axis in axes
        ]
    )
    return font


def _bound(value: int, axis: Axis) -> float:
    return float(min(max(value, axis["minimum"] or 0), axis["maximum"] or value))


@functools.lru_cache(maxsize=16384)
def _has(face: Face, character: str) -> bool:
    """Tell whether a face has a character: what it lacks looks like what no font has."""
    if face.latin and _HAN.match(character):
        return False
    return _look(face, character) != _look(face, _NOWHERE)


def _look(face: Face, character: str) -> tuple[tuple[int, int], bytes]:
    mask = opened(face, PROBE, False).getmask(character, "1")
    return mask.size, bytes(mask)
