"""Marks of lead magnets: found where they stand, refused where they almost do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.model.marks import Mark, check_marks, find_marks, split_parts
from plugins.model.problems import Problems
from tests.plugins.creator import texts


def said_of(text, line=1):
    problems = Problems()
    check_marks(text, "a.md", line, problems)
    return texts(problems.found)


def parted(body, line=1):
    """Split the body of a magnet and return its parts with what was said."""
    problems = Problems()
    return split_parts(body, "m.md", line, problems), texts(problems.found)


def test_each_mark_has_its_magnet_and_its_line():
    text = "One\n\n<!-- magnet: list -->\n\nTwo\n<!--magnet:清单-->\n<!-- MAGNET: a/b-2  -->\t"
    assert find_marks(text, 5) == [Mark("list", 7), Mark("清单", 10), Mark("a/b-2", 11)]
    assert said_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "```\n<!-- magnet: list -->\n```",
        "~~~ html\n<!-- magnet: list -->\n~~~",
        "Write `<!-- magnet: list -->` so.",
        "`<!-- magnet: list -->`",
    ],
)
def test_a_mark_in_code_is_none(text):
    assert find_marks(text) == []
    assert said_of(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "<!-- magnets: list -->",
        "<!--magnet list-->",
        "<!-- magnet -->",
        "<!-- magnet: -->",
        "<!-- magnt: list -->",
        "<!-- magnet：list -->",
        "＜!-- magnet: list --＞",
        "<！－－ magnet: list －－>",
        "<!-- magnet = list -->",
        "<! -- magnet: list -->",
        "<!— magnet: list —>",
        "  <!-- magnet: list -->",
        "    <!-- magnet: list -->",
        "> <!-- magnet: list -->",
        "- <!-- magnet: list -->",
        "Here: <!-- magnet: list -->",
        "<!-- magnet: list --> and more",
        "&lt;!-- magnet: list --&gt;",
        "<!-- magnet: twenty-questions-before-you-move-all-of-it",
    ],
)
def test_a_near_miss_is_an_error_with_its_line(line):
    (said,) = said_of(f"Text\n\n{line}\n", 3)
    assert said.startswith("a.md:5: ")
    assert 'not quite the mark of a lead magnet (write "<!-- magnet: its-id -->"' in said


@pytest.mark.parametrize(
    "line",
    [
        "<!-- more -->",
        "<!-- a magnet fishing story -->",
        "<!-- magnet fishing is a hobby -->",
        "<!-- note: image -->",
        "<!-- manager: Li -->",
        "a magnet: iron",
        "1 < 2 -- magnets",
    ],
)
def test_other_comments_are_the_authors_own(line):
    assert said_of(line) == []
    assert find_marks(line) == []


def test_a_magnet_has_a_page_thanks_and_a_mail_with_their_lines():
    parts, said = parted("Page\n\n<!-- thanks -->\n\nThank you\n\n<!--MAIL-->\nHello\n", 4)
    assert parts.page == "Page\n"
    assert (parts.thanks, parts.thanks_line) == ("\nThank you\n", 7)
    assert (parts.mail, parts.mail_line) == ("Hello\n", 11)
    assert said == []


def test_the_parts_come_in_any_order_and_may_be_left_out():
    parts, said = parted("Page\n<!-- mail -->\nHello\n<!-- thanks -->\nThank you")
    assert (parts.page, parts.mail, parts.thanks, said) == ("Page", "Hello", "Thank you", [])
    assert parted("Page only")[0].thanks == ""
    assert parted("<!-- mail -->\nHello")[0].page == ""


def test_a_part_in_code_begins_nothing():
    body = "Page\n\n```\n<!-- thanks -->\n```\n"
    parts, said = parted(body)
    assert (parts.page, said) == (body, [])


def test_a_part_that_is_there_twice_is_an_error():
    _, said = parted("<!-- thanks -->\na\n<!-- thanks -->\nb", 2)
    assert said == ['m.md:4: "<!-- thanks -->" is there twice (keep one)']


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("<!-- thank -->", "thanks"),
        ("<!-- Thank you -->", "thanks"),
        ("<!-- thanks: -->", "thanks"),
        ("  <!-- thanks -->", "thanks"),
        ("<!-- 感谢 -->", "thanks"),
        ("<!-- mails -->", "mail"),
        ("<!-- e-mail -->", "mail"),
        ("<!-- 邮件 -->", "mail"),
        ("＜！－－ ｍａｉｌ －－＞", "mail"),
        ("<!-- mail --> Hello", "mail"),
        ("> <!-- mail -->", "mail"),
        ("<!— mail —>", "mail"),
    ],
)
def test_a_near_miss_of_a_part_is_an_error(line, guess):
    _, said = parted(f"Page\n{line}\nText")
    (only,) = said
    assert only.startswith("m.md:2: ")
    assert f'(write "<!-- {guess} -->" on a line of its own)' in only


@pytest.mark.parametrize("line", ["<!-- thoughts -->", "<!-- send a mail to Li -->", "<!-- -->"])
def test_other_comments_in_a_magnet_are_the_authors_own(line):
    parts, said = parted(f"Page\n{line}\nText")
    assert (parts.page, said) == (f"Page\n{line}\nText", [])


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \n`~<!->:magnethksil", max_size=80))
def test_no_line_is_lost_between_the_parts(body):
    parts, _ = parted(body)
    kept = sum(len(part.split("\n")) for part in (parts.page, parts.thanks, parts.mail) if part)
    marks = 2 - [parts.thanks_line, parts.mail_line].count(0)
    assert kept <= len(body.split("\n"))
    assert kept + marks >= len([line for line in body.split("\n") if line])
