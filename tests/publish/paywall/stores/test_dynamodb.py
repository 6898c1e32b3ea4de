"""What only the store in a table does: tries again, tells conflicts from trouble, keeps a token."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from publish.paywall.ports import ABSENT, Check, Conflict, Delete, Put, StoreDown
from publish.paywall.stores.dynamodb import DynamoStore
from tests.aws import Aws
from tests.publish.paywall.house import START, MovableClock


class Faulty:
    """A client in front of the real one: before or after a call it fails as it is told."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.before: list[Exception] = []
        self.after: list[Exception] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(**parameters: Any) -> Any:
            self.calls.append((name, parameters))
            if self.before:
                raise self.before.pop(0)
            answer = getattr(self.client, name)(**parameters)
            if self.after:
                raise self.after.pop(0)
            return answer

        return call


def says(code: str, *reasons: str) -> ClientError:
    answer: dict[str, Any] = {"Error": {"Code": code, "Message": "no"}}
    if reasons:
        answer["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(answer, "Call")  # type: ignore[arg-type]


CONFLICT = says("TransactionCanceledException", "None", "TransactionConflict")
THROTTLED = says("TransactionCanceledException", "ThrottlingError", "None")
SILENT = ReadTimeoutError(endpoint_url="https://dynamodb.example")


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def faulty(aws: Aws) -> Faulty:
    return Faulty(aws.client("dynamodb"))


@pytest.fixture
def store(aws: Aws, faulty: Faulty, waits: list[float]) -> DynamoStore:
    return DynamoStore(aws.table(), faulty, clock=MovableClock(), sleep=waits.append)


def test_conflicts_of_others_are_tried_again(
    store: DynamoStore, faulty: Faulty, waits: list[float]
) -> None:
    """Two transactions that met are no conflict of ours: the write is tried until it is done."""
    faulty.before = [CONFLICT, THROTTLED, says("ThrottlingException"), CONFLICT]
    store.write(Put("a", "b", {}, ABSENT))
    assert store.get("a", "b") is not None
    assert len(waits) == 4
    assert all(0 < wait <= 1 for wait in waits)
    assert waits != sorted(set(waits), reverse=True)


def test_waits_grow_and_differ(store: DynamoStore, faulty: Faulty, waits: list[float]) -> None:
    """Those who met do not meet again: each waits its own time, longer and longer."""
    for _ in range(20):
        faulty.before = [CONFLICT] * 5
        store.write(Put("a", "b", {}))
    firsts, lasts = waits[0::5], waits[4::5]
    assert len(set(waits)) > 90
    assert max(firsts) < min(lasts)


def test_an_expectation_that_failed_is_never_tried_again(
    store: DynamoStore, faulty: Faulty, waits: list[float]
) -> None:
    """A failed expectation is a conflict at once, also beside the conflicts of others."""
    store.write(Put("a", "b", {}))
    faulty.before = [
        says("TransactionCanceledException", "TransactionConflict", "ConditionalCheckFailed")
    ]
    with pytest.raises(Conflict):
        store.write(Put("c", "d", {}), Put("a", "b", {}, ABSENT))
    with pytest.raises(Conflict):
        store.write(Put("a", "b", {}, ABSENT))
    assert waits == []


def test_a_table_that_is_always_busy_is_down(
    store: DynamoStore, faulty: Faulty, waits: list[float]
) -> None:
    """Tries are bounded, and so is the time they take."""
    faulty.before = [CONFLICT] * 50
    with pytest.raises(StoreDown, match="TransactionConflict"):
        store.write(Put("a", "b", {}))
    assert len(faulty.calls) == 9
    assert sum(waits) < 8


@pytest.mark.parametrize(
    "failure",
    [
        says("AccessDeniedException"),
        says("ResourceNotFoundException"),
        says("ExpiredTokenException"),
        says("ValidationException"),
        says("TransactionCanceledException", "ValidationError", "None"),
        says("TransactionCanceledException", "ItemCollectionSizeLimitExceeded"),
    ],
)
def test_what_will_not_pass_is_down_at_once(
    store: DynamoStore, faulty: Faulty, waits: list[float], failure: Exception
) -> None:
    """What trying again cannot mend is told at once."""
    for doing in (
        lambda: store.write(Put("a", "b", {})),
        lambda: store.get("a", "b"),
        lambda: store.query("a"),
    ):
        faulty.before = [failure]
        with pytest.raises(StoreDown):
            doing()
    assert waits == []


def test_an_answer_that_was_lost_is_no_conflict(store: DynamoStore, faulty: Faulty) -> None:
    """A write that happened although its answer was lost is done once and succeeds."""
    faulty.after = [SILENT]
    store.write(Put("event#1", "self", {"n": 1}, ABSENT), Put("a", "counter", {}))
    event, counter = store.get("event#1", "self"), store.get("a", "counter")
    assert event is not None
    assert counter is not None
    assert (event.version, counter.version) == (1, 1)
    tokens = [each["ClientRequestToken"] for name, each in faulty.calls if "write" in name]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_each_write_has_a_token_of_its_own(store: DynamoStore, faulty: Faulty) -> None:
    """The same write twice is two writes."""
    store.write(Put("a", "b", {}))
    store.write(Put("a", "b", {}))
    item = store.get("a", "b")
    assert item is not None
    assert item.version == 2


def test_a_silent_table_is_down_soon(
    store: DynamoStore, faulty: Faulty, waits: list[float]
) -> None:
    """A reader does not wait for many timeouts."""
    faulty.before = [SILENT] * 9
    with pytest.raises(StoreDown):
        store.get("a", "b")
    assert len(faulty.calls) == 3


def test_reads_see_what_was_just_written(store: DynamoStore, faulty: Faulty) -> None:
    """Every read is a consistent one."""
    store.get("a", "b")
    store.query("a")
    assert [each["ConsistentRead"] for _, each in faulty.calls] == [True, True]


def test_what_ends_carries_the_second_at_which_aws_may_take_it(
    store: DynamoStore, faulty: Faulty
) -> None:
    """The table's own expiry is never before ours, and is taken off with it."""
    ends = START + timedelta(minutes=1, microseconds=1)
    store.write(Put("a", "b", {}, expires=ends))

    def raw() -> dict[str, Any]:
        key = {"partition": {"S": "a"}, "key": {"S": "b"}}
        found: dict[str, Any] = faulty.client.get_item(TableName=store.table, Key=key)["Item"]
        return found

    assert int(raw()["expires"]["N"]) == int(START.timestamp()) + 61
    store.write(Put("a", "b", {}))
    assert set(raw()) == {"partition", "key", "value", "version"}


def test_a_write_that_changes_nothing_asks_nobody(store: DynamoStore, faulty: Faulty) -> None:
    """DynamoDB refuses empty transactions; ours need none."""
    store.write()
    store.write(Check("a", "b", None))
    assert faulty.calls == []


def test_deleting_what_ended_with_an_expectation(aws: Aws) -> None:
    """An ended object is taken away by whoever expects that nothing is there."""
    clock = MovableClock()
    store = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock)
    store.write(Put("a", "b", {}, expires=START + timedelta(minutes=1)))
    clock.move(minutes=2)
    store.write(Delete("a", "b", ABSENT))
    store.write(Put("a", "b", {}, ABSENT))
    item = store.get("a", "b")
    assert item is not None
    assert item.version == 1


def test_a_missing_table_is_down(aws: Aws) -> None:
    """A name that is no table's is told, not waited for."""
    store = DynamoStore("no-such-table", aws.client("dynamodb"))
    with pytest.raises(StoreDown, match="ResourceNotFound"):
        store.get("a", "b")
    assert store.name == "dynamodb:no-such-table"


def test_the_client_is_made_once_when_first_needed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that come first at the same moment share one client from the environment."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    store = DynamoStore(aws.table())
    assert store._client._client is None
    start, clients = threading.Barrier(4), set()

    def work() -> None:
        start.wait()
        store.get("a", "b")
        clients.add(id(store._client()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients) == 1
