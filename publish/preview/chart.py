"""A small chart of weeks as inline SVG, without script; the table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from publish.contract.catalogue import N_
from publish.operating.magnet_report import Counts, Line
from publish.sandbox.pages import text_of, words_of

WEEKS = 8
_WIDTH, _HEIGHT, _TOP, _FLOOR = 344, 150, 16, 126
_SLOT, _BAR = _WIDTH // WEEKS, 11
NAMES = {"asked": N_("Asked"), "confirmed": N_("Confirmed"), "fetched": N_("Fetched")}
"""What is counted, in the order in which it happens, and what it is called."""
STYLE = """\
.chart{margin:1rem 0;max-width:32rem}.chart svg{display:block;width:100%;height:auto}
.chart text{font:11px system-ui,sans-serif;fill:var(--soft);text-anchor:middle}
.chart line{stroke:var(--soft)}.chart figcaption{font-size:.94rem}
.chart i{display:inline-block;width:.8em;height:.8em;margin:0 .35em 0 1em}
.chart rect.asked{fill:none;stroke:var(--soft)}.chart i.asked{border:1px solid var(--soft)}
.chart .confirmed{fill:var(--do);background:var(--do)}
.chart .fetched{fill:var(--ink);background:var(--ink)}
@media print{.chart i{print-color-adjust:exact}}
"""


def drawn(lang: str, title: str, weeks: Sequence[Line], name: str) -> str:
    """Return the last weeks as bars; `name` makes the ids on the page differ."""
    _ = words_of(lang).gettext
    shown = weeks[-WEEKS:]
    heading = _("{title}: the last weeks").format(title=title)
    ids = f"chart-{name}", f"chart-{name}-text"
    return (
        f'<figure class="chart"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-labelledby="{ids[0]} {ids[1]}"><title id="{ids[0]}">{text_of(heading)}</title>'
        f'<desc id="{ids[1]}">{text_of(_told(lang, shown))}</desc>{_bars(shown)}</svg>'
        f"<figcaption>{_legend(lang)}</figcaption></figure>"
    )


def _told(lang: str, weeks: Sequence[Line]) -> str:
    """Return the chart in words."""
    _ = words_of(lang).gettext
    week = _("week of {day}: asked {asked}, confirmed {confirmed}, fetched {fetched}")
    return "; ".join(
        week.format(
            day=each.name,
            asked=each.counts.asked,
            confirmed=each.counts.confirmed,
            fetched=each.counts.fetched,
        )
        for each in weeks
    )


def _bars(weeks: Sequence[Line]) -> str:
    most = max(max(_of(each.counts)) for each in weeks)
    parts = [f'<line x1="0" x2="{_WIDTH}" y1="{_FLOOR}" y2="{_FLOOR}"/>']
    for number, week in enumerate(weeks):
        left = number * _SLOT + (_SLOT - 3 * _BAR) // 2
        parts += [
            _bar(kind, left + place * _BAR, n, most)
            for place, (kind, n) in enumerate(zip(NAMES, _of(week.counts), strict=True))
        ]
        parts.append(_label(number, _FLOOR + 15, f"{date.fromisoformat(week.name):%m-%d}"))
        highest = max(_of(week.counts))
        parts.append(_label(number, _FLOOR - _tall(highest, most) - 4, f"{highest:,}"))
    return "".join(parts)


def _bar(kind: str, left: int, n: int, most: int) -> str:
    tall = _tall(n, most)
    top = _FLOOR - tall
    return f'<rect class="{kind}" x="{left}.5" y="{top}" width="{_BAR - 2}" height="{tall}"/>'


def _tall(n: int, most: int) -> int:
    """Return how high a bar is; what is more than nothing is seen."""
    return max(2, round(n / most * (_FLOOR - _TOP))) if n else 0


def _label(number: int, y: int, text: str) -> str:
    return f'<text x="{number * _SLOT + _SLOT // 2}" y="{y}">{text}</text>'


def _of(counts: Counts) -> tuple[int, int, int]:
    return counts.asked, counts.confirmed, counts.fetched


def _legend(lang: str) -> str:
    _ = words_of(lang).gettext
    kinds = "".join(f'<i class="{kind}"></i>{text_of(_(name))}' for kind, name in NAMES.items())
    return f"{kinds} <small>{text_of(_('Weeks are named by their Monday.'))}</small>"
