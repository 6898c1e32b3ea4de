"""What machines read about a site: sitemap, robots.txt, JSON-LD."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import etree

from plugins import head
from plugins.head.documents import as_script, json_ld, robots, sitemap, website
from plugins.model.moments import ready
from tests.plugins.creator import read
from tests.plugins.feeds.building import build

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
BASE = "https://ground.example"
FILES = {
    "posts/a.md": "---\ndate: 2024-05-01\nupdated: 2024-06-02\ntags: x\n---\nA",
    "posts/zh/早市.md": "---\ntranslation_of: a\n---\n甲",
    "posts/hidden.md": "status: hidden\n\nH",
    "posts/draft.md": "status: draft\n\nD",
    "posts/later.md": "date: 2030-01-01\n\nL",
    "posts/elsewhere.md": "canonical: https://b.example/x\n\nE",
    "pages/about.md": "About",
}


def located(folder):
    tree = etree.fromstring(sitemap(build(folder, FILES)))
    return tree, tree.xpath("//s:loc/text()", namespaces=NAMES)


def test_the_sitemap_lists_what_lists_name_and_nothing_else(tmp_path):
    _, found = located(tmp_path)
    assert {f"{BASE}/a/", f"{BASE}/zh/%E6%97%A9%E5%B8%82/", f"{BASE}/about/"} <= set(found)
    assert {f"{BASE}/", f"{BASE}/zh/", f"{BASE}/archive/", f"{BASE}/tags/x/"} <= set(found)
    assert not [each for each in found if "hidden" in each or "draft" in each or "later" in each]
    assert not [each for each in found if "elsewhere" in each or "404" in each or "feeds" in each]
    assert len(found) == len(set(found))


def test_the_sitemap_says_when_a_text_changed(tmp_path):
    tree, _ = located(tmp_path)
    found = {
        place.findtext("s:loc", namespaces=NAMES): place.findtext("s:lastmod", namespaces=NAMES)
        for place in tree
    }
    assert found[f"{BASE}/a/"] == "2024-06-02"
    assert found[f"{BASE}/about/"] is None


def test_the_sitemap_links_translations_to_each_other(tmp_path):
    tree, _ = located(tmp_path)
    twins = {
        place.findtext("s:loc", namespaces=NAMES): {
            link.get("hreflang"): link.get("href") for link in place.findall("x:link", NAMES)
        }
        for place in tree
    }
    both = {"en": f"{BASE}/a/", "zh-Hans": f"{BASE}/zh/%E6%97%A9%E5%B8%82/"}
    assert twins[f"{BASE}/a/"] == twins[f"{BASE}/zh/%E6%97%A9%E5%B8%82/"] == both
    assert twins[f"{BASE}/about/"] == {}


def test_robots_may_read_all_but_the_service(tmp_path):
    assert robots(build(tmp_path, {})).decode().split("\n") == [
        "User-agent: *",
        "Disallow: /api/",
        "",
        f"Sitemap: {BASE}/sitemap.xml",
        "",
    ]


def test_the_plugin_leaves_a_creators_own_robots_alone(tmp_path):
    made = build(tmp_path, {})
    made.write("/robots.txt", b"mine")
    head.register()
    ready.send(made)
    assert (made.public / "robots.txt").read_bytes() == b"mine"
    assert (made.public / "sitemap.xml").is_file()


def said(entry, **given_):
    values = {"url": f"{BASE}/a/", "image": "", "author": "Lin", "site": "Ground", "summary": "S"}
    return json.loads(json_ld(entry, **{**values, "words": 7, **given_}))


@pytest.fixture
def entry(tmp_path):
    return read(tmp_path, FILES).entry("posts/a.md")


def test_a_post_is_a_blog_posting(entry):
    found = said(entry, image=f"{BASE}/c.webp")
    assert found["@type"] == "BlogPosting"
    assert found["headline"] == entry.title
    assert found["author"] == {"@type": "Person", "name": "Lin"}
    assert found["datePublished"] == "2024-05-01T00:00:00+00:00"
    assert found["dateModified"] == "2024-06-02T00:00:00+00:00"
    assert found["image"] == f"{BASE}/c.webp"
    assert (found["inLanguage"], found["wordCount"], found["keywords"]) == ("en", 7, "x")
    assert "isAccessibleForFree" not in found


def test_what_there_is_not_is_left_out(tmp_path):
    page = read(tmp_path, FILES).entry("pages/about.md")
    found = said(page, author="")
    assert found["@type"] == "WebPage"
    assert not {"author", "datePublished", "dateModified", "image", "keywords"} & set(found)


def test_a_gated_post_says_so_openly(entry):
    found = said(replace(entry, has_premium=True))
    assert found["isAccessibleForFree"] is False
    assert found["hasPart"]["cssSelector"] == ".paywall"


def test_a_home_page_is_a_website():
    found = json.loads(website(BASE, "Ground", "One", "en"))
    assert (found["@type"], found["name"], found["url"]) == ("WebSite", "Ground", BASE)


def test_nothing_ends_the_script_it_stands_in():
    text = as_script({"a": "</script><!-- & 早"})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"a": "</script><!-- & 早"}
