"""What holds for all stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.stores import rules

text = st.text(max_size=6)


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_survive(when: datetime) -> None:
    """A time becomes a whole number and the same time again, to the microsecond."""
    assert rules.moment(rules.micros(when)) == when


@given(text, text)
def test_the_first_name_past_a_prefix(prefix: str, rest: str) -> None:
    """Everything with a prefix lies before the name past it, and that name has no such prefix."""
    past = rules.past(prefix)
    if past:
        assert prefix + rest < past
        assert not past.startswith(prefix)
    else:
        assert not prefix.strip("\U0010ffff")


@pytest.mark.parametrize(
    ("prefix", "past"),
    [
        ("grant#", "grant$"),
        ("a\U0010ffff", "b"),
        ("\ud7ff", "\ue000"),
        ("\U0010ffff", ""),
        ("", ""),
    ],
)
def test_prefixes_at_the_edges(prefix: str, past: str) -> None:
    """Halves of characters are leapt over, and after the last character nothing follows."""
    assert rules.past(prefix) == past


@given(text, text)
def test_bytes_and_code_points_have_one_order(one: str, other: str) -> None:
    """What SQLite and DynamoDB compare, UTF-8, is in the order in which Python compares."""
    assert (one < other) == (one.encode() < other.encode())


def test_the_clock_of_the_system_is_aware() -> None:
    """Times are aware and in UTC."""
    assert rules.system_clock().utcoffset() == timedelta(0)
