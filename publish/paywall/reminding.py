"""Reminders: a mail two weeks before a pass ends or a yearly membership renews, never twice.

A job waits in the queue until then. What counts is what is true when it is due: a pass that was
bought again ends later, and the job is put off to that end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from publish.paywall import http, keys, ledgers, people, queue, receipts, rights
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Conflict, Operation, Put
from publish.paywall.queue import Job
from publish.paywall.rights import Grant, Right
from publish.paywall.visit import World

BEFORE = timedelta(days=14)
_SOON = BEFORE + timedelta(days=1)
_LONG = timedelta(days=60)
"""A membership with longer periods is reminded of before it renews: yearly, not monthly."""
_REMEMBERED = timedelta(days=800)


def wanted(
    world: World, person: str, product: str, before: Iterable[Grant], after: Iterable[Grant]
) -> list[Operation]:
    """Return what to write so that a changed end is reminded of."""
    now = world.clock()
    known = rights.rights(before, now).get(product)
    grants = tuple(after)
    right = rights.rights(grants, now).get(product)
    end = right.until if right and _concerns(right, grants) else None
    if end is None or (known and known.until == end) or end - BEFORE <= now:
        return []
    return [queue.adding(end - BEFORE, "remind", {"person": person, "product": product})]


def added(world: World, person: str, grant: Grant) -> list[Operation]:
    """Return what to write so that the end of a product is reminded of after one grant more."""
    before = ledgers.of(world.store, person)
    return wanted(world, person, grant.product, before, [*before, grant])


def remind(world: World, job: Job) -> None:
    """Write to somebody whose time ends soon, or look again when it does."""
    person, product = str(job.value["person"]), str(job.value["product"])
    someone = people.find(world.store, person)
    if someone is None or someone.banned:
        return
    grants = ledgers.of(world.store, person)
    now = world.clock()
    right = rights.rights(grants, now).get(product)
    if right is None or right.until is None or not _concerns(right, grants):
        return
    if right.until - now > _SOON:
        _put_off(world, job, right)
    elif right.until > now:
        _write(world, someone, right)


def _concerns(right: Right, ledger: Iterable[Grant]) -> bool:
    """Tell whether the end of an open right is worth a mail."""
    if not right.open or right.grace:
        return False
    if not right.renews:
        return True
    deciding = next((each for each in ledger if each.id == right.source), None)
    running = deciding.subscription if deciding else None
    return running is not None and running.period_end - running.period_start > _LONG


def _put_off(world: World, job: Job, right: Right) -> None:
    due = (right.until or world.clock()) - BEFORE
    key = keys.hashed(f"remind {job.value['person']} {job.value['product']}")[:24]
    later = queue.adding(due, "remind", job.value, id=key)
    try:
        world.store.write(later)
    except Conflict:
        return  # Another job for the same end waits there already.


def _write(world: World, person: Person, right: Right) -> None:
    """Queue the mail and remember the end it was about, both or neither."""
    place = keys.person(person.id), keys.reminded(right.product)
    told, until = world.store.get(*place), keys.stamp(right.until or world.clock())
    if told and told.value["until"] == until:
        return
    now = world.clock()
    mark = Put(
        *place, {"until": until}, told.version if told else ABSENT, expires=now + _REMEMBERED
    )
    try:
        world.store.write(mark, queue.adding(now, "mail", _mail(world, person, right)))
    except Conflict:
        return  # Somebody else has just written it.
    world.wake()


def _mail(world: World, person: Person, right: Right) -> dict[str, object]:
    release = world.releases.find()
    lang = release.language(person.lang).code
    page = receipts.place(release.manifest, right.product, lang)
    return {
        "mail": "ending",
        "to": person.mail,
        "lang": lang,
        "values": {
            "product": receipts.title(release.manifest, right.product, lang),
            "until": release.day(lang, right.until or world.clock()),
            "renews": right.renews,
            "link": http.ACCOUNT if right.renews or not page else page,
        },
    }
