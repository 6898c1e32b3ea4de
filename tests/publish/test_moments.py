"""Times as a creator writes and reads them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publish import moments
from publish.trouble import WrongUsage

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-24", "2026-12-23T16:00:00Z"),
        ("2026-12-24 09:30", "2026-12-24T01:30:00Z"),
        ("2026-12-24T09:30:15", "2026-12-24T01:30:15Z"),
        ("2026-12-24T09:30+01:00", "2026-12-24T08:30:00Z"),
        ("2026-12-24T09:30Z", "2026-12-24T09:30:00Z"),
    ],
)
def test_a_time_without_offset_is_meant_in_the_sites_zone(text, utc):
    assert moments.iso(moments.parse(text, SHANGHAI)) == utc


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "24.12.2026", "0001-01-01"])
def test_what_is_no_time_is_refused_by_name(text):
    with pytest.raises(WrongUsage, match=f'--date "{text}" is no date'):
        moments.parse(text, SHANGHAI, "--date")


def test_a_time_is_shown_in_the_sites_zone():
    assert moments.local("2026-12-23T16:00:00Z", SHANGHAI) == "2026-12-24 00:00"


def test_now_is_aware():
    assert moments.now().tzinfo is UTC
    assert abs((moments.now() - datetime.now(UTC)).total_seconds()) < 60
