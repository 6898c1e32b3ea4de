"""A post as Markdown: what CommonMark and its older relatives read alike.

Lists are indented by four columns, and a line breaks after two spaces, since not everybody who
reads Markdown reads CommonMark. Nothing depends on raw HTML.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any

from plugins.model.text import HAN, KANA
from plugins.snippets.long.ending import body, origin, tells_origin
from plugins.snippets.long.inline import BREAK, Dialect, plainly, written
from plugins.snippets.long.plain import HEADINGS, RULE, rows, runs
from plugins.snippets.long.sharing import Order, named, order
from plugins.snippets.long.title import title
from plugins.snippets.values import Platform, Post

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        # Liquid looks for braces after Markdown is done, outside of code. It has footnotes by
        # https://github.com/forem/forem/blob/main/app/lib/constants/redcarpet.rb.
        "devto": Dialect(also=re.compile(r"\{(?=[{%])"), notes=True),
        # The older of its two sites knows no fences.
        "reddit": Dialect(also=re.compile(r"\^"), fences=False),
    }
)
_COMMON = Dialect()
_HEADS = frozenset({"devto"})
_COLUMN = 4
_EDGES = {"center": ":---:", "right": "---:", "left": ":---"}
_OPENS = re.compile(r"```|>|\||[-*] |\d+[.)] ")
_TICKS = re.compile(r"^[ \t]*(`{3,})", re.M)
_CLOSING = re.compile(r"(?:(?<!\\)(?:\\\\)*\\)?#+$")
_LETTERS = re.compile(r"[^a-z0-9]")
_UNNAMEABLE = re.compile(f"[{HAN}{KANA}]")


def write(post: Post, platform: Platform) -> str:
    """Return a post as the Markdown that a platform reads, with front matter where it has some."""
    asked = order(post, platform.tags, platform.link, platform.format)
    dialect = DIALECTS.get(platform.id, _COMMON)
    text = named(_written(asked, dialect, tells_origin(platform)), platform)
    return head(post, platform) + text if has_head(platform) else text


def text_of(root: Any, dialect: Dialect = _COMMON) -> str:
    """Return a document as Markdown."""
    return "\n\n".join(_Writer(dialect).blocks(root))


@functools.lru_cache(maxsize=4)
def _written(asked: Order, dialect: Dialect, whole: bool) -> str:
    text = _body(asked, dialect)
    if whole:
        text = "\n\n".join(filter(None, (text, text_of(origin(asked), dialect))))
    return text


@functools.lru_cache(maxsize=4)
def _body(asked: Order, dialect: Dialect) -> str:
    root = body(asked)
    noted = dialect.notes and len(root) > 0 and root[-1].get("data-note") is not None
    if dialect.also and dialect.fences and not noted:
        common = _body(asked, _COMMON)
        if not dialect.also.search(common):  # it would say the very same
            return common
    return text_of(root, dialect)


# ---- front matter ----


def has_head(platform: Platform) -> bool:
    """Tell whether a platform reads front matter before the text."""
    return platform.id in _HEADS


def tags_of(post: Post, most: int) -> tuple[list[str], list[str]]:
    """Return the tags that can be written there, and those that cannot: Latin alone, and few."""
    wanted = post.own.hashtags if post.own.hashtags is not None else post.tags
    kept: list[str] = []
    lost: list[str] = []
    for tag in wanted:
        name = _LETTERS.sub("", unicodedata.normalize("NFKD", tag).lower())
        if not name or _UNNAMEABLE.search(tag):
            lost.append(tag)
        elif name not in kept:
            kept.append(name)
    return kept[:most], lost


def head(post: Post, platform: Platform) -> str:
    """Return the front matter of a platform: a draft, whose original is on the creator's site."""
    kept, _ = tags_of(post, platform.hashtags.most)
    values = {
        "title": json.dumps(title(post, platform), ensure_ascii=False),
        "published": "false",
        "description": json.dumps(post.summary, ensure_ascii=False) if post.summary else "",
        "tags": ", ".join(kept),
        "canonical_url": post.canonical,
        "cover_image": post.cover,
    }
    lines = (f"{name}: {value}\n" for name, value in values.items() if value)
    return f"---\n{''.join(lines)}---\n\n"


# ---- blocks ----


class _Writer:
    """What writes the blocks of one document."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def blocks(self, element: Any) -> list[str]:
        """Return the blocks of an element; an empty line parts one from the next."""
        if not len(element):
            line = plainly(element.text or "", self._dialect)
            return [line] if line else []
        found: list[str] = []
        before = ""  # the list that stands right before
        for each in runs(element):
            if self._dialect.notes and not isinstance(each, list):
                number = each.get("data-note")
                if number is not None:
                    found += self._note(each, number)
                    continue
            if isinstance(each, list):
                if line := written(each, self._dialect):
                    found.append(line)
                    before = ""
                continue
            made = list(self._block(each, before))
            if made:
                before = _mark(each, before)
            found += made
        return found

    def _block(self, element: Any, before: str) -> Iterator[str]:
        tag = element.tag
        if tag == "p":
            if line := self._line(element):
                yield line
        elif tag in HEADINGS:
            if line := self._line(element).replace(BREAK, " "):
                yield f"{'#' * int(tag[1])} {_CLOSING.sub(_shown, line)}"
        elif tag in ("ul", "ol"):
            if made := self._list(element, _mark(element, before)):
                yield made
        elif tag == "blockquote":
            if inside := self.blocks(element):
                yield _prefixed("\n\n".join(inside).split("\n"), "> ", "> ")
        elif tag == "pre":
            yield self._code(element, before)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "hr":
            yield RULE
        elif tag == "figcaption":
            if line := self._line(element):
                yield line if "*" in line else f"*{line}*"
        else:
            yield from self.blocks(element)

    def _note(self, element: Any, number: str) -> Iterator[str]:
        """Yield a block of a footnote; the heading over them is the reader's own."""
        if not number:
            return
        text = "\n\n".join(self._block(element, ""))
        begin = f"\\[{number}] " if text.startswith("\\") else f"[{number}] "
        if text.startswith(begin):
            yield _prefixed(text.removeprefix(begin).split("\n"), f"[^{number}]: ", " " * _COLUMN)
        else:
            yield _prefixed(text.split("\n"), " " * _COLUMN, " " * _COLUMN)

    def _line(self, element: Any) -> str:
        """Return an element that holds nothing but words in a line."""
        if not len(element):
            return plainly(element.text or "", self._dialect)
        run = [element.text] if element.text else []
        for child in element:
            run.append(child)
            if child.tail:
                run.append(child.tail)
        return written(run, self._dialect)

    def _list(self, element: Any, mark: str) -> str:
        numbers = count(int(element.get("start") or 1))
        items = [
            (f"{next(numbers)}{mark}" if element.tag == "ol" else mark, self.blocks(item), item)
            for item in element
            if item.tag == "li"
        ]
        loose = any(len(item) and _is_loose(item) for _, _, item in items)
        between = "\n\n" if loose else "\n"
        return between.join(self._item(begin, blocks, between) for begin, blocks, _ in items)

    def _item(self, begin: str, blocks: Sequence[str], between: str) -> str:
        # What is no words has its lines all at the same distance from the margin.
        wide = not self._dialect.fences or (blocks and _OPENS.match(blocks[0]))
        first = begin.ljust(_COLUMN) if wide else f"{begin} "
        indent = " " * max(_COLUMN, len(begin) + 1)
        return _prefixed(between.join(blocks).split("\n"), first, indent) if blocks else begin

    def _code(self, element: Any, before: str) -> str:
        text = "".join(element.itertext()).strip("\n")
        if not self._dialect.fences and not before:
            return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
        longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
        fence = "`" * (longest + 1)
        return f"{fence}{element.get('data-lang') or ''}\n{text}\n{fence}"

    def _table(self, table: Any) -> Iterator[str]:
        found = [(cells, list(map(self._cell, cells))) for cells in rows(table)]
        width = max((len(cells) for cells, _ in found), default=0)
        if not width:
            return
        if not all(cell.tag == "th" for cell in found[0][0]):
            found.insert(0, ([], []))
        edges = [_EDGES.get(cell.get("data-align") or "", "---") for cell in found[0][0]]
        edges += ["---"] * (width - len(edges))
        lines = [_row(texts, width) for _, texts in found]
        yield "\n".join([lines[0], f"|{'|'.join(edges)}|", *lines[1:]])

    def _cell(self, cell: Any) -> str:
        text = " ".join(self.blocks(cell)).replace(BREAK, " ").replace("\n", " ")
        return text.replace("|", "\\|")


def _mark(element: Any, before: str) -> str:
    """Return the mark of a list; one right after another has another, or they would be one."""
    marks = {"ul": ("-", "*"), "ol": (".", ")")}.get(element.tag)
    if marks is None:
        return ""
    return marks[1] if before == marks[0] else marks[0]


def _is_loose(item: Any) -> bool:
    """Tell whether an item holds more than its words and one further list.

    Only a list that begins with 1 may stand right below words.
    """
    parts = [each for each in runs(item) if not isinstance(each, list) or _is_solid(each)]
    rest = [each for each in parts[1:] if isinstance(each, list) or each.tag not in ("ul", "ol")]
    begins = [each.get("start") or "1" for each in parts[1:] if not isinstance(each, list)]
    return bool(rest) or len(parts) > 2 or begins not in ([], ["1"])


def _is_solid(run: Iterable[Any]) -> bool:
    return any(not isinstance(each, str) or each.strip() for each in run)


def _prefixed(lines: Sequence[str], first: str, other: str) -> str:
    """Return lines with something before each; an empty one keeps no spaces at its end."""
    after = [f"{other}{line}".rstrip() if not line else f"{other}{line}" for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *after])


def _row(cells: Sequence[str], width: int) -> str:
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _shown(found: re.Match[str]) -> str:
    """Return the hashes at the end of a heading as words, which they would not be."""
    return "\\#" * found[0].count("#")
