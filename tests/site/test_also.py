"""A post says where else it stands: for people in words, for machines as microformats2 has it."""

from __future__ import annotations

from datetime import datetime

import pytest

from publish import starter, syndicating
from tests.conftest import ROOT
from tests.site.reading import Page, Site

LEDGER = syndicating.read(ROOT / "content")
NAMES = {"zh-Hans": "也在", "en": "Also on"}


def page_of(site: Site, post: str) -> Page:
    return site.page(site.leads_to(site.manifest["posts"][post]["url"])[0])


@pytest.mark.parametrize("post", sorted(LEDGER.copies))
def test_a_post_links_to_its_copies_in_the_order_of_the_ledger(site: Site, post: str) -> None:
    page = page_of(site, post)
    links = page.all("//*[contains(@class, 'h-entry')]//a[contains(@class, 'u-syndication')]")
    assert [link.get("href") for link in links] == [c.url for c in LEDGER.of(post).values()]
    assert {link.get("rel") for link in links} == {"syndication"}
    assert all(link.text_content().strip() for link in links)
    assert links[0].getparent().text_content().split()[0] in NAMES[page.lang].split()
    title = page.one("//*[contains(@class, 'h-entry')]//*[contains(@class, 'p-name')]")
    assert title.text_content() == site.manifest["posts"][post]["title"]


def test_both_languages_of_the_demo_show_it(site: Site) -> None:
    assert {page_of(site, post).lang for post in LEDGER.copies} == set(NAMES)


def test_a_post_that_stands_nowhere_else_says_nothing(site: Site) -> None:
    shown = {page_of(site, post).path for post in LEDGER.copies}
    marked = {page.path for page in site.real if "u-syndication" in page.text}
    assert marked == shown
    assert {page.path for page in site.real if page.all("//*[@class='h-entry']")} == shown


def test_feeds_and_lists_say_nothing_of_it(site: Site) -> None:
    for path, file in site.files.items():
        if path.endswith((".xml", ".json")):
            assert "zhuanlan.zhihu.example" not in file.read_text("utf-8"), path


def test_a_new_site_begins_without_a_ledger() -> None:
    answers = starter.Answers("A", "", ("zh-Hans", "en"), "Mo", "https://a.example", "UTC")
    made = starter.files(answers, "en", datetime(2026, 1, 1))  # noqa: DTZ001 - as starter wants it
    assert not [name for name in made if "syndication" in name]
