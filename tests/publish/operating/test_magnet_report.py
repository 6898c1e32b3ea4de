"""How lead magnets do: what the store counted, put together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.contract.manifest import load
from publish.operating import magnet_report
from publish.operating.magnet_report import Counts, Line, of, reports
from publish.paywall import tallying
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.generation import make_generation

SUNDAY = datetime(2026, 11, 15, 23, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    return load(make_generation(tmp_path_factory.mktemp("site")) / "manifest.json")


@pytest.fixture
def store(tmp_path: Path):
    return SqliteStore(tmp_path / "store.sqlite")


def note(store, what, at=SUNDAY, magnet="checklist", **given):
    tallying.note(store, magnet, what, at, **given)


def named(lines):
    return {each.name: each.counts for each in lines}


def test_every_magnet_of_the_site_has_a_report_before_anybody_asks(store, manifest):
    found = reports(store, manifest)
    assert [each.id for each in found] == list(manifest.magnets)
    assert {each.total for each in found} == {Counts()}
    assert found[0].posts == found[0].campaigns == found[0].weeks == ()


def test_counts_are_put_together_by_post_campaign_and_week(store, manifest):
    letter = {"utm_source": "letter", "utm_campaign": "autumn"}
    note(store, "asked", post="free", campaign=letter)
    note(store, "asked", post="free", campaign=letter)
    note(store, "confirmed", SUNDAY + timedelta(minutes=1), post="free", campaign=letter)
    note(store, "asked", SUNDAY + timedelta(days=9))
    found = of(store, "checklist", manifest)
    assert found.total == Counts(asked=3, confirmed=1)
    assert named(found.posts) == {"free": Counts(2, 1), "": Counts(1)}
    assert named(found.campaigns) == {"letter / autumn": Counts(2, 1), "": Counts(1)}
    assert found.weeks == (
        Line("2026-11-09", Counts(2)),
        Line("2026-11-16", Counts(0, 1)),
        Line("2026-11-23", Counts(1)),
    )


def test_what_brought_most_comes_first(store, manifest):
    for post, asked, confirmed in (("a", 5, 0), ("b", 1, 1), ("c", 4, 1)):
        for what, n in (("asked", asked), ("confirmed", confirmed)):
            for _ in range(n):
                note(store, what, post=post)
    assert [each.name for each in of(store, "checklist", manifest).posts] == ["c", "b", "a"]


def test_a_week_without_anything_is_a_week(store, manifest):
    note(store, "asked")
    note(store, "asked", SUNDAY + timedelta(weeks=3))
    weeks = of(store, "checklist", manifest).weeks
    assert [each.counts.asked for each in weeks] == [1, 0, 0, 1]


def test_the_first_and_the_last_day_count(store, manifest):
    for days in range(5):
        note(store, "asked", SUNDAY + timedelta(days=days))
    found = of(store, "checklist", manifest, date(2026, 11, 16), date(2026, 11, 18))
    assert found.total.asked == 3
    assert of(store, "checklist", manifest, until=date(2026, 11, 15)).total.asked == 1
    assert of(store, "checklist", manifest, since=date(2026, 11, 15)).total.asked == 5


def test_what_is_gone_from_the_site_comes_last_unless_nothing_was_counted(store, manifest):
    note(store, "asked", magnet="gone-by")
    found = reports(store, manifest)
    assert found[-1].id == "gone-by"
    assert (found[-1].magnet, found[-1].title("en")) == (None, "")
    later = reports(store, manifest, since=date(2026, 12, 1))
    assert [each.id for each in later] == list(manifest.magnets)


def test_a_code_opens_without_asking_so_there_is_no_rate_of_it(store, manifest):
    note(store, "confirmed", magnet="清单")
    counts = of(store, "清单", manifest).total
    assert (counts.confirmed_rate, counts.fetched_rate) == (None, 0)
    assert Counts(4, 3, 1).confirmed_rate == 0.75


def test_what_nobody_has_to_ask_for_does_not_raise_the_rate_of_all_together(store, manifest):
    for what, n in (("asked", 4), ("confirmed", 1)):
        for _ in range(n):
            note(store, what)
    for _ in range(8):
        note(store, "confirmed", magnet="清单")
    together = magnet_report.total(reports(store, manifest))
    assert (together.asked, together.confirmed) == (4, 9)
    assert together.confirmed_rate == 0.25


def test_the_title_is_in_the_creators_language_else_in_the_first(store, manifest):
    found = of(store, "checklist", manifest)
    assert (found.title("en"), found.title("zh")) == ("checklist (en)", "checklist (zh-Hans)")
    assert found.title("fr") == next(iter(found.magnet.texts.values())).title


def test_a_week_is_named_by_its_number_and_its_monday():
    assert magnet_report.week_name("2026-12-28") == "2026-W53 (12-28)"
    assert magnet_report.monday(date(2027, 1, 3)) == date(2026, 12, 28)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60), st.sampled_from(tallying.WHATS), st.sampled_from(["", "a", "b"])
        ),
        max_size=12,
    )
)
def test_each_way_of_looking_adds_up_to_the_total(manifest, tmp_path_factory, events):
    """Nothing is lost and nothing counted twice, however it is grouped."""
    store = SqliteStore(tmp_path_factory.mktemp("s") / "store.sqlite")
    for days, what, post in events:
        note(store, what, SUNDAY + timedelta(days=days), post=post, campaign={"utm_source": post})
    found = of(store, "checklist", manifest)
    for lines in (found.posts, found.campaigns, found.weeks):
        assert sum((each.counts for each in lines), Counts()) == found.total
    assert magnet_report.together([*found.weeks, *found.weeks]) == tuple(
        Line(each.name, each.counts + each.counts) for each in found.weeks
    )
    store.close()
