import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.counting import count
from plugins.snippets.short.titles import shortened
from plugins.snippets.values import Limit


def test_a_title_that_fits_stays():
    assert shortened("Rain", Limit(4, "characters")) == "Rain"
    assert shortened("Rain", Limit(0, "characters")) == "Rain"


def test_a_title_ends_at_a_clause_without_a_mark():
    assert shortened("Publishing: opening the gate", Limit(15, "characters")) == "Publishing"


@pytest.mark.parametrize(
    ("title", "most", "kept"),
    [
        ("一个人做产品的第三年：收入、时间和三个决定", 14, "一个人做产品的第三年"),
        ("一个人做产品的第三年——收入、时间和三个决定", 15, "一个人做产品的第三年"),
        ("Two years alone: money, time and three choices", 26, "Two years alone"),
    ],
)
def test_a_title_ends_before_its_colon_rather_than_within_an_enumeration(title, most, kept):
    assert shortened(title, Limit(most, "characters")) == kept


def test_a_label_before_a_colon_is_no_title():
    assert shortened("周刊：收入、时间和三个决定", Limit(8, "characters")) == "周刊：收入"


def test_a_clause_after_a_colon_stays_where_nothing_is_counted_up():
    title = "一个人做产品的第三年：收入涨了，时间少了"
    assert shortened(title, Limit(17, "characters")) == "一个人做产品的第三年：收入涨了"


def test_a_title_ends_at_a_word_with_a_mark():
    assert shortened("What a server is good for", Limit(12, "characters")) == "What a…"


def test_a_bracket_that_would_stay_open_goes():
    title = "周刊（第 264 期，春天）：一个启示"
    assert shortened(title, Limit(9, "characters")) == "周刊"


def test_a_title_that_cannot_be_cut_stays_as_it_is():
    assert shortened("Donaudampfschifffahrt", Limit(5, "characters")) == "Donaudampfschifffahrt"


def test_what_closes_and_never_opened_takes_no_letter_with_it():
    assert shortened("第一章）开始：很长很长的一天", Limit(9, "characters")) == "第一章）开始"
    assert shortened("Chapter 1) rain on us", Limit(16, "characters")) == "Chapter 1) rain…"


def test_a_quotation_that_would_stay_open_goes():
    assert shortened('Rain and "wind: on the server', Limit(16, "characters")) == "Rain and"


def test_no_space_of_any_width_stays_at_the_end():
    assert shortened("雨\u3000：服务器上", Limit(4, "characters")) == "雨"
    assert shortened("雨\u3000（很长，很长的一天", Limit(7, "characters")) == "雨"
    assert shortened("rain\xa0, on the server", Limit(9, "characters")) == "rain"


@settings(max_examples=60, deadline=None)
@given(st.text('ab 字词，：（）“”"', min_size=1, max_size=30), st.integers(3, 20))
def test_a_title_fits_or_is_whole(title, most):
    kept = shortened(title, Limit(most, "xiaohongshu"))
    assert kept == title or 0 < count(kept, "xiaohongshu") <= most
    head = kept.removesuffix("…")
    assert title.startswith(head)
    assert not re.match("[ab][ab]", head[-1:] + title[len(head) :])
