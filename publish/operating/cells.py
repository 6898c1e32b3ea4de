"""Tables as other programs write them: what a file says, cell by cell, and cells that run nothing.

A cell is text without what stands round it. Several tags share one cell; a tag that could be taken
for two is quoted in it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publish.contract.catalogue import N_
from publish.trouble import Failure

# A spreadsheet runs a cell that begins like this, some of them the full-width one, too.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Whose "no" says something: who gets no letters has left.
_YES_OR_NO = frozenset(
    {"letters", "subscribed", "收信", "来信", "email_disabled", "subscribed_to_emails"}
)
_BETWEEN_TAGS = ",;，；、"
_TAG = re.compile(rf'\s*(?:"((?:[^"]|"")*)"\s*(?=[{_BETWEEN_TAGS}]|$)|([^{_BETWEEN_TAGS}]*))')


@dataclass(frozen=True)
class Record:
    """One line of a table: the number of the line it begins on, and its cells by column.

    Columns are named in lower case.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table: the names of its columns, and its lines."""

    columns: tuple[str, ...]
    records: tuple[Record, ...]


class Wrong(Exception):
    """A line that cannot be meant like this: a message of the catalogue and its values."""

    def __init__(self, line: int, message: str, **values: object) -> None:
        super().__init__(line, message, values)
        self.line, self.message, self.values = line, message, values


# ---- one cell -------------------------------------------------------------------------------


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def fused(cell: str) -> str:
    """Return a cell as it was before it was defused."""
    dangerous = cell.startswith("'") and cell.lstrip("'").startswith(_RUNS)
    return cell[1:] if dangerous else cell


def joined(tags: Iterable[str]) -> str:
    """Return tags as one cell."""
    return ", ".join(map(_quoted, tags))


def split(cell: str) -> tuple[str, ...]:
    """Return the tags of a cell, each once."""
    found: list[str] = []
    at = 0
    while at <= len(cell):
        match = _TAG.match(cell, at)
        assert match  # its second half is always there
        quoted, plain = match.groups()
        found.append(" ".join(plain.split()) if quoted is None else quoted.replace('""', '"'))
        at = match.end() + 1
    return tuple(dict.fromkeys(filter(None, found)))


def _quoted(tag: str) -> str:
    clear = tag == " ".join(tag.split()) and not any(each in tag for each in f'"{_BETWEEN_TAGS}')
    return tag if clear else '"{}"'.format(tag.replace('"', '""'))


# ---- a file ---------------------------------------------------------------------------------


def sheet(content: bytes, name: str) -> Sheet:
    """Return the table of a file; a `name` ending in .json is a JSON list of objects.

    Raises:
        Failure: the file as a whole cannot be read.

    """
    text = decoded(content, name)
    return _of_json(text, name) if name.lower().endswith(".json") else _of_csv(text, name)


def decoded(content: bytes, name: str) -> str:
    """Return text in UTF-8, UTF-16 with its mark, or GBK as Chinese Excel writes it.

    Raises:
        Failure: it is none of them.

    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding != "gb18030" or _is_chinese(text)):
            return text
    raise Failure(
        N_('"{name}" is no text in UTF-8 or GBK (save it from your spreadsheet as "CSV UTF-8")'),
        name=name,
    )


def _is_chinese(text: str) -> bool:
    """Tell whether most letters of a text are common ones: any bytes, nearly, are GBK of something.

    "Müller" in the encoding of the West would be a reader named "M黮ler", and greeted by that.
    """
    letters = [each for each in text if not each.isascii()]
    return 2 * sum(map(_is_common, letters)) >= len(letters)


def _is_common(letter: str) -> bool:
    try:
        return bool(letter.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _of_csv(text: str, name: str) -> Sheet:
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max(",;\t", key=first.count)
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=between), name)
    header = next(lines, None)
    if header is None:
        raise Failure(N_('"{name}" is empty'), name=name)
    columns = tuple(" ".join(fused(cell).lower().split()) for cell in header[1])
    return Sheet(columns, tuple(_record(line, columns, cells) for line, cells in lines))


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, with the number of the line on which each begins."""
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1  # type: ignore[attr-defined]
            if any(cell.strip() for cell in cells):
                yield line, cells
    except csv.Error as cause:
        raise Failure(N_("{name}:{line}: cannot be read as CSV"), name=name, line=begins) from cause


def _record(line: int, columns: Sequence[str], cells: Iterable[str]) -> Record:
    told: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        told[column] = told.get(column) or fused(cell).strip()
    return Record(line, told)


def _of_json(text: str, name: str) -> Sheet:
    """Return the objects of a JSON list, numbered from 1."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise Failure(N_('"{name}" is no JSON'), name=name) from cause
    told = told.get("readers") if isinstance(told, dict) else told
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise Failure(N_('"{name}" is no list of readers'), name=name)
    records = tuple(
        Record(number, dict(_cell(*one) for one in each.items()))
        for number, each in enumerate(told, 1)
    )
    columns = dict.fromkeys(column for record in records for column in record.cells)
    return Sheet(tuple(columns), records)


def _cell(key: str, value: object) -> tuple[str, str]:
    """Return the column and the cell of what JSON says; elsewhere than here false is "nothing"."""
    column = " ".join(key.lower().split())
    return column, _text(value, "no" if column in _YES_OR_NO else "")


def _text(value: object, no: str) -> str:
    """Return a value of JSON as a cell says it, without what no file can hold."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = joined(value)
    elif isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        value = "yes" if value else no
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode(errors="ignore").decode().strip()
