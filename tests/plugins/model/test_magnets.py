"""Lead magnets of a folder, checked against the posts, files and rules round them."""

from __future__ import annotations

import pytest

from plugins.model.library import Claims, claim_entries
from plugins.model.listings import claim_listings
from plugins.model.problems import Problems
from tests.plugins.creator import SITE, read, texts

FILES = {"files/list.pdf": b"%PDF", "files/单.pdf": b"%PDF zh", "magnets/qr.png": b"PNG"}


def text(body="Text.", **fields):
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{lines}---\n\n{body}\n"


def magnet(body="Page.", **fields):
    return text(body, **{"title": "A list", "promise": "All of it", "file": "list.pdf", **fields})


def twin(**fields):
    zh = {"title": "单", "promise": "全部", "file": "单.pdf", "lang": "zh-Hans"}
    return text(**{**zh, "translation_of": "list", **fields})


LIST = {**FILES, "magnets/list.md": magnet(tags="[lead]", ask="[name]")}
LETTERS = text(
    "Teaser.\n\n<!-- paywall -->\n\nRest.", title="Letters", access="subscribers", id="letters"
)


def test_a_magnet_has_its_page_in_each_language(tmp_path):
    loaded = read(tmp_path, {**LIST, "magnets/zh/list.md": twin()})
    assert loaded.errors == loaded.warnings == []
    (only,) = loaded.library.magnets.values()
    assert (only.id, only.status, only.letters) == ("list", "published", True)
    assert list(only.pages) == ["en", "zh-Hans"]
    assert only.page("zh-Hans").gift.files == ("单.pdf",)
    assert only.page("ja").lang == "en"
    assert only.shown_in("zh-Hans")
    assert not only.shown_in("ja")


def test_a_translation_takes_the_rest_from_its_original(tmp_path):
    contact = "{qr: qr.png, account: lin-mo}"
    first = magnet(tags="[lead]", ask="[name]", contact=contact, show="everywhere")
    files = {**FILES, "magnets/list.md": first, "magnets/zh/list.md": twin()}
    gift = read(tmp_path, files).entry("magnets/zh/list.md").gift
    assert (gift.name, gift.tags, gift.way) == (True, ("lead",), "contact")
    assert gift.contact.qr == "magnets/qr.png"
    assert gift.show.by == ""


def test_a_translation_may_have_a_contact_of_its_own(tmp_path):
    files = {
        **FILES,
        "magnets/list.md": magnet(contact="{qr: qr.png, account: lin-mo}"),
        "magnets/zh/list.md": twin(contact="{qr: qr.png, account: 林墨}"),
        "magnets/zh/qr.png": b"PNG",
    }
    loaded = read(tmp_path, files)
    assert loaded.errors == []
    contact = loaded.entry("magnets/zh/list.md").gift.contact
    assert (contact.qr, contact.account) == ("magnets/zh/qr.png", "林墨")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"file": ""}, 'needs a file in "zh-Hans"'),
        ({"tags": "[x]"}, '"tags" belongs into the lead magnet "list" alone'),
        ({"ask": "[name]"}, '"ask" belongs into the lead magnet "list" alone'),
        ({"status": "retired"}, "a translation is not retired alone"),
        ({"letters": "none"}, "letters come in all languages or in none"),
        ({"translation_of": "lst"}, 'translation_of "lst" is the id of no original'),
    ],
)
def test_a_translation_that_departs_is_an_error(tmp_path, fields, error):
    loaded = read(tmp_path, {**LIST, "magnets/zh/list.md": twin(**fields)})
    assert [said for said in loaded.errors if error in said and "magnets/zh/list.md" in said]


def test_letters_in_a_translation_alone_are_an_error(tmp_path):
    files = {**FILES, "magnets/list.md": magnet(letters="none")}
    loaded = read(tmp_path, {**files, "magnets/zh/list.md": twin(letters="每周")})
    assert "letters come in all languages or in none" in loaded.errors[0]


@pytest.mark.parametrize(
    ("site", "fields", "letters"),
    [
        ("", {}, True),
        ("", {"letters": "none"}, False),
        ('letters = "none"', {}, False),
        ("letters = false", {}, False),
        ('letters = "none"', {"letters": "weekly"}, True),
        ('letters = "weekly"', {}, True),
        ('letters = "weekly"', {"contact": "{qr: qr.png, account: a}"}, False),
    ],
)
def test_letters_come_as_the_magnet_says_else_the_site(tmp_path, site, fields, letters):
    files = {**FILES, "magnets/list.md": magnet(**fields)}
    loaded = read(tmp_path, files, site=f"{SITE}\n[magnets]\n{site}\n")
    assert loaded.errors == []
    assert loaded.library.magnets["list"].letters is letters


def test_a_draft_is_there_in_the_preview_alone(tmp_path):
    files = {**FILES, "magnets/list.md": magnet(status="draft"), "magnets/zh/list.md": twin()}
    assert read(tmp_path, files).library.magnets == {}
    assert [e for e in read(tmp_path, files).library.entries if e.gift] == []
    assert set(read(tmp_path, files, preview=True).library.magnets) == {"list"}


def test_the_file_of_a_draft_may_still_be_in_the_making(tmp_path):
    files = {"magnets/list.md": magnet(status="draft", file="later.pdf")}
    assert [each for each in read(tmp_path, files).warnings if "later.pdf" in each] == []
    shown = read(tmp_path, files, preview=True)
    assert shown.errors == []
    assert 'file "later.pdf" is not in files/' in shown.warnings[0]


def test_a_draft_of_a_translation_leaves_the_original(tmp_path):
    files = {**LIST, "magnets/zh/list.md": twin(status="draft")}
    assert list(read(tmp_path, files).library.magnets["list"].pages) == ["en"]
    assert len(read(tmp_path, files, preview=True).library.magnets["list"].pages) == 2


def test_a_retired_one_keeps_its_pages_which_no_list_names(tmp_path):
    files = {**FILES, "magnets/list.md": magnet(status="retired"), "magnets/zh/list.md": twin()}
    loaded = read(tmp_path, files)
    only = loaded.library.magnets["list"]
    assert (only.status, list(only.pages)) == ("retired", ["en", "zh-Hans"])
    assert [page.listed for page in only.pages.values()] == [False, False]
    assert not only.shown_in("en")


def test_a_magnet_may_have_the_id_of_a_post_and_of_a_product(tmp_path):
    loaded = read(tmp_path, {**LIST, "posts/list.md": "Text"})
    assert loaded.errors == []


def test_two_of_one_id_are_an_error(tmp_path):
    loaded = read(tmp_path, {**LIST, "magnets/b.md": magnet(id="list")})
    assert 'id "list" is also that of magnets/b.md' in " ".join(loaded.errors)


def test_two_of_one_address_are_an_error(tmp_path):
    loaded = read(tmp_path, {**LIST, "magnets/b.md": magnet(slug="list")})
    problems = Problems()
    claims = Claims(problems)
    claim_entries(loaded.library, claims)
    claim_listings(loaded.library, claims)
    assert '"/get/list/" is also the address of' in texts(problems.errors)[0]


@pytest.mark.parametrize("name", ["letters", "posts/l.md", "../posts/l.md"])
def test_a_post_is_named_by_id_or_source(tmp_path, name):
    given = text(title="L", promise="A letter", post=name)
    loaded = read(tmp_path, {"posts/l.md": LETTERS, "magnets/m.md": given})
    assert loaded.errors == []
    assert loaded.library.magnets["m"].gift.post == "letters"


def test_a_translation_gives_the_translation_of_the_post(tmp_path):
    loaded = read(
        tmp_path,
        {
            "posts/l.md": LETTERS,
            "posts/zh/l.md": LETTERS.replace("id: letters", "translation_of: letters\nid: 信"),
            "magnets/m.md": text(title="L", promise="A letter", post="letters", id="list"),
            "magnets/zh/m.md": text(
                title="信", promise="一封", translation_of="list", lang="zh-Hans"
            ),
        },
    )
    assert loaded.errors == []
    assert loaded.entry("magnets/zh/m.md").gift.post == "信"


@pytest.mark.parametrize(
    ("post", "error"),
    [
        ("Text", 'post "letters" is unknown'),
        (LETTERS.replace("subscribers", "public").replace("<!-- paywall -->", ""), "is not for"),
        (LETTERS.replace("id:", "lang: zh-Hans\nid:"), 'is not in "en"'),
        (LETTERS.replace("id:", "status: draft\nid:"), "is not published yet"),
        (LETTERS.replace("id:", "date: 2030-01-01\nid:"), "is not published yet"),
    ],
)
def test_a_post_that_cannot_be_given_is_an_error(tmp_path, post, error):
    given = text(title="L", promise="A letter", post="letters")
    loaded = read(tmp_path, {"posts/l.md": post, "magnets/m.md": given})
    (said,) = loaded.errors
    assert said.startswith("magnets/m.md:4: ")
    assert error in said


def placed(folder, post, **more):
    return read(folder, {**LIST, "posts/p.md": post, **more})


@pytest.mark.parametrize(
    "post",
    [text("One\n\n<!-- magnet: list -->\n\nTwo"), text(magnet="list"), text(magnet="none")],
)
def test_a_known_magnet_is_placed(tmp_path, post):
    loaded = placed(tmp_path, post)
    assert [each for each in loaded.errors + loaded.warnings if "date" not in each] == []


@pytest.mark.parametrize(
    ("post", "line", "error"),
    [
        (text("<!-- magnet: lst -->"), 4, 'lead magnet "lst" is unknown'),
        (text("<!-- magnet: lst -->"), 4, '"list"?'),
        (text(title="P", magnet="lst"), 3, 'lead magnet "lst" is unknown'),
        (text(title="P", lang="zh-Hans", magnet="list"), 4, 'has no text in "zh-Hans"'),
        (text("<!-- magnets: list -->"), 4, "is not quite the mark"),
        (text("<!-- magnet: list -->", status="draft", magnet="lst"), 3, "is unknown"),
    ],
)
def test_one_that_cannot_show_is_an_error_with_its_line(tmp_path, post, line, error):
    loaded = placed(tmp_path, post)
    assert [s for s in loaded.errors if s.startswith(f"posts/p.md:{line}:") and error in s]


@pytest.mark.parametrize("name", ["搬家清单", "搬家前的-list"])
def test_who_names_a_magnet_by_its_title_or_file_is_told_its_id(tmp_path, name):
    files = {
        **FILES,
        "magnets/搬家前的-list.md": magnet(id="magnet-9mks", title="搬家清单"),
        "posts/a.md": text(f"<!-- magnet: {name} -->", title="A", date="2026-01-01"),
    }
    (error,) = read(tmp_path, files).errors
    assert f'"{name}" is unknown' in error
    assert error.endswith('"magnet-9mks"?')


@pytest.mark.parametrize(
    ("fields", "line"),
    [({"promise": "…"}, 3), ({"body": "…"}, 7), ({"promise": "…", "status": "draft"}, 0)],
)
def test_what_was_left_to_be_written_does_not_go_public_unsaid(tmp_path, fields, line):
    warnings = read(tmp_path, {**FILES, "magnets/list.md": magnet(**fields)}).warnings
    said = f'magnets/list.md:{line}: "…" goes public as it stands'
    assert [said in each for each in warnings] == ([True] if line else [])


def test_a_mark_behind_the_paywall_is_checked_too(tmp_path):
    body = "Teaser.\n\n<!-- paywall -->\n\n<!-- magnet: lst -->"
    loaded = placed(tmp_path, text(body, access="subscribers"))
    assert loaded.errors[0].startswith('posts/p.md:9: lead magnet "lst" is unknown')


@pytest.mark.parametrize(
    ("status", "said"), [("retired", "is retired: nothing"), ("draft", "is not published yet")]
)
def test_one_that_is_not_given_is_a_warning(tmp_path, status, said):
    files = {**FILES, "magnets/list.md": magnet(status=status), "posts/p.md": text(magnet="list")}
    loaded = read(tmp_path, files)
    assert loaded.errors == []
    assert [each for each in loaded.warnings if said in each and each.startswith("posts/p.md:2")]


def test_what_is_not_published_itself_is_not_warned_of(tmp_path):
    draft = text(magnet="list", status="draft")
    files = {**FILES, "magnets/list.md": magnet(status="retired"), "posts/p.md": draft}
    assert read(tmp_path, files).warnings == []
    assert "is retired" in read(tmp_path, files, preview=True).warnings[0]


def test_a_translation_that_is_a_draft_is_a_warning(tmp_path):
    post = text(lang="zh-Hans", magnet="list")
    loaded = placed(tmp_path, post, **{"magnets/zh/list.md": twin(status="draft")})
    assert loaded.errors == []
    assert [each for each in loaded.warnings if "is not published yet" in each]


@pytest.mark.parametrize("source", ["magnets/list.md", "magnets/zh/list.md"])
def test_a_magnet_on_its_own_page_is_an_error(tmp_path, source):
    files = {**LIST, "magnets/zh/list.md": twin()}
    files[source] = files[source].rstrip("\n") + "\n\n<!-- magnet: list -->\n"
    loaded = read(tmp_path, files)
    assert "stands on its own page already" in loaded.errors[0]
    assert loaded.errors[0].startswith(source)


RULE = "[[magnets.show]]\nmagnet = {}\n{}"


@pytest.mark.parametrize(
    ("rule", "line", "error"),
    [
        ('magnet = "lst"', 5, 'lead magnet "lst" is unknown'),
        ('magnet = "list"\ntag = "nobody"', 5, 'no post has the tag "nobody"'),
        ('magnet = "list"\ntag = "inks"', 5, '"ink"?'),
        ('magnet = "list"\nseries = "x"', 5, 'no post has the series "x"'),
        ('magnet = "list"\ncategory = "x"', 5, 'no post has the category "x"'),
        ('magnet = "list"\nkind = "howtoo"', 5, 'no post has the kind "howtoo"'),
        ('magnet = "list"\ntag = "ink"\nkind = "howto"', 5, "at most one of series, tag"),
        ('tag = "ink"', 5, 'a place needs "magnet"'),
        ('magnet = "list"\nkinds = "howto"', 7, 'unknown key "kinds" (did you mean "kind"?)'),
        ('magnet = "list"\ntag = 3', 7, 'tag "3" is not text'),
    ],
)
def test_a_rule_that_names_nothing_is_an_error(tmp_path, rule, line, error):
    site = f"{SITE}\n[[magnets.show]]\n{rule}\n"
    loaded = read(tmp_path, {**LIST, "posts/p.md": text(tags="[ink]")}, site=site)
    assert [s for s in loaded.errors if s.startswith(f"site.toml:{line}:") and error in s], (
        loaded.errors
    )


def test_each_rule_is_said_with_its_own_line(tmp_path):
    rules = '[[magnets.show]]\nmagnet = "a"\n\n[[magnets.show]]\nmagnet = "b"\n'
    loaded = read(tmp_path, LIST, site=f"{SITE}\n{rules}")
    assert [said.split(" ")[0] for said in loaded.errors] == ["site.toml:5:", "site.toml:8:"]


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ("[magnets]\nrefuse_disposable = 1", 'refuse_disposable "1" is neither true nor false'),
        ("[magnets]\nleters = 1", '(did you mean "letters"?)'),
        ("[magnets]\nletters = 3", 'letters "3" is not text'),
        ("[magnets]\nshow = 3", "write [[magnets.show]] for each place"),
        ('[language.zh-Hans.magnets]\nletters = "none"', "letters come in all languages or in"),
        ("[language.zh-Hans.magnets]\nshow = 1", 'unknown key "show"'),
    ],
)
def test_the_table_of_the_site_is_checked(tmp_path, table, error):
    loaded = read(tmp_path, LIST, site=f"{SITE}\n{table}\n")
    assert error in " ".join(loaded.errors)


def test_the_site_says_how_often_letters_come_in_each_language(tmp_path):
    tables = '[magnets]\nletters = "weekly"\n[language.zh-Hans.magnets]\nletters = "每周一封"\n'
    site = read(tmp_path, LIST, site=f"{SITE}\n{tables}").library.site
    assert [language.letters for language in site.languages] == ["weekly", "每周一封"]
    assert not site.refuse_disposable


@pytest.mark.parametrize("never", ['"none"', '"不寄"', "false"])
def test_the_site_says_that_no_letters_come_as_a_magnet_does(tmp_path, never):
    site = read(tmp_path, LIST, site=f"{SITE}\n[magnets]\nletters = {never}\n").library.site
    assert [language.letters for language in site.languages] == [None, None]
