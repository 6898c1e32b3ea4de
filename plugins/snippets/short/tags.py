"""Hashtags as a platform writes them."""

from __future__ import annotations

import functools
import re
import unicodedata

import regex

from plugins.snippets.counting import EMOJI
from plugins.snippets.values import Hashtags, Platform, Post

# Where the form closes what it opens, as in #{tag}#, spaces and marks may stand inside.
_CLOSING = re.compile(r"[^\s{}\w]$")
# Letters and numbers; between two marks an emoji says something, too.
_SAYS = regex.compile(rf"[\p{{L}}\p{{N}}]|{EMOJI.pattern}")
# What turns the character before it into an emoji is no mark on a letter.
_SELECTORS = re.compile("[\ufe00-\ufe0f\u20e3]")
# Letters, numbers and the marks on them.
_KEPT = "LNM"
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_OUTSIDE = re.compile(r"[#＃@\[\]\s]+")


def hashtags(post: Post, platform: Platform) -> list[str]:
    """Return the hashtags of a post for a platform, the first ones first."""
    if not platform.hashtags.most:
        return []
    own = post.own.hashtags
    named = (*post.tags, post.category) if own is None else own
    return list(_written(named, platform.hashtags))


@functools.lru_cache(maxsize=32)
def _written(named: tuple[str, ...], rule: Hashtags) -> tuple[str, ...]:
    closes = bool(_CLOSING.search(rule.form))
    found: dict[str, str] = {}
    for name in named:
        tag = _closed(name) if closes else _open(name)
        if "://" not in name and _SAYS.search(tag) and not tag.isdecimal():
            found.setdefault(tag.casefold(), rule.form.format(tag=tag))
    return tuple(found.values())[: rule.most]


def _open(name: str) -> str:
    """Return a tag without anything that would end it; Latin words are joined in CamelCase."""
    name = _composed(name)
    bare = _SELECTORS.sub("", _APOSTROPHE.sub("", name))
    parts = "".join(each if _is_kept(each) else " " for each in bare).split()
    if len(parts) > 1:
        parts = [part[0].upper() + part[1:] if part.islower() else part for part in parts]
    return _same("".join(parts).strip("_"), name)


def _is_kept(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in _KEPT


def _closed(name: str) -> str:
    """Return a tag between two marks, without the marks."""
    name = _composed(name)
    return _same(_OUTSIDE.sub(" ", name).strip(), name)


def _same(tag: str, name: str) -> str:
    """Return a tag, or "" where what was lost made it another one: C++ and C# are not C."""
    return "" if len(tag) == 1 and tag.isascii() and tag != name else tag


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().lstrip("#＃")
