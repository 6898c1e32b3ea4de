"""The long form of a post, piece by piece."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.snippets import Own
from plugins.snippets import rules
from plugins.snippets.counting import count
from plugins.snippets.long.form import long
from plugins.snippets.long.title import title
from plugins.snippets.values import Hashtags, Snippet
from publish.contract.catalogue import speak
from tests.plugins.snippets.long.written import a_platform, a_post, at_most, own

LONG = [each for each in rules.pack().values() if each.form == "long"]
PICTURES = '<p><img src="/a.jpg" alt="a"><img src="/b.jpg" alt="b"></p>'


def piece(snippet: Snippet, name: str):
    return next(each for each in snippet.pieces if each.name == name)


def notes(snippet: Snippet) -> list[tuple[str, str]]:
    return [(each.kind, each.message.format(**dict(each.values))) for each in snippet.notes]


def test_pieces_come_in_the_order_of_the_platform_and_empty_ones_not_at_all():
    platform = a_platform(pieces=("title", "digest", "author", "text", "link"))
    assert [each.name for each in long(a_post(), platform).pieces] == [
        *("title", "digest", "text", "link")
    ]
    assert [each.name for each in long(a_post(author="Lin Mo"), platform).pieces][2] == "author"


# ---- titles ----


def test_a_title_that_is_too_long_is_cut_at_a_word_and_that_is_said():
    platform = a_platform(pieces=("title",), limits={"title": at_most(9)})
    made = long(a_post(), platform)
    assert piece(made, "title").plain == "Ink and…"
    assert notes(made) == [("retreat", "the title was cut to fit into 9")]
    assert made.fits


def test_a_title_of_ones_own_is_never_cut_only_reported():
    platform = a_platform(pieces=("title",), limits={"title": at_most(9)})
    made = long(a_post(own=own(title="My very own title")), platform)
    assert piece(made, "title").plain == "My very own title"
    assert not made.fits
    assert notes(made) == [
        ("misfit", 'the title is too long: 17 of at most 9 (write a shorter one under "snippets")')
    ]


def test_a_title_can_be_too_short():
    platform = a_platform(pieces=("title",), limits={"title": at_most(30, least=5)})
    made = long(a_post(title="墨"), platform)
    assert not made.fits
    assert notes(made)[0][1].startswith("the title is too short: 1 of at least 5")


def test_a_title_counts_as_the_platform_counts():
    platform = a_platform(pieces=("title",), limits={"title": at_most(3, "xiaohongshu")})
    assert title(a_post(title="墨水ab"), platform) == "墨水ab"
    assert title(a_post(title="墨水墨水"), platform) != "墨水墨水"


# ---- other pieces ----


def test_a_digest_is_cut_at_a_sentence_and_that_is_said():
    platform = a_platform(pieces=("digest",), limits={"digest": at_most(12)})
    made = long(a_post(summary="墨要慢慢磨。水要一滴一滴加。"), platform)
    assert piece(made, "digest").plain == "墨要慢慢磨。"
    assert notes(made) == [("retreat", "the summary was cut to fit into 12")]


def test_the_name_of_an_author_is_not_cut():
    platform = a_platform(pieces=("author",), limits={"author": at_most(3)})
    made = long(a_post(author="Lin Mo"), platform)
    assert piece(made, "author").plain == "Lin Mo"
    assert notes(made) == [("misfit", "the author is too long: 6 of at most 3")]


def test_the_link_brings_readers_or_where_links_stand_in_the_text_names_the_original():
    named = long(a_post(), a_platform(pieces=("link",)))
    assert piece(named, "link").plain == "https://first.example/ink/"
    brings = long(a_post(), a_platform(pieces=("link",), link="footnote"))
    assert piece(brings, "link").plain.startswith("https://site.example/en/ink/?utm_source=there")


def test_tags_are_hashtags_or_names_to_enter_one_by_one():
    post = a_post(tags=("sales letter", "ink", "写作"))
    signs = a_platform(pieces=("tags",), hashtags=Hashtags("#{tag}", 2))
    assert piece(long(post, signs), "tags").plain == "#SalesLetter #ink"
    names = a_platform(pieces=("tags",), hashtags=Hashtags("{tag}", 5))
    assert piece(long(post, names), "tags").plain == "sales letter, ink, 写作"
    chosen = replace(post, own=Own(hashtags=("mine",)))
    assert piece(long(chosen, names), "tags").plain == "mine"


# ---- texts ----


@pytest.mark.parametrize(
    ("adapter", "rich"),
    [("markdown", False), ("plain", False), ("rich", True), ("wechat", True), ("newsletter", True)],
)
def test_a_text_is_plain_and_where_the_platform_keeps_it_rich(adapter, rich):
    made = piece(long(a_post(), a_platform(adapter)), "text")
    assert "Grind it." in made.plain
    assert ("Grind it." in made.html) is rich


def test_a_text_is_never_cut():
    platform = a_platform(limits={"text": at_most(20)})
    made = long(a_post(f"<p>{'ink ' * 50}</p>"), platform)
    assert piece(made, "text").plain.count("ink ") > 40
    assert not made.fits
    assert notes(made)[0][0] == "misfit"
    assert notes(made)[0][1].startswith("the text is too long: ")


def test_tags_of_html_count_where_html_is_what_is_sent():
    limits = {"text": at_most(100_000)}
    sent = piece(long(a_post(), a_platform("wechat", limits=limits)), "text")
    assert sent.count == len(sent.html)
    pasted = piece(long(a_post(), a_platform("rich", limits=limits)), "text")
    assert pasted.count == len(pasted.plain)


@pytest.mark.parametrize(
    ("name", "most", "sentence"),
    [
        ("pictures", 1, "the text has 2 pictures, and at most 1 are taken"),
        ("links", 0, "the text has 1 links, and at most 0 are taken"),
        ("bytes", 9, "bytes, and at most 9 are taken"),
    ],
)
def test_too_many_pictures_links_or_bytes_are_a_misfit(name, most, sentence):
    made = long(a_post(PICTURES), a_platform("rich", limits={name: at_most(most, "items")}))
    assert not made.fits
    assert sentence in notes(made)[0][1]


def test_tags_that_front_matter_cannot_have_are_a_hint():
    made = long(a_post(tags=("写作", "ink")), a_platform(id="devto", hashtags=Hashtags("{tag}", 4)))
    assert notes(made) == [
        ("hint", "tags there are of Latin letters and digits, so these were left out: 写作")
    ]
    assert made.fits


# ---- the creator's own words ----


def test_a_text_of_ones_own_is_taken_word_for_word():
    post = a_post(own=own(parts=("**Mine** <b>\nand mine\n\nMore: {url}",)))
    way = "https://site.example/en/ink/?utm_source=there&utm_medium=snippet&utm_campaign=ink"
    text = f"**Mine** <b>\nand mine\n\nMore: {way}"
    assert piece(long(post, a_platform()), "text").plain == text
    rich = piece(long(post, a_platform("rich")), "text")
    assert rich.plain == text
    escaped = way.replace("&", "&amp;")
    assert rich.html == f"<p>**Mine** &lt;b&gt;<br>and mine</p><p>More: {escaped}</p>"


def test_a_letter_of_ones_own_is_a_letter_all_the_same():
    post = a_post(own=own(parts=("Mine.", "More.")))
    made = piece(long(post, a_platform("newsletter")), "text")
    assert made.html.startswith("<!doctype html>")
    assert "Mine.</p>" in made.html
    assert "Grind" not in made.html + made.plain


def test_words_for_another_platform_change_nothing_here():
    post = a_post(own=own("elsewhere", title="Mine", parts=("Mine.",)))
    assert long(post, a_platform()) == long(a_post(), a_platform())


# ---- all platforms ----


@pytest.mark.parametrize("platform", LONG, ids=lambda each: each.id)
def test_every_long_platform_has_all_its_pieces_and_the_same_bytes_each_time(platform):
    post = a_post(PICTURES, author="Lin", tags=("ink",), lang="zh", gated=True)
    made = long(post, platform)
    assert {each.name for each in made.pieces} == set(platform.pieces)
    assert made == long(post, platform)
    assert "1,234" in piece(made, "text").plain


@pytest.mark.parametrize(
    "html",
    [
        *("", "<p></p>", "<img src='/x'>", "<pre>x</pre>", "<ul><li></li></ul>", "only words"),
        *("<table><tr></tr></table>", "<ol start='-3'><li>a</ol>", "<p>{site} {0} {}</p>"),
        *("<figure><figcaption>c</figcaption></figure>", "<p>a<p>b<div>c", "<hr>"),
    ],
)
def test_the_oddest_post_becomes_something_everywhere(html):
    for platform in LONG:
        made = long(a_post(html, site="{S}", gated=True), platform)
        assert "{S}" in piece(made, "text").plain


@settings(max_examples=60, deadline=None)
@given(
    st.text("ab 字，。“”🙂", min_size=1, max_size=30).filter(str.strip),
    st.integers(1, 20),
    st.sampled_from(["characters", "graphemes", "utf16", "utf8", "xiaohongshu"]),
)
def test_any_title_fits_or_it_is_said_that_it_does_not(words, most, counting):
    platform = a_platform(pieces=("title",), limits={"title": at_most(most, counting)})
    made = long(a_post(title=words), platform)
    kept = piece(made, "title")
    fits = count(kept.plain, counting) <= most
    assert made.fits is fits
    assert any(kind == "misfit" for kind, _ in notes(made)) is not fits
    assert any(kind == "retreat" for kind, _ in notes(made)) is (fits and kept.plain != words)


def test_every_sentence_to_the_creator_has_its_chinese():
    post = a_post(PICTURES, title="墨" * 9, author="林墨", summary="字。" * 30, tags=("写作",))
    limits = {name: at_most(1) for name in ("digest", "author", "text", "pictures", "bytes")}
    pieces = ("title", "digest", "author", "text")
    tight = a_platform("rich", id="devto", limits={**limits, "title": at_most(30, least=20)})
    for note in long(post, replace(tight, pieces=pieces)).notes:
        assert speak("zh").gettext(note.message) != note.message
