"""What every store promises: on a real file and on a table of a real DynamoDB emulator."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.paywall import limits
from publish.paywall.ports import (
    ABSENT,
    MOST_BYTES,
    MOST_OPERATIONS,
    Check,
    Conflict,
    Delete,
    Item,
    Operation,
    Put,
    Store,
)
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from tests.aws import Aws
from tests.publish.paywall.house import START, MovableClock

Made = tuple[Store, MovableClock]


@pytest.fixture(params=["sqlite", "dynamodb"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    clock = MovableClock()
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "store.sqlite", clock=clock)
        yield store, clock
        store.close()
    else:
        aws: Aws = request.getfixturevalue("aws")
        yield DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock), clock


@pytest.fixture
def store(made: Made) -> Store:
    return made[0]


@pytest.fixture
def clock(made: Made) -> MovableClock:
    return made[1]


def keys_of(store: Store, *arguments: Any, **options: Any) -> list[str]:
    return [item.key for item in store.query(*arguments, **options)]


# ---- reading and writing ----------------------------------------------------------------------


def test_what_was_put_is_there_with_its_version(store: Store) -> None:
    """An object comes back as it was written; the version counts its writes from 1."""
    value = {
        "text": "墨 \U0001f58b \0 \\ \"'",
        "number": 12,
        "part": 0.1,
        "none": None,
        "yes": True,
    }
    assert store.get("person#A", "self") is None
    store.write(Put("person#A", "self", value))
    item = store.get("person#A", "self")
    assert item is not None
    assert (item.partition, item.key, item.value, item.version) == ("person#A", "self", value, 1)
    assert item.expires is None
    store.write(Put("person#A", "self", {"list": [1, {"deep": []}]}))
    again = store.get("person#A", "self")
    assert again is not None
    assert (again.value, again.version) == ({"list": [1, {"deep": []}]}, 2)


def test_numbers_come_back_as_they_went(store: Store) -> None:
    """Large and fractional numbers and the difference of 1 and 1.0 survive."""
    value = {"large": 2**63 + 1, "small": 1e-9, "whole": 1, "float": 1.0}
    store.write(Put("a", "b", value))
    item = store.get("a", "b")
    assert item is not None
    assert {name: repr(each) for name, each in item.value.items()} == {
        name: repr(each) for name, each in value.items()
    }


def test_what_was_deleted_is_gone(store: Store) -> None:
    """A deleted object is missing, and one that never was is deleted without an error."""
    store.write(Put("a", "b", {}))
    store.write(Delete("a", "b"))
    assert store.get("a", "b") is None
    assert store.query("a") == []
    store.write(Delete("a", "b"))


def test_partitions_and_keys_are_told_apart(store: Store) -> None:
    """The same letters in another place are another object."""
    store.write(Put("a#b", "c", {"n": 1}), Put("a", "b#c", {"n": 2}), Put("a", "B#C", {"n": 3}))
    found = [store.get("a#b", "c"), store.get("a", "b#c"), store.get("a", "B#C")]
    assert [each and each.value["n"] for each in found] == [1, 2, 3]


def test_an_empty_write_is_nothing(store: Store) -> None:
    """Nothing to do is no error, nor is a check that expects nothing."""
    store.write()
    store.write(Check("a", "b", None))


# ---- expectations -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Put, Delete, Check])
def test_an_expected_version_must_be_there(store: Store, kind: Callable[..., Operation]) -> None:
    """Another version than expected, or none, is a conflict for every kind of operation."""

    def doing(key: str, expect: Any) -> Operation:
        return Put("a", key, {}, expect) if kind is Put else kind("a", key, expect)

    store.write(Put("a", "old", {}))
    store.write(Put("a", "old", {}))
    for key, expect in (("old", 1), ("old", 3), ("old", ABSENT), ("none", 1)):
        with pytest.raises(Conflict):
            store.write(doing(key, expect))
    store.write(doing("old", 2), doing("none", ABSENT))


def test_a_write_is_all_or_nothing(store: Store) -> None:
    """When one expectation fails nothing at all is written."""
    store.write(Put("a", "there", {"n": 1}))
    with pytest.raises(Conflict):
        store.write(
            Put("a", "new", {}),
            Put("b", "new", {}),
            Delete("a", "there"),
            Check("c", "missing", 1),
        )
    assert store.get("a", "new") is None
    assert store.get("b", "new") is None
    there = store.get("a", "there")
    assert there is not None
    assert there.version == 1


def test_many_are_written_at_once(store: Store) -> None:
    """A hundred operations are one write, over partitions."""
    store.write(*(Put(f"p{number % 7}", f"k{number:03}", {}) for number in range(MOST_OPERATIONS)))
    assert sum(len(store.query(f"p{number}")) for number in range(7)) == MOST_OPERATIONS


# ---- bounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param([Put("a", str(n), {}) for n in range(MOST_OPERATIONS + 1)], id="too many"),
        pytest.param([Put("a", "b", {}), Delete("a", "b")], id="twice"),
        pytest.param([Put("a", "b", {}), Check("a", "b", None)], id="checked and put"),
        pytest.param([Put("a", "b", {"text": "x" * MOST_BYTES})], id="too large"),
        pytest.param([Put("a", "b", {"text": "字" * (MOST_BYTES // 3)})], id="too many bytes"),
        pytest.param(
            [Put("a", str(n), {"text": "x" * 390_000}) for n in range(11)], id="too large together"
        ),
        pytest.param([Put("", "b", {})], id="no partition"),
        pytest.param([Put("a", "", {})], id="no key"),
        pytest.param([Put("a", "k" * 1025, {})], id="long key"),
        pytest.param([Put("a" * 2049, "k", {})], id="long partition"),
        pytest.param([Put("a", "\ud800", {})], id="half a character"),
        pytest.param([Put("a", "b", {"text": "\ud800"})], id="half a character inside"),
        pytest.param([Put("a", "b", {"when": START})], id="no JSON"),
        pytest.param([Put("a", "b", {"number": float("nan")})], id="no number"),
    ],
)
def test_what_no_store_takes_is_refused(store: Store, operations: list[Operation]) -> None:
    """What one store could not take is refused by all, and nothing is written."""
    with pytest.raises(ValueError):
        store.write(Put("other", "one", {}), *operations)
    assert store.get("other", "one") is None


def test_the_largest_is_taken(store: Store) -> None:
    """An object just below the bound, under the longest name, is stored."""
    text = "字" * ((MOST_BYTES - 3200) // 3)
    store.write(Put("p" * 2048, "k" * 1024, {"text": text}))
    item = store.get("p" * 2048, "k" * 1024)
    assert item is not None
    assert item.value["text"] == text


@pytest.mark.parametrize("name", ["", "k" * 1025, "\ud800"])
def test_what_cannot_be_a_name_is_not_there(store: Store, name: str) -> None:
    """Asking for a name that nothing can have finds nothing."""
    assert store.get("a", name) is None
    assert store.query("\ud800" if name == "\ud800" else "a", prefix=name) == []


# ---- querying ---------------------------------------------------------------------------------

_NAMES = ["A", "a", "a!", "a\0", "b", "z", "\x7f", "é", "中", "中文", "\uffff", "\U0001f58b"]


def test_keys_are_in_order_of_code_points(store: Store) -> None:
    """Order is by code point: capitals first, astral characters after the last of the plane."""
    store.write(*(Put("a", name, {}) for name in reversed(_NAMES)))
    assert keys_of(store, "a") == sorted(_NAMES)
    assert sorted(_NAMES)[-2:] == ["\uffff", "\U0001f58b"]


def test_a_query_keeps_its_bounds(store: Store) -> None:
    """Only keys with the prefix, after the one and up to the other, at most as many as asked."""
    store.write(*(Put("a", name, {}) for name in _NAMES), Put("b", "a", {}))
    for prefix, after, up_to in itertools.product(
        ["", "a", "中", "\uffff", "\U0001f58b", "none", "\U0010ffff"],
        ["", "a", "b", "中"],
        ["", "a!", "中", "\U0001f58b"],
    ):
        wanted = [
            name
            for name in sorted(_NAMES)
            if name.startswith(prefix) and name > after and (not up_to or name <= up_to)
        ]
        bounds = {"prefix": prefix, "after": after, "up_to": up_to}
        assert keys_of(store, "a", **bounds) == wanted, bounds
        assert keys_of(store, "a", **bounds, limit=2) == wanted[:2], bounds
        assert keys_of(store, "a", **bounds, limit=0) == []


def test_pages_follow_each_other(store: Store) -> None:
    """Asking on after the last key of a page meets every object once."""
    names = [f"grant#{number:03}" for number in range(90)]
    store.write(*(Put("a", name, {}) for name in names), Put("a", "other", {}))
    seen: list[str] = []
    while page := keys_of(store, "a", "grant#", after=seen[-1] if seen else "", limit=20):
        seen += page
    assert seen == names


def test_a_query_goes_on_past_a_megabyte(store: Store) -> None:
    """What one answer of DynamoDB cannot hold comes whole nevertheless."""
    for number in range(6):
        store.write(Put("a", str(number), {"text": "x" * 300_000}))
    assert keys_of(store, "a") == ["0", "1", "2", "3", "4", "5"]
    assert keys_of(store, "a", limit=5) == ["0", "1", "2", "3", "4"]


# ---- what ends --------------------------------------------------------------------------------


def test_what_expired_is_gone_everywhere(store: Store, clock: MovableClock) -> None:
    """At the very moment an object ends it is in no answer, and is not the version it was."""
    ends = START + timedelta(minutes=15, microseconds=1)
    store.write(Put("a", "b", {"n": 1}, expires=ends))
    clock.move(minutes=15)
    item = store.get("a", "b")
    assert item is not None
    assert item.expires == ends
    assert keys_of(store, "a") == ["b"]
    store.write(Check("a", "b", 1))
    clock.move(microseconds=1)
    assert store.get("a", "b") is None
    assert store.query("a") == []
    for operation in (Check("a", "b", 1), Put("a", "b", {}, 1), Delete("a", "b", 1)):
        with pytest.raises(Conflict):
            store.write(operation)
    store.write(Check("a", "b", ABSENT))


def test_what_expired_can_be_written_anew(store: Store, clock: MovableClock) -> None:
    """An object that ended counts as absent, and the new one does not end with it."""
    store.write(Put("a", "b", {"n": 1}, expires=START + timedelta(hours=1)))
    with pytest.raises(Conflict):
        store.write(Put("a", "b", {"n": 2}, ABSENT))
    clock.move(hours=1)
    store.write(Put("a", "b", {"n": 2}, ABSENT))
    clock.move(days=400)
    item = store.get("a", "b")
    assert item is not None
    assert (item.value, item.expires) == ({"n": 2}, None)


def test_an_end_can_be_put_off(store: Store, clock: MovableClock) -> None:
    """Writing again with a later end, or without one, keeps the object."""
    store.write(Put("a", "b", {}, expires=START + timedelta(hours=1)))
    store.write(Put("a", "b", {}, 1, expires=START + timedelta(hours=2)))
    clock.move(hours=1)
    store.write(Put("a", "b", {}, 2))
    clock.move(hours=5)
    item = store.get("a", "b")
    assert item is not None
    assert item.version == 3


def test_expired_objects_do_not_shorten_a_page(store: Store, clock: MovableClock) -> None:
    """A page is full as long as enough living objects follow, however many dead lie between."""
    soon = START + timedelta(minutes=1)
    for start in (0, 75):
        store.write(
            *(
                Put("a", f"{number:03}", {}, expires=None if number % 10 == 0 else soon)
                for number in range(start, start + 75)
            )
        )
    clock.move(minutes=2)
    assert keys_of(store, "a", limit=3) == ["000", "010", "020"]
    assert keys_of(store, "a", after="020", limit=20) == [f"{n:03}" for n in range(30, 150, 10)]


# ---- all of it --------------------------------------------------------------------------------


def test_everything_is_everything_that_lives(store: Store, clock: MovableClock) -> None:
    """Whatever its partition, each object comes once, as `get` gives it; what ended does not."""
    soon = START + timedelta(minutes=1)
    for start in range(0, 150, 50):
        store.write(
            *(
                Put(f"p{n % 11}", f"k{n:03}", {"n": n, "text": "x" * 9000}, expires=ends)
                for n in range(start, start + 50)
                for ends in [soon if n % 10 == 0 else START + timedelta(days=n)]
            )
        )
    store.write(Put("p1", "k001", {"n": "again"}))
    clock.move(minutes=1)
    found = list(store.everything())
    names = sorted((each.partition, each.key) for each in found)
    assert names == sorted((f"p{n % 11}", f"k{n:03}") for n in range(150) if n % 10)
    assert all(store.get(each.partition, each.key) == each for each in found)


def test_an_empty_store_has_nothing(store: Store) -> None:
    """No object, no page."""
    assert list(store.everything()) == []


def test_writing_goes_on_while_somebody_reads_everything(store: Store) -> None:
    """Who reads slowly keeps nobody from writing."""
    store.write(*(Put("a", str(n), {}) for n in range(20)))
    reading = store.everything()
    first = next(reading)
    store.write(Put("a", "new", {}), Delete("a", "3"))
    assert {"0", "19"} <= {first.key, *(each.key for each in reading)}
    assert store.get("a", "new")


def test_objects_are_loaded_as_they_were(store: Store, clock: MovableClock) -> None:
    """Value, version and end come back, and versions go on from there."""
    ends = START + timedelta(days=3, microseconds=1)
    items = [
        Item("a", "墨", {"text": "墨", "part": 0.1, "order": {"z": 1, "a": 2}}, 7, ends),
        Item("b", "c", {}, 1),
    ]
    assert store.load(items) == 2
    assert store.get("a", "墨") == items[0]
    assert sorted(store.everything(), key=lambda each: each.partition) == items
    store.write(Put("a", "墨", {}, 7))
    assert (found := store.get("a", "墨"))
    assert found.version == 8


def test_loading_never_touches_what_is_there(store: Store, clock: MovableClock) -> None:
    """Of what is loaded only the absent is written, however it is mixed; twice is once."""
    store.write(Put("a", "1", {"mine": True}), Put("a", "3", {"mine": True}))
    items = [Item("a", str(n), {"n": n}, 5) for n in range(5)]
    assert store.load(items) == 3
    assert store.load(items) == 0
    assert store.load([]) == 0
    found = {each.key: (each.value, each.version) for each in store.query("a")}
    assert found["1"] == found["3"] == ({"mine": True}, 1)
    assert found["0"] == ({"n": 0}, 5)


def test_loading_over_what_ended_goes_on_counting(store: Store, clock: MovableClock) -> None:
    """An object that ended is absent, and its version never comes twice."""
    for _ in range(3):
        store.write(Put("a", "b", {"old": True}, expires=START + timedelta(minutes=1)))
    clock.move(minutes=1)
    assert store.load([Item("a", "b", {"new": True}, 1)]) == 1
    assert (found := store.get("a", "b"))
    assert (found.value, found.version, found.expires) == ({"new": True}, 4, None)


@pytest.mark.parametrize(
    "items",
    [
        [Item("a", str(n), {}, 1) for n in range(MOST_OPERATIONS + 1)],
        [Item("a", "b", {}, 1), Item("a", "b", {}, 2)],
        [Item("a", "b", {"text": "x" * MOST_BYTES}, 1)],
        [Item("a", "", {}, 1)],
        [Item("a", "b", {}, 0)],
    ],
    ids=["too many", "twice", "too large", "no key", "no version"],
)
def test_what_no_store_takes_is_not_loaded(store: Store, items: list[Item]) -> None:
    """The bounds of a write are those of loading."""
    with pytest.raises(ValueError):
        store.load(items)
    assert list(store.everything()) == []


# ---- races ------------------------------------------------------------------------------------


def at_once(threads: int, do: Callable[[int], Any]) -> list[Any]:
    """Let threads do something at the same moment; return what each gave."""
    start = threading.Barrier(threads)

    def wait_and_do(number: int) -> Any:
        start.wait()
        return do(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(wait_and_do, range(threads)))


def test_of_twelve_who_race_for_one_event_one_wins(store: Store) -> None:
    """Twelve deliveries of one webhook: one writes, eleven hear of the conflict."""
    for round_ in range(5):

        def take(number: int, round_: int = round_) -> bool:
            try:
                store.write(
                    Put(f"event#{round_}", "self", {"by": number}, ABSENT),
                    Put(f"order#{round_}", f"by#{number}", {}),
                )
            except Conflict:
                return False
            return True

        won = at_once(12, take)
        item = store.get(f"event#{round_}", "self")
        assert item is not None
        assert won.count(True) == 1
        assert item.value["by"] == won.index(True)
        assert keys_of(store, f"order#{round_}") == [f"by#{won.index(True)}"]


def test_forty_contended_increments_lose_nothing(store: Store) -> None:
    """Forty threads count the same thing once each, and the sum is forty."""
    rule = limits.Rule("race", 1000)
    assert at_once(40, lambda _: limits.count(store, rule, "same", START)) == [True] * 40
    (counter,) = store.query(f"limit#race#{limits.keys.hashed('same')[:32]}")
    assert counter.value == {"count": 40}
    assert counter.version == 40


def test_a_limit_holds_in_a_race(store: Store) -> None:
    """Of forty at once a limit of seven lets seven pass."""
    rule = limits.Rule("race", 7)
    passed = at_once(40, lambda _: limits.count(store, rule, "same", START))
    assert passed.count(True) == 7


def test_money_moved_between_two_objects_stays_the_same_sum(store: Store) -> None:
    """Writes over two objects at once never leave half of themselves."""
    store.write(Put("from", "self", {"n": 60}), Put("to", "self", {"n": 0}))

    def move(_: int) -> None:
        for _attempt in range(200):
            one, other = store.get("from", "self"), store.get("to", "self")
            assert one is not None
            assert other is not None
            try:
                store.write(
                    Put("from", "self", {"n": one.value["n"] - 1}, one.version),
                    Put("to", "self", {"n": other.value["n"] + 1}, other.version),
                )
            except Conflict:
                continue
            return
        raise AssertionError("never got its turn")

    at_once(8, move)
    ends = [store.get(name, "self") for name in ("from", "to")]
    assert [each and each.value["n"] for each in ends] == [52, 8]


def test_the_name_says_which_store_it_is(store: Store) -> None:
    """Operating commands show where they work."""
    assert store.name.split(":")[0] in ("sqlite", "dynamodb")
    assert len(store.name.split(":")[1]) > 5
