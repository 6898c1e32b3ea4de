"""Where everything lies in the store: partitions and keys, in one place.

| partition | key | what | owner |
|---|---|---|---|
| person#ID | self | the person: identities, language, tags, notes | people |
| person#ID | grant#GRANT | one line of the grant ledger | rights |
| person#ID | session#HASH | a device that is signed in | sessions |
| person#ID | order#ORDER | which orders are theirs | orders |
| person#ID | reminded#PRODUCT | the end that was last written about | reminding |
| browser#ID | session#HASH | a browser that bought without signing in | sessions |
| browser#ID | checkout#OFFER | the Checkout that is open there | buying |
| identity#KIND#ADDRESS  | self | whose an address is | people |
| people | ID | one line each, to list them | people |
| order#ID | self | an order | orders |
| orders | TIME#ID | to list them | orders |
| provider#REFERENCE | self | which order an object of the provider belongs to  | orders |
| event#ID | self | an event that was dealt with; expires | webhooks |
| person#ID | change | a new address that waits to be confirmed; expires | changing |
| code#HASH | self | a redemption code | codes |
| code#HASH | use#PERSON | who redeemed it | codes |
| code#HASH | use#BROWSER HASH | a browser in which it opened a lead magnet | magnet_codes |
| batch#ID | self | what the codes of one batch have in common | codes |
| batch#ID | code#HASH | the codes of one batch | codes |
| batch#ID | use#HASH#PERSON | who, or which browser, redeemed which of them | codes |
| batches | TIME#ID | to list them | codes |
| challenge#BROWSER | MAIL HASH | codes that this browser asked for; expires | challenges |
| link#HASH | self | what a link in a mail may do; expires | challenges |
| asked#MAIL HASH | link#HASH | links to lead magnets that an address got; expire | opting |
| left#MAIL HASH | self | when somebody gave up an address | entering |
| limit#RULE#HASH | WINDOW | how often | limits |
| queue | TIME#ID | what is to be done then | queue |
| dead | TIME#ID | jobs that were given up; expire | queue |
| count#NAME | DAY | counted and ignored, for status | counting |
| restoring | self | how far a restore is; not part of a backup | operating |
| suppressed | MAIL HASH | an address that gets no mail, and why | suppressing |
| declined#MAILBOX HASH | self | wants no mail that others ask for; expires | suppressing |
| person#ID | list#LIST | whether they are on a list, and by which consent | subscribing |
| person#ID | consent#TIME#LIST | each consent as it was given | subscribing |
| person#ID | magnet#MAGNET | a lead magnet that is theirs | collecting |
| magnet#ID | DAY#WHAT#HASH | how often, by post and campaign | tallying |
| magnets | MAGNET | one line each, to list those that were counted | tallying |
| letters | TIME#ID | to list letters that were sent | lettering |
| letter#ID | self | a letter that is or was sent | lettering |
| letter#ID | parts | what it says | lettering |
| letter#ID | lease | who is sending it now; expires | lettering |
| letter#ID | to#PERSON | what became of it for one person | lettering |
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import UTC, datetime

SELF = "self"
CHANGE = "change"
PEOPLE = "people"
ORDERS = "orders"
BATCHES = "batches"
QUEUE = "queue"
DEAD = "dead"
SUPPRESSED = "suppressed"
LETTERS = "letters"
MAGNETS = "magnets"
RESTORING = "restoring"
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


def checkout(offer: str) -> str:
    """Return the key of the Checkout that a browser has open for an offer."""
    return f"checkout#{offer}"


def reminded(product: str) -> str:
    """Return the key in a person's partition of the end that they were last told about."""
    return f"reminded#{product}"


def count(name: str) -> str:
    """Return the partition of something that is only counted."""
    return f"count#{name}"


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


def challenge(browser: str) -> str:
    """Return the partition of what a browser asked for by mail."""
    return f"challenge#{browser}"


def link(hash_: str) -> str:
    """Return the partition of a link in a mail."""
    return f"link#{hash_}"


def asked(mail: str) -> str:
    """Return the partition that lists which links to lead magnets went to an address."""
    return f"asked#{hashed(mail)}"


def left(mail: str) -> str:
    """Return the partition that says when somebody gave up an address."""
    return f"left#{hashed(mail)}"


def list_(name: str) -> str:
    """Return the key in a person's partition of a list that they are or were on."""
    return f"list#{name}"


def consent(moment: datetime, name: str) -> str:
    """Return the key in a person's partition of a consent to be on a list."""
    return f"consent#{stamp(moment)}#{name}"


def magnet(key: str) -> str:
    """Return a lead magnet's partition, and its key in a person's."""
    return f"magnet#{key}"


def declined(hash_: str) -> str:
    """Return the partition that says that a mailbox wants no mail that others ask for."""
    return f"declined#{hash_}"


def letter(key: str) -> str:
    """Return the partition of a letter of the creator's."""
    return f"letter#{key}"


def sent_to(person: str) -> str:
    """Return the key in a letter's partition of one person."""
    return f"to#{person}"


def stamp(when: datetime) -> str:
    """Return a time that sorts and that programs and people read: 2026-11-22T08:00:00.000000Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def when(text: str) -> datetime:
    """Return the time of a stamp."""
    return datetime.fromisoformat(text)


def at(moment: datetime, key: str) -> str:
    """Return a key that sorts by time."""
    return f"{stamp(moment)}#{key}"
