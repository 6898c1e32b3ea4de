"""How platforms count: what each of them means by a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import regex

from plugins.snippets import addresses as _addresses

_SHORTENED = " " * 23
"""What X and Mastodon count for an address, however long it is."""

# Code points that are graphemes of their own unless one of the others stands beside them.
_ALONE = (
    "\x00-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u200b\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20cf\u2100-\u2cee\u2e80-\u3029\u3030-\u3098\u309b-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\uff01-\uff9d\U0001f300-\U0001f3fa\U0001f400-\U0001fbff\U00020000-\U0003ffff"
)
_TANGLED = re.compile(f"[^{_ALONE}]")
_TANGLE = re.compile(f"(?:[{_ALONE}]?[^{_ALONE}]+)+[{_ALONE}]?")
_GRAPHEME = regex.compile(r"\X")
# The weights of X: https://github.com/twitter/twitter-text/blob/master/config/v3.json
_LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_MAY_BE_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
EMOJI = regex.compile(
    r"[#*0-9]\uFE0F?\u20E3|\p{Regional_Indicator}{2}|[\u00A9\u00AE\u2122]\uFE0F"
    r"|(?![\u00A9\u00AE\u2122])(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?\u200D)*"
    r"\p{Extended_Pictographic}(?!\uFE0E)(?:\uFE0F|\p{Emoji_Modifier})?"
    r"(?:[\U000E0020-\U000E007E]+\U000E007F)?"
)
_MENTION = re.compile(r"(?<![/\w])@(\w+)@[A-Za-z0-9.\-]*[A-Za-z0-9]", re.ASCII)


def count(text: str, counting: str) -> int:
    """Return how long a platform takes a text to be; `counting` is a name in COUNTERS.

    Raises:
        KeyError: there is no such name.

    """
    return COUNTERS[counting](text)


def addresses(text: str) -> list[tuple[int, int]]:
    """Return where http(s) addresses begin and end."""
    return _addresses.addresses(text)


def graphemes(text: str) -> list[str]:
    """Return what a reader takes for single characters: an emoji or an accented letter is one."""
    if not tangled(text):
        return list(text)
    return [*map(str, _GRAPHEME.findall(text))]


def tangled(text: str) -> bool:
    """Tell whether graphemes of a text may have several code points."""
    return "\r" in text if text.isascii() else bool(_TANGLED.search(text))


def _characters(text: str) -> int:
    return len(_composed(text))


def _graphemes(text: str) -> int:
    if not tangled(text):
        return len(text)
    joined = sum(len(each[0]) - len(_GRAPHEME.findall(each[0])) for each in _TANGLE.finditer(text))
    return len(text) - joined


def _weighted(text: str) -> int:
    """Count as X does: 1 for the scripts of its list, else 2; an emoji 2, an address 23."""
    rest, emoji = _without_emoji(_shortened(_composed(text), bare=True))
    heavy = 0 if rest.isascii() else len(_LIGHT.sub("", rest))
    return 2 * len(emoji) + len(rest) + heavy


def _mastodon(text: str) -> int:
    """Count graphemes, an address as 23, of @name@server the name alone."""
    short = _shortened(text, bare=False)
    return _graphemes(_MENTION.sub(r"@\1", short) if "@" in short else short)


def _threads(text: str) -> int:
    """Count code points, and an emoji as its bytes in UTF-8."""
    rest, emoji = _without_emoji(text)
    return len(rest) + sum(_utf8(each) for each in emoji)


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _han(text: str) -> int:
    """Count as Weibo does: Han 1, ASCII half, rounded up; what is outside of the BMP 2.

    Weibo has published nothing about addresses. Its web page of 2013 counted 10 for one of up to
    140 characters; since it is not known what the editors of today do, one counts as it stands,
    which is never too little for one of 20 characters or more.
    """
    return _utf16(text) - _ascii(text) // 2


def _xiaohongshu(text: str) -> int:
    """Count as titles of notes: ASCII 1, other UTF-16 units 2, half of the sum rounded up."""
    return (2 * _utf16(text) - _ascii(text) + 1) // 2


def _items(text: str) -> int:
    raise ValueError(f'"items" counts a list, not a text: "{text[:20]}"')


COUNTERS: Mapping[str, Callable[[str], int]] = {
    "characters": _characters,
    "graphemes": _graphemes,
    "weighted": _weighted,
    "mastodon": _mastodon,
    "threads": _threads,
    "utf8": _utf8,
    "utf16": _utf16,
    "han": _han,
    "xiaohongshu": _xiaohongshu,
    "items": _items,
}
"""By name; "items" is for lists, which are counted elsewhere."""


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _ascii(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("ascii", "ignore"))


def _shortened(text: str, bare: bool) -> str:
    """Return a text with every link as long as it counts."""
    if "." not in text:
        return text
    spans = _addresses.linked(text, bare)
    begins = [0, *(end for _, end in spans)]
    ends = [*(begin for begin, _ in spans), len(text)]
    return _SHORTENED.join(text[b:e] for b, e in zip(begins, ends, strict=True))


def _without_emoji(text: str) -> tuple[str, list[str]]:
    """Return a text with its emoji taken out, and those."""
    if text.isascii() or not _MAY_BE_EMOJI.search(text):
        return text, []
    found = EMOJI.findall(text)
    return (EMOJI.sub("", text), found) if found else (text, [])
