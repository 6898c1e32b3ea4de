"""What is to be done soon or later: an outbox in the store, drained by a tick.

A job is written together with the change that asks for it, so neither is ever lost. It is done at
least once: a job that was taken and not finished is taken again after its lease. Its id becomes
the mail's Message-ID, so a second copy is the same message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Conflict, Delete, Item, Put, Store

LEASE = timedelta(minutes=2)
_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


class Later(Exception):
    """The job could not be done now; it stays in the queue."""


@dataclass(frozen=True)
class Job:
    """Something to do: `kind` chooses the doer, `value` is a JSON object."""

    id: str
    kind: str
    value: Mapping[str, Any]
    tries: int = 0


Doer: TypeAlias = Callable[[Job], None]


def adding(
    due: datetime,
    kind: str,
    value: Mapping[str, Any],
    *,
    id: str = "",
    expires: datetime | None = None,
) -> Put:
    """Return what to write for a job; with an `id` of its own the same job is added only once."""
    key = id or keys.new_id(24)
    return Put(keys.QUEUE, keys.at(due, key), _value(Job(key, kind, value)), ABSENT, expires)


def drain(
    store: Store, now: datetime, doers: Mapping[str, Doer], limit: int = 100
) -> tuple[int, int]:
    """Do what is due; return how many jobs were done and how many stay.

    A doer raises Later for what could not be done now. Two who drain at once share the work.
    """
    done = stayed = 0
    end = keys.at(now, "~")
    for item in store.query(keys.QUEUE, limit=limit, up_to=end):
        taken = _take(store, item, now)
        if taken is None:
            continue
        try:
            doers[taken.kind](taken)
        except Later:
            stayed += 1
        else:
            store.write(Delete(keys.QUEUE, keys.at(now + LEASE, taken.id)))
            done += 1
    return done, stayed


def _take(store: Store, item: Item, now: datetime) -> Job | None:
    """Move a job to when its lease ends, or further away the more often it failed."""
    job = Job(
        str(item.value["id"]), str(item.value["kind"]), item.value["value"], item.value["tries"] + 1
    )
    try:
        store.write(
            Delete(item.partition, item.key, item.version),
            Put(keys.QUEUE, keys.at(now + LEASE, job.id), _value(job), ABSENT, item.expires),
        )
    except Conflict:
        return None
    return job


def _value(job: Job) -> dict[str, Any]:
    return {"id": job.id, "kind": job.kind, "value": dict(job.value), "tries": job.tries}
