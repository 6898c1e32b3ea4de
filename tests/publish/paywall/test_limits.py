"""Limits count exactly, by what they protect, and open again with the next window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publish.paywall import limits
from publish.paywall.limits import Rule
from publish.paywall.ports import Conflict
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import START, MovableClock

RULE = Rule("sending", 3)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "limits.sqlite", clock=clock)
    yield made
    made.close()


def test_so_many_pass_and_no_more(store: SqliteStore) -> None:
    """Three of five pass, and those that do not are not counted."""
    assert [limits.count(store, RULE, "a", START) for _ in range(5)] == [True] * 3 + [False] * 2


def test_a_silent_rule_says_no_beyond_its_limit_and_counts_on(store: SqliteStore) -> None:
    """What is done beyond the limit is the same as below it: a look and a write."""
    told = [limits.count(store, RULE, "a", START, silent=True) for _ in range(5)]
    assert told == [True] * 3 + [False] * 2
    (item,) = store.query(f"limit#sending#{limits.keys.hashed('a')[:32]}")
    assert item.value == {"count": 5}
    assert not limits.count(store, RULE, "a", START)


def test_each_key_and_each_rule_counts_for_itself(store: SqliteStore) -> None:
    """One reader's tries do not keep another out, nor one rule's the other's."""
    for _ in range(3):
        limits.count(store, RULE, "a", START)
    assert not limits.count(store, RULE, "a", START)
    assert limits.count(store, RULE, "b", START)
    assert limits.count(store, Rule("redeeming", 3), "a", START)


def test_the_next_window_is_open(store: SqliteStore, clock: MovableClock) -> None:
    """An hour's limit is over with the hour, a day's with the day."""
    day = Rule("day", 1, timedelta(days=1))
    for rule in (RULE, day):
        while limits.count(store, rule, "a", clock()):
            pass
    clock.move(minutes=59, seconds=59)
    assert not limits.count(store, RULE, "a", clock())
    clock.move(seconds=1)
    assert limits.count(store, RULE, "a", clock())
    assert not limits.count(store, day, "a", clock())
    clock.now = START.replace(hour=0) + timedelta(days=1)
    assert limits.count(store, day, "a", clock())


def test_no_address_lies_in_the_store(store: SqliteStore) -> None:
    """What is counted is hashed, so that counters tell nobody's address."""
    limits.count(store, RULE, "reader@example.test", START)
    with store._borrowed() as connection:
        rows = connection.execute("SELECT partition, key, value FROM items").fetchall()
    assert len(rows) == 1
    assert "reader" not in str(rows)


def test_counters_end(store: SqliteStore, clock: MovableClock) -> None:
    """A counter is gone some time after its window."""
    limits.count(store, RULE, "a", START)
    (item,) = store.query(f"limit#sending#{limits.keys.hashed('a')[:32]}")
    assert item.expires == START + timedelta(hours=2)


def test_a_counter_that_nobody_can_write_says_no(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When others are always first, it is too often: in doubt no. It waits a little meanwhile."""

    def conflict(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr(store, "write", conflict)
    waits: list[float] = []
    assert limits.count(store, RULE, "a", START, waits.append) is False
    assert len(waits) > 20
    assert max(waits) <= 0.05
