"""One deployment at a time, also when one of them falls asleep."""

import json
import multiprocessing
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from publish.deploy.buckets import LOCK, PrivateBucket
from publish.deploy.locking import Held, Lost, held, is_over
from publish.deploy.objects.folder import FolderObjects
from publish.deploy.ports import Changed, Refused, Unreachable
from tests.publish.deploy.hooking import Calls, Failing, Watched, silence
from tests.publish.deploy.sites import Clock


@pytest.fixture
def private(tmp_path):
    return PrivateBucket(FolderObjects(tmp_path))


@pytest.fixture
def clock():
    return Clock()


def hooked(private, before=silence, after=silence):
    return PrivateBucket(Watched(private.objects, "private", before, after))


def test_whoever_comes_second_is_told_who_works_and_until_when(private, clock):
    with (
        held(private, "ana@desk", clock),
        pytest.raises(Held) as refused,
        held(private, "ben@train", clock),
    ):
        pytest.fail("both hold it")
    assert refused.value.owner == "ana@desk"
    assert "ana@desk" in str(refused.value)
    assert "2026-11-22 12:10 UTC" in str(refused.value)


def test_a_lock_that_was_let_go_can_be_taken_at_once(private, clock):
    with held(private, "ana", clock):
        pass
    with held(private, "ben", clock) as lease:
        assert not lease.unclean


def test_a_lease_that_ran_out_is_taken_over_and_known_to_be_unclean(private, clock):
    with held(private, "ana", clock):
        clock.pass_(minutes=10)
        with held(private, "ben", clock) as lease:
            assert lease.unclean


def test_nobody_waits_for_a_process_of_their_own_that_is_gone(private, clock):
    """The line broke, so the lock could not be given back; the same machine goes on at once."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with held(private, f"ana@desk (process {gone.pid})", clock):
        with pytest.raises(Held), held(private, "ben@desk (process 7)", clock):
            pytest.fail("both hold it")
        with held(private, "ana@desk (process 7)", clock) as lease:
            assert lease.unclean


@pytest.mark.parametrize("holder", ["ana@desk (process 5)", "GitHub Actions o/n 12", "ana@desk"])
def test_who_still_runs_or_cannot_be_asked_is_waited_for(holder):
    assert not is_over(holder, "ana@desk (process 7)", runs=lambda process: True)
    assert is_over(holder, "ana@desk (process 7)", runs=lambda process: False) == (
        holder == "ana@desk (process 5)"
    )


def test_a_lease_that_has_not_run_out_is_not_taken_over(private, clock):
    with held(private, "ana", clock):
        clock.pass_(minutes=9, seconds=59)
        with pytest.raises(Held), held(private, "ben", clock):
            pytest.fail("both hold it")


def test_renewing_moves_the_end(private, clock):
    with held(private, "ana", clock) as lease:
        clock.pass_(minutes=9)
        lease.renew()
        clock.pass_(minutes=9)
        with pytest.raises(Held), held(private, "ben", clock):
            pytest.fail("both hold it")


def test_the_old_holder_who_comes_back_finds_out_and_leaves_the_lock_alone(private, clock):
    with held(private, "ana", clock) as old:
        clock.pass_(minutes=11)
        with held(private, "ben", clock):
            with pytest.raises(Lost):
                old.renew()
            old.free(failed=True)
            with pytest.raises(Held) as still, held(private, "cid", clock):
                pytest.fail("the old holder let go of a lock that is not theirs")
            assert still.value.owner == "ben"
        with pytest.raises(Lost):
            old.keep()


def test_keeping_writes_only_when_a_third_of_the_lease_is_over(private, clock):
    calls = Calls()
    with held(hooked(private, calls), "ana", clock) as lease:
        before = len(calls.all)
        clock.pass_(minutes=3)
        lease.keep()
        assert len(calls.all) == before
        clock.pass_(minutes=1)
        lease.keep()
        assert len(calls.all) == before + 1
        lease.keep()
        assert len(calls.all) == before + 1


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_the_work_lets_the_lock_go_and_says_that_it_is_unclean(private, clock, error):
    with pytest.raises(error), held(private, "ana", clock):
        raise error
    with held(private, "ben", clock) as lease:
        assert lease.unclean


def test_unclean_stays_until_somebody_has_cleaned_up(private, clock):
    with pytest.raises(RuntimeError), held(private, "ana", clock):
        raise RuntimeError
    with held(private, "ben", clock) as lease:
        assert lease.unclean
    with held(private, "cid", clock) as lease:
        assert lease.unclean
        lease.unclean = False
    with held(private, "dan", clock) as lease:
        assert not lease.unclean


@pytest.mark.parametrize("error", [Unreachable("cut off"), Changed("my own first try")])
def test_a_lost_answer_to_ones_own_write_is_no_other_holder(private, clock, error):
    taking = Failing(error, "private.put_if")
    with held(hooked(private, after=taking), "ana", clock) as lease:
        taking.times = 2
        lease.renew()
        lease.renew()
    assert taking.failed == 2
    with held(private, "ben", clock) as lease:
        assert not lease.unclean


def test_a_lock_that_cannot_be_written_is_not_held(private, clock):
    failing = Failing(Unreachable("no network"), "private.put_if", times=9)
    with pytest.raises(Unreachable), held(hooked(private, failing), "ana", clock):
        pytest.fail("it is not held")


def test_a_lock_that_cannot_be_let_go_runs_out_by_itself(private, clock):
    failing = Failing(Refused("no"), "private.put_if", times=0)
    with held(hooked(private, failing), "ana", clock):
        failing.times = 9
    with pytest.raises(Held), held(private, "ben", clock):
        pytest.fail("it is still held")
    clock.pass_(minutes=10)
    with held(private, "ben", clock) as lease:
        assert lease.unclean


NAIVE = b'{"owner": "x", "until": "2020-01-01T00:00:00", "unclean": true, "mark": ""}'


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"owner": "x"}', b'{"until": "soon"}', NAIVE, b"[" * 100_000]
)
def test_a_broken_lock_binds_nobody(private, clock, body):
    private.swap(LOCK, body, "")
    with held(private, "ana", clock) as lease:
        assert lease.unclean


def test_a_wrong_clock_does_not_lock_for_years(private, clock):
    ahead = Clock(clock() + timedelta(days=400))
    with held(private, "ana", ahead), held(private, "ben", clock) as lease:
        assert lease.unclean


def test_a_lock_taken_between_look_and_write_is_told_as_held(private, clock):
    def faster(call, _subject):
        if call == "private.put_if" and not entered:
            entered.append(other.__enter__())

    entered, other = [], held(private, "ben", clock)
    with pytest.raises(Held) as refused, held(hooked(private, faster), "ana", clock):
        pytest.fail("both hold it")
    other.__exit__(None, None, None)
    assert refused.value.owner == "ben"


def test_of_many_threads_one_holds_it(private, clock):
    start, end, won = threading.Barrier(8), threading.Barrier(8), []

    def race(name):
        start.wait(60)
        try:
            with held(private, name, clock):
                won.append(name)
                end.wait(60)
        except Held:
            end.wait(60)

    threads = [threading.Thread(target=race, args=(f"t{n}",)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(won) == 1


def race_of_processes(folder, name, barrier, results):
    private = PrivateBucket(FolderObjects(folder))
    barrier.wait(60)
    try:
        with held(private, name, Clock()):
            results.put(name)
            barrier.wait(60)
    except Held:
        barrier.wait(60)


def test_of_many_processes_one_holds_it(tmp_path, private):
    context = multiprocessing.get_context("forkserver")
    barrier, results = context.Barrier(4), context.SimpleQueue()
    processes = [
        context.Process(target=race_of_processes, args=(tmp_path, f"p{n}", barrier, results))
        for n in range(4)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    assert [each.exitcode for each in processes] == [0] * 4
    winner = results.get()
    assert results.empty()
    results.close()
    assert json.loads(private.find(LOCK).body)["owner"] == "", winner
