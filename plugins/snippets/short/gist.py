"""What a short form says of a post: hook, points, quotation and call, in the post's own words.

What the creator wrote under `snippets:` comes first, field by field. The rest is found in the
public text, as whole sentences.
"""

from __future__ import annotations

import functools

from plugins.snippets.short import finding
from plugins.snippets.short.blocks import blocks
from plugins.snippets.short.calls import call
from plugins.snippets.short.points import points as points_of
from plugins.snippets.short.sentences import told as told_of
from plugins.snippets.values import Gist, Post


def gist(post: Post) -> Gist:
    """Return what a short form says of a post; one post after the other, each is read once."""
    own = post.own
    found = _found(post.html, post.lang, post.title, post.summary, own.hook, own.points, own.quote)
    return Gist(*found, own.call or call(post))


@functools.lru_cache(maxsize=4)
def _found(
    html: str, lang: str, title: str, summary: str, hook: str, points: tuple[str, ...], quote: str
) -> tuple[str, tuple[str, ...], str]:
    read = blocks(html)
    summary = finding.written(summary, title, read)
    told = told_of(read, lang, f"{title} {summary}")
    hook = hook or finding.hook(told, title, summary)
    quote = quote or finding.quote(told, [hook, title])
    points = points or tuple(points_of(read, told, [hook, quote, title], lang))
    return hook, points, quote
