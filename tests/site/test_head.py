"""The head of each page: what search engines, other sites and feed readers are told."""

from __future__ import annotations

import datetime
import re

import pytest

from tests.site.kinds import LANGUAGES, of
from tests.site.reading import HOST, Page, Site


def indexed(site: Site) -> list[Page]:
    return [page for page in site.real if not page.noindex]


def test_every_page_has_a_title_of_its_own(site: Site) -> None:
    titles: dict[tuple[str, str], str] = {}
    for page in indexed(site):
        title = page.one("//head/title").text
        assert title.strip() == title
        other = titles.setdefault((page.lang, title), page.path)
        assert other == page.path, title


def test_a_title_ends_with_the_name_of_the_site(site: Site) -> None:
    for page in site.real:
        name = page.meta("og:site_name")
        title = page.one("//head/title").text
        home = page.path in ("/", "/en/")
        assert (title == name) if home else (name in title), page.path


def test_posts_pages_and_homes_are_described(site: Site) -> None:
    texts = [page for page in site.real if page.all("//article")]
    assert len(texts) > 40
    for page in [*texts, site.page("/"), site.page("/en/")]:
        description = page.meta("description")
        assert description, page.path
        assert not re.search(r"[<>]|\s\s", description), page.path


def test_the_canonical_address_is_the_pages_own(site: Site) -> None:
    elsewhere = {}
    for page in indexed(site):
        path = site.leads_to(page.canonical)[0]
        assert page.canonical.startswith("https://")
        if page.canonical.startswith(HOST):
            assert path == page.path
        else:
            elsewhere[page.path] = page.canonical
    assert elsewhere == {
        "/en/rain-on-the-server/": "https://neighbour.example/notes/rain-on-the-server"
    }


def test_languages_point_at_each_other(site: Site) -> None:
    seen = 0
    for page in site.real:
        twins = page.alternates
        if not twins:
            continue
        seen += 1
        assert site.leads_to(twins[page.lang])[0] == page.path
        assert twins["x-default"] == next(iter(twins.values()))
        for lang, address in twins.items():
            other = site.page(site.leads_to(address)[0])
            assert address.startswith(HOST)
            assert other.alternates == twins, (page.path, other.path)
            assert lang in ("x-default", other.lang)
    assert seen > 40


def test_what_others_show_of_a_page_when_it_is_shared(site: Site) -> None:
    for page in indexed(site):
        assert page.meta("og:title") == page.one("//head/title").text
        assert page.meta("og:type") == (
            "article"
            if page.all("//time") and page.json_ld.get("@type") == "BlogPosting"
            else "website"
        ), page.path
        assert page.meta("og:url") == page.canonical
        assert page.meta("og:description") == page.meta("description")
        if image := page.meta("og:image"):
            assert site.leads_to(image)[0] in site.files
            assert image.startswith(HOST)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cover_is_shared_with_the_post(site: Site, lang: str) -> None:
    page = site.page(of("post", lang).url)
    cover = page.one("//figure[contains(@class, 'cover')]/img/@src")
    assert page.meta("og:image") == HOST + cover


def test_json_ld_of_posts(site: Site) -> None:
    posts = {url: post for url, post in by_url(site).items() if post["kind"]}
    for url, post in posts.items():
        page = site.page(url)
        said = page.json_ld
        assert said["@context"] == "https://schema.org"
        assert said["@type"] == "BlogPosting"
        assert said["headline"] == post["title"]
        assert site.leads_to(said["mainEntityOfPage"])[0] == url
        assert said["inLanguage"] == page.lang
        assert said["author"]["name"]
        assert said["author"]["@type"] == "Person"
        assert said["publisher"]["name"]
        assert said["wordCount"] > 0
        published = datetime.datetime.fromisoformat(said["datePublished"])
        assert published.tzinfo
        assert datetime.datetime.fromisoformat(said["dateModified"]) >= published
        assert page.meta("article:published_time") == said["datePublished"]


def test_only_what_is_gated_is_said_to_be_so(site: Site) -> None:
    gated = 0
    for url, post in by_url(site).items():
        said = site.page(url).json_ld
        if post["access"] == ["public"]:
            assert "isAccessibleForFree" not in said
            continue
        gated += 1
        assert said["isAccessibleForFree"] is False
        assert said["hasPart"]["isAccessibleForFree"] is False
        selector = said["hasPart"]["cssSelector"].removeprefix(".")
        site.page(url).one(f"//*[contains(concat(' ', @class, ' '), ' {selector} ')]")
    assert gated > 4


def test_json_ld_of_homes(site: Site) -> None:
    for path in ("/", "/en/"):
        said = site.page(path).json_ld
        assert said["@type"] == "WebSite"
        assert said["url"] == HOST + path
        assert said["inLanguage"] == site.page(path).lang


def test_one_feed_is_offered_and_it_is_there(site: Site) -> None:
    for page in indexed(site):
        feed = page.one("//link[@rel='alternate'][not(@hreflang)]")
        assert feed.get("type") == "application/atom+xml"
        assert feed.get("title")
        path = site.leads_to(feed.get("href"))[0]
        assert path in site.files
        assert path == {"zh-Hans": "/feeds/zh/atom.xml", "en": "/feeds/en/atom.xml"}[page.lang]


def test_hidden_posts_are_not_for_search_engines(site: Site) -> None:
    hidden = [url for url, post in by_url(site).items() if post["status"] == "hidden"]
    assert hidden
    assert all(site.page(url).noindex for url in hidden)


def by_url(site: Site) -> dict[str, dict[str, object]]:
    """The posts of the manifest (pages have no kind) by their plain path."""
    found = {site.leads_to(post["url"])[0]: post for post in site.manifest["posts"].values()}
    return {
        url: post
        for url, post in found.items()
        if site.page(url).json_ld.get("@type") == "BlogPosting"
    }
