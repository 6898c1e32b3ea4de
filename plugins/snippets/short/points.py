"""What to list of a post: sentences, items or headings that can stand alone."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from plugins.snippets.short import ranking, standing, telling
from plugins.snippets.short.blocks import Block
from plugins.snippets.short.sentences import Sentence, bare, best_first, parted

MOST_POINTS = 5
# Widths are those of sentences.Sentence.
_POINT = (27, 250)
# The widths at which a point is at its best.
_GOOD = (48, 170)
_SENTENCES_A_POINT = 4
# A list of fewer items is none.
_LISTED = 3
# Two sentences that share more than this part of the shorter one's words say the same.
_ALIKE = 0.5
# One sentence is no list: items and headings make a better one.
_FEWEST = 2
# How much more a whole list is worth where sentences make none.
_SCARCE = 2.0
# What a sentence is worth when its section has one already.
_AGAIN = 0.7
_GENERIC_WORDS = """
    前言 引言 引子 序 序言 导语 导言 介绍 简介 背景 正文 总结 小结 结论 结语 后记 尾声 附录
    参考 参考资料 参考文献 目录 注释 更新 写在前面 写在最后 最后 其他 链接 相关阅读 延伸阅读
    致谢 问答 常见问题 封面图 往年回顾 订阅 完 introduction intro overview background contents
    summary conclusion conclusions notes note appendix references links resources faq
    acknowledgements acknowledgments thanks update updates epilogue prologue preface
    discussion tl;dr tldr misc end
"""
_GENERIC = {
    "the end",
    "further reading",
    "table of contents",
    "in conclusion",
    "wrapping up",
    "see also",
    *_GENERIC_WORDS.split(),
}


def points(
    read: Sequence[Block], told: Sequence[Sentence], taken: Iterable[str], lang: str
) -> Iterator[str]:
    """Return what to list: a whole list, the best sentences, items, headings, leaning sentences."""
    known = [part for each in taken for part in parted(each)]
    count = min(MOST_POINTS, max(2, len(told) // _SENTENCES_A_POINT))
    said = [frozenset(ranking.terms(each, lang)) for each in known]
    chosen, listed = _chosen(told, said, count), _listed(told)
    scarce = _SCARCE if len(chosen) < _LISTED else 1.0
    if listed and scarce * _mean(listed) > _mean(chosen):
        return iter(dict.fromkeys(each.block.text for each in listed))
    if len(chosen) < _FEWEST:
        other = {bare(text): text for text in (*_items(read), *_headings(read))}
        found = [text for name, text in other.items() if name not in set(map(bare, known))]
        if len(found) >= _LISTED or (found and not chosen):
            return iter(found[:count])
        chosen = _chosen(told, said, count, dangling=True) or chosen
    if not chosen:
        chosen = _chosen(told, said, count, dangling=True, leaning=True)
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
    told: Sequence[Sentence],
    said: Iterable[frozenset[str]],
    count: int,
    *,
    dangling: bool = False,
    leaning: bool = False,
) -> list[Sentence]:
    """Return the sentences of most worth, no two alike, from different sections if possible."""
    chosen: list[Sentence] = []
    said, sections = list(said), Counter[int]()

    @functools.cache
    def terms(each: Sentence) -> frozenset[str]:
        return frozenset(each.terms)

    @functools.cache
    def alone(each: Sentence) -> float | None:
        able = (
            each.sound
            and (leaning or not standing.leans(each.text))
            and (dangling or not telling.dangles(each.text))
        )
        return _point_worth(each) if able else None

    def worth(each: Sentence) -> float | None:
        if not each.terms or any(_alike(terms(each), other) for other in said):
            return None
        found = alone(each)
        if found is not None:
            for _ in range(sections[each.block.section]):
                found *= _AGAIN
        return found

    for best in best_first(filter(_may_be_listed, told), _point_promise, worth):
        said.append(terms(best))
        chosen.append(best)
        sections[best.block.section] += 1
        if len(chosen) == count:
            break
    return chosen


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
    worth = each.worth + each.topical + 0.2 * each.first + 0.8 * each.strong
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
