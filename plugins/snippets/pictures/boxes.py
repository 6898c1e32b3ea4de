"""Text as boxes that are never broken, with what lies between them by the rules of Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, cast

import regex

from plugins.model.text import HAN, KANA

Kind = Literal["han", "open", "stop", "end", "dash", "dots", "word", "sign"]

OPENING = "（「『“‘《〈【〔［｛〖"
CLOSING = "）」』”’》〉】〕］｝〗，。、．"
# They stand in the middle of their square in some regions' fonts, so they are not squeezed.
ENDING = "！？：；"
NEVER_FIRST = "％℃℉°‰々〻ー·・～ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
FORBIDDEN = 1e6

_WIDE = OPENING + CLOSING + ENDING + NEVER_FIRST + "—…⸺"
# Curly quotes, dashes and dots belong to both scripts: in Latin text they are parts of words.
_SHARED = "“”‘’—…"
_SIGN = r"(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator})"
_LATIN_LETTER = r"[\p{Latin}\p{Nd}]"


def _pattern(wide: str) -> regex.Pattern[str]:
    han = rf"{HAN}{KANA}\u3000-\u303f"
    apostrophe = rf"(?<={_LATIN_LETTER})’(?={_LATIN_LETTER})"
    return regex.compile(
        r"(?P<line>\n)|(?P<space>\s+)"
        rf"|(?P<word>(?:{apostrophe}|(?!{_SIGN})[^\s{wide}{han}])+)"
        r"|(?P<dash>[—⸺]+)|(?P<dots>…+)"
        rf"|(?P<open>[{OPENING}])|(?P<stop>[{CLOSING}])|(?P<end>[{ENDING}])"
        rf"|(?P<sign>(?={_SIGN})\X)|(?P<han>\X)"
    )


_CHINESE = _pattern(_WIDE)
_OTHER = _pattern("".join(each for each in _WIDE if each not in _SHARED))
# After these a long word may be broken, at a price.
_ADDRESS = regex.compile(r"^(?:https?://|www\.)|^[\w.-]+\.[a-z]{2,}/")
_JOINTS = regex.compile(r"(?<=\p{L}[-–/])(?=\p{L})|(?<=[—…])(?=[\p{L}“])")
_ADDRESS_JOINTS = regex.compile(r"(?<=[/?&=_#.-])(?=[^/?&=_#.\s])")


class Measure(Protocol):
    """How wide text is, in whatever it is set in."""

    @property
    def em(self) -> float:
        """Return the size of the type."""

    def width(self, text: str, style: str) -> float:
        """Return the advance of a text in a style."""


@dataclass(frozen=True)
class Run:
    """Text in one style: "text", "strong", "em", "mono" or "heading"."""

    text: str
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Box:
    """Something that stays whole, and what is before it.

    `gap` is the room before it within a line, `stretch` and `shrink` how far that gives way, and
    `price` what a break there costs; `left` and `right` are empty halves that go at a line's edge.
    `spaced`: the author wrote a space before it.
    """

    text: str
    style: str
    kind: Kind
    width: float
    left: float = 0.0
    right: float = 0.0
    gap: float = 0.0
    stretch: float = 0.0
    shrink: float = 0.0
    price: float = 0.0
    spaced: bool = False


def boxes(
    runs: Sequence[Run], measure: Measure, room: float, chinese: bool = True
) -> list[list[Box]]:
    """Return the boxes of each line that the text itself ends; none is wider than `room`."""
    lines: list[list[Box]] = [[]]
    spaced = False
    for kind, text, style in _parts(runs, chinese):
        if kind == "line":
            lines.append([])
        if kind in ("line", "space"):
            spaced = kind == "space"
            continue
        for number, box in enumerate(_whole(kind, text, style, measure, room)):
            line = lines[-1]
            if line:
                within = number > 0
                box = _after(line[-1], box, measure, spaced and not within, within)
                box = replace(box, spaced=spaced and not within)
            line.append(box)
        spaced = False
    return lines


def _parts(runs: Sequence[Run], chinese: bool) -> Iterator[tuple[str, str, str]]:
    pattern = _CHINESE if chinese else _OTHER
    for run in runs:
        for found in pattern.finditer(run.text):
            yield str(found.lastgroup), found[0], run.style


def _whole(kind: str, text: str, style: str, measure: Measure, room: float) -> Iterator[Box]:
    """Yield a part as one box, a long word as several."""
    if kind == "word":
        for each in _pieces(text, style, measure, room):
            yield Box(each, style, "word", measure.width(each, style))
        return
    width, half = measure.width(text, style), measure.em / 2
    if kind == "dash":
        width = max(width, measure.em * len(text)) if len(text) > 1 else width
    if width > room and len(parts := regex.findall(r"\X", text)) > 1:
        for each in parts:
            yield from _whole(kind, each, style, measure, room)
        return
    square = width >= measure.em * 0.9
    left = half if kind == "open" and square else 0.0
    right = half if kind == "stop" and square else 0.0
    named = cast("Kind", kind)  # the groups of the pattern are the kinds
    yield Box(text, style, named, width, left, right)


def _pieces(word: str, style: str, measure: Measure, room: float) -> Iterator[str]:
    joints = _ADDRESS_JOINTS if _ADDRESS.search(word) else _JOINTS
    for piece in joints.split(word):
        if measure.width(piece, style) <= room:
            yield piece
            continue
        for smaller in _ADDRESS_JOINTS.split(piece):
            yield from _chopped(smaller, style, measure, room)


def _chopped(word: str, style: str, measure: Measure, room: float) -> Iterator[str]:
    held = ""
    for each in regex.findall(r"\X", word):
        if held and measure.width(held + each, style) > room:
            yield held
            held = ""
        held += each
    if held:
        yield held


def _after(last: Box, box: Box, measure: Measure, spaced: bool, within: bool) -> Box:
    """Return a box with what lies between it and the one before."""
    em, half = measure.em, measure.em / 2
    if within:
        return replace(box, price=20.0)
    price = FORBIDDEN if _never_between(last, box, spaced) else 0.0
    if box.kind == "word" and last.kind == "word":
        if not spaced:  # styles change within a word
            return replace(box, price=FORBIDDEN)
        space = measure.width(" ", box.style if box.style == last.style else "text")
        return replace(box, gap=space, stretch=space * 0.5, shrink=space * 0.2, price=price)
    if {box.kind, last.kind} == {"word", "han"}:
        if box.text[0] in NEVER_FIRST or (box.kind == "word" and not _joins_han(box.text[0])):
            return replace(box, gap=em * 0.25 if spaced else 0.0, price=price)
        if last.kind == "word" and not _joins_han(last.text[-1]) and not spaced:
            return replace(box, price=price)
        return replace(box, gap=em * 0.25, stretch=em * 0.12, shrink=em * 0.1, price=price)
    if last.right or box.left:
        return _squeezed(last, box, price, half)
    if spaced and last.kind in ("han", "sign", "word") and box.kind in ("han", "sign", "word"):
        return replace(box, gap=em * 0.3, stretch=em * 0.1, price=price)
    rigid = price >= FORBIDDEN
    return replace(box, stretch=0.0 if rigid else em * 0.05, price=price)


def _squeezed(last: Box, box: Box, price: float, half: float) -> Box:
    """Return a box beside one whose half is empty: two such halves are one too many."""
    punctuation = ("open", "stop", "end")
    if last.kind in punctuation and box.kind in punctuation:
        return replace(box, gap=-half, price=price)
    return replace(box, stretch=half * 0.3, shrink=half * 0.5, price=price)


def _never_between(last: Box, box: Box, spaced: bool) -> bool:
    if box.kind in ("stop", "end", "dots") or box.text[0] in NEVER_FIRST or last.kind == "open":
        return True
    return not spaced and box.kind == "word" and box.text[0] in ",.;:!?)]}%”’…"


def _joins_han(character: str) -> bool:
    return bool(regex.match(r"[\p{L}\p{Nd}$#@%&+]", character))
