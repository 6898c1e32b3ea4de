"""People: an id that stays, addresses that only point to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.paywall import keys, people
from publish.paywall.ports import Conflict
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.house import START, MovableClock


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "paywall.sqlite", clock=MovableClock())


def make(store, mail="reader@example.test", **fields):
    found = people.new(mail, mail.title(), "en", START, confirmed=True)
    found = replace(found, **fields)
    store.write(*people.creating(found))
    return found


def test_a_person_comes_back_by_id_and_by_address(store):
    made = make(store, tags=("friend", "朋友"), note="met in Suzhou", customer="cus_1")
    assert people.find(store, made.id) == replace(made, version=1)
    assert people.find_by_mail(store, "reader@example.test") == replace(made, version=1)
    assert [line.key for line in store.query(keys.PEOPLE)] == [made.id]


def test_who_is_unknown_is_nobody(store):
    assert people.find(store, "NOBODY") is None
    assert people.find_by_mail(store, "nobody@example.test") is None


def test_one_address_has_one_person(store):
    make(store)
    with pytest.raises(Conflict):
        make(store)
    assert len(store.query(keys.PEOPLE)) == 1


def test_two_changes_at_once_are_not_lost(store):
    made = people.find(store, make(store).id)
    store.write(people.saving(replace(made, note="one")))
    with pytest.raises(Conflict):
        store.write(people.saving(replace(made, banned=True)))
    assert people.find(store, made.id).note == "one"


def test_only_who_confirmed_is_confirmed():
    for confirmed in (True, False):
        found = people.new("a@example.test", "A@example.test", "en", START, confirmed=confirmed)
        assert bool(found.confirmed) == confirmed
