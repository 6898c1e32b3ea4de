"""The sentences of a post, weighed: how much each carries, and whether it can stand alone."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.snippets import cutting
from plugins.snippets.short import ranking, standing
from plugins.snippets.short.blocks import Block

_SAID = re.compile(r"[\W_]+")
_MOST_WEIGHT = 2.0
_WIDE = "\u2e7f"
_STOPS = ".。!！?？”’\"'）)》」 "


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence of a text: its block, whether it is the first there, and what it is worth.

    `width` is in bytes of UTF-8, in which a Han character is as wide as three Latin letters: about
    what both take to say the same. `worth` is its weight among all, `topical` how much of it is
    about the title and the summary.
    """

    text: str
    place: int
    block: Block
    first: bool
    width: int
    terms: frozenset[str]
    worth: float
    topical: float

    @functools.cached_property
    def sound(self) -> bool:
        """Tell whether it is whole, has no code in it and leads nowhere."""
        text, block = self.text, self.block
        return (
            standing.ended(text)
            and block.aside * 10 < len(block.text) * 9
            and not any(code in text for code in block.code)
            and not any(_is_pointer(link, text) for link in block.links)
            and not standing.coded(text)
            and standing.whole(text)
            and not standing.points(text)
            and not standing.lures(text)
        )

    @functools.cached_property
    def leans(self) -> bool:
        """Tell whether it needs the sentence before it."""
        return standing.leans(self.text)

    @functools.cached_property
    def refers(self) -> bool:
        """Tell whether one of its pronouns may mean something of the sentence before."""
        return standing.refers(self.text)

    @functools.cached_property
    def tells(self) -> bool:
        """Tell whether it tells what happened."""
        return standing.tells(self.text)


def told(read: Sequence[Block], lang: str, about: str) -> list[Sentence]:
    """Return the sentences of paragraphs and items, weighed; `about` says what matters."""
    parts = [
        (text, block, number == 0)
        for block in read
        if block.kind in ("paragraph", "item")
        for number, text in enumerate(parted(block.text))
    ]
    terms = [ranking.terms(text, lang) for text, _, _ in parts]
    topic = frozenset(ranking.terms(about, lang))
    found = []
    for place, (weight, words, (text, block, first)) in enumerate(
        zip(ranking.weights(terms), terms, parts, strict=True)
    ):
        topical = len(topic.intersection(words)) / (3 + len(words))
        width = len(text.encode())
        worth = min(weight, _MOST_WEIGHT)
        found.append(Sentence(text, place, block, first, width, frozenset(words), worth, topical))
    return found


def _is_pointer(link: str, text: str) -> bool:
    """Tell whether a sentence is about where a link in it leads."""
    return link in text and (len(link) * 4 > len(text) or text.rstrip(_STOPS).endswith(link))


def parted(text: str) -> list[str]:
    """Return the sentences of a text without white space and numbers around them."""
    return [standing.unnumbered(part.strip()) for part in cutting.sentences(text) if part.strip()]


def bare(text: str) -> str:
    """Return what a text says, without marks and spaces, to compare it."""
    return _SAID.sub("", text).casefold()


def joined(parts: Sequence[str]) -> str:
    """Return sentences in one line, with a space where the script has one."""
    text = parts[0]
    for part in parts[1:]:
        text += (
            part if text[-1] > "\u2e7f" or (text[-1] in "”…" and part[0] > "\u2e7f") else f" {part}"
        )
    return text
