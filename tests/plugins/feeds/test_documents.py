"""What feed documents say, held against the rules of their formats."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from plugins.feeds.documents import (
    ATOM,
    DC,
    HISTORY,
    UNDATED,
    Channel,
    Entries,
    Item,
    atom,
    clean,
    json_feed,
    legal,
    rss,
)

HOME = "https://a.example/"
DAY = datetime.timedelta(days=1)


def channel(name, kind, **given_):
    address = f"{HOME}feeds/{name}"
    values = {
        "id": address,
        "title": "自留地 & more",
        "description": "One sentence.",
        "lang": "zh-Hans",
        "home": HOME,
        "author": "林墨",
        "email": "",
        "links": (
            ("self", kind, address),
            ("prev-archive", "application/atom+xml", f"{HOME}feeds/archive-1.xml"),
            ("alternate", "text/html", HOME),
        ),
    }
    return Channel(**{**values, **given_})


def item(number, **given_):
    when = datetime.datetime(2024, 1, 1, 8, tzinfo=datetime.UTC) + number * DAY
    values = {
        "id": f"tag:a.example,2026:post/{number}",
        "title": f"A <b> & {number}",
        "url": f"{HOME}p{number}/",
        "lang": "en",
        "author": "Lin",
        "summary": "In <short>",
        "html": f"<p>Text &amp; {number}</p>",
        "published": when,
        "updated": when + DAY / 2,
        "categories": ("写作", "x"),
    }
    return Item(**{**values, **given_})


NEWEST_FIRST = [item(2), item(1), item(0)]


def as_atom(items=NEWEST_FIRST, **given_):
    return atom(channel("atom.xml", "application/atom+xml", **given_), items, Entries())


def as_rss(items=NEWEST_FIRST, **given_):
    return rss(channel("rss.xml", "application/rss+xml", **given_), items, Entries())


def as_json(items=NEWEST_FIRST, **given_):
    return json.loads(json_feed(channel("feed.json", "application/feed+json", **given_), items))


def names(tree, path):
    return tree.xpath(path, namespaces={"a": ATOM, "dc": DC, "fh": HISTORY})


@pytest.mark.parametrize("make", [as_atom, as_rss])
def test_a_reader_understands_the_document(make):
    found = feedparser.parse(make())
    assert not found.bozo
    assert found.feed.title == "自留地 & more"
    assert found.feed.link == HOME
    assert [entry.link for entry in found.entries] == [f"{HOME}p{n}/" for n in (2, 1, 0)]
    assert [entry.id for entry in found.entries] == [
        f"tag:a.example,2026:post/{n}" for n in (2, 1, 0)
    ]
    assert found.entries[0].title_detail.type == "text/plain" or make is as_rss
    assert found.entries[0].content[0].value == "<p>Text &amp; 2</p>"


def test_an_atom_feed_names_itself_with_the_right_type():
    tree = etree.fromstring(as_atom())
    assert names(tree, "a:link[@rel='self']/@href") == [f"{HOME}feeds/atom.xml"]
    assert names(tree, "a:link[@rel='self']/@type") == ["application/atom+xml"]
    assert names(tree, "a:link[@rel='alternate']/@href") == [HOME]
    assert names(tree, "a:link[@rel='prev-archive']/@href") == [f"{HOME}feeds/archive-1.xml"]


def test_an_rss_channel_links_home_and_names_itself():
    tree = etree.fromstring(as_rss())
    assert names(tree, "channel/link/text()") == [HOME]
    assert names(tree, "channel/a:link[@rel='self']/@href") == [f"{HOME}feeds/rss.xml"]
    assert names(tree, "channel/a:link[@rel='self']/@type") == ["application/rss+xml"]
    assert names(tree, "channel/a:link[@rel='prev-archive']/@type") == ["application/atom+xml"]
    assert names(tree, "channel/a:link[@rel='alternate']") == []


def test_an_atom_feed_has_what_the_rules_ask_for():
    tree = etree.fromstring(as_atom())
    assert names(tree, "a:id/text()") == [f"{HOME}feeds/atom.xml"]
    assert names(tree, "a:updated/text()") == ["2024-01-03T20:00:00+00:00"]
    assert names(tree, "a:author/a:name/text()") == ["林墨"]
    assert names(tree, "a:subtitle/text()") == ["One sentence."]
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"
    assert names(tree, "a:entry/a:updated/text()")[0] == "2024-01-03T20:00:00+00:00"
    assert names(tree, "a:entry/a:published/text()")[0] == "2024-01-03T08:00:00+00:00"
    assert names(tree, "a:entry/a:author/a:name/text()") == ["Lin"] * 3
    assert names(tree, "a:entry[1]/a:category/@term") == ["写作", "x"]
    assert names(tree, "a:entry[1]/@xml:lang") == ["en"]


def test_content_is_html_and_a_title_is_plain():
    tree = etree.fromstring(as_atom())
    assert names(tree, "a:entry/a:content/@type") == ["html"] * 3
    assert names(tree, "a:entry/a:content/text()")[0] == "<p>Text &amp; 2</p>"
    assert names(tree, "a:entry/a:title/text()")[0] == "A <b> & 2"
    assert names(tree, "a:entry/a:title/@type") in ([], ["text"] * 3)
    assert names(tree, "a:entry/a:summary/@type") in ([], ["text"] * 3)


def test_rss_names_an_author_without_an_address():
    tree = etree.fromstring(as_rss())
    assert names(tree, "channel/item/dc:creator/text()") == ["Lin"] * 3
    assert names(tree, "//author") == []


def test_an_rss_id_is_no_address():
    tree = etree.fromstring(as_rss())
    assert names(tree, "channel/item/guid/@isPermaLink") == ["false"] * 3
    assert names(tree, "channel/item/guid/text()")[0] == "tag:a.example,2026:post/2"
    assert names(tree, "channel/item/pubDate/text()")[0] == "Wed, 03 Jan 2024 08:00:00 +0000"
    assert names(tree, "channel/lastBuildDate/text()") == ["Wed, 03 Jan 2024 20:00:00 +0000"]
    assert names(tree, "channel/language/text()") == ["zh-Hans"]


def test_a_site_without_words_of_its_own_still_has_a_description():
    tree = etree.fromstring(as_rss(description="", author="", lang=""))
    assert names(tree, "channel/description/text()") == ["自留地 & more"]


@pytest.mark.parametrize("make", [as_atom, as_rss])
def test_an_empty_feed_has_a_date_of_no_clock(make):
    found = feedparser.parse(make([]))
    assert not found.bozo
    assert found.feed.updated_parsed[:3] == UNDATED.timetuple()[:3]


def test_an_archive_says_that_it_is_one():
    assert names(etree.fromstring(as_atom(archive=True)), "fh:archive")
    assert HISTORY.encode() not in as_atom()


def test_a_json_feed_has_what_version_1_1_asks_for():
    found = as_json()
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["title"] == "自留地 & more"
    assert found["feed_url"] == f"{HOME}feeds/feed.json"
    assert found["home_page_url"] == HOME
    assert found["language"] == "zh-Hans"
    assert found["authors"] == [{"name": "林墨"}]
    first = found["items"][0]
    assert first["id"] == "tag:a.example,2026:post/2"
    assert first["url"] == f"{HOME}p2/"
    assert first["content_html"] == "<p>Text &amp; 2</p>"
    assert first["date_published"] == "2024-01-03T08:00:00+00:00"
    assert first["date_modified"] == "2024-01-03T20:00:00+00:00"
    assert first["tags"] == ["写作", "x"]
    assert "author" not in first
    assert len(found["items"]) == 3


def test_a_json_feed_leaves_out_what_there_is_not():
    bare = as_json([item(0, author="", summary="", categories=(), lang="")], author="", lang="")
    assert not {"authors", "language"} & set(bare)
    assert not {"authors", "summary", "image", "tags", "language"} & set(bare["items"][0])


def test_a_post_is_the_same_in_many_feeds():
    entries = Entries()
    about = channel("atom.xml", "application/atom+xml")
    first = atom(about, NEWEST_FIRST, entries)
    rss(channel("rss.xml", "application/rss+xml"), NEWEST_FIRST, entries)
    assert atom(about, NEWEST_FIRST, entries) == first == as_atom()


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<img src="/media/a.webp" alt="a">', '<img src="https://a.example/media/a.webp" alt="a">'),
        ('<a href="/b/">b</a>', '<a href="https://a.example/b/">b</a>'),
        ('<a href="#c">c</a>', '<a href="https://a.example/p/#c">c</a>'),
        ('<a href="d">d</a>', '<a href="https://a.example/p/d">d</a>'),
        (
            '<video src="/v" poster="/p"></video>',
            'src="https://a.example/v" poster="https://a.example/p"',
        ),
        ('<blockquote cite="/q">q</blockquote>', 'cite="https://a.example/q"'),
        ('<a href="mailto:a@b.example">m</a>', 'href="mailto:a@b.example"'),
        ("<mark>m</mark><del>d</del>", "<mark>m</mark><del>d</del>"),
        ('<p id="fn:1" lang="en">x</p>', '<p id="fn:1" lang="en">x</p>'),
    ],
)
def test_every_address_in_a_feed_is_absolute(html, made):
    assert made in clean(html, "https://a.example/p/")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">p</p>',
        '<a href="javascript:x()">a</a>',
        "<style>p{}</style>",
        '<p style="color:red">p</p>',
        "<form action='/x'><input><button>b</button></form>",
        "<iframe src='/x'></iframe>",
        '<img src="x" onerror="x()">',
        "<svg><script>x()</script></svg>",
        "<!-- comment -->",
    ],
)
def test_nothing_in_a_feed_runs(html):
    made = clean(f"{html}<p>kept</p>", HOME).lower()
    assert "<p>kept</p>" in made
    bad = ("script", " on", "style", "<form", "<input", "<iframe", "<svg", "<!--", "button")
    assert not [each for each in bad if each in made]


def test_characters_that_xml_refuses_are_taken_out():
    assert legal("a\x00\x0b\x1f\ufffe\ud800b\t\n") == "ab\t\n"
    made = as_atom([item(0, title=legal("a\x08b"), html=clean("<p>a\x0cb</p>", HOME))])
    assert not feedparser.parse(made).bozo


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_well_formed_documents(title, html):
    told = [item(0, title=legal(title) or "untitled", summary=legal(title), html=clean(html, HOME))]
    for make in (as_atom, as_rss):
        etree.fromstring(make(told, title=title, description=title))
    assert as_json(told)["items"][0]["title"] == told[0].title


def test_an_item_that_is_updated_before_it_is_published_is_left_to_its_maker():
    early = replace(item(0), updated=item(0).published)
    assert names(etree.fromstring(as_atom([early])), "a:updated/text()") == [
        "2024-01-01T08:00:00+00:00"
    ]
