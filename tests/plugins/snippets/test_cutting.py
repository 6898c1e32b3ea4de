"""Parting and cutting: nothing is lost, nothing is broken that belongs together."""

from __future__ import annotations

import re
from itertools import accumulate

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.snippets.counting import count
from plugins.snippets.cutting import clauses, cut, packed, sentences, words

URL = "https://example.com/a_b(c)?d=e"
PIECES = """，|。|！？|……|——|“|”|（|）|"|'|: |, |. |! |? | |-|/|…|、|.|3.14|Mr. |U.S. |e.g. |Node.js
|example.com|well-known|it’s|don't|word|Über|привет|مرحبا|नमस्ते|汉|字|今天|走吧|です|한국|👨‍👩‍👧‍👦|🏽|🇨🇳|1️⃣
|\r\n|e\u0301|@ink|@ink@social.example|#tag|#话题#|\u200d|\u0301"""
PARTS = st.sampled_from([*PIECES.split("|"), f" {URL} "])
TEXTS = st.lists(PARTS, max_size=14).map("".join)


def ends(parts: list[str]) -> set[int]:
    return set(accumulate(len(each) for each in parts))


@pytest.mark.parametrize(
    "marked",
    [
        "他说：“走吧。”|然后我们走了。",
        "“走吧！”，他说。|“好。”|她说。",
        "真的吗？！|是的……|好；|走。",
        "（完。）|下一句",
        "'走！'，他说。|'好。'，她说。",
        '他说"走吧。"|然后走了。',
        '"走吧。"|"好。"|他们走了。',
        "太好了！🎉🎉|下一句。",
        "……然后他走了。|完。",
        "标题\n\n|第一段。|第二句\n|第二段",
        "用 ASCII 标点!|真的?|是的.|好吧.",
        "He paid 3.14 USD. |Then he left.",
        "Mr. Smith met Dr. No. |They talked.",
        "See e.g. this one, i.e. that. |Fine.",
        "J. R. Smith lives in the U.S. today. |Yes.",
        "Node.js v1.2 is out! |Use example.com? |No.",
        "“Go!” he said. |“Stop.” |He ran.",
        '"Go!" he said. |"Stop." |He ran.',
        "Well… maybe. |Well... |Maybe not.",
        "1. First item. |2. Second item.",
        "See fig. 3 and no. 4. |Is it so? |No. |Never.",
        "Apples, pears, etc. are fruit. |Apples etc. |Pears too.",
        f"Read {URL}. |Then write.",
        f"看{URL}。|好",
        "مرحبا؟ |نعم. |صحيح.",
        "It is I. |You know.",
    ],
)
def test_sentences_end_where_a_reader_would_say_so(marked):
    assert sentences(marked.replace("|", "")) == marked.split("|")


@pytest.mark.parametrize(
    "marked",
    [
        "我们走，|他们来；|好。",
        "名单：|甲、|乙——|都来了。",
        "他说：|“走。”",
        "有1,000字，|12:30到。",
        "Yes, |it is: |a list; |1,000 of 12:30.",
        "One — |two – |three 3–5.",
        f"Read {URL}, |then write.",
    ],
)
def test_clauses_end_at_pauses_that_are_none_of_numbers(marked):
    assert clauses(marked.replace("|", "")) == marked.split("|")


@pytest.mark.parametrize(
    "marked",
    [
        "今|天，|“走|吧。”",
        "The |well-|known |Node.js |v1.2, |it’s |3.14 |USD!",
        f"看|{URL}。|好",
        f"see |({URL}) |now",
        "@ink@social.example, |@bob.bsky.social |@张三 |好",
        "#话题#|正|文 |#tag |C# |C++",
        "👨‍👩‍👧‍👦|🇨🇳|1️⃣ |e\u0301t\u0301e",
        "用|Python|写",
    ],
)
def test_words_are_the_smallest_parts_that_may_be_separated(marked):
    assert words(marked.replace("|", "")) == marked.split("|")


@given(TEXTS)
@settings(max_examples=100)
def test_parts_join_back_to_the_very_text_and_break_nothing(text):
    apart = [each.span() for each in regex.finditer(r"\X", text)]
    whole = [*apart, *(each.span() for each in re.finditer(re.escape(URL), text))]
    # Latin words, decided by the standard library alone; none of its letters is Han.
    whole += [each.span() for each in re.finditer(r"[A-Za-z](?:[A-Za-z’]*[A-Za-z])?", text)]
    for part in (sentences, clauses, words):
        parts = part(text)
        assert "".join(parts) == text
        assert all(parts)
        broken = [(b, e) for b, e in whole if any(b < end < e for end in ends(parts))]
        assert broken == []
    assert ends(sentences(text)) <= ends(clauses(text))


def test_a_text_that_fits_stays_whole():
    assert cut(" a. ", lambda head: True).text == " a. "
    assert cut("", lambda head: True).how == "whole"


@pytest.mark.parametrize(
    ("text", "most", "head", "how"),
    [
        (
            "第一句很短。第二句也很短。第三句太长了放不下。",
            14,
            "第一句很短。第二句也很短。",
            "sentence",
        ),
        (
            "短。第二句很长，要在这里断开，因为放不下了。",
            17,
            "短。第二句很长，要在这里断开…",
            "clause",
        ),
        ("有的走了；有的还在路上，没有到。", 8, "有的走了…", "clause"),
        ("今天我们走了很远很远的路", 6, "今天我们走…", "word"),
        ("A very long sentence that goes on", 14, "A very long…", "word"),
        ("rain\xa0, which fell and fell", 8, "rain…", "clause"),
        ("它们说，“走吧吧吧吧吧吧", 6, "它们说…", "clause"),
        (f"See {URL} and more words", 36, f"See {URL} …", "word"),
        ("标题\n\n正文很长很长很长很长", 8, "标题\n\n正文很…", "word"),
        ("标题在这里\n\n正文很长很长", 9, "标题在这里", "sentence"),
    ],
)
def test_a_cut_ends_where_it_hurts_least(text, most, head, how):
    found = cut(text, lambda each: len(each) <= most)
    assert (found.text, found.how) == (head, how)


def test_when_no_word_fits_there_is_no_cut():
    assert cut("Antidisestablishmentarianism", lambda each: len(each) <= 10) is None
    assert cut(URL + " and more", lambda each: len(each) <= 10) is None


def test_a_long_text_is_cut_as_its_beginning_is():
    long = "今天我们去看海，然后回来。" * 400
    found = cut(long, lambda each: count(each, "weighted") <= 280)
    assert found.text == "今天我们去看海，然后回来。" * 10
    assert found.how == "sentence"


def test_an_address_is_short_on_x_even_where_its_beginning_is_none_yet():
    long = f"https://{'a' * 60}.example.com/{'b' * 200} 走了。"
    found = cut(long + "还有很多很多很多很多字。", lambda each: count(each, "weighted") <= 40)
    assert found.text == long


@given(TEXTS, st.integers(2, 40))
@settings(max_examples=100)
def test_a_cut_fits_and_is_a_head_that_breaks_nothing(text, most):
    found = cut(text, lambda each: count(each, "weighted") <= most)
    if found is None:
        return
    assert count(found.text, "weighted") <= most
    head = found.text if found.how in ("whole", "sentence") else found.text[:-1].rstrip()
    assert text.startswith(head)
    assert all(not b < len(head) < b + len(URL) for b in _all(URL, text))
    assert not re.search(r"[A-Za-z]\Z", head) or not re.match(r"[A-Za-z]", text[len(head) :])


def _all(part: str, text: str) -> list[int]:
    return [each.start() for each in re.finditer(re.escape(part), text)]


def test_a_thread_has_as_few_posts_as_its_sentences_allow():
    parts = sentences("一二三。四五六。七八九。十。")
    assert packed(parts, lambda text, n, total: len(text) <= 8) == [
        "一二三。四五六。",
        "七八九。十。",
    ]


def test_numbers_take_room_in_a_thread():
    parts = sentences("一二三。四五六。七八九。十。")
    asked = []

    def fits(text: str, number: int, total: int) -> bool:
        asked.append((number, total))
        return len(f"{text}{number}/{total}") <= 10

    assert packed(parts, fits) == ["一二三。", "四五六。", "七八九。十。"]
    assert (3, 3) in asked


def test_ten_posts_need_room_for_two_figures():
    parts = ["一二。"] * 10
    assert packed(parts, lambda text, n, total: len(f"{text}{n}/{total}") <= 8) == parts


def test_a_sentence_too_long_is_parted_at_clauses_and_only_then_at_words():
    parts = sentences("好。今天去看海，明天去看山，后天在家休息一整天不出门。完。")
    posts = packed(parts, lambda text, n, total: len(text) <= 12)
    assert posts == ["好。今天去看海，", "明天去看山，后天在家休息", "一整天不出门。完。"]


def test_a_sentence_waits_for_the_next_post_when_that_one_has_room_for_it():
    parts = ["一。", "一二三四五六。"]
    assert packed(parts, lambda text, n, total: len(text) <= (4 if n == 1 else 8)) == parts


def test_a_word_that_fits_nowhere_makes_no_thread():
    assert packed([URL], lambda text, n, total: len(text) <= 10) is None
    assert packed([], lambda text, n, total: True) == []


@given(TEXTS, st.integers(8, 60))
@settings(max_examples=100)
def test_a_thread_says_all_of_it_once_and_every_post_fits(text, most):
    def fits(post: str, number: int, total: int) -> bool:
        return count(f"{post} {number}/{total}", "weighted") <= most

    posts = packed(sentences(text), fits)
    if posts is None:
        return
    said = "".join("".join(posts).split())
    assert said == "".join(text.split())
    assert all(fits(post, n, len(posts)) for n, post in enumerate(posts, 1))
    assert all(post == post.strip() and post for post in posts)
