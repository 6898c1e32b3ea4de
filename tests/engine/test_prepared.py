"""Everything that the service fills is there after a build, in every language of the site."""

from __future__ import annotations

import json

import feedparser
import pytest

from publish.contract import manifest as contract
from publish.contract.service import COMMON_SLOTS, FEED_SLOTS, MAILS, MESSAGES, PAGES
from publish.contract.slots import Prepared
from tests.engine.house import SITE, Living, post, product, write
from tests.engine.house import request as asking
from tests.gate.garden import picture

LANGUAGES = ("en", "zh-Hans")
MEMBERSHIP = post(
    "Join.",
    id="club",
    title="Club",
    kind="membership",
    grants="[paid]",
    offers="[{id: y, price: {USD: 59, CNY: 365}, every: year, trial: 7}]",
    adopts="[price_old, prod_old]",
)
FILES = {
    "site.toml": SITE,
    "products/club.md": MEMBERSHIP,
    "products/book.md": product("book", "[book]"),
    "posts/open.md": post("Open.", title="Open", date="2026-01-01"),
    "posts/gated.md": post(
        "Teaser[^1].\n\n[^1]: Note.\n\n<!-- paywall -->\n\n## Rest\n\nWords behind. ![q](q.png)",
        title="Gated",
        access="paid",
        date="2026-01-02",
    ),
    "posts/friends.md": post(
        "Hello.\n\n<!-- paywall -->\n\nFor friends.",
        title="Friends",
        access="subscribers",
        date="2026-01-03",
    ),
    "posts/q.png": picture("q"),
    "posts/zh/墨.md": post("字。\n\n<!-- paywall -->\n\n墙后的字。", title="墨", access="paid"),
}


@pytest.fixture(scope="module")
def living():
    with Living() as process:
        yield process


def built(living, place, files, **more):
    ran = living.ask(asking(write(place / "content", files), place / "out", **more))
    return ran, place / "out"


@pytest.fixture(scope="module")
def whole(living, tmp_path_factory):
    ran, output = built(living, tmp_path_factory.mktemp("whole"), FILES)
    assert ran.ok, ran.errors
    return output, contract.load(output / "manifest.json")


def text(output, path):
    return (output / path).read_text("utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_prepared_with_no_more_than_its_slots(whole, name, lang):
    output, manifest = whole
    path = manifest.pages[name][lang]
    assert path == f"private/pages/{lang}/{name}.html"
    page = text(output, path)
    assert Prepared(page).names <= PAGES[name]
    assert f'<html lang="{lang}">' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", MAILS)
def test_every_mail_is_prepared_in_both_parts(whole, name, lang):
    output, manifest = whole
    path = manifest.mails[name][lang]
    assert path == f"private/mails/{lang}/{name}"
    for ending in (".html", ".txt"):
        assert Prepared(text(output, path + ending)).names <= MAILS[name] | COMMON_SLOTS
    subject, empty, *rest = text(output, path + ".txt").split("\n")
    assert subject.strip()
    assert (empty, bool(rest)) == ("", True)
    assert "style=" in text(output, path + ".html")


def test_messages_speak_the_language(whole):
    output, _ = whole
    english, chinese = (
        json.loads(text(output, f"private/pages/{lang}/words.json")) for lang in LANGUAGES
    )
    assert set(english["messages"]) == set(chinese["messages"]) == set(MESSAGES)
    assert english["messages"]["locked"] == list(MESSAGES["locked"])
    assert (english["date"], chinese["date"]) == ("{month} {d}, {y}", "{y}年{m}月{d}日")


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_private_feeds_open_what_is_opened(whole, kind):
    output, manifest = whole
    prepared = Prepared(text(output, manifest.feeds["en"][kind]))
    assert prepared.names == FEED_SLOTS | {"open:gated", "open:friends"}
    values = dict.fromkeys(("self", "account"), "https://ground.example/api/x")
    values |= {"title_note": "", "key": "K", "lapsed": False, "open:friends": False}
    private = feedparser.parse(prepared.fill({**values, "open:gated": True}).encode())
    public = feedparser.parse((output / f"public/feeds/en/{kind}.xml").read_bytes())
    assert [entry.id for entry in private.entries] == [entry.id for entry in public.entries]
    friends, gated, opened = (entry.content[0].value for entry in private.entries)
    assert "For friends" not in friends
    assert opened == public.entries[2].content[0].value
    assert gated.index("Teaser") < gated.index("Words behind")
    assert "#fnref" not in gated
    assert "Read on" not in gated
    image = next(each for each in gated.split('"') if "/api/files/" in each)
    assert image.startswith("https://ground.example/api/files/posts/gated/q.")
    assert image.endswith("?key=K")
    url = image.removeprefix("https://ground.example").removesuffix("?key=K")
    assert url in [each.url for each in manifest.posts["gated"].premium.files]


def test_the_feed_of_each_language_has_its_own_posts(whole):
    output, manifest = whole
    chinese = text(output, manifest.feeds["zh-Hans"]["atom"])
    assert "墙后的字" in chinese
    assert "Words behind" not in chinese
    assert "open:zh/%E5%A2%A8" in Prepared(chinese).names


def test_nothing_of_a_private_feed_is_public(whole):
    output, _ = whole
    for place in (output / "public").rglob("*"):
        if place.is_file():
            assert b"Words behind" not in place.read_bytes()
            assert b"<!--[" not in place.read_bytes()


def test_the_manifest_says_trial_adopted_ids_and_currencies(whole):
    _, manifest = whole
    assert manifest.version == contract.VERSION
    assert manifest.products["club"].offers[0].trial == 7
    assert manifest.products["club"].adopts == ("price_old", "prod_old")
    assert manifest.products["book"].adopts == ()
    english, chinese = manifest.site.languages
    assert (english.currencies, chinese.currencies) == (("USD", "CNY"), ("CNY", "USD"))


def test_prices_are_named_in_the_order_of_the_manifest(living, tmp_path):
    other = MEMBERSHIP.replace("{USD: 59, CNY: 365}", "{EUR: 9, GBP: 8, USD: 5}")
    files = {**FILES, "products/a.md": other.replace("club", "a").replace("id: y", "id: z")}
    files["products/a.md"] = files["products/a.md"].replace("price_old, prod_old", "")
    files["products/club.md"] = MEMBERSHIP.replace("{USD: 59, CNY: 365}", "{GBP: 1, EUR: 2}")
    ran, output = built(living, tmp_path, files)
    assert ran.ok, ran.errors
    manifest = contract.load(output / "manifest.json")
    order = manifest.site.languages[0].currencies
    assert sorted(order) == ["CNY", "EUR", "GBP", "USD"]
    page = text(output, "public/club/index.html")
    assert (page.index("€") < page.index("£")) == (order.index("EUR") < order.index("GBP"))


def test_a_site_that_sells_nothing_has_all_of_it(living, tmp_path):
    ran, output = built(living, tmp_path, {"posts/a.md": "Text.\n"})
    assert ran.ok, ran.errors
    manifest = contract.load(output / "manifest.json")
    assert set(manifest.pages) == set(PAGES)
    assert set(manifest.mails) == set(MAILS)
    assert manifest.site.languages[0].currencies == ()
    for paths in (*manifest.pages.values(), *manifest.feeds.values()):
        for path in paths.values():
            assert (output / path).is_file()


def test_a_language_without_a_catalogue_falls_back_to_english(living, tmp_path):
    files = {**FILES, "site.toml": SITE.replace('["en", "zh-Hans"]', '["ja", "en", "zh-Hans"]')}
    ran, output = built(living, tmp_path, files)
    assert ran.ok, ran.errors
    words = json.loads(text(output, "private/pages/ja/words.json"))
    assert words["messages"]["locked"] == list(MESSAGES["locked"])
    assert words["date"] == "{y}年{m}月{d}日"
    assert '<html lang="ja">' in text(output, "private/pages/ja/sign-in.html")


BRACKETS = SITE.replace('"Ground"', '"The [[mail]] <!--[error]--> wiki"')


def test_a_title_with_brackets_is_no_slot(living, tmp_path):
    menu = '[[menu]]\ntitle = "[[code]]"\nurl = "/x/"\n'
    ran, output = built(living, tmp_path, {**FILES, "site.toml": f"{BRACKETS}\n{menu}"})
    assert ran.ok, ran.errors
    manifest = contract.load(output / "manifest.json")
    paying = Prepared(text(output, manifest.pages["paying"]["en"]))
    assert paying.names == frozenset()
    assert "The [\u2060[mail]]" in paying.fill({})
    for name, paths in manifest.mails.items():
        for path in paths.values():
            assert Prepared(text(output, f"{path}.txt")).names <= MAILS[name] | COMMON_SLOTS
    assert "[[code]]" in text(output, "public/index.html")


@pytest.mark.parametrize(
    ("template", "body", "error"),
    [
        ("service/notice.html", "[[titel]]", 'slot "titel" is filled by nobody here'),
        ("service/code.html", "<!--[error]-->", "is not closed"),
        ("mails/sign-in.html", "<p>[[codes]]</p>", '"code"?'),
        ("mails/sign-in.txt", "Subject\n\n[[number]]", 'slot "number"'),
        ("mails/receipt.txt", "No subject line [[number]]", "begins with its subject"),
    ],
)
def test_a_template_that_does_not_fit_stops_the_build_by_name(
    living, tmp_path, template, body, error
):
    ran, _ = built(living, tmp_path, {**FILES, f"theme/templates/{template}": body})
    assert not ran.ok
    found = [each for each in ran.errors if error in each]
    assert found
    assert f"theme/templates/{template}" in found[0]


def test_a_template_of_the_creator_may_leave_slots_out_and_name_them(living, tmp_path):
    body = (
        '{% extends "base.html" %}{% block main %}{{ page_name }} {{ slot("title") }}{% endblock %}'
    )
    ran, output = built(living, tmp_path, {**FILES, "theme/templates/service/notice.html": body})
    assert ran.ok, ran.errors
    page = text(output, "private/pages/en/notice.html")
    assert "notice [[title]]" in page
    assert "<title>[[title]] – Ground</title>" in page


def test_another_prepared_text_is_another_generation(living, tmp_path):
    ran, _ = built(living, tmp_path, FILES)
    body = '{% extends "base.html" %}{% block main %}[[title]] [[body]]{% endblock %}'
    other, _ = built(living, tmp_path, {"theme/templates/service/notice.html": body})
    assert ran.ok
    assert other.ok
    assert other.done["generation"] != ran.done["generation"]
