"""A letter of the creator's as text: names, lead magnets, and what no mail program shows; pure.

`[[name|friend]]` becomes the reader's first name, or what stands behind the bar for who gave none.
It is set aside while the text is rendered, and comes back as slots at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from plugins.model.marker import outside_code
from plugins.model.marks import Mark, find_marks
from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place

# Private use: nobody writes them, and Markdown, templates and CSS leave them as they are.
_OURS = re.compile("[\ue000\ue001]")
_SET_ASIDE = re.compile("\ue000([0-9]+)\ue001")
_NAME = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|\[\[ *(?P<word>[^\[\]|｜]*?) *(?:[|｜](?P<other>[^\[\]|｜]*))?\]\]"
)
_WORD = "name"
# What a creator may write for it, who remembers the mark by its sense.
_MEANT = (_WORD, "firstname", "first name", "名字", "姓名", "称呼", "昵称")
_TASK = re.compile(r'<input type="checkbox" disabled( checked)?/?>')
_LAZY = re.compile(r'(<img\b[^>]*?) loading="lazy"')
# Mail programs take these away, or take the whole mail for a bad one.
_UNSHOWN = re.compile(
    r"<(script|style|link|meta|iframe|object|embed|video|audio|svg|form|input|button|select"
    r"|textarea|canvas)\b",
    re.I,
)
_LOADS = re.compile(
    r"<[a-z][^<>]*?\s(srcset|background|poster|style\s*=\s*[\"'][^\"']*url)\b", re.I
)


class Names:
    """The places of a letter where the reader's first name stands."""

    def __init__(self) -> None:
        self._others: list[str] = []

    def set_aside(self, text: str, place: Place, problems: Problems) -> str:
        """Return text with its names set aside; in code they stay as they are written."""
        lines = _OURS.sub("", text).split("\n")
        for number, _ in list(outside_code("\n".join(lines))):
            at = Place(place.path, place.line + number)
            one = partial(self._one, place=at, problems=problems)
            lines[number] = _NAME.sub(one, lines[number])
        return "\n".join(lines)

    def slots(self, text: str, escape: Callable[[str], str]) -> str:
        """Return finished text with its names as slots."""
        return _SET_ASIDE.sub(
            lambda found: (
                "<!--[name]-->[[name]]<!--[/name]-->"
                f"<!--[!name]-->{escape(self._others[int(found[1])])}<!--[/name]-->"
            ),
            text,
        )

    def plainly(self, text: str) -> str:
        """Return text as who gave no name reads it."""
        return _SET_ASIDE.sub(lambda found: self._others[int(found[1])], text)

    def _one(self, found: re.Match[str], place: Place, problems: Problems) -> str:
        word = "" if found["code"] else found["word"].lower()
        if word != _WORD:
            if found["other"] is not None and nearest(word, _MEANT):
                problems.error(
                    place,
                    N_('"{text}" would be read as it stands (write "[[name|friend]]")'),
                    text=found[0],
                )
            return found[0]
        other = (found["other"] or "").strip()
        if not other:
            problems.error(
                place,
                N_('"{text}" says nothing to who gave no name (write "[[name|friend]]")'),
                text=found[0],
            )
        self._others.append(other)
        return f"\ue000{len(self._others) - 1}\ue001"


def with_magnets(text: str, line: int, link: Callable[[Mark], str]) -> str:
    """Return Markdown that begins on a line, with `link` for each mark of a lead magnet."""
    lines = text.split("\n")
    for mark in find_marks(text, line):
        lines[mark.line - line] = link(mark)
    return "\n".join(lines)


def check_shown(html: str, source: str, place: Place, problems: Problems) -> None:
    """Refuse elements that mail programs do not show; `source` is the Markdown of the HTML."""
    for found in _UNSHOWN.finditer(html):
        name = found[1].lower()
        problems.error(
            _line_of(rf"<{name}\b", source, place),
            N_("<{name}> is shown by no mail program (take it away, or link to a page with it)"),
            name=name,
        )
    for found in _LOADS.finditer(html):
        name = found[1].split("=")[0].strip().lower()
        problems.error(
            _line_of(rf"\b{name}\b", source, place),
            N_('"{name}" loads something that not every mail program shows (take it away)'),
            name=name,
        )


def undecked(html: str) -> str:
    """Return HTML with boxes as characters, and without what only a page needs."""
    return _LAZY.sub(r"\1", _TASK.sub(lambda found: "☑" if found[1] else "☐", html))


def _line_of(pattern: str, source: str, place: Place) -> Place:
    """Return the line on which something first stands in the source, else its first."""
    found = re.search(pattern, source, re.I)
    return Place(place.path, place.line + source.count("\n", 0, found.start() if found else 0))
