"""Everything that is stored about a person, as JSON that people and programs read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from publish.paywall import collecting, keys, orders, people, subscribing, suppressing
from publish.paywall.ports import Item, Store
from publish.paywall.walking import every

_KNOWN = (
    *(keys.SELF, "grant", "session", "order", keys.CHANGE),
    *("list", "consent", "magnet"),
)


def export(store: Store, person: str) -> str:
    """Return all of it; sessions without what could be used to be them."""
    someone = people.find(store, person)
    lines = list(every(store, keys.person(person)))
    return json.dumps(
        {
            "person": people.value_of(someone) if someone else None,
            "addresses": [someone.shown] if someone else [],
            "grants": _values(lines, "grant"),
            "orders": [order for line in lines if (order := _order(store, line))],
            "devices": _values(lines, "session"),
            "waiting": _values(lines, keys.CHANGE),
            "no_mail": _no_mail(store, someone.mail) if someone else None,
            "lists": [_list(line) for line in _of(lines, "list")],
            "consents": _values(lines, "consent"),
            "lead_magnets": [
                collecting.value_of(collecting.read(line)) for line in _of(lines, "magnet")
            ],
            "letters": [*_letters(store, person)],
            "others": {
                line.key: line.value for line in lines if line.key.partition("#")[0] not in _KNOWN
            },
        },
        ensure_ascii=False,
        indent=1,
        sort_keys=True,
    )


def _order(store: Store, line: Item) -> Mapping[str, Any] | None:
    if not line.key.startswith(keys.order("")):
        return None
    found = orders.find(store, line.key.partition("#")[2])
    return orders.value_of(found) if found else None


def _no_mail(store: Store, mail: str) -> Mapping[str, str] | None:
    found = suppressing.find(store, mail)
    return {"reason": found.reason, "at": keys.stamp(found.at)} if found else None


def _letters(store: Store, person: str) -> Iterator[Mapping[str, Any]]:
    """Yield each letter of the creator's that was sent to them, and what became of it."""
    for row in every(store, keys.LETTERS):
        letter = keys.letter(str(row.value["letter"]))
        line = store.get(letter, keys.sent_to(person))
        sent = store.get(letter, keys.SELF) if line else None
        if line and sent:
            yield {"subject": sent.value["subject"], **line.value}


def _list(line: Item) -> Mapping[str, Any]:
    """Return a list in words: on it or not, since when, by which consent."""
    found = subscribing.read(line)
    consent = subscribing.value_of(found.consent)
    return {"list": found.list, "on": found.on, "since": keys.stamp(found.since), **consent}


def _values(lines: list[Item], kind: str) -> list[Mapping[str, Any]]:
    return [line.value for line in _of(lines, kind)]


def _of(lines: list[Item], kind: str) -> list[Item]:
    return [line for line in lines if line.key.partition("#")[0] == kind]
