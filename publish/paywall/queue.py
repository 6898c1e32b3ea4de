"""What is to be done soon or later: an outbox in the store, drained by a tick.

A job is written together with the change that asks for it, so neither is ever lost. It is done at
least once: a job that was taken and not finished is taken again after its lease. Its id becomes
the mail's Message-ID, so a second copy is the same message. What cannot be done at all is laid
among the dead, never dropped.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from publish.paywall import counting, keys
from publish.paywall.ports import ABSENT, Conflict, Delete, Item, Operation, Put, Store

LEASE = timedelta(minutes=2)
MOST_TRIES = 12
DEAD_STAY = timedelta(days=90)
"""How long the dead are kept: a mail holds an address, and nobody needs it for ever."""
_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))

log = logging.getLogger("inkstead")


class Later(Exception):
    """The job could not be done now; it stays in the queue."""


class Never(Exception):
    """The job can never be done; trying again is no use."""


@dataclass(frozen=True)
class Job:
    """Something to do: `kind` chooses the doer, `value` is a JSON object.

    `tries` counts how often it was taken, this time included.
    """

    id: str
    kind: str
    value: Mapping[str, Any]
    tries: int = 0


class Drained(NamedTuple):
    """How many jobs were done, how many stay for later, how many were given up."""

    done: int = 0
    stayed: int = 0
    dead: int = 0


Doer: TypeAlias = Callable[[Job], None]


def adding(
    due: datetime,
    kind: str,
    value: Mapping[str, Any],
    *,
    id: str = "",
    expires: datetime | None = None,
) -> Put:
    """Return what to write for a job.

    With an `id` of its own the write conflicts while the same job waits for the same time; whoever
    adds a job once only must guard it by what else they write.
    """
    key = id or keys.new_id(24)
    return Put(keys.QUEUE, keys.at(due, key), _value(Job(key, kind, value)), ABSENT, expires)


def drain(store: Store, now: datetime, doers: Mapping[str, Doer], limit: int = 100) -> Drained:
    """Do what is due; return what became of it.

    A doer raises Later for what could not be done now, Never for what never can; anything else it
    raises counts as Later. Two who drain at once share the work.

    Raises:
        StoreDown: the store does not answer; what was taken is taken again after its lease.

    """
    outcomes: Counter[str] = Counter()
    for item in store.query(keys.QUEUE, limit=limit, up_to=keys.at(now, "~")):
        taken = _take(store, item, now)
        if taken:
            job, lease = taken
            outcomes[_finish(store, now, job, lease, _try(doers, job))] += 1
    return Drained(outcomes["done"], outcomes["stayed"], outcomes["dead"])


def dead(store: Store, limit: int = 1000) -> Sequence[Item]:
    """Return the jobs that were given up; `why` says the kind of failure."""
    return store.query(keys.DEAD, limit=limit)


def wait(tries: int) -> timedelta:
    """Return how long a job waits that failed so often."""
    return _WAITS[min(tries, len(_WAITS)) - 1]


def _take(store: Store, item: Item, now: datetime) -> tuple[Job, Put] | None:
    """Move a job to when its lease ends; None when somebody else was first."""
    told = item.value
    job = Job(str(told["id"]), str(told["kind"]), told["value"], int(told["tries"]) + 1)
    lease = Put(keys.QUEUE, keys.at(now + LEASE, job.id), _value(job), ABSENT, item.expires)
    try:
        store.write(Delete(item.partition, item.key, item.version), lease)
    except Conflict:
        return None
    return job, lease


def _try(doers: Mapping[str, Doer], job: Job) -> Exception | None:
    """Do a job; return why it was not done."""
    try:
        if job.tries > MOST_TRIES:  # it never came to an end: whoever took it was killed each time
            raise Never
        doers[job.kind](job)
    except (Later, Never) as why:
        return why
    except Exception as why:
        # Neither the job nor the failure's words are logged: they may hold an address.
        place = traceback.extract_tb(why.__traceback__)[-1]
        log.error(  # noqa: TRY400
            "%s in job %s (%s:%s)", type(why).__name__, job.kind, place.filename, place.lineno
        )
        return why
    return None


def _finish(store: Store, now: datetime, job: Job, lease: Put, why: Exception | None) -> str:
    """Write down what became of a job; return it in one word."""
    if why is None:
        _settle(store, lease)
        return "done"
    if isinstance(why, Never) or job.tries >= MOST_TRIES:
        if _settle(store, lease, _burying(job, now, why)):
            counting.note(store, f"{job.kind}-dead", now)
            # An alarm counts these lines. A failure's words may hold an address: only its name.
            log.error("inkstead %s-dead: %s", job.kind, _why(why))
            return "dead"
    else:
        _settle(store, lease, _again(lease, job, now))
    return "stayed"


def _settle(store: Store, lease: Put, *operations: Operation) -> bool:
    """Give a lease back, unless it ran out and somebody else has the job by now."""
    try:
        store.write(Delete(lease.partition, lease.key, 1), *operations)
    except Conflict:
        log.warning("a job took longer than its lease")
        return False
    return True


def _again(lease: Put, job: Job, now: datetime) -> Put:
    return replace(lease, key=keys.at(now + wait(job.tries), job.id))


def _burying(job: Job, now: datetime, why: Exception) -> Put:
    value = {**_value(job), "why": _why(why)}
    return Put(keys.DEAD, keys.at(now, job.id), value, None, now + DEAD_STAY)


def _why(why: Exception) -> str:
    return type(why.__cause__ or why).__name__


def _value(job: Job) -> dict[str, Any]:
    return {"id": job.id, "kind": job.kind, "value": dict(job.value), "tries": job.tries}
