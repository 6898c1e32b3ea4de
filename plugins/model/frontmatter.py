"""Split a source text into its header fields and its body, in any of the three styles.

YAML between `---` lines, Pelican's own `Key: value` lines, or nothing at all. Every scalar stays
the text that was written (no YAML dates, booleans or base-60 numbers): the fields say what they
take. Whatever only looks like a header is an error, since a header that is read as text may be
the one that says `access: paid`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from plugins.model.problems import Problems, nearest
from plugins.model.text import writable
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
_KEYED = re.compile(r"^[ \t]{0,8}([A-Za-z][\w-]*)[ \t]*[:：]([ \t]|$)")
_LIKE = re.compile(r"^[\s\"'{]*([^\W\d_][\w-]*)[\"']?\s*[:∶](?!//)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TOML = re.compile(r"^\s*\+\+\+\s*$")
_FIRST_LINES = 5

# What other tools gate with: never to be passed over, neither as a field nor as text.
GATES = (
    "visibility",
    "tier",
    "tiers",
    "paid",
    "premium",
    "members",
    "members_only",
    "paywall",
    "subscribers_only",
    "权限",
    "访问",
)


@dataclass(frozen=True)
class Source:
    """A text split in two: fields with their lines, and the body with the line it begins on.

    `lines` has those of the keys of a table as well: "snippets.hook".
    """

    fields: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1


def decode(raw: bytes, path: str, problems: Problems) -> str:
    """Return the text of a file: UTF-8, with or without a mark, any line ends, no controls."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        problems.error(
            Place(path, line), N_("the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)")
        )
        return ""
    return writable(text.replace("\r\n", "\n").replace("\r", "\n"))


def split(text: str, path: str, known: Collection[str], problems: Problems) -> Source:
    """Split a text into fields and body; `known` are the field names that mark a header."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return Source()
    if _FENCE.match(lines[first]):
        source = _split_yaml(lines, first, path, known, problems)
    elif _is_header_line(lines[first], known):
        source = _split_lines(lines, first, path, known, problems)
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
    if any(line.strip() for line in block) and not _is_header(block, known):
        return Source(body="\n".join(lines))  # two thematic breaks, no header
    _refuse_wide_colons(block, first + 2, path, known, problems)
    fields, places = _read_yaml("\n".join(block), first + 2, path, problems)
    _refuse_swallowed_gates(block, fields, first + 2, path, problems)
    return Source(fields, places, "\n".join(lines[end + 1 :]), end + 2)


def _is_header(block: list[str], known: Collection[str]) -> bool:
    """Tell whether lines between two rules are meant as fields, however badly written."""
    return "".join(block).lstrip().startswith("{") or any(
        _KEYED.match(line) or _is_header_line(re.sub(r"^\s*[-?]\s", "", _toml(line)), known)
        for line in block
    )


def _read_yaml(
    block: str, line: int, path: str, problems: Problems
) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        node = yaml.compose(block, Loader=_Loader)
    except RecursionError:
        _refuse_depth(line, path, problems)
        return {}, {}
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
    try:
        fields = _plain_mapping(node, line, path, problems)
    except RecursionError:  # too deep, or an anchor that holds itself
        _refuse_depth(line, path, problems)
        return {}, {}
    lowered = {_folded(name): name for name in fields}
    return (
        {low: fields[name] for low, name in lowered.items()},
        {low: places[name] for low, name in lowered.items()} | _places_inside(node, line),
    )


def _places_inside(node: yaml.MappingNode, line: int) -> dict[str, int]:
    """Return the lines of the keys of tables, as in "snippets.hook"."""
    return {
        f"{_folded(str(key.value))}.{_folded(str(inner.value))}": line + inner.start_mark.line
        for key, value in node.value
        if isinstance(value, yaml.MappingNode)
        for inner, _ in value.value
    }


def _refuse_swallowed_gates(
    block: list[str], fields: Mapping[str, Value], line: int, path: str, problems: Problems
) -> None:
    """Refuse an indented gate that YAML read as more of the value above it."""
    for offset, text in enumerate(block):
        gate = text[:1] in (" ", "\t") and _is_header_line(text, ("access",))
        if gate and not _WIDE.match(text) and _folded(_header_name(text)) not in fields:
            _refuse_field(_header_name(text), Place(path, line + offset), problems)


def _refuse_field(name: str, place: Place, problems: Problems) -> None:
    problems.error(
        place,
        N_(
            '"{name}:" looks like a field but stands in the text'
            " (move it into the front matter, or reword the line)"
        ),
        name=name,
    )


def _refuse_depth(line: int, path: str, problems: Problems) -> None:
    problems.error(Place(path, line), N_("the front matter nests too deeply"))


def _plain_mapping(
    node: yaml.MappingNode, line: int, path: str, problems: Problems
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if _folded(name) in seen:
            problems.error(
                Place(path, line + key.start_mark.line),
                N_('"{name}" is there twice (keep one)'),
                name=name,
            )
            continue
        seen.add(_folded(name))
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


def _split_lines(
    lines: list[str], first: int, path: str, known: Collection[str], problems: Problems
) -> Source:
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
                _refuse_wide_colons([line], number + 1, path, known, problems)
            elif name in fields:
                problems.error(
                    Place(path, number + 1), N_('"{name}" is there twice (keep one)'), name=name
                )
            if header:
                fields[name], places[name] = header[2].strip(), number + 1
        elif more and name and not _is_header_line(line, known):
            fields[name] = f"{fields.get(name, '')} {more[1].strip()}".strip()
        else:
            break
        number += 1
    return Source(fields, places, "\n".join(lines[number:]), number + 1)


def _is_header_line(line: str, known: Collection[str]) -> bool:
    name = _header_name(line).lower()
    return bool(name) and (name in known or name in GATES or bool(nearest(name, known)))


def _header_name(line: str) -> str:
    """Return the name before a colon, whatever keyboard the line was typed on."""
    match = _LIKE.match(_plain_width(line))
    return match[1] if match else ""


def _plain_width(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def _folded(name: str) -> str:
    return _plain_width(name).strip().lower()


def _toml(line: str) -> str:
    return line.replace("=", ":", 1)


def _refuse_wide_colons(
    block: list[str], line: int, path: str, known: Collection[str], problems: Problems
) -> None:
    for offset, text in enumerate(block):
        match = _WIDE.match(text)
        if match and (not text.startswith((" ", "\t")) or _is_header_line(text, known)):
            problems.error(
                Place(path, line + offset),
                N_('"{name}：" has a full-width colon (write "{name}: " with a colon and a space)'),
                name=match[1],
            )


def _refuse_header_in_body(
    source: Source, path: str, known: Collection[str], problems: Problems
) -> None:
    """Refuse what looks like a field in the body's first lines."""
    seen, toml, run = 0, bool(_TOML.match(source.body.lstrip().split("\n")[0])), True
    for offset, line in enumerate(source.body.split("\n")):
        line = _toml(line) if toml else line
        # A block of "Key: value" lines is looked through to its end.
        run = run and bool(_KEYED.match(line) or _TOML.match(line) or not (line.strip() or seen))
        if not line.strip():
            continue
        seen += not run
        if seen > _FIRST_LINES or line.lstrip().startswith(("```", "~~~")):
            return
        if _is_header_line(line, known):
            _refuse_field(_header_name(line), Place(path, source.body_line + offset), problems)
