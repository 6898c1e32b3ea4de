"""Counting lead magnets: numbers by day, post and campaign, and nobody in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from publish.paywall import keys, tallying
from publish.paywall.ports import Conflict, Put
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.tallying import Tally

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Any) -> SqliteStore:
    return SqliteStore(tmp_path / "store.sqlite")


def told(store: Any, magnet: str = "checklist") -> list[Tally]:
    return list(tallying.tallies(store, magnet))


def test_the_same_is_counted_in_one_place(store: SqliteStore) -> None:
    """Post and campaign make a place of their own."""
    letter = {"utm_source": "letter", "utm_campaign": "autumn"}
    for _ in range(3):
        tallying.note(store, "checklist", "asked", NOON, post="free", campaign=letter)
    tallying.note(store, "checklist", "asked", NOON, post="free")
    assert sorted(told(store), key=lambda each: each.count) == [
        Tally("2026-11-22", "asked", "free", "", 1),
        Tally("2026-11-22", "asked", "free", "letter / autumn", 3),
    ]


def test_a_day_is_one_in_utc_whatever_the_zone_of_the_clock(store: SqliteStore) -> None:
    """01:00 in Shanghai is the day before."""
    shanghai = timezone(timedelta(hours=8))
    tallying.note(store, "checklist", "asked", datetime(2026, 11, 23, 1, tzinfo=shanghai))
    assert [each.day for each in told(store)] == ["2026-11-22"]


def test_all_that_was_ever_counted_is_listed_once(store: SqliteStore) -> None:
    """Also what the site has no longer; nothing else tells of it."""
    for magnet in ("gone-by", "checklist", "checklist"):
        for days in range(2):
            tallying.note(store, magnet, "asked", NOON + timedelta(days=days))
    assert tallying.magnets(store) == ["checklist", "gone-by"]
    assert store.query(keys.MAGNETS)[0].value == {}


def test_a_count_that_stands_is_one_write_of_one_thing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first of a day names the magnet in the list."""
    writes: list[tuple[object, ...]] = []
    real = store.write
    monkeypatch.setattr(store, "write", lambda *given: (writes.append(given), real(*given))[1])
    for _ in range(2):
        tallying.note(store, "checklist", "asked", NOON)
    assert [len(each) for each in writes] == [2, 1]


def test_where_too_many_count_at_once_nobody_waits(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is lost; whoever asked gets an answer."""

    def refuses(*given: Put) -> None:
        raise Conflict

    monkeypatch.setattr(store, "write", refuses)
    tallying.note(store, "checklist", "asked", NOON)
    assert told(store) == []


def test_a_campaign_is_cut_and_only_its_name_is_kept() -> None:
    """Whatever an address says, it fits a line."""
    assert tallying.campaign_name({"utm_term": "x", "utm_medium": "mail"}) == "mail"
    assert tallying.campaign_name({}) == ""
    long = tallying.campaign_name({"utm_source": "a" * 90, "utm_campaign": "b" * 90})
    assert len(long) == 100


def test_campaigns_that_strangers_make_up_fill_a_day_and_no_more(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line ever expires: the rest of the day is counted together, by post."""
    monkeypatch.setattr(tallying, "_MOST", 3)
    for number in range(20):
        made_up = {"utm_source": f"x{number}"}
        tallying.note(store, "checklist", "asked", NOON, post="free", campaign=made_up)
    for _ in range(2):
        tallying.note(store, "checklist", "asked", NOON, campaign={"utm_source": "x1"})
        tallying.note(store, "checklist", "asked", NOON, post="free", campaign={"utm_source": "x1"})
        tallying.note(store, "checklist", "asked", NOON, post="new")
    found = {(each.post, each.campaign): each.count for each in told(store)}
    assert found == {
        ("free", "x0"): 1, ("free", "x1"): 3, ("free", "x2"): 1, ("free", "…"): 17, ("", "…"): 2,
        ("new", ""): 2,
    }  # fmt: skip
    tallying.note(store, "checklist", "confirmed", NOON, campaign={"utm_source": "x4"})
    tallying.note(store, "checklist", "asked", NOON + timedelta(days=1), campaign={"utm_term": "x"})
    tallying.note(
        store, "checklist", "asked", NOON + timedelta(days=1), campaign={"utm_source": "x9"}
    )
    assert {each.campaign for each in told(store)} >= {"x4", "x9"}
