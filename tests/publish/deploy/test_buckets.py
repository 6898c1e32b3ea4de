"""Records are read once; what somebody else has written since is read again."""

from dataclasses import replace

import pytest

from publish.deploy.buckets import PrivateBucket
from publish.deploy.ports import Absent
from tests.publish.deploy import sites
from tests.publish.deploy.hooking import Calls, watched
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import FIRST, SECOND
from tests.publish.deploy.worlds import sent

RECORD = sites.plan(FIRST, None).release


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def private(calls):
    """A private bucket with a record that somebody else wrote; it tells of every call."""
    places = in_memory()
    PrivateBucket(places.private.objects).put_record(RECORD)
    return watched(places, calls).private


def gets(calls):
    return [key for call, key in calls.all if call == "private.get"]


def test_a_record_that_is_listed_as_it_was_is_read_once(private, calls):
    for _ in range(2):
        ((name, tag),) = private.record_tags().items()
        assert private.record(name, tag) == RECORD
    assert len(gets(calls)) == 1
    assert private.known_record(RECORD.id) == RECORD


def test_a_record_that_is_written_here_need_not_be_read(private, calls):
    ours = sites.plan(SECOND, None).release
    private.put_record(ours)
    assert private.record(ours.id, private.record_tags()[ours.id]) == ours
    assert gets(calls) == []


def test_a_record_that_somebody_else_wrote_over_is_read_again(private):
    assert private.record(RECORD.id) == RECORD
    theirs = replace(RECORD, bundle="another")
    PrivateBucket(private.objects).put_record(theirs)
    assert private.record(RECORD.id, private.record_tags()[RECORD.id]) == theirs


def test_what_somebody_else_left_beside_records_is_none(private):
    private.objects.put(sent("deploy/releases/notes.txt"))
    assert set(private.record_tags()) == {RECORD.id}


def test_without_a_tag_nothing_is_believed(private):
    assert private.record(RECORD.id) == RECORD
    private.objects.delete([f"deploy/releases/{RECORD.id}.json.gz"])
    with pytest.raises(Absent):
        private.record(RECORD.id)
    assert private.known_record("another") is None


@pytest.mark.parametrize("same", [True, False])
def test_the_live_record_is_believed_while_the_edge_runs_the_same_code(published, same):
    calls, live = Calls(), FIRST.local().id
    plan = published.plan(SECOND)
    over = published.places.edge.live().code if same else b"another"
    through = watched(published.places, calls)
    through.private.record(live)
    calls.all.clear()
    published.apply(replace(plan, over=over), through)
    assert (f"deploy/releases/{live}.json.gz" in gets(calls)) is not same
