import pytest

from plugins.snippets.short import standing


@pytest.mark.parametrize(
    "text",
    [
        "But it felt like more.",
        "This is why.",
        "However, it rained.",
        "On the other hand, it rained.",
        "“So be it.”",
        "First, open the door.",
        "The other one is red.",
        "It’s raining.",
        "但是没有下雨。",
        "它在那里。",
        "比如这一次。",
        "第一，开门。",
    ],
)
def test_a_sentence_that_begins_so_leans_on_the_one_before(text):
    assert standing.leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "First drafts are bad.",
        "Butter is yellow.",
        "A server is a computer.",
        "Italy is warm.",
        "第一次看见海。",
        "服务器是电脑。",
        "最后一班车走了。",
    ],
)
def test_a_sentence_that_only_looks_like_it_leans_on_nothing(text):
    assert not standing.leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "The table below says it.",
        "It looks as follows:",
        "See the example above.",
        "Click the button.",
        "In the next post I will say more.",
        "How to begin is in Getting started.",
        "(Not that it matters.)",
        "如下图所示，水在涨。",
        "我要三样东西：",
        "详见上一节。",
        "欢迎投稿。",
    ],
)
def test_a_sentence_points_at_what_is_not_with_it(text):
    assert standing.points(text)


@pytest.mark.parametrize(
    "text",
    ["The ship is in port.", "I read on trains.".replace("on", "in"), "水在涨。", "我看见了他。"],
)
def test_a_sentence_points_nowhere(text):
    assert not standing.points(text)


@pytest.mark.parametrize("text", ["“走吧。", "走吧。”", "(so it", 'He said "go.', "《书"])
def test_what_opens_and_does_not_close_is_not_whole(text):
    assert not standing.whole(text)
    assert standing.whole("“走（吧）。” and 'tis “so”")


@pytest.mark.parametrize(
    "text", ["call render() now", "a = b", "run `ls`", "see setup.py", "a -> b"]
)
def test_code_is_seen(text):
    assert standing.coded(text)
    assert not standing.coded("Render it now, e.g. at 10.30.")


@pytest.mark.parametrize(
    "text",
    ["关注公众号", "加我微信", "mail me: a@b.test", "see https://a.test now", "Subscribe today."],
)
def test_what_leads_away_is_seen(text):
    assert standing.lures(text)
    assert not standing.lures("读者的名单")


def test_a_question_is_one_inside_quotation_marks_too():
    assert standing.asks("“走吗？”")
    assert not standing.asks("走了。")


def test_what_happened_is_told_and_what_holds_is_not():
    assert standing.tells("We sailed home.")
    assert standing.tells("他走了。")
    assert not standing.tells("Ships sail home.")
    assert not standing.tells("除了船，什么也没有。")


def test_the_number_of_a_list_goes():
    assert standing.unnumbered("（1）开门。") == standing.unnumbered("一、开门。") == "开门。"
    assert standing.unnumbered("2001, a space odyssey") == "2001, a space odyssey"
