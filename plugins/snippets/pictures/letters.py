"""Letters at a size: how wide text is in the fonts of this machine, and its pixels."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image, ImageDraw, ImageFont

from plugins.snippets.pictures.faces import Face, Faces, face_of, opened
from plugins.snippets.pictures.typesetting import Placed

_SLANT = 0.2
_MONO_SIZE = 0.92


@dataclass(frozen=True)
class Letters:
    """Fonts at one size in pixels; measures what typesetting asks about.

    `base` is the style of what names no other: "text", "strong" or "heading".
    """

    faces: Faces
    size: int
    base: str = "text"
    _known: dict[tuple[str, str], float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def em(self) -> float:
        """Return the size of the type."""
        return float(self.size)

    @cached_property
    def rise(self) -> int:
        """Return how far the ink of a Han character, or else a capital, is above the baseline."""
        return self.top("国" if face_of(self._chain("text"), "国") else "H")

    def top(self, text: str) -> int:
        """Return how far the ink of a text is above the baseline."""
        parts = self.parts(text, "text")
        return max((-int(font.getbbox(part, anchor="ls")[1]) for font, part in parts), default=0)

    def width(self, text: str, style: str) -> float:
        """Return the advance of a text."""
        known = self._known.get((text, style))
        if known is None:
            known = sum(font.getlength(part) for font, part in self.parts(text, style))
            self._known[text, style] = known
        return known

    def parts(self, text: str, style: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """Return a text in stretches of one font each, without what no font has."""
        chain = self._chain(style)
        found: list[tuple[Face, str]] = []
        for each in text:
            face = face_of(chain, each)
            if face is None:
                continue
            # In fonts for Chinese its dots are halfway up, whichever script is around it.
            each = "..." if each == "…" and face.latin else each
            if found and (found[-1][0] == face or unicodedata.combining(each[0])):
                found[-1] = (found[-1][0], found[-1][1] + each)
            else:
                found.append((face, each))
        size = round(self.size * _MONO_SIZE) if style == "mono" else self.size
        return [(opened(face, size, len(part) > 1), part) for face, part in found]

    def draw(self, mask: Image.Image, placed: Placed, x: float, baseline: float) -> None:
        """Draw a text on a mask from x on."""
        if placed.text.strip("—⸺") == "" and len(placed.text) > 1:
            self._draw_dash(mask, placed, x, baseline)
        elif placed.style == "em" and placed.text[0].isascii():
            self._draw_slanted(mask, placed, x, baseline)
        else:
            self._draw(mask, placed, x, baseline)
            if placed.style == "em" and placed.text.isalpha():
                self._draw_dot(mask, x + self.width(placed.text, "em") / 2, baseline)

    def _draw(self, mask: Image.Image, placed: Placed, x: float, baseline: float) -> None:
        pen = ImageDraw.Draw(mask)
        for font, part in self.parts(placed.text, placed.style):
            pen.text((x, baseline), part, fill=255, font=font, anchor="ls")
            x += font.getlength(part)

    def _draw_dash(self, mask: Image.Image, placed: Placed, x: float, baseline: float) -> None:
        """Draw a long dash as one line: fonts leave a gap between two."""
        pen, length = ImageDraw.Draw(mask), self.em * len(placed.text)
        thick = max(2, round(self.size * (0.06 if self.base == "text" else 0.075)))
        top = round(baseline - self.rise * 0.44)
        edge = self.em * 0.08
        pen.rectangle((x + edge, top, x + length - edge, top + thick - 1), fill=255)

    def _draw_slanted(self, mask: Image.Image, placed: Placed, x: float, baseline: float) -> None:
        width, height = int(self.width(placed.text, "em")) + self.size, self.size * 2
        piece = Image.new("L", (width, height))
        foot = round(self.size * 1.4)
        self._draw(piece, placed, 4, foot)
        turned = piece.transform(
            piece.size,
            Image.Transform.AFFINE,
            (1, _SLANT, -_SLANT * foot, 0, 1, 0),
            Image.Resampling.BICUBIC,
        )
        place = (round(x) - 4, round(baseline) - foot)
        mask.paste(255, (*place, place[0] + width, place[1] + height), turned)

    def _draw_dot(self, mask: Image.Image, middle: float, baseline: float) -> None:
        side = max(4, round(self.size * 0.13))
        place = (round(middle - side / 2), round(baseline + self.size * 0.24))
        mask.paste(255, (*place, place[0] + side, place[1] + side), disc(side))

    def _chain(self, style: str) -> tuple[Face, ...]:
        if style == "mono":
            return self.faces.mono
        if style == "strong" and self.base == "text":
            return self.faces.strong
        chains = {"heading": self.faces.heading, "strong": self.faces.strong}
        return chains.get(self.base, self.faces.text)


def disc(side: int) -> Image.Image:
    """Return the mask of a smooth disc."""
    return rounded(side, side, side / 2)


def rounded(width: int, height: int, radius: float) -> Image.Image:
    """Return the mask of a rectangle with smooth round corners."""
    large = Image.new("L", (width * 4, height * 4))
    corner = (0, 0, width * 4 - 1, height * 4 - 1)
    ImageDraw.Draw(large).rounded_rectangle(corner, radius * 4, fill=255)
    return large.reduce(4)
