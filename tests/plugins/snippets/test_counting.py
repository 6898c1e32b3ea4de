"""How platforms count, held against their own published definitions, written here another way."""

from __future__ import annotations

import math
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.counting import COUNTERS, addresses, count, graphemes

FAMILY = "👨‍👩‍👧‍👦"
# Letters, Han, marks, marks of punctuation; no dots and no emoji, which have tests of their own.
PLAIN = st.text("abcXYZ 019，汉字。“”—…éÀßжは한กा́ !?;,\n𠀀", max_size=60)
ANY = st.text(
    st.one_of(
        st.sampled_from(
            ["a", ".", " ", "汉", "\u0301", "\u200d", "👩", "🏽", "🇨", "\ufe0f", "\r", "\n"]
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


def weight(text: str) -> int:
    """Return the weight on X of a text without addresses and emoji, from its published ranges."""
    light = [range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248)]
    return (
        sum(
            100 if any(ord(each) in one for one in light) else 200
            for each in unicodedata.normalize("NFC", text)
        )
        // 100
    )


def units(text: str) -> list[int]:
    """Return the UTF-16 units of a text."""
    coded = text.encode("utf-16-le")
    return [int.from_bytes(coded[at : at + 2], "little") for at in range(0, len(coded), 2)]


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("hello", 5),
        ("汉" * 140, 280),
        ("Á", 1),
        ("A\u0301B", 2),
        (FAMILY * 10, 20),
        ("H🐱☺", 5),
        ("🙋🏽👨‍🎤", 4),
        ("🇨🇳", 2),
        ("1️⃣#⃣", 4),
        ("©", 1),
        ("©\ufe0f", 2),
        ("®®\ufe0f", 3),
        ("™", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("“quoted” – ‘it’…", 17),
        ("\u2000\u200d\u2010\u201f\u2032\u2037", 6),
        ("\u200e\u2020\u2031\u2038", 8),
        ("𠀀", 2),
        ("\u10ff\u1100", 3),
    ],
)
def test_x_weighs_text_by_its_published_ranges_and_an_emoji_as_two(text, weighs):
    assert count(text, "weighted") == weighs


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("http://t.cn/a", 23),
        ("https://example.com/" + "long/" * 80, 23),
        ("Hi http://example.org", 3 + 23),
        ("See https://a.com and b.com, c.net.", 4 + 23 + 5 + 23 + 2 + 23 + 1),
        ("看https://example.com/a。好", 2 + 23 + 2 + 2),
        ("看https://example.com看看", 2 + 23 + 4),
        ("看（https://example.com/a），", 2 + 2 + 23 + 2 + 2),
        ("(http://example.com/b)", 25),
        ("http://example.com/wiki/Ink_(stone)", 23),
        ("http://example.com/path....", 23 + 4),
        ("http://example.com/path/!!!", 23 + 3),
        ("http://example.com/a?b=c&d=e#f?", 23 + 1),
        ("http://example.com:8080/a+ x", 23 + 2),
        ("http://example.com/Русские_слова", 23),
        ("http://домен.com/", 23),
        ("http://例子.中国/", 23),
        ("http://example.com-typo", 23 + 5),
        ("http://no-name", 14),
        ("example.jp日本.io这里b.co/x，", 23 + 4 + 3 + 4 + 23 + 2),
        ("README.md", 23),
        ("ELPAÍS.com", 23),
        ("sub.example.co.uk/x?y=1", 23),
    ],
)
def test_on_x_a_link_counts_23_whatever_its_length(text, weighs):
    assert count(text, "weighted") == weighs


@pytest.mark.parametrize(
    "text",
    [
        "Node.js 3.14 v1.2 e.g. i.e. a.m. U.S.A. tar.bz2",
        "me@example.com",
        "john.doe.gov@example.com",
        "#example.com @example.com $TVI.CA",
        "#http://example.com @http://example.com",
        "ftp:/example.com",
        "end.Then the next",
    ],
)
def test_on_x_what_is_no_link_counts_as_text(text):
    assert count(text, "weighted") == len(text)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("a" * 500, 500),
        ("汉字", 2),
        (FAMILY * 3, 3),
        ("e\u0301" * 4, 4),
        ("https://example.com/" + "x" * 400, 23),
        ("看https://example.com/a。", 1 + 23 + 1),
        ("example.com", 11),
        ("hello @ink@social.example!", 6 + 4 + 1),
        ("@ink@social.example", 4),
        ("mail me@ink@social.example", 26),
        ("\r\n", 1),
    ],
)
def test_mastodon_counts_graphemes_a_link_as_23_and_names_without_their_server(text, long):
    assert count(text, "mastodon") == long


@pytest.mark.parametrize(
    ("text", "long"),
    [("abc", 3), ("汉字", 2), ("😀", 4), ("好😀", 5), (FAMILY, 25), ("❤\ufe0f", 6), ("e\u0301", 2)],
)
def test_threads_counts_an_emoji_as_its_bytes(text, long):
    assert count(text, "threads") == long


@given(PLAIN)
@settings(max_examples=80)
def test_x_weighs_any_text_as_its_ranges_say(text):
    assert count(text, "weighted") == weight(text)


@given(ANY)
@settings(max_examples=100)
def test_graphemes_are_those_of_unicode_and_are_counted_as_many(text):
    apart = regex.findall(r"\X", text)
    assert graphemes(text) == apart
    assert count(text, "graphemes") == len(apart)


@given(ANY)
@settings(max_examples=80)
def test_a_title_of_xiaohongshu_is_half_of_its_utf16_units_with_ascii_as_one(text):
    heavy = sum(1 if unit < 128 else 2 for unit in units(text))
    assert count(text, "xiaohongshu") == math.ceil(heavy / 2)


@given(ANY)
@settings(max_examples=60)
def test_weibo_counts_ascii_half_and_rounds_up(text):
    assert count(text, "han") == math.ceil(sum(0.5 if unit < 128 else 1 for unit in units(text)))


def test_marks_of_tone_belong_to_their_character():
    assert graphemes("平\u302a声か\u3099") == ["平\u302a", "声", "か\u3099"]
    assert count("平\u302a声か\u3099", "graphemes") == 3


def test_bytes_and_units_are_those_of_the_encodings():
    text = "a汉😀"
    assert [count(text, each) for each in ("utf8", "utf16", "characters")] == [8, 4, 3]
    assert count("e\u0301", "characters") == 1


def test_ten_families_are_what_the_platforms_say():
    said = {"graphemes": 10, "weighted": 20, "utf16": 110, "threads": 250}
    assert {each: count(FAMILY * 10, each) for each in said} == said


def test_nothing_counts_as_nothing():
    assert {count("", name) for name in COUNTERS if name != "items"} == {0}


def test_a_list_is_no_text():
    with pytest.raises(ValueError, match="counts a list"):
        count("a, b", "items")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("看https://例子.example/a，好", ["https://例子.example/a"]),
        ("http://127.0.0.1:8000/x.", ["http://127.0.0.1:8000/x"]),
        ("“https://example.com/a?b=c。”", ["https://example.com/a?b=c"]),
        ("https://a.example/https://b.example", ["https://a.example/https://b.example"]),
        ("HTTPS://EXAMPLE.COM", ["HTTPS://EXAMPLE.COM"]),
        ("xhttps://example.com ://a.com https:// b", []),
        ("example.com", []),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text, found):
    assert [text[begin:end] for begin, end in addresses(text)] == found
