"""Challenges: what a browser asked for by mail, and what answers it.

Each time a mail is asked for, a random seed goes into the queue and nothing else; the code and the
link in the mail are derived from it with the site's keys when the mail is made. The store keeps
what recognises them: of the code a signature that is bound to the browser, of the link a hash.

All asks of one browser for one address lie in one object, written with a version guard. A guess
counts against every code that is still alive; whichever answers takes all of them along.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from publish.paywall import keys
from publish.paywall.addresses import Address
from publish.paywall.ports import ABSENT, Delete, Item, Operation, Put, Store
from publish.paywall.signing import Keyring
from publish.paywall.subscribing import Consent, read_consent
from publish.paywall.subscribing import value_of as consent_value

LASTS = timedelta(minutes=15)
TRIES = 5
_MOST_ALIVE = 12
_SWEPT = timedelta(hours=1)
_KNOWN = timedelta(days=7)
"""How long a link to a lead magnet is known after its time, to lead back to the right form."""
_CODE, _LINK, _SEAL = "code in a mail", "link in a mail", "code of a browser"


def new_seed() -> str:
    """Return what a code and a link are derived from; worth nothing without the site's keys."""
    return secrets.token_urlsafe(24)


def code_of(ring: Keyring, seed: str) -> str:
    """Return the six digits of a seed."""
    digest = hashlib.sha256(ring.sign(_CODE, seed).encode()).digest()
    return f"{int.from_bytes(digest[:12]) % 10**6:06d}"


def link_secret_of(ring: Keyring, seed: str) -> str:
    """Return the secret in the link of a seed."""
    digest = hashlib.sha256(ring.sign(_LINK, seed).encode()).digest()
    return base64.b32encode(digest[:20]).decode().lower()


def typed_code(text: str) -> str:
    """Return the digits of a code as a person typed it, "" when it cannot be one."""
    digits = "".join(unicodedata.normalize("NFKC", text).replace("-", " ").split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else ""


@dataclass(frozen=True)
class Ask:
    """One mail that was asked for. `redeem` is the hash of a redemption code to use up then."""

    shown: str
    lang: str
    made: datetime
    return_to: str = ""
    redeem: str = ""


@dataclass(frozen=True)
class Entry:
    """An ask with what recognises its answers; `tries` counts wrong guesses."""

    ask: Ask
    seal: str
    link: str
    tries: int = 0

    def alive(self, now: datetime) -> bool:
        """Tell whether its code may still be tried."""
        return now < self.ask.made + LASTS and self.tries < TRIES


@dataclass(frozen=True)
class Challenge:
    """What one browser asked for one address; version 0 is not stored yet.

    `asked` is the time of the last ask, one that the limits kept from being sent counts as well.
    """

    browser: str
    mail: str
    shown: str
    asked: datetime
    return_to: str = ""
    entries: tuple[Entry, ...] = ()
    version: int = 0

    def matching(self, ring: Keyring, code: str, now: datetime) -> Entry | None:
        """Return the entry that a code answers: alive, and asked for in this browser."""
        alive = [each for each in self.entries if each.alive(now)]
        return next((each for each in reversed(alive) if _fits(ring, self, each, code)), None)

    def dead(self, now: datetime) -> bool:
        """Tell whether no code can answer it."""
        return not any(each.alive(now) for each in self.entries)

    def guessed(self) -> Challenge:
        """Return the challenge after a wrong guess."""
        entries = tuple(replace(each, tries=each.tries + 1) for each in self.entries)
        return replace(self, entries=entries)

    def saving(self) -> Put:
        """Return what to write; it conflicts when somebody else wrote first."""
        value = {
            "mail": self.mail,
            "shown": self.shown,
            "asked": keys.stamp(self.asked),
            "return_to": self.return_to,
            "entries": [_entry_value(each) for each in self.entries],
        }
        expect = self.version or ABSENT
        return Put(*_place(self.browser, self.mail), value, expect, self.asked + LASTS + _SWEPT)

    def ending(self) -> list[Operation]:
        """Return what to write so that nothing of it answers any more."""
        links = [Delete(keys.link(each.link), keys.SELF) for each in self.entries]
        return [Delete(*_place(self.browser, self.mail), self.version), *links]


@dataclass(frozen=True)
class Link:
    """What the link in a mail may do. `kind` is "sign-in", "change" or "opt-in".

    A link to sign in knows its challenge (`browser`, `mail`) and its ask, one to change an address
    knows the person, the change and which mailbox it went to, one to opt in the ask, the lead
    magnet, the first name, the consent and whether that is to `letters`. That one stays when it is
    `used`, and knows the magnet only.
    """

    hash: str
    kind: str
    mail: str
    made: datetime
    lasts: timedelta = LASTS
    browser: str = ""
    ask: Ask | None = None
    shown: str = ""
    person: str = ""
    change: str = ""
    side: str = ""
    magnet: str = ""
    name: str = ""
    consent: Consent | None = None
    letters: bool = False
    used: bool = False
    version: int = 0

    def alive(self, now: datetime) -> bool:
        """Tell whether it is young enough, and nobody used it."""
        return now < self.made + self.lasts and not self.used

    def saving(self) -> Put:
        """Return what to write; it conflicts when somebody else wrote first."""
        value = {
            "kind": self.kind,
            "mail": self.mail,
            "made": keys.stamp(self.made),
            "lasts": int(self.lasts.total_seconds()),
            "browser": self.browser,
            "ask": _ask_value(self.ask) if self.ask else None,
            "shown": self.shown,
            "person": self.person,
            "change": self.change,
            "side": self.side,
            "magnet": self.magnet,
            "name": self.name,
            "consent": consent_value(self.consent) if self.consent else None,
            "letters": self.letters,
            "used": self.used,
        }
        expires = self.made + self.lasts + (_KNOWN if self.magnet else _SWEPT)
        return Put(keys.link(self.hash), keys.SELF, value, self.version or ABSENT, expires)

    def ending(self) -> Put | Delete:
        """Return what to write so that it works once only."""
        if not self.magnet:
            return Delete(keys.link(self.hash), keys.SELF, self.version)
        blank = Link(self.hash, self.kind, "", self.made, self.lasts, magnet=self.magnet)
        return replace(blank, used=True, version=self.version).saving()


def asking(
    ring: Keyring, known: Challenge | None, browser: str, address: Address, ask: Ask, seed: str
) -> list[Operation]:
    """Return what to write for one more mail; codes that are alive stay so."""
    place = Challenge(browser, address.canonical, ask.shown, ask.made)
    link = Link(
        keys.hashed(link_secret_of(ring, seed)),
        "sign-in",
        address.canonical,
        ask.made,
        browser=browser,
        ask=ask,
        shown=ask.shown,
    )
    entry = Entry(ask, _seal(ring, place, ask, code_of(ring, seed)), link.hash)
    return [_asked(known, place, ask, entry).saving(), link.saving()]


def noting(known: Challenge | None, browser: str, address: Address, ask: Ask) -> list[Operation]:
    """Return what to write for an ask that is not answered with a mail."""
    place = Challenge(browser, address.canonical, ask.shown, ask.made)
    return [_asked(known, place, ask, None).saving()]


def _asked(known: Challenge | None, new: Challenge, ask: Ask, entry: Entry | None) -> Challenge:
    before = known or new
    young = [each for each in before.entries if ask.made < each.ask.made + LASTS]
    entries = (*young, *([entry] if entry else []))[-_MOST_ALIVE:]
    return replace(
        before, asked=ask.made, shown=ask.shown, return_to=ask.return_to, entries=entries
    )


def find(store: Store, browser: str, mail: str) -> Challenge | None:
    """Return what a browser asked for an address."""
    item = store.get(*_place(browser, mail))
    return _read(browser, item) if item else None


def latest(store: Store, browser: str) -> Challenge | None:
    """Return what a browser asked for last: what its page is about."""
    if not browser:
        return None
    found = [_read(browser, item) for item in store.query(keys.challenge(browser))]
    return max(found, key=lambda each: each.asked, default=None)


def find_link(store: Store, secret: str, now: datetime) -> Link | None:
    """Return what a link's secret may do, None when it is unknown, used or too old."""
    found = find_dead_link(store, secret)
    return found if found and found.alive(now) else None


def find_dead_link(store: Store, secret: str) -> Link | None:
    """Return what a link's secret once could do, as long as anything is known of it."""
    item = store.get(keys.link(keys.hashed(secret)), keys.SELF) if secret else None
    return _read_link(item) if item else None


def _place(browser: str, mail: str) -> tuple[str, str]:
    return keys.challenge(browser), keys.hashed(mail)


def _sealed(challenge: Challenge, ask: Ask, code: str) -> str:
    return f"{challenge.browser}|{challenge.mail}|{keys.stamp(ask.made)}|{code}"


def _seal(ring: Keyring, challenge: Challenge, ask: Ask, code: str) -> str:
    return ring.sign(_SEAL, _sealed(challenge, ask, code)).rpartition(".")[2]


def _fits(ring: Keyring, challenge: Challenge, entry: Entry, code: str) -> bool:
    """Compare in constant time, with every key of the ring."""
    sealed = f"{_sealed(challenge, entry.ask, code)}.{entry.seal}"
    return ring.read(_SEAL, sealed) is not None


# ---- as the store keeps it ----


def _ask_value(ask: Ask) -> dict[str, Any]:
    return asdict(ask) | {"made": keys.stamp(ask.made)}


def _entry_value(entry: Entry) -> dict[str, Any]:
    return {
        "ask": _ask_value(entry.ask),
        "seal": entry.seal,
        "link": entry.link,
        "tries": entry.tries,
    }


def _read_ask(value: Mapping[str, Any]) -> Ask:
    return Ask(**{**value, "made": keys.when(value["made"])})


def _read(browser: str, item: Item) -> Challenge:
    value = item.value
    entries = tuple(Entry(**{**each, "ask": _read_ask(each["ask"])}) for each in value["entries"])
    return Challenge(
        browser,
        value["mail"],
        value["shown"],
        keys.when(value["asked"]),
        value["return_to"],
        entries,
        item.version,
    )


def _read_link(item: Item) -> Link:
    value = item.value
    return Link(
        **{
            **value,
            "hash": item.partition.partition("#")[2],
            "made": keys.when(value["made"]),
            "lasts": timedelta(seconds=value["lasts"]),
            "ask": _read_ask(value["ask"]) if value["ask"] else None,
            "consent": read_consent(told) if (told := value.get("consent")) else None,
            "version": item.version,
        }
    )
