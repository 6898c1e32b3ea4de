"""People: one record a person; addresses only point to it, so that an address can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Operation, Put, Store


@dataclass(frozen=True)
class Person:
    """A person. `mail` is the canonical address, `shown` as they wrote it (see `addresses`).

    `confirmed` is "" until a mail to that address was answered; then they are a subscriber.
    `name` is the first name they gave, "" for none. `customer` is the payment provider's id.
    `feeds` counts how often feed addresses were replaced.
    """

    id: str
    mail: str
    shown: str
    lang: str
    made: datetime
    confirmed: str = ""
    customer: str = ""
    feeds: int = 1
    tags: tuple[str, ...] = ()
    note: str = ""
    banned: bool = False
    name: str = ""
    version: int = 0


def find(store: Store, person: str) -> Person | None:
    """Return a person by id."""
    item = store.get(keys.person(person), keys.SELF)
    return read(item.value, item.version) if item else None


def find_by_mail(store: Store, mail: str) -> Person | None:
    """Return whose a canonical address is."""
    item = store.get(keys.identity("mail", mail), keys.SELF)
    return find(store, str(item.value["person"])) if item else None


def new(mail: str, shown: str, lang: str, now: datetime, *, confirmed: bool) -> Person:
    """Return a person who is not stored yet."""
    return Person(
        id=keys.new_id(),
        mail=mail,
        shown=shown,
        lang=lang,
        made=now,
        confirmed=keys.stamp(now) if confirmed else "",
    )


def creating(person: Person) -> list[Operation]:
    """Return what to write for a new person; it conflicts when the address got one meanwhile."""
    return [
        Put(keys.person(person.id), keys.SELF, value_of(person), ABSENT),
        Put(keys.identity("mail", person.mail), keys.SELF, {"person": person.id}, ABSENT),
        Put(keys.PEOPLE, person.id, {"made": keys.stamp(person.made)}, ABSENT),
    ]


def saving(person: Person) -> Operation:
    """Return what to write for a changed person; it conflicts when somebody else changed them."""
    return Put(keys.person(person.id), keys.SELF, value_of(person), person.version)


def value_of(person: Person) -> dict[str, Any]:
    """Return a person as the store keeps it."""
    value = asdict(replace(person, tags=()))
    del value["version"]
    return value | {"made": keys.stamp(person.made), "tags": list(person.tags)}


def read(value: Mapping[str, Any], version: int) -> Person:
    """Return a person from the store."""
    return Person(
        **{
            **value,
            "made": keys.when(value["made"]),
            "tags": tuple(value["tags"]),
            "version": version,
        }
    )
