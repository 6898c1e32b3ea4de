"""Erasing a person: what runs is cancelled, the provider forgets them, and so does the store.

The books keep orders and grants under the person's id, which leads nowhere any more, without an
address. Every step may be repeated; the person goes last but for what is dead without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publish.paywall import keys, orders, owning, people, queue, rights, suppressing
from publish.paywall.again import again
from publish.paywall.orders import Order
from publish.paywall.people import Person
from publish.paywall.ports import Delete, Operation
from publish.paywall.visit import World

_AT_ONCE = 50


def running(world: World, found: Sequence[Order]) -> list[Order]:
    """Return the orders whose membership goes on: a refund or a failed payment ends none."""
    grants = {
        each.id: world.store.get(keys.person(each.person), keys.grant(each.id)) for each in found
    }
    return [
        each
        for each in found
        if each.subscription
        and (line := grants[each.id])
        and owning.goes_on(rights.read_grant(line.value))
    ]


def erase(
    world: World, someone: Person, found: Sequence[Order], leaving: Operation, lang: str
) -> None:
    """Erase a person with their orders `found`; `leaving` bars mails that are under way.

    Raises:
        PaymentsDown: the provider does not answer; nothing was erased here.
        Conflict: somebody else keeps changing the same.

    """
    ran = bool(running(world, found))
    _at_the_provider(world, someone, found)
    for order in found:
        _without_address(world, order.id)
    suppressing.forget(world.store, someone.mail)
    job = {"mail": "deleted", "to": someone.mail, "lang": lang, "values": {"running": ran}}
    world.store.write(
        Delete(keys.person(someone.id), keys.SELF, someone.version),
        Delete(keys.identity("mail", someone.mail), keys.SELF),
        Delete(keys.PEOPLE, someone.id),
        Delete(keys.person(someone.id), keys.CHANGE),
        leaving,
        queue.adding(world.clock(), "mail", job),
    )
    _sessions(world, someone.id)
    world.wake()


def _at_the_provider(world: World, someone: Person, found: Sequence[Order]) -> None:
    if world.payments is None:
        return
    for subscription in dict.fromkeys(each.subscription for each in running(world, found)):
        world.payments.cancel(subscription, at_once=True)
    customers = (someone.customer, *(each.customer for each in found))
    for customer in dict.fromkeys(each for each in customers if each):
        world.payments.forget(customer)


def _without_address(world: World, order: str) -> None:
    def step() -> None:
        found = orders.find(world.store, order)
        if found and (found.mail or found.customer):
            world.store.write(orders.saving(replace(found, mail="", customer="")))

    again(step)


def _sessions(world: World, person: str) -> None:
    """Take away sessions, which open nothing without the person."""
    while lines := world.store.query(keys.person(person), keys.session(""), limit=_AT_ONCE):
        world.store.write(*(Delete(line.partition, line.key) for line in lines))


def gone(world: World, person: str) -> bool:
    """Tell whether an order's person was erased: nothing of them may be written down again."""
    return bool(person) and people.find(world.store, person) is None
