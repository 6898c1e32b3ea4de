"""A post as rich text for editors that dress it themselves: elements alone, no styles."""

from __future__ import annotations

from plugins.snippets.long.document import inner
from plugins.snippets.long.ending import finished
from plugins.snippets.values import Platform, Post


def write(post: Post, platform: Platform) -> str:
    """Return a post as HTML without styles and classes; its end says where its original is."""
    return inner(finished(post, platform))
