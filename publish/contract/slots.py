"""Finished text with gaps: what the build renders once and the service fills for one reader.

Three marks, the same in pages, mails and feeds: `[[name]]` is a gap for text,
`<!--[name]-->…<!--[/name]-->` stands when the name is true and once for each of a list,
`<!--[!name]-->…<!--[/name]-->` stands when it is false or empty. Nothing else: no expressions,
no includes, and a value is never searched for marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = "str | bool | Sequence[Mapping[str, Value]]"
Values: TypeAlias = Mapping[str, Value]

_MARK = re.compile(r"\[\[([^\[\]\s]+)\]\]|<!--\[([!/]?)([^\[\]\s]+)\]-->")


class SlotError(ValueError):
    """A prepared text and its values do not fit; the message names the slot."""


@dataclass
class _Section:
    name: str
    inverted: bool = False
    parts: list[str | _Gap | _Section] = field(default_factory=list)


@dataclass(frozen=True)
class _Gap:
    name: str


def escaped(text: str) -> str:
    """Return text fit for HTML and XML, in text and in attributes alike."""
    return html.escape(text, quote=True)


def plain(text: str) -> str:
    """Return text as it is, on one line: for mails without HTML and for headers."""
    return " ".join(text.split())


def unmarked(text: str) -> str:
    """Return text that was never meant to be marked, in HTML and plain text alike.

    An unseen word joiner parts the brackets of what would read as a mark.
    """
    return _MARK.sub(
        lambda mark: mark[0].replace("[", "[\u2060" if mark[1] else "\u2060[", 1), text
    )


def unmarked_xml(text: str) -> str:
    """Return XML in which nothing is a mark; whoever parses it reads the same characters."""
    return _MARK.sub(lambda mark: mark[0].replace("[", "&#91;" if mark[1] else " [", 1), text)


class Prepared:
    """A prepared text, read once and filled many times."""

    def __init__(self, text: str) -> None:
        """Read the marks.

        Raises:
            SlotError: a section is not closed, or closed by another name.

        """
        self._root = _read(text)
        self.names = frozenset(_names(self._root))

    def fill(self, values: Values, escape: Callable[[str], str] = escaped) -> str:
        """Return the text with every gap filled.

        Raises:
            SlotError: a gap or section has no value, or one of the wrong kind.

        """
        return "".join(_filled(self._root.parts, (values,), escape))


def _read(text: str) -> _Section:
    stack, at = [_Section("")], 0
    for mark in _MARK.finditer(text):
        stack[-1].parts.append(text[at : mark.start()])
        at = mark.end()
        gap, sign, name = mark.group(1), mark.group(2), mark.group(3)
        if gap:
            stack[-1].parts.append(_Gap(gap))
        elif sign == "/":
            closed = stack.pop()
            if not stack or closed.name != name:
                raise SlotError(f'section "{name}" is closed, but "{closed.name}" is open')
        else:
            section = _Section(name, sign == "!")
            stack[-1].parts.append(section)
            stack.append(section)
    if len(stack) > 1:
        raise SlotError(f'section "{stack[-1].name}" is never closed')
    stack[0].parts.append(text[at:])
    return stack[0]


def _names(section: _Section) -> Iterator[str]:
    for part in section.parts:
        if not isinstance(part, str):
            yield part.name
        if isinstance(part, _Section):
            yield from _names(part)


def _filled(
    parts: Sequence[str | _Gap | _Section], scopes: tuple[Values, ...], escape: Callable[[str], str]
) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, _Gap):
            value = _look_up(part.name, scopes)
            if not isinstance(value, str):
                raise SlotError(f'slot "{part.name}" wants text, not {value!r}')
            yield escape(value)
        else:
            yield from _section(part, scopes, escape)


def _section(
    section: _Section, scopes: tuple[Values, ...], escape: Callable[[str], str]
) -> Iterator[str]:
    value = _look_up(section.name, scopes)
    if section.inverted:
        if not value:
            yield from _filled(section.parts, scopes, escape)
    elif isinstance(value, str | bool):
        if value:
            yield from _filled(section.parts, scopes, escape)
    else:
        for each in value:
            yield from _filled(section.parts, (each, *scopes), escape)


def _look_up(name: str, scopes: tuple[Values, ...]) -> Value:
    for scope in scopes:
        if name in scope:
            return scope[name]
    raise SlotError(f'slot "{name}" has no value')
