"""Leaving: what the links in the foot of mails do, and the button that mail programs show for them.

Such a link is signed and has no end. It is for one person and one list, or, in a mail that anybody
may have asked for, for the mailbox: nobody can have one sent there for a while. It signs nobody in
and shows no address. Mail programs post to it from anywhere, without a cookie (RFC 8058).
"""

from __future__ import annotations

from datetime import timedelta

from publish.paywall import http, keys, limits, people, subscribing, suppressing
from publish.paywall.again import again
from publish.paywall.http import ACCOUNT, Response
from publish.paywall.ports import Check
from publish.paywall.signing import Keyring
from publish.paywall.subscribing import LETTERS, Consent
from publish.paywall.visit import Visit

PAGE = "/api/unsubscribe"
MENDED_WITHIN = timedelta(hours=1)
"""How long a click undoes a click: letters are passed on, and their links have no end."""
_LIST, _MAILBOX = "unsubscribe", "decline"
_SECTIONS = ("asking", "done", "declining", "declined")


def path(ring: Keyring, person: str, lang: str) -> str:
    """Return the path of a link that takes a person off the letters."""
    return http.with_query(PAGE, key=ring.sign(_LIST, f"{LETTERS}-{person}"), lang=lang)


def decline_path(ring: Keyring, mail: str, lang: str) -> str:
    """Return the path of a link by which a mailbox declines what others ask for in its name."""
    key = ring.sign(_MAILBOX, suppressing.mailbox_hash(mail))
    return http.with_query(PAGE, key=key, lang=lang)


def person_of(ring: Keyring, key: str) -> str:
    """Return the id of the person that a link is for, "" where it is no such link."""
    name, _, person = (ring.read(_LIST, key) or "").partition("-")
    return person if name == LETTERS else ""


def page(visit: Visit, rest: str) -> Response:
    """Show what a link would do, with one button; looking changes nothing."""
    key, ring = visit.request.asks.get("key", ""), visit.world.ring
    if person_of(ring, key):
        return _page(visit, "asking", key)
    if ring.read(_MAILBOX, key):
        return _page(visit, "declining", key)
    return _dead(visit)


def leave(visit: Visit, rest: str) -> Response:
    """Do what a link is for, as often as anybody asks.

    A mail program posts to the whole link and says nothing that need be read; the button of our
    page brings the key in its form, and may ask for the way `back`.
    """
    key = visit.request.asks.get("key", "")
    form = {} if key else visit.request.form
    key = key or form.get("key", "")
    person = person_of(visit.world.ring, key)
    if person and form.get("back"):
        return _back(visit, person)
    if person:
        subscribing.leave(visit.world.store, person, visit.now)
        return _said(visit, "letters-off") or _page(visit, "done", key)
    mailbox = visit.world.ring.read(_MAILBOX, key)
    if mailbox:
        suppressing.decline(visit.world.store, mailbox, visit.now)
        return _said(visit, "declined") or _page(visit, "declined", key)
    return _dead(visit)


def agree(visit: Visit, person: str, place: str) -> bool:
    """Put a person on the letters by a click on a page of ours; tell whether they may be.

    Who changes their mind all day is not put on any more: each time a consent is kept.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    shown = words(visit)
    return bool(shown) and again(lambda: _agree(visit, person, shown, place))


def words(visit: Visit) -> str:
    """Return what a reader agrees to who asks for letters alone, "" where there are none."""
    return visit.release.manifest.letters.get(visit.lang, "")


def _agree(visit: Visit, person: str, shown: str, place: str) -> bool:
    store = visit.world.store
    someone = people.find(store, person)
    if someone is None or someone.banned or not someone.confirmed:
        return False
    known = subscribing.find(store, person)
    if known is None or not known.on:
        if not limits.count(store, limits.LETTERS_ON, person, visit.now):
            return False
        consent = Consent(shown, visit.lang, visit.now, "account", place)
        # Whoever is erased meanwhile must not be written down again.
        here = Check(keys.person(person), keys.SELF, someone.version)
        store.write(here, *subscribing.joining(person, consent, known))
    suppressing.pardon(store, someone.mail)
    return True


def _back(visit: Visit, person: str) -> Response:
    """Put a person on the letters again who just left; other pages than ours only take them off."""
    if not http.same_site(visit.request, visit.world.origin):
        return visit.say("foreign", 401)
    known = subscribing.find(visit.world.store, person)
    mends = known and (known.on or visit.now - known.since < MENDED_WITHIN)
    if mends and agree(visit, person, PAGE):
        return visit.say("letters-on", 200, visit.here(ACCOUNT), "Your account")
    return visit.say("link-dead", 410, visit.here(ACCOUNT), "Your account")


def _page(visit: Visit, section: str, key: str) -> Response:
    sections = {each: each == section for each in _SECTIONS}
    return visit.page("unsubscribe", {"key": key, "words": words(visit), **sections})


def _said(visit: Visit, code: str) -> Response | None:
    """Tell a program what was done."""
    return visit.say(code, 200) if visit.request.wants_json else None


def _dead(visit: Visit) -> Response:
    return visit.say("unsubscribe-dead", 410, visit.here(ACCOUNT), "Your account")
