"""A sheet to draw on in few flat colours, so that its file is small and always the same."""

from __future__ import annotations

import io

from PIL import Image

from plugins.snippets.pictures.letters import Letters, rounded
from plugins.snippets.pictures.palette import PAPER, Colour, mixed
from plugins.snippets.pictures.typesetting import Line

_LEVELS = 15
_COLOURS = 256


class Canvas:
    """A sheet of one colour; texts lie on it in shades between their ink and their ground."""

    def __init__(self, width: int, height: int, ground: Colour = PAPER) -> None:
        self.width, self.height = width, height
        self.colours: list[Colour] = [ground]
        self.sheet = Image.new("L", (width, height), 0)
        self.masks: dict[tuple[Colour, Colour], Image.Image] = {}

    def fill(self, box: tuple[float, float, float, float], colour: Colour) -> None:
        """Fill a rectangle given by its left, top, right and bottom edge."""
        left, top, right, bottom = (round(each) for each in box)
        self.sheet.paste(self._number(colour), (left, top, right, bottom))

    def panel(
        self, box: tuple[float, float, float, float], radius: float, ink: Colour, ground: Colour
    ) -> None:
        """Fill a rectangle with round corners."""
        left, top, right, bottom = (round(each) for each in box)
        shape = rounded(right - left, bottom - top, radius)
        self.sheet.paste(self._number(ink), (left, top, right, bottom), shape.point(_solid))
        self.mask(ink, ground).paste(shape, (left, top), shape.point(_edge))

    def mask(self, ink: Colour, ground: Colour) -> Image.Image:
        """Return what is drawn in an ink on a ground; 255 is the ink itself."""
        return self.masks.setdefault((ink, ground), Image.new("L", (self.width, self.height)))

    def line(
        self,
        line: Line,
        letters: Letters,
        x: float,
        baseline: float,
        ink: Colour,
        ground: Colour = PAPER,
    ) -> None:
        """Write a line."""
        mask = self.mask(ink, ground)
        for placed in line.placed:
            letters.draw(mask, placed, x + placed.x, baseline)

    def png(self) -> bytes:
        """Return the sheet as a file."""
        sheet = self.sheet.copy()
        for (ink, ground), mask in self.masks.items():
            first = len(self.colours)
            shades = [mixed(ground, ink, level / _LEVELS) for level in range(1, _LEVELS + 1)]
            numbers = [0, *range(first, first + _LEVELS)]
            self.colours += shades
            sheet.paste(mask.point([numbers[_level(v)] for v in range(256)]), mask=mask.point(_any))
        if len(self.colours) > _COLOURS:
            raise ValueError(f"{len(self.colours)} colours on one sheet")
        picture = Image.frombytes("P", sheet.size, sheet.tobytes())
        picture.putpalette([each for colour in self.colours for each in colour])
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()

    def _number(self, colour: Colour) -> int:
        if colour not in self.colours:
            self.colours.append(colour)
        return self.colours.index(colour)


def _level(value: int) -> int:
    return round(value * _LEVELS / 255)


_any = [255 if _level(value) else 0 for value in range(256)]
_solid = [255 if value == 255 else 0 for value in range(256)]
_edge = [255 if 0 < value < 255 else 0 for value in range(256)]
