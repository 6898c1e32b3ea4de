"""How lead magnets do: asked, confirmed, fetched, in all and by post, campaign and week.

Days in the store are days in UTC, so a week here begins on Monday, 00:00 UTC. All of it counts
events, not people: who asks twice is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from publish.contract.catalogue import N_, Words
from publish.contract.manifest import Magnet, Manifest
from publish.paywall import tallying
from publish.paywall.ports import Store
from publish.paywall.tallying import WHATS, Tally

PARTS: Mapping[str, str] = {
    "post": N_("by post"),
    "campaign": N_("by campaign"),
    "week": N_("by week"),
}
"""The ways of looking, and what they are called."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Counts:
    """How often something was asked for, confirmed and fetched.

    `unasked` are those confirmed that nobody had to ask for: a code opens at once.
    """

    asked: int = 0
    confirmed: int = 0
    fetched: int = 0
    unasked: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return both together."""
        return Counts(
            self.asked + other.asked,
            self.confirmed + other.confirmed,
            self.fetched + other.fetched,
            self.unasked + other.unasked,
        )

    @property
    def confirmed_rate(self) -> float | None:
        """Return which part of those who asked confirmed; None where nobody has to ask."""
        return (self.confirmed - self.unasked) / self.asked if self.asked else None

    @property
    def fetched_rate(self) -> float | None:
        """Return which part of those who confirmed fetched the file; None for no part."""
        return self.fetched / self.confirmed if self.confirmed else None


@dataclass(frozen=True)
class Line:
    """The counts of one post (its id, "" for the magnet's page), campaign ("": none) or week."""

    name: str
    counts: Counts


@dataclass(frozen=True)
class Report:
    """How one lead magnet does; `magnet` is None when it is gone from the site."""

    id: str
    magnet: Magnet | None
    total: Counts = field(default_factory=Counts)
    posts: tuple[Line, ...] = ()
    campaigns: tuple[Line, ...] = ()
    weeks: tuple[Line, ...] = ()

    @property
    def status(self) -> str:
        """Return "published", "retired", or "gone" from the site."""
        return self.magnet.status if self.magnet else "gone"

    def lines(self, part: str) -> tuple[Line, ...]:
        """Return the lines of one of PARTS."""
        return {"post": self.posts, "campaign": self.campaigns, "week": self.weeks}[part]

    def title(self, lang: str) -> str:
        """Return its title in the language that is nearest to `lang` ("zh", "en")."""
        if self.magnet is None:
            return ""
        texts = self.magnet.texts
        near = next((code for code in texts if code.split("-")[0] == lang), "")
        return self.magnet.text(near).title


def reports(
    store: Store, manifest: Manifest, since: date | None = None, until: date | None = None
) -> list[Report]:
    """Return a report of each lead magnet of the site, then of those that are gone from it.

    `since` and `until` are the first and the last day that count, in UTC.

    Raises:
        StoreDown: the store does not answer.

    """
    gone = [each for each in tallying.magnets(store) if each not in manifest.magnets]
    found = [of(store, key, manifest, since, until) for key in (*manifest.magnets, *gone)]
    return [each for each in found if each.magnet or each.total != Counts()]


def of(
    store: Store,
    magnet: str,
    manifest: Manifest,
    since: date | None = None,
    until: date | None = None,
) -> Report:
    """Return the report of one lead magnet, also of one that is gone.

    Raises:
        StoreDown: the store does not answer.

    """
    found = [
        each
        for each in tallying.tallies(store, magnet)
        if (since is None or _day(each) >= since) and (until is None or _day(each) <= until)
    ]
    return Report(
        magnet,
        manifest.magnets.get(magnet),
        _sum(found),
        _largest(_by(found, lambda each: each.post)),
        _largest(_by(found, lambda each: each.campaign)),
        _without_gaps(_by(found, lambda each: monday(_day(each)).isoformat())),
    )


def total(found: Iterable[Report]) -> Counts:
    """Return the counts of several lead magnets together."""
    return sum((_to_add(each.total) for each in found), Counts())


def _to_add(counts: Counts) -> Counts:
    """Return counts as a part of more: confirmed where nobody has to ask spoils no rate."""
    return counts if counts.asked else replace(counts, unasked=counts.confirmed)


def together(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return weeks of several lead magnets as one row of weeks."""
    added: dict[str, Counts] = {}
    for line in lines:
        added[line.name] = added.get(line.name, Counts()) + line.counts
    return _without_gaps(added)


def monday(day: date) -> date:
    """Return the first day of an ISO week."""
    return day - timedelta(days=day.weekday())


def name(line: Line, part: str, manifest: Manifest, words: Words) -> str:
    """Return what a line of one of PARTS is about, in the creator's words."""
    if part == "week":
        return week_name(line.name)
    if part == "campaign":
        return line.name or words.gettext("no campaign")
    post = manifest.posts.get(line.name)
    return post.title if post else line.name or words.gettext("its own page")


def status_name(report: Report, words: Words) -> str:
    """Return why nobody new gets a lead magnet, in the creator's words; "" where all do."""
    if report.status == "gone":
        return words.gettext("no longer on the site")
    return words.gettext("retired") if report.status == "retired" else ""


def week_name(first: str) -> str:
    """Return a week as it is shown: "2026-W47 (11-16)", the day is its Monday."""
    day = date.fromisoformat(first)
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d} ({day:%m-%d})"


def percent(rate: float | None) -> str:
    """Return a rate as it is shown: "75%", "" for none."""
    return "" if rate is None else f"{rate:.0%}"


def _day(tally: Tally) -> date:
    return date.fromisoformat(tally.day)


def _sum(found: Iterable[Tally]) -> Counts:
    added = dict.fromkeys(WHATS, 0)
    for each in found:
        added[each.what] += each.count
    return Counts(**added)


def _by(found: Sequence[Tally], key: Callable[[Tally], str]) -> Mapping[str, Counts]:
    groups: dict[str, list[Tally]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return {name: _sum(group) for name, group in groups.items()}


def _largest(groups: Mapping[str, Counts]) -> tuple[Line, ...]:
    """Return what brought most first: confirmed counts, then asked."""
    lines = [Line(*each) for each in groups.items()]
    return tuple(sorted(lines, key=lambda each: (*_weight(each.counts), each.name)))


def _weight(counts: Counts) -> tuple[int, int]:
    return -counts.confirmed, -counts.asked


def _without_gaps(groups: Mapping[str, Counts]) -> tuple[Line, ...]:
    """Return weeks in order, also those between them in which nothing happened."""
    return tuple(Line(name, groups.get(name, Counts())) for name in _span(sorted(groups)))


def _span(weeks: Sequence[str]) -> Iterator[str]:
    at, last = (date.fromisoformat(weeks[0]), weeks[-1]) if weeks else (date.min, "")
    while at.isoformat() <= last:
        yield at.isoformat()
        at += _WEEK
