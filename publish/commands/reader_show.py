"""`inkstead readers show`: everything about one reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from publish.commands import reader_screen
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import readers
from publish.operating.reader_files import collected_value
from publish.operating.readers import Reader
from publish.paywall import keys, ledgers, money, orders, rights, sessions, subscribing, tallying
from publish.paywall.collecting import Collected
from publish.paywall.orders import Order
from publish.paywall.rights import Grant
from publish.paywall.sessions import Session
from publish.paywall.subscribing import Consent, Standing
from publish.screen import table

_ORIGINS = {
    "purchase": N_("bought"),
    "subscription": N_("subscription"),
    "code": N_("redemption code"),
    "comp": N_("given"),
    "import": N_("imported"),
}
_WAYS = {
    "magnet": N_("by a form"),
    "account": N_("in the account"),
    "import": N_("imported"),
}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "show",
        _show,
        (
            _("everything about one reader"),
            _(
                "Show one reader: what they hold and why, what they agreed to and where, orders,"
                " devices, tags and notes."
            ),
        ),
        click.Argument(["who"], metavar="MAIL|ID"),
        examples=(("inkstead readers show reader@example.com", ""),),
    )


def _show(call: Call, who: str) -> int:
    with talking(call) as talk:
        store, now = talk.desk.world.store, talk.desk.now
        person = readers.find(store, who)
        ledger = ledgers.of(store, person.id)
        reader = readers.reader(store, person.id, now) or Reader(person, {})
        bought = readers.orders_of(store, person.id)
        devices = sessions.devices(store, person.id)
        told = reader_screen.reader_value(reader) | {
            "lists": {name: _standing_value(each) for name, each in reader.lists.items()},
            "collected": [collected_value(each) for each in reader.collected],
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
        (_("name"), person.name),
        (_("id"), person.id),
        (_("state"), _(reader_screen.STATES[reader.state])),
        (_("here since"), talk.day(person.made)),
        (_("confirmed"), confirmed),
        (_("language"), person.lang),
        (_("tags"), " ".join(f"#{tag}" for tag in person.tags)),
        (_("note"), person.note.replace("\n", " / ")),
    ]
    held = [(each.product, reader_screen.ends(talk, each)) for each in reader.rights.values()]
    return [
        *table([fact for fact in facts if fact[1]]),
        *_part(_("holds:"), held),
        *_part(_("because of:"), [_grant_row(talk, each) for each in ledger]),
        *_part(_("letters:"), [_standing_row(talk, each) for each in reader.lists.values()]),
        *_part(_("lead magnets:"), [_collected_row(talk, each) for each in reader.collected]),
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


def _standing_row(talk: Talk, standing: Standing) -> tuple[str, ...]:
    """Return since when somebody is on a list or off it, and what they agreed to, when, where."""
    _ = talk.words.gettext
    consent = standing.consent
    state = _("since {day}") if standing.on else _("left on {day}")
    words = _("“{words}”").format(words=consent.words) if consent.words else consent.source
    return (
        state.format(day=talk.day(standing.since)),
        _("agreed {day} ({way})").format(day=talk.day(consent.at), way=_(_WAYS[consent.way])),
        words,
        *_origin(consent),
    )


def _collected_row(talk: Talk, found: Collected) -> tuple[str, ...]:
    _ = talk.words.gettext
    fetched = _("fetched {day}").format(day=talk.day(found.fetched)) if found.fetched else ""
    return (talk.day(found.at), found.magnet, fetched or _("not fetched yet"), *_origin(found))


def _origin(found: Consent | Collected) -> tuple[str, str]:
    """Return where somebody came from: post or page, and campaign."""
    return found.post or found.page, tallying.campaign_name(found.campaign)


def _standing_value(standing: Standing) -> dict[str, Any]:
    consent = subscribing.value_of(standing.consent)
    return {"on": standing.on, "since": plain(standing.since), "consent": consent}


def _order_row(talk: Talk, order: Order) -> tuple[str, ...]:
    price = money.written(order.amount, order.currency, talk.lang) if order.currency else ""
    return (talk.day(order.made), order.number, order.offer, price, order.state, order.post)


def _device_value(device: Session) -> dict[str, Any]:
    return {"seen": plain(device.seen), "since": plain(device.made), "agent": device.agent}


def _moment(stamp: str) -> datetime | None:
    return keys.when(stamp) if stamp else None
