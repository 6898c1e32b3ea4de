"""Split a body at the paywall marker, before anything renders it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place

MARKER = "<!-- paywall -->"

_MARKER = re.compile(r"^ {0,3}<!--\s*paywall\s*-->\s*$", re.I)
_FENCE = re.compile(r"^\s*(?:>\s*)*(`{3,}|~{3,})(.*)$")
_COMMENT = re.compile(r"<[!！]-{1,2}\s*([^<>]{3,24}?)\s*-{1,2}[>〉]")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_DEFINED = re.compile(r"^ {0,3}\[(\^?[^\]\n]+)\]:", re.M)


@dataclass(frozen=True)
class Parts:
    """A body in two: what everybody reads, and what is behind the marker (None without one)."""

    public: str
    premium: str | None
    premium_line: int


def outside_code(body: str) -> Iterator[tuple[int, str]]:
    """Yield index and text of each line outside fenced code, code spans blanked out."""
    fence = ""
    for index, line in enumerate(body.split("\n")):
        match = _FENCE.match(line)
        if fence:
            closes = match and match[1].startswith(fence) and not match[2].strip()
            fence = "" if closes else fence
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
        else:
            yield index, _CODE_SPAN.sub("", line)


def split_at_marker(body: str, path: str, body_line: int, problems: Problems) -> Parts:
    """Split at the one marker line; a second one or a near miss is an error."""
    if "<!" not in body and "<！" not in body:
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
    return any(
        nearest(re.sub(r"[\s_-]", "", match[1]), ("paywall",)) for match in _COMMENT.finditer(line)
    )


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
