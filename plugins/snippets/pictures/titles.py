"""Titles set large: the size that suits a room, and lines that do not tear words apart."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from plugins.model.text import HAN, plain
from plugins.snippets.pictures.boxes import Run
from plugins.snippets.pictures.common_words import COMMON, SMALL
from plugins.snippets.pictures.faces import Faces
from plugins.snippets.pictures.letters import Letters
from plugins.snippets.pictures.typesetting import Line, Price, balanced, paragraph
from plugins.snippets.values import Post

ELLIPSIS = "…"
_TORN = 8.0
_SEEN_TORN = 3.5
_UNKNOWN = 3.0
_AFTER_POINT = -6.0
_AFTER_COLON = -12.0
_AFTER_COMMA = -4.0
_AFTERSMALL_WORD = 2.5
_POINTS = "，。、：；！？）」』”’》〉】—…,.;:!?)"
_COMMAS = "，、,）)”’"
_COLONS = "：:"
_NUMERALS = "零一二三四五六七八九十百千万亿两几多第"
_COUNTED = _NUMERALS + "个位篇年月天日封次种本章节回部条块元件张页字岁周家份门步点"
# What is named or quoted is one word, if it is short.
_NAMED = re.compile(r"[“‘「『《〈]([^”’」』》〉]{2,8})[”’」』》〉]")
_STUB_AFTER = re.compile(rf"[，。；：！？、”’」』》][{HAN}]$")
_STUB_BEFORE = re.compile(rf"[{HAN}][，。；：！？、”’」』》]")
_CALMER = 0.7
# A Chinese title in two parts may be smaller still, for the line to end where the first does.
_CALMER_PARTED = 0.6
_LEAST_PART = 0.25
_SHORTEST = 0.48
_DESCENT = 0.28
_CLINGING = "的地得了着过们吗呢吧啊么"


@dataclass(frozen=True)
class Title:
    """A title as it is set."""

    letters: Letters
    lines: tuple[Line, ...]
    leading: float

    @property
    def height(self) -> float:
        """Return the room from the first line's top to the last baseline."""
        return self.letters.rise + self.leading * (len(self.lines) - 1)

    @property
    def width(self) -> float:
        """Return how wide the widest line is."""
        return max((line.width for line in self.lines), default=0.0)


def cohesion(post: Post, chinese: bool) -> Price:
    """Return what it costs to part the texts of a title: words of the post hold together."""
    text = " ".join((post.title, post.summary, *post.tags, plain(post.html)))
    named = {pair for name in _NAMED.findall(post.title) for pair in pairwise(name)}

    def price(last: str, next_: str) -> float:
        one, other = last[-1], next_[0]
        if one in _COLONS:
            return _AFTER_COLON
        if one in _POINTS:
            return _AFTER_COMMA if one in _COMMAS else _AFTER_POINT
        if one.isascii() or other.isascii():
            return _AFTERSMALL_WORD if last.lower() in SMALL and not chinese else 0.0
        return _TORN if (one, other) in named else _torn(text, one, other)

    return price


def _torn(text: str, one: str, other: str) -> float:
    if one + other in COMMON or other in _CLINGING or (one in _NUMERALS and other in _COUNTED):
        return _TORN
    if one in "的了":
        return 0.0
    pairs = text.count(one + other)
    if pairs < 2:
        return _UNKNOWN
    return _TORN * pairs / min(text.count(one), text.count(other))


def fitted(
    text: str,
    faces: Faces,
    room: tuple[float, float],
    sizes: Sequence[int],
    chinese: bool,
    price: Price = lambda last, next_: 0.0,
    most: Sequence[int] = (3, 4, 5, 6),
) -> Title:
    """Return a title in the largest size at which it fills a room calmly.

    `most` says how many lines it may have in the larger sizes, the first of them first; smaller
    ones may fill the room. A somewhat smaller size is taken where a larger tears words apart, or
    has a line go on after a colon. What fits in no size ends in an ellipsis.
    """
    text, (width, height) = " ".join(text.split()), room
    leading = 1.28 if chinese else 1.16
    large: Title | None = None
    calm: Title | None = None
    longest = Letters(faces, sizes[-1], "heading").width(text, "heading") / sizes[-1]
    for number, size in enumerate(sizes):
        if calm and size < calm.letters.size * (_CALMER_PARTED if chinese else _CALMER):
            return calm
        if large and not calm and size < large.letters.size * _CALMER:
            return large
        bound = most[min(number * len(most) // len(sizes), len(most) - 1)]
        letters = Letters(faces, size, "heading")
        if longest * size * 0.9 > bound * width and number < len(sizes) - 1:
            continue
        lines = balanced([Run(text)], letters, width, chinese, price)
        title = Title(letters, tuple(lines), size * leading)
        if len(lines) > bound or title.height + size * _DESCENT > height or _chopped(text, lines):
            continue
        if _calm(lines, price):
            if not _runs_on(lines):
                return title
            calm = calm or title
        large = large or title
    return calm or large or _cut(title, text, width, height, chinese)


def _calm(lines: Sequence[Line], price: Price) -> bool:
    """Tell whether no word is torn and no line is much shorter than the others."""
    widths = [line.width for line in lines] or [1.0]
    torn = any(
        price(one.placed[-1].text, other.placed[0].text) > _SEEN_TORN
        for one, other in pairwise(lines)
    )
    alone = any(line.text.strip().lower() in SMALL for line in lines)
    stub = any(_STUB_AFTER.search(line.text) for line in lines[:-1]) or any(
        _STUB_BEFORE.match(line.text) for line in lines[1:]
    )
    return not (torn or alone or stub) and min(widths) > _SHORTEST * max(widths)


def _runs_on(lines: Sequence[Line]) -> bool:
    """Tell whether a line has the colon between two good parts of a title, and goes on after it."""
    whole = "".join(line.text for line in lines)
    least = _LEAST_PART * len(whole)
    return len(lines) > 1 and any(
        mark in line.text[:-1] and least <= whole.index(mark) <= len(whole) - least
        for line in lines
        for mark in _COLONS
    )


def _chopped(text: str, lines: Sequence[Line]) -> bool:
    """Tell whether a Latin word had to be broken."""
    words = set(text.split())
    return any(
        lines[n].text[-1:].isascii()
        and lines[n].text[-1:].isalnum()
        and lines[n].placed[-1].text not in words
        and any(lines[n].placed[-1].text + lines[n + 1].placed[0].text in w for w in words)
        for n in range(len(lines) - 1)
    )


def _cut(title: Title, text: str, width: float, height: float, chinese: bool) -> Title:
    """Return as much of a title as there is room for, an ellipsis after it."""
    rows = max(1, 1 + math.floor((height - title.letters.rise) / title.leading))
    if len(title.lines) <= rows:
        return title
    low, high = 1, len(text)
    best = ELLIPSIS
    while low <= high:
        middle = (low + high) // 2
        head = text[:middle].rstrip() + ELLIPSIS
        if len(paragraph([Run(head)], title.letters, width, chinese)) <= rows:
            best, low = head, middle + 1
        else:
            high = middle - 1
    lines = paragraph([Run(best)], title.letters, width, chinese)
    return Title(title.letters, tuple(lines[:rows]), title.leading)
