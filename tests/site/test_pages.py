"""Every type of page is there, in both languages, and is what it says it is."""

from __future__ import annotations

import pytest
from lxml import html

from tests.site.kinds import LANGUAGES, SHOWN, Shown, of
from tests.site.reading import Page, Site

FEEDS = [
    *(f"/feeds/{name}" for name in ("rss.xml", "atom.xml", "feed.json")),
    *(f"/feeds/{lang}/{f}" for lang in ("zh", "en") for f in ("rss.xml", "atom.xml", "feed.json")),
    *(f"/tags/会员/feed/{name}" for name in ("rss.xml", "atom.xml")),
    *(f"/en/tags/membership/feed/{name}" for name in ("rss.xml", "atom.xml")),
    *(f"/categories/方法/feed/{name}" for name in ("rss.xml", "atom.xml")),
    *(f"/en/categories/method/feed/{name}" for name in ("rss.xml", "atom.xml")),
]


def read(site: Site, shown: Shown) -> Page:
    return Page(shown.url, site.generation / shown.place)


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_every_type_of_page_is_there(site: Site, shown: Shown) -> None:
    page = read(site, shown)
    assert page.lang == shown.lang
    assert len(page.all("//h1")) == 1
    assert page.one("//h1").text_content().strip()
    assert page.one("//main").get("id") == "ink-main"
    assert page.one("//a[@class='skip']").get("href") == "#ink-main"


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_there(site: Site, path: str) -> None:
    assert path in site.files


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt", "/favicon.svg"])
def test_what_machines_ask_for_is_there(site: Site, path: str) -> None:
    assert path in site.files


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_second_page_leads_back_and_shows_other_posts(site: Site, lang: str) -> None:
    first, second = (read(site, of(kind, lang)) for kind in ("home", "second page of home"))
    listed = "//section[@aria-labelledby='ink-posts']//h3/a/@href"
    assert not set(first.all(listed)) & set(second.all(listed))
    assert second.all(f"//nav//a[@href='{first.path}']")
    assert first.all(f"//nav//a[@rel='next'][@href='{second.path}']")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_old_address_leads_on(site: Site, lang: str) -> None:
    page = read(site, of("alias", lang))
    target = page.one("//meta[@http-equiv='refresh']/@content").partition("url=")[2]
    assert page.noindex
    assert page.all(f"//main//a[@href='{target}']")
    assert site.has(site.leads_to(target)[0])
    assert page.canonical.endswith(target)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_found_leads_home(site: Site, lang: str) -> None:
    page = read(site, of("404", lang))
    assert page.noindex
    assert not page.all("//link[@rel='canonical']")
    assert page.all(f"//main//a[@href='{of('home', lang).url}']")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["unlocked post", "unlocked product"])
def test_what_the_service_shows_is_not_for_search_engines(site: Site, kind: str, lang: str) -> None:
    assert read(site, of(kind, lang)).noindex


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["unlocked post", "unlocked product"])
def test_a_whole_page_has_the_rest_in_the_place_of_the_paywall(
    site: Site, kind: str, lang: str
) -> None:
    page = read(site, of(kind, lang))
    section = page.one("//section[@id='ink-premium']")
    assert section.get("tabindex") == "-1"
    assert section.get("aria-label")
    assert not page.all("//section[contains(@class, 'paywall')]")
    # The piece that unlocks in place is that section, and nothing else.
    piece = html.fragment_fromstring((page.file.parent / "fragment.html").read_text("utf-8"))
    assert html.tostring(piece).strip() == html.tostring(section).strip()


def test_dates_are_written_as_people_write_them(site: Site) -> None:
    chinese = read(site, of("post")).one("(//article//time)[1]")
    english = read(site, of("post", "en")).one("(//article//time)[1]")
    assert chinese.text_content() == "2026年1月8日"
    assert english.text_content() == "January 15, 2026"
    assert chinese.get("datetime") == "2026-01-08"


def test_undated_posts_show_no_date(site: Site) -> None:
    assert "2000" not in site.page("/archive/").words
