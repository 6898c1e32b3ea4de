"""Where everything lies in the store: partitions and keys, in one place.

| partition | key | what | owner |
|---|---|---|---|
| person#ID | self | the person: identities, language, tags, notes | people |
| person#ID | grant#GRANT | one line of the grant ledger | rights |
| person#ID | session#HASH | a device that is signed in | sessions |
| person#ID | order#ORDER | which orders are theirs | orders |
| browser#ID | session#HASH | a browser that bought without signing in | sessions |
| identity#KIND#ADDRESS  | self | whose an address is | people |
| people | ID | one line each, to list them | people |
| order#ID | self | an order | orders |
| orders | TIME#ID | to list them | orders |
| provider#REFERENCE | self | which order an object of the provider belongs to  | orders |
| event#ID | self | an event that was dealt with; expires | webhooks |
| code#HASH | self | a redemption code | codes |
| batch#ID | HASH | the codes of one batch | codes |
| batches | TIME#ID | to list them | codes |
| challenge#BROWSER | MAIL HASH | codes that this browser asked for | sign_in |
| link#HASH | self | what a link in a mail may do | sign_in |
| limit#RULE#HASH | WINDOW | how often | limits |
| queue | TIME#ID | what is to be done then | queue |
| count#NAME | DAY | counted and ignored, for status | counting |
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime

SELF = "self"
PEOPLE = "people"
ORDERS = "orders"
BATCHES = "batches"
QUEUE = "queue"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that reads like something else


def new_id(letters: int = 16) -> str:
    """Return an unguessable id: 5 bits a letter, typeable on a phone, no I, L, O, U."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(letters))


def typed(text: str) -> str:
    """Return an id as it was meant: case, spaces, hyphens and look-alikes do not matter."""
    found = "".join(each for each in text.upper() if each.isalnum())
    return found.translate(str.maketrans("OIL", "011"))


def secret() -> str:
    """Return 160 random bits for an address."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def hashed(text: str) -> str:
    """Return the name under which a secret is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def person(key: str) -> str:
    """Return a person's partition."""
    return f"person#{key}"


def browser(key: str) -> str:
    """Return the partition of a browser that is not signed in."""
    return f"browser#{key}"


def grant(key: str) -> str:
    """Return the key of a grant in a person's partition."""
    return f"grant#{key}"


def session(key: str) -> str:
    """Return the key of a session in a person's or a browser's partition."""
    return f"session#{key}"


def order(key: str) -> str:
    """Return an order's partition, and its key in a person's."""
    return f"order#{key}"


def identity(kind: str, address: str) -> str:
    """Return the partition of an address."""
    return f"identity#{kind}#{address}"


def provider(reference: str) -> str:
    """Return the partition of an object of the payment provider."""
    return f"provider#{reference}"


def event(key: str) -> str:
    """Return an event's partition."""
    return f"event#{key}"


def code(hash_: str) -> str:
    """Return the partition of a redemption code."""
    return f"code#{hash_}"


def batch(key: str) -> str:
    """Return the partition of a batch of codes."""
    return f"batch#{key}"


def stamp(when: datetime) -> str:
    """Return a time that sorts and that programs and people read: 2026-11-22T08:00:00.000000Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def when(text: str) -> datetime:
    """Return the time of a stamp."""
    return datetime.fromisoformat(text)


def at(moment: datetime, key: str) -> str:
    """Return a key that sorts by time."""
    return f"{stamp(moment)}#{key}"
