"""Readers as a file: CSV that spreadsheets open, JSON for programs, the columns of both."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from publish.operating import cells
from publish.operating.cells import Record, Sheet
from publish.paywall import collecting
from publish.paywall.collecting import Collected

FOREVER = "forever"
Line: TypeAlias = Mapping[str, Any]
"""One line to write by column: text, several texts, or an object."""

# What other programs and people call the columns; the first Chinese name is what we write.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "mail": ("邮箱", "email", "e-mail", "mail address", "email address", "邮件", "电子邮件"),
    "product": ("产品",),
    "until": ("到期", "expires", "ends", "到期日", "有效期至"),
    "tags": ("标签", "tag"),
    "note": ("备注", "notes"),
    "state": ("权益状态",),
    "confirmed": ("确认时间", "已确认"),
    "lang": ("语言", "language"),
    "since": ("来的时间",),
    "name": ("姓名", "first name", "full name", "名字", "称呼", "昵称"),
    "letters": ("收信", "subscribed", "来信"),
    "letters_since": ("收信起始",),
    "consent": ("同意原文",),
    "consent_at": ("同意时间",),
    "consent_way": ("同意方式",),
    "consent_lang": ("同意语言",),
    "consent_page": ("同意页面",),
    "consent_post": ("同意文章",),
    "consent_magnet": ("同意引流礼",),
    "consent_source": ("同意来源",),
    "campaign": ("推广",),
    "magnets": ("引流礼",),
    "collected": ("领取记录",),
    "customer": ("支付客户", "stripe customer id", "stripe_customer_id"),
    "suppressed": ("停发",),
    "banned": ("封禁",),
}
COLUMNS = tuple(_NAMES)
CHINESE = tuple(names[0] for names in _NAMES.values())
_COLUMN = {name: column for column, names in _NAMES.items() for name in (column, *names)}


# ---- columns --------------------------------------------------------------------------------


def has(sheet: Sheet, column: str) -> bool:
    """Tell whether a table has one of our columns, by whatever name."""
    return any(_COLUMN.get(each) == column for each in sheet.columns)


def renamed(record: Record) -> Record:
    """Return a record by our columns; of two for one the first that says something counts."""
    told: dict[str, str] = {}
    for name, cell in record.cells.items():
        column = _COLUMN.get(name, "")
        told[column] = told.get(column) or cell
    return Record(record.line, told)


# ---- writing --------------------------------------------------------------------------------


def to_csv(lines: Iterable[Line], names: Sequence[str] = COLUMNS) -> bytes:
    """Return CSV with a byte order mark, without which Excel breaks Chinese; no cell runs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for line in lines:
        writer.writerow([cells.defused(_cell(line[column])) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def to_json(lines: Iterable[Line]) -> bytes:
    """Return a JSON list."""
    told = [as_object(line) for line in lines]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def as_object(line: Line) -> dict[str, Any]:
    """Return a line by column."""
    return {column: line[column] for column in COLUMNS}


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if all(isinstance(each, str) for each in value) and not isinstance(value, Mapping):
        return cells.joined(value)
    return json.dumps(value, ensure_ascii=False) if value else ""


def collected_value(found: Collected) -> dict[str, Any]:
    """Return what was collected as a file says it, without what is empty."""
    return {name: value for name, value in collecting.value_of(found).items() if value}
