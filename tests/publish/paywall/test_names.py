"""First names: those that people have, and nothing that could pass for an address."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.paywall.names import LONGEST, Invalid, first_name


@pytest.mark.parametrize(
    "name",
    [
        "Lin", "林墨", "欧阳 娜娜", "José", "Zoë-Anne", "O’Brien", "D'Arcy", "J.R.R. Tolkien",
        "Dr. Mo", "古丽·夏依", "Владимир", "محمد", "नेहा", "ひかり", "Nguyễn", "St. John", "X",
    ],
)  # fmt: skip
def test_names_of_any_script_are_taken(name: str) -> None:
    assert first_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("   ", ""),
        ("  Lin   Mo ", "Lin Mo"),
        ("Ｌｉｎ", "Lin"),
        ("欧阳\u3000娜", "欧阳 娜"),
    ],
)
def test_spaces_and_wide_letters_are_folded(typed: str, kept: str) -> None:
    assert first_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "Lin\n", "Lin\r\nBcc: x@evil.test", "L\tin", "\nLin", "Lin2", "٣", "http://evil.test", "://",
        "evil.com", "www.evil.com", "see evil.cn now", "a.io", "ｅｖｉｌ．ｃｏｍ", "evil。com",
        "x@y", "<b>", "=1+1", "[[link]]", "a/b", "℀", "---", ". . .", "'", "a" * 41, "a" * 9999,
        "L\u202ein", "Lin\u200b", "\0", "😀", "a;b", '"Lin"', "%0a", "{{x}}", "a_b",
    ],
)  # fmt: skip
def test_what_no_name_has_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        first_name(typed)


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_what_is_kept_is_short_plain_and_stays_as_it_is(typed: str) -> None:
    try:
        name = first_name(typed)
    except Invalid:
        return
    assert len(name) <= LONGEST
    assert name.isprintable()
    assert not set(name) & set('0123456789<>"/:@[]{}\r\n\t=+;,')
    assert first_name(name) == name
