"""Texts made to fit: cut to a head, or packed into the posts of a thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from plugins.snippets.counting import addresses
from plugins.snippets.splitting import clauses, sentences, words

__all__ = ["Cut", "clauses", "cut", "packed", "sentences", "words"]

Fits = Callable[[str], bool]
FitsIn = Callable[[str, int, int], bool]
# How often a thread is packed anew because its number of posts takes room in each of them.
_TRIES = 12
# What does not stay at the end before a mark: pauses, what opens, an abbreviation's full stop.
_LOOSE = " \t\n\r\xa0\u3000，、：；,;:.…—–-·/“‘「『（【《〈〖〔［｛«([{"


@dataclass(frozen=True)
class Cut:
    """The head of a text; `how` tells where it ends."""

    text: str
    how: Literal["whole", "sentence", "clause", "word"]


def cut(text: str, fits: Fits, mark: str = "…") -> Cut | None:
    """Return the longest head of a text that fits, or None when not even a word does.

    It ends at a sentence if that keeps at least half of what would fit, else at a clause, else at
    a word; `mark` stands at the end of all but sentences.
    """
    if fits(text):
        return Cut(text, "whole")
    near = _near(text, fits)
    return _cut(text if fits(near) else near, fits, mark)


def _near(text: str, fits: Fits) -> str:
    """Return the beginning of a text that has its cut in it: the rest need not be read."""
    length = 64
    while length < len(text) and fits(text[:length]):
        length *= 2
    return text[: 2 * length]


def _cut(text: str, fits: Fits, mark: str) -> Cut | None:
    parts = sentences(text)
    ends = _ends(parts)
    kept = _most(len(parts), lambda n: fits(text[: ends[n]].rstrip()))
    if kept == len(parts):
        return Cut(text.rstrip(), "whole")
    whole = text[: ends[kept]].rstrip()
    by_word = _further(text, ends[kept], words(parts[kept]), fits, mark)
    if whole and len(whole) * 2 >= len(by_word):
        return _closed(whole, fits, mark)
    by_clause = _further(text, ends[kept], clauses(parts[kept])[:-1], fits, mark)
    if by_clause and len(by_clause) * 2 >= len(by_word):
        return Cut(by_clause, "clause")
    return Cut(by_word, "word") if by_word else None


def _closed(whole: str, fits: Fits, mark: str) -> Cut:
    """Return a head of whole sentences; after a semicolon the reader expects more."""
    marked = _marked(whole, mark) if whole.endswith(("；", ";")) else ""
    return Cut(marked, "clause") if marked and fits(marked) else Cut(whole, "sentence")


def _further(text: str, begin: int, parts: Sequence[str], fits: Fits, mark: str) -> str:
    """Return the longest marked head that ends with one of the parts from `begin` on, or ""."""
    ends = [begin + end for end in _ends(parts)]

    def marked(number: int) -> str:
        return _marked(text[: ends[number]].rstrip(), mark)

    number = _most(len(parts), lambda n: fits(marked(n)))
    return marked(number) if number else ""


def _marked(head: str, mark: str) -> str:
    """Return a head with its mark, without what looks lost before it; "" when nothing is left."""
    if (urls := addresses(head)) and urls[-1][1] == len(head):
        return f"{head} {mark}"  # right behind an address it might be taken for a part of it
    head = head.rstrip(_LOOSE)
    if head.endswith('"') and head.count('"') % 2:
        head = head[:-1].rstrip(_LOOSE)
    return head + mark if head else ""


def packed(parts: Sequence[str], fits: FitsIn) -> list[str] | None:
    """Return sentences packed into as few posts as possible, or None when a word fits nowhere.

    `parts` keep the white space behind them, as `sentences` gives them. `fits` is asked with a
    post's text, its number from 1, and how many there are. A sentence that fits no post is parted
    at clauses, then at words.
    """
    total = 1
    for _ in range(_TRIES):
        posts = _filled(parts, fits, total)
        if posts is None or len(posts) == total:
            return posts
        count = len(posts)
        if count < total and all(fits(post, n, count) for n, post in enumerate(posts, 1)):
            return posts
        total = count
    return None


def _filled(parts: Sequence[str], fits: FitsIn, total: int) -> list[str] | None:
    """Return the posts that a thread of `total` would have."""
    posts: list[str] = []
    text, waiting = "", deque(parts)
    while waiting:
        part = waiting.popleft()
        if not part.strip() or fits((text + part).strip(), len(posts) + 1, total):
            text += part
        elif text.strip() and fits(part.strip(), len(posts) + 2, total):
            posts.append(text.strip())
            text = part
        elif finer := _finer(part):
            waiting.extendleft(reversed(finer))
        else:
            return None
    return [*posts, text.strip()] if text.strip() else posts


def _finer(part: str) -> list[str]:
    """Return a part in smaller ones, or nothing when there are none."""
    return next((found for found in (clauses(part), words(part)) if len(found) > 1), [])


def _ends(parts: Sequence[str]) -> list[int]:
    """Return how long the first n parts are together, from n = 0."""
    return [*accumulate((len(part) for part in parts), initial=0)]


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to `count` that fits, 0 if none; small ones are tried first."""
    low, high = 0, 1
    while high <= count and fits(high):
        low, high = high, high * 2
    high = min(high, count + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
