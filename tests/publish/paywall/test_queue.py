"""The queue loses nothing, repeats what was not finished, and gives up aloud."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish.paywall import counting, keys, queue
from publish.paywall.ports import Conflict, StoreDown
from publish.paywall.queue import Drained, Job, Later, Never
from publish.paywall.stores.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.publish.paywall.house import START, MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "queue.sqlite", clock=clock)
    yield made
    made.close()


class Doer:
    """Remembers what it was asked to do, and fails as it is told."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.asked: list[Job] = []

    def __call__(self, job: Job) -> None:
        self.asked.append(job)
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure

    @property
    def ids(self) -> list[str]:
        return [job.id for job in self.asked]


def add(store: SqliteStore, *names: str, due: datetime = START) -> None:
    store.write(*(queue.adding(due, "mail", {"to": name}, id=name) for name in names))


def waiting(store: SqliteStore) -> list[tuple[str, datetime]]:
    """Return what waits, and for when."""
    items = store.query(keys.QUEUE)
    return [(str(item.value["id"]), keys.when(item.key.partition("#")[0])) for item in items]


def test_what_is_due_is_done_once(store: SqliteStore, clock: MovableClock) -> None:
    """A job is done at its time and not before, with its value, and then it is gone."""
    add(store, "now")
    add(store, "soon", due=START + timedelta(minutes=1))
    doer = Doer()
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(1, 0, 0)
    assert doer.asked == [Job("now", "mail", {"to": "now"}, 1)]
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(0, 0, 0)
    clock.move(minutes=1)
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(1, 0, 0)
    assert doer.ids == ["now", "soon"]
    assert waiting(store) == []


def test_jobs_are_done_in_the_order_of_their_times(store: SqliteStore, clock: MovableClock) -> None:
    """What was due first is done first, a limit leaves the rest for the next time."""
    for minute in (3, 1, 2):
        add(store, f"job{minute}", due=START + timedelta(minutes=minute))
    clock.move(minutes=5)
    doer = Doer()
    assert queue.drain(store, clock(), {"mail": doer}, limit=2).done == 2
    assert doer.ids == ["job1", "job2"]


def test_the_same_job_is_not_added_twice(store: SqliteStore) -> None:
    """A job with an id of its own conflicts while it waits for the same time."""
    add(store, "receipt-1")
    with pytest.raises(Conflict):
        add(store, "receipt-1")
    store.write(queue.adding(START, "mail", {}), queue.adding(START, "mail", {}))
    assert len(waiting(store)) == 3


def test_what_cannot_be_done_now_waits_longer_each_time(
    store: SqliteStore, clock: MovableClock
) -> None:
    """A job that fails is tried again after a minute, ten, an hour, six hours, and six again."""
    add(store, "job")
    doer = Doer(*[Later()] * 6)
    waits = []
    for _ in range(6):
        assert queue.drain(store, clock(), {"mail": doer}) == Drained(0, 1, 0)
        ((_, due),) = waiting(store)
        waits.append(due - clock())
        clock.now = due - timedelta(microseconds=1)
        assert queue.drain(store, clock(), {"mail": doer}) == Drained(0, 0, 0)
        clock.now = due
    assert [wait / timedelta(minutes=1) for wait in waits] == [1, 10, 60, 360, 360, 360]
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(1, 0, 0)
    assert [job.tries for job in doer.asked] == [1, 2, 3, 4, 5, 6, 7]
    assert set(doer.ids) == {"job"}


def test_after_twelve_tries_a_job_is_given_up_aloud(
    store: SqliteStore, clock: MovableClock
) -> None:
    """A job that always fails is laid among the dead, whole and counted, and never lost."""
    add(store, "job")
    doer = Doer(*[Later()] * 50)
    total = [Drained()]
    for _ in range(queue.MOST_TRIES + 3):
        total.append(queue.drain(store, clock(), {"mail": doer}))
        clock.move(hours=7)
    assert sum(each.dead for each in total) == 1
    assert len(doer.asked) == queue.MOST_TRIES
    assert waiting(store) == []
    (grave,) = queue.dead(store)
    assert grave.value["value"] == {"to": "job"}
    assert (grave.value["kind"], grave.value["why"]) == ("mail", "Later")
    assert sum(counting.counted(store, "mail-dead").values()) == 1


def test_what_never_can_be_done_is_given_up_at_once(
    store: SqliteStore, clock: MovableClock
) -> None:
    """A refused address is not tried again; the cause is kept without its words."""
    add(store, "job", "other")
    refused = Never()
    refused.__cause__ = ValueError("secret@example.test")
    assert queue.drain(store, clock(), {"mail": Doer(refused)}) == Drained(1, 0, 1)
    (grave,) = queue.dead(store)
    assert grave.value["why"] == "ValueError"
    assert "secret" not in str(grave.value)
    clock.move(days=91)
    assert queue.dead(store) == []


@pytest.mark.parametrize("failure", [RuntimeError("x@example.test"), StoreDown("x"), KeyError("y")])
def test_a_doer_that_breaks_stops_nobody(
    store: SqliteStore, clock: MovableClock, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a doer raises, the job waits, the others are done, and no address is logged."""
    add(store, "bad", "good")
    doer = Doer(failure)
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(1, 1, 0)
    assert doer.ids == ["bad", "good"]
    assert type(failure).__name__ in caplog.text
    assert "example.test" not in caplog.text


def test_a_mail_that_is_given_up_is_one_line_of_the_log(
    store: SqliteStore, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    """An alarm counts these lines; what goes on trying is none, and no line names anybody."""
    add(store, "first@example.test", "second@example.test")
    never = Never()
    never.__cause__ = ValueError("second@example.test")
    doer = Doer(Later(), never)
    queue.drain(store, clock(), {"mail": doer})
    found = [each.getMessage() for each in caplog.records if "inkstead" in each.getMessage()]
    assert found == ["inkstead mail-dead: ValueError"]
    assert "example.test" not in caplog.text


def test_a_kind_nobody_knows_waits(store: SqliteStore, clock: MovableClock) -> None:
    """A job of a later version of the program is left for it."""
    store.write(queue.adding(START, "later-kind", {}))
    assert queue.drain(store, clock(), {"mail": Doer()}) == Drained(0, 1, 0)


def test_a_job_can_be_over(store: SqliteStore, clock: MovableClock) -> None:
    """A job with an end is not done after it, also when it was put off meanwhile."""
    ends = START + timedelta(minutes=15)
    store.write(queue.adding(START, "mail", {}, id="code", expires=ends))
    doer = Doer(Later(), Later(), Later())
    queue.drain(store, clock(), {"mail": doer})
    clock.move(minutes=1)
    queue.drain(store, clock(), {"mail": doer})
    clock.move(minutes=15)
    assert queue.drain(store, clock(), {"mail": doer}) == Drained()
    assert len(doer.asked) == 2


# ---- at least once, at most once as far as can be ----------------------------------------------


class Killed(BaseException):
    """The process ends here."""


def test_a_job_that_was_not_finished_is_done_again(store: SqliteStore, clock: MovableClock) -> None:
    """Killed in the middle, a job is taken again after its lease, under the same id."""
    add(store, "job")

    def die(_: Job) -> None:
        raise Killed

    with pytest.raises(Killed):
        queue.drain(store, clock(), {"mail": die})
    doer = Doer()
    clock.now = START + queue.LEASE - timedelta(microseconds=1)
    assert queue.drain(store, clock(), {"mail": doer}) == Drained()
    clock.now = START + queue.LEASE
    assert queue.drain(store, clock(), {"mail": doer}) == Drained(1, 0, 0)
    assert doer.asked == [Job("job", "mail", {"to": "job"}, 2)]


def test_a_job_that_kills_whoever_takes_it_is_given_up(
    store: SqliteStore, clock: MovableClock
) -> None:
    """What ends the process each time is not taken for ever."""
    add(store, "job", "other")

    def die(job: Job) -> None:
        if job.id == "job":
            raise Killed

    deaths = 0
    for _ in range(20):
        try:
            queue.drain(store, clock(), {"mail": die})
        except Killed:
            deaths += 1
        clock.move(hours=1)
    assert deaths == queue.MOST_TRIES
    assert len(queue.dead(store)) == 1
    assert waiting(store) == []


@pytest.mark.parametrize("failure", [None, Later(), Never()])
def test_a_doer_that_takes_too_long_does_not_undo_the_next(
    store: SqliteStore, clock: MovableClock, failure: Exception | None
) -> None:
    """Whoever outlives the lease cannot end, double or bury what somebody else holds now."""
    add(store, "job")
    seen: list[Drained] = []

    def slow(_: Job) -> None:
        clock.now = START + queue.LEASE
        seen.append(queue.drain(store, clock(), {"mail": Doer(Later())}))
        if failure:
            raise failure

    queue.drain(store, START, {"mail": slow})
    assert seen == [Drained(0, 1, 0)]
    assert waiting(store) == [("job", START + queue.LEASE + timedelta(minutes=10))]
    assert queue.dead(store) == []


def test_two_who_drain_at_once_share_the_work(store: SqliteStore, clock: MovableClock) -> None:
    """Each of forty jobs is done by one of four, whoever is first."""
    names = [f"job{number:02}" for number in range(40)]
    add(store, *names)
    doer, start = Doer(), threading.Barrier(4)
    found: list[Drained] = []

    def work() -> None:
        start.wait()
        found.append(queue.drain(store, clock(), {"mail": doer}))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(doer.ids) == names
    assert sum(each.done for each in found) == 40
    assert waiting(store) == []


fates = st.lists(st.sampled_from(["good", "later", "never", "break", "die"]), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(fates=fates, hours=st.lists(st.integers(0, 7), min_size=1, max_size=20))
def test_whatever_happens_no_job_is_lost(
    tmp_path: Path, fates: list[str], hours: list[int]
) -> None:
    """Failures, refusals, bugs and deaths in any order: in the end each job is done or buried."""
    (tmp_path / "life.sqlite").unlink(missing_ok=True)
    clock, names, done = MovableClock(), ["a", "b", "c"], list[str]()
    store = SqliteStore(tmp_path / "life.sqlite", clock=clock)
    add(store, *names)
    kinds = {"later": Later(), "never": Never(), "break": ValueError(), "die": Killed()}

    def do(job: Job) -> None:
        fate = fates.pop(0) if fates else "good"
        if fate in kinds:
            raise kinds[fate]
        done.append(job.id)

    for hour in [*hours, *[7] * 60]:
        with contextlib.suppress(Killed):
            queue.drain(store, clock(), {"mail": do})
        there = [name for name, _ in waiting(store)]
        buried = [str(grave.value["id"]) for grave in queue.dead(store)]
        assert sorted([*there, *buried, *done]) == names
        clock.move(hours=hour)
    assert waiting(store) == []
    store.close()


_DRAINS = """
import sys
from datetime import datetime
from pathlib import Path
from publish.paywall import queue
from publish.paywall.stores.sqlite import SqliteStore
now = datetime.fromisoformat(sys.argv[3])
store = SqliteStore(sys.argv[1], clock=lambda: now)
def do(job):
    with open(sys.argv[2], "a") as file:
        file.write(job.id + "\\n")
    print(job.id, flush=True)
    sys.stdin.readline() if job.id == sys.argv[4] else None
queue.drain(store, now, {"mail": do})
"""


def test_a_killed_process_sends_one_copy_more_and_loses_nothing(
    store: SqliteStore, tmp_path: Path, clock: MovableClock
) -> None:
    """Killed between the sending and the taking away, exactly that one job is done again."""
    names = [f"job{number}" for number in range(6)]
    add(store, *names)
    sent = tmp_path / "sent"

    def drain(stop_at: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _DRAINS, str(store.path), str(sent)]
        return subprocess.Popen(
            [*command, clock().isoformat(), stop_at],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    first = drain("job2")
    assert first.stdout is not None
    while first.stdout.readline() != "job2\n":
        pass
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    clock.move(minutes=3)
    second = drain("none")
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert sorted(sent.read_text().split()) == sorted([*names, "job2"])
    assert waiting(store) == []
