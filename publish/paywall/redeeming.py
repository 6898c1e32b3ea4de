"""Redeeming: a code opens what it was made for, for a person whose address is confirmed.

Who is signed in gets it at once. Everybody else gives an address; the code waits in the mail that
goes there and is used up when it is answered, in the same write as the sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publish.paywall import codes, keys, limits, magnet_codes, people, receipts, reminding
from publish.paywall.addresses import Address, Invalid, canonical
from publish.paywall.again import again
from publish.paywall.http import Response
from publish.paywall.landing import landing
from publish.paywall.ports import Check
from publish.paywall.visit import Visit

_STATUS = {"redeem-unknown": 410, "redeem-over": 410}
_LONGEST = 1500


@dataclass(frozen=True)
class _Typed:
    """What the form says."""

    code: str
    mail: str
    return_to: str


def ask(visit: Visit, rest: str) -> Response:
    """Show the form that takes a code."""
    return _form(visit, _read(visit.request.asks))


def take(visit: Visit, rest: str) -> Response:
    """Redeem a code, or send a mail whose answer redeems it."""
    typed = _read(visit.request.form)
    browser, cookies = visit.known_browser()
    if not _within_limits(visit, browser):
        return visit.say("too-many", 429).plus(*cookies)
    try:
        hash_ = codes.hash_of(typed.code)
        if magnet := magnet_codes.magnet_of(visit.world.store, hash_):
            return _unlock(visit, magnet, hash_, browser).plus(*cookies)
        if visit.person:
            return again(lambda: _redeem(visit, hash_, typed))
        codes.offered(visit.world.store, hash_, visit.now)
    except codes.Refused as refusal:
        return _refused(visit, typed, refusal.code).plus(*cookies)
    return _by_mail(visit, hash_, typed, cookies)


def _unlock(visit: Visit, magnet: str, hash_: str, browser: str) -> Response:
    """Open a lead magnet whose code was typed here: it gives nothing else, and needs no address.

    Raises:
        Refused: it opens nothing, and why.

    """
    from publish.paywall import unlocking

    return unlocking.unlock(visit, magnet, hash_, browser)


def _by_mail(visit: Visit, hash_: str, typed: _Typed, cookies: tuple[str, ...]) -> Response:
    from publish.paywall import sign_in

    if "mail" not in visit.request.form:
        return _form(visit, typed).plus(*cookies)
    try:
        address: Address = canonical(typed.mail)
    except Invalid:
        return _form(visit, typed, "mail-invalid", 422, mail_wrong=True).plus(*cookies)
    return sign_in.send_mail(visit, address, typed.return_to, redeem=hash_)


def _redeem(visit: Visit, hash_: str, typed: _Typed) -> Response:
    """Redeem for who is signed in; of two who want the last use one is told it is used.

    Raises:
        Refused: it gives nothing.
        Conflict: another wanted it at once.

    """
    store = visit.world.store
    someone = people.find(store, visit.person)
    if someone is None or someone.banned:
        return visit.say("sign-in-first", 401, visit.here("/api/sign-in"), "Sign in")
    found = codes.redeeming(store, hash_, someone.id, visit.now)
    reminders = reminding.added(visit.world, someone.id, found.grant)
    still = Check(keys.person(someone.id), keys.SELF, someone.version)
    store.write(*found.operations, *reminders, still)
    return told(visit, found, "", typed.return_to)


def told(visit: Visit, found: codes.Redemption | None, refused: str, return_to: str) -> Response:
    """Say what became of a code, with the way on."""
    if found is None:
        return visit.say(refused, _STATUS.get(refused, 409), landing(visit, ""), "Your account")
    product = receipts.place(visit.release.manifest, found.grant.product, visit.lang)
    way = landing(visit, return_to, product)
    return visit.say("redeemed", 200, way, "Go on")


def promised(visit: Visit, hash_: str) -> str:
    """Return the title of what a code gives, as long as it gives it."""
    try:
        batch = codes.offered(visit.world.store, hash_, visit.now)
    except codes.Refused:
        return ""
    return receipts.title(visit.release.manifest, batch.product, visit.lang)


def _within_limits(visit: Visit, browser: str) -> bool:
    return all(
        limits.count(visit.world.store, rule, key, visit.now)
        for rule, key in (
            (limits.REDEEM_BY_BROWSER, visit.person or browser),
            (limits.REDEEM_BY_NETWORK, visit.request.network),
            (limits.REDEEM_OVERALL, ""),
        )
    )


def _read(fields: Mapping[str, str]) -> _Typed:
    code, mail = fields.get("code", "")[:80], fields.get("mail", "")[:320]
    return _Typed(code, mail, fields.get("return_to", "")[:_LONGEST])


def _refused(visit: Visit, typed: _Typed, code: str) -> Response:
    if code in ("redeem-yours", "already-owned"):
        return visit.say(code, 409, landing(visit, typed.return_to), "Go on")
    return _form(visit, typed, code, _STATUS.get(code, 409))


def _form(
    visit: Visit, typed: _Typed, wrong: str = "", status: int = 200, *, mail_wrong: bool = False
) -> Response:
    if wrong and visit.request.wants_json:
        return visit.say(wrong, status)
    from publish.paywall.sign_in import trouble

    values = {
        "code": typed.code,
        "mail": typed.mail,
        "return_to": typed.return_to,
        "signed_in": bool(visit.person),
        "own_mail": visit.someone.shown if visit.someone else "",
        "mail_wrong": mail_wrong,
        **trouble(visit, wrong),
    }
    return visit.page("redeem", values, status)
