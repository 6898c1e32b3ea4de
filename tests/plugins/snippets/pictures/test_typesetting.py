"""Lines keep to the rules of Chinese typography, whatever the text and the measure."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plugins.snippets.pictures.boxes import CLOSING, ENDING, OPENING, Run
from plugins.snippets.pictures.typesetting import balanced, paragraph
from tests.plugins.snippets.pictures.drawing import Squares

WORDS = [
    *("读者", "平台", "写", "的", "城", "，", "。", "、", "！", "？", "：", "“", "”", "（", "）"),
    *("《", "》", "——", "……", "20%", "37℃", "3.14", "CSS", "Markdown", "😀", "々"),
]
ADDRESS = "https://example.com/posts/2026/how-to-write?from=feed"
texts = st.lists(st.sampled_from([*WORDS, " "]), min_size=1, max_size=60).map("".join)
unbroken = re.compile(r"[!-~℃]+")
crowds = re.compile(rf"[{CLOSING}{ENDING}{OPENING}—…]{{5}}")


def lines(text, room=120.0, chinese=True):
    return paragraph([Run(text)], Squares(), room, chinese)


def said(found):
    return [line.text.strip() for line in found]


@settings(max_examples=100)
@given(texts, st.integers(9, 24))
def test_every_line_keeps_the_rules_and_nothing_is_lost(text, squares):
    assume(not crowds.search(text))
    # A word with what may not leave it has to fit into a line at all.
    assume(all(len(each) / 2 + 3 <= squares for each in unbroken.findall(text)))
    found = lines(text, squares * 10.0)
    whole = "".join(line.text for line in found)
    assert whole.split() == text.split()
    assert all(line.width <= squares * 10 + 0.02 for line in found)
    for above, below in pairwise(said(found)):
        assert below[0] not in CLOSING + ENDING + "…℃々"
        assert above[-1] not in OPENING
        assert (above[-1], below[0]) not in {("—", "—"), ("…", "…")}
        assert not (above[-1].isascii() and above[-1].isalnum() and re.match(r"[\w%.]", below[0])
                    and below[0].isascii() and above + below in text)  # fmt: skip


@settings(max_examples=50)
@given(texts, st.integers(9, 24))
def test_a_heading_takes_no_more_lines_than_it_must(text, squares):
    assume(not crowds.search(text))
    found = balanced([Run(text)], Squares(), squares * 10.0)
    assert "".join(line.text for line in found).split() == text.split()
    assert all(line.width <= squares * 10 + 0.02 for line in found)
    assert len(found) <= len(paragraph([Run(text)], Squares(), squares * 10.0)) + 1


def test_all_lines_but_the_last_go_from_edge_to_edge():
    found = lines("在服务器上写信的人，每天都要看一看自己的读者，他们从哪里来，又到哪里去呢", 127)
    assert len(found) > 2
    assert [line.width for line in found[:-1]] == pytest.approx([127.0] * (len(found) - 1))


def test_a_latin_text_is_not_stretched():
    found = lines("Nobody reads what was written for everybody at all", chinese=False)
    assert any(line.width < 115 for line in found[:-1])


def test_two_marks_side_by_side_share_a_square():
    (line,) = lines("《甲》，“乙”", 500)
    assert line.width == pytest.approx(10 * 7 - 5 - 5 - 5 - 5)  # both edges and both pairs


def test_an_opening_mark_begins_a_line_with_its_ink():
    (line,) = lines("“读者”", 500)
    assert line.placed[0].x == -5


def test_a_closing_mark_may_end_a_line_with_half_its_square():
    assert said(lines("一二三四五六七八九十一二。", 125)) == ["一二三四五六七八九十一二。"]


def test_latin_stands_off_from_han_by_a_quarter_with_a_space_or_without():
    close, wide = lines("用CSS写", 500), lines("用 CSS 写", 500)
    assert close[0].width == wide[0].width == pytest.approx(10 + 2.5 + 15 + 2.5 + 10)


def test_no_line_has_one_character_alone():
    found = lines("一二三四五六七八九十一二三四五六七八九十一二三四五。")
    assert len(found[-1].text) > 2


def test_a_long_address_is_broken_after_its_slashes():
    found = said(lines(f"见{ADDRESS}。", 160))
    assert "".join(found) == f"见{ADDRESS}。"
    assert len(found) > 1
    assert all(line[-1] in "/?&=_#.-" for line in found[:-1])


def test_a_word_wider_than_the_line_is_broken_where_it_must_be():
    found = lines("a" * 100, 90)
    assert "".join(said(found)) == "a" * 100
    assert max(line.width for line in found) <= 90


def test_an_apostrophe_is_part_of_its_word_and_a_quotation_mark_is_not():
    (line,) = lines("说“it’s”吗", 500)
    assert [each.text for each in line.placed] == ["说", "“", "it’s", "”", "吗"]


def test_a_word_keeps_its_joined_pictograph_whole():
    (line,) = lines("写👩‍💻字", 500)
    assert [each.text for each in line.placed] == ["写", "👩‍💻", "字"]


def test_a_pictograph_wider_than_the_line_has_a_line_of_its_own():
    assert said(lines("写👩‍💻字", 20)) == ["写", "👩‍💻", "字"]


def test_a_line_break_of_the_author_stays():
    assert said(lines("一行\n又一行", 500)) == ["一行", "又一行"]


def test_a_heading_is_even_and_keeps_what_is_dear_together():
    text = "怎样把一篇文章变成二十七个平台都能用的样子"
    assert said(balanced([Run(text)], Squares(), 100)) == [
        "怎样把一篇文章", "变成二十七个平", "台都能用的样子",
    ]  # fmt: skip
    kept = balanced(
        [Run(text)], Squares(), 100, True, lambda last, next_: 9.0 * (last + next_ == "平台")
    )
    assert "平台" in "/".join(said(kept))


def test_a_heading_cuts_no_single_character_off_beside_a_point():
    found = said(balanced([Run("上手：两条命令，一篇文章")], Squares(), 80))
    assert found == ["上手：两条", "命令，一篇文章"]


def test_nothing_to_set_is_no_line():
    assert lines("") == []
    assert balanced([Run(" ")], Squares(), 100) == []
