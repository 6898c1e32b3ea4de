"""Giving a product for nothing: days stack, and the same again on one day is once."""

from datetime import UTC, datetime, timedelta

import pytest

from publish.operating import gifts
from publish.paywall import ledgers, people, rights
from publish.paywall.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIN = "lin@example.test"


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


def add(store, mail):
    person = people.new(mail, mail, "en", NOW, confirmed=False)
    store.write(*people.creating(person))
    return person


def test_days_that_are_given_stack_on_days_that_run(store):
    person = add(store, LIN)
    gifts.give(store, person.id, "pass", NOW, days=10)
    gifts.give(store, person.id, "pass", NOW + timedelta(days=1), days=10)
    held = rights.rights(ledgers.of(store, person.id), NOW)
    assert held["pass"].until == NOW + timedelta(days=20)


def test_a_gift_that_is_corrected_keeps_the_day_it_began(store):
    person = add(store, LIN)
    gifts.give(store, person.id, "pass", NOW, days=10)
    gifts.give(store, person.id, "pass", NOW + timedelta(hours=5), days=30)
    [grant] = ledgers.of(store, person.id)
    assert (grant.at, grant.days) == (NOW, 30)


def test_the_same_gift_again_is_nothing_new(store):
    person = add(store, LIN)
    assert gifts.give(store, person.id, "pass", NOW, days=10)
    assert gifts.give(store, person.id, "pass", NOW, days=10) is None


def test_what_was_given_can_be_taken_and_what_was_bought_cannot(store):
    person = add(store, LIN)
    gifts.give(store, person.id, "pass", NOW)
    bought = rights.Grant("order-1", "pass", "purchase", NOW)
    gifts.put_grant(store, person.id, bought, lambda known, wanted: known == wanted)
    given, paid = gifts.holds(store, person.id, "pass", NOW)
    assert ([each.kind for each in given], [each.id for each in paid]) == (["comp"], ["order-1"])
    gifts.take(store, person.id, given)
    assert gifts.holds(store, person.id, "pass", NOW)[0] == []
    assert rights.rights(ledgers.of(store, person.id), NOW)["pass"].open
