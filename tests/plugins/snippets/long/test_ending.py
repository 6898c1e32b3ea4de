"""What a copy says at its end."""

from __future__ import annotations

import pytest

from plugins.snippets.long.rich import write
from tests.plugins.snippets.long.written import a_platform, a_post

NOTED = (
    '<p>a<sup id="fnref:1"><a href="#fn:1">1</a></sup></p>'
    '<div class="footnote"><ol><li id="fn:1"><p>One.</p></li></ol></div>'
)


def ends(html: str = "<p>a</p>", post=None, **values) -> str:
    adapter = values.pop("adapter", "rich")
    return write(a_post(html, **(post or {})), a_platform(adapter, **values))


def test_rich_text_names_the_site_and_links_its_original():
    assert ends() == (
        '<p>a</p><p>Originally published at <a href="https://first.example/ink/">The Site</a></p>'
    )


def test_where_links_become_notes_the_address_of_the_original_is_written_out():
    assert ends(link="footnote").endswith(
        "<p>Originally published at The Site: https://first.example/ink/</p>"
    )


def test_where_no_link_may_stand_the_site_is_named_alone():
    assert ends(link="none").endswith("<p>Originally published at The Site</p>")


def test_chinese_has_its_own_words_and_its_own_colon():
    html = ends(post={"lang": "zh", "site": "墨舍"}, link="footnote")
    assert html.endswith("<p>首发于“墨舍”：https://first.example/ink/</p>")


@pytest.mark.parametrize("values", [{"adapter": "newsletter"}, {"id": "devto"}])
def test_a_letter_and_a_platform_that_is_told_say_nothing_of_an_original(values):
    assert ends(**values) == "<p>a</p>"


def test_what_is_gated_says_so_before_the_notes_and_leads_to_the_post_itself():
    html = ends(NOTED, post={"gated": True})
    assert html.index("open to everybody") < html.index("[1] One.") < html.index("Originally")
    assert "1,234 words" in html
    assert 'href="https://site.example/en/ink/?utm_source=there&amp;utm_medium=snippet' in html


def test_a_post_that_is_gated_from_its_first_word_gives_its_summary():
    html = ends("", post={"gated": True})
    assert html.startswith("<p>How much water an ink takes.</p><p>Here ends what is open")


def test_what_everybody_may_read_says_nothing_of_members():
    assert "members" not in ends()
