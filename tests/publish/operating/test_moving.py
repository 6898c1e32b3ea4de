"""Bringing many readers in: at once, again after a kill, beside others who write."""

from datetime import UTC, datetime

import pytest

from publish.operating import moving, readers
from publish.operating.moves import Terms
from publish.operating.newcomers import Held, Newcomer
from publish.paywall import people
from publish.paywall.collecting import Collected
from publish.paywall.ports import Conflict
from publish.paywall.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIN = "lin@example.test"
TERMS = Terms("en", "my old blog")


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


class Meddled:
    """A store in which something happens before each write: a kill, or somebody else's write."""

    def __init__(self, store, before):
        self._store, self._before, self.writes = store, before, 0
        self.get, self.query = store.get, store.query

    def write(self, *operations):
        self.writes += 1
        self._before(self.writes)
        self._store.write(*operations)


def newcomer(n, **told):
    mail = f"r{n}@example.test"
    told = {"letters": "on", "tags": ("moved",), "held": (Held("course", None),)} | told
    return Newcomer(line=n, mail=mail, shown=mail, **told)


def state(store):
    """Return what every reader has, but for ids and versions."""
    found = {}
    for each in readers.everyone(store, NOW):
        person = each.person
        found[person.mail] = (person.tags, person.note, sorted(each.rights), each.letters)
    return found


def test_many_are_written_many_at_once(store):
    meddled = Meddled(store, lambda n: None)
    changes = moving.bring_all(meddled, map(newcomer, range(100)), TERMS, NOW)
    assert sum(each.what == "new" for each in changes) == 100
    assert meddled.writes <= 8
    assert len(state(store)) == 100


def test_a_plan_writes_nothing(store):
    changes = moving.bring_all(store, [newcomer(1, suppressed="bounced")], TERMS, NOW, plan=True)
    assert {each.what for each in changes} == {"new", "tagged", "granted", "waits", "suppressed"}
    assert list(store.everything()) == []


@pytest.mark.parametrize("killed", [1, 2, 4])
def test_who_kills_it_in_the_middle_and_starts_again_ends_the_same(store, tmp_path, killed):
    whole = [newcomer(n) for n in range(60)]
    untroubled = SqliteStore(tmp_path / "other.sqlite", clock=lambda: NOW)
    moving.bring_all(untroubled, whole, TERMS, NOW)

    def die(n):
        if n == killed:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.bring_all(Meddled(store, die), whole, TERMS, NOW)
    assert len(state(store)) < 60
    changes = moving.bring_all(store, whole, TERMS, NOW)
    assert 0 < sum(each.what == "new" for each in changes) <= 60
    assert state(store) == state(untroubled)
    assert moving.bring_all(store, whole, TERMS, NOW) == []


def test_somebody_who_signs_up_meanwhile_keeps_what_they_have_and_nobody_is_lost(store):
    def meddle(n):
        if n == 1:
            made = people.new("r3@example.test", "r3", "zh-Hans", NOW, confirmed=True)
            store.write(*people.creating(made))

    moving.bring_all(Meddled(store, meddle), map(newcomer, range(20)), TERMS, NOW)
    found = {each.person.mail: each for each in readers.everyone(store, NOW)}
    assert len(found) == 20
    assert found["r3@example.test"].person.lang == "zh-Hans"
    assert found["r3@example.test"].letters == "on"


def test_a_race_with_somebody_else_is_run_again(store):
    moving.bring_in(store, newcomer(1, tags=()), TERMS, NOW)

    def meddle(n):
        if n == 1:
            readers.tag(store, people.find_by_mail(store, "r1@example.test").id, ["mine"])
            raise Conflict

    moving.bring_in(Meddled(store, meddle), newcomer(1, tags=("theirs",)), TERMS, NOW)
    assert set(people.find_by_mail(store, "r1@example.test").tags) == {"mine", "theirs"}


def test_one_who_has_more_than_fits_at_once_is_brought_in_whole(store):
    many = tuple(Collected(f"m{n:03}", "en", NOW) for n in range(150))
    moving.bring_all(store, [newcomer(1, collected=many), newcomer(2)], TERMS, NOW)
    found = {each.person.mail: each for each in readers.everyone(store, NOW)}
    assert len(found["r1@example.test"].collected) == 150
    assert "r2@example.test" in found


def test_long_notes_are_not_written_in_one_piece(store):
    meddled = Meddled(store, lambda n: None)
    whole = [newcomer(n, notes=("x" * 60_000,)) for n in range(20)]
    moving.bring_all(meddled, whole, TERMS, NOW)
    assert meddled.writes >= 3


def test_how_far_it_is_can_be_heard(store):
    heard = []
    moving.bring_all(store, map(newcomer, range(3)), TERMS, NOW, heard=heard.append)
    assert heard == [1, 2, 3]
