"""A title within a platform's limit."""

from __future__ import annotations

import re

from plugins.snippets.counting import count
from plugins.snippets.cutting import cut
from plugins.snippets.short.standing import whole
from plugins.snippets.values import Limit

_LOOSE = " \t\xa0\u3000，、；：—–-,;:·|/"
# What follows these explains the title: without it, the title is still one.
_EXPLAINING = re.compile("[：:](?!\\d)|——|—(?!—)| – | - ")
_LISTING = re.compile(r"[、,]")
# In bytes of UTF-8: "周刊" and "Part 2" are no titles.
_LEAST = 10
_OPENING = '“‘「『（(《【["'


def shortened(title: str, limit: Limit) -> str:
    """Return a title that fits, cut at a clause or a word; as it is if there is no such cut.

    What is cut within an enumeration ends before it, if a colon or a dash leads there.
    """

    def fits(text: str) -> bool:
        return not limit.most or count(text, limit.counting) <= limit.most

    if fits(title):
        return title
    plain, marked = cut(title, fits, ""), cut(title, fits)
    if plain is None or marked is None:
        return title
    for found in (plain, marked):
        if found.how != "word":
            kept = _balanced(found.text.removesuffix("…"))
            return _unlisted(kept, title)
    head = marked.text.removesuffix("…")
    kept = _balanced(head)
    return marked.text if whole(head) or kept == head else kept


def _unlisted(head: str, title: str) -> str:
    """Return what stands before an enumeration that a head breaks off, or else the head."""
    if not _LISTING.match(title[len(head) :].lstrip()):
        return head
    for found in _EXPLAINING.finditer(head):
        before = head[: found.start()].rstrip(_LOOSE)
        if len(before.encode()) >= _LEAST and whole(before):
            return before
    return head


def _balanced(text: str) -> str:
    """Return a clause without what opens in it and does not close."""
    head = text.rstrip(_LOOSE)
    if not whole(head):
        # What closes and never opened stays: there is no place to cut at.
        opened = max(head.rfind(mark) for mark in _OPENING)
        head = head[:opened].rstrip(_LOOSE) if opened > 0 else head
    return head or text
