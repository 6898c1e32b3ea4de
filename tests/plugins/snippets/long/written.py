"""Posts and platforms for the tests of long forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plugins.model.snippets import Own, OwnText
from plugins.snippets.values import Limit, Platform, Post

TAGS = (
    *("p", "h2", "h3", "h4", "strong", "em", "del", "sup", "sub", "br", "hr", "a", "img", "figure"),
    *("figcaption", "blockquote", "ul", "ol", "li", "pre", "code", "table", "thead", "tbody", "tr"),
    *("th", "td"),
)
_POST = Post(
    id="ink",
    lang="en",
    title="Ink and water",
    summary="How much water an ink takes.",
    html="<p>Grind it.</p>",
    url="https://site.example/en/ink/",
    canonical="https://first.example/ink/",
    site="The Site",
    home="https://site.example",
    words=1234,
)
_PLATFORM = Platform(
    id="there",
    names={"en": "There"},
    form="long",
    format="markdown",
    adapter="markdown",
    tags=TAGS,
)


def a_post(html: str = _POST.html, **values: Any) -> Post:
    return replace(_POST, html=html, **values)


def a_platform(adapter: str = "markdown", **values: Any) -> Platform:
    formats = {"markdown": "markdown", "plain": "text"}
    given = {"adapter": adapter, "format": formats.get(adapter, "html"), **values}
    return replace(_PLATFORM, **given)


def own(platform: str = "there", **values: Any) -> Own:
    return Own(texts={platform: OwnText(**values)})


def at_most(most: int, counting: str = "characters", least: int = 0) -> Limit:
    return Limit(most, counting, least)
