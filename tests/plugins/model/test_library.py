"""A whole folder is read and checked against itself; what is premium goes into the vault alone."""

from __future__ import annotations

import datetime

import pytest

from plugins.model.library import Claims, claim_entries
from plugins.model.listings import claim_listings
from plugins.model.problems import Problems
from tests.plugins.creator import NOON, SITE, read, texts

PAID = {
    "products/pass.md": (
        "---\nid: pass\nkind: pass\ngrants: [paid]\n"
        "offers:\n  - {id: year, price: {CNY: 9}, days: 365}\n---\n"
    )
}


def claimed(loaded):
    """Claim every path of a library and return what was said."""
    problems = Problems()
    claims = Claims(problems)
    claim_entries(loaded.library, claims)
    claim_listings(loaded.library, claims)
    return texts(problems.errors)


@pytest.mark.parametrize(
    ("path", "id_", "slug", "date"),
    [
        ("posts/a.md", "a", "a", ""),
        ("posts/a/index.md", "a", "a", ""),
        ("posts/2024/05/a.md", "2024/05/a", "a", ""),
        ("posts/2024-05-01-a.md", "a", "a", "2024-05-01"),
        ("posts/2024-05-01-a/index.md", "a", "a", "2024-05-01"),
        ("posts/2024-05-01.md", "2024-05-01", "2024-05-01", "2024-05-01"),
        ("posts/2024-05-01-早市.md", "早市", "早市", "2024-05-01"),
        ("posts/My Post.markdown", "my-post", "my-post", ""),
        ("posts/index.md", "index", "index", ""),
        ("posts/a.MD", "a", "a", ""),
    ],
)
def test_id_slug_and_date_come_from_the_path(tmp_path, path, id_, slug, date):
    loaded = read(tmp_path, {path: "Text"})
    entry = loaded.entry(path)
    assert (entry.id, entry.slug, entry.url) == (id_, slug, f"/{slug}/")
    assert (entry.date.date().isoformat() if entry.date else "") == date
    assert loaded.errors == []


def test_fields_win_over_the_path(tmp_path):
    header = "---\nid: mine\nslug: its-own\ndate: 2024-02-02\n---\n"
    entry = read(tmp_path, {"posts/2024-05-01-a.md": header}).entry("posts/2024-05-01-a.md")
    assert (entry.id, entry.slug, entry.date.month) == ("mine", "its-own", 2)


def test_the_language_is_that_of_the_folder_unless_said(tmp_path):
    loaded = read(
        tmp_path,
        {
            "posts/a.md": "A",
            "posts/zh/b.md": "B",
            "posts/zh/c.md": "lang: en\n\nC",
            "posts/fr/d.md": "D",
        },
    )
    found = {entry.source: (entry.lang, entry.url) for entry in loaded.library.entries}
    assert found == {
        "posts/a.md": ("en", "/a/"),
        "posts/zh/b.md": ("zh-Hans", "/zh/b/"),
        "posts/zh/c.md": ("en", "/c/"),
        "posts/fr/d.md": ("en", "/d/"),
    }


def test_rooms_make_posts_pages_and_products(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "A", "pages/b.md": "B", "c.md": "C", **PAID})
    rooms = {entry.source: entry.room for entry in loaded.library.entries}
    assert rooms == {"posts/a.md": "post", "pages/b.md": "page", "products/pass.md": "product"}


def test_a_bare_folder_is_all_posts(tmp_path):
    files = {
        "a.md": "A",
        "deep/b.md": "B",
        ".git/c.md": "C",
        "_d.md": "D",
        "node_modules/e.md": "E",
    }
    loaded = read(tmp_path, {**files, "output/manifest.json": "{}", "output/f.md": "F"}, site=None)
    assert {entry.source for entry in loaded.library.entries} == {"a.md", "deep/b.md"}
    assert loaded.library.entries[0].room == "post"


def test_unicode_names_titles_tags_and_slugs_work(tmp_path):
    text = "---\ntitle: 早市\ntags: [豆浆, 油条]\ncategory: 生活\nseries: 一年\n---\n正文"
    loaded = read(tmp_path, {"posts/早 市.md": text})
    assert loaded.entry("posts/早 市.md").url == "/早-市/"
    assert {term.url for term in loaded.library.terms} == {
        "/tags/豆浆/",
        "/tags/油条/",
        "/categories/生活/",
        "/series/一年/",
    }
    assert loaded.errors == []


@pytest.mark.parametrize(
    ("text", "title", "left"),
    [
        ("# Own *it*\n\nText", "Own it", "\n\nText"),
        ("\n\n## Own\n\nText", "Own", "\n\n\n\nText"),
        ("Text\n\n## Later\n", "Later", "Text\n\n## Later\n"),
        ("```\n# Code\n```\n\n## After\n", "After", "```\n# Code\n```\n\n## After\n"),
        ("Text", "a b", "Text"),
        ("# [Link](x) `code` #\nText", "Link code", "\nText"),
        ("# 标题 {#id}\n", "标题", "\n"),
        ("---\ntitle: Own\n---\n# Own\n\nText", "Own", "\n\nText"),
        ("---\ntitle: Own\n---\n## own\n\nText", "Own", "\n\nText"),
        ("---\ntitle: Own\n---\n# Other\n\nText", "Own", "# Other\n\nText"),
    ],
)
def test_the_title_is_written_or_the_first_heading_or_the_name(tmp_path, text, title, left):
    entry = read(tmp_path, {"posts/a-b.md": text}).entry("posts/a-b.md")
    assert (entry.title, entry.text) == (title, left)


def test_a_title_does_not_come_from_behind_the_paywall(tmp_path):
    text = "---\naccess: paid\n---\nTeaser\n\n<!-- paywall -->\n\n# Secret\n"
    assert read(tmp_path, {"posts/a-b.md": text, **PAID}).entry("posts/a-b.md").title == "a b"


def test_what_is_premium_is_in_the_vault_and_nowhere_else(tmp_path):
    text = "---\naccess: paid\n---\nTeaser\n\n<!-- paywall -->\n\nCanary\n"
    loaded = read(tmp_path, {"posts/a.md": text, **PAID})
    assert loaded.errors == []
    assert loaded.entry("posts/a.md").gated
    assert loaded.vault["posts/a.md"].text == "\nCanary\n"
    assert loaded.vault["posts/a.md"].line == 7
    assert "Canary" not in repr(loaded.library)


def test_a_gated_text_with_a_summary_and_no_marker_is_all_premium(tmp_path):
    text = "---\naccess: paid\nsummary: Teaser\n---\n# Canary\n\nCanary\n"
    loaded = read(tmp_path, {"posts/a.md": text, **PAID})
    assert loaded.errors == []
    assert loaded.entry("posts/a.md").text == ""
    assert loaded.vault["posts/a.md"].text == "# Canary\n\nCanary\n"
    assert "Canary" not in repr(loaded.library)


def test_a_gated_text_without_marker_or_summary_is_an_error_and_stays_hidden(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "---\naccess: paid\n---\nCanary", **PAID})
    assert loaded.errors[0].startswith("posts/a.md:2: a gated text needs a teaser")
    assert "Canary" not in repr(loaded.library)


def test_a_marker_in_a_public_text_is_an_error_and_its_rest_stays_hidden(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "One\n\n<!-- paywall -->\nCanary"})
    assert loaded.errors == [
        'posts/a.md:3: a paywall marker in a public text (write "access: paid", or take it away)'
    ]
    assert "Canary" not in repr(loaded.library)


def test_a_teaser_that_needs_a_premium_footnote_is_an_error(tmp_path):
    text = "---\naccess: paid\n---\nSee[^1]\n\n<!-- paywall -->\n\n[^1]: Canary\n"
    loaded = read(tmp_path, {"posts/a.md": text, **PAID})
    assert loaded.errors[0].startswith('posts/a.md:4: the teaser uses "[^1]"')


def test_a_product_page_keeps_its_owners_part_in_the_vault(tmp_path):
    product = PAID["products/pass.md"] + "Sales\n\n<!-- paywall -->\n\nCanary\n"
    loaded = read(tmp_path, {"products/pass.md": product})
    assert loaded.errors == []
    assert "Canary" not in repr(loaded.library)
    assert loaded.vault["products/pass.md"].text == "\nCanary\n"


def test_an_access_word_that_no_product_grants_is_an_error_with_a_guess(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "---\naccess: paidd\nsummary: s\n---\nCanary", **PAID})
    assert loaded.errors == [
        'posts/a.md:2: access "paidd" is granted by no product'
        ' (known: paid, public, subscribers) — "paid"?'
    ]
    assert "Canary" not in repr(loaded.library)


def test_a_word_that_a_retired_product_grants_still_gates(tmp_path):
    product = PAID["products/pass.md"].replace("kind: pass", "kind: pass\nstatus: retired")
    text = "---\naccess: paid\nsummary: s\n---\nText"
    loaded = read(tmp_path, {"posts/a.md": text, "products/pass.md": product})
    assert loaded.errors == []
    assert loaded.entry("posts/a.md").gated
    assert loaded.library.offers_for({"paid"}) == []
    assert 'posts/a.md:2: nothing on sale opens access "paid"' in loaded.warnings


def test_offers_are_those_that_open_an_access_word(tmp_path):
    loaded = read(tmp_path, PAID)
    assert [(p.id, o.id) for p, o in loaded.library.offers_for({"paid"})] == [("pass", "year")]
    assert loaded.library.offers_for({"other"}) == []


def test_ids_that_collide_name_both_files(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "id: Straße\n\nA", "pages/b.md": "id: STRASSE\n\nB"})
    assert loaded.errors == [
        'posts/a.md:1: id "Straße" is also that of pages/b.md'
        ' (write another "id:" into one of them)'
    ]


def test_a_product_may_have_the_id_of_a_post(tmp_path):
    assert read(tmp_path, {"posts/pass.md": "slug: other\n\nA", **PAID}).errors == []


@pytest.mark.parametrize(
    "other",
    ["slug: a\n\nB", "slug: A\n\nB", "aliases: /a/\n\nB", "aliases: /A/\n\nB", "aliases: a\n\nB"],
)
def test_addresses_that_collide_name_both_files(tmp_path, other):
    errors = claimed(read(tmp_path, {"posts/a.md": "A", "pages/b.md": other}))
    assert len(errors) == 1
    assert "posts/a.md" in errors[0]
    assert "pages/b.md:1" in errors[0]


def test_an_alias_may_not_be_a_page_of_the_site(tmp_path):
    errors = claimed(read(tmp_path, {"posts/a.md": "aliases: /archive/, /api/\n\nA"}))
    assert any('"/archive/" is also the address of posts/a.md:1' in each for each in errors)
    assert any('"/api/" is also the address of posts/a.md:1' in each for each in errors)


def test_a_slug_may_not_be_a_page_of_the_site(tmp_path):
    errors = claimed(read(tmp_path, {"posts/a.md": "slug: archive\n\nA"}))
    assert '"/archive/" is also the address of posts/a.md:1' in errors[0]


def test_a_folder_without_collisions_claims_every_path_once(tmp_path):
    files = {"posts/a.md": "tags: x\naliases: /old/\n\nA", "posts/zh/a.md": "A", **PAID}
    assert claimed(read(tmp_path, files)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++", "C#"),
        ("Python", "python"),
        ("a b", "a-b"),
        ("Straße", "strasse"),
        ("Cafe\u0301", "café"),
    ],
)
@pytest.mark.parametrize("kind", ["tags", "category", "series"])
def test_terms_that_collide_name_both_posts(tmp_path, kind, one, other):
    loaded = read(
        tmp_path, {"posts/a.md": f"{kind}: {one}\n\nA", "posts/b.md": f"{kind}: {other}\n\nB"}
    )
    assert len(loaded.errors) == 1
    assert one in loaded.errors[0]
    assert other in loaded.errors[0]
    assert "posts/a.md:1" in loaded.errors[0]
    assert "posts/b.md:1" in loaded.errors[0]
    assert "[slugs] in site.toml" in loaded.errors[0]


def test_a_slug_in_the_settings_keeps_terms_apart(tmp_path):
    files = {"posts/a.md": "tags: C++\n\nA", "posts/b.md": "tags: C#\n\nB"}
    loaded = read(tmp_path, files, site=SITE + '[slugs]\n"C++" = "cpp"\n')
    assert loaded.errors == []
    assert {term.url for term in loaded.library.terms} == {"/tags/cpp/", "/tags/c/"}


def test_a_term_without_letters_needs_a_slug(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "tags: [☂]\n\nA"})
    assert len(loaded.errors) == 1


def test_the_same_tag_in_two_languages_is_two_terms(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "tags: x\n\nA", "posts/zh/b.md": "tags: x\n\nB"})
    assert [(t.lang, t.url) for t in loaded.library.terms] == [
        ("en", "/tags/x/"),
        ("zh-Hans", "/zh/tags/x/"),
    ]


def test_a_series_reads_from_its_first_post_and_a_tag_from_its_newest(tmp_path):
    header = "---\ndate: 2024-01-0{0}\nseries: s\ntags: t\n---\n"
    files = {f"posts/p{n}.md": header.format(n) for n in (1, 3, 2)}
    terms = {term.kind: term for term in read(tmp_path, files).library.terms}
    assert [entry.id for entry in terms["series"].entries] == ["p1", "p2", "p3"]
    assert [entry.id for entry in terms["tag"].entries] == ["p3", "p2", "p1"]


def test_translations_know_each_other(tmp_path):
    files = {"posts/a.md": "A", "posts/zh/b.md": "translation_of: a\n\nB"}
    loaded = read(tmp_path, files)
    one, other = loaded.entry("posts/a.md"), loaded.entry("posts/zh/b.md")
    assert loaded.errors == []
    assert loaded.library.translations_of(one) == [other]
    assert loaded.library.translations_of(other) == [one]


def test_a_translation_that_is_not_built_is_not_linked(tmp_path):
    files = {"posts/a.md": "A", "posts/zh/b.md": "translation_of: a\nstatus: draft\n\nB"}
    loaded = read(tmp_path, files)
    assert loaded.library.translations_of(loaded.entry("posts/a.md")) == []


def test_a_translation_of_nothing_is_an_error(tmp_path):
    loaded = read(tmp_path, {"posts/zh/b.md": "translation_of: a\n\nB"})
    assert 'posts/zh/b.md:1: translation_of "a" is the id of no original' in loaded.errors[0]


def test_the_same_language_twice_is_an_error(tmp_path):
    files = {"posts/a.md": "A", "posts/b.md": "translation_of: a\n\nB"}
    assert 'posts/b.md:1: posts/a.md is already the text in "en"' in read(tmp_path, files).errors[0]


def test_translations_have_the_same_access(tmp_path):
    gated = "---\naccess: paid\nsummary: s\n---\nText"
    public = "---\ntranslation_of: a\n---\nText"
    loaded = read(tmp_path, {"posts/a.md": gated, "posts/zh/b.md": public, **PAID})
    assert loaded.errors == [
        'posts/zh/b.md:0: access "public" differs from "paid" of its translation posts/a.md'
        " (make them the same)"
    ]


def test_a_translated_product_has_only_words_of_its_own(tmp_path):
    there = "---\ntranslation_of: pass\ntitle: 通行证\n---\n卖点"
    loaded = read(tmp_path, {"products/zh/pass.md": there, **PAID})
    assert loaded.errors == []
    product = loaded.library.products["pass"]
    assert product.page("zh-Hans").title == "通行证"
    assert product.page("fr").lang == "en"
    assert list(loaded.library.products) == ["pass"]


def test_a_translated_product_may_not_sell_on_its_own(tmp_path):
    there = "---\ntranslation_of: pass\ngrants: [paid]\n---\n卖点"
    loaded = read(tmp_path, {"products/zh/pass.md": there, **PAID})
    assert '"grants" belongs into the product "pass" alone' in loaded.errors[0]


def test_an_offer_id_in_two_products_is_an_error(tmp_path):
    files = {**PAID, "products/b.md": PAID["products/pass.md"].replace("id: pass", "id: b")}
    assert 'offer id "year" is also in' in read(tmp_path, files).errors[0]


def test_an_offer_id_twice_in_a_product_is_an_error(tmp_path):
    offer = "  - {id: year, price: {CNY: 9}, days: 365}\n"
    text = PAID["products/pass.md"].replace(offer, offer * 2)
    assert 'offer id "year" is also in' in read(tmp_path, {"products/p.md": text}).errors[0]


def test_a_product_without_an_offer_is_a_warning(tmp_path):
    text = "---\nid: p\nkind: item\ngrants: [x]\n---\n"
    assert read(tmp_path, {"products/p.md": text}).warnings == [
        'products/p.md:0: product "p" has no offer: nobody can buy it'
    ]


def test_products_stand_by_kind(tmp_path):
    head = "---\nkind: {0}\ngrants: [{0}]\n---\n"
    kinds = ("bundle", "item", "pass", "membership")
    files = {f"products/{n}.md": head.format(kind) for n, kind in enumerate(kinds)}
    found = [p.sale.kind for p in read(tmp_path, files).library.products.values()]
    assert found == ["membership", "pass", "item", "bundle"]


def test_a_later_date_is_scheduled_and_not_built(tmp_path):
    header = "---\ndate: 2026-06-01 12:00:{0}\n---\n"
    loaded = read(tmp_path, {"posts/a.md": header.format("00"), "posts/b.md": header.format("01")})
    assert [entry.id for entry in loaded.library.entries] == ["a"]
    assert [entry.id for entry in loaded.library.scheduled] == ["b"]
    assert loaded.library.next == NOON + datetime.timedelta(seconds=1)
    assert "posts/b.md" in loaded.library.by_source


def test_a_scheduled_post_is_not_in_any_list(tmp_path):
    files = {"posts/b.md": "---\ndate: 2027-01-01\ntags: x\n---\n"}
    library = read(tmp_path, files).library
    assert (library.posts(), library.terms) == ([], ())


def test_a_preview_shows_drafts_but_not_what_is_scheduled(tmp_path):
    files = {"posts/a.md": "status: draft\n\nA", "posts/b.md": "date: 2027-01-01\n\nB"}
    public, preview = (read(tmp_path, files, preview=way).library for way in (False, True))
    assert [entry.id for entry in public.entries] == []
    assert [entry.id for entry in preview.entries] == ["a"]
    assert [entry.id for entry in public.drafts] == ["a"]
    assert preview.posts() == []


def test_a_hidden_post_is_built_but_not_listed(tmp_path):
    library = read(tmp_path, {"posts/a.md": "status: hidden\ntags: x\n\nA"}).library
    assert [entry.id for entry in library.entries] == ["a"]
    assert (library.posts(), library.terms) == ([], ())


def test_the_newest_comes_first_and_the_undated_last_by_natural_name(tmp_path):
    files = {f"posts/issue-{n}.md": "Text" for n in (1, 2, 9, 10)}
    loaded = read(
        tmp_path, {**files, "posts/2020-01-01-old.md": "x", "posts/2024-01-01-new.md": "x"}
    )
    assert [entry.id for entry in loaded.library.posts()] == [
        "new",
        "old",
        "issue-10",
        "issue-9",
        "issue-2",
        "issue-1",
    ]
    assert len(loaded.warnings) == 1
    assert "4" in loaded.warnings[0]
    assert "sorted by file name" in loaded.warnings[0]


def test_an_unknown_field_is_one_warning_however_often_it_stands(tmp_path):
    files = {f"posts/{n}.md": "---\ndate: 2024-01-01\nlayout: x\n---\n" for n in "abc"}
    assert read(tmp_path, files).warnings == [
        'posts/a.md:3: unknown field "layout" is passed over, here and elsewhere (3 files in all)'
    ]
    one = {"posts/a.md": files["posts/a.md"], "posts/b.md": "date: 2024-01-01\n\n"}
    (tmp_path / "posts" / "c.md").unlink()
    assert read(tmp_path, one).warnings == ['posts/a.md:3: unknown field "layout" is passed over']


def test_a_file_that_is_not_utf_8_is_an_error_beside_the_others(tmp_path):
    files = {"posts/a.md": "标题".encode("gbk"), "posts/b.md": "status: x\n\n"}
    assert [error.split(":")[0] for error in read(tmp_path, files).errors] == [
        "posts/a.md",
        "posts/b.md",
    ]


def test_errors_of_many_files_come_at_once(tmp_path):
    files = {
        "posts/a.md": "---\nacess: paid\nstatus: x\n---\n",
        "posts/b.md": "---\ndate: no\n---\n",
        "products/p.md": "---\nkind: x\n---\n",
    }
    errors = read(tmp_path, files).errors
    assert {error.split(":")[0] for error in errors} == set(files)
    assert len(errors) >= 5


def test_reading_the_same_folder_twice_gives_the_same(tmp_path):
    files = {f"posts/{name}.md": "tags: a, b\n\nText" for name in "cab"}
    one, two = (read(tmp_path, {**files, **PAID}) for _ in range(2))
    assert one.library == two.library


def test_an_empty_access_is_an_error_not_public(tmp_path):
    loaded = read(tmp_path, {"posts/a.md": "---\ntitle: A\naccess:\n---\nText\n"})
    assert texts(loaded.problems.errors) == [
        'posts/a.md:3: access is empty (write "access: paid" or "access: public")'
    ]


def adopting(name, *ids):
    text = PAID["products/pass.md"].replace("id: year", f"id: {name}-year")
    return text.replace("id: pass\n", f"id: {name}\nadopts: [{', '.join(ids)}]\n")


def test_an_id_that_two_products_adopt_is_an_error_that_names_both(tmp_path):
    files = {
        "products/a.md": adopting("a", "price_1", "prod_2"),
        "products/b.md": adopting("b", "price_3", "prod_2"),
    }
    loaded = read(tmp_path, files)
    assert len(loaded.errors) == 1
    assert '"prod_2" is also adopted by products/a.md' in loaded.errors[0]
    assert loaded.errors[0].startswith("products/b.md:")
    assert not loaded.errors[0].startswith("products/b.md:0")


def test_products_adopt_each_their_own(tmp_path):
    files = {"products/a.md": adopting("a", "price_1"), "products/b.md": adopting("b", "price_2")}
    loaded = read(tmp_path, files)
    assert loaded.errors == []
    assert loaded.library.products["b"].sale.adopts == ("price_2",)


def test_a_translated_product_adopts_nothing(tmp_path):
    there = "---\ntranslation_of: pass\nadopts: [price_1]\n---\n卖点"
    loaded = read(tmp_path, {"products/zh/pass.md": there, **PAID})
    assert '"adopts" belongs into the product "pass" alone' in loaded.errors[0]
