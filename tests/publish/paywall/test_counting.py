"""Counted by day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from publish.paywall import counting
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import MovableClock


def test_each_day_has_its_own_number(tmp_path: Path) -> None:
    clock = MovableClock()
    store = SqliteStore(tmp_path / "s.sqlite", clock=clock)
    for days in (0, 0, 1):
        clock.move(days=days)
        counting.note(store, "foreign-event", clock())
    assert counting.counted(store, "foreign-event") == {"2026-11-22": 2, "2026-11-23": 1}
    assert counting.counted(store, "other") == {}


def test_many_at_once_are_all_or_nearly_all_counted(tmp_path: Path) -> None:
    clock = MovableClock()
    store = SqliteStore(tmp_path / "s.sqlite", clock=clock)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: counting.note(store, "x", clock()), range(12)))
    assert sum(counting.counted(store, "x").values()) == 12
