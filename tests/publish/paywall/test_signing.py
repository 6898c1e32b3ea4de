"""Signed values: a purpose each, keys that can be changed, nothing forged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.signing import Keyring

OLD, NEW = "o" * 32, "n" * 32


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_signed_can_be_read(value: str) -> None:
    ring = Keyring((OLD,))
    assert ring.read("a", ring.sign("a", value)) == value


def test_a_value_of_another_purpose_is_not_read() -> None:
    ring = Keyring((OLD,))
    assert ring.read("b", ring.sign("a", "x")) is None


def test_keys_rotate_the_last_one_signs_and_the_older_still_read() -> None:
    before, during, after = Keyring((OLD,)), Keyring((OLD, NEW)), Keyring((NEW,))
    assert during.read("a", before.sign("a", "x")) == "x"
    assert after.read("a", during.sign("a", "x")) == "x"
    assert after.read("a", before.sign("a", "x")) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_no_changed_letter_is_read(at: int, letter: str) -> None:
    ring = Keyring((OLD,))
    signed = ring.sign("a", "person#1|secret")
    at %= len(signed) - 1  # the last letter of base64 has bits that mean nothing
    changed = signed[:at] + letter + signed[at + 1 :]
    if changed != signed:
        assert ring.read("a", changed) is None


@pytest.mark.parametrize("odd", ["", ".", "x", "x.y", "é.é", "\x00", "." * 999])
def test_what_is_not_signed_is_not_read(odd: str) -> None:
    assert Keyring((OLD,)).read("a", odd) is None


@pytest.mark.parametrize("secrets", [(), ("",), ("short",), (OLD, "short")])
def test_it_does_not_start_without_real_secrets(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="signing keys"):
        Keyring(secrets)
