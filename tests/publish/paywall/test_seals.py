"""A seal shows that a mail to an address was ours, and nobody else can make one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from publish.paywall import seals
from publish.paywall.signing import Keyring
from tests.publish.paywall.house import KEYS

RING = Keyring(KEYS)
MAIL = "reader@example.test"


def test_a_seal_fits_its_address_however_it_is_written() -> None:
    """Servers on the way change the case of an address."""
    seal = seals.seal(RING, MAIL)
    assert seals.fits(RING, MAIL, seal)
    assert seals.fits(RING, " Reader@Example.TEST ", seal)


def test_a_seal_fits_no_other_address() -> None:
    """Who got a mail knows their own seal, which says nothing of anybody else."""
    seal = seals.seal(RING, MAIL)
    for other in ("other@example.test", "reader+1@example.test", "", "reader@example.test.evil"):
        assert not seals.fits(RING, other, seal)


def test_a_seal_outlives_new_keys() -> None:
    """Reports come days later; a key of another site makes no seal of ours."""
    seal = seals.seal(Keyring(KEYS[:1]), MAIL)
    assert seals.fits(RING, MAIL, seal)
    assert not seals.fits(RING, MAIL, seals.seal(Keyring(("k" * 40,)), MAIL))


def test_a_seal_shows_no_address_and_stands_in_a_header() -> None:
    """It is short, and of letters that no server touches."""
    seal = seals.seal(RING, MAIL)
    assert len(seal) < 60
    assert seal.isascii()
    assert seal.replace("-", "").replace("_", "").isalnum()


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_nothing_that_was_made_up_is_a_seal(made_up: str) -> None:
    """Whatever a stranger writes there."""
    assert not seals.fits(RING, MAIL, made_up)
