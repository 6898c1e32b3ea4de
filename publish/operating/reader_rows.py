"""Reading readers from a table with our own columns, in either language.

A date without a time is a day in the site's zone; what an export wrote is read back the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast, get_args
from zoneinfo import ZoneInfo

from publish.contract.catalogue import N_
from publish.operating import cells, dates, reader_files
from publish.operating.cells import Record, Sheet, Wrong
from publish.operating.reader_files import FOREVER
from publish.operating.readers import Letters
from publish.paywall import names, subscribing
from publish.paywall.collecting import Collected
from publish.paywall.subscribing import Consent
from publish.paywall.suppressing import Reason
from publish.trouble import Failure

Access: TypeAlias = Literal["", "open", "over", "held"]
_Dated: TypeAlias = Callable[[str, ZoneInfo], datetime]

_FOREVER = (FOREVER, "for good", "永久", "长期")
_YES = ("yes", "true", "1", "on", "y", "是", "开", "订阅", "subscribed")
_NO = ("no", "false", "0", "off", "n", "否", "关", "退订", "unsubscribed")
# What a line may hold: the store keeps no object over 400 KB, and a reader is none so large.
_LONGEST = 60_000


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says of a reader besides products: on which line, of whom.

    `letters` "on" wants `consent`, or somebody who says where it comes from; `letters_since` is
    when they came on the list, or left it.
    """

    line: int
    mail: str
    tags: tuple[str, ...] = ()
    confirmed: datetime | None = None
    lang: str = ""
    since: datetime | None = None
    name: str = ""
    letters: Letters = ""
    letters_since: datetime | None = None
    consent: Consent | None = None
    collected: tuple[Collected, ...] = ()
    customer: str = ""
    suppressed: Reason | None = None
    banned: bool = False
    pays: bool = False
    """Whether a subscription runs elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Row(About):
    """One line of a file: a reader, and at most one product.

    `until` None is for good where there is a product. `access` is what the exporter knew: what was
    "over" or "held" is not opened by reading it in.
    """

    product: str = ""
    until: datetime | None = None
    note: str = ""
    access: Access = ""


def read(sheet: Sheet, name: str, zone: ZoneInfo) -> tuple[list[Row], list[Wrong]]:
    """Return the rows of a table with our own columns, and the lines that are wrong.

    Raises:
        Failure: no column holds mail addresses.

    """
    if sheet.columns and not reader_files.has(sheet, "mail"):
        raise Failure(
            N_(
                '{name}:1: no column "mail" in the first line'
                " (the columns are: mail, product, until, tags, note)"
            ),
            name=name,
        )
    return each_row(sheet, lambda record: _row(reader_files.renamed(record), zone))


def each_row(sheet: Sheet, read: Callable[[Record], Row]) -> tuple[list[Row], list[Wrong]]:
    """Return what `read` makes of each record, and the lines that are wrong."""
    rows: list[Row] = []
    wrong: list[Wrong] = []
    for record in sheet.records:
        try:
            rows.append(read(checked(record)))
        except Wrong as problem:
            wrong.append(problem)
    return rows, wrong


def name(text: str) -> str:
    """Return a name to greet by, "" for what is none: strangers wrote it, and letters say it."""
    try:
        return names.first_name(" ".join(text.split()))
    except names.Invalid:
        return ""


def checked(record: Record) -> Record:
    """Return a record unless it is too long to be a reader.

    Raises:
        Wrong: it is.

    """
    if sum(map(len, record.cells.values())) > _LONGEST:
        raise Wrong(
            record.line, N_("the line is too long to be a reader (is a quotation mark left open?)")
        )
    return record


def moment(line: int, column: str, text: str, zone: ZoneInfo) -> datetime | None:
    """Return when something began, None for an empty cell.

    Raises:
        Wrong: it is no date.

    """
    return _dated(line, column, text, zone, dates.read_since) if text else None


def ends(line: int, text: str, zone: ZoneInfo) -> datetime | None:
    """Return when what a cell dates is over, None for an empty one.

    Raises:
        Wrong: it is no date.

    """
    return _dated(line, "until", text, zone, dates.read_until) if text else None


def yes(line: int, column: str, text: str) -> bool | None:
    """Return what a cell says, None for nothing.

    Raises:
        Wrong: it is neither yes nor no.

    """
    said = text.lower()
    if not said:
        return None
    if said not in (*_YES, *_NO):
        raise Wrong(
            line,
            N_('{column} "{text}" is neither yes nor no (write one of them)'),
            column=column,
            text=text,
        )
    return said in _YES


def _dated(line: int, column: str, text: str, zone: ZoneInfo, read: _Dated) -> datetime:
    try:
        return read(text, zone)
    except (ValueError, OverflowError) as cause:
        raise Wrong(
            line,
            N_('{column} "{text}" is no date (write 2026-12-31)'),
            column=column,
            text=text,
        ) from cause


def _row(record: Record, zone: ZoneInfo) -> Row:
    def text(column: str) -> str:
        return record.cells.get(column, "")

    line = record.line
    if not text("mail"):
        raise Wrong(line, N_("the mail address is missing"))
    access = text("state")
    row = Row(
        line=line,
        mail=text("mail"),
        product=text("product"),
        until=_until(line, text("until"), text("product"), zone),
        tags=cells.split(text("tags")),
        note=text("note"),
        access=cast(Access, access) if access in get_args(Access) else "",
        confirmed=moment(line, "confirmed", text("confirmed"), zone),
        lang=text("lang"),
        since=moment(line, "since", text("since"), zone),
        name=name(text("name")),
        customer=text("customer"),
        suppressed=_reason(line, text("suppressed")),
        banned=bool(yes(line, "banned", text("banned"))),
        collected=_collected(line, text("collected"), zone),
    )
    return _with_letters(row, record, zone)


def _with_letters(row: Row, record: Record, zone: ZoneInfo) -> Row:
    said = yes(record.line, "letters", record.cells.get("letters", ""))
    since = record.cells.get("letters_since", "")
    row = replace(
        row,
        letters="" if said is None else "on" if said else "off",
        letters_since=moment(record.line, "letters_since", since, zone),
    )
    return replace(row, consent=_consent(row, record, zone))


def _consent(row: Row, record: Record, zone: ZoneInfo) -> Consent | None:
    """Return the consent that a line tells of, None where it tells of none."""

    def text(column: str) -> str:
        return record.cells.get(column, "")

    way = text("consent_way")
    if not (text("consent") or text("consent_source") or way):
        return None
    if way not in ("", *get_args(subscribing.Way)):
        raise Wrong(
            row.line,
            N_('consent_way "{way}" is none (known: {known})'),
            way=way,
            known=", ".join(get_args(subscribing.Way)),
        )
    at = moment(row.line, "consent_at", text("consent_at"), zone) or row.letters_since
    if at is None:
        raise Wrong(row.line, N_('no date in "consent_at": when was it given?'))
    return Consent(
        words=text("consent"),
        lang=text("consent_lang") or row.lang,
        at=at,
        way=cast(subscribing.Way, way or "import"),
        page=text("consent_page"),
        post=text("consent_post"),
        magnet=text("consent_magnet"),
        campaign=_campaign(row.line, text("campaign")),
        source=text("consent_source"),
    )


def _campaign(line: int, cell: str) -> Mapping[str, str]:
    told = _json(line, "campaign", cell or "{}")
    if not isinstance(told, dict):
        raise _unreadable(line, "campaign")
    return {str(name): str(value) for name, value in told.items()}


def _collected(line: int, cell: str, zone: ZoneInfo) -> tuple[Collected, ...]:
    told = _json(line, "collected", cell or "[]")
    try:
        return tuple(_one_collected(each, zone) for each in told)
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as cause:
        raise _unreadable(line, "collected") from cause


def _one_collected(told: Mapping[str, Any], zone: ZoneInfo) -> Collected:
    magnet, fetched = str(told["magnet"]), told.get("fetched", "")
    if not magnet or not magnet.isprintable():
        raise ValueError(magnet)
    campaign = told.get("campaign", {})
    return Collected(
        magnet=magnet,
        lang=str(told["lang"]),
        at=dates.read_since(told["at"], zone),
        page=str(told.get("page", "")),
        post=str(told.get("post", "")),
        campaign={str(name): str(value) for name, value in campaign.items()},
        fetched=dates.read_since(fetched, zone) if fetched else None,
    )


def _json(line: int, column: str, cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as cause:
        raise _unreadable(line, column) from cause


def _unreadable(line: int, column: str) -> Wrong:
    return Wrong(
        line,
        N_('"{column}" is not as an export writes it (export again, or leave it empty)'),
        column=column,
    )


def _reason(line: int, text: str) -> Reason | None:
    if text in ("", *get_args(Reason)):
        return cast(Reason, text) if text else None
    raise Wrong(
        line,
        N_('suppressed "{text}" is none (known: {known})'),
        text=text,
        known=", ".join(get_args(Reason)),
    )


def _until(line: int, text: str, product: str, zone: ZoneInfo) -> datetime | None:
    if text.lower() in _FOREVER:
        return None
    if product and not text:
        raise Wrong(
            line,
            N_('no date in "until" (write the last day that is paid, 2026-12-31, or forever)'),
        )
    return ends(line, text, zone)
