"""What lead magnets bring in this preview: tables, and a small chart of the last weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest, ManifestError, load
from publish.operating import magnet_report
from publish.operating.magnet_report import PARTS, Counts, Report, percent
from publish.paywall.ports import Store
from publish.preview import chart, mailbox
from publish.sandbox.pages import Page, page, text_of, words_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/_magnets/"
_MARK = N_("Counted in this preview only")
_STYLE = """\
.figures{max-width:44rem;margin:.5rem 0 1.2rem}.figures th:first-child{width:55%}
.figures th{overflow-wrap:anywhere}.figures tbody th{font-weight:400}
.figures td,.figures thead th:not(:first-child){text-align:end;white-space:nowrap}
.figures small{display:block}.figures tfoot *{font-weight:700}
@media (min-width:44rem){.figures td small{display:inline-block;min-width:4em}}
"""


@dataclass(frozen=True)
class Magnets:
    """A WSGI application under PREFIX that only shows."""

    generation: Path
    store: Store

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return mailbox.send(self._answer(mailbox.language(environ)), environ, start)

    def _answer(self, lang: str) -> Page:
        try:
            manifest = load(self.generation / "manifest.json")
        except ManifestError:
            return _page(lang, _soft(lang, N_("The site is not built yet")))
        found = magnet_report.reports(self.store, manifest)
        return _page(lang, _all(lang, manifest, found) if found else _none(lang))


def _page(lang: str, body: str) -> Page:
    _ = words_of(lang).gettext
    title = _("Lead magnets")
    whole = f"<h1>{text_of(title)}</h1>{mailbox.back(lang)}{body}"
    return page(lang, title, whole, wide=True, mark=_(_MARK), style=_STYLE + chart.STYLE)


def _soft(lang: str, text: str) -> str:
    return f'<p class="soft">{text_of(words_of(lang).gettext(text))}</p>'


def _none(lang: str) -> str:
    how = '<p><code>inkstead new magnet "…"</code></p>'
    return _soft(lang, N_("There is no lead magnet yet. This begins one:")) + how


def _all(lang: str, manifest: Manifest, found: Sequence[Report]) -> str:
    counted = [each for each in found if each.total != Counts()]
    if not counted:
        return _overview(lang, found) + _soft(lang, N_("Nobody asked yet."))
    weeks = magnet_report.together(line for each in counted for line in each.weeks)
    parts = [
        _soft(lang, N_("How often, not how many people. Days are those of UTC.")),
        _overview(lang, found),
        chart.drawn(lang, words_of(lang).gettext("All together"), weeks, "all")
        if len(counted) > 1
        else "",
        *(_one(lang, manifest, each, number) for number, each in enumerate(counted)),
    ]
    return "".join(parts)


def _overview(lang: str, found: Sequence[Report]) -> str:
    rows = [(_named(lang, each), each.total) for each in found]
    together = magnet_report.total(found) if len(found) > 1 else None
    return _table(lang, N_("Lead magnet"), rows, together)


def _named(lang: str, report: Report) -> str:
    """Return title and id, and of one that nobody new gets why."""
    title = text_of(report.title(lang) or report.id)
    status = magnet_report.status_name(report, words_of(lang))
    aside = " · ".join(filter(None, (report.id if report.magnet else "", status)))
    return f"{title}<small>{text_of(aside)}</small>"


def _one(lang: str, manifest: Manifest, report: Report, number: int) -> str:
    title = report.title(lang) or report.id
    words = words_of(lang)
    tables = [
        _table(
            lang,
            PARTS[part],
            [
                (text_of(magnet_report.name(line, part, manifest, words)), line.counts)
                for line in report.lines(part)
            ],
        )
        for part in ("week", "post", "campaign")
    ]
    drawn = chart.drawn(lang, title, report.weeks, str(number))
    return f"<section><h2>{text_of(title)}</h2>{drawn}{''.join(tables)}</section>"


def _table(
    lang: str, first: str, rows: Sequence[tuple[str, Counts]], together: Counts | None = None
) -> str:
    """Return counts with their rates; what `rows` are about is markup."""
    _ = words_of(lang).gettext
    heads = "".join(
        f'<th scope="col">{text_of(_(each))}</th>' for each in (first, *chart.NAMES.values())
    )
    body = "".join(_row(name, counts) for name, counts in rows)
    foot = _row(text_of(_("All together")), together) if together else ""
    return (
        f'<table class="figures"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>'
        + (f"<tfoot>{foot}</tfoot>" if foot else "")
        + "</table>"
    )


def _row(name: str, counts: Counts) -> str:
    rated = (
        (counts.confirmed, counts.confirmed_rate),
        (counts.fetched, counts.fetched_rate),
    )
    cells = "".join(f"<td>{number:,}<small>{percent(rate)}</small></td>" for number, rate in rated)
    return f'<tr><th scope="row">{name}</th><td>{counts.asked:,}</td>{cells}</tr>'
