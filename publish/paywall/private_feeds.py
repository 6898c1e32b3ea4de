"""Private feeds: per person, unguessable, revocable, put together from entries that are prepared.

Feed readers have no cookie, so the address is the key: it names the person and the generation of
their addresses, signed. The pictures in a feed carry a key of another kind, which opens files that
its person may read now and nothing else. Replacing the addresses moves the generation on, and all
of the old ones are dead at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from publish.contract.slots import Values
from publish.paywall import ledgers, people, rights
from publish.paywall.again import again
from publish.paywall.http import ACCOUNT, Response
from publish.paywall.people import Person
from publish.paywall.ports import Store
from publish.paywall.signing import Keyring
from publish.paywall.visit import Visit

_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}
_FEED, _FILE = "private feed", "file of a private feed"
_CACHE = "private, max-age=300"


def addresses(visit: Visit, someone: Person) -> Mapping[str, str]:
    """Return the addresses of somebody's feeds in the visit's language, by kind."""
    known = visit.release.manifest.feeds.get(visit.lang, {})
    key = feed_key(visit.world.ring, someone)
    place = f"{visit.world.origin}/api/feeds/{key}/{visit.lang}"
    return {kind: f"{place}/{kind}.xml" for kind in _TYPES if kind in known}


def feed_key(ring: Keyring, someone: Person) -> str:
    """Return what opens somebody's feeds."""
    return ring.sign(_FEED, f"{someone.id}-{someone.feeds}")


def file_key(ring: Keyring, someone: Person) -> str:
    """Return what opens files that somebody may read, for the addresses in their feeds."""
    return ring.sign(_FILE, f"{someone.id}-{someone.feeds}")


def check(visit: Visit, key: str) -> Person | None:
    """Return whose files a key opens: nobody's when it was replaced, or they are gone or banned."""
    return _holder(visit, _FILE, key)


def replace_addresses(store: Store, person: str) -> None:
    """Make every feed and file address of a person a new one.

    Raises:
        Conflict: somebody else keeps changing the person.

    """

    def step() -> None:
        someone = people.find(store, person)
        if someone:
            store.write(people.saving(replace(someone, feeds=someone.feeds + 1)))

    again(step)


def feed(visit: Visit, rest: str) -> Response:
    """Answer a feed with what its person may read now; the rest of it are teasers."""
    key, _, place = rest.partition("/")
    lang, _, name = place.partition("/")
    kind = name.removesuffix(".xml")
    path = visit.release.manifest.feeds.get(lang, {}).get(kind, "")
    someone = _holder(visit, _FEED, key)
    if someone is None or not path or name != f"{kind}.xml" or kind not in _TYPES:
        return visit.say("feed-gone", 410, visit.here(ACCOUNT), "Your account")
    prepared = visit.release.prepared(path)
    body = prepared.fill(_values(visit, someone, prepared.names, lang)).encode()
    return _answer(visit, body, f"{_TYPES[kind]}; charset=utf-8")


def _holder(visit: Visit, purpose: str, key: str) -> Person | None:
    told = visit.world.ring.read(purpose, key) if key else None
    person, _, generation = (told or "").rpartition("-")
    someone = people.find(visit.world.store, person) if person else None
    if someone is None or someone.banned or generation != str(someone.feeds):
        return None
    return someone


def _values(visit: Visit, someone: Person, names: frozenset[str], lang: str) -> Values:
    manifest, ledger = visit.release.manifest, ledgers.of(visit.world.store, someone.id)
    held = rights.rights(ledger, visit.now)
    words = rights.open_words(held, manifest)
    opens = {
        name: _may(visit, name.removeprefix("open:"), words, bool(someone.confirmed))
        for name in names
        if name.startswith("open:")
    }
    return {
        **opens,
        "self": visit.world.origin + visit.request.path,
        "title_note": "",
        "lapsed": bool(ledger) and not any(right.open for right in held.values()),
        "account": f"{visit.world.origin}/api/account?lang={lang}",
        "key": file_key(visit.world.ring, someone),
    }


def _may(visit: Visit, quoted: str, words: frozenset[str], confirmed: bool) -> bool:
    post = visit.release.manifest.posts.get(unquote(quoted))
    return post is not None and rights.may_read(post.access, words, confirmed)


def _answer(visit: Visit, body: bytes, kind: str) -> Response:
    """Answer with the feed, or that the reader has it already.

    Only by the entity tag: rights change at times that no date of the feed tells.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = visit.request.header("if-none-match")
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    headers = (("ETag", tag),)
    if tag in tags or known.strip() == "*":
        return Response(304, b"", kind, _CACHE, headers)
    return Response(200, body, kind, _CACHE, headers)
