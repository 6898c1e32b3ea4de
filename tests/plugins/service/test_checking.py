"""What a template of the service may hold, and what of the creator's never becomes a slot."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from plugins.model.problems import Problems
from plugins.service.checking import check_slots, check_subject, unmarked_values
from publish.contract.service import COMMON_SLOTS, MAILS, PAGES
from publish.contract.slots import Prepared
from tests.plugins.creator import texts

PLACE = "theme/templates/x"


def check_page(name, text, template, problems):
    check_slots(text, PAGES[name], template, problems)


def check_mail(name, text, template, problems):
    check_slots(text, MAILS[name] | COMMON_SLOTS, template, problems)


def said(check, *arguments):
    problems = Problems()
    check(*arguments, PLACE, problems)
    return texts(problems.found)


def test_a_page_with_its_own_slots_is_fine():
    text = "<!--[error]-->[[error_text]]<!--[/error]--> [[mail]] [[mail]] [[return_to]]"
    assert said(check_page, "sign-in", text) == []


def test_a_page_may_leave_slots_out():
    assert said(check_page, "account", "nothing") == []


def test_a_slot_that_nobody_fills_is_an_error_with_template_and_slot():
    assert said(check_page, "notice", "[[titel]] [[link]]") == [
        f'{PLACE}:0: slot "titel" is filled by nobody here'
        ' (known: body, link, link_text, title) — "title"?'
    ]


def test_a_section_that_nobody_knows_is_an_error_too():
    assert 'slot "vip"' in said(check_page, "account", "<!--[!vip]-->x<!--[/vip]-->")[0]


def test_a_page_without_slots_has_none():
    assert "(known: –)" in said(check_page, "paying", "[[x]]")[0]


def test_every_unknown_slot_is_named():
    assert len(said(check_page, "notice", "[[a]] [[b]] <!--[c]--><!--[/c]-->")) == 3


def test_a_section_that_does_not_close_is_an_error():
    found = said(check_page, "sign-in", "<!--[error]-->x")
    assert found == [
        f'{PLACE}:0: a section of this template is not closed: section "error" is never closed'
    ]


def test_a_mail_has_its_slots_and_those_of_every_mail():
    assert said(check_mail, "sign-in", "[[code]] [[link]] [[site]] [[home]] [[account]]") == []
    assert 'slot "number"' in said(check_mail, "sign-in", "[[number]]")[0]
    assert 'slot "site"' in said(check_page, "sign-in", "[[site]]")[0]


@pytest.mark.parametrize(
    "text", ["", "\n", "Subject", "Subject\nText", "\n\nText", "Subject\n\n", "Subject\n\n\nText"]
)
def test_a_mail_without_a_subject_line_is_an_error(text):
    assert "begins with its subject" in said(check_subject, text)[0]


@pytest.mark.parametrize(
    "text",
    ["Subject\n\nText\n", "<!--[renews]-->A<!--[/renews]--><!--[!renews]-->B<!--[/renews]-->\n\nT"],
)
def test_a_subject_an_empty_line_and_a_text_are_a_mail(text):
    assert said(check_subject, text) == []


@dataclass(frozen=True)
class Named:
    """A value as templates get it."""

    title: str
    links: tuple[object, ...] = ()
    count: int = 3


def test_a_title_with_brackets_is_no_slot_wherever_it_stands():
    values = {
        "site": Named("The [[mail]] wiki", (Named("<!--[error]-->"), "[[code]]")),
        "html": Markup("<b>[[mail]]</b>"),
        "list": [{"a": "[[mail]]"}],
        "call": len,
    }
    found = unmarked_values(values)
    assert Prepared(str(found)).names == frozenset()
    assert found["site"].title.replace("\u2060", "") == "The [[mail]] wiki"
    assert found["site"].links[0].title.replace("\u2060", "") == "<!--[error]-->"
    assert isinstance(found["html"], Markup)
    assert found["site"].count == 3
    assert found["call"] is len


def test_what_has_no_marks_is_the_same():
    value = {"a": "[x] [[ y ]] <!-- [z] --> [[]]", "b": None, "c": Named("t")}
    assert unmarked_values(value) == value


@given(st.text(alphabet="[]<!->/ab\u2060 ", max_size=60))
def test_no_text_keeps_a_mark(text):
    assert Prepared(unmarked_values(text)).names == frozenset()
