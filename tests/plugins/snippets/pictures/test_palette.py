"""An accent is readable on paper, whichever colour a creator chose."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.pictures.palette import ACCENT, PAPER, READABLE, accent, contrast


@settings(max_examples=60)
@given(st.integers(0, 0xFFFFFF))
def test_every_colour_becomes_one_that_is_read_on_paper(number):
    assert contrast(accent(f"#{number:06x}"), PAPER) >= READABLE


def test_a_dark_accent_stays_as_it_is():
    assert accent("#1F5a80") == ACCENT


def test_what_is_no_colour_is_the_default():
    assert accent("blue") == accent("") == ACCENT


def test_black_on_white_has_the_contrast_of_the_standard():
    assert round(contrast((0, 0, 0), (255, 255, 255)), 2) == 21
