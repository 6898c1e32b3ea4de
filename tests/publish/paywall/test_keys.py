"""Ids and keys: typeable, unguessable, sorting by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from publish.paywall import keys

TIMES = st.integers(10**9, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_ids_have_no_letter_that_reads_like_another() -> None:
    found = "".join(keys.new_id() for _ in range(200))
    assert set(found) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_an_id_is_as_long_as_asked_and_never_the_same() -> None:
    assert len(keys.new_id(12)) == 12
    assert len({keys.new_id() for _ in range(1000)}) == 1000


def test_what_people_type_is_read_as_it_was_meant() -> None:
    assert keys.typed(" o1il-abcd ") == "0111ABCD"


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1))
def test_an_id_is_read_back_in_any_writing(key: str) -> None:
    grouped = "-".join(key[at : at + 4] for at in range(0, len(key), 4))
    assert keys.typed(grouped.lower()) == key


@given(TIMES, TIMES)
def test_stamps_sort_like_times(first: datetime, second: datetime) -> None:
    assert (keys.stamp(first) < keys.stamp(second)) == (first < second)
    assert keys.when(keys.stamp(first)) == first


def test_a_stamp_is_in_utc() -> None:
    east = timezone(timedelta(hours=8))
    assert keys.stamp(datetime(2026, 11, 22, 8, tzinfo=east)) == "2026-11-22T00:00:00.000000Z"
