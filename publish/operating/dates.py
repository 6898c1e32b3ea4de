"""Days and times in files and options: a day is in the site's zone, from its beginning to its end.

Where a program wrote a time it counts to the moment.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publish import moments

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
# Go prints a time twice over: 2024-03-01 10:00:00.5 +0000 UTC
_GO = re.compile(r"([\d-]+ [\d:.]+) ([+-]\d{4})(?: [A-Z]+)?(?: m=.*)?")


def read_since(text: str, zone: ZoneInfo) -> datetime:
    """Return when a day that a person wrote begins, or the exact time a program wrote.

    Raises:
        ValueError: it is no date.
        OverflowError: it lies beyond all calendars.

    """
    day = _day(text)
    return _begins(day, zone) if day else _exact(text, zone)


def read_until(text: str, zone: ZoneInfo) -> datetime:
    """Return when a day that a person wrote is over, or the exact time a program wrote.

    Raises:
        ValueError: it is no date.
        OverflowError: it lies beyond all calendars.

    """
    day = _day(text)
    if day:
        return _begins(day + timedelta(days=1), zone)
    return _exact(text, zone)


def last_day(until: datetime, zone: ZoneInfo) -> str:
    """Return a time as the last day before it where it is a midnight, else exactly."""
    local = until.astimezone(zone)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return (local.replace(tzinfo=None) - timedelta(days=1)).date().isoformat()
    return moments.iso(until)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _day(text: str) -> date | None:
    """Return a date, None where there is a time, too."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(each) for each in found.groups())
    return date(year, month, day)


def _exact(text: str, zone: ZoneInfo) -> datetime:
    return moments.exact(_GO.sub(r"\1\2", text), zone)
