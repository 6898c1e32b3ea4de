"""Signing in by mail: a link and a six-digit code in one message, and no password anywhere.

Asking looks nobody up, so it answers the same and does the same for every address there is. The
code works in the browser that asked, the link in any; a GET of it only shows a button.
"""

from __future__ import annotations

from publish.paywall import challenges, limits, queue
from publish.paywall.addresses import Address, Invalid, canonical, mailbox
from publish.paywall.again import again
from publish.paywall.challenges import LASTS, Ask, Challenge, Link
from publish.paywall.entering import Barred, answer, enter
from publish.paywall.http import Response, see
from publish.paywall.ports import Operation
from publish.paywall.visit import Visit

_LONGEST_RETURN = 1500


# ---- asking ----


def ask(visit: Visit, rest: str) -> Response:
    """Show the form that asks for an address."""
    asks = visit.request.asks
    return _form(visit, asks.get("mail", ""), asks.get("return_to", ""))


def send(visit: Visit, rest: str) -> Response:
    """Send a mail with a link and a code; a form without an address leads to the page with one."""
    form = visit.request.form
    return_to = form.get("return_to", "")[:_LONGEST_RETURN]
    if "mail" not in form:
        return see(visit.here("/api/sign-in", return_to=return_to))
    try:
        address = canonical(form["mail"])
    except Invalid:
        return _form(visit, form["mail"], return_to, "mail-invalid", 422)
    return send_mail(visit, address, return_to)


def send_mail(visit: Visit, address: Address, return_to: str, redeem: str = "") -> Response:
    """Send a mail and lead to the page that takes the code; `redeem` waits for the answer.

    Whoever asks too often is told, an address that is written to too often is spared in silence:
    the answer says nothing of what others did.
    """
    browser, cookies = visit.known_browser()
    if not _may_ask(visit, browser):
        return visit.say("too-many", 429).plus(*cookies)
    sends = _may_write_to(visit, address)
    if sends and not limits.count(visit.world.store, limits.MAIL_OVERALL, "", visit.now):
        return visit.say("too-many", 429).plus(*cookies)
    asked = Ask(address.shown, visit.lang, visit.now, return_to[:_LONGEST_RETURN], redeem)
    again(lambda: _write(visit, browser, address, asked, sends))
    visit.world.wake()
    return see(visit.here("/api/sign-in/code"), *cookies)


def _write(visit: Visit, browser: str, address: Address, asked: Ask, sends: bool) -> None:
    store, ring = visit.world.store, visit.world.ring
    known = challenges.find(store, browser, address.canonical)
    if not sends:
        store.write(*challenges.noting(known, browser, address, asked))
        return
    seed = challenges.new_seed()
    job = {
        "mail": "sign-in",
        "to": address.canonical,
        "lang": visit.lang,
        "seed": seed,
        "values": {"minutes": minutes(LASTS.total_seconds())},
    }
    store.write(
        *challenges.asking(ring, known, browser, address, asked, seed),
        queue.adding(visit.now, "mail", job, expires=visit.now + LASTS),
    )


def _may_ask(visit: Visit, browser: str) -> bool:
    return all(
        limits.count(visit.world.store, rule, key, visit.now)
        for rule, key in (
            (limits.MAIL_BY_BROWSER, browser),
            (limits.MAIL_BY_NETWORK, visit.request.network),
        )
    )


def _may_write_to(visit: Visit, address: Address) -> bool:
    rules = (limits.MAIL_TO_ADDRESS, limits.MAIL_TO_ADDRESS_A_DAY)
    store, key = visit.world.store, mailbox(address.canonical)
    return all(limits.count(store, rule, key, visit.now) for rule in rules)


def minutes(seconds: float) -> str:
    """Return a span as a mail names it."""
    return str(int(seconds // 60))


# ---- the code ----


def code_page(visit: Visit, rest: str) -> Response:
    """Show the page that takes the code; it knows by the browser's cookie what was asked."""
    asked = challenges.latest(visit.world.store, visit.browser)
    if asked is None:
        return see(visit.here("/api/sign-in"))
    return _code_form(visit, asked)


def take_code(visit: Visit, rest: str) -> Response:
    """Sign in whoever types the code of a mail that this browser asked for."""
    code = challenges.typed_code(visit.request.form.get("code", ""))
    return again(lambda: _try_code(visit, code))


def _try_code(visit: Visit, code: str) -> Response:
    asked = challenges.latest(visit.world.store, visit.browser)
    if asked is None:
        return _form(visit, "", "", "code-dead", 410)
    if asked.dead(visit.now):
        return _code_form(visit, asked, "code-dead", 410)
    if not code:
        return _code_form(visit, asked, "code-wrong", 401)
    counted = _guessing(visit, asked.mail)
    if not all(limits.within(visit.world.store, rule, key, visit.now) for rule, key in counted):
        return visit.say("too-many", 429)
    entry = asked.matching(visit.world.ring, code, visit.now)
    if entry is None:
        return _wrong(visit, asked)
    try:
        entered = enter(visit, asked.mail, entry.ask, asked.ending())
    except Barred:
        return _code_form(visit, asked, "code-dead", 410)
    return answer(visit, entered, entry.ask)


def _guessing(visit: Visit, mail: str) -> tuple[tuple[limits.Rule, str], ...]:
    """Return what bounds wrong codes, however many browsers they are tried in.

    The link in the mail is not bound by it: whoever is kept from typing a code still gets in.
    """
    return (
        (limits.GUESS_AT_ADDRESS, mail),
        (limits.GUESS_BY_NETWORK, visit.request.network),
        (limits.GUESS_OVERALL, ""),
    )


def _wrong(visit: Visit, asked: Challenge) -> Response:
    """Count a wrong guess; the guard makes guesses at once count one by one."""
    after = asked.guessed()
    visit.world.store.write(after.saving())
    for rule, key in _guessing(visit, asked.mail):
        limits.count(visit.world.store, rule, key, visit.now)
    if after.dead(visit.now):
        return _code_form(visit, asked, "code-dead", 410)
    return _code_form(visit, asked, "code-wrong", 401)


# ---- the link ----


def link_page(visit: Visit, rest: str) -> Response:
    """Show what a link would do, with one button; looking at it changes nothing."""
    secret = visit.request.asks.get("key", "")
    link = challenges.find_link(visit.world.store, secret, visit.now)
    if link is None:
        return _link_dead(visit, secret)
    return visit.page("confirm", {"key": secret, **_shown(visit, link)})


def take_link(visit: Visit, rest: str) -> Response:
    """Do what a link is for, in any browser, once."""
    secret = visit.request.form.get("key", "")
    return again(lambda: _try_link(visit, secret))


def _try_link(visit: Visit, secret: str) -> Response:
    link = challenges.find_link(visit.world.store, secret, visit.now)
    if link is None:
        return _link_dead(visit, secret)
    if link.kind == "change":
        from publish.paywall import changing

        return changing.confirm(visit, link)
    if link.kind == "opt-in":
        from publish.paywall import opted

        return opted.confirm(visit, link)
    if link.ask is None:
        return _link_dead(visit, secret)
    asked = challenges.find(visit.world.store, link.browser, link.mail)
    used_up: list[Operation] = [link.ending()]
    if asked:
        used_up += [each for each in asked.ending() if each.partition != used_up[0].partition]
    try:
        entered = enter(visit, link.mail, link.ask, used_up)
    except Barred:
        return _link_dead(visit, secret)
    return answer(visit, entered, link.ask)


def _shown(visit: Visit, link: Link) -> dict[str, str | bool]:
    redeem = link.ask.redeem if link.ask else ""
    return {
        "mail": link.shown,
        "signing": link.kind == "sign-in" and not redeem,
        "redeeming": bool(redeem),
        "changing": link.kind == "change",
        "code": _promised(visit, redeem) if redeem else "",
        **_magnet(visit, link),
    }


def _magnet(visit: Visit, link: Link) -> dict[str, str | bool]:
    if link.kind != "opt-in":
        return {"opting": False, "title": "", "words": ""}
    from publish.paywall import opted

    return opted.shown(visit, link)


def _promised(visit: Visit, redeem: str) -> str:
    """Return the title of what a code gives: the code itself is not kept."""
    from publish.paywall import redeeming

    return redeeming.promised(visit, redeem)


# ---- answers ----


def _form(visit: Visit, mail: str, return_to: str, wrong: str = "", status: int = 200) -> Response:
    if wrong and visit.request.wants_json:
        return visit.say(wrong, status)
    values = {"mail": mail[:320], "return_to": return_to[:_LONGEST_RETURN]}
    return visit.page("sign-in", {**values, **trouble(visit, wrong)}, status)


def _code_form(visit: Visit, asked: Challenge, wrong: str = "", status: int = 200) -> Response:
    if wrong and visit.request.wants_json:
        return visit.say(wrong, status)
    values = {"mail": asked.shown, "return_to": asked.return_to}
    return visit.page("code", {**values, **trouble(visit, wrong)}, status)


def _link_dead(visit: Visit, secret: str) -> Response:
    """Lead to where another link can be had: to the form of a lead magnet that is still known."""
    known = challenges.find_dead_link(visit.world.store, secret)
    if known and known.kind == "opt-in":
        from publish.paywall import opted

        return opted.dead(visit, known)
    return visit.say("link-dead", 410, visit.here("/api/sign-in"), "Sign in")


def trouble(visit: Visit, wrong: str) -> dict[str, str | bool]:
    """Return what a form says is wrong, one of the MESSAGES or ""."""
    return {
        "error": bool(wrong),
        "error_text": visit.words.messages[wrong][1] if wrong else "",
    }
