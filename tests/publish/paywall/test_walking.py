"""Every object of a partition, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from publish.paywall.ports import Item, Put
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.walking import PAGE, every


class Asked(SqliteStore):
    """A store that counts how often it was asked."""

    pages = 0

    def query(self, *wanted: Any, **more: Any) -> Sequence[Item]:
        self.pages += 1
        return super().query(*wanted, **more)


@pytest.mark.parametrize(
    ("number", "pages"), [(0, 1), (3, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2)]
)
def test_all_are_there_in_order_and_none_is_asked_for_twice(
    tmp_path: Path, number: int, pages: int
) -> None:
    store = Asked(tmp_path / "s.sqlite")
    puts = [Put("p", f"k{at:04d}", {}) for at in range(number)]
    for first in range(0, number, 100):
        store.write(*puts[first : first + 100])
    assert [each.key for each in every(store, "p")] == [each.key for each in puts]
    assert store.pages == pages


def test_only_what_begins_with_the_prefix(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite")
    store.write(*(Put("p", key, {}) for key in ("a#1", "b#1", "b#2", "c#1")), Put("q", "b#3", {}))
    assert [each.key for each in every(store, "p", "b#")] == ["b#1", "b#2"]
