"""The plain text of a letter."""

from __future__ import annotations

import pytest

from plugins.reader.render import Job, render
from plugins.service.plain_part import plain_part


def said(markdown: str) -> str:
    return plain_part(render(Job(markdown)).html)


def test_paragraphs_have_an_empty_line_between_them_and_no_marks():
    assert said("Hello **you**,\n\nthis is *new*.") == "Hello you,\n\nthis is new."


def test_a_line_that_breaks_on_purpose_breaks():
    assert said("one  \ntwo\nthree") == "one\ntwo three"


def test_chinese_lines_are_joined_without_a_space():
    assert said("第一行\n第二行") == "第一行第二行"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[the post](https://a.example/p/)", "the post (https://a.example/p/)"),
        ("<https://a.example/p/>", "https://a.example/p/"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("[write](mailto:me@a.example)", "write (me@a.example)"),
        ("[me@a.example](mailto:me@a.example)", "me@a.example"),
        ("[below](#more)", "below"),
        ('<a href="https://a.example/"></a>', "https://a.example/"),
    ],
)
def test_a_link_is_its_words_and_its_address(markdown, text):
    assert said(markdown) == text


def test_headings_lists_and_quotes_keep_their_marks():
    markdown = "## News\n\n- one\n- two\n    - within\n\n3. three\n4. four\n\n> said\n>\n> twice"
    assert said(markdown) == (
        "## News\n\n- one\n- two\n  - within\n\n3. three\n4. four\n\n> said\n>\n> twice"
    )


def test_what_belongs_to_an_item_stands_under_it():
    assert said("10. ten\n\n    more\n\n11. eleven") == "10. ten\n    more\n11. eleven"


def test_a_table_is_a_line_for_each_row():
    assert said("| day | what |\n|---|---|\n| 1 | [a](/a/) |") == "day | what\n1 | a (/a/)"


def test_code_keeps_its_lines_and_spaces():
    assert said("```\nif a:\n  b\n```") == "    if a:\n      b"


def test_a_picture_is_what_its_author_says_of_it():
    assert said("![a door](https://a.example/door.jpg)") == "a door"


def test_notes_are_numbers():
    assert said("Said[^1].\n\n[^1]: By whom.").startswith("Said[1].")


def test_a_rule_parts():
    assert said("one\n\n---\n\ntwo") == "one\n\n* * *\n\ntwo"


def test_words_between_blocks_are_not_lost():
    assert plain_part("<div>before<p>in</p>after<!-- no -->!</div>") == "before\n\nin\n\nafter!"


def test_nothing_is_nothing():
    assert plain_part(" \n") == ""
