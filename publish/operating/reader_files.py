"""Readers as a file: CSV that spreadsheets open, JSON for programs, in and out again.

A date without a time is a last day, in the site's zone; what is written is read back the same.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from publish import moments
from publish.contract.catalogue import N_
from publish.trouble import Failure

FOREVER = "forever"
COLUMNS = ("mail", "product", "until", "tags", "note", "state", "confirmed", "lang", "since", "id")
Access: TypeAlias = Literal["", "open", "over", "held"]

# What other programs and people call the columns.
_NAMES = {
    "mail": (
        "mail",
        "email",
        "e-mail",
        "mail address",
        "email address",
        "邮箱",
        "邮件",
        "电子邮件",
    ),
    "product": ("product", "产品"),
    "until": ("until", "expires", "ends", "到期", "到期日", "有效期至"),
    "tags": ("tags", "tag", "标签"),
    "note": ("note", "notes", "备注"),
    "state": ("state",),
    "confirmed": ("confirmed",),
    "lang": ("lang", "language", "语言"),
}
_COLUMN = {name: column for column, names in _NAMES.items() for name in names}
_FOREVER = (FOREVER, "for good", "永久", "长期")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BETWEEN_TAGS = re.compile(r"[,;，；、]")
# A spreadsheet runs a cell that begins like this.
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One line of a file: a reader, and at most one product.

    `until` None is for good where there is a product. `access` is what the exporter knew: what was
    "over" or "held" is not opened by reading it in.
    """

    line: int
    mail: str
    product: str = ""
    until: datetime | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    access: Access = ""
    confirmed: datetime | None = None
    lang: str = ""


@dataclass(frozen=True)
class Line:
    """One line to write, every value as text."""

    mail: str
    product: str
    until: str
    tags: tuple[str, ...]
    note: str
    state: str
    confirmed: str
    lang: str
    since: str
    id: str


class Wrong(Exception):
    """A line that cannot be meant like this: a message of the catalogue and its values."""

    def __init__(self, line: int, message: str, **values: object) -> None:
        super().__init__(line, message, values)
        self.line, self.message, self.values = line, message, values


# ---- writing --------------------------------------------------------------------------------


def to_csv(lines: Iterable[Line]) -> bytes:
    """Return CSV with a byte order mark, without which Excel breaks Chinese; no cell runs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        told = as_object(line) | {"tags": ", ".join(line.tags)}
        writer.writerow([defused(str(told[name])) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def to_json(lines: Iterable[Line]) -> bytes:
    """Return a JSON list."""
    told = [as_object(line) for line in lines]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def as_object(line: Line) -> dict[str, Any]:
    """Return a line by column."""
    return {name: getattr(line, name) for name in COLUMNS} | {"tags": list(line.tags)}


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def fused(cell: str) -> str:
    """Return a cell as it was before it was defused."""
    dangerous = cell.startswith("'") and cell.lstrip("'").startswith(_RUNS)
    return cell[1:] if dangerous else cell


def last_day(until: datetime, zone: ZoneInfo) -> str:
    """Return a time as the last day before it where it is a midnight, else exactly."""
    local = until.astimezone(zone)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return (local.replace(tzinfo=None) - timedelta(days=1)).date().isoformat()
    return moments.iso(until)


# ---- reading --------------------------------------------------------------------------------


def read(content: bytes, name: str, zone: ZoneInfo) -> tuple[list[Row], list[Wrong]]:
    """Return the rows of a file, and the lines that are wrong; a `name` ending in .json is JSON.

    Raises:
        Failure: the file as a whole cannot be read.

    """
    text = decoded(content, name)
    found = _objects(text, name) if name.lower().endswith(".json") else _records(text, name)
    rows: list[Row] = []
    wrong: list[Wrong] = []
    for line, told in found:
        try:
            rows.append(_row(line, told, zone))
        except Wrong as problem:
            wrong.append(problem)
    return rows, wrong


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
        if "\0" not in text:
            return text
    raise Failure(
        N_('"{name}" is no text in UTF-8 or GBK (save it as CSV from your spreadsheet)'), name=name
    )


def read_until(text: str, zone: ZoneInfo) -> datetime:
    """Return when a day that a person wrote is over, or the exact time a program wrote.

    Raises:
        ValueError: it is no date.

    """
    day = _DATE.fullmatch(text)
    if day:
        year, month, date = (int(each) for each in day.groups())
        over = datetime(year, month, date) + timedelta(days=1)  # noqa: DTZ001 - its zone follows
        return over.replace(tzinfo=zone).astimezone(UTC)
    return moments.exact(text, zone)


def _records(text: str, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the lines of a CSV file by column, with the number of the line each begins on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    columns: list[str] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells, name)
                continue
            found = zip(columns, cells, strict=False)
            yield line, {column: fused(cell).strip() for column, cell in found if column}
    except csv.Error as cause:
        raise Failure(N_("{name}:{line}: cannot be read as CSV"), name=name, line=begins) from cause
    if not columns:
        raise Failure(N_('"{name}" is empty'), name=name)


def _columns(cells: Sequence[str], name: str) -> list[str]:
    columns = [_COLUMN.get(" ".join(cell.lower().split()), "") for cell in cells]
    if "mail" not in columns:
        raise Failure(
            N_(
                '{name}:1: no column "mail" in the first line'
                " (the columns are: mail, product, until, tags, note)"
            ),
            name=name,
        )
    return columns


def _objects(text: str, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the objects of a JSON list, numbered from 1."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise Failure(N_('"{name}" is no JSON'), name=name) from cause
    told = told.get("readers") if isinstance(told, dict) else told
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise Failure(N_('"{name}" is no list of readers'), name=name)
    for number, each in enumerate(told, 1):
        yield number, {_COLUMN.get(key.lower(), ""): _text(value) for key, value in each.items()}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value).strip()


def _row(line: int, told: Mapping[str, str], zone: ZoneInfo) -> Row:
    def text(name: str) -> str:
        return told.get(name, "").strip()

    mail, product = text("mail"), text("product")
    if not mail:
        raise Wrong(line, N_("the mail address is missing"))
    tags = (" ".join(each.split()) for each in _BETWEEN_TAGS.split(text("tags")))
    access = text("state")
    return Row(
        line=line,
        mail=mail,
        product=product,
        until=_until(line, text("until"), product, zone),
        tags=tuple(dict.fromkeys(each for each in tags if each)),
        note=text("note"),
        access=access if access in ("open", "over", "held") else "",  # type: ignore[arg-type]
        confirmed=_moment(line, "confirmed", text("confirmed"), zone),
        lang=text("lang"),
    )


def _until(line: int, text: str, product: str, zone: ZoneInfo) -> datetime | None:
    if text.lower() in _FOREVER:
        return None
    if product and not text:
        raise Wrong(
            line,
            N_('no date in "until" (write the last day that is paid, 2026-12-31, or forever)'),
        )
    return _moment(line, "until", text, zone)


def _moment(line: int, column: str, text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        return read_until(text, zone)
    except (ValueError, OverflowError) as cause:
        raise Wrong(
            line,
            N_('{column} "{text}" is no date (write 2026-12-31)'),
            column=column,
            text=text,
        ) from cause
