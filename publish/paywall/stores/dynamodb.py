"""The store in one DynamoDB table, on demand.

Its key is `partition` (HASH) and `key` (RANGE), both strings, which DynamoDB orders by their UTF-8
bytes, the order of code points. Beside them: `value` (JSON), `version`, and for what ends `until`
(microseconds, what we go by) and `expires` (whole seconds, the table's TimeToLive attribute: AWS
takes such items away days later).
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from publish.paywall import cloud
from publish.paywall.ports import (
    ABSENT,
    Check,
    Clock,
    Conflict,
    Delete,
    Expect,
    Item,
    Operation,
    Put,
    StoreDown,
)
from publish.paywall.stores import rules
from publish.paywall.stores.rules import Written

_TRIES = 9
_TRIES_WITHOUT_ANSWER = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 1.0
_PASSING = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ThrottlingException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)
_NAMES = {
    "#p": "partition",
    "#k": "key",
    "#v": "value",
    "#n": "version",
    "#u": "until",
    "#e": "expires",
}
_THERE = "(attribute_not_exists(#u) OR #u > :now)"
_GONE = "(attribute_not_exists(#n) OR #u <= :now)"
_SECOND = 1_000_000


class DynamoStore:
    """A store in a table that exists; `sleep` waits between tries."""

    def __init__(
        self,
        table: str,
        client: cloud.Client = None,
        *,
        clock: Clock = rules.system_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.table, self.name = table, f"dynamodb:{table}"
        self._clock, self._sleep = clock, sleep
        # Tries are counted here, where it is known what may be tried again.
        self._client = cloud.Lazy(lambda: cloud.client("dynamodb", seconds=3, tries=1), client)

    def get(self, partition: str, key: str) -> Item | None:
        """Return an object unless it is missing or expired.

        Raises:
            StoreDown: the table does not answer.

        """
        if not rules.nameable(partition, key):
            return None
        answer = self._call(
            "get_item", Key={"partition": {"S": partition}, "key": {"S": key}}, ConsistentRead=True
        )
        found = answer.get("Item")
        return next(self._items([found] if found else []), None)

    def query(
        self,
        partition: str,
        prefix: str = "",
        after: str = "",
        limit: int = 1000,
        up_to: str = "",
    ) -> Sequence[Item]:
        """Return objects of a partition in order of their keys.

        Raises:
            StoreDown: the table does not answer.

        """
        first, last = rules.bounds(prefix, after, up_to)
        named = rules.nameable(partition, first or "-") and rules.nameable(partition, last or "-")
        if limit <= 0 or not named or (last and first > last):
            return []
        found: list[Item] = []
        within = {**_within(partition, first, last), "Limit": limit + 1}
        for item in self._pages("query", within):
            if item.key != after and item.key.startswith(prefix):
                found.append(item)
            if len(found) == limit:
                break
        return found

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing, seen at once.

        Raises:
            Conflict: an expectation did not hold.
            ValueError: see `rules.checked`.
            StoreDown: it could not be done, or nobody knows whether it was.

        """
        now = rules.micros(self._clock())
        items = [_step(self.table, each, now) for each in rules.checked(operations)]
        items = [each for each in items if each]
        if items:
            # One token for all tries: one that was done although its answer was lost is not
            # done, or refused, again. A transaction of one item costs twice a plain write, which
            # has no such token.
            self._call("transact_write_items", TransactItems=items, ClientRequestToken=_token())

    def everything(self) -> Iterator[Item]:
        """Yield every object that has not expired, page by page: not all as of one moment.

        Raises:
            StoreDown: the table does not answer.

        """
        return self._pages("scan", {})

    def load(self, items: Sequence[Item]) -> int:
        """Write objects as they once were where none is; return how many.

        Raises:
            Conflict: others write the same all the time.
            ValueError: see `rules.checked`.
            StoreDown: it could not be done, or nobody knows whether it was.

        """
        absent = rules.loadable(items)
        for _ in range(_TRIES):
            now = rules.micros(self._clock())
            steps = [_loading(self.table, item, value, now) for item, value in absent]
            if not steps:
                return 0
            try:
                self._call("transact_write_items", TransactItems=steps, ClientRequestToken=_token())
            except Conflict:
                absent = [each for each in absent if not self.get(each[0].partition, each[0].key)]
            else:
                return len(absent)
        raise Conflict

    # ---- inside ----

    def _pages(self, call: str, within: Mapping[str, Any]) -> Iterator[Item]:
        """Yield what is there, page by page: expired items leave gaps, pages end at 1 MB."""
        start: dict[str, Any] = {}
        while True:
            answer = self._call(call, **within, **start, ConsistentRead=True)
            yield from self._items(answer.get("Items", []))
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _items(self, found: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
        now = rules.micros(self._clock())
        for each in found:
            until = int(each["until"]["N"]) if "until" in each else None
            if until is None or until > now:
                yield Item(
                    each["partition"]["S"],
                    each["key"]["S"],
                    rules.read(each["value"]["S"]),
                    int(each["version"]["N"]),
                    None if until is None else rules.moment(until),
                )

    def _call(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        """Call until it works, is refused for good, or was tried often enough."""
        says_no, no_answer = cloud.failures()
        if name != "transact_write_items":
            parameters["TableName"] = self.table
        for number in range(1, _TRIES + 1):
            try:
                answer: Mapping[str, Any] = getattr(self._client(), name)(**parameters)
            except says_no as cause:
                reasons = _reasons(cause)
                if "ConditionalCheckFailed" in reasons:
                    raise Conflict from None
                if not reasons <= _PASSING or number == _TRIES:
                    raise StoreDown(f"{self.name}: {_told(cause, reasons)}") from cause
            except no_answer as cause:
                if number == _TRIES_WITHOUT_ANSWER:
                    raise StoreDown(f"{self.name}: {cause}") from cause
            else:
                return answer
            self._sleep(_wait(number))
        raise AssertionError


def _token() -> str:
    return uuid.uuid4().hex


def _wait(number: int) -> float:
    """Return how long to wait after a try: longer each time, and never all at the same moment."""
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**number)
    return random.uniform(longest / 4, longest)  # noqa: S311 - spreads tries, keeps no secret


def _reasons(failure: Exception) -> set[str]:
    """Return why AWS said no; a transaction has a reason for each of its operations."""
    reasons = getattr(failure, "response", {}).get("CancellationReasons")
    if reasons is None:
        return {cloud.code(failure)}
    return {str(each["Code"]) for each in reasons} - {"None"}


def _told(failure: Exception, reasons: set[str]) -> str:
    """Return what to say of a refusal; AWS itself names the permission that is missing."""
    return str(failure) if "AccessDeniedException" in reasons else ", ".join(sorted(reasons))


def _within(partition: str, first: str, last: str) -> dict[str, Any]:
    condition, values = "#p = :p", {":p": {"S": partition}}
    if first:
        values[":first"] = {"S": first}
    if last:
        values[":last"] = {"S": last}
    if first and last:
        condition += " AND #k BETWEEN :first AND :last"
    elif first or last:
        condition += " AND #k >= :first" if first else " AND #k <= :last"
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ExpressionAttributeNames": _used(condition),
    }


def _used(*expressions: str) -> dict[str, str]:
    """Return the names that expressions use; DynamoDB refuses others."""
    text = " ".join(expressions)
    return {short: name for short, name in _NAMES.items() if short in text}


def _step(table: str, written: Written, now: int) -> dict[str, Any]:
    """Return an operation as a part of a transaction; {} for one that changes nothing."""
    operation = written.operation
    condition, values = _condition(operation.expect, now)
    step: dict[str, Any] = {
        "TableName": table,
        "Key": {"partition": {"S": operation.partition}, "key": {"S": operation.key}},
    }
    change = ""
    if isinstance(operation, Put):
        change, more = _change(operation, written.value)
        step["UpdateExpression"], values = change, values | more
    if condition:
        step["ConditionExpression"] = condition
    if condition or change:
        step["ExpressionAttributeNames"] = _used(condition, change)
    if values:
        step["ExpressionAttributeValues"] = values
    if isinstance(operation, Check):
        return {"ConditionCheck": step} if condition else {}
    return {"Delete" if isinstance(operation, Delete) else "Update": step}


def _loading(table: str, item: Item, value: str, now: int) -> dict[str, Any]:
    """Return what writes an object where none is; over an expired one versions go on counting."""
    put = Put(item.partition, item.key, item.value, ABSENT, item.expires)
    step = _step(table, Written(put, value), now)
    step["Update"]["ExpressionAttributeValues"][":zero"] = {"N": str(item.version - 1)}
    return step


def _condition(expect: Expect, now: int) -> tuple[str, dict[str, Any]]:
    if expect is None:
        return "", {}
    if expect == ABSENT:
        return _GONE, {":now": {"N": str(now)}}
    return f"#n = :n AND {_THERE}", {":now": {"N": str(now)}, ":n": {"N": str(expect)}}


def _change(put: Put, value: str) -> tuple[str, dict[str, Any]]:
    """Return how an object is written: its version is counted by the table itself."""
    values: dict[str, Any] = {":v": {"S": value}, ":zero": {"N": "0"}, ":one": {"N": "1"}}
    change = "SET #v = :v, #n = if_not_exists(#n, :zero) + :one"
    if put.expires is None:
        return f"{change} REMOVE #u, #e", values
    until = rules.micros(put.expires)
    values |= {":u": {"N": str(until)}, ":e": {"N": str(-(-until // _SECOND))}}
    return f"{change}, #u = :u, #e = :e", values
