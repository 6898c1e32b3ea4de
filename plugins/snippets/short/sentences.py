"""The sentences of a post, weighed: how much each carries, and whether it can stand alone."""

from __future__ import annotations

import functools
import heapq
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from plugins.snippets import cutting
from plugins.snippets.short import ranking, standing
from plugins.snippets.short.blocks import Block

_SAID = re.compile(r"[\W_]+")
_MOST_WEIGHT = 2.0
_CLOSELY = 64
_BEGINNING = 24
_WIDE = "\u2e7f"
_STOPS = ".。!！?？”’\"'）)》」 "


# A post has many, and a frozen one takes six times as long to make.
@dataclass(eq=False)
class Sentence:
    """A sentence of a text: its block, whether it is the first there, and what it is worth.

    `width` is in bytes of UTF-8, in which a Han character is as wide as three Latin letters: about
    what both take to say the same. `worth` is its weight among all, `topical` how much of it is
    about the title and the summary. Of a long text, only those of most worth and those of the
    beginning are `close`, to be looked at closely.
    """

    text: str
    place: int
    block: Block
    first: bool
    width: int
    terms: Sequence[str]
    worth: float
    topical: float
    close: bool = True

    @functools.cached_property
    def sound(self) -> bool:
        """Tell whether it is whole, has no code in it and leads nowhere; asked of few."""
        return self.close and _is_sound(self.text, self.block)

    @property
    def strong(self) -> bool:
        """Tell whether the creator emphasised a good part of it."""
        strong = self.block.strong
        return bool(strong) and any(
            words in self.text and len(words) * 3 >= len(self.text) for words in strong
        )


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
    weights = [min(weight, _MOST_WEIGHT) for weight in ranking.weights(terms)]
    topical = [len(topic.intersection(words)) / (3 + len(words)) for words in terms]
    close = _closely(weights, topical)
    return [
        Sentence(
            text, n, block, first, len(text.encode()), terms[n], weights[n], topical[n], n in close
        )
        for n, (text, block, first) in enumerate(parts)
    ]


def _closely(weights: Sequence[float], topical: Sequence[float]) -> Container[int]:
    """Return the places of the sentences to look at closely."""
    places = range(len(weights))
    if len(weights) <= _CLOSELY:
        return places
    order = sorted(places, key=lambda at: (-weights[at] - topical[at], at))
    return {*order[:_CLOSELY], *places[:_BEGINNING]}


def _is_sound(text: str, block: Block) -> bool:
    return (
        standing.ended(text)
        and block.aside * 10 < len(block.text) * 9
        and not (block.code and any(code in text for code in block.code))
        and not (block.links and any(_is_pointer(link, text) for link in block.links))
        and not standing.coded(text)
        and standing.whole(text)
        and not standing.points(text)
        and not standing.lures(text)
    )


def _is_pointer(link: str, text: str) -> bool:
    """Tell whether a sentence is about where a link in it leads."""
    return link in text and (len(link) * 4 > len(text) or text.rstrip(_STOPS).endswith(link))


def best_first(
    told: Iterable[Sentence],
    promise: Callable[[Sentence], float],
    worth: Callable[[Sentence], float | None],
) -> Iterator[Sentence]:
    """Yield sentences, those of most worth first; None is worth nothing.

    What one is worth is asked when no other promises more, so of few. It is never more than what
    the sentence promises, and may only fall while others are yielded.
    """
    waiting = [(-promise(each), each.place, each) for each in told]
    heapq.heapify(waiting)
    while waiting:
        promised, place, each = heapq.heappop(waiting)
        now = worth(each)
        if now is not None and -now > promised:
            heapq.heappush(waiting, (-now, place, each))
        elif now is not None:
            yield each


def parted(text: str) -> list[str]:
    """Return the sentences of a text without white space and numbers around them."""
    parts = map(str.strip, cutting.sentences(text))
    return [standing.unnumbered(part) for part in parts if part]


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
