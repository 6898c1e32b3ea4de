"""Loose lists and Han lines, line by line."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.reader.extensions import LooseLists


def loosened(text):
    """Return a text as the rewriting of lists leaves it."""
    return "\n".join(LooseLists(markdown.Markdown()).run(text.split("\n")))


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a\n- b", "a\n\n- b"),
        ("- a\n  - b", "- a\n    - b"),
        ("- a\n  b", "- a\n    b"),
        ("- a\n\n  b\n\nc", "- a\n\n    b\n\nc"),
        ("1. a\n   1. b", "1. a\n    1. b"),
        ("a\n2. b", "a\n2. b"),
        ("a\n\n2. b", "a\n\n2. b"),
        ("- a\nlazy", "- a\nlazy"),
        ("    - code", "    - code"),
        ("* * *", "* * *"),
        ("# a\n- b", "# a\n- b"),
    ],
)
def test_lists_are_written_as_python_markdown_wants_them(written, made):
    assert loosened(written) == made


@given(st.text("ab \n", max_size=60))
@settings(deadline=None)
def test_a_text_without_lists_is_left_alone(text):
    assert loosened(text) == text


@given(st.text("ab \n-1.>#", max_size=60))
@settings(deadline=None)
def test_no_line_is_ever_lost(text):
    made = [line.strip() for line in loosened(text).split("\n") if line.strip()]
    assert made == [line.strip() for line in text.split("\n") if line.strip()]


def test_a_number_with_a_bracket_is_a_list_item():
    assert loosened("1) one\n2) two") == "1. one\n2. two"
