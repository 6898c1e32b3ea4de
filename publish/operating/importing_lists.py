"""Lists as other houses export them: Substack, Ghost, listmonk, Mailchimp, and plain tables.

Who gets mail from such a house has confirmed the address there. Who left, or whose mail comes back,
is brought in as just that, so that no later file puts them on the list. A subscription that runs is
no right here: it lies at the payment provider, and is taken over from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from publish.contract.catalogue import N_
from publish.operating import cells, dates, reader_files, reader_rows
from publish.operating.cells import Record, Sheet, Wrong
from publish.operating.reader_rows import Row
from publish.trouble import Failure

Format: TypeAlias = Literal["plain", "substack", "ghost", "listmonk", "mailchimp"]
FORMATS: tuple[Format, ...] = get_args(Format)

# A file with all columns of one of the groups is from there.
_SIGNS: Mapping[Format, tuple[frozenset[str], ...]] = {
    "ghost": (frozenset({"subscribed_to_emails"}), frozenset({"complimentary_plan"})),
    "substack": (
        frozenset({"email", "active_subscription"}),
        frozenset({"email", "email_disabled"}),
        frozenset({"email", "stripe plan", "start date"}),
    ),
    "listmonk": (frozenset({"uuid", "email", "status"}),),
    "mailchimp": (
        frozenset({"email address", "leid"}),
        frozenset({"email address", "optin_time"}),
        frozenset({"email address", "member_rating"}),
    ),
}
_FREE = ("", "free", "other", "none", "author")
_GIFTS = ("comp", "gift", "lifetime")
# What other houses call a column that says who left: too many ways to guess them.
_DOUBTFUL = frozenset(
    (
        "status",
        "subscription status",
        "subscription_status",
        "email status",
        "email_status",
        "subscriber status",
        "unsubscribed",
        "unsubscribed at",
        "unsubscribed_at",
        "unsubscribe date",
        "opted out",
        "opt-out",
        "opt_out",
        "active",
        "bounced",
        "状态",
        "订阅状态",
        "是否订阅",
        "退订",
        "退订时间",
    )
)
_Status: TypeAlias = Literal["subscribed", "unsubscribed", "nonsubscribed", "cleaned"]
_STATUSES: tuple[_Status, ...] = get_args(_Status)


@dataclass(frozen=True)
class Foreign:
    """What to read a list by: its file's name, the site's zone, and what paying there is worth.

    `grant` is the product that a gift there is here, and what is paid until a day, "" for none.
    """

    name: str
    zone: ZoneInfo
    now: datetime
    grant: str = ""


def guessed(sheet: Sheet) -> Format:
    """Return where a table is from, by the names of its columns."""
    columns = set(sheet.columns)
    return next(
        (format_ for format_, signs in _SIGNS.items() if any(each <= columns for each in signs)),
        "plain",
    )


def read(sheet: Sheet, format_: Format, foreign: Foreign) -> tuple[list[Row], list[Wrong]]:
    """Return the rows of a list, and the lines that are wrong.

    Raises:
        Failure: the file as a whole is no such list.

    """
    if format_ == "plain":
        return reader_rows.read(sheet, foreign.name, foreign.zone)
    if not {"email", "email address"} & set(sheet.columns):
        raise Failure(
            N_('{name}:1: no column "email" in the first line (is it from there? see --from)'),
            name=foreign.name,
        )
    reading = _READING[format_]
    return reader_rows.each_row(sheet, lambda record: reading(_Told(record, foreign)))


def everybody(sheet: Sheet, rows: list[Row], name: str) -> list[Row]:
    """Return the rows of a table that says of nobody whether they get letters: all do.

    Raises:
        Failure: a column may say who does not, in words of its own.

    """
    if reader_files.has(sheet, "letters"):
        return rows
    doubtful = next((each for each in sheet.columns if each in _DOUBTFUL), None)
    if doubtful:
        raise Failure(
            N_(
                '{name}:1: the column "{column}" may say who left (call it "letters" and write on'
                " or off in it, or take it out)"
            ),
            name=name,
            column=doubtful,
        )
    return [row if row.suppressed else replace(row, letters="on") for row in rows]


# ---- one line -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """One line, and what to read it by."""

    record: Record
    foreign: Foreign

    def text(self, *columns: str) -> str:
        """Return the first of some cells that says something."""
        return next(filter(None, (self.record.cells.get(each, "") for each in columns)), "")

    def yes(self, column: str) -> bool | None:
        """Return what a cell says, None for nothing."""
        return reader_rows.yes(self.record.line, column, self.text(column))

    def at(self, *columns: str, zone: ZoneInfo | None = None) -> datetime | None:
        """Return the first time of some cells; what is none is as good as nothing."""
        for text in filter(None, (self.text(each) for each in columns)):
            try:
                return dates.read_since(text, zone or self.foreign.zone)
            except (ValueError, OverflowError):
                continue
        return None

    def row(self, *, name: str, on: bool | None, since: datetime | None) -> Row:
        """Return the row of who gets letters since a time, left them then, or neither."""
        mail = self.text("email", "email address")
        if not mail:
            raise Wrong(self.record.line, N_("the mail address is missing"))
        return Row(
            line=self.record.line,
            mail=mail,
            name=reader_rows.name(name),
            letters="" if on is None else "on" if on else "off",
            letters_since=since,
            confirmed=(since or self.foreign.now) if on else None,
        )

    def paid(self, row: Row, until: datetime | None) -> Row:
        """Return a row with what the site gives for a gift there, or for what is paid."""
        if not self.foreign.grant:
            return row
        return replace(row, product=self.foreign.grant, until=until)


def _substack(told: _Told) -> Row:
    since = told.at("created_at", "start date")
    disabled = told.yes("email_disabled")
    row = told.row(name=told.text("name"), on=not disabled, since=None if disabled else since)
    plan = told.text("type", "plan", "stripe plan").lower()
    active = told.yes("active_subscription")
    running = plan not in _FREE if active is None else active
    if not running:
        return row
    gift = any(each in plan for each in _GIFTS)
    until = reader_rows.ends(told.record.line, told.text("expiry"), told.foreign.zone)
    row = replace(row, pays=not gift)
    return told.paid(row, until) if gift or until else row


def _ghost(told: _Told) -> Row:
    on = told.yes("subscribed_to_emails")
    row = told.row(name=told.text("name"), on=on, since=told.at("created_at") if on else None)
    tiers = cells.split(told.text("tiers", "products"))
    customer = told.text("stripe_customer_id")
    row = replace(
        row,
        note=told.text("note"),
        tags=tuple(dict.fromkeys((*cells.split(told.text("labels")), *tiers))),
        customer=customer,
    )
    if told.yes("complimentary_plan"):
        return told.paid(row, None)
    has_tiers = "tiers" in told.record.cells or "products" in told.record.cells
    return replace(row, pays=bool(customer and (tiers or not has_tiers)))


def _listmonk(told: _Told) -> Row:
    status = told.text("status").lower()
    if status not in ("enabled", "disabled", "blocklisted"):
        raise Wrong(
            told.record.line,
            N_('status "{status}" is none of listmonk (known: enabled, disabled, blocklisted)'),
            status=status,
        )
    list_status = told.text("subscription_status").lower()
    on = None if list_status == "unconfirmed" else list_status != "unsubscribed"
    if status != "enabled":
        on = False
    row = told.row(name=told.text("name"), on=on, since=told.at("created_at") if on else None)
    suppressed: Literal["bounced"] | None = "bounced" if status == "blocklisted" else None
    return replace(row, tags=cells.split(told.text("lists", "tags")), suppressed=suppressed)


def _mailchimp(told: _Told) -> Row:
    status = _status(told.record, told.foreign.name)
    on = {"subscribed": True, "unsubscribed": False}.get(status)
    times = ("confirm_time", "optin_time") if on else ("unsub_time",)
    row = told.row(
        name=told.text("first name", "fname", "name"),
        on=on,
        since=told.at(*times, zone=ZoneInfo("UTC")),
    )
    return replace(
        row,
        tags=cells.split(told.text("tags")),
        note=told.text("notes"),
        suppressed="bounced" if status == "cleaned" else None,
    )


_READING: Mapping[Format, Callable[[_Told], Row]] = {
    "substack": _substack,
    "ghost": _ghost,
    "listmonk": _listmonk,
    "mailchimp": _mailchimp,
}


def _status(record: Record, name: str) -> _Status:
    """Return the status of who stands in a file of Mailchimp's, which its name tells best.

    Raises:
        Failure: it does not.

    """
    file = name.replace("\\", "/").rpartition("/")[2].lower()
    named = next((each for each in _STATUSES if file.startswith(each)), None)
    if named and named != "subscribed":
        return named
    if record.cells.get("clean_time"):
        return "cleaned"
    if record.cells.get("unsub_time"):
        return "unsubscribed"
    if named or "unsub_time" in record.cells:
        return "subscribed"
    raise Failure(
        N_(
            '"{name}" does not say whether these people are subscribed (name it as Mailchimp'
            " did: subscribed_…, unsubscribed_…, nonsubscribed_… or cleaned_…)"
        ),
        name=name,
    )
