"""Names become addresses: Unicode kept, one spelling for what looks the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.model.slugs import natural, quoted, same, slugify, split_date


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("墨舍 手册", "墨舍-手册"),
        ("事实", "事实"),
        ("实施", "实施"),
        ("ＡＢＣ１２", "abc12"),
        ("Cafe\u0301", "café"),
        ("a_b.c--d", "a-b-c-d"),
        ("  -x-  ", "x"),
        ("C++", "c"),
        ("C#", "c"),
        ("!?", ""),
        ("", ""),
        ("a/b", "a-b"),
        ("../../etc", "etc"),
    ],
)
def test_a_slug_keeps_letters_and_digits_of_any_script(name, slug):
    assert slugify(name) == slug


@given(st.text())
def test_a_slug_is_a_safe_path_step_and_stays_the_same_slug(name):
    slug = slugify(name)
    assert slugify(slug) == slug
    assert not set(slug) & set("/\\?#%&<>\"'. \t\n")
    assert unicodedata.is_normalized("NFC", slug)


@given(st.text())
def test_a_slug_does_not_depend_on_how_accents_are_typed(name):
    assert slugify(unicodedata.normalize("NFD", name)) == slugify(name)


def test_addresses_that_a_file_system_may_confuse_are_the_same():
    assert same("/Cafe\u0301/") == same("/café/")
    assert same("/STRASSE/") == same("/straße/")
    assert same("/a/") != same("/b/")


def test_numbers_in_names_sort_as_numbers():
    names = ["issue-10", "issue-9", "Issue-1", "issue", "第10期", "第9期"]
    assert sorted(names, key=natural) == [
        "issue",
        "Issue-1",
        "issue-9",
        "issue-10",
        "第9期",
        "第10期",
    ]


@given(st.lists(st.text(max_size=12), max_size=6))
@example(["²", "1", "a"])
def test_any_names_can_be_sorted(names):
    assert len(sorted(names, key=natural)) == len(names)


@pytest.mark.parametrize(
    ("stem", "parts"),
    [
        ("2024-05-01-name", ("2024-05-01", "name")),
        ("2024-05-01_name", ("2024-05-01", "name")),
        ("2024-05-01 早市", ("2024-05-01", "早市")),
        ("2024-05-01", ("2024-05-01", "")),
        ("2024-05-name", ("", "2024-05-name")),
        ("12024-05-01-name", ("", "12024-05-01-name")),
        ("name", ("", "name")),
    ],
)
def test_a_date_stands_before_a_name(stem, parts):
    assert split_date(stem) == parts


def test_a_path_becomes_an_address_once():
    assert quoted("/早市/?a=1#b") == "/%E6%97%A9%E5%B8%82/?a=1#b"
    assert quoted(quoted("/早 市/")) == quoted("/早 市/")
