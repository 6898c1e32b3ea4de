"""Real posts fit every platform, or the kit says that they do not; limits are counted anew here."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugins.snippets import making, rules
from plugins.snippets.short import calls
from plugins.snippets.values import Piece, Platform, Post, Snippet
from tests.snippets import posts

_URL = re.compile(r"https?://[!-~]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def _weighed(text: str) -> int:
    """X: what its documentation calls a weighted length, in hundredths as it configures them."""
    rest, addresses = _URL.subn("", unicodedata.normalize("NFC", text))
    light = (range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248))
    weights = [100 if any(ord(each) in one for one in light) else 200 for each in rest]
    return (sum(weights) + addresses * 2300) // 100


def _short_addresses(text: str) -> int:
    rest, addresses = _URL.subn("", text)
    return len(rest) + 23 * addresses


def _weibo(text: str) -> int:
    return math.ceil(sum(1 if ord(each) > 127 else 0.5 for each in text))


def _xiaohongshu(text: str) -> int:
    units = len(text.encode("utf-16-le")) // 2
    narrow = sum(each.isascii() for each in text)
    return math.ceil((narrow + 2 * (units - narrow)) / 2)


def _bytes(text: str) -> int:
    return len(text.encode())


# What the platforms themselves say of what is pasted there: platform, piece, most, how counted.
# The texts here have no emoji sequences, so a character is a grapheme; combining marks are rare
# enough that counting them one by one is on the safe side.
PUBLISHED: tuple[tuple[str, str, int, Callable[[str], int]], ...] = (
    ("x", "text", 280, _weighed),
    ("x", "thread", 280, _weighed),
    ("mastodon", "text", 500, _short_addresses),
    ("mastodon", "thread", 500, _short_addresses),
    ("bluesky", "text", 300, len),
    ("bluesky", "text", 3000, _bytes),
    ("bluesky", "thread", 300, len),
    ("threads", "text", 500, len),
    ("linkedin", "text", 3000, len),
    ("weibo", "text", 2000, _weibo),
    ("xiaohongshu", "title", 20, _xiaohongshu),
    ("xiaohongshu", "text", 1000, len),
    ("zhihu", "title", 100, len),
    ("bilibili", "title", 40, len),
    ("wechat", "title", 64, len),
    ("wechat", "digest", 120, len),
    ("youtube", "text", 5000, _bytes),
    ("youtube", "title", 100, len),
    ("instagram", "text", 2200, len),
    ("reddit", "title", 300, len),
    ("hackernews", "title", 80, len),
    ("toutiao", "title", 30, len),
    ("douyin", "title", 20, len),
)
POSTS = dict(posts.posts())


def _kits() -> Iterator[tuple[str, Post, Platform, Snippet]]:
    for name, post in POSTS.items():
        for platform in rules.pack().values():
            yield name, post, platform, making.make(post, platform)


@pytest.fixture(scope="module")
def kits() -> list[tuple[str, Post, Platform, Snippet]]:
    return list(_kits())


def _pieces(snippet: Snippet, name: str) -> Iterator[Piece]:
    return (piece for piece in snippet.pieces if piece.name == name)


Kits = list[tuple[str, Post, Platform, Snippet]]


@pytest.mark.parametrize(("platform", "name", "most", "count"), PUBLISHED)
def test_what_is_said_to_fit_fits_by_the_platforms_own_count(
    kits: Kits, platform: str, name: str, most: int, count: Callable[[str], int]
) -> None:
    checked = 0
    for post, _, rule, snippet in kits:
        for piece in _pieces(snippet, name) if rule.id == platform else ():
            checked += 1
            if piece.fits:
                assert count(piece.plain) <= most, f"{post}: {piece.plain}"
    assert checked or name == "thread"


def test_the_demo_fits_wherever_a_site_has_snippets_by_itself(kits: Kits) -> None:
    demo = ("content/", "posts/", "en/")
    ours = [each for each in kits if each[0].startswith(demo) and each[2].full]
    assert len(ours) > 400
    for name, post, platform, snippet in ours:
        assert snippet.fits, f"{name}: {list(making.misfits([(platform, snippet)], post.lang))}"


def test_what_does_not_fit_says_so(kits: Kits) -> None:
    for name, _, platform, snippet in kits:
        over = [piece for piece in snippet.pieces if not piece.fits]
        if over:
            assert any(note.kind == "misfit" for note in snippet.notes), f"{name}: {platform.id}"


def test_no_word_of_latin_script_and_no_address_is_cut(kits: Kits) -> None:
    for name, post, platform, snippet in kits:
        words = set(re.findall(r"[A-Za-z]+", _all_words(post)))
        for piece in snippet.pieces:
            if piece.name in ("text", "thread") and platform.form == "short":
                text = _URL.sub(" ", re.sub(r"#\S+", " ", piece.plain))
                strange = set(re.findall(r"[A-Za-z]{3,}", text)) - words - OURS
                assert not strange, f"{name}: {platform.id}: {strange}"
                for address in _URL.findall(piece.plain):
                    assert address.rstrip(".").startswith(post.home) or address in post.html


def _all_words(post: Post) -> str:
    return " ".join((post.title, post.summary, re.sub(r"<[^>]+>", " ", post.html), post.site))


# What we say ourselves around a post's own words.
OURS = set(re.findall(r"[A-Za-z]+", Path(calls.__file__).read_text("utf-8")))
