"""One process sends a letter at a time, and a dead one does not stand in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from publish.operating import letter_lease
from publish.operating.letter_lease import LASTS, RENEWED, Lease, Taken
from publish.paywall import keys
from publish.paywall.ports import Put
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path, clock) -> SqliteStore:
    return SqliteStore(tmp_path / "paywall.sqlite", clock=clock)


def held_by(store, clock, **holder) -> None:
    value = {"host": letter_lease.socket.gethostname(), "process": os.getpid(), "run": "other"}
    until = clock() + LASTS
    told = {**value, **holder, "until": keys.stamp(until)}
    store.write(Put(keys.letter("one"), "lease", told, None, until))


def test_while_one_has_it_no_other_gets_it(store, clock):
    Lease(store, "one", clock)
    with pytest.raises(Taken) as told:
        Lease(store, "one", clock)
    assert told.value.until == clock() + LASTS
    Lease(store, "another", clock)


def test_who_gives_it_back_lets_others_have_it_at_once(store, clock):
    Lease(store, "one", clock).give_back()
    Lease(store, "one", clock).give_back()


def test_who_is_silent_loses_it(store, clock):
    silent = Lease(store, "one", clock)
    clock.move(seconds=LASTS.total_seconds())
    taken = Lease(store, "one", clock)
    with pytest.raises(Taken):
        silent.renew()
    silent.give_back()
    taken.renew()
    with pytest.raises(Taken):
        Lease(store, "one", clock)


def test_who_keeps_it_has_it_for_long(store, clock):
    lease = Lease(store, "one", clock)
    for _ in range(10):
        clock.now += RENEWED
        lease.keep()
    with pytest.raises(Taken):
        Lease(store, "one", clock)


def test_it_is_not_written_more_often_than_needed(store, clock):
    lease = Lease(store, "one", clock)
    clock.now += RENEWED - timedelta(seconds=1)
    lease.keep()
    assert store.get(keys.letter("one"), "lease").version == 1


def test_a_process_that_was_killed_on_this_machine_has_it_no_more(store, clock):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    held_by(store, clock, process=process.pid)
    Lease(store, "one", clock)


@pytest.mark.parametrize("holder", [{"process": os.getppid()}, {"host": "elsewhere", "process": 1}])
def test_one_that_lives_or_is_elsewhere_has_it(store, clock, holder):
    held_by(store, clock, **holder)
    with pytest.raises(Taken):
        Lease(store, "one", clock)


def test_where_asking_for_a_process_would_end_it_nobody_asks(store, clock, monkeypatch):
    monkeypatch.setattr(letter_lease.sys, "platform", "win32")
    monkeypatch.setattr(letter_lease.os, "kill", lambda *_: pytest.fail("asked"))
    held_by(store, clock)
    with pytest.raises(Taken):
        Lease(store, "one", clock)
