"""Taking a site off AWS: the stack goes, the data stays unless it is told to go, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from publish.contract.catalogue import N_
from publish.deploy import answers
from publish.deploy.answers import No, Pause
from publish.deploy.clients import Client
from publish.deploy.stack.names import Names
from publish.deploy.stack.progress import Listen, silent
from publish.deploy.stack.proposals import StackError
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState

Of: TypeAlias = Callable[[str], Client]
"""Returns the client of a service; `Clients.of` is one."""

_TRIES = 3
"""How often the stack is told to go: the last logs may arrive after their bucket was emptied."""
_ROUNDS = 30
_SECONDS = 2.0
_AT_ONCE = 1_000
_ABSENT = frozenset({"ResourceNotFoundException", "NoSuchBucket", "404", "NotFound"})
_FOREIGN = N_(
    'the stack "{stack}" was not made by Inkstead, so nothing was removed'
    " (check name under [publish] in site.toml)"
)
_BUSY = N_('the table "{table}" is busy, so it is still there (run it again in a few minutes)')


@dataclass(frozen=True)
class Destroyed:
    """What is gone, and what stays on purpose: "dynamodb:…", "s3://…", "ses:…"."""

    gone: tuple[str, ...]
    stays: tuple[str, ...]


def destroy(
    stacks: Stacks, names: Names, of: Of, *, data: bool = False, listen: Listen = silent
) -> Destroyed:
    """Remove a site's stack, and with `data` what it left: members, paid text, every release.

    It can be repeated: what is gone already is no error, and a stack that is gone does not keep
    the data from going. A mail domain stays in any case: it holds nothing, and other sites may send
    from it. `names` are those of the account and region, without references.

    Raises:
        StackError: the stack could not be removed, and why.
        Refused, Unreachable: AWS says no, or nothing.

    """
    state = stacks.state(names.stack)
    skipped = _remove(stacks, state, names, of, listen) if state else ()
    others = tuple(
        f"ses:{each}" for each in skipped if each not in (names.table, names.private_bucket)
    )
    gone = (names.stack,) if state else ()
    left = _left(names, of, stacks.pause)
    if not data:
        return Destroyed(gone, (*left, *others))
    for remove in left.values():
        remove()
    return Destroyed((*gone, *left), others)


def _remove(
    stacks: Stacks, state: StackState, names: Names, of: Of, listen: Listen
) -> tuple[str, ...]:
    """Remove the stack, whose buckets have to be empty for that; return what it leaves behind."""
    if not state.ours:
        raise StackError(_FOREIGN, stack=state.name)
    for last in (*[False] * (_TRIES - 1), True):
        for bucket in (names.site_bucket, names.logs_bucket):
            _empty(of("s3"), bucket)
        try:
            return stacks.remove(state, listen)
        except StackError:
            if last:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _left(names: Names, of: Of, pause: Pause) -> dict[str, Callable[[], None]]:
    """Return what a stack leaves behind, as far as it is there, each with what removes it."""
    table, bucket = names.table, names.private_bucket
    found: dict[str, Callable[[], None]] = {}
    if _is_there(lambda: of("dynamodb").describe_table(TableName=table), "DescribeTable", table):
        found[f"dynamodb:{table}"] = lambda: _drop_table(of("dynamodb"), table, pause)
    if _is_there(lambda: of("s3").head_bucket(Bucket=bucket), "ListBucket", bucket):
        found[f"s3://{bucket}"] = lambda: _drop_bucket(of("s3"), bucket)
    return found


def _is_there(call: Callable[[], Any], action: str, place: str) -> bool:
    try:
        answers.ask(call, action, place)
    except No as cause:
        if cause.code in _ABSENT:
            return False
        raise
    return True


def _drop_table(client: Client, name: str, pause: Pause) -> None:
    """Delete the table; deletion protection goes only here, when it was asked for."""
    _unprotect(client, name)
    for _ in range(_ROUNDS):
        try:
            answers.ask(lambda: client.delete_table(TableName=name), "dynamodb:DeleteTable", name)
        except No as cause:
            if cause.code != "ResourceInUseException":
                raise
            pause(_SECONDS)
        else:
            return
    raise StackError(_BUSY, table=name)


def _unprotect(client: Client, name: str) -> None:
    def off() -> Any:
        return client.update_table(TableName=name, DeletionProtectionEnabled=False)

    told = answers.ask(
        lambda: client.describe_table(TableName=name), "dynamodb:DescribeTable", name
    )
    if told["Table"].get("DeletionProtectionEnabled"):
        answers.ask(off, "dynamodb:UpdateTable", name)


def _drop_bucket(client: Client, name: str) -> None:
    _empty(client, name)
    answers.ask(lambda: client.delete_bucket(Bucket=name), "s3:DeleteBucket", name)


def _empty(client: Client, bucket: str) -> None:
    """Delete every object of a bucket, where there is one."""
    try:
        for keys in _pages(client, bucket):
            _delete(client, bucket, keys)
    except No as cause:
        if cause.code not in _ABSENT:
            raise


def _delete(client: Client, bucket: str, keys: list[str]) -> None:
    wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    told = answers.ask(
        lambda: client.delete_objects(Bucket=bucket, Delete=wanted), "s3:DeleteObject", bucket
    )
    if told.get("Errors"):
        raise answers.answered({"Error": told["Errors"][0]}, "s3:DeleteObject", bucket)


def _pages(client: Client, bucket: str) -> Iterator[list[str]]:
    """Yield the keys of a bucket until a listing finds none: each page is deleted meanwhile."""
    while True:
        told = answers.ask(
            lambda: client.list_objects_v2(Bucket=bucket, MaxKeys=_AT_ONCE), "s3:ListBucket", bucket
        )
        keys = [each["Key"] for each in told.get("Contents", ())]
        if not keys:
            return
        yield keys
