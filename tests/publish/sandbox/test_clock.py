"""The clock of the sandbox."""

from datetime import UTC, datetime, timedelta

from publish.sandbox.clock import MovingClock
from publish.sandbox.state import State
from tests.publish.sandbox.conftest import START
from tests.publish.sandbox.shop import later


def test_it_is_the_machines_until_it_is_moved_and_runs_on_then(state, time):
    clock = MovingClock(state)
    assert clock() == datetime.fromtimestamp(START, UTC)
    later(state, 3)
    time.at += 2.5
    assert clock() == datetime.fromtimestamp(START + 2.5, UTC) + timedelta(days=3)


def test_every_process_tells_the_same(state, time):
    other = MovingClock(State(state.path, real=time))
    later(state, 1)
    assert other() == MovingClock(state)()
