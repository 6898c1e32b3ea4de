"""Periods by the calendar."""

from datetime import UTC, datetime

import pytest

from publish.sandbox.months import after


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("start", "interval", "count", "end"),
    [
        ("2026-01-31T08:00:00", "month", 1, "2026-02-28T08:00:00"),
        ("2026-01-31T08:00:00", "month", 2, "2026-03-31T08:00:00"),
        ("2028-01-31T08:00:00", "month", 1, "2028-02-29T08:00:00"),
        ("2028-02-29T08:00:00", "year", 1, "2029-02-28T08:00:00"),
        ("2028-02-29T08:00:00", "year", 4, "2032-02-29T08:00:00"),
        ("2026-12-15T00:00:00", "month", 1, "2027-01-15T00:00:00"),
        ("2026-11-22T00:00:00", "month", 0, "2026-11-22T00:00:00"),
        ("2026-12-31T23:59:59", "day", 1, "2027-01-01T23:59:59"),
        ("2026-12-28T00:00:00", "week", 1, "2027-01-04T00:00:00"),
    ],
)
def test_a_period_ends_on_the_same_day_or_the_last(start, interval, count, end):
    assert after(at(start), interval, count) == at(end)
