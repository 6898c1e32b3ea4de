"""What templates see: the public part, its facts, its links, and nothing premium."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import plugins
from plugins.engine.assemble import Assembly
from plugins.engine.cache import Cache
from plugins.engine.desk import Desk
from plugins.engine.views import PostView
from plugins.engine.words import speeches
from plugins.model import feeds, listings
from tests.plugins.creator import SITE, read, texts

LOCALE = Path(plugins.__file__).parents[1] / "theme" / "locale"
BASE = "https://ground.example"
PRODUCT = (
    "---\nid: pass\ntitle: Pass\nkind: pass\ngrants: [paid]\nrefund_days: 7\n"
    "offers:\n  - {id: year, price: {USD: 59, CNY: 365}, days: 365}\n---\nSales"
)
FILES = {
    "posts/a.md": (
        "---\ntitle: One & two\ndate: 2024-05-01\naccess: paid\ntags: [x]\nseries: s\n---\n"
        "## H1\n\nTeaser 三个字\n\n## H2\n\n### H3\n\n<!-- paywall -->\n\nCanary 四个汉字"
    ),
    "posts/b.md": "---\ndate: 2024-04-01\nseries: s\nsummary: Said\nauthor: Guest\n---\nText",
    "posts/zh/早市.md": "---\ntranslation_of: b\n---\n正文",
    "posts/hidden.md": "status: hidden\n\nH",
    "pages/about.md": "# About us\n\nA",
    "products/pass.md": PRODUCT,
}


def seated(folder, files=FILES, site=SITE):
    """Return a desk with the view of every text."""
    loaded = read(folder, files, site=site)
    run = Assembly(loaded.library, loaded.vault, ["/archive/"], Cache(None), loaded.problems, print)
    assembled, _ = run.run()
    desk = Desk(
        loaded.library,
        assembled,
        speeches(tuple(each.code for each in loaded.library.site.languages), (LOCALE,)),
        list(feeds.plan(loaded.library)),
        run.map,
        loaded.library.site.url,
        loaded.problems,
    )
    for entry in loaded.library.entries:
        page = SimpleNamespace(content=assembled.public[entry.source], rating=5)
        desk.views[entry.source] = PostView(desk, entry, page)
    return desk


@pytest.fixture
def desk(tmp_path):
    return seated(tmp_path)


def test_a_view_shows_the_public_part_alone(desk):
    view = desk.views["posts/a.md"]
    assert "Teaser" in view.content
    assert "headerlink" in view.content
    assert "Canary" not in view.content + view.feed_html + view.summary
    assert view.gated
    assert view.rating == 5


def test_a_view_counts_what_is_behind_the_paywall_too(desk):
    assert desk.views["posts/a.md"].words == 3 + 1 + 3 + 1 + 4


def test_a_gated_post_in_a_feed_ends_with_a_way_on(desk):
    html = desk.views["posts/a.md"].feed_html
    assert html.endswith('<p><a href="/a/">Read on: One &amp; two</a></p>')
    assert "headerlink" not in html
    assert "Read on" not in desk.views["posts/b.md"].feed_html


def test_a_gated_post_without_a_teaser_says_its_summary_in_a_feed(tmp_path):
    files = {
        "posts/c.md": "---\naccess: paid\nsummary: A < b\n---\nCanary",
        "products/p.md": PRODUCT,
    }
    assert seated(tmp_path, files).views["posts/c.md"].feed_html.startswith("<p>A &lt; b</p>")


def test_a_summary_is_written_or_the_beginning(desk):
    assert desk.views["posts/b.md"].summary == "Said"
    assert desk.views["posts/a.md"].summary.startswith("Teaser")


def test_an_author_is_the_posts_own_or_the_languages(tmp_path):
    desk = seated(tmp_path, site=SITE + '[author]\nname = "Lin"\n')
    assert desk.views["posts/b.md"].author_name == "Guest"
    assert desk.views["posts/a.md"].author_name == "Lin"


def test_contents_need_three_headings(desk):
    assert [heading.text for heading in desk.views["posts/a.md"].toc] == ["H1", "H2", "H3"]
    assert desk.views["posts/b.md"].toc == []


def test_a_post_knows_its_place_in_a_series(desk):
    series = desk.views["posts/a.md"].series
    assert (series.position, series.count) == (2, 2)
    assert [(post.name, post.current) for post in series.posts] == [
        ("b", False),
        ("One & two", True),
    ]
    assert desk.views["pages/about.md"].series is None


def test_tags_and_translations_are_links(desk):
    assert [(tag.name, tag.url) for tag in desk.views["posts/a.md"].tags] == [("x", "/tags/x/")]
    (twin,) = desk.views["posts/b.md"].translations
    assert (twin.lang, twin.url) == ("zh-Hans", "/zh/%E6%97%A9%E5%B8%82/")


def test_the_paywall_states_facts_and_offers_in_the_readers_money(desk):
    entry = desk.library.by_source["posts/a.md"]
    wall = desk.paywall(entry, desk.facts["posts/a.md"], "en")
    assert (wall.words, wall.images, wall.files) == (5, 0, 0)
    assert [offer.id for offer in wall.offers] == ["year"]
    assert [price.text for price in wall.offers[0].prices] == ["$59", "CN¥365"]
    assert (wall.offers[0].period, wall.offers[0].days) == ("days", 365)
    assert (wall.return_to, wall.post_id, wall.subscribers) == ("/a/", "a", False)
    chinese = desk.paywall(entry, desk.facts["posts/a.md"], "zh-Hans")
    assert chinese.offers[0].prices[0].text == "¥365"


def test_a_retired_product_offers_nothing(tmp_path):
    files = {"products/pass.md": PRODUCT.replace("kind: pass", "kind: pass\nstatus: retired")}
    desk = seated(tmp_path, files)
    product = desk.library.products["pass"]
    assert desk.product_paywall(product.page("en"), product, None).offers == ()


def test_the_head_of_a_post_says_where_it_and_its_translations_are(desk):
    head = desk.entry_head(desk.library.by_source["posts/b.md"])
    assert head.title == "b – Ground"
    assert head.canonical == f"{BASE}/b/"
    assert [(link.lang, link.url) for link in head.alternates] == [
        ("en", f"{BASE}/b/"),
        ("zh-Hans", f"{BASE}/zh/%E6%97%A9%E5%B8%82/"),
        ("x-default", f"{BASE}/b/"),
    ]
    assert head.feed.url == f"{BASE}/feeds/en/atom.xml"
    assert json.loads(head.json_ld)["author"]["name"] == "Guest"
    assert not head.noindex


def test_a_hidden_text_is_not_for_search_engines(desk):
    assert desk.entry_head(desk.library.by_source["posts/hidden.md"]).noindex


def test_the_head_of_a_list_names_its_page(desk):
    home = next(e for e in listings.plan(desk.library) if e.kind == "home")
    twins = {"en": "/", "zh-Hans": "/zh/"}
    first, second = (desk.listing_head(home, number, "Home", twins) for number in (1, 2))
    assert (first.title, first.canonical) == ("Ground", f"{BASE}/")
    assert first.json_ld
    assert len(first.alternates) == 3
    assert (second.title, second.canonical) == ("Ground · Page 2", f"{BASE}/page/2/")
    assert second.alternates == ()


def test_a_missing_page_has_no_address(desk):
    missing = next(e for e in listings.plan(desk.library) if e.kind == "404")
    head = desk.listing_head(missing, 1, "Not found", {})
    assert (head.canonical, head.noindex) == ("", True)


def test_without_a_menu_there_are_the_archive_and_the_about_page(desk):
    assert [(link.name, link.url) for link in desk.sites["en"].menu] == [
        ("Archive", "/archive/"),
        ("About us", "/about/"),
    ]
    assert [link.url for link in desk.sites["zh-Hans"].menu] == ["/zh/archive/"]


def test_a_menu_leads_to_files_paths_and_elsewhere(tmp_path):
    menu = "".join(
        f'[[menu]]\ntitle = "{n}"\nurl = "{url}"\n'
        for n, url in enumerate(["posts/b.md", "/archive/", "https://a.example", "missing.md"])
    )
    desk = seated(tmp_path, site=SITE + menu)
    assert [link.url for link in desk.sites["en"].menu] == [
        "/b/",
        "/archive/",
        "https://a.example",
        "missing.md",
    ]
    assert 'site.toml:15: "missing.md" leads nowhere' in texts(desk.problems.warnings)
    current = desk.common("en", "/b/", {})["site"].menu
    assert [link.current for link in current] == [True, False, False, False]


def test_every_page_knows_its_twins(desk):
    languages = desk.common("en", "/b/", {"zh-Hans": "/zh/x/"})["site"].languages
    assert [(link.code, link.url, link.current) for link in languages] == [
        ("en", "/", True),
        ("zh-Hans", "/zh/x/", False),
    ]


def test_legal_pages_are_those_of_the_language(tmp_path):
    files = {"pages/terms.md": "T", "pages/zh/terms.md": "slug: 条款\ntranslation_of: terms\n\nT"}
    desk = seated(tmp_path, files, SITE + '[legal]\nterms = "pages/terms.md"\n')
    assert desk.sites["en"].legal.terms == "/terms/"
    assert desk.sites["zh-Hans"].legal.terms == "/zh/%E6%9D%A1%E6%AC%BE/"
