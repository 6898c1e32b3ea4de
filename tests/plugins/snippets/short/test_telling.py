"""Sentences that tell an event or point back are neither quoted nor listed."""

import pytest

from plugins.snippets.short import telling
from plugins.snippets.short.gist import gist
from tests.plugins.snippets.short.samples import chinese, post

TRIP = """
<p>上周五下班，我们把海边的行李放进车里。四十分钟以后我们已经在去海边的高速上了。</p>
<p>下次想写海边的红树林。</p>
<h2>三个坑</h2>
<ul><li>玻璃栈道可以跳过，风景和不要钱的路一样。</li><li>别在景区门口吃海鲜，往巷子里走两百米。</li>
<li>导航会把你带到单行道，跟着电动车走。</li></ul>
"""
TIDE = "热点像海边的潮水，退的时候你才知道自己会不会游泳。"
TOOLS = """
<h2>Fastmail</h2><p>I've written every letter in it &amp; never lost one.</p>
<h2>Pinboard</h2><p>The number on the screen was 46.</p>
<h2>The library card</h2><p>Free, and yet I'd pay for it.</p>
"""
DAYS = """
<p>Years ago I put a few letters on a server for a friend, then forgot the server.</p>
<p>At seven the server was dead and the letters stood in a puddle.</p>
"""
SAYING = "A letter is a visit to a friend rather than a call from a server."


def test_an_event_is_no_quotation_and_a_thought_is_one():
    assert gist(chinese(TRIP)).quote == ""
    assert gist(chinese(f"{TRIP}<p>{TIDE}</p>")).quote == TIDE
    assert gist(post(DAYS)).quote == ""
    assert gist(post(f"{DAYS}<p>{SAYING}</p>")).quote == SAYING


def test_items_come_before_sentences_that_point_back():
    assert gist(chinese(TRIP)).points[:2] == (
        "玻璃栈道可以跳过，风景和不要钱的路一样。",
        "别在景区门口吃海鲜，往巷子里走两百米。",
    )


def test_headings_come_before_sentences_that_point_back():
    assert gist(post(TOOLS, title="Tools", summary="Three that I keep.")).points[:2] == (
        "Fastmail",
        "Pinboard",
    )


def test_sentences_that_point_back_are_better_than_nothing():
    html = "<p>The number on the screen was 46.</p><p>下次想写云霄的红树林。</p>"
    assert "The number on the screen was 46." in gist(post(html)).points


@pytest.mark.parametrize(
    "text",
    [
        "砍掉它的那天，我收到一百多封信。",
        "损失了“爆款”的快感。",
        "下次想写云霄的红树林。",
        "四十分钟以后我们已经在高速上了。",
        "The number on the screen was 46.",
        "I've written 400,000 words in it & never lost one.",
        "If you're thinking about it, pick a Sunday.",
    ],
)
def test_a_sentence_without_its_subject_dangles(text):
    assert telling.dangles(text)


@pytest.mark.parametrize(
    "text",
    [
        "我损失了三个客户。",
        "为了省事，我们把信放在一起。",
        "有了名单，平台就不要紧了。",
        "其他人可以等。",
        "The plan was simple: one letter a week.",
        "Whatever number you write, keep it.",
        "When a computer runs a program, it needs no modules.",
        "",
    ],
)
def test_a_sentence_with_its_subject_does_not_dangle(text):
    assert not telling.dangles(text)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("有一天，我想到了。", True),
        ("六点半去菜场。", True),
        ("Years ago I wrote.", True),
        ("In March we moved.", True),
        ("一年的营业额过了百万。", False),
        ("两点建议。", False),
        ("In function components, state is kept.", False),
        ("", False),
    ],
)
def test_a_time_is_known_at_the_beginning(text, begins):
    assert telling.timed(text) == begins
