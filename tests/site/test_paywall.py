"""The paywall as a reader meets it: facts, offers, one button, and who sells on what terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.conftest import build
from tests.site.kinds import LANGUAGES, of
from tests.site.reading import Page, Site


def wall(page: Page) -> Any:
    return page.one("//section[contains(@class, 'paywall')]")


def form(section: Any, action: str, method: str = "post") -> Any:
    found = section.xpath(f".//form[@action='{action}']")
    assert len(found) == 1
    assert found[0].get("method", "get") == method
    assert len(found[0].xpath(".//button[not(@formaction)]")) >= 1
    return found[0]


def gated(site: Site) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every gated post by its path: its id, and what the manifest says of it."""
    return {
        unquote(post["url"]): (name, post)
        for name, post in site.manifest["posts"].items()
        if post["access"] != ["public"]
    }


def test_every_gated_post_has_a_paywall_and_no_other_has(site: Site) -> None:
    walls = {path for path, page in site.pages.items() if page.all("//section[@class='paywall']")}
    products = {
        unquote(text["url"])
        for product in site.manifest["products"].values()
        for text in product["texts"].values()
    }
    assert walls == set(gated(site)) | products


def test_the_offers_are_those_that_open_the_post(site: Site) -> None:
    for path, (name, post) in gated(site).items():
        section = wall(site.page(path))
        offers = section.xpath(".//input[@name='offer']/@value")
        assert offers == post["offers"], path
        if offers:
            buying = form(section, "/api/checkout")
            assert buying.xpath(".//input[@name='post']/@value") == [name]


def test_several_offers_are_one_group_with_a_name_and_a_choice(site: Site) -> None:
    for path in gated(site):
        radios = wall(site.page(path)).xpath(".//input[@type='radio']")
        if not radios:
            continue
        groups = {radio.getparent().getparent() for radio in radios}
        assert len(groups) == 1
        group = groups.pop()
        assert group.tag == "fieldset"
        assert group.find("legend").text_content().strip()
        assert [r.get("checked") is not None for r in radios] == [True] + [False] * (
            len(radios) - 1
        )
        for radio in radios:
            assert radio.getparent().tag == "label"
            assert len(radio.getparent().xpath(".//*[@class='price']")) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_facts_are_right(site: Site, lang: str) -> None:
    page = site.page(of("post with a paywall", lang).url)
    _, post = gated(site)[page.path]
    facts = [span.text for span in wall(page).xpath("./p[@class='meta']/span")]
    premium = post["premium"]
    files = sum(not each["type"].startswith("image/") for each in premium["files"])
    if lang == "en":
        assert facts == [f"{premium['words']} words", f"{premium['images']} image", "1 file"]
    else:
        assert facts == [f"还有 {premium['words']} 字", f"{premium['images']} 张图", "1 个附件"]
    assert files == 1


def test_the_words_behind_the_paywall_are_counted_right(site: Site) -> None:
    """Counted again, from the premium piece: Han characters in Chinese, words in English."""
    for path, (_, post) in gated(site).items():
        page = Page(path, site.generation / post["premium"]["page"])
        text = page.one("//section[@id='ink-premium']/div")
        for mark in text.xpath(".//a[@class='headerlink'] | .//*[@class='footnote-backref']"):
            mark.text = ""
        words = text.text_content()
        han = sum("一" <= sign <= "鿿" for sign in words)
        latin = len("".join(s if s.isascii() and s.isalnum() else " " for s in words).split())
        rough = han + latin
        assert 0.75 * rough <= post["premium"]["words"] <= 1.1 * rough, path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_post_for_subscribers_costs_nothing(site: Site, lang: str) -> None:
    section = wall(site.page(of("post for subscribers", lang).url))
    forms = section.xpath(".//form")
    assert {each.get("action") for each in forms} == {"/api/sign-in"}
    assert not section.xpath(".//*[@class='price']")


def test_who_paid_can_sign_in_and_comes_back(site: Site) -> None:
    for path in gated(site):
        for each in wall(site.page(path)).xpath(".//form[@action='/api/sign-in']"):
            back = each.xpath(".//input[@name='return_to']/@value")
            assert [unquote(value) for value in back] == [path]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_seller_refund_and_terms_are_beside_the_button(site: Site, lang: str) -> None:
    language = next(each for each in site.manifest["site"]["languages"] if each["code"] == lang)
    for kind in ("post with a paywall", "product"):
        buying = form(wall(site.page(of(kind, lang).url)), "/api/checkout")
        said = buying.text_content()
        assert language["seller"] in said
        assert ("refundable for 7 days" in said.lower()) or ("7 天内可退款" in said)
        links = [unquote(link) for link in buying.xpath(".//a/@href")]
        assert {unquote(language["terms"]), unquote(language["refund"])} <= set(links)


def test_a_retired_product_sells_nothing(site: Site) -> None:
    product = site.manifest["products"]["early-notes"]
    assert product["status"] == "retired"
    for text in product["texts"].values():
        section = wall(site.page(unquote(text["url"])))
        assert not section.xpath(".//form[@action='/api/checkout']")
        form(section, "/api/sign-in", "get")


def test_prices_are_in_the_readers_money_first(site: Site) -> None:
    first = {
        lang: wall(site.page(of("product", lang).url)).xpath("(.//*[@class='price'])[1]")[0].text
        for lang in LANGUAGES
    }
    assert first["zh-Hans"].strip() == "¥365"
    assert first["en"].strip() == "$59"


def test_no_tricks(site: Site) -> None:
    for path in gated(site):
        page = site.page(path)
        assert not page.all("//dialog | //*[@role='dialog'] | //*[@popover]")
        assert not wall(page).xpath(".//*[@hidden] | .//*[@aria-hidden]")


TRIAL = """---
id: club
title: Club
kind: membership
grants: [paid]
offers:
  - {id: club-month, price: {USD: 5}, every: month, trial: 14}
  - {id: club-year, price: {USD: 50}, every: year, trial: 1}
  - {id: club-plain, price: {USD: 60}, every: year}
---
Text.
"""


def test_a_trial_is_said_beside_the_period(tmp_path: Path) -> None:
    """Readers see how long an offer is free before they press the button."""
    files = {
        "site.toml": 'title = "Ground"\nurl = "https://inkstead.example"\nlanguages = ["en"]\n',
        "products/club.md": TRIAL,
        "posts/one.md": "---\ntitle: One\naccess: paid\n---\nA.\n\n<!-- paywall -->\n\nB.\n",
    }
    for name, text in files.items():
        place = tmp_path / "content" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    site = Site(build(tmp_path / "content", tmp_path / "out"))
    for path in ("/one/", "/club/"):
        labels = wall(site.page(path)).xpath(".//label")
        said = [" ".join(each.text_content().split()) for each in labels]
        assert ["14 days free" in each for each in said] == [True, False, False], path
        assert "first 1 day free" in said[1]
        assert "free" not in said[2]


def test_ways_in_stand_below_the_offers(site: Site) -> None:
    """Sign in, the whole text as a page, a code, how paying works: each a plain link or button."""
    page = site.page(of("post with a paywall", "en").url)
    section = wall(page)
    assert section.xpath(".//a[@href='/api/page/en/pricing'][.='Open the whole text']")
    assert section.xpath(".//a[@href='/api/paying']")
    [ways] = section.xpath(".//form[@action='/api/sign-in']")
    assert ways.xpath(".//button[@formaction='/api/redeem'][.='Redeem a code']")
    assert ways.xpath(".//input[@name='return_to']/@value") == ["/en/pricing/"]


def test_what_costs_nothing_asks_for_no_code(site: Site) -> None:
    """A post for subscribers has the text and the sign-in, and nothing about money."""
    section = wall(site.page(of("post for subscribers", "en").url))
    assert section.xpath(".//a[starts-with(@href, '/api/page/')]")
    assert not section.xpath(".//*[@formaction] | .//a[@href='/api/paying']")
