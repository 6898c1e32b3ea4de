"""The title of a post on a platform: the creator's own words for it come before any other."""

from __future__ import annotations

from plugins.snippets.counting import count
from plugins.snippets.cutting import cut
from plugins.snippets.values import Platform, Post


def title(post: Post, platform: Platform) -> str:
    """Return the title as a platform takes it: cut only where the creator wrote none for it."""
    limit, whole = platform.limits.get("title"), whole_title(post, platform)
    if limit is None or whole != post.title:
        return whole
    kept = cut(whole, lambda text: count(text, limit.counting) <= limit.most)
    return kept.text if kept else whole


def whole_title(post: Post, platform: Platform) -> str:
    """Return the title as it was written."""
    own = post.own.texts.get(platform.id)
    return (own.title if own else "") or post.title
