"""Claiming: what a browser bought before anybody signed in there goes to who signs in.

Only from people whose address nobody confirmed yet: those were made by a payment. A purchase that
belongs to somebody who confirmed theirs stays with them. Each order moves in a write of its own
that may be repeated; what could not be moved now is moved the next time.
"""

from __future__ import annotations

from dataclasses import replace

from publish.paywall import keys, orders, people, reminding, rights
from publish.paywall.again import again
from publish.paywall.people import Person
from publish.paywall.ports import Conflict, Delete, Item, Operation, Put
from publish.paywall.sessions import Opened, Session
from publish.paywall.visit import World

_TRIES = 4
_MOST = 20


def claim(world: World, session: Session, person: str) -> int:
    """Give a person what this session opened; return how many orders moved."""
    wanted = [each for each in session.opened if each.person != person][:_MOST]
    return sum(_claim(world, opened, person) for opened in wanted)


def _claim(world: World, opened: Opened, person: str) -> bool:
    try:
        return again(lambda: _move(world, opened, person), _TRIES)
    except Conflict:
        return False


def _move(world: World, opened: Opened, person: str) -> bool:
    operations = moving(world, opened, person)
    if operations:
        world.store.write(*operations)
    return bool(operations)


def moving(world: World, opened: Opened, person: str) -> list[Operation]:
    """Return what to write so that an order and its grant belong to a person; nothing if not."""
    store = world.store
    order = orders.find(store, opened.grant)
    payer, claimer = people.find(store, opened.person), people.find(store, person)
    if order is None or claimer is None or order.person != opened.person:
        return []
    if payer is None or payer.confirmed or payer.banned:
        return []
    line = store.get(keys.person(payer.id), keys.grant(order.id))
    if line is None:
        return []
    moved = replace(order, person=person)
    return [
        orders.saving(moved),
        orders.owning(moved),
        Delete(keys.person(payer.id), keys.order(order.id)),
        *_ledger(line, person),
        *reminding.added(world, person, rights.read_grant(line.value)),
        *_customers(payer, claimer, order.customer),
    ]


def _ledger(line: Item, person: str) -> list[Operation]:
    return [
        Put(keys.person(person), line.key, line.value),
        Delete(line.partition, line.key, line.version),
    ]


def _customers(payer: Person, claimer: Person, customer: str) -> list[Operation]:
    """Return what to write so that the provider's customer goes along; both stay as they were."""
    kept = replace(payer, customer="") if payer.customer == customer else payer
    takes = claimer if claimer.customer else replace(claimer, customer=customer)
    return [people.saving(kept), people.saving(takes)]
