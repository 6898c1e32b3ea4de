"""A QR code leads to the post, and is drawn as every reader of codes wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.snippets.pictures import codes
from tests.plugins.snippets.pictures.drawing import POST, card, opened


def sampled(picture):
    """Return the modules seen in the white field, the width of one, and that of the quiet zone."""
    red = picture.getchannel("R")
    field = red.crop(red.point([0] * 255 + [1]).getbbox())
    dark = field.point([255] * 128 + [0] * 128)
    left, top, right, bottom = dark.getbbox()
    first_row = [dark.getpixel((x, top)) for x in range(left, right)]
    step = first_row.index(0) // 7  # the corner's square is seven modules wide
    at = range(step // 2, right - left, step)
    seen = [[dark.getpixel((left + x, top + y)) == 255 for x in at] for y in at]
    assert (left, top) == (field.width - right, field.height - bottom)
    return seen, step, left


@pytest.mark.parametrize("name", ["rent", "%E7%A7%9F" * 30], ids=["short", "long"])
def test_what_is_drawn_is_the_code_of_the_address(name):
    post = replace(POST, url=f"https://inkstead.example/{name}/")
    seen, step, quiet = sampled(opened(codes.draw(card(post))))
    assert seen == codes.modules(codes.address(post))
    assert quiet == 4 * step
    assert len(seen) * step >= 600


def test_it_leads_to_the_post_and_says_where_readers_came_from():
    assert codes.address(POST).startswith("https://inkstead.example/rent/?utm_source=poster&")


def test_it_needs_no_short_address():
    assert codes.address(replace(POST, short_links=True)) == codes.address(POST)


def test_damage_to_a_seventh_of_it_does_no_harm():
    import segno

    code = segno.make(codes.address(POST), error="m", micro=False, boost_error=False)
    assert [[bool(each) for each in row] for row in code.matrix] == codes.modules(
        codes.address(POST)
    )
