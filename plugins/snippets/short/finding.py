"""Sentences of a post that can stand alone: to open with, to list, to quote."""

from __future__ import annotations

import functools
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from plugins.snippets.short import ranking, standing
from plugins.snippets.short.blocks import Block
from plugins.snippets.short.sentences import Sentence, bare, joined, parted

MOST_POINTS = 5
# Widths are those of sentences.Sentence.
_POINT = (27, 250)
_QUOTE = (36, 180)
_LATIN_QUOTE = 60
_HOOK = (12, 260)
_LATER_HOOK = 30
# The widths at which a point is at its best.
_GOOD = (48, 170)
# A first sentence below this is joined by the next.
_TERSE = 70
_TWO = 240
_SENTENCES_A_POINT = 4
# How many sentences of the beginning, and of each section after it, may open.
_OPENING = 8
_OPENING_LATER = 2
# A list of fewer items is none.
_LISTED = 3
# Two sentences that share more than this part of the shorter one's words say the same.
_ALIKE = 0.5
# What a sentence is worth when its section has one already.
_AGAIN = 0.7
# So many characters alike at the beginning are no accident.
_REPEATED = 24
_GENERIC = {
    "the end",
    "further reading",
    "table of contents",
    "in conclusion",
    "wrapping up",
    "see also",
    *"""
    前言 引言 引子 序 序言 导语 导言 介绍 简介 背景 正文 总结 小结 结论 结语 后记 尾声 附录
    参考 参考资料 参考文献 目录 注释 更新 写在前面 写在最后 最后 其他 链接 相关阅读 延伸阅读
    致谢 问答 常见问题 封面图 往年回顾 订阅 完 introduction intro overview background contents
    summary conclusion conclusions notes note appendix references links resources faq
    acknowledgements acknowledgments thanks update updates epilogue prologue preface
    discussion tl;dr tldr misc end
    """.split(),  # noqa: SIM905 - a list to read, not a column
}
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


# ---- points ----


def points(
    read: Sequence[Block], told: Sequence[Sentence], taken: Iterable[str], lang: str
) -> Iterator[str]:
    """Return what to list: a whole list, the best sentences, items, headings, leaning sentences."""
    known = [part for each in taken for part in parted(each)]
    count = min(MOST_POINTS, max(2, len(told) // _SENTENCES_A_POINT))
    said = [frozenset(ranking.terms(each, lang)) for each in known]
    chosen, listed = _chosen(told, said, count), _listed(told)
    if listed and _mean(listed) > _mean(chosen):
        return iter(dict.fromkeys(each.block.text for each in listed))
    if not chosen:
        other = {bare(text): text for text in (*_items(read), *_headings(read))}
        found = [text for name, text in other.items() if name not in set(map(bare, known))]
        if found:
            return iter(found[:count])
        chosen = _chosen(told, said, count, leaning=True)
    return (each.text for each in sorted(chosen, key=lambda each: each.place))


def _listed(told: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences of the best list that can stand as a whole, if there is one."""
    groups: dict[int, list[Sentence]] = {}
    for each in told:
        if each.block.group and each.block.depth == 1:
            groups.setdefault(each.block.group, []).append(each)
    lists = [each for each in groups.values() if _is_whole_list(each)]
    return max(lists, key=_mean, default=[])


def _is_whole_list(told: Sequence[Sentence]) -> bool:
    items = {each.block for each in told}
    return (
        _LISTED <= len(items) <= MOST_POINTS
        and all(_POINT[0] <= len(item.text.encode()) <= _POINT[1] for item in items)
        and all(
            each.sound and (each.block.defined or not standing.leans(each.text)) for each in told
        )
    )


def _mean(told: Sequence[Sentence]) -> float:
    return sum(map(_point_worth, told)) / len(told) if told else 0.0


def _chosen(
    told: Sequence[Sentence], said: Iterable[frozenset[str]], count: int, leaning: bool = False
) -> list[Sentence]:
    """Return the sentences of most worth, no two alike, from different sections if possible."""
    chosen: list[Sentence] = []
    said, sections = list(said), Counter[int]()

    @functools.cache
    def terms(each: Sentence) -> frozenset[str]:
        return frozenset(each.terms)

    @functools.cache
    def alone(each: Sentence) -> float | None:
        able = each.sound and (leaning or not standing.leans(each.text))
        return _point_worth(each) if able else None

    def worth(each: Sentence) -> float | None:
        if not each.terms or any(_alike(terms(each), other) for other in said):
            return None
        found = alone(each)
        for _ in range(sections[each.block.section] if found else 0):
            found = found and found * _AGAIN
        return found

    for best in _best_first(filter(_may_be_listed, told), _point_promise, worth):
        said.append(terms(best))
        chosen.append(best)
        sections[best.block.section] += 1
        if len(chosen) == count:
            break
    return chosen


def _best_first(
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


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > _ALIKE * min(len(one), len(other)) > 0


def _may_be_listed(each: Sentence) -> bool:
    return (
        _POINT[0] <= each.width <= _POINT[1]
        and each.block.kind == "paragraph"
        and each.block.linked * 2 < len(each.block.text)
    )


def _point_promise(each: Sentence) -> float:
    """Return the most that a sentence can be worth as a point, without a look at its words."""
    worth = each.worth + each.topical + 0.2 * each.first + 0.8 * _is_strong(each)
    return worth if _GOOD[0] <= each.width <= _GOOD[1] else worth * 0.75


def _point_worth(each: Sentence) -> float:
    worth = _point_promise(each)
    for penalty, applies in (
        (0.6, standing.asks(each.text)),
        (0.85, standing.spoken(each.text)),
        (0.7, standing.refers(each.text)),
        (0.9, standing.tells(each.text)),
    ):
        if applies:
            worth *= penalty
    return worth


def _is_strong(each: Sentence) -> bool:
    """Tell whether the creator emphasised a good part of a sentence."""
    strong = each.block.strong
    return bool(strong) and any(
        words in each.text and len(words) * 3 >= len(each.text) for words in strong
    )


def _items(read: Sequence[Block]) -> Iterator[str]:
    for block in read:
        if (
            block.kind == "item"
            and block.depth == 1
            and len(block.text.encode()) <= _POINT[1]
            and not block.links
            and not block.code
            and not standing.points(block.text)
        ):
            yield block.text.rstrip("；;")


def _headings(read: Sequence[Block]) -> Iterator[str]:
    for block in read:
        name = block.text.casefold().strip(" 　:：.。!！")
        if block.kind == "heading" and name not in _GENERIC and not block.code:
            yield block.text


# ---- quotation ----


def quote(told: Sequence[Sentence], taken: Iterable[str]) -> str:
    """Return the sentence that stands alone best, or "" where none does."""
    known = {bare(part) for each in taken for part in parted(each)}

    def worth(each: Sentence) -> float | None:
        stands = _stands(each) and bare(each.text) not in known
        return _quote_worth(each) if stands else None

    best = next(_best_first(filter(_may_be_quoted, told), _quote_promise, worth), None)
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
    worth = each.worth + 0.6 * standing.contrasts(each.text) + 1.0 * _is_strong(each)
    worth += 0.3 * (each.text == each.block.text)
    for penalty, applies in (
        (0.7, _FIGURE.search(each.text) is not None),
        (0.85, each.width > 120),
    ):
        if applies:
            worth *= penalty
    return worth


def _quote_worth(each: Sentence) -> float:
    worth = _quote_promise(each)
    for penalty, applies in (
        (0.5, standing.refers(each.text)),
        (0.75, standing.tells(each.text)),
    ):
        if applies:
            worth *= penalty
    return worth
