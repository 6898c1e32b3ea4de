"""Split a body at the paywall marker, before anything renders it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place

MARKER = "<!-- paywall -->"

_MARKER = re.compile(r"^ {0,3}<!--\s*paywall\s*-->\s*$", re.I)
_FENCE = re.compile(r"^\s*(?:(?:>|(?:[-*+]|\d{1,9}[.)])\s)\s*)*(`{3,}|~{3,})(.*)$")
_COMMENT = re.compile(
    r"(?:<|&lt;)\s*!?\s*[-–—]{1,4}\s*([^<>]{3,24}?)\s*(?:[-–—]{1,4}\s*(?:[>〉]|&gt;)|$)"
)
_PERHAPS = re.compile(r"(?:[<＜]|&lt;)\s*[!！–—－-]")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# Ours, and what Ghost writes for the same.
_MEANT = ("paywall", "membersonly")
_DEFINED = re.compile(r"^ {0,3}\[(\^?[^\]\n]+)\]:", re.M)


@dataclass(frozen=True)
class Parts:
    """A body in two: what everybody reads, and what is behind the marker (None without one)."""

    public: str
    premium: str | None
    premium_line: int


def outside_code(body: str) -> Iterator[tuple[int, str]]:
    """Yield index and text of each line outside fenced code, code spans blanked out."""
    lines = body.split("\n")
    index = 0
    while index < len(lines):
        end = _fence_end(lines, index)
        if end is None:
            yield index, _CODE_SPAN.sub("", lines[index])
        index = index + 1 if end is None else end + 1


def _fence_end(lines: list[str], first: int) -> int | None:
    """Return the line that closes a fence opened on a line; one without an end is no fence."""
    match = _FENCE.match(lines[first])
    if not match or (match[1][0] == "`" and "`" in match[2]):
        return None
    for index in range(first + 1, len(lines)):
        closing = _FENCE.match(lines[index])
        if closing and closing[1].startswith(match[1]) and not closing[2].strip():
            return index
    return None


def split_at_marker(body: str, path: str, body_line: int, problems: Problems) -> Parts:
    """Split at the one marker line; a second one or a near miss is an error."""
    if not _PERHAPS.search(body):
        return Parts(body, None, 0)  # no comment of any kind: the most texts, at no cost
    at: int | None = None
    for index, line in outside_code(body):
        if _MARKER.match(line):
            if at is not None:
                problems.error(
                    Place(path, body_line + index),
                    N_("a second paywall marker (keep one: everything after the first is premium)"),
                )
            at = index if at is None else at
        elif _is_near_miss(line):
            problems.error(
                Place(path, body_line + index),
                N_('"{line}" is not quite the paywall marker (write "{marker}" on its own line)'),
                line=line.strip()[:40],
                marker=MARKER,
            )
    if at is None:
        return Parts(body, None, 0)
    lines = body.split("\n")
    return Parts("\n".join(lines[:at]), "\n".join(lines[at + 1 :]), body_line + at + 1)


def _is_near_miss(line: str) -> bool:
    said = (match[1] for match in _COMMENT.finditer(unicodedata.normalize("NFKC", line)))
    words = (re.sub(r"[\W_]", "", each).lower() for each in said)
    return any(word.startswith("paywall") or nearest(word, _MEANT) for word in words)


def check_definitions(parts: Parts, path: str, body_line: int, problems: Problems) -> None:
    """Refuse a teaser that uses a footnote or link that is defined behind the marker."""
    if not parts.premium:
        return
    here = {name.lower() for name in _DEFINED.findall(parts.public)}
    behind = {name.lower() for name in _DEFINED.findall(parts.premium)} - here
    for index, line in outside_code(parts.public) if behind else ():
        for name in re.findall(r"\[(\^?[^\[\]]+)\]", line):
            if name.lower() in behind:
                problems.error(
                    Place(path, body_line + index),
                    N_(
                        'the teaser uses "[{name}]", which is defined behind the paywall marker'
                        " (define it above the marker)"
                    ),
                    name=name,
                )
