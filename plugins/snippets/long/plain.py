"""A post as plain text, to be pasted anywhere: nothing is wrapped, nothing needs a dress."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, TypeAlias

from plugins.snippets.long.ending import body, origin, tells_origin
from plugins.snippets.long.sharing import Order, named, order
from plugins.snippets.long.voice import spoken
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_

Run: TypeAlias = list[Any]
"""What stands in one line: words and the elements between them."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "caption", "details", "div", "dl"),
    *("dd", "dt", "figcaption", "figure", "footer", "header", "hr", "li", "main", "nav", "ol"),
    *("p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    "ul",
}
RULE = "* * *"

_TAGS = (
    *("p", "h2", "h3", "h4", "h5", "h6", "strong", "em", "br", "hr", "a", "img", "figure", "pre"),
    *("figcaption", "blockquote", "ul", "ol", "li", "code", "table", "thead", "tbody", "tr"),
    *("th", "td"),
)

_BREAK = "\v"
_RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_FIGURES = re.compile(r"[0-9+\-=()]+")
_PICTURE = N_("[picture: {alt}]")


def write(post: Post, platform: Platform) -> str:
    """Return a post as text; where links may stand at all they are notes at its end.

    It has the elements of plain text, not those of the platform.
    """
    asked = order(post, _TAGS, "none" if platform.link == "none" else "footnote")
    return named(_written(asked, tells_origin(platform)), platform)


@functools.lru_cache(maxsize=4)
def _written(asked: Order, whole: bool) -> str:
    text, lang = _body(asked), asked.post.lang
    return "\n\n".join(filter(None, (text, said(origin(asked), lang)))) if whole else text


@functools.lru_cache(maxsize=4)
def _body(asked: Order) -> str:
    return said(body(asked), asked.post.lang)


def said(root: Any, lang: str) -> str:
    """Return what a document says: an address in it stands in parentheses behind its words."""
    return "\n\n".join("\n".join(block) for block in _Speech(lang).blocks(root)).strip("\n")


def runs(element: Any) -> Iterator[Run | Any]:
    """Yield the blocks of an element, and as lists the words that stand between them."""
    run: Run = [element.text] if element.text else []
    for child in element:
        if child.tag in BLOCKS:
            if run:
                yield run
            yield child
            run = []
        else:
            run.append(child)
        if child.tail:
            run.append(child.tail)
    if run:
        yield run


def rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of a table, row by row; those of a table in a cell are not its own."""
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            yield [cell for cell in row if cell.tag in ("th", "td")]


class _Speech:
    """What elements say, in lines."""

    def __init__(self, lang: str) -> None:
        self._picture = spoken(lang, _PICTURE)

    def blocks(self, element: Any) -> list[list[str]]:
        if not len(element):  # as most are: words alone
            text = (element.text or "").strip()
            return [[text]] if text else []
        return [block for each in runs(element) for block in self._of(each)]

    def _of(self, each: Any) -> list[list[str]]:
        if not isinstance(each, list):
            return self._block(each)
        lines = [line.strip() for line in "".join(map(self._inline, each)).split(_BREAK)]
        return [lines] if any(lines) else []

    def _block(self, element: Any) -> list[list[str]]:
        tag = element.tag
        if tag in HEADINGS:
            return [["", *block] for block in self.blocks(element)]
        if tag in ("ul", "ol"):
            return [list(self._list(element))]
        if tag == "blockquote":
            return [[f"> {line}".rstrip() for line in _joined(self.blocks(element))]]
        if tag == "pre":
            text = "".join(element.itertext()).strip("\n")
            return [[f"    {line}".rstrip() for line in text.split("\n")]]
        if tag == "table":
            return [[" | ".join(map(self._cell, cells)) for cells in rows(element)]]
        return [[RULE]] if tag == "hr" else self.blocks(element)

    def _list(self, element: Any) -> Iterator[str]:
        numbers = count(int(element.get("start") or 1))
        for item in element:
            if item.tag != "li":
                continue
            mark = f"{next(numbers)}. " if element.tag == "ol" else "- "
            lines = list(self._item(item))
            yield (mark + lines[0]).rstrip() if lines else mark.rstrip()
            yield from (f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:])

    def _item(self, item: Any) -> Iterator[str]:
        """Yield the lines of an item: a list in it stands close, a second paragraph apart."""
        first = True
        for each in runs(item):
            lists = not isinstance(each, list) and each.tag in ("ul", "ol")
            for block in self._of(each):
                if not first and not lists:
                    yield ""
                yield from block
                first = False

    def _cell(self, cell: Any) -> str:
        return " ".join(line for line in _joined(self.blocks(cell)) if line)

    def _inline(self, each: Any) -> str:
        if isinstance(each, str):
            return each
        tag = each.tag
        if not isinstance(tag, str):  # a comment
            return ""
        if tag == "br":
            return _BREAK
        if tag == "img":
            alt = each.get("alt")
            return self._picture.format(alt=alt) if alt else ""
        text = each.text or ""
        for child in each:
            text += self._inline(child) + (child.tail or "")
        if tag == "a":
            return _link(text, each.get("href") or "")
        if tag in ("sup", "sub") and _FIGURES.fullmatch(text):
            return text.translate(_RAISED if tag == "sup" else _LOWERED)
        return text


def _joined(blocks: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines


def _link(text: str, address: str) -> str:
    shown = address.removeprefix("mailto:")
    if not address or address.startswith("#"):
        return text
    if text.strip() in ("", address, shown):
        return shown
    return f"{text} ({shown})"
