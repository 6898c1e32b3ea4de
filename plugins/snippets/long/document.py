"""The text of a post as a tree that holds only what a platform takes: pure."""

from __future__ import annotations

import copy
import functools

from lxml import etree

from plugins.snippets.long.canonical import canonical
from plugins.snippets.long.fitting import fit
from plugins.snippets.long.noting import note
from plugins.snippets.values import Platform, Post

Element = etree._Element

# What those hints are for whom: see plugins.snippets.long.canonical and noting.
HINTS = ("data-lang", "data-kind", "data-align", "data-note")


def document(post: Post, platform: Platform) -> Element:
    """Return a fresh `<div>` of a post's text: only the platform's elements, only its links.

    It has the form that plugins.snippets.long.canonical describes. A platform without `tags` takes
    every element. Notes stand at the end, each block of them and each number with the number in
    `data-note`, the heading over them with an empty one.
    """
    root = fitted(post, frozenset(platform.tags))
    note(root, post, platform)
    return root


def fitted(post: Post, tags: frozenset[str], coloured: bool = False) -> Element:
    """Return a fresh tree with some elements alone, its links and notes as they were."""
    return copy.deepcopy(_fitted(post.html, post.url, post.lang, tags, coloured))


def names(post: Post) -> frozenset[str]:
    """Return the elements that a post has before it is fitted."""
    return _names(post.html, post.url, post.lang)


def inner(root: Element) -> str:
    """Return what a tree holds as HTML, without its hints, which it loses."""
    etree.strip_attributes(root, *HINTS)
    root.tag, root.tail = "div", None
    return etree.tostring(root, encoding="unicode", method="html")[len("<div>") : -len("</div>")]


@functools.lru_cache(maxsize=8)
def _fitted(html: str, url: str, lang: str, tags: frozenset[str], coloured: bool) -> Element:
    root = copy.deepcopy(_canonical(html, url, lang))
    fit(root, tags, lang, coloured)
    return root


@functools.lru_cache(maxsize=2)
def _canonical(html: str, url: str, lang: str) -> Element:
    return canonical(html, url, lang)


@functools.lru_cache(maxsize=2)
def _names(html: str, url: str, lang: str) -> frozenset[str]:
    return frozenset(str(each.tag) for each in _canonical(html, url, lang).iter())
