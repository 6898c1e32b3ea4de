"""Prepared texts: gaps, sections, and values that stay values."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.contract.slots import (
    Prepared,
    SlotError,
    escaped,
    plain,
    unmarked,
    unmarked_xml,
)


def test_a_gap_takes_escaped_text() -> None:
    page = Prepared('<p title="[[name]]">[[name]]</p>')
    assert page.fill({"name": "\"<b>&'"}) == (
        '<p title="&quot;&lt;b&gt;&amp;&#x27;">&quot;&lt;b&gt;&amp;&#x27;</p>'
    )


def test_a_section_stands_when_true_and_its_opposite_when_not() -> None:
    page = Prepared("<!--[on]-->yes<!--[/on]--><!--[!on]-->no<!--[/on]-->")
    assert page.fill({"on": True}) == "yes"
    assert page.fill({"on": "text"}) == "yes"
    for empty in (False, "", []):
        assert page.fill({"on": empty}) == "no"


def test_a_section_repeats_for_a_list_and_sees_what_is_outside() -> None:
    page = Prepared("<!--[rows]-->[[name]] of [[all]];<!--[/rows]-->")
    rows = [{"name": "a"}, {"name": "b", "all": "own"}]
    assert page.fill({"rows": rows, "all": "2"}) == "a of 2;b of own;"


def test_sections_nest() -> None:
    page = Prepared(
        "<!--[rows]-->[[name]]<!--[ends]--> until [[ends]]<!--[/ends]-->.<!--[/rows]-->"
    )
    rows = [{"name": "a", "ends": "May"}, {"name": "b", "ends": ""}]
    assert page.fill({"rows": rows}) == "a until May.b."


def test_names_are_all_the_slots_and_sections() -> None:
    page = Prepared("[[a]]<!--[b]-->[[c]]<!--[/b]--><!--[open:posts/短]-->x<!--[/open:posts/短]-->")
    assert page.names == {"a", "b", "c", "open:posts/短"}


@pytest.mark.parametrize(
    "broken",
    ["<!--[a]-->", "<!--[/a]-->", "<!--[a]--><!--[b]--><!--[/a]--><!--[/b]-->", "<!--[!a]-->x"],
)
def test_a_section_that_does_not_close_is_refused(broken: str) -> None:
    with pytest.raises(SlotError):
        Prepared(broken)


def test_a_missing_value_is_refused_by_name() -> None:
    with pytest.raises(SlotError, match='"mail" has no value'):
        Prepared("[[mail]]").fill({})
    with pytest.raises(SlotError, match='"on" has no value'):
        Prepared("<!--[on]--><!--[/on]-->").fill({})


def test_a_gap_refuses_what_is_no_text() -> None:
    with pytest.raises(SlotError, match='"mail" wants text'):
        Prepared("[[mail]]").fill({"mail": True})


@given(st.text(), st.text())
def test_a_value_is_never_searched_for_marks(first: str, second: str) -> None:
    value = first + "[[b]]<!--[b]-->" + second
    filled = Prepared("<p>[[a]]</p>").fill({"a": value, "b": "secret"})
    assert filled == f"<p>{html.escape(value)}</p>"


@given(st.text(alphabet=st.characters(exclude_characters="[")))
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    assert Prepared(text).fill({}) == text


@given(st.text())
def test_plain_text_is_one_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1
    assert "\r" not in plain(text)


def test_another_escape_can_be_asked_for() -> None:
    assert Prepared("[[a]]").fill({"a": "x & y\r\nBcc: z"}, plain) == "x & y Bcc: z"
    assert escaped("<") == "&lt;"


MARKS = st.text(alphabet="[]<!->/ab\u2060 ", max_size=60)


@given(MARKS)
def test_text_can_be_kept_from_reading_as_marks(text: str) -> None:
    assert Prepared(unmarked(text)).names == frozenset()
    assert unmarked(text).replace("\u2060", "") == text.replace("\u2060", "")
    assert unmarked(unmarked(text)) == unmarked(text)


@given(MARKS)
def test_xml_can_be_kept_from_reading_as_marks(text: str) -> None:
    assert Prepared(unmarked_xml(text)).names == frozenset()


def test_xml_without_marks_says_the_same() -> None:
    assert unmarked_xml("a [[b]] [[c d]] [e]") == "a &#91;[b]] [[c d]] [e]"
    assert html.unescape(unmarked_xml("[[[b]]]")) == "[[[b]]]"
    assert unmarked_xml("<p>x</p><!-- y -->") == "<p>x</p><!-- y -->"
