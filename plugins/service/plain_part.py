"""The plain text of a letter, made of its HTML so that it reads well without any dress."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, TypeAlias

from lxml import html as parser

Block: TypeAlias = list[str]
"""The lines of a paragraph, a list, a table: an empty line parts it from the next."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "dt", "dd"),
    *("figcaption", "figure", "footer", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
    *("section", "summary", "table", "ul"),
}
_BREAK = "\v"
_SPACE = re.compile(r"[ \t\r\n\f]+")


def plain_part(html: str) -> str:
    """Return what a piece of HTML says: links as "text (address)", tables as lines."""
    if not html.strip():
        return ""
    root = parser.fragment_fromstring(html, create_parent="div")
    return "\n\n".join("\n".join(block) for block in _blocks(root))


def _blocks(element: Any) -> Iterator[Block]:
    """Yield the blocks of an element; words between two of them are one of their own."""
    run = [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS:
            yield from _paragraph(run)
            yield from _block(child)
            run = [child.tail or ""]
        else:
            run += [_inline(child), child.tail or ""]
    yield from _paragraph(run)


def _paragraph(run: Iterable[str]) -> Iterator[Block]:
    text = _SPACE.sub(" ", "".join(run))
    lines = [line.strip() for line in text.split(_BREAK)]
    if any(lines):
        yield lines


def _block(element: Any) -> Iterator[Block]:
    """Yield what a block says, with the marks that plain text has for it."""
    tag = element.tag
    if tag in _HEADINGS:
        yield from ([f"## {line}" for line in block] for block in _blocks(element))
    elif tag in ("ul", "ol"):
        yield _list(element)
    elif tag == "blockquote":
        yield [f"> {line}".rstrip() for line in _joined(_blocks(element))]
    elif tag == "pre":
        yield [f"    {line}".rstrip() for line in element.text_content().strip("\n").split("\n")]
    elif tag == "table":
        yield list(_rows(element))
    elif tag == "hr":
        yield ["* * *"]
    elif tag == "dd":
        yield _indented(_blocks(element), "  ")
    else:
        yield from _blocks(element)


def _list(element: Any) -> Block:
    numbers = count(int(element.get("start") or 1))
    lines: Block = []
    for item in element:
        if item.tag == "li":
            mark = f"{next(numbers)}. " if element.tag == "ol" else "- "
            inside = _indented(_blocks(item), " " * len(mark))
            lines += [mark + inside[0].lstrip(), *inside[1:]] if inside else [mark.rstrip()]
    return lines


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter("tr"):
        cells = (" ".join(_joined(_blocks(cell))) for cell in row if cell.tag in ("th", "td"))
        yield " | ".join(cells)


def _joined(blocks: Iterable[Block]) -> Block:
    """Return blocks as one, with an empty line between them."""
    lines: Block = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines


def _indented(blocks: Iterable[Block], by: str) -> Block:
    """Return blocks as one under a mark; those that follow the first stand close to it."""
    return [f"{by}{line}".rstrip() for block in blocks for line in block]


def _inline(element: Any) -> str:
    """Return the words of an element that stands in a line."""
    if not isinstance(element.tag, str):  # a comment
        return ""
    if element.tag == "br":
        return _BREAK
    if element.tag == "img":
        return str(element.get("alt") or "")
    words = (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)
    if element.tag == "a":
        return _link(words, str(element.get("href") or ""))
    if element.tag == "sup" and words.strip():
        return f"[{words.strip()}]"
    return words


def _link(words: str, address: str) -> str:
    """Return a link as "text (address)"; one inside the letter leads nowhere in plain text."""
    if not address or address.startswith("#"):
        return words
    shown = address.removeprefix("mailto:")
    if not words.strip() or words.strip() in (address, shown):
        return shown
    return f"{words} ({shown})"
