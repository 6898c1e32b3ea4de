"""Readers as lines of a file: one for each product that they hold or held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from publish.operating import dates, reader_files
from publish.operating.reader_files import FOREVER, Line
from publish.operating.reader_rows import Access
from publish.operating.readers import Reader
from publish.paywall import keys, suppressing
from publish.paywall.collecting import Collected
from publish.paywall.ports import Store
from publish.paywall.rights import GRACE, Right
from publish.paywall.subscribing import LETTERS, Standing


def lines(store: Store, found: Iterable[Reader], zone: ZoneInfo, now: datetime) -> Iterator[Line]:
    """Yield a line for each product of each reader; one without a product for who has none."""
    spared = suppressing.all_of(store)
    for reader in found:
        rights = sorted(reader.rights.values(), key=lambda right: right.product)
        # A payment on its way has opened nothing yet.
        held = [right for right in rights if not right.pending]
        known = spared(reader.person.mail)
        about = _about(reader, zone) | {"suppressed": known.reason if known else ""}
        for right in held or (None,):
            yield about | _held(right, zone, now)


def access_of(right: Right) -> Access:
    """Return one word for a right: open, held by a dispute, or over."""
    if right.open:
        return "open"
    return "held" if right.held else "over"


def _about(reader: Reader, zone: ZoneInfo) -> dict[str, Any]:
    person = reader.person
    return {
        "mail": person.mail,
        "tags": person.tags,
        "note": person.note,
        "confirmed": person.confirmed,
        "lang": person.lang,
        "since": keys.stamp(person.made),
        "name": person.name,
        **_letters(reader.lists.get(LETTERS)),
        "magnets": tuple(_in_words(each, zone) for each in reader.collected),
        "collected": [reader_files.collected_value(each) for each in reader.collected],
        "customer": person.customer,
        "banned": "yes" if person.banned else "",
    }


def _letters(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        empty = [name for name in reader_files.COLUMNS if name.startswith(("letters", "consent"))]
        return dict.fromkeys(empty, "") | {"campaign": {}}
    consent = standing.consent
    return {
        "letters": "on" if standing.on else "off",
        "letters_since": keys.stamp(standing.since),
        "consent": consent.words,
        "consent_at": keys.stamp(consent.at),
        "consent_way": consent.way,
        "consent_lang": consent.lang,
        "consent_page": consent.page,
        "consent_post": consent.post,
        "consent_magnet": consent.magnet,
        "consent_source": consent.source,
        "campaign": dict(consent.campaign),
    }


def _in_words(found: Collected, zone: ZoneInfo) -> str:
    """Return what was collected as a person reads it: "checklist 2026-11-22 (2026-11-23)"."""
    days = [f"{at.astimezone(zone):%Y-%m-%d}" for at in (found.at, found.fetched) if at]
    return " ".join((found.magnet, days[0], *(f"({day})" for day in days[1:])))


def _held(right: Right | None, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    if right is None:
        return {"product": "", "until": "", "state": ""}
    until = _ends(right, now)
    return {
        "product": right.product,
        "until": dates.last_day(until, zone) if until else FOREVER,
        "state": access_of(right),
    }


def _ends(right: Right, now: datetime) -> datetime | None:
    """Return until when it opens; what is closed now must not open by being read in."""
    if not right.open:
        return min(right.until or now, now)
    # A renewal that nobody has heard of yet is waited for.
    return right.until + GRACE if right.until and right.until <= now else right.until
