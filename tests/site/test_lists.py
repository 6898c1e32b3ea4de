"""Lists, sitemap and robots.txt show what is listed, all of it and nothing else."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from lxml import etree

from tests.site.kinds import LANGUAGES, of
from tests.site.reading import HOST, Site

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
# Titles of the demo's posts that nobody may find: hidden, drafts, scheduled.
UNLISTED = ("扫码来的朋友", "下一个问题", "Half a thought", "新年第一封信")
NEVER_BUILT = ("下一个问题", "Half a thought", "half-a-thought", "新年第一封信")


def prefix(lang: str) -> str:
    return {"zh-Hans": "/", "en": "/en/"}[lang]


def listed(site: Site, lang: str, *, posts_only: bool = True) -> set[str]:
    """The addresses that the manifest calls published, in one language."""
    return {
        unquote(post["url"])
        for post in site.manifest["posts"].values()
        if post["status"] == "published" and post["lang"] == lang
        if not posts_only or site.page(unquote(post["url"])).json_ld["@type"] == "BlogPosting"
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_archive_lists_every_post_of_its_language(site: Site, lang: str) -> None:
    links = site.page(of("archive", lang).url).all("//section//li//a/@href")
    assert {unquote(link) for link in links} == listed(site, lang)
    assert len(links) == len(set(links))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_shows_every_post_once_newest_first(site: Site, lang: str) -> None:
    home = of("home", lang).url
    pages = [page for path, page in site.pages.items() if path in (home, f"{home}page/2/")]
    entries = "//section[@aria-labelledby='ink-posts']//li"
    links = [a for page in pages for a in page.all(f"{entries}//h3/a/@href")]
    assert {unquote(link) for link in links} == listed(site, lang)
    assert len(links) == len(set(links))
    dates = [day for page in pages for day in page.all(f"{entries}//time/@datetime")]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tags_count_their_posts(site: Site, lang: str) -> None:
    page = site.page(of("tags", lang).url)
    for item in page.all("//main//li"):
        link, count = item.xpath("a/@href")[0], int(item.xpath("span")[0].text)
        posts = site.page(unquote(link)).all("//main//li[contains(@class, 'entry')]")
        assert len(posts) == count, link


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_series_is_told_from_the_beginning(site: Site, lang: str) -> None:
    dates = site.page(of("series", lang).url).all("//main//time/@datetime")
    assert len(dates) > 4
    assert dates == sorted(dates)


def test_each_language_lists_only_its_own(site: Site) -> None:
    for lang in LANGUAGES:
        for kind in ("home", "archive", "tag", "category", "series"):
            for address in site.page(of(kind, lang).url).all("//main//li//a/@href"):
                path = site.leads_to(address)[0]
                assert path not in site.pages or site.page(path).lang == lang


def test_nothing_unlisted_is_in_lists_feeds_or_the_sitemap(site: Site) -> None:
    texts = {path: file for path, file in site.files.items() if path.endswith((".xml", ".json"))}
    lists = {
        path: page.file for path, page in site.pages.items() if not page.all("//article")
    } | texts
    assert len(lists) > 80
    for path, file in lists.items():
        text = unquote(file.read_text("utf-8"))
        assert not [title for title in UNLISTED if title in text], path


def test_drafts_and_scheduled_posts_are_nowhere(site: Site) -> None:
    for path, file in site.files.items():
        if path.endswith((".html", ".xml", ".json", ".txt")):
            text = unquote(file.read_text("utf-8"))
            assert not [word for word in NEVER_BUILT if word in path or word in text], path


def test_a_hidden_post_is_there_for_who_has_its_address(site: Site) -> None:
    assert "扫码" in site.page("/扫码来的朋友/").words


def test_the_sitemap_lists_exactly_the_listed_pages(site: Site) -> None:
    places = [unquote(loc.text) for loc in site.sitemap.iterfind("s:url/s:loc", NAMES)]
    wanted = {
        HOST + page.path
        for page in site.real
        if not page.noindex
        and page.canonical.startswith(HOST)
        and "/page/" not in page.path
        and page.path not in (of("feeds", lang).url for lang in LANGUAGES)
    }
    assert len(places) == len(set(places))
    assert set(places) == wanted


def test_the_sitemap_is_well_formed_and_ordered_as_its_schema_wants(site: Site) -> None:
    raw = (site.public / "sitemap.xml").read_bytes()
    assert raw.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert len(raw) < 50 * 2**20
    for url in site.sitemap.iterfind("s:url", NAMES):
        names = [etree.QName(child).localname for child in url]
        rest = names[2:] if "lastmod" in names else names[1:]
        assert names[:2] == ["loc", "lastmod"] or "lastmod" not in names
        assert names[0] == "loc"
        assert set(rest) <= {"link"}
        assert url.find("s:loc", NAMES).text.isascii()
        for changed in url.iterfind("s:lastmod", NAMES):
            assert "2026-01-01" <= changed.text <= "2026-11-22"


def test_the_sitemap_tells_of_translations_both_ways(site: Site) -> None:
    told = {}
    for url in site.sitemap.iterfind("s:url", NAMES):
        links = {
            link.get("hreflang"): unquote(link.get("href"))
            for link in url.iterfind("x:link", NAMES)
        }
        if links:
            told[unquote(url.find("s:loc", NAMES).text)] = links
    assert len(told) > 20
    for place, links in told.items():
        assert place in links.values()
        assert all(told[other] == links for other in links.values())


def test_robots_may_read_everything_but_the_service(site: Site) -> None:
    lines = (site.public / "robots.txt").read_text("utf-8").splitlines()
    assert lines == ["User-agent: *", "Disallow: /api/", "", f"Sitemap: {HOST}/sitemap.xml"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_its_own_home_tags_and_feeds(site: Site, lang: str) -> None:
    tags = site.page(of("tags", lang).url).all("//main//li/a/@href")
    assert tags
    assert all(tag.startswith(f"{prefix(lang)}tags/") for tag in tags)
    feeds = site.page(of("feeds", lang).url)
    own = {site.leads_to(a)[0] for a in feeds.all("//main//a/@href")}
    other = prefix(next(code for code in LANGUAGES if code != lang))
    assert own <= set(site.files)
    assert f"{of('tag', lang).url}feed/rss.xml" in own
    assert not [path for path in own if path.startswith(f"{other}tags/")]
