"""Split a source text into its header fields and its body, in any of the three styles.

YAML between `---` lines, Pelican's own `Key: value` lines, or nothing at all. Every scalar stays
the text that was written (no YAML dates, booleans or base-60 numbers): the fields say what they
take. Whatever only looks like a header is an error, since a header that is read as text may be
the one that says `access: paid`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from plugins.model.problems import Problems, nearest
from publish.contract.catalogue import N_
from publish.contract.report import Place

Value = str | list[Any] | dict[str, Any]

# Libyaml where the wheel has it, the same safe events where it has not.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FENCE = re.compile(r"^---[ \t]*$")
_CLOSE = re.compile(r"^(---|\.\.\.)[ \t]*$")
_LINE = re.compile(r"^[ ]{0,3}([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+|$)(.*)$")
_MORE = re.compile(r"^[ ]{4,}(.+)$")
_WIDE = re.compile(r"^[ \t]*([A-Za-z][\w-]*)[ \t]*：")
_LIKE = re.compile(r"^[ \t]{0,8}([A-Za-z][\w-]*)[ \t]*[:：]([ \t]|$)")
_FIRST_LINES = 5


@dataclass(frozen=True)
class Source:
    """A text split in two: fields with their lines, and the body with the line it begins on."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1


def decode(raw: bytes, path: str, problems: Problems) -> str:
    """Return the text of a file: UTF-8, with or without a mark, any line ends."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        problems.error(
            Place(path, line), N_("the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)")
        )
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split(text: str, path: str, known: Collection[str], problems: Problems) -> Source:
    """Split a text into fields and body; `known` are the field names that mark a header."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return Source()
    if _FENCE.match(lines[first]):
        source = _split_yaml(lines, first, path, known, problems)
    elif _is_header_line(lines[first], known):
        source = _split_lines(lines, first, path, problems)
    else:
        source = Source(body=text)
    _refuse_header_in_body(source, path, known, problems)
    return source


def _split_yaml(
    lines: list[str], first: int, path: str, known: Collection[str], problems: Problems
) -> Source:
    end = next((n for n in range(first + 1, len(lines)) if _CLOSE.match(lines[n])), None)
    block = lines[first + 1 : end]
    if end is None:
        if any(_is_header_line(line, known) for line in block[:20]):
            problems.error(
                Place(path, first + 1),
                N_('the front matter has no end (close it with a line "---")'),
            )
        return Source(body="\n".join(lines))
    if not any(_LIKE.match(line) for line in block) and any(line.strip() for line in block):
        return Source(body="\n".join(lines))  # two thematic breaks, no header
    _refuse_wide_colons(block, first + 2, path, problems)
    fields, places = _read_yaml("\n".join(block), first + 2, path, problems)
    return Source(fields, places, "\n".join(lines[end + 1 :]), end + 2)


def _read_yaml(
    block: str, line: int, path: str, problems: Problems
) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        node = yaml.compose(block, Loader=_Loader)
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark
        problems.error(
            Place(path, line + (mark.line if mark else 0)),
            N_(
                "the front matter is not YAML: {reason}"
                ' (put quotation marks round a value that holds ":" or "#")'
            ),
            reason=cause.problem or "",
        )
        return {}, {}
    except yaml.YAMLError:
        problems.error(
            Place(path, line), N_("the front matter holds a character that YAML does not take")
        )
        return {}, {}
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        problems.error(Place(path, line), N_('the front matter has no "key: value" lines'))
        return {}, {}
    places = {str(key.value): line + key.start_mark.line for key, _ in node.value}
    fields = _plain_mapping(node, line, path, problems)
    lowered = {name.strip().lower(): name for name in fields}
    return (
        {low: fields[name] for low, name in lowered.items()},
        {low: places[name] for low, name in lowered.items()},
    )


def _plain_mapping(
    node: yaml.MappingNode, line: int, path: str, problems: Problems
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name.strip().lower() in seen:
            problems.error(
                Place(path, line + key.start_mark.line),
                N_('"{name}" is there twice (keep one)'),
                name=name,
            )
            continue
        seen.add(name.strip().lower())
        values[name] = _plain(value, line, path, problems)
    return values


def _plain(node: yaml.Node, line: int, path: str, problems: Problems) -> Value:
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, line, path, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, line, path, problems) for each in node.value]
    if node.tag == "tag:yaml.org,2002:null":
        return ""
    return str(node.value)


def _split_lines(lines: list[str], first: int, path: str, problems: Problems) -> Source:
    fields: dict[str, Value] = {}
    places: dict[str, int] = {}
    name = ""
    number = first
    while number < len(lines):
        line = lines[number]
        header, more = _LINE.match(line), _MORE.match(line)
        wide = _WIDE.match(line)
        if not line.strip():
            break
        if header or wide:
            name = (header or wide)[1].lower()  # type: ignore[index]
            if wide and not header:
                _refuse_wide_colons([line], number + 1, path, problems)
            elif name in fields:
                problems.error(
                    Place(path, number + 1), N_('"{name}" is there twice (keep one)'), name=name
                )
            if header:
                fields[name], places[name] = header[2].strip(), number + 1
        elif more and name:
            fields[name] = f"{fields.get(name, '')} {more[1].strip()}".strip()
        else:
            break
        number += 1
    return Source(fields, places, "\n".join(lines[number:]), number + 1)


def _is_header_line(line: str, known: Collection[str]) -> bool:
    match = _LIKE.match(line)
    if not match:
        return False
    name = match[1].lower()
    return name in known or bool(nearest(name, known))


def _refuse_wide_colons(block: list[str], line: int, path: str, problems: Problems) -> None:
    for offset, text in enumerate(block):
        match = _WIDE.match(text)
        if match and not text.startswith((" ", "\t")):
            problems.error(
                Place(path, line + offset),
                N_('"{name}：" has a full-width colon (write "{name}: " with a colon and a space)'),
                name=match[1],
            )


def _refuse_header_in_body(
    source: Source, path: str, known: Collection[str], problems: Problems
) -> None:
    """Refuse what looks like a field in the body's first lines."""
    seen = 0
    for offset, line in enumerate(source.body.split("\n")):
        if not line.strip():
            continue
        seen += 1
        if seen > _FIRST_LINES or line.lstrip().startswith(("```", "~~~")):
            return
        if _is_header_line(line, known):
            name = _LIKE.match(line)[1]  # type: ignore[index]
            problems.error(
                Place(path, source.body_line + offset),
                N_(
                    '"{name}:" looks like a field but stands in the text'
                    " (move it into the front matter, or reword the line)"
                ),
                name=name,
            )
