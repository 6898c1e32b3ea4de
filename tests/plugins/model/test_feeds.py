"""Which feeds a site has is known before anything is rendered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model.entries import Entry
from plugins.model.feeds import CHUNK, LATEST, Feed, offered, plan
from tests.plugins.creator import read


def entries(count):
    """Return posts, newest first, of which number 0 is the oldest."""
    made = [
        Entry("post", f"{n}.md", str(n), str(n), str(n), "en", f"/{n}/", "", 1, (n,))
        for n in range(count)
    ]
    return tuple(reversed(made))


def feed(count, *, whole=True):
    return Feed("en", "/", entries(count), "/feeds/", whole)


def test_a_site_of_one_language_has_one_whole_feed(tmp_path):
    found = list(
        plan(read(tmp_path, {"posts/a.md": "tags: x\n\nA"}, site="languages = ['en']").library)
    )
    assert [(f.lang, f.home, f.base, f.whole) for f in found] == [
        ("en", "/", "/feeds/", True),
        ("en", "/tags/x/", "/tags/x/feed/", False),
    ]


def test_a_site_of_two_languages_has_a_feed_of_all_and_one_of_each(tmp_path):
    files = {"posts/a.md": "A", "posts/zh/b.md": "B"}
    found = {f.base: f for f in plan(read(tmp_path, files).library)}
    assert {base: (f.lang, len(f.entries)) for base, f in found.items()} == {
        "/feeds/": ("", 2),
        "/feeds/en/": ("en", 1),
        "/feeds/zh/": ("zh-Hans", 1),
    }


def test_categories_and_tags_have_feeds_but_series_have_none(tmp_path):
    text = "tags: t\ncategory: c\nseries: s\n\nA"
    found = [f.base for f in plan(read(tmp_path, {"posts/a.md": text}).library)]
    assert "/tags/t/feed/" in found
    assert "/categories/c/feed/" in found
    assert not any("series" in base for base in found)


def test_a_page_offers_the_feed_of_its_language(tmp_path):
    found = list(plan(read(tmp_path, {"posts/a.md": "tags: x\n\nA"}).library))
    assert offered(found, "zh-Hans").base == "/feeds/zh/"
    assert offered(found, "fr").base == "/feeds/"


def test_only_whole_feeds_have_json_and_archives():
    assert feed(100).json == "/feeds/feed.json"
    assert feed(100, whole=False).json == ""
    assert feed(100, whole=False).paths == ["/feeds/rss.xml", "/feeds/atom.xml"]


@pytest.mark.parametrize(
    ("count", "archives"), [(0, 0), (LATEST, 0), (LATEST + 1, 1), (39, 1), (40, 2), (100, 5)]
)
def test_only_full_archives_are_written(count, archives):
    assert feed(count).archives == archives
    assert len(feed(count).paths) == 3 + archives


@given(st.integers(0, 300))
def test_every_post_is_among_the_latest_or_in_an_archive(count):
    here = feed(count)
    oldest = here.entries[::-1]
    told = {e.id for e in here.entries[:LATEST]} | {e.id for e in oldest[: here.archives * CHUNK]}
    assert told == {e.id for e in here.entries}
