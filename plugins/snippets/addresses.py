"""Where addresses begin and end in a text, as twitter-text finds them: X and Mastodon count so.

https://github.com/twitter/twitter-text: a path ends before Han, and before punctuation that
belongs to the sentence; a domain ends in a name of IANA's list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

Span = tuple[int, int]

# Letters with accents and Cyrillic belong to a path; Han does not.
_LETTERS = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u052f"
_STEP = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_BRACKETS = rf"\((?:{_STEP}|\({_STEP}+\))+\)"
_PORT = r"(?::[0-9]+)?"
_PATH = rf"(?:/(?:(?:{_STEP}|{_BRACKETS})*(?:[{_LETTERS}=_#/+\-]|{_BRACKETS}))?)?"
_QUERY = r"(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9_&=#/\-])?"
_REST = re.compile(_PORT + _PATH + _QUERY)
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?){0,20}")
_PLAIN_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?")
_DOTTED = re.compile(r"\.[^\W_]")
_BARE_HOST = re.compile(
    rf"[{_LETTERS}](?:[{_LETTERS}_\-]*[{_LETTERS}])?"
    rf"(?:\.[{_LETTERS}](?:[{_LETTERS}_\-]*[{_LETTERS}])?){{0,20}}\.[^\W_][\w-]*"
)
_BACKWARDS = re.compile(rf"[{_LETTERS}_\-]+(?:\.[{_LETTERS}_\-]+)*")
_NAME = re.compile(r"xn--[a-z0-9-]+|[a-z]+", re.IGNORECASE | re.ASCII)
# A letter, @, # or $ right before it: part of a word, a mail address, a name, a tag, a share.
_NOT_BEFORE = re.compile(r"[A-Za-z0-9@＠$#＃]")
_NOT_BEFORE_BARE = re.compile(r"[A-Za-z0-9@＠$#＃\-_./]")
_LONGEST_HOST = 253


def addresses(text: str) -> list[Span]:
    """Return where http(s) addresses stand, without the punctuation of the sentence round them."""
    return [(begin, end) for begin, end, _ in _with_scheme(text)] if "://" in text else []


def linked(text: str, bare: bool) -> list[Span]:
    """Return where a platform makes links: a host must end in a known name.

    `bare`: a domain without http(s):// is one, too.
    """
    schemed = list(_with_scheme(text)) if "://" in text else []
    found = [(begin, end) for begin, end, known in schemed if known]
    if not bare:
        return found
    taken = [(begin, end) for begin, end, _ in schemed]
    return sorted([*found, *_without_scheme(text, taken)])


def _with_scheme(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield begin, end, and whether the host ends in a known name."""
    at, last = text.find("://"), 0
    while at != -1:
        begin = _scheme(text, at, last)
        host = _HOST.match(text, at + 3) if begin is not None else None
        if begin is not None and host:
            end = host.start() + _known(host[0])
            known = end > host.start()
            if not known:
                plain = _PLAIN_HOST.match(text, at + 3)
                end = plain.end() if plain else host.end()
            end = _ended(text, end)
            yield begin, end, known
            at = last = end
        else:
            at += 3
        at = text.find("://", at)


def _scheme(text: str, at: int, last: int) -> int | None:
    """Return where the http or https before "://" begins, or None."""
    for length in (5, 4):
        begin = at - length
        if begin < last or text[begin:at].lower() not in ("http", "https"):
            continue
        return begin if begin == 0 or not _NOT_BEFORE.match(text[begin - 1]) else None
    return None


def _without_scheme(text: str, taken: list[Span]) -> Iterator[Span]:
    """Yield bare domains with their paths, outside of what is taken."""
    at = 0
    while dot := _DOTTED.search(text, at + 1):
        last = dot.start() - 1
        inside = next((end for begin, end in taken if begin <= last < end), 0)
        if inside:
            at = inside
            continue
        begin = _begin(text, dot.start(), at)
        host = _BARE_HOST.match(text, begin)
        length = _known(host[0]) if host and _may_begin(text, begin) else 0
        length = 0 if text.startswith("@", begin + length) else length
        at = _ended(text, begin + length) if length else dot.end() - 1
        if length:
            yield begin, at


def _begin(text: str, dot: int, least: int) -> int:
    """Return where the names before a dot begin."""
    before = text[max(least, dot - _LONGEST_HOST) : dot][::-1]
    names = _BACKWARDS.match(before)
    return dot - (names.end() if names else 0)


def _may_begin(text: str, begin: int) -> bool:
    return begin == 0 or not _NOT_BEFORE_BARE.match(text[begin - 1])


def _ended(text: str, at: int) -> int:
    rest = _REST.match(text, at)
    return rest.end() if rest else at


@lru_cache(maxsize=256)
def _known(host: str) -> int:
    """Return how much of a host ends in a known name with something before it, 0 for nothing."""
    names, foreign = _top_level()
    dot = host.rfind(".")
    while dot > 0:
        last = host[dot + 1 :]
        name = _NAME.match(last)
        if name and name[0].lower() in names and not _goes_on(last, name.end()):
            return dot + 1 + name.end()
        latin = last[:1].isascii()
        own = "" if latin else next((each for each in foreign if last.startswith(each)), "")
        if own and not _goes_on(last, len(own)):
            return dot + 1 + len(own)
        dot = host.rfind(".", 0, dot)
    return 0


def _goes_on(last: str, at: int) -> bool:
    return at < len(last) and last[at].isascii() and last[at].isalnum()


@cache
def _top_level() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of IANA's list, and those in other scripts, longest first."""
    lines = Path(__file__).with_name("tlds.txt").read_text("ascii").splitlines()
    names = [line.lower() for line in lines if not line.startswith("#")]
    coded = [name[4:] for name in names if name.startswith("xn--")]
    foreign = {each.encode("ascii").decode("punycode") for each in coded}
    return frozenset(names), tuple(sorted(foreign, key=lambda each: (-len(each), each)))
