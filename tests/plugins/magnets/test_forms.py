"""Marks in HTML become a link for everybody and a form on our pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.magnets.forms import filled, linked, misplaced, places, wording
from plugins.reader.render import Job, render


def html_of(text):
    return render(Job(text)).html


def way(name):
    return ("/get/list/", 'A "list": <all>') if name == "list" else None


def test_a_mark_becomes_a_paragraph_with_a_link():
    html = linked(html_of("One\n\n<!-- magnet: list -->\n\nTwo"), way)
    assert html == (
        '<p>One</p>\n<p data-magnet="list">'
        '<a href="/get/list/">A &quot;list&quot;: &lt;all&gt;</a></p>\n<p>Two</p>'
    )


def test_a_mark_that_leads_nowhere_leaves_nothing():
    assert linked(html_of("One\n\n<!-- magnet: gone -->\n\nTwo"), way) == "<p>One</p>\n<p>Two</p>"


def test_the_form_takes_the_place_of_the_paragraph():
    html = linked(html_of("<!-- magnet: list -->\nOne\n<!-- magnet: list -->\n"), way)
    assert places(html) == 2
    shown = filled(html, lambda name, number: f"<form id={name}-{number}></form>", 4)
    assert shown == "<form id=list-4></form>\n<p>One</p>\n<form id=list-5></form>\n"


def test_without_a_form_the_link_stays():
    html = linked("<!--magnet:list-->\n", way)
    assert filled(html, lambda *_: "") == html


def test_a_text_without_marks_is_left_alone():
    assert linked("<p>a <!-- note --></p>", way) == "<p>a <!-- note --></p>"
    assert filled("<p>a</p>", lambda *_: "x") == "<p>a</p>"
    assert places("<p>a</p>") == 0


def test_an_id_of_any_script_finds_its_way_to_the_form():
    html = linked("<!--magnet:清单&amp;-->", lambda name: ("/get/x/", name))
    assert filled(html, lambda name, _: name).strip() == "清单&amp;"


@pytest.mark.parametrize(
    "text",
    [
        "One\n<!-- magnet: list -->\nTwo",
        "- one\n<!-- magnet: list -->\n- two",
        "1. one\n\n<!-- magnet: list -->\n\n2. two",
        "> said\n<!-- magnet: list -->\n> more",
        "| a |\n|---|\n| 1 |\n<!-- magnet: list -->\n",
        "# One\n<!-- magnet: list -->\n## Two",
        "One[^1]\n\n[^1]: Note\n<!-- magnet: list -->",
        '<div markdown="1">\n<!-- magnet: list -->\n\nOne\n</div>',
        "<details>\n<summary>One</summary>\n<!-- magnet: list -->\n</details>",
        '<img src="a.png"><br>\n<!-- magnet: list -->',
    ],
)
def test_a_mark_parts_what_stands_round_it(text):
    html = html_of(text)
    assert html.count("<!--magnet:list-->") == 1
    assert misplaced(html) == []


@pytest.mark.parametrize(
    "text",
    [
        "<ul>\n<li>\n<!-- magnet: list -->\n</li>\n</ul>",
        "<p>\n<!-- magnet: list -->\n</p>",
        "<pre>\n<!-- magnet: list -->\n</pre>",
        "<table>\n<!-- magnet: list -->\n</table>",
        "<script>\n<!-- magnet: list -->\n</script>",
        "<style>\n<!-- magnet: list -->\n</style>",
    ],
)
def test_a_mark_where_no_form_can_stand_is_found(text):
    assert misplaced(html_of(f"<!-- magnet: list -->\n\n{text}")) == [1]


def test_a_mark_in_code_stays_text():
    html = html_of("```\n<!-- magnet: list -->\n```\n\n`<!-- magnet: list -->`")
    assert html.count("&lt;!-- magnet: list --&gt;") == 2
    assert linked(html, way) == html


def test_summary_length_and_contents_see_nothing_of_it():
    bare = render(Job("# One\n\nTwo three.\n\n## Four"))
    marked = render(Job("# One\n<!-- magnet: list -->\nTwo three.\n\n<!-- magnet: b -->\n## Four"))
    assert (marked.beginning, marked.length, marked.headings) == (
        bare.beginning,
        bare.length,
        bare.headings,
    )


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "A: b"), ("zh-Hans", "A：b"), ("ja", "A：b"), ("fr", "A: b")]
)
def test_title_and_promise_are_joined_as_the_language_does(lang, text):
    assert wording("A", "b", lang) == text


LINES = ["text", "<!-- magnet: list -->", "- item", "", "> q"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=9))
def test_every_mark_becomes_one_form_whatever_stands_round_it(lines):
    html = linked(html_of("\n".join(lines)), way)
    numbers = []
    filled(html, lambda _, number: numbers.append(number) or "")
    assert numbers == list(range(1, lines.count("<!-- magnet: list -->") + 1))
