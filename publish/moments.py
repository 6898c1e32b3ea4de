"""Times as a creator writes and reads them; everywhere else they are aware and in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from publish.contract.catalogue import N_
from publish.trouble import WrongUsage


def now() -> datetime:
    """Return the time of the machine's clock."""
    return datetime.now(UTC)


def parse(text: str, zone: ZoneInfo, option: str = "--at") -> datetime:
    """Read an ISO 8601 date or time; without an offset it is meant in the site's zone.

    Raises:
        WrongUsage: the text is no date or time.

    """
    with understood(option, text):
        return exact(text.strip(), zone)


def exact(text: str, zone: ZoneInfo) -> datetime:
    """Return the time of an ISO 8601 date or time; without an offset it is meant in `zone`.

    Raises:
        ValueError: it is none.
        OverflowError: it lies beyond all calendars.

    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


@contextmanager
def understood(option: str, text: str) -> Iterator[None]:
    """Say in a sentence that what an option was given is no date or time.

    Raises:
        WrongUsage: instead of ValueError and OverflowError.

    """
    try:
        yield
    except (ValueError, OverflowError) as cause:
        raise WrongUsage(
            N_('{option} "{text}" is no date or time (write 2026-12-24 or "2026-12-24 09:30")'),
            option=option,
            text=text,
        ) from cause


def iso(moment: datetime) -> str:
    """Return an ISO 8601 time in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local(moment: str, zone: ZoneInfo) -> str:
    """Return an ISO 8601 time as a creator reads it, in the site's zone."""
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"
