"""The grant ledger of a person, as it lies in the store."""

from __future__ import annotations

from publish.paywall import keys, rights
from publish.paywall.ports import Store
from publish.paywall.rights import Grant
from publish.paywall.walking import every


def of(store: Store, person: str) -> list[Grant]:
    """Return every grant of a person."""
    lines = every(store, keys.person(person), keys.grant(""))
    return [rights.read_grant(line.value) for line in lines]
