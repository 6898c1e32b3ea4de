"""Every field of a file is checked, and what is wrong is said with its line."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model.entries import POST_FIELDS, PRODUCT_FIELDS, Fields
from plugins.model.frontmatter import GATES, Source
from plugins.model.problems import Problems
from plugins.model.site_file import read_site
from tests.plugins.creator import texts

SITE = read_site({"languages": ["en", "zh-Hans"], "time_zone": "Asia/Shanghai"}, "", Problems())


def fields(**values):
    """Return the fields of a file whose every value stands on a line of its own."""
    lines = {name: number for number, name in enumerate(values, 2)}
    return Fields(Source(values, lines), "a.md", SITE, Problems())


def said(asked):
    return texts(asked.problems.found)


def test_a_text_is_one_line():
    assert fields(title="  a \n b ").text("title") == "a b"


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_a_list_or_table_is_no_text(value):
    asked = fields(id="x", title=value)
    assert asked.text("title") == ""
    assert said(asked) == ["a.md:3: title is one text, not a list or a table"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (["a", " b  c "], ("a", "b c")),
        ("a, b", ("a", "b")),
        ("甲，乙、丙；丁", ("甲", "乙", "丙", "丁")),
        ("[a, b]", ("a", "b")),
        (["a", "a", ""], ("a",)),
        ("", ()),
    ],
)
def test_a_list_may_stand_on_one_line(value, found):
    asked = fields(tags=value)
    assert asked.texts("tags") == found
    assert said(asked) == []


@pytest.mark.parametrize("value", [{"a": "b"}, [["a"]], [{"a": "b"}]])
def test_what_is_no_list_of_texts_is_an_error(value):
    asked = fields(tags=value)
    assert asked.texts("tags") == ()
    assert said(asked) == ["a.md:2: tags is a list of texts (write [one, two])"]


def test_a_word_is_one_of_the_known():
    known = ("published", "draft")
    assert fields().choice("status", known, "published") == "published"
    assert fields(status="Draft").choice("status", known, "published") == "draft"


@pytest.mark.parametrize(
    ("value", "hint"),
    [("drft", '(did you mean "draft"?)'), ("zebra", "(known: published, draft)")],
)
def test_an_unknown_word_is_an_error_with_a_way_out(value, hint):
    asked = fields(status=value)
    assert asked.choice("status", ("published", "draft"), "published") == "published"
    assert said(asked) == [f'a.md:2: status "{value}" is unknown {hint}']


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-05-01", (2024, 4, 30, 16, 0)),
        ("2024-05-01 09:30", (2024, 5, 1, 1, 30)),
        ("2024/05/01 09:30", (2024, 5, 1, 1, 30)),
        ("2024-05-01T09:30:00+00:00", (2024, 5, 1, 9, 30)),
        ("2024-05-01T09:30:00Z", (2024, 5, 1, 9, 30)),
    ],
)
def test_a_date_without_a_zone_is_meant_in_the_sites(written, meant):
    assert fields(date=written).date("date") == datetime.datetime(*meant, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2024-13-01", "2024-5-1", "12", "0001-01-01", "9999-12-31", "2024年5月1日"],
)
def test_what_is_no_date_is_an_error(written):
    asked = fields(date=written)
    assert asked.date("date") is None
    assert said(asked)[0].startswith(f'a.md:2: date "{written}" is no date (write 2024-05-01')


def test_a_date_falls_back_on_the_file_name():
    assert fields().date("date", "2024-05-01").year == 2024
    assert fields().date("date") is None


@pytest.mark.parametrize(
    ("written", "slug"), [("My-Post", "my-post"), ("/a/", "a"), ("早市", "早市"), ("", "fallback")]
)
def test_a_slug_is_taken_as_it_is_or_from_the_name(written, slug):
    asked = fields(slug=written)
    assert asked.slug("fallback") == slug
    assert said(asked) == []


def test_a_slug_that_is_not_fit_for_an_address_says_one_that_is():
    asked = fields(slug="my post/one")
    asked.slug("x")
    assert said(asked) == [
        'a.md:2: slug "my post/one" is not fit for an address (write "my-post-one")'
    ]


def test_a_name_that_leaves_no_slug_is_an_error():
    asked = fields()
    assert asked.slug("!!") == "post"
    assert said(asked) == ['a.md:0: the file needs a slug (write "slug: my-post")']


@pytest.mark.parametrize("written", ["a", "a-b_c.d", "2024/早市", "en/a.b", "A"])
def test_an_id_is_kept_as_it_is(written):
    assert fields(id=written).id("x") == written


@pytest.mark.parametrize(
    "written", ["a b", "/a", "a/", "a//b", "../a", "a/../b", "-a", "a?b", "a" * 201]
)
def test_what_is_no_id_is_an_error(written):
    asked = fields(id=written)
    asked.id("x")
    assert said(asked)[0].startswith(f'a.md:2: id "{written}" is no id')


def test_an_id_from_a_path_is_made_fit():
    asked = fields()
    assert asked.id("en/a b!/早市") == "en/a-b/早市"
    assert said(asked) == []


@given(st.text(min_size=1))
def test_an_id_is_never_a_way_out_of_its_folder(path):
    made = fields().id(path)
    assert made
    assert not {"", ".", ".."} & set(made.split("/"))
    assert "\\" not in made


def test_a_language_is_one_of_the_sites():
    assert fields(lang="zh").language("en") == "zh-Hans"
    assert fields().language("en") == "en"
    asked = fields(lang="fr")
    assert asked.language("en") == "en"
    assert said(asked) == [
        'a.md:2: lang "fr" is no language of the site (known: en, zh-Hans; site.toml lists them)'
    ]


def test_access_is_public_unless_said():
    assert fields().access({}) == ("public",)


@pytest.mark.parametrize(
    ("written", "words"),
    [("paid", ("paid",)), ("Paid, VIP", ("paid", "vip")), (["subscribers"], ("subscribers",))],
)
def test_access_words_are_those_that_products_grant(written, words):
    asked = fields(access=written)
    assert asked.access({"paid": None, "vip": None}) == words
    assert said(asked) == []


@pytest.mark.parametrize(
    "written", ["payd", "pаid", "members", "paid # for members", "paid vip", "真"]
)
def test_a_word_that_nothing_grants_is_an_error_and_never_public(written):
    asked = fields(access=written)
    assert asked.access({"paid": None}) != ("public",)
    assert "is granted by no product (known: paid, public, subscribers)" in said(asked)[0]


def test_a_misspelt_access_word_is_told_the_one_that_was_meant():
    asked = fields(access="premum")
    asked.access({"premium": None})
    assert said(asked)[0].endswith(' — "premium"?')


def test_public_stands_alone():
    asked = fields(access="public, paid")
    asked.access({"paid": None})
    assert 'access "public" stands alone' in said(asked)[0]


@pytest.mark.parametrize("value", [{"paid": "yes"}, [["paid"]]])
def test_access_in_any_other_shape_is_an_error(value):
    asked = fields(access=value)
    asked.access({"paid": None})
    assert said(asked)


@pytest.mark.parametrize(
    ("written", "path"),
    [("/old/", "/old/"), ("old", "/old/"), ("/a/b.html", "/a/b.html"), ("/旧/", "/旧/")],
)
def test_an_alias_is_a_path_of_the_site(written, path):
    assert fields(aliases=[written]).aliases() == (path,)


@pytest.mark.parametrize(
    "written", ["https://a.example/b", "//a.example/b", "/", "/a?b=1", "/a/../b"]
)
def test_what_is_no_path_of_the_site_is_no_alias(written):
    asked = fields(aliases=[written])
    assert asked.aliases() == ()
    assert said(asked) == [
        f'a.md:2: aliases "{written}" is no path of the site (write "/old/path/")'
    ]


def test_canonical_is_an_address():
    assert fields(canonical="https://a.example/b").canonical() == "https://a.example/b"
    asked = fields(canonical="javascript:alert(1)")
    assert asked.canonical() == ""
    assert 'canonical "javascript:alert(1)" is no address' in said(asked)[0]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("modified", "updated"),
        ("lastmod", "updated"),
        ("description", "summary"),
        ("authors", "author"),
    ],
)
def test_what_other_tools_call_the_same_thing_is_read_as_ours(theirs, ours):
    asked = fields(**{theirs: "x"})
    assert asked.adopt(POST_FIELDS) == []
    assert asked.text(ours) == "x"
    assert asked.place(ours).line == 2


def test_our_own_name_wins_over_a_synonym():
    asked = fields(summary="ours", description="theirs")
    assert [name for name, _ in asked.adopt(POST_FIELDS)] == ["description"]
    assert asked.text("summary") == "ours"


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_of_another_tool_is_an_error(gate):
    asked = fields(**{gate: "paid"})
    asked.adopt(POST_FIELDS)
    assert said(asked) == [f'a.md:2: "{gate}" gates nothing here (write "access: paid")']


def test_a_gate_inside_an_unknown_field_is_an_error():
    asked = fields(params={"Access": "paid"})
    asked.adopt(POST_FIELDS)
    assert said(asked) == ['a.md:2: "params.Access" gates nothing here (write "access: paid")']


@pytest.mark.parametrize(
    ("written", "meant"),
    [("acess", "access"), ("titel", "title"), ("标签", "tags"), ("tag", "tags")],
)
def test_a_near_miss_of_a_field_is_an_error(written, meant):
    asked = fields(**{written: "x"})
    asked.adopt(POST_FIELDS)
    assert said(asked) == [f'a.md:2: unknown field "{written}" (did you mean "{meant}"?)']


def test_another_unknown_field_is_returned_with_its_line():
    asked = fields(title="a", layout="b")
    assert [(name, place.line) for name, place in asked.adopt(POST_FIELDS)] == [("layout", 3)]
    assert said(asked) == []


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"draft": "true"}, "draft"),
        ({"draft": "Yes"}, "draft"),
        ({"published": "false"}, "draft"),
        ({"draft": "false"}, ""),
        ({"published": "true"}, ""),
        ({"status": "hidden", "draft": "true"}, "draft"),
    ],
)
def test_flags_of_other_tools_make_a_draft(values, status):
    asked = fields(**values)
    assert asked.adopt(POST_FIELDS) == []
    assert asked.text("status") == status


def test_a_draft_flag_that_is_neither_true_nor_false_is_an_error():
    asked = fields(draft="maybe")
    asked.adopt(POST_FIELDS)
    assert 'draft "maybe" is neither true nor false' in said(asked)[0]


def test_a_products_fields_are_all_known():
    asked = fields(**dict.fromkeys(PRODUCT_FIELDS, "x"))
    assert asked.adopt(PRODUCT_FIELDS) == []
    assert said(asked) == []
