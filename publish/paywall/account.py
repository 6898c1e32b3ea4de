"""The account page and what it does. Each reader reaches their own things and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from publish.contract.slots import Values
from publish.paywall import (
    changing,
    collecting,
    entering,
    erasing,
    keys,
    limits,
    orders,
    owning,
    private_feeds,
    sessions,
    subscribing,
    unsubscribing,
)
from publish.paywall.addresses import Invalid, canonical
from publish.paywall.http import ACCOUNT, Response, see
from publish.paywall.orders import Order
from publish.paywall.people import Person
from publish.paywall.ports import Delete
from publish.paywall.visit import Visit

_SAYS = (
    *("cancelled", "resumed", "feeds-replaced", "devices-out", "change-sent", "device-out"),
    *("letters-on", "letters-off"),
)


def page(visit: Visit, rest: str) -> Response:
    """Show everything that is the reader's; a browser that only bought sees what it bought."""
    if visit.session is None:
        return _sign_in_first(visit)
    said = visit.request.asks.get("said", "")
    return _page(visit, said if said in _SAYS else "" if visit.person else "guest")


def _page(visit: Visit, said: str, status: int = 200) -> Response:
    found = owning.own_orders(visit)
    someone = visit.someone
    text = visit.words.messages[said][1] if said else ""
    addresses = private_feeds.addresses(visit, someone) if someone else {}
    devices = owning.device_rows(visit)
    values: Values = {
        "said": bool(said) and status == 200,
        "said_text": text,
        "error": status == 422,
        "error_text": text,
        "mail": someone.shown if someone else "",
        "guest": someone is None,
        "owned": owning.owned(visit),
        "portal": bool(someone and visit.world.payments and _customer(visit, someone, found)),
        "orders": owning.order_rows(visit, found),
        "feeds": bool(addresses),
        "rss": addresses.get("rss", ""),
        "atom": addresses.get("atom", ""),
        "devices": devices,
        "others": len(devices) > 1,
        "changing": bool(someone) and changing.waits(visit.world, visit.person),
        **_letters(visit, someone),
        "magnets": _magnets(visit, someone) if someone else [],
    }
    return visit.page("account", values, status)


def _letters(visit: Visit, someone: Person | None) -> Values:
    """Return whether they get letters, since when, and what they would agree to."""
    if someone is None:
        return {"letters": False, "letters_since": "", "words": ""}
    found = subscribing.find(visit.world.store, someone.id)
    on = found is not None and found.on
    return {
        "letters": on,
        "letters_since": visit.day(found.since) if found and on else "",
        "words": unsubscribing.words(visit),
    }


def _magnets(visit: Visit, someone: Person) -> list[Values]:
    """Return the lead magnets that are theirs, those that the site still has."""
    known = visit.release.manifest.magnets
    return [
        {"magnet": each.magnet, "title": known[each.magnet].text(visit.lang).title}
        for each in collecting.of(visit.world.store, someone.id)
        if each.magnet in known
    ]


def act(visit: Visit, rest: str) -> Response:
    """Do one of the things that the account page offers."""
    found = _ACTS.get(rest)
    if found is None:
        return visit.say("nothing-here", 410)
    someone = visit.someone
    if someone is None:
        return _sign_in_first(visit)
    if rest in _AT_PROVIDER and not _may_ask(visit, someone):
        return visit.say("too-many", 429, visit.here(ACCOUNT), "Your account")
    return found(visit, someone)


def _may_ask(visit: Visit, someone: Person) -> bool:
    """Count one more request to the provider, which takes only so many of all of us."""
    return limits.count(visit.world.store, limits.ACCOUNT_BY_PERSON, someone.id, visit.now)


# ---- what there is to do ----


def _portal(visit: Visit, someone: Person) -> Response:
    """Send the reader to the provider's page for invoices and cards."""
    customer = _customer(visit, someone, owning.own_orders(visit))
    if visit.world.payments is None or not customer:
        return visit.say("nothing-here", 410, visit.here(ACCOUNT), "Your account")
    back = visit.world.origin + visit.here(ACCOUNT)
    return see(visit.world.payments.portal(customer, back, visit.lang))


def _cancel(visit: Visit, someone: Person) -> Response:
    """Let a membership end with its paid time."""
    order = _own(visit, someone)
    if order is None or visit.world.payments is None:
        return visit.say("order-unknown", 410, visit.here(ACCOUNT), "Your account")
    visit.world.payments.cancel(order.subscription)
    return _synced(visit, order, "cancelled")


def _resume(visit: Visit, someone: Person) -> Response:
    """Take a cancellation back."""
    order = _own(visit, someone)
    if order is None or visit.world.payments is None:
        return visit.say("order-unknown", 410, visit.here(ACCOUNT), "Your account")
    visit.world.payments.resume(order.subscription)
    return _synced(visit, order, "resumed")


def _synced(visit: Visit, order: Order, said: str) -> Response:
    from publish.paywall import fulfil

    fulfil.sync(visit.world, order.reference)
    return _back(visit, said)


def _mail(visit: Visit, someone: Person) -> Response:
    """Write to the old and the new mailbox."""
    try:
        address = canonical(visit.request.form.get("mail", ""))
    except Invalid:
        if visit.request.wants_json:
            return visit.say("mail-invalid", 422)
        return _page(visit, "mail-invalid", 422)
    if address.canonical == someone.mail and address.shown == someone.shown:
        return _back(visit, "")
    if not changing.begin(visit, someone, address):
        return visit.say("too-many", 429, visit.here(ACCOUNT), "Your account")
    return _back(visit, "change-sent")


def _feeds(visit: Visit, someone: Person) -> Response:
    """Replace the addresses of the private feeds; the old ones stop working."""
    private_feeds.replace_addresses(visit.world.store, someone.id)
    return _back(visit, "feeds-replaced")


def _letters_on_or_off(visit: Visit, someone: Person) -> Response:
    """Let letters come, or no more of them."""
    if visit.request.form.get("on") != "1":
        subscribing.leave(visit.world.store, someone.id, visit.now)
        return _back(visit, "letters-off")
    if not unsubscribing.agree(visit, someone.id, ACCOUNT):
        return visit.say("nothing-here", 410, visit.here(ACCOUNT), "Your account")
    return _back(visit, "letters-on")


def _magnet(visit: Visit, someone: Person) -> Response:
    """Hand out a lead magnet of theirs once more."""
    from publish.paywall import delivering

    return delivering.of_account(visit, someone, visit.request.form.get("magnet", ""))


def _export(visit: Visit, someone: Person) -> Response:
    """Hand out everything that is stored about the reader."""
    from publish.paywall import exporting

    told = exporting.export(visit.world.store, someone.id)
    name = ("Content-Disposition", 'attachment; filename="account.json"')
    return Response(200, told.encode(), "application/json; charset=utf-8", headers=(name,))


def _delete(visit: Visit, someone: Person) -> Response:
    """Ask once more; then erase everything but what the books must keep."""
    found = owning.own_orders(visit)
    if not visit.request.form.get("sure"):
        running = bool(erasing.running(visit.world, found))
        return visit.page("delete", {"mail": someone.shown, "running": running})
    leaving = entering.leaving(visit, someone.mail)
    erasing.erase(visit.world, someone, found, leaving, visit.lang)
    return visit.say("deleted", 200).plus(*visit.leaving_cookies())


_ACTS: Mapping[str, Callable[[Visit, Person], Response]] = {
    "portal": _portal,
    "cancel": _cancel,
    "resume": _resume,
    "mail": _mail,
    "feeds": _feeds,
    "letters": _letters_on_or_off,
    "magnet": _magnet,
    "export": _export,
    "delete": _delete,
}

_AT_PROVIDER = ("portal", "cancel", "resume")

# ---- signing out ----


def sign_out(visit: Visit, rest: str) -> Response:
    """Sign out here, on one `device` of one's own, or with `all` everywhere but here."""
    session, form = visit.session, visit.request.form
    if session is None:
        return visit.say("signed-out", 200).plus(*visit.leaving_cookies())
    device = form.get("device", "")
    if form.get("all"):
        _end(visit, [e.hash for e in sessions.devices(visit.world.store, visit.person)])
        return _back(visit, "devices-out")
    if device and device != session.hash:
        mine = sessions.devices(visit.world.store, visit.person) if visit.person else []
        _end(visit, [each.hash for each in mine if each.hash == device])
        return _back(visit, "device-out")
    visit.world.store.write(Delete(session.partition, keys.session(session.hash)))
    return visit.say("signed-out", 200).plus(*visit.leaving_cookies())


def _end(visit: Visit, devices: list[str]) -> None:
    """End sessions of the person who is here, and never this one."""
    session = visit.session
    if session is None or not visit.person:
        return
    ended = [each for each in devices if each != session.hash][:1000]
    for at in range(0, len(ended), 50):
        visit.world.store.write(
            *(Delete(session.partition, keys.session(each)) for each in ended[at : at + 50])
        )


# ---- what several need ----


def _own(visit: Visit, someone: Person) -> Order | None:
    """Return the order of the form, where it is a membership of the reader's own."""
    order = orders.find(visit.world.store, visit.request.form.get("order", ""))
    mine = order is not None and order.person == someone.id and order.subscription
    return order if mine else None


def _customer(visit: Visit, someone: Person, found: list[Order]) -> str:
    """Return the provider's id of the reader: of a membership that runs, else their own.

    What a stranger pays for with their address never hides what is their own.
    """
    ledger = {grant.id: grant for grant in visit.ledger}
    running = [each.customer for each in found if owning.goes_on(ledger.get(each.id))]
    if someone.customer in running:
        return someone.customer
    known = (*running, someone.customer, *(each.customer for each in found))
    return next(filter(None, known), "")


def _back(visit: Visit, said: str) -> Response:
    return see(visit.here(ACCOUNT, said=said))


def _sign_in_first(visit: Visit) -> Response:
    way = visit.here("/api/sign-in", return_to=visit.here(ACCOUNT))
    return visit.say("sign-in-first", 401, way, "Sign in")
