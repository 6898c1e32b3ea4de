"""Entering: somebody answered a mail, so the address is theirs; they are signed in by it.

One write does all of it: the challenge and its links are used up, the person is found or made, the
session begins, a redemption code is used up where one waits. Whoever comes second finds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publish.paywall import claiming, codes, keys, people
from publish.paywall.challenges import Ask
from publish.paywall.http import Response, see
from publish.paywall.landing import landing
from publish.paywall.people import Person
from publish.paywall.ports import Check, Operation, Put, Store, StoreDown
from publish.paywall.visit import Visit

log = logging.getLogger("inkstead")


class Barred(Exception):
    """The address signs nobody in: the person is banned, or gave the address up since."""


@dataclass(frozen=True)
class Entered:
    """What came of it: whose session began, and what became of the redemption code."""

    person: Person
    cookies: tuple[str, ...]
    redeemed: codes.Redemption | None = None
    refused: str = ""


@dataclass(frozen=True)
class Errand:
    """What else is done in the same write: to the person, and with what is theirs from then on.

    `claims` tells whether purchases of the browser go to the person, too.
    """

    change: Callable[[Person], Person] = lambda person: person
    giving: Callable[[Person], Sequence[Operation]] = lambda person: ()
    claims: bool = True


def enter(
    visit: Visit, mail: str, ask: Ask, used_up: list[Operation], errand: Errand | None = None
) -> Entered:
    """Sign in whoever has this address; `used_up` is what may be answered only once.

    Raises:
        Barred: nobody may sign in by it.
        Conflict: something changed meanwhile; look again and repeat.

    """
    errand = errand or Errand()
    person, known = whose(visit, mail, ask, errand.change)
    redeemed, refused = _redeem(visit, ask.redeem, person)
    entering, cookies = visit.enter(person=person.id)
    given = *_giving(visit, redeemed, person), *errand.giving(person)
    visit.world.store.write(*used_up, *known, *entering, *given)
    if errand.claims:
        _claim(visit, person)
    return Entered(person, cookies, redeemed, refused)


def _claim(visit: Visit, person: Person) -> None:
    """Take along what this browser bought; a store that fails now must not cost the sign-in."""
    try:
        if visit.session:
            claiming.claim(visit.world, visit.session, person.id)
    except StoreDown:
        log.exception("claiming")


def whose(
    visit: Visit, mail: str, ask: Ask, change: Callable[[Person], Person]
) -> tuple[Person, list[Operation]]:
    """Return whose an address is that was just confirmed, with what to write so that it holds.

    Raises:
        Barred: nobody may sign in by it.

    """
    store = visit.world.store
    left = left_at(store, mail)
    if left and left >= ask.made:
        raise Barred
    person = people.find_by_mail(store, mail)
    if person is None:
        made = change(people.new(mail, ask.shown, ask.lang, visit.now, confirmed=True))
        return made, people.creating(made)
    if person.banned:
        raise Barred
    after = change(replace(person, confirmed=person.confirmed or keys.stamp(visit.now)))
    if after == person:
        return person, [Check(keys.person(person.id), keys.SELF, person.version)]
    return after, [people.saving(after)]


def leaving(visit: Visit, mail: str) -> Operation:
    """Return what to write so that an address which was given up brings nobody back.

    Neither do mails that are under way to it, nor, years later, an old list. Only its hash is kept.
    """
    return Put(keys.left(mail), keys.SELF, {"at": keys.stamp(visit.now)})


def left_at(store: Store, mail: str) -> datetime | None:
    """Return when a canonical address was given up last, None where it never was."""
    item = store.get(keys.left(mail), keys.SELF)
    return keys.when(item.value["at"]) if item else None


def _redeem(visit: Visit, code: str, person: Person) -> tuple[codes.Redemption | None, str]:
    """Return the redemption that waited for this, or why it cannot be."""
    if not code:
        return None, ""
    try:
        return codes.redeeming(visit.world.store, code, person.id, visit.now), ""
    except codes.Refused as refusal:
        return None, refusal.code


def _giving(visit: Visit, redeemed: codes.Redemption | None, person: Person) -> Sequence[Operation]:
    if redeemed is None:
        return ()
    from publish.paywall import reminding

    return *redeemed.operations, *reminding.added(visit.world, person.id, redeemed.grant)


def answer(visit: Visit, entered: Entered, ask: Ask) -> Response:
    """Send the reader on, or say what became of the redemption code."""
    if not ask.redeem:
        return see(landing(visit, ask.return_to), *entered.cookies)
    from publish.paywall import redeeming

    said = redeeming.told(visit, entered.redeemed, entered.refused, ask.return_to)
    return said.plus(*entered.cookies)
