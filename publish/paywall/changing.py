"""Changing the address: both mailboxes say yes, the old one and the new one, in any order.

Asking tells nothing about the new address; whether it is taken shows only to who reads its mail.
All other devices are signed out and the feeds get new addresses: whoever talked somebody into
confirming keeps no way in. The address that the payment provider knows stays, its portal changes
it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from publish.paywall import challenges, entering, keys, limits, people, queue, sessions
from publish.paywall.addresses import Address, mailbox
from publish.paywall.challenges import Link, link_secret_of
from publish.paywall.http import ACCOUNT, Response
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Delete, Item, Operation, Put
from publish.paywall.visit import Visit, World

LASTS = timedelta(hours=1)
_MOST_DEVICES = 80
"""As many as one write takes; the newest come first."""
_SIDES: tuple[Literal["old", "new"], ...] = ("old", "new")


@dataclass(frozen=True)
class _Change:
    """An address that waits; `confirmed` are the mailboxes that said yes."""

    id: str
    new: Address
    confirmed: tuple[str, ...]
    version: int


def begin(visit: Visit, someone: Person, address: Address) -> bool:
    """Write to both mailboxes; an earlier change is forgotten. Tell whether the limits allow it.

    Raises:
        Conflict: something changed meanwhile.

    """
    if not limits.count(visit.world.store, limits.MAIL_BY_BROWSER, someone.id, visit.now):
        return False
    boxes = {"old": someone.mail, "new": address.canonical}
    spared = [each for each in _SIDES if not _may_write_to(visit, boxes[each])]
    change = keys.new_id()
    operations: list[Operation] = [_asking(visit, someone, address, change)]
    for side in _SIDES:
        if side not in spared:
            operations += _letter(visit, someone, address, change, side)
    visit.world.store.write(*operations)
    visit.world.wake()
    return True


def _may_write_to(visit: Visit, mail: str) -> bool:
    rules = (limits.MAIL_TO_ADDRESS, limits.MAIL_TO_ADDRESS_A_DAY)
    return all(limits.count(visit.world.store, rule, mailbox(mail), visit.now) for rule in rules)


def _asking(visit: Visit, someone: Person, address: Address, change: str) -> Operation:
    value = {
        "id": change,
        "new": address.canonical,
        "shown": address.shown,
        "confirmed": [],
    }
    return Put(keys.person(someone.id), keys.CHANGE, value, expires=visit.now + LASTS)


def _letter(
    visit: Visit, someone: Person, address: Address, change: str, side: str
) -> list[Operation]:
    seed = challenges.new_seed()
    box = someone.mail if side == "old" else address.canonical
    link = Link(
        keys.hashed(link_secret_of(visit.world.ring, seed)),
        "change",
        box,
        visit.now,
        LASTS,
        shown=address.shown,
        person=someone.id,
        change=change,
        side=side,
    )
    job = {
        "mail": "change-mail",
        "to": box,
        "lang": visit.lang,
        "seed": seed,
        # "new" only tells the two letters apart: what somebody typed goes into neither.
        "values": {
            "minutes": str(int(LASTS.total_seconds() // 60)),
            "new": "new" if side == "new" else "",
        },
    }
    return [link.saving(), queue.adding(visit.now, "mail", job, expires=visit.now + LASTS)]


def waits(world: World, person: str) -> bool:
    """Tell whether an address waits to be confirmed."""
    return world.store.get(keys.person(person), keys.CHANGE) is not None


def confirm(visit: Visit, link: Link) -> Response:
    """Note that a mailbox said yes; the second yes changes the address.

    Raises:
        Conflict: something changed meanwhile; look again.

    """
    store = visit.world.store
    someone = people.find(store, link.person)
    item = store.get(keys.person(link.person), keys.CHANGE)
    change = _read(item) if item else None
    if someone is None or someone.banned or change is None or change.id != link.change:
        return visit.say("link-dead", 410, visit.here(ACCOUNT), "Your account")
    confirmed = {*change.confirmed, link.side}
    if "new" in confirmed and _taken(visit, someone, change.new):
        store.write(link.ending(), _dropping(someone, change))
        return visit.say("mail-taken", 409, visit.here("/api/sign-in"), "Sign in")
    if confirmed != set(_SIDES):
        store.write(link.ending(), _half(visit, someone, change, link.side))
        return visit.say("change-half", 200, visit.here(ACCOUNT), "Your account")
    store.write(link.ending(), _dropping(someone, change), *_moving(visit, someone, change.new))
    visit.world.wake()
    return visit.say("mail-changed", 200, visit.here(ACCOUNT), "Your account")


def _taken(visit: Visit, someone: Person, new: Address) -> bool:
    """Tell whether an address is another person's; asked only for who reads its mail."""
    if new.canonical == someone.mail:
        return False
    return people.find_by_mail(visit.world.store, new.canonical) is not None


def _half(visit: Visit, someone: Person, change: _Change, side: str) -> Operation:
    value = {
        "id": change.id,
        "new": change.new.canonical,
        "shown": change.new.shown,
        "confirmed": sorted({*change.confirmed, side}),
    }
    return Put(keys.person(someone.id), keys.CHANGE, value, change.version, visit.now + LASTS)


def _dropping(someone: Person, change: _Change) -> Operation:
    return Delete(keys.person(someone.id), keys.CHANGE, change.version)


def _moving(visit: Visit, someone: Person, new: Address) -> list[Operation]:
    """Return what to write for the new address; mails under way to the old one sign nobody in."""
    if new.canonical == someone.mail:
        return [people.saving(replace(someone, shown=new.shown))]
    moved = replace(someone, mail=new.canonical, shown=new.shown, feeds=someone.feeds + 1)
    job = {"mail": "mail-changed", "to": someone.mail, "lang": visit.lang}
    return [
        people.saving(moved),
        Put(keys.identity("mail", new.canonical), keys.SELF, {"person": someone.id}, ABSENT),
        Delete(keys.identity("mail", someone.mail), keys.SELF),
        entering.leaving(visit, someone.mail),
        queue.adding(visit.now, "mail", job),
        *_signing_out(visit, someone),
    ]


def _signing_out(visit: Visit, someone: Person) -> list[Operation]:
    """Return what to write so that only the session that confirms stays, if it is theirs."""
    here = visit.session.hash if visit.session else ""
    found = sessions.devices(visit.world.store, someone.id)
    others = [each for each in found if each.hash != here][:_MOST_DEVICES]
    return [Delete(each.partition, keys.session(each.hash)) for each in others]


def _read(item: Item) -> _Change:
    value = item.value
    address = Address(value["new"], value["shown"])
    return _Change(value["id"], address, tuple(value["confirmed"]), item.version)
