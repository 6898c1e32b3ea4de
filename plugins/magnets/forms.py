"""The place of a lead magnet in rendered HTML: a paragraph with a link, on a page the form.

Feeds, private feeds and plugins from elsewhere read the paragraph; only our pages put the form
in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

from plugins.model.marks import RENDERED
from plugins.model.site import primary

_VOID = frozenset(("br", "hr", "img", "input", "source", "track", "wbr", "embed", "col", "area"))
_FRAMES = frozenset(("div", "section", "article", "aside", "details", "blockquote", "center"))
_PARAGRAPH = re.compile(r'<p data-magnet="([^"]*)">.*?</p>', re.S)


def linked(html: str, way: Callable[[str], tuple[str, str] | None]) -> str:
    """Return HTML with a paragraph for each mark; `way` returns the link's address and text."""

    def paragraph(mark: re.Match[str]) -> str:
        found = way(mark[1])
        if found is None:
            return ""
        url, text = (escape(each) for each in found)
        return f'<p data-magnet="{escape(mark[1])}"><a href="{url}">{text}</a></p>\n'

    return RENDERED.sub(paragraph, html) if "<!--magnet:" in html else html


def misplaced(html: str) -> list[int]:
    """Return which marks of some HTML, counted from 0, stand where no form can stand."""
    if "<!--magnet:" not in html:
        return []
    places = _Places()
    places.feed(html)
    places.close()
    return [number for number, good in enumerate(places.good) if not good]


class _Places(HTMLParser):
    """Walks some HTML; `good` tells for each mark whether a form may stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.good: list[bool] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        del attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and what is open inside it."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_comment(self, data: str) -> None:
        """Note a mark."""
        if data.startswith("magnet:"):
            self.good.append(_FRAMES.issuperset(self._open))

    def handle_data(self, data: str) -> None:
        """Note marks in what is no text: scripts and styles."""
        self.good += [False] * len(RENDERED.findall(data))


def wording(title: str, promise: str, lang: str) -> str:
    """Return title and promise as one line."""
    colon = "：" if primary(lang) in ("zh", "ja") else ": "
    return f"{title}{colon}{promise}"


def places(html: str) -> int:
    """Return how many places for a form some HTML has."""
    return len(_PARAGRAPH.findall(html))


def filled(html: str, form: Callable[[str, int], str], first: int = 1) -> str:
    """Return HTML with forms in their places; `form` gets an id and a number, from `first` on."""
    number = first - 1

    def one(place: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return form(unescape(place[1]), number) or place[0]

    return _PARAGRAPH.sub(one, html) if "<p data-magnet=" in html else html
