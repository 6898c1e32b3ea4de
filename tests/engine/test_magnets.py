"""From a file in magnets/ to its page, its forms, and what the service hands out."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from lxml import html

from publish.contract import manifest as contract
from publish.contract.service import COMMON_SLOTS, DELIVERY_MAIL_SLOTS, DELIVERY_PAGE_SLOTS
from publish.contract.slots import Prepared
from tests.engine.house import SITE, Living, engine, files_of, generation, post, product, write
from tests.engine.house import request as asking
from tests.gate.garden import picture

THANKS = "The door opens with [this](../posts/open.md). ![The door](door.png)"
MAIL = "Here are the *twenty questions*, and [more](../posts/open.md#end).\n\n- [ ] Tick"
TABLES = """
[magnets]
letters = "once a week"
refuse_disposable = true

[[magnets.show]]
magnet = "list"
kind = "howto"

[language.zh-Hans.magnets]
letters = "每周一封"

[[menu]]
title = "The list"
url = "magnets/list.md"
"""
ENGLISH = {"id": "list", "title": "Twenty [[questions]]", "promise": "One page", "file": "List.pdf"}
CHINESE = {"title": "二十问", "promise": "一页纸", "file": "单.pdf", "lang": "zh-Hans"}
CONTACT = "{qr: door.png, account: lin-mo, keyword: sheet}"
FILES = {
    "site.toml": f"{SITE}{TABLES}",
    "files/List.pdf": b"%PDF one of ours",
    "files/单.pdf": "%PDF 我们的".encode(),
    "files/sheet.png": picture("sheet"),
    "magnets/door.png": picture("door"),
    "magnets/list.md": post(
        f"What is in it.\n\n<!-- thanks -->\n\n{THANKS}\n\n<!-- mail -->\n\n{MAIL}",
        tags="[lead]",
        ask="[name]",
        aliases="[/list/]",
        **ENGLISH,
    ),
    "magnets/zh/list.md": post("里面有什么。", translation_of="list", **CHINESE),
    "magnets/sheet.md": post("Scan it.", title="A sheet", promise="P", file="sheet.png").replace(
        "file:", f"contact: {CONTACT}\nfile:"
    ),
    "magnets/letter.md": post("L", title="A letter", promise="P", post="letter", letters="none"),
    "magnets/gone.md": post("Once.", title="Gone", promise="P", file="List.pdf", status="retired"),
    "magnets/later.md": post(
        "Soon.", title="Notyetgiven", promise="P", file="List.pdf", status="draft"
    ),
    "posts/open.md": post(
        "One [list](../magnets/list.md).\n\n<!-- magnet: list -->\n\nTwo\n\n"
        "<!-- magnet: sheet -->\n\n```\n<!-- magnet: list -->\n```\n",
        title="Open",
        kind="howto",
        date="2026-01-05",
    ),
    "posts/how.md": post("How.", title="How", kind="howto", date="2026-01-04"),
    "posts/zh/how-zh.md": post("怎样。", title="怎样", kind="howto", lang="zh-Hans"),
    "posts/daily.md": post("Today.", title="Daily", date="2026-01-03", magnet="sheet"),
    "posts/retired.md": post("<!-- magnet: gone -->", title="Old", date="2026-01-02"),
    "posts/letter.md": post(
        "Teaser.\n\n<!-- magnet: sheet -->\n\n<!-- paywall -->\n\nRest.\n\n<!-- magnet: list -->",
        title="Letter",
        access="subscribers",
        kind="howto",
        magnet="letter",
    ),
    "products/kit.md": product("kit", "[kit]", "Kit.\n\n<!-- magnet: list -->"),
    "pages/about.md": post("About.\n\n<!-- magnet: list -->", title="About"),
}


@pytest.fixture(scope="module")
def living():
    with Living() as process:
        yield process


@pytest.fixture(scope="module")
def built(living, tmp_path_factory):
    """Build the folder once and return the generation with what was said."""
    place = tmp_path_factory.mktemp("magnets")
    ran = living.ask(asking(write(place / "content", FILES), place / "out"))
    assert ran.ok, ran.errors
    return place / "out", ran


@pytest.fixture(scope="module")
def manifest(built):
    return contract.load(built[0] / "manifest.json")


def text(output, path):
    return (output / path).read_text("utf-8")


def page(built, path):
    return html.fromstring(text(built[0], f"public{path}index.html"))


def forms(tree):
    """Return magnet and text of every form of a page, in order."""
    found = []
    for form in tree.xpath("//form"):
        fields = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
        if "magnet" in fields:
            found.append((fields["magnet"], fields.get("post"), form.get("action")))
    return found


OPT_IN = "/api/opt-in?magnet=list&lang=en"
CODE = "/api/get/code?magnet=sheet&lang=en"


def test_each_magnet_has_a_page_with_its_form(built):
    tree = page(built, "/get/list/")
    assert tree.xpath("string(//h1)") == "Twenty [[questions]]"
    assert forms(tree) == [("list", "", OPT_IN)]
    assert "What is in it." in tree.text_content()
    assert "once a week" in tree.text_content()
    assert tree.xpath("//input[@name='name']")
    assert forms(page(built, "/zh/get/list/")) == [("list", "", OPT_IN.replace("en", "zh-Hans"))]


def test_forms_stand_where_they_were_placed_and_nowhere_else(built):
    tree = page(built, "/open/")
    assert forms(tree) == [("list", "open", OPT_IN), ("sheet", None, CODE)]
    inside = [each.tag for each in tree.xpath("//div[contains(@class, 'text')]/*")]
    assert [each for each in inside if each in ("p", "div")][:4] == ["p", "div", "p", "div"]
    assert forms(page(built, "/about/")) == [("list", "about", OPT_IN)]
    assert forms(page(built, "/kit/")) == [("list", "", OPT_IN)]
    assert "Twenty [[questions]]" in page(built, "/kit/").xpath("string(//main)")
    assert forms(page(built, "/daily/")) == [("sheet", None, CODE)]


def test_a_rule_puts_one_at_the_end_of_each_post_it_names(built):
    assert forms(page(built, "/how/")) == [("list", "how", OPT_IN)]
    chinese = OPT_IN.replace("en", "zh-Hans")
    assert forms(page(built, "/zh/how-zh/")) == [("list", "zh/how-zh", chinese)]


def test_the_ids_of_a_page_are_its_own(built):
    whole = text(built[0], "private/posts/letter/page.html")
    fragment = text(built[0], "private/posts/letter/fragment.html")
    locked = text(built[0], "public/letter/index.html")
    for markup in (whole, locked + fragment, text(built[0], "public/open/index.html")):
        ids = re.findall(r'\sid="([^"]+)"', markup)
        assert len(ids) == len(set(ids))


def test_a_gated_post_has_the_forms_that_its_author_placed(built):
    assert forms(page(built, "/letter/")) == [
        ("sheet", None, CODE),
        ("letter", "letter", OPT_IN.replace("list", "letter")),
    ]
    whole = html.fromstring(text(built[0], "private/posts/letter/page.html"))
    assert [name for name, *_ in forms(whole)] == ["sheet", "list", "letter"]


def test_a_retired_one_keeps_its_page_without_a_form(built):
    tree = page(built, "/get/gone/")
    assert forms(tree) == []
    assert "no longer given away" in tree.text_content()
    assert tree.xpath("//meta[@name='robots' and contains(@content, 'noindex')]")
    assert forms(page(built, "/retired/")) == []
    assert "magnet" not in text(built[0], "public/retired/index.html").split("</head>")[1]


def test_what_is_wrong_but_stops_nothing_is_said(built):
    said = [e["text"] for e in built[1].events if e["event"] == "problem"]
    assert 'lead magnet "gone" is retired: nothing shows' in said


def test_a_draft_is_nowhere(built, manifest):
    assert "later" not in manifest.magnets
    assert "Notyetgiven" not in b"".join(generation(built[0]).values()).decode("utf-8", "ignore")


def test_links_and_the_menu_lead_to_its_page(built):
    tree = page(built, "/open/")
    assert tree.xpath("//p/a[text()='list']/@href") == ["/get/list/"]
    assert tree.xpath("//header//a[text()='The list']/@href") == ["/get/list/"]
    assert 'url=/get/list/"' in text(built[0], "public/list/index.html").replace("; ", "")


def test_the_sitemap_has_what_is_given(built):
    sitemap = text(built[0], "public/sitemap.xml")
    assert "https://ground.example/get/list/" in sitemap
    assert "https://ground.example/zh/get/list/" in sitemap
    assert "/get/gone/" not in sitemap


def test_the_head_says_what_is_promised(built):
    tree = page(built, "/get/list/")
    assert tree.xpath("//meta[@name='description']/@content") == ["One page"]
    data = json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))
    assert (data["@type"], data["name"]) == ("WebPage", "Twenty [[questions]]")
    assert "keywords" not in data
    assert tree.xpath("//link[@hreflang='zh-Hans']/@href") == [
        "https://ground.example/zh/get/list/"
    ]


def test_there_is_an_account_to_look_at(built):
    assert page(built, "/how/").xpath("//footer//a[@href='/api/account']")


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_feeds_have_a_link_and_no_form(built, name):
    feed = text(built[0], f"public/feeds/{name}")
    assert "https://ground.example/get/list/" in feed
    assert "Twenty [[questions]]: One page" in feed.replace("&#91;", "[")
    assert "data-magnet" not in feed
    assert "<!--magnet" not in feed
    assert "&lt;!--magnet" not in feed
    assert "opt-in" not in feed


def test_a_private_feed_has_the_link_too(built):
    feed = text(built[0], "private/feeds/en/atom.xml")
    assert feed.count("https://ground.example/get/list/") > text(
        built[0], "public/feeds/en/atom.xml"
    ).count("https://ground.example/get/list/")
    assert "opt-in" not in feed


def test_a_summary_sees_nothing_of_it(built):
    tree = page(built, "/retired/")
    assert tree.xpath("//meta[@name='description']/@content") in ([""], [])
    assert page(built, "/about/").xpath("//meta[@name='description']/@content") == ["About."]


def test_the_manifest_says_what_is_given_for_what(manifest):
    given = manifest.magnets["list"]
    assert (given.status, given.way, given.tags) == ("published", "mail", ("lead",))
    assert (given.letters, given.name) == (True, True)
    assert set(given.texts) == {"en", "zh-Hans"}
    english, chinese = given.texts["en"], given.texts["zh-Hans"]
    assert (english.title, english.promise) == ("Twenty [[questions]]", "One page")
    assert (english.url, chinese.url) == ("/get/list/", "/zh/get/list/")
    assert english.consent == (
        "You get “Twenty [[questions]]” at once, and letters from Ground once a week."
        " One click in every letter ends them."
    )
    assert "每周一封" in chinese.consent
    assert "list" not in manifest.posts
    assert manifest.magnets["gone"].status == "retired"


def test_the_manifest_knows_posts_and_contacts(manifest):
    letter, sheet = manifest.magnets["letter"], manifest.magnets["sheet"]
    assert (letter.texts["en"].post, letter.texts["en"].files, letter.letters) == (
        "letter",
        (),
        False,
    )
    assert letter.texts["en"].consent == "You get “A letter” by mail, and nothing else."
    assert (sheet.way, sheet.letters, sheet.texts["en"].consent) == ("contact", False, "")


def test_the_form_shows_the_very_words_that_are_kept(built, manifest):
    for path, lang in (("/how/", "en"), ("/zh/how-zh/", "zh-Hans"), ("/get/list/", "en")):
        assert manifest.magnets["list"].texts[lang].consent in page(built, path).text_content()


def test_letters_alone_have_words_in_each_language(manifest):
    assert set(manifest.letters) == {"en", "zh-Hans"}
    assert "once a week" in manifest.letters["en"]
    assert "每周一封" in manifest.letters["zh-Hans"]


def test_files_are_handed_out_byte_for_byte(built, manifest):
    for name, lang, source in (
        ("list", "en", "files/List.pdf"),
        ("list", "zh-Hans", "files/单.pdf"),
        ("sheet", "en", "files/sheet.png"),
    ):
        (given,) = manifest.magnets[name].texts[lang].files
        data = (built[0] / given.path).read_bytes()
        assert data == FILES[source]
        assert (given.bytes, given.hash) == (len(data), hashlib.sha256(data).hexdigest())
        assert given.path.startswith(f"private/magnets/{name}/{lang}/")
        assert given.url == ""
    assert manifest.magnets["list"].texts["en"].files[0].type == "application/pdf"
    assert re.search(
        r"/list\.[0-9a-f]{8}\.pdf$", manifest.magnets["list"].texts["en"].files[0].path
    )


def test_the_page_that_hands_out_has_the_thanks_in_it(built, manifest):
    said = text(built[0], manifest.magnets["list"].texts["en"].page)
    assert Prepared(said).names <= DELIVERY_PAGE_SLOTS
    assert {"key", "files", "number", "name"} <= Prepared(said).names
    tree = html.fromstring(said)
    assert tree.xpath("//a[text()='this']/@href") == ["/open/"]
    (shown,) = tree.xpath("//img[@alt='The door']")
    assert shown.get("src").startswith("data:image/png;base64,")
    assert (shown.get("width"), shown.get("height")) == ("24", "24")


def test_the_mail_has_both_parts_and_whole_addresses(built, manifest):
    path = manifest.magnets["list"].texts["en"].mail
    for ending in (".html", ".txt"):
        said = text(built[0], path + ending)
        assert Prepared(said).names <= DELIVERY_MAIL_SLOTS | COMMON_SLOTS
        assert "link" in Prepared(said).names
        assert "https://ground.example/open/#end" in said
    assert "☐" in text(built[0], f"{path}.html")
    plain = text(built[0], f"{path}.txt")
    assert "questions" in plain.split("\n")[0]
    assert "twenty questions" in plain
    assert not re.search(r"</?(p|em|a|ul|li)\b", plain)
    assert "<em>twenty questions</em>" in text(built[0], f"{path}.html").replace(" style=", "")


def test_without_words_of_the_creator_there_are_good_ones(built, manifest):
    given = manifest.magnets["list"].texts["zh-Hans"]
    assert re.search("[\u4e00-\u9fff]{4}", text(built[0], f"{given.mail}.txt").split("\n", 2)[2])
    assert "What is in it" not in text(built[0], given.page)


def test_throw_away_domains_are_listed_where_they_are_refused(built, manifest):
    assert manifest.disposable == "private/disposable.txt"
    assert "mailinator.com" in text(built[0], manifest.disposable).splitlines()


def test_without_magnets_there_is_nothing_of_all_this(living, tmp_path):
    files = {"site.toml": SITE, "posts/a.md": post("Text.", title="A")}
    ran = living.ask(asking(write(tmp_path / "content", files), tmp_path / "out"))
    assert ran.ok, ran.errors
    manifest = contract.load(tmp_path / "out/manifest.json")
    assert (manifest.magnets, manifest.letters, manifest.disposable) == ({}, {}, "")
    assert not (tmp_path / "out/private/disposable.txt").exists()
    assert "/api/account" not in text(tmp_path / "out", "public/a/index.html")


def test_plugins_and_templates_from_elsewhere_read_a_link(living, tmp_path):
    template = (
        '{% extends "!theme/post.html" %}{% block main %}'
        "<pre>{{ article.content | string | e }}</pre>{{ post.content }}{% endblock %}"
    )
    files = {
        "site.toml": SITE,
        "files/List.pdf": b"%PDF",
        "magnets/list.md": post("Page.", **{**ENGLISH, "title": "Twenty"}),
        "posts/a.md": post("One.\n\n<!-- magnet: list -->", title="A"),
        "theme/templates/post.html": template,
    }
    ran = living.ask(asking(write(tmp_path / "content", files), tmp_path / "out"))
    assert ran.ok, ran.errors
    tree = html.fromstring(text(tmp_path / "out", "public/a/index.html"))
    assert tree.xpath("string(//pre)").strip() == (
        '<p>One.</p>\n<p data-magnet="list"><a href="/get/list/">Twenty: One page</a></p>'
    )
    assert forms(tree) == [("list", "a", OPT_IN)]


def test_a_site_may_have_letters_without_a_magnet(living, tmp_path):
    files = {"site.toml": f'{SITE}\n[magnets]\nletters = "weekly"\n'}
    ran = living.ask(asking(write(tmp_path / "content", files), tmp_path / "out"))
    assert ran.ok, ran.errors
    letters = contract.load(tmp_path / "out/manifest.json").letters
    assert "weekly" in letters["en"]
    assert "不定期" in letters["zh-Hans"]


def test_one_magnet_is_enough_for_an_account_and_letters(living, tmp_path):
    files = {
        "site.toml": SITE,
        "files/List.pdf": b"%PDF",
        "magnets/list.md": post("Page.", **ENGLISH),
        "posts/list.md": post("A post of that name.", title="List"),
        "posts/a.md": post("[there](../list/)", title="A"),
    }
    ran = living.ask(asking(write(tmp_path / "content", files), tmp_path / "out"))
    assert ran.ok, ran.errors
    manifest = contract.load(tmp_path / "out/manifest.json")
    assert "letters from Ground now and then" in manifest.letters["en"]
    assert manifest.disposable == ""
    shown = text(tmp_path / "out", "public/a/index.html")
    assert 'href="/api/account"' in shown
    assert '<a href="/list/">there</a>' in shown


def test_the_preview_shows_drafts_even_without_their_file(living, tmp_path):
    draft = FILES["magnets/later.md"].replace("List.pdf", "later.pdf")
    content = write(tmp_path / "content", {**FILES, "magnets/later.md": draft})
    ran = living.ask(asking(content, tmp_path / "out", drafts=True))
    assert ran.ok, ran.errors
    assert "later" in contract.load(tmp_path / "out/manifest.json").magnets
    assert contract.load(tmp_path / "out/manifest.json").magnets["later"].texts["en"].files == ()
    assert (tmp_path / "out/public/get/later/index.html").is_file()


WRONG = {
    "magnets/a.md:7: ": "![x](../files/List.pdf)",
    'magnets/b.md:11: "../files/List.pdf" is not handed': (
        "P\n\n<!-- thanks -->\n\n[x](../files/List.pdf)"
    ),
    'magnets/c.md:11: "door.png" cannot stand in a mail': "P\n\n<!-- mail -->\n\n![x](door.png)",
    'magnets/d.md:11: "https://x.example/y.png" cannot': (
        "P\n\n<!-- mail -->\n\n![x](https://x.example/y.png)"
    ),
    "magnets/e.md:11: <iframe> is shown by no mail": (
        "P\n\n<!-- mail -->\n\n<iframe src=x></iframe>"
    ),
    "magnets/f.md:9: the mark of a lead magnet stands inside": (
        "<ul><li>\n\n<!-- magnet: list -->\n\n</li></ul>"
    ),
}


def test_what_cannot_be_handed_out_or_shown_is_said_all_at_once(living, tmp_path):
    wrong = {
        said.split(":")[0]: post(body, title="A", promise="P", file="List.pdf")
        for said, body in WRONG.items()
    }
    ran = living.ask(asking(write(tmp_path / "content", {**FILES, **wrong}), tmp_path / "out"))
    assert not ran.ok
    found = [f"{e['path']}:{e['line']}: {e['text']}" for e in ran.events if e["event"] == "problem"]
    for said in WRONG:
        assert [each for each in found if each.startswith(said)], found


def test_a_broken_delivery_template_stops_the_build_by_name(living, tmp_path):
    files = {**FILES, "theme/templates/mails/delivery.txt": "Subject\n\n[[nobody]]"}
    ran = living.ask(asking(write(tmp_path / "content", files), tmp_path / "out"))
    assert "theme/templates/mails/delivery.txt" in " ".join(ran.errors)


def test_the_bytes_depend_on_nothing_else(built, tmp_path):
    environ = {"PYTHONHASHSEED": "4711", "INKSTEAD_PROCESSES": "3"}
    content = write(tmp_path / "elsewhere", FILES)
    assert engine(content, tmp_path / "out", environ=environ).ok
    assert generation(tmp_path / "out") == files_of((built[0] / "current").resolve())
