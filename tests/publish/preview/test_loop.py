"""Build, show, wait; time and changes are given."""

from datetime import UTC, datetime, timedelta

from publish.build import Outcome
from publish.contract.report import Done
from publish.preview.loop import LONGEST_WAIT, turns
from publish.preview.watch import Queued

START = datetime(2026, 12, 24, 8, 0, tzinfo=UTC)


class World:
    """A clock that moves by waiting, and edits that come at their time."""

    def __init__(self, edits=(), due="", ok=(), cost=0):
        self.now = START
        self.edits = sorted((START + timedelta(seconds=at), path) for at, path in edits)
        self.due, self.ok, self.cost = due, list(ok), timedelta(seconds=cost)
        self.built = []
        self.waits = []

    def clock(self):
        return self.now

    def take(self, seconds):
        self.waits.append(seconds)
        ready = [edit for edit in self.edits if edit[0] <= self.now]
        if not ready:
            until = self.now + timedelta(seconds=seconds)
            self.now = min([until, *(at for at, _ in self.edits)])
            ready = [edit for edit in self.edits if edit[0] <= self.now]
        self.edits = [edit for edit in self.edits if edit not in ready]
        return frozenset(path for _, path in ready)

    def build(self, at, changed):
        self.built.append((int((at - START).total_seconds()), sorted(changed)))
        self.now += self.cost
        ok = self.ok.pop(0) if self.ok else True
        return Outcome(Done(ok=ok, output="", next=self.due if ok else ""))

    def run(self, count):
        loop = turns(self.build, self, self.clock)
        return [next(loop) for _ in range(count)]


def test_the_first_build_waits_for_nothing():
    world = World()
    turn = world.run(1)[0]
    assert (turn.number, turn.changed) == (1, frozenset())
    assert world.waits == []


def test_every_edit_is_built():
    world = World(edits=[(5, "a.md"), (70, "b.md")])
    world.run(3)
    assert world.built == [(0, []), (5, ["a.md"]), (70, ["b.md"])]
    assert max(world.waits) <= LONGEST_WAIT


def test_an_edit_during_a_build_is_built_right_after():
    world = World(edits=[(5, "a.md"), (6, "b.md")], cost=10)
    world.run(2)
    assert world.built == [(0, []), (10, ["a.md", "b.md"])]


def test_a_scheduled_post_is_built_when_its_time_comes():
    due = (START + timedelta(seconds=100)).isoformat()
    world = World(due=due)
    turn = world.run(2)[1]
    assert turn.changed == frozenset()
    assert world.built == [(0, []), (100, [])]
    assert max(world.waits) <= LONGEST_WAIT


def test_a_time_that_has_passed_is_not_built_for_again():
    """A build that keeps naming a time that is over must not turn into a busy loop."""
    due = (START + timedelta(seconds=40)).isoformat()
    world = World(due=due, edits=[(500, "a.md")])
    world.run(3)
    assert world.built == [(0, []), (40, []), (500, ["a.md"])]


def test_a_failed_edit_does_not_lose_the_scheduled_time():
    due = (START + timedelta(seconds=100)).isoformat()
    world = World(due=due, edits=[(5, "a.md")], ok=[True, False])
    world.run(3)
    assert world.built == [(0, []), (5, ["a.md"]), (100, [])]


def test_a_failure_at_the_scheduled_time_waits_for_an_edit():
    due = (START + timedelta(seconds=100)).isoformat()
    world = World(due=due, edits=[(900, "a.md")], ok=[True, False])
    world.run(3)
    assert world.built == [(0, []), (100, []), (900, ["a.md"])]


def test_the_queue_gives_all_that_came_at_once():
    queued = Queued()
    queued.put({"a"})
    queued.put({"b", "c"})
    assert queued.take(0) == {"a", "b", "c"}
    assert queued.take(0) == frozenset()
