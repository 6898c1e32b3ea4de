"""Handing out: what a link to a lead magnet opens, and how its reader gets another one.

A link opens one magnet and nothing else, for a while, as often as its reader likes; nobody is
signed in by it. Looking changes nothing. Taking a file is a POST, which leads to an address of
that file alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from publish.contract.manifest import PrivateFile
from publish.contract.slots import Values
from publish.paywall import (
    collecting,
    deliveries,
    file_links,
    keys,
    limits,
    magnet_codes,
    offered,
    people,
    queue,
    reading,
    sizes,
    subscribing,
    tallying,
)
from publish.paywall.deliveries import LASTS, Delivery
from publish.paywall.http import ACCOUNT, Response, see
from publish.paywall.limits import Rule
from publish.paywall.offered import Offered
from publish.paywall.people import Person
from publish.paywall.ports import Conflict, Operation
from publish.paywall.queue import Job
from publish.paywall.visit import Visit, World

AGAIN_TO_PERSON = Rule("again-person", 3)
AGAIN_TO_PERSON_A_DAY = Rule("again-person-day", 10, timedelta(days=1))
AGAIN_BY_NETWORK = Rule("again-network", 60)
AGAIN_OVERALL = Rule("again-overall", 2000)


@dataclass(frozen=True)
class Handed:
    """What a link hands out in the release that answers."""

    key: str
    delivery: Delivery
    magnet: Offered


_Then: TypeAlias = Callable[[Visit, Handed], Response]


# ---- the page and its files -------------------------------------------------------------------


def page(visit: Visit, rest: str) -> Response:
    """Show what a link hands out; looking at it changes nothing."""
    return _opened(visit, visit.request.asks.get("key", ""), _page)


def fetch(visit: Visit, rest: str) -> Response:
    """Lead to a file, and count that it was fetched."""
    return _opened(visit, visit.request.form.get("key", ""), _fetch)


def _opened(visit: Visit, key: str, then: _Then) -> Response:
    """Answer with what a link hands out, or say why it hands out nothing."""
    handed = _handed(visit, key)
    if handed is None:
        return _dead(visit)
    if handed.delivery.over(visit.now):
        return _dead(visit, offered.form_of(visit, handed.magnet))
    if handed.delivery.late(visit.now):
        return _late(visit, handed)
    if not _counts(visit.world, handed.delivery):
        return _dead(visit)
    return then(visit, handed)


def _handed(visit: Visit, key: str) -> Handed | None:
    """Return what a link hands out, also a late one; of a retired magnet, too."""
    delivery = deliveries.read(visit.world.ring, key)
    magnet = offered.find(visit, delivery.magnet, delivery.lang) if delivery else None
    return Handed(key, delivery, magnet) if delivery and magnet else None


def _counts(world: World, delivery: Delivery) -> bool:
    """Tell whether a link still counts: not once its person is gone or banned."""
    if delivery.code:
        return True
    person = people.find(world.store, delivery.person)
    return person is not None and not person.banned


def _page(visit: Visit, handed: Handed) -> Response:
    values: Values = {
        "key": handed.key,
        "files": [
            {
                "number": str(number),
                "name": reading.name_of(file),
                "size": sizes.size(file.bytes),
            }
            for number, file in enumerate(handed.magnet.text.files, 1)
        ],
        "until": visit.release.day(handed.magnet.lang, handed.delivery.until),
        "post_url": _post_url(visit, handed),
        "letters": _gets_letters(visit, handed.delivery),
        "fresh": visit.request.asks.get("fresh") == "1",
    }
    filled = visit.release.prepared(handed.magnet.text.page).fill(values)
    return Response(200, filled.encode())


def _post_url(visit: Visit, handed: Handed) -> str:
    """Return where the post is read that is handed out, "" for a magnet of files."""
    post = visit.release.manifest.posts.get(handed.magnet.text.post)
    return post.url if post else ""


def _gets_letters(visit: Visit, delivery: Delivery) -> bool:
    """Tell whether they get letters: only to themselves, whoever else may have their link."""
    if not delivery.person or visit.person != delivery.person:
        return False
    standing = subscribing.find(visit.world.store, delivery.person)
    return standing is not None and standing.on


def _fetch(visit: Visit, handed: Handed) -> Response:
    wanted = visit.request.form.get("file", "")
    numbered = {str(number): each for number, each in enumerate(handed.magnet.text.files, 1)}
    if wanted not in numbered:
        back = deliveries.path(visit.world.ring, handed.delivery)
        return visit.say("nothing-here", 410, back, "Go on")
    _count_fetched(visit, handed.delivery)
    ring, magnet = visit.world.ring, handed.delivery.magnet
    return see(file_links.path(ring, magnet, handed.magnet.lang, numbered[wanted], visit.now))


def _count_fetched(visit: Visit, delivery: Delivery) -> None:
    """Count it once a person, or once a use of a code, wherever the link was opened."""
    store, magnet, now = visit.world.store, delivery.magnet, visit.now
    if delivery.code:
        began = magnet_codes.fetch(store, delivery.code, now)
        if began is not None:
            tallying.note(store, magnet, "fetched", now, post=began.post, campaign=began.campaign)
        return
    known = collecting.find(store, delivery.person, magnet)
    if known and collecting.fetch(store, delivery.person, magnet, now):
        tallying.note(store, magnet, "fetched", now, post=known.post, campaign=known.campaign)


def file(visit: Visit, rest: str) -> Response:
    """Hand out the bytes of a file, as something to keep."""
    signed, _, name = reading.decoded(rest).partition("/")
    link = file_links.read(visit.world.ring, signed)
    magnet = offered.find(visit, link.magnet, link.lang) if link else None
    if link is None or magnet is None:
        return _dead(visit)
    wanted = _named(magnet.text.files, link.hash, name)
    if wanted is None or visit.now >= link.until:
        return _dead(visit, magnet.text.url)
    return reading.sent(visit.release, wanted, attached=True)


def _named(files: Sequence[PrivateFile], hash_: str, name: str) -> PrivateFile | None:
    """Return a file by its bytes and its name."""
    fitting = (each for each in files if (each.hash, reading.name_of(each)) == (hash_, name))
    return next(fitting, None)


# ---- another link -----------------------------------------------------------------------------


def again(visit: Visit, rest: str) -> Response:
    """Send another link to whoever a link was made for; the answer says nothing of them.

    Nobody is looked up here: a job does that later, so what happens now is the same for those who
    are here, erased or banned.
    """
    handed = _handed(visit, visit.request.form.get("key", ""))
    if handed is None:
        return _dead(visit)
    if handed.delivery.over(visit.now):
        return _dead(visit, offered.form_of(visit, handed.magnet))
    if handed.delivery.code:
        return see(visit.here("/api/get/code", magnet=handed.delivery.magnet))
    store, now = visit.world.store, visit.now
    if not limits.count(store, AGAIN_BY_NETWORK, visit.request.network, now):
        return visit.say("too-many", 429)
    if _may_write_to(visit, handed.delivery.person):
        if not limits.count(store, AGAIN_OVERALL, "", now):
            return visit.say("too-many", 429)
        store.write(_asking(handed, now))
        visit.world.wake()
    return _on_its_way(visit, handed)


def _may_write_to(visit: Visit, person: str) -> bool:
    rules = (AGAIN_TO_PERSON, AGAIN_TO_PERSON_A_DAY)
    return all(limits.count(visit.world.store, rule, person, visit.now) for rule in rules)


def _asking(handed: Handed, now: datetime) -> Operation:
    value = {
        "person": handed.delivery.person,
        "magnet": handed.delivery.magnet,
        "lang": handed.magnet.lang,
        "at": keys.stamp(now),
    }
    return queue.adding(now, "deliver", value, expires=now + LASTS)


def deliver(world: World, job: Job) -> None:
    """Queue the mail for who asked for another link, unless they are gone or banned.

    Raises:
        StoreDown: the store does not answer.

    """
    told = {name: str(value) for name, value in job.value.items()}
    person = people.find(world.store, told["person"])
    if person is None or person.banned:
        return
    asked, name = keys.when(told["at"]), f"again-{job.id}"
    with contextlib.suppress(Conflict):  # it waits already: this job was taken twice
        world.store.write(
            mailing(person.id, person.mail, told["magnet"], told["lang"], asked, id=name)
        )


def mailing(
    person_id: str, mail: str, magnet: str, lang: str, now: datetime, *, id: str = ""
) -> Operation:
    """Return what to write so that a mail with a link to a magnet goes to a person."""
    until = now + LASTS
    value = {
        "mail": "delivery",
        "magnet": magnet,
        "person": person_id,
        "to": mail,
        "lang": lang,
        "until": keys.stamp(until),
    }
    return queue.adding(now, "mail", value, id=id, expires=until)


def of_account(visit: Visit, someone: Person, magnet: str) -> Response:
    """Lead a person to what hands out a magnet that is theirs."""
    found = offered.find(visit, magnet)
    if found is None or collecting.find(visit.world.store, someone.id, magnet) is None:
        return visit.say("nothing-here", 410, visit.here(ACCOUNT), "Your account")
    delivery = Delivery(magnet, found.lang, visit.now + LASTS, someone.id)
    return see(deliveries.path(visit.world.ring, delivery))


# ---- answers ----------------------------------------------------------------------------------


def _dead(visit: Visit, form: str = "") -> Response:
    """Say that a link does not work; `form` is where to ask for another one."""
    return visit.say("delivery-dead", 410, form, "To the form" if form else "Home")


def _late(visit: Visit, handed: Handed) -> Response:
    """Say that the time of a link is over, with the way to another one."""
    if handed.delivery.code:
        from publish.paywall import unlocking

        return unlocking.ask_again(visit, handed.delivery.magnet)
    if visit.request.wants_json:
        return visit.say("delivery-late", 410)
    return visit.page(
        "late", {"key": handed.key, "title": handed.magnet.text.title, "said": False}, 410
    )


def _on_its_way(visit: Visit, handed: Handed) -> Response:
    if visit.request.wants_json:
        return visit.say("delivery-again", 202)
    return visit.page("late", {"key": "", "title": handed.magnet.text.title, "said": True})
