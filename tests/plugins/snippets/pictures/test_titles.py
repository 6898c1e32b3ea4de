"""Titles are as large as their room allows, and tear no word that they need not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.snippets.pictures.titles import ELLIPSIS, cohesion, fitted
from tests.plugins.snippets.pictures.drawing import ENGLISH, POST, card

SIZES = (120, 100, 84, 70, 58, 48, 40)
ROOM = (860.0, 600.0)
LONG = (
    "从公众号、小红书到自己的网站：一个做了十一年生活杂志的编辑，"
    "怎样用三个月把两千篇文章和六千位读者搬回家里来"
)


def title(text, post=POST, room=ROOM):
    set_ = card(post)
    price = cohesion(replace(post, title=text), set_.chinese)
    return fitted(text, set_.faces, room, SIZES, set_.chinese, price)


@pytest.mark.parametrize("text", ["早", "租来的地，和自己的地", LONG, LONG * 3])
def test_a_title_fits_its_room_whatever_its_length(text):
    found = title(text)
    assert found.width <= ROOM[0] + 0.01
    assert found.height <= ROOM[1]


def test_a_short_title_is_larger_than_a_long_one():
    assert title("早市").letters.size > title(LONG).letters.size


def test_all_of_a_long_title_is_there_and_what_is_cut_is_marked():
    assert "".join(line.text for line in title(LONG).lines) == LONG
    cut = title(LONG * 2, room=(ROOM[0], 200.0))
    assert cut.lines[-1].text.endswith(ELLIPSIS)
    assert not title(LONG).lines[-1].text.endswith(ELLIPSIS)


def test_a_line_ends_where_the_title_pauses():
    assert [line.text for line in title("租来的地，和自己的地").lines] == [
        "租来的地，",
        "和自己的地",
    ]


def test_a_title_is_set_smaller_rather_than_torn_within_a_word():
    set_ = card()
    price = cohesion(POST, True)
    found = fitted(POST.title, set_.faces, (860.0, 900.0), (180, 160, 140), True, price)
    assert [line.text for line in found.lines] == ["租来的地，", "和自己的地"]
    assert found.letters.size == 160


def test_a_title_is_set_smaller_rather_than_cut_one_character_beside_a_point():
    text = "引流礼与信：陌生人怎样留下来"
    price = cohesion(replace(POST, title=text), True)
    found = fitted(text, card().faces, (1020.0, 560.0), (140, 126, 112), True, price)
    assert [line.text for line in found.lines] == ["引流礼与信：", "陌生人怎样留下来"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("一个人做产品的第三年：收入、时间和三个决定", "一个人做产品的第三年："),
        ("周末去海边：东山岛两天一夜不赶路", "周末去海边："),
        ("门与钥匙：哪些公开，哪些收费", "门与钥匙："),
    ],
)
def test_a_title_in_two_parts_is_set_smaller_for_a_line_to_end_at_its_colon(text, first):
    set_, sizes = card(), (144, 128, 113, 100, 89, 79)
    price = cohesion(replace(POST, title=text), True)
    found = fitted(text, set_.faces, (1160.0, 460.0), sizes, True, price)
    assert [line.text for line in found.lines] == [first, text.removeprefix(first)]


def test_words_that_the_post_repeats_stay_whole():
    post = replace(POST, html="<p>砚台是石头做的，砚台也有泥做的，砚台要洗。</p>")
    price = cohesion(post, True)
    assert price("砚", "台") > 3.5 > price("台", "是")


def test_a_name_in_quotation_marks_stays_whole():
    price = cohesion(replace(POST, title="为什么“好了歌”要由道人来唱"), True)
    assert price("了", "歌") > 3.5 > price("了", "由")


def test_an_english_line_does_not_end_with_a_small_word():
    price = cohesion(ENGLISH, False)
    assert price("the", "house") > 0 == price("house", "burns")


def test_an_english_word_is_never_broken_if_a_smaller_size_keeps_it():
    found = title("Internationalization", ENGLISH, (500.0, 300.0))
    assert [line.text for line in found.lines] == ["Internationalization"]
