"""A walk through the HTML of a post, element by element, by a table of rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from lxml import etree

from plugins.model.text import writable
from plugins.snippets.long.canonical.flowing import NONE, Flow

Element = etree._Element
Rule = Callable[["Reader", Element, Flow], None]

_DEEPEST = 60
_SPACES = re.compile(r"[ \t\n\r\f]+")
_UNSAFE = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f\u3000]")
_SCHEMES = ("http", "https", "mailto", "tel")


class Reader:
    """One reading of a post: where it lies, its language, the notes found so far.

    `rules` are by element; in a line those of `flat` come first. What has no rule ends a paragraph
    and is read as if it were not there.
    """

    def __init__(
        self, url: str, lang: str, rules: Mapping[str, Rule], flat: Mapping[str, Rule]
    ) -> None:
        self.url, self.lang = url, lang
        self.here = url.partition("#")[0]
        self.notes: dict[str, Element] = {}
        self._rules, self._flat = rules, {**rules, **flat}
        self._depth = 0

    def blocks(self, source: Element, target: Element, around: Flow | None = None) -> Element:
        """Add what an element holds as blocks."""
        return self._into(Flow(target, "blocks", around.path if around else ()), source)

    def item(self, source: Element, target: Element, around: Flow | None = None) -> Element:
        """Add what an element holds: words first, then blocks."""
        return self._into(Flow(target, "item", around.path if around else ()), source)

    def line(self, source: Element, target: Element) -> Element:
        """Add what an element holds as words alone."""
        return self._into(Flow(target, "line"), source)

    def read(self, source: Element, flow: Flow) -> None:
        """Add what an element holds to a flow."""
        if self._depth > _DEEPEST:
            flow.text(said("".join(map(str, source.itertext()))))
            return
        self._depth += 1
        rules = self._flat if flow.mode == "line" else self._rules
        if text := source.text:
            flow.text(said(text))
        for child in source:
            if isinstance(tag := child.tag, str):
                rules.get(tag, part)(self, child, flow)
            if text := child.tail:
                flow.text(said(text))
        self._depth -= 1

    def element(self, source: Element, flow: Flow) -> None:
        """Add one element."""
        rules = self._flat if flow.mode == "line" else self._rules
        rules.get(str(source.tag), part)(self, source, flow)

    def inside(
        self, source: Element, flow: Flow, tag: str, attributes: Mapping[str, str] = NONE
    ) -> None:
        """Add what an element holds within another."""
        flow.enter(tag, attributes)
        self.read(source, flow)
        flow.leave()

    def address(self, value: str | None) -> str:
        """Return an absolute address, or nothing where it does not lead to a page or a mailbox."""
        return _address(self.url, value.strip()) if value else ""

    def is_here(self, value: str | None) -> bool:
        """Tell whether an address is a place of the post itself."""
        page, mark, _ = self.address(value).partition("#")
        return bool(mark) and page == self.here

    def _into(self, flow: Flow, source: Element) -> Element:
        self.read(source, flow)
        flow.close()
        return flow.target


def part(reader: Reader, source: Element, flow: Flow) -> None:
    """Add what an element holds between two ends of a paragraph."""
    flow.close()
    reader.read(source, flow)
    flow.close()


def said(text: str) -> str:
    """Return text with the spaces that one sees."""
    if text == "\n":  # between two blocks
        return " "
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        return _SPACES.sub(" ", text)
    return text


@functools.lru_cache(maxsize=256)
def _address(base: str, value: str) -> str:
    try:
        url = urljoin(base, value)
        if urlsplit(url).scheme not in _SCHEMES:
            return ""
    except ValueError:
        return ""
    return _UNSAFE.sub(_escaped, writable(url))


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
