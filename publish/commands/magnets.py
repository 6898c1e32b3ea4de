"""`inkstead magnets`: how often lead magnets were asked for, confirmed and fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import click

from publish.commands.asking import span
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.contract.manifest import Manifest
from publish.operating import magnet_report
from publish.operating.magnet_report import PARTS, Counts, Report, percent
from publish.screen import table
from publish.trouble import WrongUsage

_Span: TypeAlias = tuple[date | None, date | None]
_CELLS = 20
_FULL, _LIGHT = "█", "░"


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "magnets",
        _magnets,
        (
            _("what lead magnets bring"),
            _(
                "Show how often each lead magnet was asked for, confirmed and fetched; of one, also"
                " by post, campaign and week. It counts how often, not how many people. Days and"
                " weeks are those of UTC."
            ),
        ),
        click.Argument(["magnet"], required=False, metavar="[ID]"),
        click.Option(
            ["--by", "by"], type=click.Choice(list(PARTS)), metavar="post|campaign|week",
            help=_("Show each by post, by campaign or by week."),
        ),
        click.Option(["--since", "since"], metavar="DATE", help=_("From this day on.")),
        click.Option(
            ["--until", "until"], metavar="DATE", help=_("Until this day, and all of that day.")
        ),
        examples=(
            ("inkstead magnets", ""),
            ("inkstead magnets checklist --since 2026-11-01", ""),
            ("inkstead magnets --by campaign --live", ""),
        ),
    )  # fmt: skip


def _magnets(
    call: Call, magnet: str | None, by: str | None, since: str | None, until: str | None
) -> int:
    days = _span(since, until)
    with talking(call) as talk:
        with talk.counting(call.words.gettext("reading")):
            found = _found(talk, magnet, days)
        parts = (by,) if by else tuple(PARTS) if magnet else ()
        told = {
            "since": since and str(days[0]),
            "until": until and str(days[1]),
            "magnets": [_value(each, talk.desk.manifest, talk.lang) for each in found],
            "total": _counts_value(magnet_report.total(found)),
        }
        talk.end(told, *_lines(talk, found, parts, any(days)))
    return 0


def _span(since: str | None, until: str | None) -> _Span:
    """Return the first and the last day that count."""
    begins, ends = span(since or "", until or "", ZoneInfo("UTC"))
    return begins and begins.date(), ends and (ends - datetime.resolution).date()


def _found(talk: Talk, magnet: str | None, days: _Span) -> list[Report]:
    store, manifest = talk.desk.world.store, talk.desk.manifest
    if not magnet:
        return magnet_report.reports(store, manifest, *days)
    named = magnet_report.of(store, magnet, manifest, *days)
    if named.magnet or named.total != Counts():
        return [named]
    known = magnet_report.reports(store, manifest, *days)
    raise WrongUsage(
        N_('"{magnet}" is no lead magnet here (known: {known})'),
        magnet=magnet,
        known=", ".join(each.id for each in known) or "–",
    )


# ---- for a person ---------------------------------------------------------------------------


def _lines(talk: Talk, found: Sequence[Report], parts: Sequence[str], dated: bool) -> list[str]:
    _ = talk.words.gettext
    if not found:
        return [_('no lead magnets yet (begin one: inkstead new magnet "A checklist")')]
    nothing = magnet_report.total(found) == Counts()
    closer = [line for part in parts for each in found for line in _part(talk, each, part)]
    return [
        *_overview(talk, found),
        *([*closer, ""] if closer else []),
        *([_nothing(talk, found, dated)] if nothing else _legend(talk)),
    ]


def _nothing(talk: Talk, found: Sequence[Report], dated: bool) -> str:
    _ = talk.words.gettext
    if dated:
        return _("nothing was counted in this time")
    return _("nobody asked yet (a line of its own shows the form in a post: {marker})").format(
        marker=f"<!-- magnet: {found[0].id} -->"
    )


def _legend(talk: Talk) -> list[str]:
    _ = talk.words.gettext
    return [
        _("{full} confirmed, {light} asked and not confirmed").format(full=_FULL, light=_LIGHT),
        _("how often, not how many people; days are those of UTC"),
    ]


def _overview(talk: Talk, found: Sequence[Report]) -> list[str]:
    _ = talk.words.gettext
    longest = max(_length(each.total) for each in found)
    rows = [
        (
            each.id,
            each.title(talk.lang),
            *_figures(each.total, longest),
            magnet_report.status_name(each, talk.words),
        )
        for each in found
    ]
    if len(found) > 1:  # without a bar, which would make all others small
        rows.append((_("all together"), "", *_figures(magnet_report.total(found), 0), ""))
    return _with_heads(talk, ("", ""), rows, ("",))


def _part(talk: Talk, report: Report, part: str) -> list[str]:
    """Return one table of a lead magnet, with a heading; none when there is nothing."""
    lines = report.lines(part)
    if not lines:
        return []
    longest = max(_length(each.counts) for each in lines)
    rows = [
        (
            magnet_report.name(each, part, talk.desk.manifest, talk.words),
            *_figures(each.counts, longest),
        )
        for each in lines
    ]
    head = talk.words.gettext("{magnet}, {part}:").format(
        magnet=report.id, part=talk.words.gettext(PARTS[part])
    )
    return ["", head, *(f"  {row}" for row in _with_heads(talk, ("",), rows))]


def _with_heads(
    talk: Talk,
    before: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    after: tuple[str, ...] = (),
) -> list[str]:
    """Return a table of figures with the names of its columns."""
    _ = talk.words.gettext
    heads = (_("Asked"), _("Confirmed"), "", _("Fetched"), "", "")
    return table(_right([(*before, *heads, *after), *rows], len(before)))


def _right(rows: Sequence[tuple[str, ...]], first: int) -> list[tuple[str, ...]]:
    """Return rows whose five columns of figures, from the `first` on, end at the same cell."""
    from rich.cells import cell_len

    figures = range(first, first + 5)
    widths = {n: max(cell_len(row[n]) for row in rows) for n in figures}
    return [
        tuple(
            " " * (widths[n] - cell_len(cell)) + cell if n in widths else cell
            for n, cell in enumerate(row)
        )
        for row in rows
    ]


def _figures(counts: Counts, longest: int) -> tuple[str, ...]:
    return (
        f"{counts.asked:,}",
        f"{counts.confirmed:,}",
        percent(counts.confirmed_rate),
        f"{counts.fetched:,}",
        percent(counts.fetched_rate),
        _bar(counts, longest),
    )


def _length(counts: Counts) -> int:
    return max(counts.asked, counts.confirmed)


def _bar(counts: Counts, longest: int) -> str:
    """Return a bar as long as what was asked, full where it was confirmed; 0: no bar."""
    if not longest:
        return ""
    full = _cells(counts.confirmed, longest)
    return _FULL * full + _LIGHT * (_cells(_length(counts), longest) - full)


def _cells(n: int, longest: int) -> int:
    """Return how many cells show a number; what is more than nothing shows at least one."""
    return max(1, round(n / longest * _CELLS)) if n else 0


# ---- for a program --------------------------------------------------------------------------


def _value(report: Report, manifest: Manifest, lang: str) -> dict[str, Any]:
    """Return a report as JSON takes it."""
    magnet = report.magnet
    posts = manifest.posts
    return {
        "id": report.id,
        "title": report.title(lang),
        "status": report.status,
        "way": magnet.way if magnet else "",
        **_counts_value(report.total),
        "posts": [
            {"post": each.name, "title": posts[each.name].title if each.name in posts else ""}
            | _counts_value(each.counts)
            for each in report.posts
        ],
        "campaigns": [
            {"campaign": each.name} | _counts_value(each.counts) for each in report.campaigns
        ],
        "weeks": [{"monday": each.name} | _counts_value(each.counts) for each in report.weeks],
    }


def _counts_value(counts: Counts) -> dict[str, Any]:
    """Return counts and rates as JSON takes them."""
    return {
        "asked": counts.asked,
        "confirmed": counts.confirmed,
        "fetched": counts.fetched,
        "confirmed_rate": _rounded(counts.confirmed_rate),
        "fetched_rate": _rounded(counts.fetched_rate),
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)
