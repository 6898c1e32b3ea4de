import pytest

from plugins.snippets.short.gist import gist
from tests.plugins.snippets.short.samples import chinese, own, post

BOTH = pytest.mark.parametrize("one", [post(), chinese()], ids=["en", "zh"])


def said(found):
    return " ".join((found.hook, *found.points, found.quote))


@BOTH
def test_the_summary_opens(one):
    assert gist(one).hook == one.summary


@BOTH
def test_points_and_quotation_are_whole_sentences_of_the_text(one):
    found = gist(one)
    text = one.html.replace("\n", " " if one.lang == "en" else "")
    assert len(found.points) >= 2
    for sentence in (*found.points, found.quote):
        assert sentence in text
        assert sentence[-1] in ".。"


@BOTH
def test_points_stand_in_the_order_of_the_text(one):
    text = one.html.replace("\n", " " if one.lang == "en" else "")
    places = [text.index(each) for each in gist(one).points]
    assert places == sorted(places)


@BOTH
def test_code_tables_and_pictures_are_never_quoted(one):
    assert not any(word in said(gist(one)) for word in ("print", "Tables", "表格"))


@BOTH
def test_sentences_that_point_elsewhere_or_lean_are_never_taken(one):
    assert not any(word in said(gist(one)) for word in ("below", "But it", "如下", "但当时"))


@BOTH
def test_nothing_is_said_twice(one):
    found = gist(one)
    parts = [found.hook, *found.points, found.quote]
    assert len(set(parts)) == len(parts)


def test_a_summary_that_repeats_the_beginning_is_none():
    first = "Readers follow an address, and not the machine."
    html = f"<p>{first} {'They forget it soon. ' * 9}</p>"
    found = gist(post(html, title="Addresses", summary=f"{first} They forget it…"))
    assert found.hook.startswith(first)
    assert "…" not in found.hook


def test_a_summary_that_repeats_the_title_is_none():
    assert gist(post(title="Rain", summary="Rain.")).hook != "Rain."


def test_without_a_summary_a_strong_sentence_of_the_beginning_opens():
    found = gist(post(summary=""))
    assert found.hook.startswith("The roof leaked onto the old server in the night.")


def test_what_stands_in_every_issue_does_not_open():
    html = (
        "<p>这里写观光塔和别的高塔，周五见。欢迎投稿。</p>"
        "<p>长江口建了一座观光塔，高一百八十米。观光塔其实是隧道的排风塔。</p>"
    )
    assert "周五见" not in gist(chinese(html, summary="")).hook


def test_a_short_first_sentence_is_joined_by_the_next():
    html = "<p>It was late.</p><p>My colleague brought in the code of a whole week.</p>"
    found = gist(post(html, summary=""))
    assert found.hook == "It was late. My colleague brought in the code of a whole week."


def test_quotations_of_others_are_not_the_creators_words():
    html = "<blockquote><p>Servers of others hold readers of others for ever.</p></blockquote>"
    assert "others" not in said(gist(post(f"{html}<p>So it goes on the shelf of servers.</p>")))


def test_what_the_creator_emphasised_is_worth_more():
    said = "Some days the kettle seems older than the house around, they say."
    html = (
        "<p>Readers of a good address follow the server home in the evening.</p>"
        f"<p>Readers who follow a good server find its address again.</p><p>{said}</p>"
    )
    assert gist(post(html)).quote != said
    assert gist(post(html.replace(said, f"<strong>{said}</strong>"))).quote == said


def test_a_list_of_whole_sentences_is_taken_as_a_whole():
    items = [
        "The address is yours to choose.",
        "The files are yours to keep.",
        "The list of readers is yours, too.",
    ]
    listed = "".join(f"<li>{each}</li>" for each in items)
    html = f"<p>Owning is <em>four</em> sides.</p><ul>{listed}</ul><p>Rain falls on hills.</p>"
    assert list(gist(post(html)).points) == items


def test_a_post_with_only_a_list_lists_it():
    html = "<ul><li>flour</li><li>warm water</li><li>a little salt</li></ul>"
    assert gist(post(html, summary="")).points == ("flour", "warm water")


def test_headings_are_listed_where_nothing_else_is_and_common_ones_never():
    html = "<h2>Introduction</h2><pre>x</pre><h2>Knead the dough</h2><pre>y</pre><h2>结语</h2>"
    assert gist(post(html, summary="")).points == ("Knead the dough",)


@pytest.mark.parametrize(
    "html", ["", "<pre><code>x = 1</code></pre>", '<p><img src="a.png" alt="a"></p>', "<p>…</p>"]
)
def test_a_post_without_sentences_has_its_title(html):
    found = gist(post(html, summary=""))
    assert (found.hook, found.points, found.quote) == ("Rain on the server", (), "")


@pytest.mark.parametrize(
    ("field", "value"), [("hook", "My hook."), ("quote", "My quote."), ("call", "Come in")]
)
def test_the_creators_own_words_win_field_by_field(field, value):
    found, without = gist(post(own=own(**{field: value}))), gist(post())
    assert getattr(found, field) == value
    for other in {"hook", "quote", "call"} - {field}:
        assert getattr(found, other) == getattr(without, other)


def test_the_creators_own_points_win():
    assert gist(post(own=own(points=("One", "Two")))).points == ("One", "Two")


def test_what_would_lead_readers_away_is_no_point():
    html = "<p>Servers drown in the rain of servers. 关注我的公众号看雨和服务器。</p>" * 3
    assert "公众号" not in said(gist(chinese(html)))


def test_the_same_post_says_the_same_again():
    assert gist(post()) == gist(post())
