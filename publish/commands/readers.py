"""`inkstead readers`: who is here, what they may read, and what a creator gives and takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from publish.commands import reader_files, reader_mail, reader_rights
from publish.commands.grouping import group, operating
from publish.commands.reader_files import filters
from publish.commands.talking import Call, Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import readers
from publish.operating.moving import access_of
from publish.operating.readers import Reader, Wanted
from publish.paywall import keys, ledgers, money, orders, rights, sessions
from publish.paywall.orders import Order
from publish.paywall.rights import Grant, Right
from publish.paywall.sessions import Session
from publish.screen import table

_STATES = {
    "member": N_("member"),
    "lapsed": N_("lapsed"),
    "subscriber": N_("subscriber"),
    "unconfirmed": N_("unconfirmed"),
}
_ORIGINS = {
    "purchase": N_("bought"),
    "subscription": N_("subscription"),
    "code": N_("redemption code"),
    "comp": N_("given"),
    "import": N_("imported"),
}


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "readers",
        _("Look after readers: who they are, what they may read and until when."),
        _list_command(words),
        _show_command(words),
        *reader_rights.commands(words),
        *reader_files.commands(words),
        *reader_mail.commands(words),
        reader_rights.forget_command(words),
    )


# ---- list -----------------------------------------------------------------------------------


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "list",
        _list,
        (_("who is here"), _("List readers with what they hold and until when.")),
        *filters(words),
        examples=(
            ("inkstead readers list", ""),
            ("inkstead readers list --product membership --state member", ""),
            ("inkstead readers list --tag beta --live --json", ""),
        ),
    )


def _list(call: Call, product: str | None, tag: str | None, state: str | None) -> int:
    wanted = Wanted(product or "", tag or "", state or "")
    with talking(call) as talk:
        found = chosen(talk, wanted)
        told = {"readers": [_reader_value(each) for each in found]}
        rows = [_row(talk, each) for each in found]
        talk.end(told, *table(rows), count_line(talk, len(found)))
    return 0


def chosen(talk: Talk, wanted: Wanted) -> list[Reader]:
    """Return the readers who are wanted, by mail address."""
    store, now = talk.desk.world.store, talk.desk.now
    found = []
    with talk.counting(talk.words.gettext("reading"), readers.count(store)) as heard:
        for number, reader in enumerate(readers.everyone(store, now), 1):
            heard(number)
            if wanted.fits(reader):
                found.append(reader)
    return sorted(found, key=lambda each: each.person.mail)


def count_line(talk: Talk, n: int) -> str:
    """Return how many readers there are."""
    return talk.words.ngettext("{n} reader", "{n} readers", n).format(n=n)


def _row(talk: Talk, reader: Reader) -> tuple[str, ...]:
    _ = talk.words.gettext
    held = [
        f"{right.product} {_ends(talk, right)}"
        for right in sorted(reader.rights.values(), key=lambda each: each.product)
    ]
    tags = " ".join(f"#{tag}" for tag in reader.person.tags)
    return (reader.person.mail, _(_STATES[reader.state]), "; ".join(held), tags)


def _ends(talk: Talk, right: Right) -> str:
    """Return until when a right opens, in words."""
    _ = talk.words.gettext
    if right.pending:
        return _("payment on its way")
    if right.held:
        return _("held by a dispute")
    if right.until is None:
        return _("for good") if right.open else _("closed")
    day = talk.day(right.until)
    if not right.open:
        return _("over since {day}").format(day=day)
    if right.grace:
        return _("unpaid, open until {day}").format(day=day)
    return (_("renews {day}") if right.renews else _("until {day}")).format(day=day)


def _reader_value(reader: Reader) -> dict[str, Any]:
    person = reader.person
    return {
        "id": person.id,
        "mail": person.mail,
        "state": reader.state,
        "confirmed": person.confirmed,
        "lang": person.lang,
        "since": plain(person.made),
        "tags": list(person.tags),
        "note": person.note,
        "rights": [_right_value(each) for each in reader.rights.values()],
    }


def _right_value(right: Right) -> dict[str, Any]:
    return {
        "product": right.product,
        "open": right.open,
        "state": access_of(right),
        "until": plain(right.until),
        "renews": right.renews,
        "grace": right.grace,
    }


# ---- show -----------------------------------------------------------------------------------


def _show_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "show",
        _show,
        (
            _("everything about one reader"),
            _("Show one reader: what they hold and why, orders, devices, tags and notes."),
        ),
        click.Argument(["who"], metavar="MAIL|ID"),
        examples=(("inkstead readers show reader@example.com", ""),),
    )


def _show(call: Call, who: str) -> int:
    with talking(call) as talk:
        store, now = talk.desk.world.store, talk.desk.now
        person = readers.find(store, who)
        ledger = ledgers.of(store, person.id)
        reader = Reader(person, rights.rights(ledger, now))
        bought = readers.orders_of(store, person.id)
        devices = sessions.devices(store, person.id)
        told = _reader_value(reader) | {
            "grants": [rights.grant_value(each) for each in ledger],
            "orders": [plain(orders.value_of(each)) for each in bought],
            "devices": [_device_value(each) for each in devices],
        }
        talk.end(told, *_portrait(talk, reader, ledger, bought, devices))
    return 0


def _portrait(
    talk: Talk,
    reader: Reader,
    ledger: list[Grant],
    bought: list[Order],
    devices: list[Session],
) -> list[str]:
    _ = talk.words.gettext
    person = reader.person
    confirmed = talk.day(_moment(person.confirmed)) or _("not confirmed")
    facts = [
        (_("mail"), person.mail),
        (_("id"), person.id),
        (_("state"), _(_STATES[reader.state])),
        (_("here since"), talk.day(person.made)),
        (_("confirmed"), confirmed),
        (_("language"), person.lang),
        (_("tags"), " ".join(f"#{tag}" for tag in person.tags)),
        (_("note"), person.note.replace("\n", " / ")),
    ]
    held = [(each.product, _ends(talk, each)) for each in reader.rights.values()]
    return [
        *table([fact for fact in facts if fact[1]]),
        *_part(_("holds:"), held),
        *_part(_("because of:"), [_grant_row(talk, each) for each in ledger]),
        *_part(_("orders:"), [_order_row(talk, each) for each in bought]),
        *_part(_("devices:"), [(talk.day(each.seen), each.agent) for each in devices]),
    ]


def _part(title: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    return ["", title, *(f"  {line}" for line in table(rows))] if rows else []


def _grant_row(talk: Talk, grant: Grant) -> tuple[str, ...]:
    _ = talk.words.gettext
    span = talk.days(grant.days) if grant.days else talk.day(grant.until)
    state = "" if grant.state == "ok" else grant.state
    return (talk.day(grant.at), grant.product, _(_ORIGINS[grant.kind]), span, state, grant.id)


def _order_row(talk: Talk, order: Order) -> tuple[str, ...]:
    price = money.written(order.amount, order.currency, talk.lang) if order.currency else ""
    return (talk.day(order.made), order.number, order.offer, price, order.state, order.post)


def _device_value(device: Session) -> dict[str, Any]:
    return {"seen": plain(device.seen), "since": plain(device.made), "agent": device.agent}


def _moment(stamp: str) -> datetime | None:
    return keys.when(stamp) if stamp else None
