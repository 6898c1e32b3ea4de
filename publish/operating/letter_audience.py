"""Who gets a letter, and who does not and why: said before it is sent, looked at for each mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from publish.operating import readers
from publish.operating.letter_book import Segment
from publish.operating.readers import Reader, Wanted
from publish.paywall import subscribing, suppressing
from publish.paywall.suppressing import Suppressed
from publish.paywall.visit import World

Reason: TypeAlias = Literal[
    "banned", "unconfirmed", "never", "left", "bounced", "complained", "language"
]
REASONS: tuple[Reason, ...] = (
    "never", "left", "unconfirmed", "bounced", "complained", "language", "banned",
)  # fmt: skip
"""Why a reader of the segment gets no letter: never agreed to letters, left the list, did not
confirm the address, it does not exist, a mail was called unwanted, another language, shut out.
"""
ANY = "all"
"""For "language" in a segment: readers of every language."""
_SpareOf: TypeAlias = Callable[[str], Suppressed | None]


@dataclass(frozen=True)
class Aim:
    """Whom a letter in `lang` is for; `others` tells whether readers of other languages get it."""

    wanted: Wanted
    lang: str
    others: bool = False

    @classmethod
    def of(cls, segment: Segment, wanted: Wanted, lang: str) -> Aim:
        """Return the aim of a segment, whose words `wanted` is made of."""
        named = segment.get("language", "")
        wanted = (
            replace(wanted, lang="", letters="") if named == ANY else replace(wanted, letters="")
        )
        return cls(wanted, lang, others=bool(named))


@dataclass(frozen=True)
class Audience:
    """The ids of who gets a letter, counted by language and state, and why others do not."""

    people: tuple[str, ...]
    languages: Mapping[str, int]
    states: Mapping[str, int]
    left_out: Mapping[Reason, int]


def gather(world: World, aim: Aim, heard: Callable[[int], None]) -> Audience:
    """Return who gets a letter now.

    Raises:
        StoreDown: the store does not answer.

    """
    spared = suppressing.all_of(world.store)
    people, languages, states = [], Counter[str](), Counter[str]()
    left_out = Counter[Reason]()
    for number, reader in enumerate(readers.everyone(world.store, world.clock()), 1):
        heard(number)
        if not aim.wanted.fits(reader):
            continue
        why = _why_not(world, reader, aim, spared)
        if why:
            left_out[why] += 1
        else:
            people.append(reader.person.id)
            languages[_language(world, reader)] += 1
            states[reader.state] += 1
    return Audience(tuple(sorted(people)), languages, states, left_out)


def still(world: World, person: str, aim: Aim) -> Reader | None:
    """Return a reader who gets the letter as they are at this moment, else None.

    Raises:
        StoreDown: the store does not answer.

    """
    found = readers.reader(world.store, person, world.clock())
    if found is None or not aim.wanted.fits(found):
        return None
    why = _why_not(world, found, aim, lambda mail: suppressing.find(world.store, mail))
    return None if why else found


def _why_not(world: World, reader: Reader, aim: Aim, spared: _SpareOf) -> Reason | None:
    person, standing = reader.person, reader.lists.get(subscribing.LETTERS)
    if person.banned:
        return "banned"
    if standing is None:
        return "never"
    if not standing.on:
        return "left"
    if not person.confirmed:
        return "unconfirmed"
    if found := spared(person.mail):
        return found.reason
    if not aim.others and _language(world, reader) != aim.lang:
        return "language"
    return None


def _language(world: World, reader: Reader) -> str:
    """Return in which language of the site a reader is written to."""
    return world.releases.find().language(reader.person.lang).code
