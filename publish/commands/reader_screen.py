"""How a reader is shown: what they hold and until when, in words and for programs."""

from __future__ import annotations

from typing import Any

from publish.commands.talking import Talk, plain
from publish.contract.catalogue import N_
from publish.operating.reader_lines import access_of
from publish.operating.readers import Reader
from publish.paywall.rights import Right
from publish.paywall.subscribing import LETTERS

STATES = {
    "member": N_("member"),
    "lapsed": N_("lapsed"),
    "subscriber": N_("subscriber"),
    "unconfirmed": N_("unconfirmed"),
}
_LETTERS = {"on": N_("letters"), "off": N_("left the letters"), "": ""}


def letters(talk: Talk, reader: Reader) -> str:
    """Return whether somebody gets letters, in words; "" for who never asked for any."""
    said = _LETTERS[reader.letters]
    return talk.words.gettext(said) if said else ""


def ends(talk: Talk, right: Right) -> str:
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


def reader_value(reader: Reader) -> dict[str, Any]:
    """Return a reader for a program."""
    person, standing = reader.person, reader.lists.get(LETTERS)
    return {
        "id": person.id,
        "mail": person.mail,
        "name": person.name,
        "state": reader.state,
        "confirmed": person.confirmed,
        "lang": person.lang,
        "since": plain(person.made),
        "tags": list(person.tags),
        "note": person.note,
        "letters": reader.letters,
        "letters_since": plain(standing.since) if standing else None,
        "magnets": [each.magnet for each in reader.collected],
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
