"""Header and body are told apart, and what is meant as a header is never read as text."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugins.model.entries import POST_FIELDS, PRODUCT_FIELDS
from plugins.model.frontmatter import GATES, decode, split
from plugins.model.problems import Problems
from tests.plugins.creator import read, texts

KNOWN = frozenset((*POST_FIELDS, *PRODUCT_FIELDS))


def parted(text):
    """Split a text and return it with what was said."""
    problems = Problems()
    return split(text, "a.md", KNOWN, problems), texts(problems.found)


def test_yaml_between_rules_is_a_header():
    source, said = parted("---\ntitle: A\ntags: [one, two]\n---\nBody\n")
    assert source.fields == {"title": "A", "tags": ["one", "two"]}
    assert source.lines == {"title": 2, "tags": 3}
    assert (source.body, source.body_line) == ("Body\n", 5)
    assert said == []


def test_the_keys_of_a_table_have_their_lines_too():
    source, said = parted("---\ntitle: A\nSnippets:\n  Hook: a\n  x:\n    - b\n---\nBody\n")
    assert source.lines == {"title": 2, "snippets": 3, "snippets.hook": 4, "snippets.x": 5}
    assert said == []


def test_lines_of_key_and_value_are_a_header():
    source, said = parted("Title: A\nTags: one, two\nSummary: first\n    second\n\nBody: no\n")
    assert source.fields == {"title": "A", "tags": "one, two", "summary": "first second"}
    assert source.lines == {"title": 1, "tags": 2, "summary": 3}
    assert source.body == "\nBody: no\n"
    assert said == []


def test_a_text_without_a_header_is_all_body():
    text = "# Heading\n\nText: here.\n"
    source, said = parted(text)
    assert (source.fields, source.body, source.body_line, said) == ({}, text, 1, [])


def test_an_empty_file_is_an_empty_body():
    assert parted(" \n\n")[0].fields == {}


def test_the_body_line_counts_from_the_top_of_the_file():
    source, _ = parted("\n\n---\ntitle: A\n\n---\nhere\n")
    assert source.body == "here\n"
    assert source.body_line == 7
    assert source.lines["title"] == 4


def test_dots_close_a_header_too():
    assert parted("---\ntitle: A\n...\nBody")[0].body == "Body"


def test_a_rule_in_the_text_does_not_end_or_begin_anything():
    source, said = parted("---\ntitle: A\n---\nOne\n\n---\n\nTwo\n\n---\nThree")
    assert source.body == "One\n\n---\n\nTwo\n\n---\nThree"
    assert said == []


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "true", "12:30", "2019-07-21", "1_000", "0x1F", "1e3", "0o17", ".inf", "2024"],
)
def test_yaml_never_types_a_value(written):
    assert parted(f"---\ntitle: {written}\n---\n")[0].fields == {"title": written}


def test_yaml_never_types_what_lies_in_lists_and_tables():
    source, _ = parted("---\noffers:\n  - id: no\n    price: {CNY: 9.90, USD: 12:30}\n---\n")
    assert source.fields["offers"] == [{"id": "no", "price": {"CNY": "9.90", "USD": "12:30"}}]


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_written_is_an_empty_text(nothing):
    assert parted(f"---\nsummary: {nothing}\n---\n")[0].fields == {"summary": ""}


def test_a_python_object_in_yaml_is_only_text():
    source, _ = parted("---\ntitle: !!python/object/apply:os.system ['true']\n---\n")
    assert source.fields == {"title": ["true"]}


def test_keys_are_known_in_any_case():
    source, _ = parted("---\nTitle: A\nACCESS: paid\n---\n")
    assert source.fields == {"title": "A", "access": "paid"}
    assert source.lines == {"title": 2, "access": 3}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: A\ntitle: B\n---\n", 3),
        ("---\naccess: paid\nAccess: public\n---\n", 3),
        ("---\naccess: paid\ntitle: A\n'access ': public\n---\n", 4),
        ("---\noffers:\n- id: a\n  price: {CNY: 1, CNY: 2}\n---\n", 4),
        ("Access: paid\nTitle: A\naccess: public\n\n", 3),
    ],
)
def test_a_key_written_twice_is_an_error(text, line):
    assert f"a.md:{line}: " in parted(text)[1][0]
    assert "is there twice" in parted(text)[1][0]


def test_a_header_without_an_end_is_an_error():
    _, said = parted("---\ntitle: A\naccess: paid\n\nText\n")
    assert said[0] == 'a.md:1: the front matter has no end (close it with a line "---")'


def test_yaml_that_does_not_parse_names_its_line():
    _, said = parted("---\ntitle: A\nsummary: a: b\n---\n")
    assert said[0].startswith("a.md:3: the front matter is not YAML: ")


def test_yaml_that_is_no_table_is_an_error():
    assert 'has no "key: value" lines' in parted("---\n- title: A\n---\n")[1][0]


@pytest.mark.parametrize("block", ["x: &a [*a]", "x: " + "[" * 3000, "x: " + "{a: " * 3000])
def test_yaml_without_bottom_is_an_error(block):
    source, said = parted(f"---\n{block}\n---\nBody")
    assert said
    assert source.body == "Body"


def test_a_character_that_yaml_refuses_is_an_error():
    assert "does not take" in parted("---\ntitle: \x01\n---\n")[1][0]


@pytest.mark.parametrize(
    "text", ["---\ntitle: A\naccess：paid\n---\n", "Title: A\nAccess：paid\n\n", "access：paid\n\n"]
)
def test_a_full_width_colon_is_an_error(text):
    assert any("has a full-width colon" in each for each in parted(text)[1])


def test_a_full_width_colon_in_a_value_is_text():
    source, said = parted("---\ntitle: 注意：不要\nsummary: >\n  注意：不要\n---\n")
    assert source.fields["title"] == "注意：不要"
    assert said == []


def test_two_thematic_breaks_are_no_header():
    text = "---\nA line between rules.\n---\nText"
    source, said = parted(text)
    assert (source.fields, source.body, said) == ({}, text, [])


@pytest.mark.parametrize("line", ["Access: paid", "  access: paid", "acess: paid", "status: draft"])
@pytest.mark.parametrize("before", ["", "\n", "One.\n\nTwo.\n", "# Title\n\n"])
def test_a_field_in_the_first_lines_of_the_text_is_an_error(before, line):
    said = parted(f"---\ntitle: A\n---\n{before}{line}\n")[1]
    assert len(said) == 1
    assert "looks like a field but stands in the text" in said[0]
    assert said[0].startswith(f"a.md:{4 + before.count(chr(10))}: ")


def test_a_field_further_down_is_text():
    assert parted("One\n\nTwo\n\nThree\n\nFour\n\nFive\n\nAccess: here\n")[1] == []


def test_a_block_of_unknown_keys_is_looked_through_to_its_end():
    unknown = "".join(f"one{n}x: 1\n" for n in range(12))
    assert "looks like a field" in parted(f"{unknown}access: paid\n\nText")[1][0]


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_a_field_in_a_code_fence_that_comes_first_is_code(fence):
    assert parted(f"{fence}yaml\naccess: paid\n{fence}\n\nText\n")[1] == []


@pytest.mark.parametrize("gate", GATES)
def test_another_tools_gate_in_the_text_is_an_error(gate):
    assert parted(f"{gate}: true\n\nText")[0].fields or parted(f"{gate}: true\n\nText")[1]


def test_a_toml_header_is_an_error():
    said = parted('+++\ntitle = "A"\naccess = "paid"\n+++\nText')[1]
    assert any('"access:" looks like a field' in each for each in said)


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text():
    problems = Problems()
    text = decode("\ufeff---\r\ntitle: 甲\r\n---\rBody\r\n".encode(), "a.md", problems)
    assert text == "---\ntitle: 甲\n---\nBody\n"
    assert problems.found == []


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_file_in_another_encoding_is_named_with_its_line(encoding):
    problems = Problems()
    head = b"title: a\nsummary: b\n" if encoding == "gbk" else b""
    assert decode(head + "标题：好".encode(encoding), "a.md", problems) == ""
    line = 3 if encoding == "gbk" else 1
    assert texts(problems.found) == [
        f"a.md:{line}: the file is not UTF-8 (save it as UTF-8, not as GBK or UTF-16)"
    ]


# Pieces out of which headers are made, so that arbitrary texts come near them.
pieces = (
    st.sampled_from(
        ["---", "...", "access:", "Tags", ":", "：", "-", "[", "{", "&a", "*a", "'", '"', "|", ">"]
    )
    | st.sampled_from(["#", "+++", "!!", "?", "注意", "<<"])
    | st.sampled_from(["\n", "\n\n", ": ", "\t", "    ", "- ", "```", "title: a", "\x00"])
)
near_headers = st.lists(st.one_of(pieces, st.text(max_size=6)), max_size=30).map("".join)


@given(st.one_of(st.text(), near_headers))
@settings(max_examples=400, deadline=None)
@example("---\na: &a [*a]\n---\n")
@example("title\n---\n...")
def test_splitting_never_raises_and_never_loses_text(text):
    source, said = parted(text)
    if text.strip():
        assert text.endswith(source.body)
    if not source.fields and not said and source.body_line == 1 and text.strip():
        assert source.body == text
    head = text[: len(text) - len(source.body)]
    if not head.strip().startswith("---"):
        assert not head.strip() or source.fields or said


@given(
    st.dictionaries(
        st.sampled_from(["title", "summary", "series"]),
        st.from_regex(r"[a-m甲-龟]{1,8}", fullmatch=True),
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_the_body_behind_a_header_comes_back_whole(fields, body):
    header = "".join(f"{name}: {value}\n" for name, value in fields.items())
    source, _ = parted(f"---\n{header}---\n{body}")
    assert source.body == body
    assert source.fields == fields


RULES = [
    *[("---", "---"), ("---", "..."), ("---  ", "---\t"), ("", ""), ("----", "----")],
    *[(" ---", " ---"), ("+++", "+++"), ("---", ""), ("———", "———"), ("--", "--")],
]


@st.composite
def headers_that_say_paid(draw):
    """Draw a file that asks for access to be paid, as badly typed as people type."""
    name = draw(
        st.sampled_from(
            ["access", "Access", "ACCESS", "acess", "accces", "acces", "accesss", "acccess"]
        )
        | st.sampled_from(
            ["'access'", '"access"', "ａｃｃｅｓｓ", "ac\u200bcess", "visibility", "权限"]
        )
    )
    indent = draw(
        st.sampled_from(["", "", " ", "  ", "   ", "    ", "        ", "\t", " \t", "\u3000"])
    )
    colon = draw(
        st.sampled_from([": ", ":", "：", "： ", " : ", ":\t", "\t: ", " ： ", ":  ", ":\u3000"])
    )
    value = draw(
        st.sampled_from(["paid", "Paid", "PAID", "'paid'", '"paid"', "[paid]", "paid  ", "paid,"])
    )
    line = f"{indent}{name}{colon}{value}"
    others = draw(
        st.lists(
            st.sampled_from(["title: A", "Title：A", "title:A", "date: 2024-05-01", "x: y", "# c"]),
            max_size=3,
        )
    )
    lines = draw(st.permutations([line, *dict.fromkeys(others)]))
    opening, closing = draw(st.sampled_from(RULES))
    before = draw(st.sampled_from(["", "", "\n", "\n \n\n", "\ufeff"]))
    block = "\n".join(filter(None, [opening, *lines, closing]))
    ends = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return f"{before}{block}\n\nSecret body.\n".replace("\n", ends)


@given(headers_that_say_paid())
@settings(max_examples=500, deadline=None)
@example("---\naccess:paid\n---\n\nSecret body.\n")
@example("access:paid\n\nSecret body.\n")
@example("title：A\naccess：paid\n\nSecret body.\n")
@example("---\ntitle：A\naccess：paid\n---\n\nSecret body.\n")
@example("Title: A\n    access: paid\n\nSecret body.\n")
@example("Title: A\n            access: paid\n\nSecret body.\n")
@example("---\ntitle: A\n  access：paid\n---\n\nSecret body.\n")
@example('---\n"access": paid\n---\n\nSecret body.\n')
@example("---\n{access: paid}\n---\n\nSecret body.\n")
@example("---\n{foo: 1, access: paid}\n---\n\nSecret body.\n")
@example("---\n- access: paid\n---\n\nSecret body.\n")
@example("---\naccess = paid\n---\n\nSecret body.\n")
@example('{\n"access": "paid"\n}\n\nSecret body.\n')
@example("---\n权限: paid\n---\n\nSecret body.\n")
@example("\u200baccess: paid\n\nSecret body.\n")
@example("---\nparams:\n  access: paid\n---\n\nSecret body.\n")
@example("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\naccess: paid\n\nSecret body.\n")
@example("---\na: b\n\n\naccess: paid\n...\n\nSecret body.\n")
def test_a_header_that_says_paid_is_never_silently_public(text):
    with tempfile.TemporaryDirectory() as folder:
        product = "---\nid: p\nkind: item\ngrants: [paid]\nstatus: draft\n---\n"
        loaded = read(Path(folder), {"products/p.md": product, "posts/a.md": text})
    entry = loaded.entry("posts/a.md")
    assert loaded.errors or (entry.access == ("paid",) and "Secret" not in entry.text)
