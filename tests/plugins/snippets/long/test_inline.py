"""The words of a line as Markdown, read back by a reader that keeps to CommonMark."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser
from markdown_it import MarkdownIt

from plugins.snippets.long.inline import Dialect, address, code, written

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = Dialect()


def line_of(html: str, dialect: Dialect = PLAIN) -> str:
    element = parser.fragment_fromstring(html, create_parent="p")
    run = [element.text or ""]
    for child in element:
        run += [child, child.tail or ""]
    return written(run, dialect)


def read(markdown: str):
    return parser.fragment_fromstring(READER.render(markdown), create_parent="div")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("字<strong>“字”</strong>字", "字“**字**”字"),
        ("<strong>“字”</strong>字", "“**字**”字"),
        ("他说<strong>好。</strong>走", "他说**好**。走"),
        ("<strong>注意：</strong>别走", "**注意**：别走"),
        ("<strong>注意：</strong> 别走", "**注意：** 别走"),
        ("<strong>“甲”和“乙”</strong>字", "**“甲”和“乙**”字"),
        ("字<strong>「<em>a</em>」</strong>字", "字「***a***」字"),
        ("字<strong>！</strong>字", "字！字"),
        ("字<del>（旧）</del>字", "字（~~旧~~）字"),
    ],
)
def test_punctuation_leaves_an_emphasis_that_could_not_end_beside_han(html, markdown):
    assert line_of(html) == markdown


def test_spaces_leave_an_emphasis_and_breaks_do_too():
    assert line_of("a<strong> b </strong>c<em>d<br></em>e") == "a **b** c*d*  \ne"


def test_two_emphases_side_by_side_are_one():
    assert line_of("<em>a</em><em>b</em> <strong>c</strong><strong>d</strong>") == "*ab* **cd**"


def test_bold_code_between_han_stays_code():
    assert line_of("字<strong><code>a</code></strong>字") == "字`a`字"


def test_a_link_in_bold_holds_the_bold():
    assert line_of('字<strong><a href="/u">字</a></strong>字') == "字[**字**](/u)字"


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 = 6",
        "snake_case and a_b_c",
        "a < b > c & d",
        "[1] and [x]",
        "C# and 3.14, 1) one",
        "about ~5 minutes",
        "\\o/ is fine",
        "https://a.example/x_y?a=1&b=2 is here",
    ],
)
def test_nothing_is_escaped_that_means_nothing(text):
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    assert line_of(html) == text


@pytest.mark.parametrize(
    "text",
    [
        *("# a", "####### a", "- a", "+ a", "* a", "1. a", "23) a", "> a", "---", "===", "~~~ a"),
        *("a *b* c", "_a_", "**a**", "`a`", "[a](b)", "![a](b)", "[a]: b", "[^1]", "<b>", "<!--"),
        *("&amp;", "&#35;", "\\*", "a\\", "1~2 3~4", "~~a~~", "[a][b](c)", "<https://a.example>"),
        *("*", "**", "_", "`` ` ``", "a\u00a0* b *", "* * *", "-", "+", "x]( y", "| a | b |"),
    ],
)
def test_what_looks_like_markdown_is_read_as_the_words_that_it_is(text):
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    root = read(line_of(html))
    assert root.text_content().strip() == text
    assert [each.tag for each in root.iterdescendants() if each.tag != "a"] == ["p"]


def test_every_line_of_a_paragraph_is_kept_from_beginning_something():
    assert line_of("a<br>- b<br># c<br><br>d") == "a  \n\\- b  \n\\# c  \nd"


def test_a_bang_before_a_link_makes_no_picture():
    assert line_of('wow!<a href="/u">x</a>') == "wow\\![x](/u)"


def test_brackets_in_the_words_of_a_link_stay_words():
    root = read(line_of('<a href="/u">a[1] ]b[</a> <img src="/i" alt="x]y[z">'))
    assert root.find(".//a").text == "a[1] ]b["
    assert root.find(".//img").get("alt") == "x]y[z"


def test_an_address_has_nothing_that_ends_it():
    assert address("https://a.example/a b(c)<d>") == "https://a.example/a%20b%28c%29%3Cd%3E"
    assert address("https://a.example/字_*x") == "https://a.example/字_*x"


def test_an_address_in_the_text_is_not_broken_by_backslashes():
    assert line_of("see https://a.example/_x_/~y。然后") == "see <https://a.example/_x_/~y>。然后"


def test_a_link_that_is_its_own_words_is_an_address_alone():
    assert line_of('<a href="https://a.example/_x_">https://a.example/_x_</a>') == (
        "<https://a.example/_x_>"
    )


def test_an_address_in_the_words_of_a_link_makes_no_second_one():
    root = read(line_of('<a href="/u">https://a.example/_x_/</a>'))
    assert [(a.get("href"), a.text) for a in root.iter("a")] == [("/u", "https://a.example/_x_/")]


@pytest.mark.parametrize("text", ["a", "`", "a`b", "``a``", " a ", "a``b`", "<b>&amp;"])
def test_code_says_what_it_says(text):
    found = read(f"x {code(text)} y").find(".//code")
    assert found.text == text


def test_a_dialect_escapes_what_it_would_read_and_others_do_not():
    assert line_of("2^8 {{ a }}") == "2^8 {{ a }}"
    assert line_of("2^8", Dialect(also=re.compile(r"\^"))) == "2\\^8"
    assert line_of("{{ a }}", Dialect(also=re.compile(r"\{(?=[{%])"))) == "&#123;{ a }}"


def test_a_note_is_a_footnote_where_there_are_any():
    html = 'a<sup data-note="2">[2]</sup>'
    assert line_of(html) == "a[2]"
    assert line_of(html, Dialect(notes=True)) == "a[^2]"


WORDS = st.text("ab字号，。“”（）*_`[]()!<&~# \\-.:1", min_size=1, max_size=6)


@st.composite
def elements(draw, depth: int = 0) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        parts.append(parser.tostring(_span(draw(WORDS)), encoding="unicode")[6:-7])
        kind = draw(st.sampled_from(["", "strong", "em", "del", "a", "code", "br"]))
        if kind == "br":
            parts.append("<br>")
        elif kind == "code":
            parts.append("<code>x</code>")
        elif kind and depth < 2:
            attributes = ' href="/u"' if kind == "a" else ""
            inside = draw(elements(depth + 1))
            if kind == "a":
                inside = re.sub(r"</?a\b[^>]*>", "", inside)
            parts.append(f"<{kind}{attributes}>{inside}</{kind}>")
    return "".join(parts)


def _span(text: str):
    made = parser.Element("span")
    made.text = text
    return made


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def words_in(root, *tags: str) -> str:
    """Return the letters under some elements: punctuation may have moved out."""
    return "".join(
        re.sub(r"[\W_]", "", text)
        for text in root.xpath("//text()[" + " or ".join(f"ancestor::{t}" for t in tags) + "]")
    )


@settings(max_examples=100, deadline=None)
@given(elements())
def test_any_line_reads_back_as_the_same_words_with_no_mark_left_over(html):
    wanted = parser.fragment_fromstring(html, create_parent="p")
    root = read(line_of(html))
    assert letters(root.text_content()) == letters(wanted.text_content())
    assert len(root.findall(".//code")) == len(wanted.findall(".//code"))
    for tags in (("strong",), ("em",), ("del", "s")):
        # An emphasis that cannot be written is dropped, none is ever added.
        assert set(words_in(root, *tags)) <= set(words_in(wanted, *tags))


def test_what_is_raised_or_lowered_keeps_its_sense():
    html = "10<sup>6</sup> of H<sub>2</sub>O, x<sup>a b</sup>"
    assert line_of(html) == "10⁶ of H₂O, x^(a b)"
