"""Covers and quotes: in their size, within their margins, small files, always the same bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.snippets.pictures import cards
from plugins.snippets.pictures.palette import ACCENT, PAPER, accent
from tests.plugins.snippets.pictures.drawing import ENGLISH, POST, card, ink, opened

LONG = replace(
    POST,
    title="从公众号、小红书到自己的网站：一个做了十一年杂志的编辑，怎样把两千篇文章搬回家 🎉",
    summary=POST.summary * 9,
    author="一个名字很长很长很长很长很长很长很长的人",
    site="一个名字很长很长很长很长很长很长很长的站",
)


@pytest.mark.parametrize("shape", cards.SIZES)
def test_a_cover_has_its_size_and_is_small(shape):
    data = cards.cover(card(LONG), shape)
    width, height = opened(data).size
    across, up = map(float, shape.split(":"))
    assert width / height == pytest.approx(across / up, rel=0.005)
    assert len(data) < 100_000


@pytest.mark.parametrize("post", [POST, LONG, ENGLISH], ids=["short", "long", "english"])
@pytest.mark.parametrize("shape", ["1:1", "3:4"])
def test_nothing_is_drawn_outside_the_margins(post, shape):
    width, height = cards.SIZES[shape]
    safe = width * 0.09
    for data in (cards.cover(card(post), shape), cards.quote(card(post), post.summary, shape)):
        left, top, right, bottom = ink(opened(data))
        assert left >= safe
        assert top >= safe
        assert right <= width - safe
        assert bottom <= height - safe


def test_what_is_on_the_cloth_stays_within_its_frame():
    picture = opened(cards.cover(card(LONG), "2.35:1"))
    assert ink(picture.crop((40, 30, 860, 353)), ACCENT) is not None
    left, top, right, bottom = ink(picture.crop((30, 30, 870, 353)), ACCENT)
    assert (left, top) >= (20, 5)
    assert right <= 820
    assert bottom <= 318


def test_the_accent_is_the_creators():
    picture = opened(cards.cover(card(replace(POST, accent="#f2c14e")), "2.35:1"))
    assert picture.getpixel((2, 2)) == accent("#f2c14e") != ACCENT


def test_a_post_with_only_a_title_has_a_cover():
    bare = replace(POST, title="早市", summary="", html="", category="", author="")
    for shape in cards.SIZES:
        assert ink(opened(cards.cover(card(bare), shape))) is not None


def test_a_title_of_pictographs_alone_gives_way_to_the_name_of_the_site():
    assert card(replace(POST, title="🦤🦤")).title == POST.site


def test_the_same_post_gives_the_same_bytes():
    assert cards.cover(card(), "3:4") == cards.cover(card(), "3:4")
    assert cards.quote(card(), "一句话。", "1:1") == cards.quote(card(), "一句话。", "1:1")


def test_line_breaks_in_a_quote_are_spaces():
    broken, whole = (cards.quote(card(), f"一句{each}话。", "1:1") for each in ("\n\u2029", " "))
    assert broken == whole


def test_paper_is_one_colour():
    picture = opened(cards.cover(card(), "3:4"))
    assert picture.getpixel((3, 3)) == picture.getpixel((1000, 1400)) == PAPER
