"""Bringing readers in: what is known is never lost, what is held or over is never opened."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.operating import moving, readers
from publish.operating.moving import Held, Newcomer
from publish.operating.reader_files import Row
from publish.operating.readers import Reader
from publish.paywall import ledgers, people, rights
from publish.paywall.ports import Conflict
from publish.paywall.rights import Grant, Right
from publish.paywall.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)
LIN = "lin@example.test"
PRODUCTS = {"course", "membership"}
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


def row(**told):
    return Row(**{"line": 2, "mail": LIN, **told})


def bring(store, *held, **told):
    return moving.bring_in(store, Newcomer(2, LIN, LIN, held, **told), "en", NOW)


def opens(store):
    person = people.find_by_mail(store, LIN)
    found = rights.rights(ledgers.of(store, person.id), NOW)
    return {key: right.until for key, right in found.items() if right.open}


# ---- reading rows -----------------------------------------------------------------------------


@given(st.permutations([SOON, LATER, None]), st.integers(1, 3))
def test_of_several_ends_the_last_counts_in_any_order(ends, count):
    rows = [row(product="course", until=end) for end in ends[:count]]
    [newcomer], wrong, _ = moving.gathered(rows, PRODUCTS)
    [held] = newcomer.held
    assert all(held.covers(end) for end in ends[:count])
    assert held.until in ends[:count]
    assert wrong == []


def test_what_a_dispute_holds_elsewhere_does_not_open_here():
    [newcomer], _, _ = moving.gathered([row(product="course", access="held")], PRODUCTS)
    assert newcomer.held == ()


def test_one_reader_in_two_spellings_is_one():
    rows = [row(mail="Lin@Example.test", tags=("a",)), row(mail=" lin@example.test ", note="n")]
    [newcomer], _, same = moving.gathered(rows, PRODUCTS)
    assert (newcomer.mail, newcomer.tags, newcomer.notes, same) == (LIN, ("a",), ("n",), 0)


# ---- writing ----------------------------------------------------------------------------------


def test_a_right_is_made_longer_and_never_shorter(store):
    bring(store, Held("course", LATER))
    assert bring(store, Held("course", SOON)) == []
    assert opens(store) == {"course": LATER}
    [change] = bring(store, Held("course", None))
    assert (change.what, opens(store)) == ("longer", {"course": None})


def test_who_holds_it_for_as_long_already_is_left_alone(store):
    bring(store)
    person = people.find_by_mail(store, LIN)
    readers.give(store, person.id, "course", NOW, until=LATER)
    assert bring(store, Held("course", SOON)) == []
    assert len(ledgers.of(store, person.id)) == 1


def test_a_note_and_tags_are_added_to_what_is_known(store):
    bring(store, tags=("a",), notes=("first",))
    person = people.find_by_mail(store, LIN)
    readers.note(store, person.id, "first, and mine")
    assert {each.what for each in bring(store, tags=("b",), notes=("first", "second"))} == {
        "tagged",
        "noted",
    }
    known = people.find_by_mail(store, LIN)
    assert (known.tags, known.note) == (("a", "b"), "first, and mine\nsecond")


def test_a_confirmation_is_taken_over_and_never_taken_away(store):
    bring(store, confirmed=SOON)
    bring(store)
    assert people.find_by_mail(store, LIN).confirmed.startswith("2026-12-22")


def test_a_race_with_somebody_else_is_run_again(store):
    bring(store)
    real, raced = store.write, []

    def write(*operations):
        if not raced:
            raced.append(1)
            readers.tag(store, people.find_by_mail(store, LIN).id, ["mine"])
            raise Conflict
        real(*operations)

    class Racing:
        get, query = staticmethod(store.get), staticmethod(store.query)

    racing = Racing()
    racing.write = lambda *operations: real(*operations) if raced else write(*operations)
    bring(racing, tags=("theirs",))
    assert set(people.find_by_mail(store, LIN).tags) == {"mine", "theirs"}


# ---- writing lines ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "until", "state"),
    [
        (Right("course", True, None), "forever", "open"),
        (Right("course", True, LATER), "2027-01-20", "open"),
        (Right("course", False, SOON - timedelta(days=60)), "2026-10-22", "over"),
        # Closed now, though the period goes on: paused, or unpaid.
        (Right("course", False, LATER), "2026-11-21", "over"),
        (Right("course", False, None, held=True), "2026-11-21", "held"),
    ],
)
def test_what_is_closed_is_written_as_over(right, until, state):
    person = people.new(LIN, LIN, "en", NOW, confirmed=False)
    [line] = moving.lines([Reader(person, {"course": right})], UTC_ZONE, NOW)
    assert (line.until, line.state) == (until, state)


def test_who_holds_nothing_has_a_line(store):
    person = people.new(LIN, LIN, "en", NOW, confirmed=False)
    [line] = moving.lines([Reader(person, {})], UTC_ZONE, NOW)
    assert (line.mail, line.product, line.until) == (LIN, "", "")


def test_a_grant_of_an_import_says_so(store):
    bring(store, Held("course", LATER))
    person = people.find_by_mail(store, LIN)
    assert ledgers.of(store, person.id) == [
        Grant("import-course", "course", "import", NOW, until=LATER)
    ]
