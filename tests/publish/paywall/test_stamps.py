"""Stamps: ours, about this, neither too young nor too old, or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.paywall import stamps
from publish.paywall.signing import Keyring
from tests.publish.paywall.house import KEYS, START
from tests.publish.paywall.mailing import flipped

RING = Keyring(KEYS)
TERMS = ("checklist", "en", "you get a checklist")
LATER = START + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-1, False), (0, False), (1.9, False), (2, True), (3599, True)]
)
def test_a_stamp_fits_from_two_seconds_on_for_an_hour(seconds: float, fits: bool) -> None:
    stamp = stamps.new(RING, START, *TERMS)
    found = stamps.read(RING, stamp, START + timedelta(seconds=seconds), *TERMS)
    assert (found is not None) == fits
    assert stamps.read(RING, stamp, START + timedelta(hours=1), *TERMS) is None


@pytest.mark.parametrize(
    "other",
    [
        ("worksheet", "en", "you get a checklist"),
        ("checklist", "zh-Hans", "you get a checklist"),
        ("checklist", "en", "you get a checklist, and letters"),
        ("checklist", "en"),
        ("checklisten", "", "you get a checklist"),
    ],
)
def test_a_stamp_for_other_terms_does_not_fit(other: tuple[str, ...]) -> None:
    assert stamps.read(RING, stamps.new(RING, START, *other), LATER, *TERMS) is None


def test_a_stamp_that_is_not_ours_does_not_fit() -> None:
    stamp = stamps.new(RING, START, *TERMS)
    told = stamp.rpartition(".")[0]
    strange = Keyring(("a key of somebody else that is long enough",))
    for forged in (
        "", flipped(stamp), told, f"{told}.", stamp + "x", stamp.replace("2026", "2027"),
        stamps.new(strange, START, *TERMS), RING.sign("session", told), stamp * 9, "\0", "é" * 40,
    ):  # fmt: skip
        assert stamps.read(RING, forged, LATER, *TERMS) is None


@given(st.text(max_size=300))
@settings(max_examples=50)
def test_whatever_is_typed_is_no_stamp(text: str) -> None:
    assert stamps.read(RING, text, LATER, *TERMS) is None


def test_a_stamp_that_is_too_young_stays_and_every_other_is_replaced() -> None:
    """Who presses a button too soon waits once, and nobody else carries a stamp on."""
    stamp = stamps.new(RING, START, *TERMS)
    soon = START + timedelta(seconds=1)
    assert stamps.next_of(RING, stamp, soon, *TERMS) == stamp
    for text, now, terms in (
        (stamp, START + timedelta(seconds=2), TERMS),
        (stamp, soon, ("worksheet", *TERMS[1:])),
        (flipped(stamp), soon, TERMS),
        ("", soon, TERMS),
    ):
        newer = stamps.next_of(RING, text, now, *terms)
        assert newer != text
        found = stamps.read(RING, newer, now + timedelta(seconds=2), *terms)
        assert found
        assert found.made == now


def test_a_stamp_says_when_it_was_made_and_each_has_a_nonce_of_its_own() -> None:
    found = [stamps.read(RING, stamps.new(RING, START, *TERMS), LATER, *TERMS) for _ in range(9)]
    assert {each and each.made for each in found} == {START}
    assert len({each and each.nonce for each in found}) == 9


def test_a_stamp_of_an_older_key_still_fits() -> None:
    older = Keyring(KEYS[:1])
    assert stamps.read(RING, stamps.new(older, START, *TERMS), LATER, *TERMS)


def test_a_stamp_shows_neither_the_words_nor_the_magnet() -> None:
    stamp = stamps.new(RING, START, *TERMS)
    assert stamp.isascii()
    assert "checklist" not in stamp
