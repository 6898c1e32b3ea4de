"""Days and times in files: a day is in the site's zone, what a program wrote counts exactly."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.operating import dates

CENTURY = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@given(
    st.datetimes(*CENTURY, timezones=st.just(UTC)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
)
def test_an_end_comes_back_to_the_moment(until, name):
    zone = ZoneInfo(name)
    assert dates.read_until(dates.last_day(until, zone), zone) == until


@pytest.mark.parametrize(
    "text", ["2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日", "2026-12-31T16:00:00Z"]
)
def test_a_day_is_paid_to_its_end_in_the_sites_zone(text):
    assert dates.read_until(text, SHANGHAI) == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026/1/2",
        "2026-01-02",
        "2026-01-01T16:00:00.000Z",
        "2026-01-02 00:00",
        "2026-01-01 16:00:00 +0000 UTC",
        "2026-01-02 00:00:00.000 +0800 CST",
    ],
)
def test_a_day_begins_at_its_midnight_in_the_sites_zone(text):
    assert dates.read_since(text, SHANGHAI) == datetime(2026, 1, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30", "31.12.2026", "9999-12-31"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises((ValueError, OverflowError)):
        dates.read_until(text, SHANGHAI)
