"""Any sequence of operations leaves a store as it leaves a dictionary."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish.paywall.ports import ABSENT, Check, Conflict, Delete, Operation, Put, Store
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from tests.aws import Aws
from tests.publish.paywall.house import START, MovableClock

PARTITIONS = ("p", "q")
NAMES = ("a", "ab", "b", "中", "\U0001f58b")


class Model:
    """A store in a dictionary: the least that could be right."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.all: dict[tuple[str, str], tuple[Any, int, datetime | None]] = {}

    def living(self) -> dict[tuple[str, str], tuple[Any, int, datetime | None]]:
        now = self.clock()
        return {name: kept for name, kept in self.all.items() if kept[2] is None or kept[2] > now}

    def write(self, *operations: Operation) -> None:
        living = self.living()
        for each in operations:
            kept = living.get((each.partition, each.key))
            absent = each.expect == ABSENT and kept is None
            same = kept is not None and each.expect == kept[1]
            if not (each.expect is None or absent or same):
                raise Conflict
        for each in operations:
            name = (each.partition, each.key)
            if isinstance(each, Put):
                version = self.all[name][1] + 1 if name in self.all else 1
                self.all[name] = (dict(each.value), version, each.expires)
            elif isinstance(each, Delete):
                self.all.pop(name, None)

    def query(self, partition: str, prefix: str, after: str, limit: int, up_to: str) -> list[Any]:
        found = sorted(
            (name[1], kept) for name, kept in self.living().items() if name[0] == partition
        )
        return [
            (key, *kept)
            for key, kept in found
            if key.startswith(prefix) and key > after and (not up_to or key <= up_to)
        ][:limit]


expects = st.sampled_from([None, None, ABSENT, 1, 2, 3])
ends = st.sampled_from([None, None, *(START + timedelta(minutes=each) for each in (1, 3, 9))])
names = st.sampled_from(list(itertools.product(PARTITIONS, NAMES)))
values = st.dictionaries(st.text(max_size=3), st.none() | st.integers() | st.text(), max_size=2)


@st.composite
def writes(draw: Any) -> list[Operation]:
    chosen = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    made: list[Operation] = []
    for name in chosen:
        kind = draw(st.sampled_from(["put", "put", "delete", "check"]))
        if kind == "put":
            made.append(Put(*name, draw(values), draw(expects), draw(ends)))
        else:
            made.append((Delete if kind == "delete" else Check)(*name, draw(expects)))
    return made


steps = st.lists(writes() | st.integers(0, 4), min_size=1, max_size=12)
asked = st.tuples(
    st.sampled_from(PARTITIONS),
    st.sampled_from(["", "a", "中"]),
    st.sampled_from(["", "a", "ab", "zz"]),
    st.integers(0, 6),
    st.sampled_from(["", "ab", "中"]),
)


def same_life(store: Store, clock: MovableClock, life: list[Any], queries: list[Any]) -> None:
    """Live a life in the store and in a dictionary, and compare all the while."""
    model = Model(clock)
    for step in life:
        if isinstance(step, int):
            clock.move(minutes=step)
            continue
        outcomes = []
        for one in (model, store):
            try:
                one.write(*step)
                outcomes.append("written")
            except Conflict:
                outcomes.append("conflict")
        assert outcomes[0] == outcomes[1], step
    for partition, key in itertools.product(PARTITIONS, NAMES):
        kept, item = model.living().get((partition, key)), store.get(partition, key)
        assert (item and (item.value, item.version, item.expires)) == kept
    for query in queries:
        found = [(i.key, i.value, i.version, i.expires) for i in store.query(*query)]
        assert found == model.query(*query), query


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=steps, queries=st.lists(asked, max_size=5))
def test_a_file_is_like_a_dictionary(tmp_path: Path, life: list[Any], queries: list[Any]) -> None:
    """SQLite does what a dictionary does, whatever is done in whatever order."""
    clock = MovableClock()
    (tmp_path / "store.sqlite").unlink(missing_ok=True)
    store = SqliteStore(tmp_path / "store.sqlite", clock=clock)
    try:
        same_life(store, clock, life, queries)
    finally:
        store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=steps, queries=st.lists(asked, max_size=5))
def test_a_table_is_like_a_dictionary(aws: Aws, life: list[Any], queries: list[Any]) -> None:
    """DynamoDB does what a dictionary does, whatever is done in whatever order."""
    clock = MovableClock()
    store = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock)
    same_life(store, clock, life, queries)
