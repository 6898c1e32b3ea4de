"""What a file says of one address, turned into what to write of one person.

What a person said here counts more than any file: who left the letters here stays away, and what
was taken back here stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from publish.operating import gifts, readers
from publish.operating.newcomers import Held, Newcomer
from publish.operating.readers import Reader
from publish.paywall import (
    collecting,
    entering,
    keys,
    ledgers,
    people,
    rights,
    subscribing,
    suppressing,
)
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Operation, Put, Store
from publish.paywall.rights import Grant
from publish.paywall.subscribing import LETTERS, Consent, Standing

Did: TypeAlias = Literal[
    "new",
    "granted",
    "longer",
    "tagged",
    "noted",
    "named",
    "confirmed",
    "letters",
    "waits",
    "off",
    "collected",
    "suppressed",
    "banned",
    "customer",
    "revoked",
    "left",
    "gone",
]
STAYS: frozenset[Did] = frozenset({"revoked", "left", "gone"})
"""What a file says and does not change."""


@dataclass(frozen=True)
class Terms:
    """How a file is brought in: the language of who names none, and where its addresses come from.

    Without a `source` nobody gets letters or counts as confirmed whose own consent does not stand
    in the file; without `letters` nobody gets any.
    """

    lang: str
    source: str = ""
    letters: bool = True


@dataclass(frozen=True)
class Change:
    """What a file changes of one person.

    `what` "revoked" and "left" were so here, and stay; who is "gone" gave the address up here after
    all that the file knows; who "waits" is on the list, and gets letters once the address is
    confirmed.
    """

    mail: str
    what: Did
    product: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Move:
    """What to write for one newcomer, and what that changes."""

    newcomer: Newcomer
    operations: Sequence[Operation]
    changes: Sequence[Change]


def move(store: Store, newcomer: Newcomer, terms: Terms, now: datetime) -> Move:
    """Return what to write for a newcomer, and what that changes."""
    person = people.find_by_mail(store, newcomer.mail)
    if person is None and _gone(store, newcomer):
        return Move(newcomer, (), [Change(newcomer.mail, "gone")])
    known = readers.reader(store, person.id, now) if person else None
    reader = known or Reader(_new(newcomer, terms, now), {})
    wanted, changes = _told(reader.person, newcomer, terms)
    operations: list[Operation] = []
    if known is None:
        operations += people.creating(wanted)
        changes = [Change(newcomer.mail, "new"), *changes]
    elif wanted != known.person:
        operations.append(people.saving(wanted))
    for writes, did in (
        _granted(store, reader, newcomer, now),
        _listed(wanted, reader.lists.get(LETTERS), newcomer, terms, now),
        _collected(reader, newcomer),
    ):
        operations += writes
        changes += did
    if newcomer.suppressed and suppressing.find(store, newcomer.mail) is None:
        changes.append(Change(newcomer.mail, "suppressed"))
    return Move(newcomer, operations, changes)


def _gone(store: Store, newcomer: Newcomer) -> bool:
    """Tell whether an address was given up here after the last thing that the file tells of it."""
    left = entering.left_at(store, newcomer.mail)
    agreed = newcomer.consent.at if newcomer.consent else None
    told = (agreed, newcomer.confirmed, newcomer.letters_since, newcomer.since)
    return left is not None and not any(each and each > left for each in told)


def _new(newcomer: Newcomer, terms: Terms, now: datetime) -> Person:
    made = people.new(
        newcomer.mail,
        newcomer.shown,
        newcomer.lang or terms.lang,
        newcomer.since or now,
        confirmed=False,
    )
    return replace(made, banned=newcomer.banned)


def _told(person: Person, newcomer: Newcomer, terms: Terms) -> tuple[Person, list[Change]]:
    """Return the person with what the file adds: nothing that is known is lost."""
    fresh = [each for each in newcomer.notes if each not in person.note]
    sure = newcomer.confirmed if newcomer.vouched or terms.source else None
    wanted = replace(
        person,
        tags=tuple(dict.fromkeys((*person.tags, *newcomer.tags))),
        note="\n".join(filter(None, (person.note, *fresh))),
        confirmed=person.confirmed or (keys.stamp(sure) if sure else ""),
        name=person.name or newcomer.name,
        customer=person.customer or newcomer.customer,
    )
    did: Sequence[tuple[Did, bool]] = (
        ("tagged", wanted.tags != person.tags),
        ("noted", wanted.note != person.note),
        ("named", wanted.name != person.name),
        ("confirmed", wanted.confirmed != person.confirmed),
        ("customer", wanted.customer != person.customer),
        ("banned", person.banned and not person.version),
    )
    return wanted, [Change(newcomer.mail, what) for what, true in did if true]


def _granted(
    store: Store, reader: Reader, newcomer: Newcomer, now: datetime
) -> tuple[list[Operation], list[Change]]:
    """Return what to write of rights: only what is not held as long already, or was taken back."""
    person = reader.person.id
    before = {grant.id: grant for grant in ledgers.of(store, person)} if reader.rights else {}
    operations: list[Operation] = []
    changes: list[Change] = []
    for each in newcomer.held:
        if _needless(reader, each, now):
            continue
        state: rights.State = "held" if each.disputed else "ok"
        made = Grant(
            f"import-{each.product}", each.product, "import", now, until=each.until, state=state
        )
        known = before.get(made.id)
        writing = gifts.granting(store, person, made, _as_long)
        what: Did = "longer" if known else "granted"
        if writing:
            operations.append(writing)
        elif known and known.state == "revoked":
            what = "revoked"
        else:
            continue
        if not each.disputed:
            changes.append(Change(newcomer.mail, what, each.product, each.until))
    return operations, changes


def _needless(reader: Reader, held: Held, now: datetime) -> bool:
    """Tell whether a right is there already, or was over there and brings nothing."""
    right = reader.rights.get(held.product)
    if right is None:
        return False
    over = held.disputed or (held.until is not None and held.until <= now)
    return over or (right.open and Held(held.product, right.until).covers(held.until))


def _as_long(known: Grant, wanted: Grant) -> bool:
    """Tell whether an import is there already: never shortened, never given back once taken."""
    if known.state == "held":
        return wanted.state == "held"
    return known.state != "ok" or Held(known.product, known.until).covers(wanted.until)


def _listed(
    person: Person, standing: Standing | None, newcomer: Newcomer, terms: Terms, now: datetime
) -> tuple[list[Operation], list[Change]]:
    """Return what to write of letters: nobody is put on the list again who left it here."""
    if newcomer.letters == "on":
        return _joined(person, standing, newcomer, terms, now)
    if newcomer.letters == "":
        return [], []
    if standing is None:
        return _standing(person, newcomer, terms, now), [Change(newcomer.mail, "off")]
    if not standing.on or not _later(newcomer, standing):
        return [], []
    left = subscribing.leaving(person.id, standing, newcomer.letters_since or now)
    return [left], [Change(newcomer.mail, "off")]


def _joined(
    person: Person, standing: Standing | None, newcomer: Newcomer, terms: Terms, now: datetime
) -> tuple[list[Operation], list[Change]]:
    agreed = newcomer.vouched or terms.source
    if not terms.letters or not agreed or (standing and standing.on):
        return [], []
    if standing:
        return [], [Change(newcomer.mail, "left")]
    what: Did = "letters" if person.confirmed else "waits"
    return _standing(person, newcomer, terms, now), [Change(newcomer.mail, what)]


def _later(newcomer: Newcomer, standing: Standing) -> bool:
    """Tell whether who left elsewhere did so after the consent by which they get letters here."""
    if standing.consent.way == "import" and newcomer.letters_since is None:
        return True
    return newcomer.letters_since is not None and newcomer.letters_since > standing.consent.at


def _standing(person: Person, newcomer: Newcomer, terms: Terms, now: datetime) -> list[Operation]:
    """Return what to write for who was on no list here."""
    told = newcomer.consent
    since = newcomer.letters_since or (told.at if told else now)
    if told is None or (newcomer.letters == "on" and not newcomer.vouched):
        told = Consent("", "", since, "import", source=terms.source)
    told = replace(told, lang=told.lang or person.lang)
    value = {
        "on": newcomer.letters == "on",
        "since": keys.stamp(since),
        "consent": subscribing.value_of(told),
    }
    place = keys.person(person.id)
    return [
        Put(place, keys.list_(LETTERS), value, ABSENT),
        Put(place, keys.consent(told.at, LETTERS), subscribing.value_of(told)),
    ]


def _collected(reader: Reader, newcomer: Newcomer) -> tuple[list[Operation], list[Change]]:
    known = {each.magnet for each in reader.collected}
    told = {each.magnet: each for each in newcomer.collected}
    fresh = [each for each in told.values() if each.magnet not in known]
    operations: list[Operation] = [collecting.saving(reader.person.id, each) for each in fresh]
    return operations, [Change(newcomer.mail, "collected", each.magnet) for each in fresh]
