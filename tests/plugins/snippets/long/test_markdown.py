"""Markdown of a post, read again: the same words, the same structure."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parser
from markdown import Markdown
from markdown_it import MarkdownIt

from plugins.feeds.documents import clean
from plugins.reader.render import Job, render
from plugins.snippets.long import ending, markdown
from plugins.snippets.long.sharing import named, order
from tests.plugins.snippets.long.written import TAGS, a_platform, a_post, at_most, own

CONTENT = Path(__file__).parents[4] / "content" / "posts"
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OLDER = Markdown(
    extensions=["tables", "pymdownx.superfences", "pymdownx.tilde", "sane_lists"],
    extension_configs={"pymdownx.tilde": {"subscript": False}},
)
EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def body(html: str, **values) -> str:
    """Return the Markdown of HTML without the line about its original."""
    text = markdown.write(a_post(html), a_platform(**values))
    return text.rpartition("Originally published at")[0].strip()


def rendered(text: str) -> str:
    return clean(render(Job(text)).html, "https://site.example/en/ink/")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>One #</h2><h3>Two</h3>", "## One \\#\n\n### Two"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n    - b\n- c"),
        ("<ol start='9'><li>a</li><li>b</li></ol>", "9. a\n10. b"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n    b\n\n- c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<ol><li>a</li></ol><ol><li>b</li></ol>", "1. a\n\n1) b"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"),
        ("<pre><code class='language-python'>a\n\n  b\n</code></pre>", "```python\na\n\n  b\n```"),
        ("<pre><code>a\n```\nb</code></pre>", "````\na\n```\nb\n````"),
        ("<ul><li>a<pre><code>b</code></pre></li></ul>", "- a\n\n    ```\n    b\n    ```"),
        ("<p>a</p><hr><p>b</p>", "a\n\n* * *\n\nb"),
        (
            "<table><tr><th>a|b</th><th align='right'>c</th></tr><tr><td>1</td></tr></table>",
            "| a\\|b | c |\n|---|---:|\n| 1 |  |",
        ),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "|  |  |\n|---|---|\n| 1 | 2 |"),
        (
            "<figure><img src='/a b.png' alt='x'><figcaption>cap</figcaption></figure>",
            "![x](https://site.example/a%20b.png)\n\n*cap*",
        ),
    ],
)
def test_a_block_is_written_as_everybody_writes_it(html, text):
    assert body(html) == text


def test_a_table_is_a_list_where_there_are_no_tables():
    tags = tuple(tag for tag in TAGS if tag not in ("table", "thead", "tbody", "tr", "th", "td"))
    html = "<table><tr><th>day</th></tr><tr><td>one</td></tr></table>"
    assert body(html, tags=tags) == "- day: one"


def test_the_end_says_where_the_original_is_with_an_address_that_one_sees():
    text = markdown.write(a_post(lang="zh", site="墨舍"), a_platform())
    assert text.endswith("首发于“墨舍”：[first.example/ink/](https://first.example/ink/)")


# ---- platforms ----


def test_dev_reads_front_matter_with_a_draft_and_its_original():
    post = a_post(
        title='Say "ink": 墨', tags=("Sales Letter", "写作", "C++"), cover="https://c/i.jpg"
    )
    text = markdown.write(post, a_platform(id="devto", limits={}))
    assert text.startswith(
        '---\ntitle: "Say \\"ink\\": 墨"\npublished: false\n'
        'description: "How much water an ink takes."\n'
        "canonical_url: https://first.example/ink/\ncover_image: https://c/i.jpg\n---\n\nGrind it."
    )
    assert "Originally published" not in text


def test_dev_takes_few_tags_of_small_latin_letters_and_names_the_others():
    post = a_post(tags=("Sales Letter", "写作", "Café", "Go语言", "a", "b", "c"))
    assert markdown.tags_of(post, 4) == (["salesletter", "cafe", "a", "b"], ["写作", "Go语言"])


def test_the_title_of_the_front_matter_is_as_long_as_titles_may_be_there():
    platform = a_platform(id="devto", limits={"title": at_most(8)})
    assert 'title: "Ink and…"' in markdown.write(a_post(), platform)
    mine = a_post(own=own("devto", title="Mine"))
    assert 'title: "Mine"' in markdown.write(mine, platform)


def test_dev_has_footnotes_and_no_heading_over_them():
    html = rendered("a[^1] and b[^2].\n\n[^1]: One.\n\n    More.\n[^2]: Two.")
    text = markdown.write(a_post(html), a_platform(id="devto", limits={}))
    assert text.endswith("a[^1] and b[^2].\n\n[^1]: One.\n\n    More.\n\n[^2]: Two.")


def test_footnotes_are_numbers_in_brackets_elsewhere():
    assert body(rendered("a[^1]\n\n[^1]: One.")).endswith("a[1]\n\n## Notes\n\n[1] One.")


def test_dev_gets_no_tags_of_its_templates():
    html = "<p>{{ a }} {% b %} <code>{{ c }}</code></p>"
    text = markdown.write(a_post(html), a_platform(id="devto", limits={}))
    assert text.endswith("&#123;{ a }} &#123;% b %} `{{ c }}`")


def test_reddit_gets_code_that_its_older_site_reads_too():
    html = "<p>2^8</p><pre><code>a\n\nb</code></pre><ul><li>x<pre><code>y</code></pre></li></ul>"
    text = body(html, id="reddit")
    assert text == "2\\^8\n\n    a\n\n    b\n\n-   x\n\n        y"


# ---- read again ----


def facts(root) -> dict:
    """Return what a text says, element by element; white space and outer marks do not count."""

    def said(tag: str) -> list[str]:
        return [squeezed(each.text_content()) for each in root.iter(tag)]

    return {
        "words": squeezed(root.text_content()),
        "headings": [(h.tag, squeezed(h.text_content())) for h in root.xpath("//h2|//h3|//h4")],
        "items": [
            (
                len(list(li.iterancestors("ul", "ol"))),
                li.getparent().tag,
                squeezed(li.text_content()),
            )
            for li in root.iter("li")
        ],
        "quotes": said("blockquote"),
        "cells": [
            text for cell in root.iter("th", "td") if (text := squeezed(cell.text_content()))
        ],
        "code": [pre.text_content().strip("\n") for pre in root.iter("pre")],
        "inline": [
            squeezed(c.text_content()) for c in root.iter("code") if c.getparent().tag != "pre"
        ],
        "links": [
            (unquote(a.get("href")), squeezed(a.text_content()))
            for a in root.iter("a")
            if not a.text_content().startswith("http")
        ],
        "images": [(unquote(img.get("src")), squeezed(img.get("alt"))) for img in root.iter("img")],
        "strong": [text for text in map(bare, said("strong")) if text],
        "em": [text for text in map(bare, said("em")) if text],
    }


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text or "")


def bare(text: str) -> str:
    return EDGES.sub("", text)


def the_document(post, platform):
    asked = order(post, platform.tags, platform.link)
    both = [*ending.body(asked), ending.origin(asked)]
    html = "".join(etree.tostring(each, encoding="unicode", method="html") for each in both)
    root = parser.fragment_fromstring(named(html, platform), create_parent="div")
    for caption in list(root.iter("figcaption")):
        if caption.find(".//em") is None:
            caption.tag = "em"
    return root


def read_by_commonmark(text: str):
    return parser.fragment_fromstring(COMMONMARK.render(text), create_parent="div")


def read_by_older_ones(text: str):
    OLDER.reset()
    return parser.fragment_fromstring(OLDER.convert(text), create_parent="div")


def real_posts() -> list:
    names = ("markdown-guide", "access", "pricing", "lead-magnets", "writing", "一封卖东西的信")
    return [path for path in sorted(CONTENT.rglob("*.md")) if any(n in str(path) for n in names)]


@pytest.mark.parametrize("path", real_posts(), ids=lambda path: str(path.relative_to(CONTENT)))
def test_a_real_post_reads_back_as_it_is(path):
    post = a_post(rendered(path.read_text("utf-8").split("\n---\n", 1)[1]))
    text = markdown.write(post, a_platform())
    wanted = facts(the_document(post, a_platform()))
    assert facts(read_by_commonmark(text)) == wanted
    assert facts(read_by_older_ones(text)) == wanted


WORD = st.text("ab字。“” *_#1.-+>|`[]", min_size=1, max_size=8)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


LINE = WORD.map(escaped)
BLOCK = st.recursive(
    st.one_of(
        LINE.map(lambda text: f"<p>{text}</p>"),
        LINE.map(lambda text: f"<h3>{text}</h3>"),
        LINE.map(lambda text: f"<pre><code>{text}\n\n  {text}</code></pre>"),
        st.just("<hr>"),
        st.tuples(LINE, LINE).map(
            lambda both: (
                f"<table><tr><th>{both[0]}</th><th>x</th></tr><tr><td>{both[1]}</td></tr></table>"
            )
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(
            lambda parts: f"<blockquote>{''.join(parts)}</blockquote>"
        ),
        st.tuples(
            st.sampled_from(["ul", "ol"]),
            st.lists(st.tuples(LINE, st.lists(inner, max_size=2)), min_size=1, max_size=3),
        ).map(
            lambda made: (
                f"<{made[0]}>"
                + "".join(f"<li>{text}{''.join(parts)}</li>" for text, parts in made[1])
                + f"</{made[0]}>"
            )
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=3))
def test_any_blocks_within_each_other_read_back_as_they_are(parts):
    post, platform = a_post("".join(parts)), a_platform()
    wanted = facts(the_document(post, platform))
    assert facts(read_by_commonmark(markdown.write(post, platform))) == wanted
