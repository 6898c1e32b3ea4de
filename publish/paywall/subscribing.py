"""Lists: who gets what the creator writes, and by which consent.

A person is on a list, was on it, or never was. Each consent is kept as it was given: the words
that were shown, in which language, when, on which page. Leaving a list is no erasing and stops
nothing else: sign-in mails and receipts arrive as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from publish.paywall import keys
from publish.paywall.again import again
from publish.paywall.ports import ABSENT, Item, Operation, Put, Store

LETTERS = "letters"
"""The list of the creator's letters; there is no other one yet."""
Way: TypeAlias = Literal["magnet", "account", "import"]


@dataclass(frozen=True)
class Consent:
    """A consent as it was given: `words` as shown, in the language `lang`.

    `page` is the path of the page it was given on, `post` the post's id, `magnet` the lead
    magnet's, `campaign` the campaign parameters of the visit (utm_source and so on). `source` is
    what an import says of where it comes from.
    """

    words: str
    lang: str
    at: datetime
    way: Way
    page: str = ""
    post: str = ""
    magnet: str = ""
    campaign: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Standing:
    """How a person stands to a list: on it or not, since when, by which consent."""

    list: str
    on: bool
    since: datetime
    consent: Consent
    version: int


def find(store: Store, person: str, name: str = LETTERS) -> Standing | None:
    """Return how a person stands to a list, None when they never were on it."""
    item = store.get(keys.person(person), keys.list_(name))
    return read(item) if item else None


def joining(
    person: str, consent: Consent, known: Standing | None, name: str = LETTERS
) -> list[Operation]:
    """Return what to write for a consent; it conflicts when the standing changed meanwhile."""
    value = {"on": True, "since": keys.stamp(consent.at), "consent": value_of(consent)}
    since = {"since": keys.stamp(known.since)} if known and known.on else {}
    expect = known.version if known else ABSENT
    return [
        Put(keys.person(person), keys.list_(name), {**value, **since}, expect),
        Put(keys.person(person), keys.consent(consent.at, name), value_of(consent)),
    ]


def leaving(person: str, known: Standing, now: datetime) -> Operation:
    """Return what to write so that a person is on a list no more."""
    value = {"on": False, "since": keys.stamp(now), "consent": value_of(known.consent)}
    return Put(keys.person(person), keys.list_(known.list), value, known.version)


def leave(store: Store, person: str, now: datetime, name: str = LETTERS) -> bool:
    """Take a person off a list; tell whether they were on it. The same twice is once.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """

    def step() -> bool:
        known = find(store, person, name)
        if known is None or not known.on:
            return False
        store.write(leaving(person, known, now))
        return True

    return again(step)


def value_of(consent: Consent) -> dict[str, Any]:
    """Return a consent as the store keeps it."""
    return asdict(consent) | {"at": keys.stamp(consent.at), "campaign": dict(consent.campaign)}


def read_consent(value: Mapping[str, Any]) -> Consent:
    """Return a consent from the store."""
    return Consent(**{**value, "at": keys.when(value["at"])})


def read(item: Item) -> Standing:
    """Return a standing from the store."""
    told = item.value
    return Standing(
        item.key.partition("#")[2],
        bool(told["on"]),
        keys.when(told["since"]),
        read_consent(told["consent"]),
        item.version,
    )
