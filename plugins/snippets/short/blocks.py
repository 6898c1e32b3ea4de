"""What a reader reads of a post's HTML, block by block; code, tables and notes are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lxml import etree

from plugins.model.text import HAN, KANA, WIDE

Kind = Literal["paragraph", "heading", "item", "quote"]

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _HEADINGS | {
    *("p", "li", "dt", "dd", "ul", "ol", "dl", "blockquote", "div", "section", "article", "aside"),
    *("details", "summary", "main", "header", "footer", "hr", "address", "center", "body", "html"),
}
_UNSEEN = frozenset(
    (
        *("pre", "table", "figure", "figcaption", "script", "style", "template", "svg", "math"),
        *("form", "button", "select", "textarea", "nav", "iframe", "object", "video", "audio"),
        *("canvas", "noscript", "rt", "rp", "head", "title"),
    )
)
_NOTE = re.compile(r"fn(?:ref)?\d*:")
_NOTES = re.compile(r"\b(?:footnote|toc|admonition-title)\b")
_STRONG = frozenset(("strong", "b", "mark"))
_ASIDE = frozenset(("em", "i", "small", "del", "s"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_MARKED = _STRONG | _CODE | _ASIDE | {"a"}
# A line break in the source is no space between two characters that are set full width.
_SOFT = re.compile(rf"\n[ \t]*(?=[{HAN}{KANA}{WIDE}])")
_WIDE = re.compile(f"[{HAN}{KANA}{WIDE}]")
_SPACES = "\t\r\n\f\xa0"
_HARD = re.compile(r" *\v[ \v]*")
_POINTER = re.compile(r"[(（]\s*$")
_POINTED = re.compile(r"^\s*[)）]")
_PARSER = etree.HTMLParser(remove_comments=True, remove_pis=True)
_HAN = re.compile(f"[{HAN}{KANA}]")


class Block(NamedTuple):
    """A paragraph, a heading, an item of a list or a quoted paragraph.

    `strong`, `code` and `links` are the emphasised words, the code and the texts of links in it,
    `aside` is how many of its characters are emphasised by a slope. `section` counts headings,
    `group` is the number of the list, `depth` how deep the item lies in lists; one that is
    `defined` begins with the term that it explains.
    """

    kind: Kind
    text: str
    strong: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    aside: int = 0
    section: int = 0
    group: int = 0
    depth: int = 0
    defined: bool = False

    @property
    def linked(self) -> int:
        """Return how many of its characters are links."""
        return sum(map(len, self.links))


def blocks(markup: str) -> list[Block]:
    """Return the blocks of some HTML in order."""
    if not markup.strip():
        return []
    root = etree.fromstring(f"<div>{_unbroken(markup)}</div>", _PARSER)
    if root is None:
        return []
    reading = _Reading()
    reading.block(root, "paragraph", 0)
    reading.flush("paragraph", 0)
    return reading.found


def _unbroken(markup: str) -> str:
    """Return some HTML without the line breaks that are no spaces."""
    parts, at = [], 0
    for found in _SOFT.finditer(markup):
        before = markup[at : found.start()].removesuffix("\r").rstrip(" \t")
        if _WIDE.match(before[-1:]):
            parts.append(before)
            at = found.end()
    return "".join([*parts, markup[at:]])


@dataclass
class _Reading:
    """A walk through a tree: what was found, and the block that is being read."""

    found: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    strong: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    aside: int = 0
    section: int = 0
    groups: int = 0
    group: int = 0
    term: str = ""

    def block(self, element: etree._Element, kind: Kind, depth: int) -> None:
        """Read an element that blocks may lie in."""
        self.say(element.text)
        for child in element:
            tag = child.tag
            if tag in _BLOCKS:
                self.flush(kind, depth)
                if not _is_note(child):
                    self._child(child, tag, kind, depth)
            else:
                self.inline(child)
            self.say(child.tail)

    def _child(self, child: etree._Element, tag: str, kind: Kind, depth: int) -> None:
        around = self.group
        if tag in _HEADINGS:
            self.section += 1
            kind, depth = "heading", 0
        elif tag in ("ul", "ol", "dl"):
            self.groups += 1
            self.group = self.groups
            depth += 1
        elif tag == "blockquote":
            kind = "quote"
        elif tag in ("li", "dd") and kind != "quote":
            kind = "item"
        self.block(child, kind, depth)
        if tag == "dt":
            self.term = _tidy(self.text)
            self._clear()
        else:
            self.flush(kind, depth)
        self.group = around

    def inline(self, element: etree._Element) -> None:
        """Read an element that lies in a line."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_note(element):
            return
        if tag == "br":
            self.text.append("\v")
            return
        if tag == "a" and _is_pointer(self.text, element):
            self.text[-1] = _POINTER.sub("", self.text[-1])
            element.tail = _POINTED.sub("", element.tail or "")
            return
        start = len(self.text)
        self.say(element.text)
        for child in element:
            if child.tag in _BLOCKS:
                self.text.append(" ")
            self.inline(child)
            self.say(child.tail)
        if tag in _MARKED:
            self._mark(tag, "".join(self.text[start:]).strip())

    def _mark(self, tag: str, said: str) -> None:
        if tag in _STRONG:
            self.strong.append(said)
        elif tag in _CODE:
            self.code.append(said)
        elif tag == "a":
            self.links.append(said)
        else:
            self.aside += len(said)

    def say(self, text: str | None) -> None:
        """Add text to the block."""
        if text:
            self.text.append(text)

    def flush(self, kind: Kind, depth: int) -> None:
        """End a block."""
        text = _tidy(self.text) if self.text else ""
        defined = bool(self.term) and kind == "item"
        if text and defined:
            text = f"{self.term}{'：' if _HAN.search(self.term) else ': '}{text}"
            self.term = ""
        if text:
            self.found.append(
                Block(
                    kind,
                    text,
                    tuple(filter(None, self.strong)),
                    tuple(filter(None, self.code)),
                    tuple(filter(None, self.links)),
                    self.aside,
                    self.section,
                    self.group if kind == "item" else 0,
                    depth,
                    defined,
                )
            )
        if self.text:
            self._clear()

    def _clear(self) -> None:
        self.text, self.strong, self.code, self.links = [], [], [], []
        self.aside = 0


def _tidy(text: list[str]) -> str:
    said = "".join(text)
    for space in _SPACES:
        said = said.replace(space, " ")
    said = said.strip()
    while "  " in said:
        said = said.replace("  ", " ")
    return _HARD.sub("\n", said) if "\v" in said else said


def _is_note(element: etree._Element) -> bool:
    named = element.get("id")
    if named and _NOTE.match(named):
        return True
    named = element.get("class")
    return bool(named and _NOTES.search(named))


def _is_pointer(text: list[str], link: etree._Element) -> bool:
    """Tell whether a link stands alone in brackets, as sources do."""
    return bool(text and _POINTER.search(text[-1]) and link.tail and _POINTED.search(link.tail))


def texts(found: list[Block], *kinds: Kind) -> Iterator[str]:
    """Yield the text of the blocks of some kinds."""
    return (block.text for block in found if block.kind in kinds)
