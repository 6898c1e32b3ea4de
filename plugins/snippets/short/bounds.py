"""What a platform takes of one text: its limits, asked of a text and told of it."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from plugins.snippets.counting import addresses, count
from plugins.snippets.splitting import sentences
from plugins.snippets.values import Limit, Note, Piece, Platform
from publish.contract.catalogue import N_

Kind = Literal["misfit", "retreat", "hint"]

_ANY = Limit(0, "characters")
_LONG = {
    "title": N_(
        'the title is too long: {count} of at most {most} (write a shorter one under "snippets")'
    ),
    "text": N_("the text is too long: {count} of at most {most}"),
    "thread": N_("a part of the thread is too long: {count} of at most {most}"),
    "parts": N_("the thread has {count} parts, and at most {most} are taken"),
    "bytes": N_("the text has {count} bytes, and at most {most} are taken"),
    "links": N_("the text has {count} links, and at most {most} are taken"),
}
_SHORT = {
    "title": N_(
        'the title is too short: {count} of at least {least} (write a longer one under "snippets")'
    ),
    "text": N_("the text is too short: {count} of at least {least}"),
}

BETWEEN = "\n\n"
"""What stands between the paragraphs of a short text."""

counted = functools.lru_cache(maxsize=256)(count)
"""Count, remembering the parts that all texts of one post share."""


@functools.lru_cache(maxsize=64)
def parted(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, remembering those that all texts of one post share."""
    return tuple(sentences(text))


@dataclass(frozen=True)
class Bounds:
    """The limits of a platform for one text."""

    platform: Platform

    def limit(self, name: str) -> Limit:
        """Return a limit, one of 0 where there is none."""
        return self.platform.limits.get(name, _ANY)

    def fits(self, text: str) -> bool:
        """Tell whether the platform takes a text."""
        limit = self.limit("text")
        if limit.most and counted(text, limit.counting) > limit.most:
            return False
        return next(self._over(text), None) is None

    def _over(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield what else there is too much of: its name, how much, and how much may be."""
        limits = self.platform.limits
        if "bytes" in limits and (size := counted(text, "utf8")) > limits["bytes"].most:
            yield "bytes", size, limits["bytes"].most
        if "links" in limits and (number := len(addresses(text))) > limits["links"].most:
            yield "links", number, limits["links"].most

    def piece(self, name: str, text: str, tags: Sequence[str] = ()) -> Piece:
        """Return a text as what is copied with one press; `tags` are counted with it."""
        limit = self.limit("text" if name == "thread" else name)
        return Piece(
            name,
            text,
            count=counted(boxed(text, tags), limit.counting),
            most=limit.most,
            least=0 if name == "thread" else limit.least,
            counting=limit.counting,
            fold=self._fold(text) if name == "text" else 0,
        )

    def wrong(self, piece: Piece) -> Iterator[Note]:
        """Yield why the platform does not take a piece."""
        if piece.most and piece.count > piece.most:
            yield told("misfit", _LONG[piece.name], count=piece.count, most=piece.most)
        if piece.count < piece.least:
            yield told("misfit", _SHORT[piece.name], count=piece.count, least=piece.least)
        if piece.name in ("text", "thread"):
            for name, number, most in self._over(piece.plain):
                yield told("misfit", _LONG[name], count=number, most=most)

    def too_many(self, parts: int) -> Iterator[Note]:
        """Yield that a thread is too long."""
        most = self.limit("parts").most
        if most and parts > most:
            yield told("misfit", _LONG["parts"], count=parts, most=most)

    def shows(self, text: str) -> bool:
        """Tell whether a beginning shows before a click."""
        fold = self.limit("fold")
        return not fold.most or counted(text, fold.counting) <= fold.most

    def _fold(self, text: str) -> int:
        """Return how many characters of a text show before a click, 0 for all of them."""
        fold = self.limit("fold")
        if not fold.most or self.shows(text):
            return 0
        if fold.counting == "characters":
            return fold.most
        ends = range(1, len(text))
        return bisect_right(ends, fold.most, key=lambda end: count(text[:end], fold.counting))


def boxed(text: str, tags: Sequence[str]) -> str:
    """Return what stands in the one box that a text and its hashtags are typed into."""
    return BETWEEN.join(filter(None, (text, " ".join(tags)))) if tags else text


def told(kind: Kind, message: str, **values: object) -> Note:
    """Return a note with its values written out."""
    return Note(kind, message, tuple((name, str(value)) for name, value in values.items()))
