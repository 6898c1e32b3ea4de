"""What several commands are told and must look up: a product of the site, days, a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from publish import moments
from publish.commands.talking import Talk
from publish.contract.catalogue import N_
from publish.operating import dates
from publish.trouble import WrongUsage

LONGEST_FILE = 64 * 1024 * 1024


def known_product(talk: Talk, product: str) -> None:
    """Refuse a product that the site does not have.

    Raises:
        WrongUsage: naming those that it has.

    """
    known = talk.desk.manifest.products
    if product not in known:
        raise WrongUsage(
            N_('"{product}" is no product of this site (known: {known})'),
            product=product,
            known=", ".join(sorted(known)) or "–",
        )


def end_ahead(talk: Talk, option: str, text: str) -> datetime:
    """Return when a day or a time that an option names is over.

    Raises:
        WrongUsage: it is no date or time, or it is over already.

    """
    with moments.understood(option, text):
        found = dates.read_until(text, talk.desk.zone)
    if found <= talk.desk.now:
        raise WrongUsage(N_('{option} "{text}" is over already'), option=option, text=text)
    return found


def span(since: str, until: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return when the day of --since begins and that of --until is over, None for what is "".

    Raises:
        WrongUsage: one is no date or time, or the last lies before the first.

    """
    with moments.understood("--since", since):
        first = dates.read_since(since, zone) if since else None
    with moments.understood("--until", until):
        last = dates.read_until(until, zone) if until else None
    if first and last and first >= last:
        raise WrongUsage(
            N_('--until "{until}" lies before --since "{since}" (change them round)'),
            until=until,
            since=since,
        )
    return first, last


def content_of(talk: Talk, file: str) -> bytes:
    """Return what a file holds that was named from where the creator stands.

    Raises:
        WrongUsage: it cannot be read, or nobody would want to wait for all of it.

    """
    path = talk.here / Path(file).expanduser()
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise WrongUsage(N_('"{file}" is too large (split it)'), file=file)
        return path.read_bytes()
    except OSError as cause:
        raise WrongUsage(
            N_('"{file}" cannot be read: {cause}'), file=file, cause=cause.strerror
        ) from cause
