"""Sentences of a post that can stand alone: to open with, and to quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from plugins.snippets.short import standing, telling
from plugins.snippets.short.blocks import Block
from plugins.snippets.short.sentences import Sentence, bare, best_first, joined, parted

# Widths are those of sentences.Sentence.
_QUOTE = (36, 180)
_LATIN_QUOTE = 60
# A plain sentence in quotation marks is worse than none.
_LEAST_QUOTE = 0.9
_HOOK = (12, 260)
_LATER_HOOK = 30
# A first sentence below this is joined by the next.
_TERSE = 70
_TWO = 240
# How many sentences of the beginning, and of each section after it, may open.
_OPENING = 8
_OPENING_LATER = 2
# So many characters alike at the beginning are no accident.
_REPEATED = 24
_FIGURE = re.compile(r"\d")


# ---- hook ----


def hook(told: Sequence[Sentence], title: str, summary: str) -> str:
    """Return the summary, else a strong sentence of the beginning, else the title."""
    if summary:
        return _opened(parted(summary), _TWO)
    best = max(_openings(told), key=_opening_worth, default=None)
    if best is None or bare(best.text) == bare(title):
        return title
    after = told[best.place + 1 : best.place + 2]
    near = after and (best.place == 0 or after[0].block is best.block)
    if near and best.width < _TERSE and after[0].sound:
        return _opened([best.text, after[0].text], _TWO)
    return best.text


def _opened(said: Sequence[str], room: int) -> str:
    """Return one sentence, or two where they are short."""
    if len(said) > 1 and len((said[0] + said[1]).encode()) <= room:
        return joined(said[:2])
    return said[0]


def written(summary: str, title: str, read: Sequence[Block]) -> str:
    """Return a summary that somebody wrote, "" for one that repeats the title or the beginning."""
    said = " ".join(summary.split())
    begins = bare(said)[:_REPEATED]
    texts = [bare(block.text[: 4 * _REPEATED]) for block in read[:8]]
    if bare(said) == bare(title):
        return ""
    repeats = any("".join(texts[at:]).startswith(begins) for at in range(min(4, len(texts))))
    return "" if repeats else said


def _openings(told: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield the first sentences of the first sections that can open."""
    count: dict[int, int] = {}
    for each in told:
        section = each.block.section
        if section >= _OPENING:
            return
        if count.get(section, 0) < (_OPENING_LATER if section else _OPENING) and _can_open(each):
            count[section] = count.get(section, 0) + 1
            yield each


def _can_open(each: Sentence) -> bool:
    return (
        each.block.kind == "paragraph"
        and _HOOK[0] <= each.width <= _HOOK[1]
        and each.block.linked * 3 < len(each.block.text)
        # Nothing stands before the first sentence that it could lean on.
        and (each.place == 0 or (each.width >= _LATER_HOOK and not standing.leans(each.text)))
        and each.sound
        and not standing.promotes(each.block.text)
    )


def _opening_worth(each: Sentence) -> float:
    worth = each.worth + 2 * each.topical - 0.06 * each.place
    if each.place == 0:
        return worth + 0.4
    return worth * 0.6 if standing.refers(each.text) else worth


# ---- quotation ----


def quote(told: Sequence[Sentence], taken: Iterable[str]) -> str:
    """Return the sentence that stands alone best, or "" where none is worth it."""
    known = {bare(part) for each in taken for part in parted(each)}
    promised = {each: _quote_promise(each) for each in told if _may_be_quoted(each)}
    told = [each for each, most in promised.items() if most >= _LEAST_QUOTE]

    def worth(each: Sentence) -> float | None:
        found = promised[each] * _quote_share(each.text)
        stands = found >= _LEAST_QUOTE and _stands(each) and bare(each.text) not in known
        return found if stands else None

    best = next(best_first(told, promised.__getitem__, worth), None)
    return best.text if best else ""


def _may_be_quoted(each: Sentence) -> bool:
    return (
        each.block.kind == "paragraph"
        and _QUOTE[0] <= each.width <= _QUOTE[1]
        and (each.width >= _LATIN_QUOTE or each.width > 2 * len(each.text))
        and each.block.linked == 0
    )


def _stands(each: Sentence) -> bool:
    return (
        each.sound
        and not standing.leans(each.text)
        and not standing.asks(each.text)
        and not standing.spoken(each.text)
    )


def _quote_promise(each: Sentence) -> float:
    """Return the most that a sentence can be worth as a quotation."""
    worth = each.worth + 0.6 * standing.contrasts(each.text) + 0.3 * telling.claims(each.text)
    worth += 1.0 * each.strong + 0.3 * (each.text == each.block.text)
    for penalty, applies in (
        (0.7, _FIGURE.search(each.text) is not None),
        (0.85, each.width > 120),
    ):
        if applies:
            worth *= penalty
    return worth


def _quote_share(text: str) -> float:
    """Return how much of its promise a sentence keeps."""
    share = 1.0
    for penalty, applies in (
        (0.5, standing.refers),
        (0.6, standing.tells),
        (0.5, telling.timed),
        (0.5, telling.dangles),
        (0.8, telling.supposes),
        (0.85, telling.lists),
    ):
        if applies(text):
            share *= penalty
    return share
