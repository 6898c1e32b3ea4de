"""A letter as text: names, marks of lead magnets, what no mail program shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.problems import Problems
from plugins.service.letters import Names, check_shown, undecked, with_magnets
from publish.contract.report import Place
from publish.contract.slots import Prepared, escaped, plain, unmarked
from tests.plugins.creator import texts

HERE = Place("letter.md", 5)


def filled(text: str, name: str) -> str:
    names, problems = Names(), Problems()
    aside = unmarked(names.set_aside(text, HERE, problems))
    assert not problems.errors
    return Prepared(names.slots(aside, plain)).fill({"name": name}, plain)


def errors(text: str) -> list[str]:
    problems = Problems()
    Names().set_aside(text, HERE, problems)
    return texts(problems.errors)


@pytest.mark.parametrize("name", ["[[name|friend]]", "[[ Name | friend ]]", "[[name｜friend]]"])
def test_a_reader_is_called_by_name_or_by_what_stands_behind_the_bar(name):
    assert filled(f"Hi {name},", "Ana") == "Hi Ana,"
    assert filled(f"Hi {name},", "") == "Hi friend,"


def test_a_name_without_another_word_for_who_gave_none_is_an_error():
    assert errors("one\n[[name]] and [[name|]]") == [
        'letter.md:6: "[[name]]" says nothing to who gave no name (write "[[name|friend]]")',
        'letter.md:6: "[[name|]]" says nothing to who gave no name (write "[[name|friend]]")',
    ]


@pytest.mark.parametrize("mark", ["[[nam|friend]]", "[[ Names|friend]]", "[[名字|朋友]]"])
def test_a_slip_in_it_is_not_sent_to_everybody_as_it_stands(mark):
    said = f'letter.md:5: "{mark}" would be read as it stands (write "[[name|friend]]")'
    assert errors(f"Hi {mark}") == [said]


@pytest.mark.parametrize("text", ["`[[name]]`", "``a ` [[name]]``", "~~~\n[[name]]\n~~~"])
def test_in_code_it_is_text(text):
    assert not errors(text)
    assert filled(text, "Ana").replace("\u2060", "") == text


@pytest.mark.parametrize(
    "text", ["[[wiki]]", "[[page|a]]", "[[names]]", "<!--[name]-->", "[[unsubscribe]]"]
)
def test_what_else_looks_like_a_slot_is_text(text):
    assert filled(text, "Ana").replace("\u2060", "") == text


def test_what_stands_behind_the_bar_is_escaped_where_the_letter_is_html():
    names = Names()
    aside = names.set_aside("[[name|a <b> & c]]", HERE, Problems())
    assert Prepared(names.slots(aside, escaped)).fill({"name": ""}) == "a &lt;b&gt; &amp; c"
    assert Prepared(names.slots(aside, escaped)).fill({"name": "<i>"}) == "&lt;i&gt;"


def test_it_can_be_read_before_anybody_gets_it():
    names = Names()
    aside = names.set_aside("Hi [[name|friend]]", HERE, Problems())
    assert names.plainly(aside) == "Hi friend"


@settings(max_examples=60)
@given(st.text(alphabet="[]|name <!-->\ue000\ue001`1\n"))
def test_whatever_is_written_can_be_filled(text):
    names = Names()
    aside = unmarked(names.set_aside(text, HERE, Problems()))
    Prepared(names.slots(aside, plain)).fill({"name": "Ana"}, plain)


def test_a_mark_of_a_lead_magnet_becomes_a_link_but_not_in_code():
    text = "a\n<!-- magnet: list -->\n```\n<!-- magnet: list -->\n```"
    found = with_magnets(text, 5, lambda mark: f"[{mark.magnet}:{mark.line}]")
    assert found == "a\n[list:6]\n```\n<!-- magnet: list -->\n```"


@pytest.mark.parametrize("name", ["iframe", "video", "script", "form", "svg", "STYLE"])
def test_what_mail_programs_do_not_show_is_refused_with_its_line(name):
    problems = Problems()
    body = f"one\n\n<{name} src=x></{name}>"
    check_shown(f"<p>one</p><{name} src=x></{name}>", body, HERE, problems)
    (told,) = texts(problems.errors)
    assert told.startswith(f"letter.md:7: <{name.lower()}> is shown by no mail program")


@pytest.mark.parametrize(
    "html",
    [
        '<img srcset="a 2x" src="b">',
        '<p style="background: url(x)">',
        "<table background=x>",
        "<p style='a:URL(x)'>",
    ],
)
def test_what_loads_something_is_refused(html):
    problems = Problems()
    check_shown(html, html, HERE, problems)
    assert len(problems.errors) == 1


def test_plain_pictures_and_tables_are_fine():
    problems = Problems()
    html = '<p style="color:red"><img src="https://a.example/url.png"></p><table></table>'
    check_shown(html, html, HERE, problems)
    assert not problems.errors


def test_boxes_are_characters_and_pictures_load_at_once():
    html = '<input type="checkbox" disabled checked/> a <input type="checkbox" disabled/> b'
    assert undecked(html) == "☑ a ☐ b"
    assert undecked('<img src="x" loading="lazy">') == '<img src="x">'
