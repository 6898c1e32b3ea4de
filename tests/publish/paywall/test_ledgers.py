"""The ledger as it lies in the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from publish.paywall import keys, ledgers, rights
from publish.paywall.ports import Put
from publish.paywall.rights import Grant
from publish.paywall.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_grant_of_one_person_and_nothing_else_of_theirs(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.sqlite")
    mine = [Grant(f"g{at}", "course", "comp", NOW, note=str(at)) for at in range(3)]
    for owner, grants in (("A", mine), ("B", [Grant("h", "pass", "import", NOW)])):
        for each in grants:
            store.write(Put(keys.person(owner), keys.grant(each.id), rights.grant_value(each)))
    store.write(Put(keys.person("A"), keys.order("X"), {"made": keys.stamp(NOW)}))
    assert ledgers.of(store, "A") == mine
    assert ledgers.of(store, "C") == []
