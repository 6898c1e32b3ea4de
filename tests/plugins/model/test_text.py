"""Text is counted and shortened for Chinese and Latin alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.text import Length, measure, plain, shorten


@pytest.mark.parametrize(
    ("text", "han", "words"),
    [
        ("", 0, 0),
        ("我有一块地", 5, 0),
        ("Own your ground", 0, 3),
        ("it's state-of-the-art, e.g. 3.5", 0, 4),
        ("用 Python 写 2 行", 3, 2),
        ("用Python写", 2, 1),
        ("ひらがな", 4, 0),
        ("𠮷野家", 3, 0),
        ("，。！—— …", 0, 0),
        ("Привет мир", 0, 2),
    ],
)
def test_han_characters_and_words_are_counted_apart(text, han, words):
    assert measure(text) == Length(han, words)


@pytest.mark.parametrize(
    ("length", "minutes"),
    [
        (Length(0, 0), 1),
        (Length(400, 0), 1),
        (Length(600, 0), 2),
        (Length(0, 220), 1),
        (Length(4000, 0), 10),
        (Length(0, 2200), 10),
        (Length(400, 220), 2),
    ],
)
def test_reading_takes_a_minute_for_400_characters_or_220_words(length, minutes):
    assert length.minutes == minutes
    assert length.total == length.han + length.words


@given(st.text(max_size=400), st.integers(1, 120))
@settings(deadline=None)
def test_a_shortened_text_is_never_heavier_than_asked(text, weight):
    short = shorten(text, weight)
    heavy = sum(2 if measure(c).han else 1 for c in short.removesuffix("…"))
    assert heavy <= weight
    assert text.startswith(short.removesuffix("…")) or short == "…"


@given(st.text(max_size=60))
def test_a_short_text_is_left_whole(text):
    assert shorten(text, 1000) == text


def test_english_is_cut_at_a_sentence_when_enough_of_it_is_left():
    assert shorten("One two three. Four five six seven.", 20) == "One two three."


def test_english_is_else_cut_between_words():
    assert shorten("One. two three four five", 16) == "One. two three…"


def test_chinese_is_cut_at_a_sentence_when_enough_of_it_is_left():
    assert shorten("今天下雨。明天也许会晴吧。", 14) == "今天下雨。"


def test_chinese_is_else_cut_between_characters_without_a_hanging_comma():
    assert shorten("今天下雨，明天也许会晴吧", 10) == "今天下雨…"


def test_markup_leaves_only_what_a_reader_reads():
    html = (
        '<h2 id="a">One <a class="headerlink" href="#a">#</a></h2><p>Two<br>three &amp; four'
        '<sup id="fnref:1"><a href="#fn:1">1</a></sup></p><script>no()</script><!-- no -->'
        '<style>no{}</style><div class="footnote"><p>no</p></div><div class="toc"><ul></ul></div>'
        '<img alt="a > b" src="x"><table><tr><td>a</td><td>b</td></tr></table>'
    )
    assert plain(html) == "One Two three & four a b"


def test_inline_markup_leaves_no_space():
    assert plain("<p>粗<strong>体</strong>字</p>") == "粗体字"
