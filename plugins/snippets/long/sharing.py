"""What platforms share: a post is written once for all that take the same of it.

Only the name in the campaigns of their links differs, and is set at last.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, fields
from operator import attrgetter

from plugins.snippets.long.document import names
from plugins.snippets.long.fitting import needed
from plugins.snippets.values import Format, LinkPolicy, Platform, Post

_ANY = "0any0"
_FACTS = attrgetter(*(each.name for each in fields(Post) if each.name != "own"))


@dataclass(frozen=True)
class Order:
    """A post as it is to be written, equal to another where the same comes of it.

    Its platform is none that there is: it has what a document is made by, and nothing else.
    """

    facts: tuple[object, ...]
    post: Post = field(compare=False)
    platform: Platform = field(compare=False)


def order(post: Post, tags: tuple[str, ...], link: LinkPolicy, form: Format = "text") -> Order:
    """Return what is to be written where there are those elements, and links are treated so."""
    kept = _kept(tags, names(post), link)
    # What is said of a paywall is the one thing that HTML and text say differently.
    written = form if post.gated else "text"
    return Order((kept, link, written, _FACTS(post)), post, _alike(kept, link, written))


def named(text: str, platform: Platform) -> str:
    """Return what came of an order, the name of the platform in its campaigns."""
    return text.replace(f"utm_source={_ANY}", f"utm_source={platform.id}")


@functools.lru_cache(maxsize=64)
def _kept(tags: tuple[str, ...], here: frozenset[str], link: LinkPolicy) -> tuple[str, ...]:
    """Return the elements of a platform that make a difference to a post."""
    if "ref" in here or link == "footnote" or (link == "inline" and "a" not in tags):
        here |= {"sup"}  # the numbers of notes
    return needed(tags, here)


@functools.lru_cache(maxsize=64)
def _alike(tags: tuple[str, ...], link: LinkPolicy, written: Format) -> Platform:
    return Platform(_ANY, {}, "long", written, tags=tags, link=link)
