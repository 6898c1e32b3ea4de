"""What tests of pictures share: a post, the fonts of this machine, a measure without any font."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image, ImageChops

from plugins.snippets.pictures import fonts, marks
from plugins.snippets.pictures.palette import PAPER
from plugins.snippets.values import Post
from tests.conftest import missing

POST = Post(
    id="租来的地",
    lang="zh-Hans",
    title="租来的地，和自己的地",
    summary="四万三千个关注，敌不过一张三百一十二行的表格。写给还在租房子的人。",
    html="<p>我在一个平台上写了六年，攒下四万三千个关注。</p>",
    url="https://inkstead.example/rent/",
    canonical="https://inkstead.example/rent/",
    site="自留地",
    home="https://inkstead.example",
    author="林墨",
    category="随笔",
)
ENGLISH = replace(
    POST,
    lang="en",
    title="Renting and owning",
    summary="Platforms rent you an audience. A list of your own is yours to keep.",
    html="<p>For six years I wrote on a platform, and had forty-three thousand followers.</p>",
    site="Own Ground",
    author="Lin Mo",
    category="Essays",
)


class Squares:
    """A measure in which Han characters are squares of ten, and all else is half as wide."""

    em = 10.0

    def width(self, text, style):
        return sum(5.0 if each.isascii() else 10.0 for each in text)


def card(post=POST):
    try:
        return marks.card(post, fonts.find(post.lang))
    except fonts.NoFont as cause:
        return missing(str(cause))


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture.convert("RGB")


def ink(picture, ground=PAPER):
    """Return the box around all that is not of the ground's colour."""
    return ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
