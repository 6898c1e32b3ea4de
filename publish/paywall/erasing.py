"""Erasing a person: what runs is cancelled, the provider forgets them, and so does the store.

The books keep orders and grants under the person's id, which leads nowhere any more, without an
address. Letters that were sent keep the id too. Every step may be repeated; the person goes last
but for what is dead without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publish.paywall import keys, orders, owning, people, queue, rights, suppressing
from publish.paywall.again import again
from publish.paywall.orders import Order
from publish.paywall.people import Person
from publish.paywall.ports import Delete, Item, Operation
from publish.paywall.visit import World
from publish.paywall.walking import every

_AT_ONCE = 50
_BOOKS = ("grant", "order")
_LAST = (keys.SELF, keys.CHANGE, "session")
"""What goes with the person or after: by it they can come back and erase what is left."""


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
    _mails(world, someone.mail)
    _lines(world, someone.id, spare=(*_BOOKS, *_LAST))
    job = {"mail": "deleted", "to": someone.mail, "lang": lang, "values": {"running": ran}}
    world.store.write(
        Delete(keys.person(someone.id), keys.SELF, someone.version),
        Delete(keys.identity("mail", someone.mail), keys.SELF),
        Delete(keys.PEOPLE, someone.id),
        Delete(keys.person(someone.id), keys.CHANGE),
        leaving,
        queue.adding(world.clock(), "mail", job),
    )
    # Sessions, which open nothing without the person, and what somebody wrote down meanwhile.
    _lines(world, someone.id, spare=_BOOKS)
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


def _mails(world: World, mail: str) -> None:
    """Take away mails to an address that wait or were given up, and links that it got."""
    soon = keys.at(world.clock() + queue.wait(queue.MOST_TRIES) + queue.LEASE, "~")
    store = world.store
    jobs = (*every(store, keys.QUEUE, up_to=soon), *every(store, keys.DEAD))
    _delete(world, [each for each in jobs if each.value["value"].get("to") == mail])
    asked = [*every(store, keys.asked(mail))]
    links = [store.get(each.key, keys.SELF) for each in asked]
    _delete(world, [*filter(None, links), *asked])


def _lines(world: World, person: str, spare: Sequence[str]) -> None:
    """Take away what lies under a person's id, but for the kinds to spare."""
    lines = every(world.store, keys.person(person))
    _delete(world, [each for each in lines if each.key.partition("#")[0] not in spare])


def _delete(world: World, items: Sequence[Item]) -> None:
    for at in range(0, len(items), _AT_ONCE):
        some = items[at : at + _AT_ONCE]
        world.store.write(*(Delete(each.partition, each.key) for each in some))


def gone(world: World, person: str) -> bool:
    """Tell whether an order's person was erased: nothing of them may be written down again."""
    return bool(person) and people.find(world.store, person) is None
