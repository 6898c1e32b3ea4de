"""Opted in: whoever reads the mail presses its button, and one write does all that follows.

The link is used up, the person found or made and signed in, their consent kept, the list joined,
the lead magnet theirs, and the mail with it on its way. Whoever comes second finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publish.paywall import (
    collecting,
    deliveries,
    delivering,
    keys,
    offered,
    people,
    subscribing,
)
from publish.paywall.challenges import Link
from publish.paywall.collecting import Collected
from publish.paywall.deliveries import Delivery
from publish.paywall.entering import Barred, Errand, enter
from publish.paywall.http import Response, see
from publish.paywall.offered import Offered
from publish.paywall.people import Person
from publish.paywall.ports import Operation, Put
from publish.paywall.subscribing import Consent, Standing
from publish.paywall.visit import Visit


@dataclass(frozen=True)
class _Before:
    """What was theirs before; the write conflicts where that changed."""

    collected: Collected | None = None
    standing: Standing | None = None


def shown(visit: Visit, link: Link) -> dict[str, str | bool]:
    """Return what the page says that a link leads to: the magnet, and what was agreed to."""
    magnet = offered.find(visit, link.magnet)
    return {
        "opting": True,
        "title": magnet.text.title if magnet else "",
        "words": link.consent.words if link.consent else "",
    }


def confirm(visit: Visit, link: Link) -> Response:
    """Make a subscriber of whoever has the address, signed in, and hand the magnet out.

    Raises:
        Conflict: something changed meanwhile; look again and repeat.

    """
    consent, ask = link.consent, link.ask
    magnet = offered.find(visit, link.magnet, consent.lang if consent else "")
    if magnet is None or consent is None or ask is None:
        return visit.say("magnet-gone", 410)
    before = _before(visit, link)
    errand = _errand(visit, magnet, link, consent, before)
    try:
        entered = enter(visit, link.mail, ask, [link.ending()], errand)
    except Barred:
        return dead(visit, link)
    if before.collected is None:
        offered.count(visit, "confirmed", consent)
    visit.world.wake()
    until = visit.now + deliveries.LASTS
    delivery = Delivery(magnet.id, magnet.lang, until, entered.person.id)
    return see(deliveries.path(visit.world.ring, delivery) + "&fresh=1", *entered.cookies)


def dead(visit: Visit, link: Link) -> Response:
    """Say that a link is used up or too old, and lead to the form that asks for another."""
    magnet = offered.find(visit, link.magnet)
    if magnet is None or not magnet.open:
        return visit.say("link-dead", 410)
    return visit.say("link-dead", 410, offered.form_of(visit, magnet), "To the form")


def _before(visit: Visit, link: Link) -> _Before:
    store = visit.world.store
    person = people.find_by_mail(store, link.mail)
    if person is None:
        return _Before()
    collected = collecting.find(store, person.id, link.magnet)
    return _Before(collected, subscribing.find(store, person.id))


def _errand(visit: Visit, magnet: Offered, link: Link, consent: Consent, before: _Before) -> Errand:
    def change(person: Person) -> Person:
        tags = tuple(dict.fromkeys((*person.tags, *magnet.magnet.tags)))
        return replace(person, tags=tags, name=person.name or link.name)

    def giving(person: Person) -> Sequence[Operation]:
        return (
            delivering.mailing(person.id, person.mail, magnet.id, magnet.lang, visit.now),
            *_agreed(person, consent, before, letters=link.letters),
            *_collected(visit, person, magnet, consent, before),
        )

    # A link to something free is passed on gladly: it must not collect what others have bought.
    return Errand(change, giving, claims=False)


def _agreed(
    person: Person, consent: Consent, before: _Before, *, letters: bool
) -> Sequence[Operation]:
    """Return what to write for a consent; one that says nothing of letters is kept all the same."""
    if letters:
        return subscribing.joining(person.id, consent, before.standing)
    value = subscribing.value_of(consent)
    return [Put(keys.person(person.id), keys.consent(consent.at, ""), value)]


def _collected(
    visit: Visit, person: Person, magnet: Offered, consent: Consent, before: _Before
) -> Sequence[Operation]:
    if before.collected:
        return ()
    theirs = Collected(
        magnet.id, magnet.lang, visit.now, consent.page, consent.post, consent.campaign
    )
    return (collecting.saving(person.id, theirs),)
