"""Opting in: a stranger gives an address for a lead magnet, and a mail asks whether it is theirs.

A static form carries no stamp, so the first POST is answered with a small page that does, shows
the address once more and says what its reader agrees to. The second one has a mail sent. Asking
looks nobody up and does the same for every address there is, for one that is spared, too; nothing
that was typed goes into the mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from publish.contract.slots import Values
from publish.paywall import (
    challenges,
    disposable,
    http,
    keys,
    limits,
    names,
    offered,
    queue,
    sparing,
    stamps,
    whence,
)
from publish.paywall.addresses import Address, Invalid, canonical
from publish.paywall.challenges import Ask, Link
from publish.paywall.http import Response, see
from publish.paywall.offered import FORM, Offered
from publish.paywall.ports import Operation, Put
from publish.paywall.stamps import Stamp
from publish.paywall.subscribing import Consent
from publish.paywall.visit import Visit
from publish.paywall.whence import Whence

LASTS = timedelta(hours=48)
_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_TYPED = 320


@dataclass(frozen=True)
class _Typed:
    """What a form says; `trapped` is true for who filled the field that people do not see."""

    mail: str
    name: str
    post: str
    came: Whence
    stamp: str
    trapped: bool


class _Wrong(Exception):
    """A field of the form cannot be taken; its word is one of the MESSAGES."""


# ---- the pages ----


def ask(visit: Visit, rest: str) -> Response:
    """Show the form that asks for an address."""
    asks = visit.request.asks
    return _given(visit, asks, lambda magnet: _form(visit, magnet, _read(visit, magnet, asks)))


def take(visit: Visit, rest: str) -> Response:
    """Send a mail to an address that was looked at twice; before that ask to look again."""
    form = visit.request.form
    return _given(visit, form, lambda magnet: _take(visit, magnet, form))


def sent(visit: Visit, rest: str) -> Response:
    """Say where to look now, the same for everybody."""
    return _given(visit, visit.request.asks, lambda magnet: _sent(visit, magnet))


def _sent(visit: Visit, magnet: Offered) -> Response:
    back = offered.form_of(visit, magnet)
    return visit.page("sent", {"title": magnet.text.title, "back": back})


def _given(
    visit: Visit, fields: Mapping[str, str], then: Callable[[Offered], Response]
) -> Response:
    """Go on with a magnet that is given for an address; one that is not has a page of its own."""
    magnet = offered.find(visit, fields.get("magnet", ""))
    if magnet is None or not magnet.open:
        return visit.say("magnet-gone", 410)
    return then(magnet) if magnet.magnet.way == "mail" else see(magnet.text.url)


# ---- taking a form ----


def _take(visit: Visit, magnet: Offered, form: Mapping[str, str]) -> Response:
    typed = _read(visit, magnet, form)
    if "mail" not in form and not visit.request.wants_json:
        return see(visit.here(FORM, magnet=magnet.id, post=typed.post))
    try:
        address, name = _checked(visit, typed)
    except _Wrong as wrong:
        return _form(visit, magnet, typed, stamped=True, wrong=str(wrong))
    typed = replace(typed, mail=address.shown, name=name)
    stamp = _stamp(visit, magnet, typed.stamp)
    if stamp is None:
        return _check(visit, magnet, typed)
    if not sparing.has_room(visit, magnet):
        return visit.say("too-many", 429)
    sends = sparing.may_write_to(visit, magnet, address, stamp, trapped=typed.trapped)
    if not sparing.takes_room(visit, magnet, stamp, sends=sends):
        return visit.say("too-many", 429)
    return _send(visit, magnet, typed, address, sends=sends)


def _read(visit: Visit, magnet: Offered, fields: Mapping[str, str]) -> _Typed:
    post = fields.get("post", "")
    return _Typed(
        fields.get("mail", "")[: _MOST_TYPED + 1],
        fields.get("name", "") if magnet.magnet.name else "",
        post if post in visit.release.manifest.posts else "",
        whence.of(visit, fields.get("came", "")),
        fields.get("stamp", ""),
        bool(fields.get("website", "")),
    )


def _checked(visit: Visit, typed: _Typed) -> tuple[Address, str]:
    """Return the address and the first name.

    Raises:
        _Wrong: one of them cannot be taken.

    """
    try:
        address = canonical(typed.mail)
    except Invalid as cause:
        raise _Wrong("mail-invalid") from cause
    if disposable.thrown_away(visit.release, address.canonical):
        raise _Wrong("mail-disposable")
    try:
        return address, names.first_name(typed.name)
    except names.Invalid as cause:
        raise _Wrong("name-invalid") from cause


def _stamp(visit: Visit, magnet: Offered, text: str) -> Stamp | None:
    """Return the form's stamp, None for one that does not fit or was used too often."""
    store, ring = visit.world.store, visit.world.ring
    stamp = stamps.read(ring, text, visit.now, *magnet.terms)
    # Counted in the window that it was made in: a later one would give it as many uses again.
    if stamp and limits.count(store, limits.OPT_IN_BY_STAMP, stamp.nonce, stamp.made):
        return stamp
    return None


def _next_stamp(visit: Visit, magnet: Offered, typed: _Typed) -> str:
    return stamps.next_of(visit.world.ring, typed.stamp, visit.now, *magnet.terms)


# ---- the mail ----


def _send(
    visit: Visit, magnet: Offered, typed: _Typed, address: Address, *, sends: bool
) -> Response:
    consent = _consent(visit, magnet, typed)
    asked = Link(
        "",
        "opt-in",
        address.canonical,
        visit.now,
        LASTS,
        ask=Ask(address.shown, visit.lang, visit.now),
        shown=address.shown,
        magnet=magnet.id,
        name=typed.name,
        consent=consent,
        letters=magnet.magnet.letters,
    )
    visit.world.store.write(*_asking(visit, asked, sends=sends))
    if not typed.trapped:
        offered.count(visit, "asked", consent)
    visit.world.wake()
    return _sent_or_told(visit, magnet)


def _consent(visit: Visit, magnet: Offered, typed: _Typed) -> Consent:
    return Consent(
        words=magnet.text.consent,
        lang=magnet.lang,
        at=visit.now,
        way="magnet",
        page=typed.came.page,
        post=typed.post,
        magnet=magnet.id,
        campaign=typed.came.campaign,
    )


def _asking(visit: Visit, asked: Link, *, sends: bool) -> list[Operation]:
    """Return what to write for a mail; for none the same, which is over before it begins."""
    seed = challenges.new_seed()
    secret = challenges.link_secret_of(visit.world.ring, seed)
    # What is over lies in a table for days: where every tick looks, a flood would bury the queue.
    due = visit.now if sends else _NEVER
    job = {
        "mail": "opt-in",
        "to": asked.mail,
        "lang": visit.lang,
        "seed": seed,
        "magnet": asked.magnet,
        "values": {"hours": str(int(LASTS.total_seconds() // 3600))},
    }
    link = replace(asked, hash=keys.hashed(secret))
    saving = link.saving()
    found = [
        saving,
        # By it whoever is erased takes along what waits for them.
        Put(keys.asked(link.mail), saving.partition, {}, expires=saving.expires),
        queue.adding(due, "mail", job, expires=visit.now + LASTS),
    ]
    return [each if sends else replace(each, expires=visit.now) for each in found]


# ---- answers ----


def _sent_or_told(visit: Visit, magnet: Offered) -> Response:
    if visit.request.wants_json:
        return visit.say("opt-in-sent", 202)
    return see(visit.here(f"{FORM}/sent", magnet=magnet.id))


def _check(visit: Visit, magnet: Offered, typed: _Typed) -> Response:
    """Ask to look once more; from here on the form carries a stamp."""
    if not visit.request.wants_json:
        return _form(visit, magnet, typed, stamped=True, checking=True)
    told = {
        "code": "opt-in-check",
        "message": visit.words.messages["opt-in-check"][1],
        "stamp": _next_stamp(visit, magnet, typed),
        "wait": int(stamps.SOONEST.total_seconds()),
        "words": magnet.text.consent,
    }
    return http.json_answer(told)


def _form(
    visit: Visit,
    magnet: Offered,
    typed: _Typed,
    *,
    stamped: bool = False,
    checking: bool = False,
    wrong: str = "",
) -> Response:
    if wrong and visit.request.wants_json:
        return visit.say(wrong, 422)
    values: Values = {
        "magnet": magnet.id,
        "title": magnet.text.title,
        "promise": magnet.text.promise,
        "words": magnet.text.consent,
        "back": magnet.text.url,
        "mail": typed.mail[:_MOST_TYPED],
        "name": typed.name[:_MOST_TYPED],
        "asks_name": magnet.magnet.name,
        "name_wrong": wrong == "name-invalid",
        "error": bool(wrong),
        "error_text": visit.words.messages[wrong][1] if wrong else "",
        "stamp": _next_stamp(visit, magnet, typed) if stamped else "",
        "came": typed.came.text(),
        "post": typed.post,
        "checking": checking,
    }
    return visit.page("opt-in", values, 422 if wrong else 200)
