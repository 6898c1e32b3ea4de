"""Claiming: purchases of a browser move to who signs in, once, whole, and only from nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.paywall import claiming, keys, orders, people, rights
from publish.paywall.orders import Order
from publish.paywall.ports import Conflict, Put
from publish.paywall.sessions import Opened, Session
from tests.publish.paywall import house as ground


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


@pytest.fixture
def payer(house):
    found = house.person("payer@example.test", confirmed=False)
    house.store.write(people.saving(replace(found, customer="cus_1", version=1)))
    return people.find(house.store, found.id)


@pytest.fixture
def order(house, payer):
    made = Order(
        "0RDER0000001", "course", "course", "en", house.clock(), "paid", payer.id, customer="cus_1"
    )
    house.store.write(*orders.creating(made), orders.owning(made))
    house.grant(payer, "course", id=made.id)
    return orders.find(house.store, made.id)


def session(house, *opened):
    now = house.clock()
    return Session("browser#B", "hash", "", now, now, "", tuple(opened))


def ledger(house, person):
    lines = house.store.query(keys.person(person.id), keys.grant(""))
    return [rights.read_grant(line.value).id for line in lines]


def test_order_grant_and_customer_move_together(house, payer, order):
    mine = house.person()
    assert claiming.claim(house.world, session(house, Opened(payer.id, order.id)), mine.id) == 1
    assert orders.find(house.store, order.id).person == mine.id
    assert (ledger(house, payer), ledger(house, mine)) == ([], [order.id])
    assert people.find(house.store, mine.id).customer == "cus_1"
    assert people.find(house.store, payer.id).customer == ""


def test_claiming_twice_is_once(house, payer, order):
    mine, here = house.person(), session(house, Opened(payer.id, order.id))
    assert [claiming.claim(house.world, here, mine.id) for _ in range(2)] == [1, 0]
    assert ledger(house, mine) == [order.id]


def test_a_customer_one_has_already_stays(house, payer, order):
    mine = house.person()
    house.store.write(people.saving(replace(mine, customer="cus_mine", version=1)))
    claiming.claim(house.world, session(house, Opened(payer.id, order.id)), mine.id)
    assert people.find(house.store, mine.id).customer == "cus_mine"


@pytest.mark.parametrize("change", [{"confirmed": "2026-11-22T08:00:00Z"}, {"banned": True}])
def test_nothing_moves_from_who_confirmed_or_is_banned(house, payer, order, change):
    house.store.write(people.saving(replace(payer, **change)))
    mine, here = house.person(), session(house, Opened(payer.id, order.id))
    assert claiming.claim(house.world, here, mine.id) == 0
    assert ledger(house, payer) == [order.id]


def test_nothing_moves_that_was_not_opened_here(house, payer, order):
    mine = house.person()
    assert claiming.claim(house.world, session(house), mine.id) == 0
    other = house.person("other@example.test", confirmed=False)
    wrong = (Opened(other.id, order.id), Opened(payer.id, "NOSUCHORDER"), Opened("GONE", order.id))
    assert claiming.claim(house.world, session(house, *wrong), mine.id) == 0
    assert ledger(house, payer) == [order.id]


def test_a_change_that_comes_between_is_not_lost(house, payer, order):
    """The provider's news and the claim write the same; whoever is second looks again."""
    mine = house.person()
    operations = claiming.moving(house.world, Opened(payer.id, order.id), mine.id)
    house.store.write(orders.saving(replace(order, refunded=100)))
    with pytest.raises(Conflict):
        house.store.write(*operations)
    claiming.claim(house.world, session(house, Opened(payer.id, order.id)), mine.id)
    moved = orders.find(house.store, order.id)
    assert (moved.person, moved.refunded) == (mine.id, 100)


def test_a_grant_that_changed_between_is_not_lost(house, payer, order):
    mine = house.person()
    operations = claiming.moving(house.world, Opened(payer.id, order.id), mine.id)
    line = house.store.get(keys.person(payer.id), keys.grant(order.id))
    house.store.write(Put(line.partition, line.key, {**line.value, "state": "revoked"}))
    with pytest.raises(Conflict):
        house.store.write(*operations)
    claiming.claim(house.world, session(house, Opened(payer.id, order.id)), mine.id)
    moved = house.store.get(keys.person(mine.id), keys.grant(order.id))
    assert moved.value["state"] == "revoked"
