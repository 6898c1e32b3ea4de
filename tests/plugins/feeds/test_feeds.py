"""Every document of every feed is written, the same for the same posts."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from plugins import feeds
from plugins.model.moments import ready
from tests.plugins.creator import SITE
from tests.plugins.feeds.building import Finished, build, posts, written

ONE = SITE.replace('["en", "zh-Hans"]', '["en"]')
TAGGED = "tags: [x]\ncategory: c\n"


def fed(folder, files, texts=None, site=SITE):
    """Write the feeds of a folder and return them by path."""
    made = build(folder, files, texts, site)
    feeds.write(made)
    return written(made.public)


def test_every_feed_that_was_planned_is_written_and_no_other(tmp_path):
    made = build(tmp_path, {**posts(25, TAGGED), "posts/zh/a.md": "甲"})
    feeds.write(made)
    planned = {path.lstrip("/") for feed in made.feeds for path in feed.paths}
    assert set(written(made.public)) == planned
    assert {"feeds/archive-1.xml", "feeds/zh/feed.json", "tags/x/feed/rss.xml"} <= planned


def test_the_latest_twenty_come_newest_first(tmp_path):
    found = fed(tmp_path, posts(25))
    for path in ("feeds/atom.xml", "feeds/rss.xml", "feeds/en/atom.xml"):
        titles = [entry.title for entry in feedparser.parse(found[path]).entries]
        assert titles == [f"P{n}" for n in range(24, 4, -1)]
    assert [i["title"] for i in json.loads(found["feeds/feed.json"])["items"]] == titles


def links(document):
    return {link.rel: link.href for link in feedparser.parse(document).feed.links}


def test_archives_are_chained_from_the_newest_to_the_oldest(tmp_path):
    found = fed(tmp_path, posts(65), site=ONE)
    base = "https://ground.example/feeds/"
    assert links(found["feeds/atom.xml"])["prev-archive"] == f"{base}archive-3.xml"
    assert links(found["feeds/rss.xml"])["prev-archive"] == f"{base}archive-3.xml"
    middle = links(found["feeds/archive-2.xml"])
    assert middle["current"] == f"{base}atom.xml"
    assert middle["prev-archive"] == f"{base}archive-1.xml"
    assert middle["self"] == f"{base}archive-2.xml"
    assert "prev-archive" not in links(found["feeds/archive-1.xml"])
    assert middle["alternate"] == "https://ground.example/"
    told = [entry.title for entry in feedparser.parse(found["feeds/archive-1.xml"]).entries]
    assert told == [f"P{n}" for n in range(19, -1, -1)]


@given(st.integers(0, 62), st.integers(1, 22), st.booleans())
@settings(max_examples=12, deadline=None)
@example(count=20, more=1, dated=True)
@example(count=40, more=22, dated=True)
def test_a_newer_post_never_changes_an_archive_that_is_there(count, more, dated):
    files = posts(85) if dated else {f"posts/p{n}.md": "Text" for n in range(85)}
    told = [{name: files[name] for name in list(files)[:size]} for size in (count, count + more)]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        before, after = (
            fed(Path(folder), some, site=ONE)
            for folder, some in zip((one, other), told, strict=True)
        )
    archives = {name: raw for name, raw in before.items() if "archive" in name}
    assert archives == {name: after[name] for name in archives}


def test_two_runs_give_the_same_bytes_whatever_the_clock(tmp_path):
    files = {**posts(25, TAGGED), "posts/undated.md": "Text"}
    first = fed(tmp_path / "a", files)
    time.sleep(1.1)
    assert fed(tmp_path / "b", files) == first


def test_an_id_outlives_title_slug_and_tags(tmp_path):
    def ids(folder, header):
        found = fed(folder, {"posts/a.md": f"---\nid: mine\ndate: 2024-01-01\n{header}---\nText"})
        return [
            feedparser.parse(found["feeds/atom.xml"]).entries[0].id,
            feedparser.parse(found["feeds/rss.xml"]).entries[0].id,
            json.loads(found["feeds/feed.json"])["items"][0]["id"],
        ]

    one = ids(tmp_path / "a", "title: One\n")
    other = ids(tmp_path / "b", "title: Other\nslug: elsewhere\ntags: [x]\nlang: zh-Hans\n")
    assert one == other == ["tag:ground.example,2026:post/mine"] * 3


@pytest.mark.parametrize(
    ("url", "id_"),
    [("https://墨舍.example", "早市"), ("https://a.example:8443", "a b")],
)
def test_an_id_is_a_valid_uri(tmp_path, url, id_):
    made = build(tmp_path, {"posts/早市.md": "Text"})
    uri = feeds.tag_uri(url, made.library.entries[0])
    assert uri.isascii()
    assert " " not in uri
    assert uri.startswith("tag:")
    assert ":" not in uri.removeprefix("tag:").split(",")[0]


def test_every_address_is_absolute(tmp_path):
    text = Finished(
        '<p><a href="/b/">b</a><img src="/media/图.webp"></p>', cover_url="/media/c.webp"
    )
    found = fed(tmp_path, {"posts/早市.md": "Text"}, {"posts/早市.md": text})
    for path in ("feeds/atom.xml", "feeds/rss.xml"):
        entry = feedparser.parse(found[path]).entries[0]
        assert entry.link == "https://ground.example/%E6%97%A9%E5%B8%82/"
        assert 'href="https://ground.example/b/"' in entry.content[0].value
        assert 'src="https://ground.example/media/' in entry.content[0].value
    told = json.loads(found["feeds/feed.json"])["items"][0]
    assert told["image"] == "https://ground.example/media/c.webp"
    assert 'href="/' not in told["content_html"]
    assert 'src="/' not in told["content_html"]


def test_undated_posts_keep_their_order_and_have_dates_of_no_clock(tmp_path):
    found = fed(tmp_path, {f"posts/issue-{n}.md": "Text" for n in (2, 9, 10)})
    entries = feedparser.parse(found["feeds/atom.xml"]).entries
    assert [entry.title for entry in entries] == ["issue 10", "issue 9", "issue 2"]
    assert entries[0].updated > entries[1].updated > entries[2].updated
    assert entries[0].updated.startswith("2000-01-01")
    assert "published" not in entries[0]
    assert "date_published" not in json.loads(found["feeds/feed.json"])["items"][0]


def test_a_date_of_change_is_never_before_the_first(tmp_path):
    header = "---\ndate: 2024-05-01\nupdated: 2020-01-01\n---\n"
    entry = feedparser.parse(fed(tmp_path, {"posts/a.md": header})["feeds/atom.xml"]).entries[0]
    assert entry.updated == entry.published == "2024-05-01T00:00:00+00:00"


def test_pages_products_drafts_and_hidden_posts_are_in_no_feed(tmp_path):
    files = {
        "pages/a.md": "CanaryPage",
        "products/b.md": "---\nkind: item\ngrants: [paid]\ntitle: CanaryProduct\n---\n",
        "posts/c.md": "title: CanaryDraft\nstatus: draft\n\nx",
        "posts/d.md": "title: CanaryHidden\nstatus: hidden\n\nx",
        "posts/e.md": "title: Here\n\nx",
    }
    found = fed(tmp_path, files)
    assert not [path for path, raw in found.items() if b"Canary" in raw]
    assert b"Here" in found["feeds/atom.xml"]


def test_control_characters_in_titles_and_tags_do_not_stop_a_feed(tmp_path):
    header = '---\ntitle: "a\\x08b"\ntags: ["c\\x0bd"]\ncategory: "e\\x01f"\n---\nText'
    text = Finished("<p>g\x0ch</p>", summary="i\x02j", author_name="k\x03l")
    found = fed(tmp_path, {"posts/a.md": header}, {"posts/a.md": text})
    for path, raw in found.items():
        if path.endswith(".xml"):
            etree.fromstring(raw)
    assert feedparser.parse(found["feeds/atom.xml"]).entries[0].title == "ab"


def test_feeds_are_written_beside_the_pages_of_a_large_site(tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    files = posts(110)
    beside = build(tmp_path / "a", files)
    feeds.start(beside)
    for finish in beside.finish:
        finish()
    alone = build(tmp_path / "b", files)
    feeds.write(alone)
    assert written(beside.public) == written(alone.public)


def test_the_plugin_waits_for_finished_texts(tmp_path):
    feeds.register()
    made = build(tmp_path, {"posts/a.md": "Text"})
    ready.send(made)
    assert (made.public / "feeds/atom.xml").is_file()


HUB = "https://hub.example/"


def test_feeds_name_the_hub_that_is_told_of_changes(tmp_path):
    found = fed(tmp_path, posts(65, TAGGED), site=f'{ONE}\n[publish]\nhub = "{HUB}"\n')
    for path in ("feeds/atom.xml", "feeds/rss.xml"):
        hubs = etree.fromstring(found[path]).findall(
            ".//{http://www.w3.org/2005/Atom}link[@rel='hub']"
        )
        assert [dict(each.attrib) for each in hubs] == [{"rel": "hub", "href": HUB}], path
        assert links(found[path])["self"].endswith(path)
    assert json.loads(found["feeds/feed.json"])["hubs"] == [{"type": "WebSub", "url": HUB}]
    for path in ("feeds/archive-1.xml", "tags/x/feed/rss.xml"):  # nobody tells the hub of these
        assert "hub" not in links(found[path]), path


def test_without_a_hub_feeds_say_nothing_of_one(tmp_path):
    assert not [path for path, raw in fed(tmp_path, posts(25)).items() if b"hub" in raw]
