"""A post as rich text for editors that dress it themselves: elements alone, no styles."""

from __future__ import annotations

import copy
import functools

from lxml import etree

from plugins.snippets.long.document import inner
from plugins.snippets.long.ending import body, origin, tells_origin
from plugins.snippets.long.sharing import Order, named, order
from plugins.snippets.values import Platform, Post


def write(post: Post, platform: Platform) -> str:
    """Return a post as HTML without styles and classes; its end says where its original is."""
    asked = order(post, platform.tags, platform.link, platform.format)
    return named(_written(asked, tells_origin(platform)), platform)


@functools.lru_cache(maxsize=4)
def _written(asked: Order, whole: bool) -> str:
    html = inner(copy.deepcopy(body(asked)))
    if whole:
        html += etree.tostring(origin(asked, html=True), encoding="unicode", method="html")
    return html
