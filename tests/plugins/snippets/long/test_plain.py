"""A post as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from plugins.snippets.long.plain import said, write
from tests.plugins.snippets.long.written import a_platform, a_post


def text_of(html: str, lang: str = "en") -> str:
    return said(parser.fragment_fromstring(html, create_parent="div"), lang)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <strong>b</strong></p><p>c</p>", "a b\n\nc"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<h2>One</h2><p>a</p><h3>Two</h3><p>b</p>", "One\n\na\n\n\nTwo\n\nb"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start='9'><li>a<p>more</p></li><li>b</li></ol>", "9. a\n\n   more\n10. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre><code>if a:\n\n  b\n</code></pre>", "    if a:\n\n      b"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>", "a | b\n1"),
        ("<p>a</p><hr><p>b</p>", "a\n\n* * *\n\nb"),
        ("<p>x<sup>2</sup> and H<sub>2</sub>O, n<sup>th</sup></p>", "x² and H₂O, nth"),
        ("<p>a<sup>[1]</sup></p>", "a[1]"),
        ("<p>a <img src='/i' alt='a door'> <img src='/i' alt=''></p>", "a [picture: a door]"),
        ("<p><a href='https://a.example'>a</a></p>", "a (https://a.example)"),
        ("<p><a href='https://a.example'>https://a.example</a></p>", "https://a.example"),
        ("<p><a href='mailto:me@a.example'>me@a.example</a></p>", "me@a.example"),
        ("<div>loose <p>words</p> after</div>", "loose\n\nwords\n\nafter"),
    ],
)
def test_each_element_has_a_form_without_any_dress(html, text):
    assert text_of(html) == text


def test_a_picture_is_named_in_the_language_of_the_post():
    assert text_of("<p><img src='/i' alt='一扇门'></p>", "zh-Hans") == "〔图：一扇门〕"


def test_links_are_numbered_notes_and_the_original_stands_last():
    post = a_post('<p>See <a href="https://a.example/p">this</a>.</p>')
    assert write(post, a_platform("plain")) == (
        "See this[1].\n\n\nLinks\n\n[1] this: https://a.example/p\n\n"
        "Originally published at The Site: https://first.example/ink/"
    )


def test_no_address_is_written_where_none_may_stand():
    post = a_post('<p>See <a href="https://a.example/p">this</a>.</p>', gated=True)
    text = write(post, a_platform("plain", link="none"))
    assert "https://" not in text
    assert text.endswith("Originally published at The Site")


def test_each_platform_has_the_campaign_of_its_own():
    post = a_post('<p><a href="/en/more/">more</a> <a href="https://a.example/">other</a></p>')
    for name in ("one", "two"):
        text = write(post, a_platform("rich", id=name))
        assert f"https://site.example/en/more/?utm_source={name}&utm_medium=snippet" in text
        assert text.count("utm_source=") == 1


def test_no_line_is_wrapped():
    assert text_of(f"<p>{'word ' * 99}word</p>").count("\n") == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text("ab 字。#*", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=5
    ),
    st.data(),
)
def test_every_word_is_said_once_and_in_order(words, data):
    shapes = [
        "<p>{}</p>",
        "<ul><li>{}</li></ul>",
        "<h2>{}</h2>",
        "<blockquote><p>{}</p></blockquote>",
    ]
    html = "".join(data.draw(st.sampled_from(shapes)).format(word) for word in words)
    lines = [line for line in text_of(html).split("\n") if line.strip(" >")]
    said_again = [line.removeprefix("- ").removeprefix("> ").strip() for line in lines]
    assert said_again == [word.strip() for word in words]
