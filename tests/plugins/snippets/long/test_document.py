"""The text of a post as a platform takes it: every word, no element too many."""

from __future__ import annotations

import itertools
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.reader.render import Job, render
from plugins.snippets.long.document import document, inner
from plugins.snippets.values import LinkPolicy, Platform, Post

URL = "https://ground.example/posts/one/"
POSTS = sorted(
    path
    for path in (Path(__file__).parents[4] / "content/posts").rglob("*.md")
    if path.read_text("utf-8").startswith("---")
)
SOME = (
    *("p", "h2", "h3", "strong", "em", "a", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("img", "hr", "br"),
)


def post(html: str, lang: str = "en") -> Post:
    home = "https://ground.example"
    return Post("one", lang, "One", "", html, URL, URL, site="Own ground", home=home)


def platform(
    tags: tuple[str, ...] = (), link: LinkPolicy = "inline", adapter: str = "rich"
) -> Platform:
    return Platform("there", {}, "long", "html", adapter=adapter, tags=tags, link=link)


def html(
    source: str, *tags: str, link: LinkPolicy = "inline", lang: str = "en", adapter: str = "rich"
) -> str:
    return inner(document(post(source, lang), platform(tags, link, adapter)))


def written(markdown: str, *tags: str, link: LinkPolicy = "inline", lang: str = "en") -> str:
    return html(render(Job(markdown)).html, *tags, link=link, lang=lang)


# ---- blocks ----


def test_white_space_is_what_one_sees():
    assert html("<p>\n one  two\n<em> three </em>four \n</p>\n\n<p> </p>") == (
        "<p>one two <em>three</em> four</p>"
    )
    assert html("<p>a<em> b</em></p>") == "<p>a <em>b</em></p>"


def test_ids_classes_scripts_and_styles_are_gone():
    source = '<p id="a" class="b" style="color:red" onclick="x()">w<script>no()</script></p>'
    assert html(f"{source}<style>p{{}}</style><!-- no -->") == "<p>w</p>"


def test_loose_words_and_unknown_boxes_become_paragraphs():
    source = "one<section><div>two</div><my-box>three</my-box></section><address>four</address>"
    assert html(source) == "<p>one</p><p>two</p><p>three</p><p>four</p>"


def test_blocks_between_loose_words_part_them():
    assert html("a<blockquote>b</blockquote>c<hr>d<summary>e</summary>f") == (
        "<p>a</p><blockquote><p>b</p></blockquote><p>c</p><hr><p>d</p><p><strong>e</strong></p><p>f</p>"
    )


def test_blocks_without_words_are_gone():
    empty = "<p>\u00a0</p><table></table><ul><li> </li></ul><blockquote><p></p></blockquote>"
    assert html(f"{empty}<pre> </pre>") == ""
    assert html("<p>a <b>\u00a0</b></p><p><b><i>&nbsp;</i></b></p>") == "<p>a</p>"


def test_a_block_within_words_ends_the_paragraph_and_keeps_what_is_around_it():
    assert html("<p>a</p><a href='https://b.example/'><h2>b</h2><p>c</p></a>", "h2", "a") == (
        '<p>a</p><h2>b</h2><p><a href="https://b.example/">c</a></p>'
    )


@pytest.mark.parametrize(
    ("tags", "made"),
    [
        (("h2", "h3"), "<h2>a</h2><h3>b</h3><p><strong>c</strong></p>"),
        (("h3", "h4", "strong"), "<h3>a</h3><h4>b</h4><p><strong>c</strong></p>"),
        (("h1", "b"), "<h1>a</h1><p><b>b</b></p><p><b>c</b></p>"),
        (("em",), "<p>a</p><p>b</p><p>c</p>"),
    ],
)
def test_headings_keep_their_order_and_become_bold_where_there_are_none(tags, made):
    if "h2" in tags:
        tags = (*tags, "strong")
    assert html("<h2>a</h2><h3>b</h3><h4>c</h4>", *tags) == made


def test_a_heading_is_not_bold_twice():
    assert html("<h2>a <strong>b</strong></h2>", "strong") == "<p><strong>a b</strong></p>"


def test_tasks_have_boxes():
    made = written("- [x] done\n- [ ] to do\n")
    assert made == "<ul><li>☑ done</li><li>☐ to do</li></ul>"


def test_lists_nest_and_hold_blocks():
    made = written("1. one\n\n    - two\n\n        more\n\n    - three\n\n2. four\n")
    assert made == (
        "<ol><li>one<ul><li>two<p>more</p></li><li>three</li></ul></li><li>four</li></ol>"
    )


def test_what_stands_outside_of_the_items_of_a_list_goes_into_the_one_before():
    assert html("<ul>a<li>b</li><ul><li>c</li></ul></ul>") == (
        "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
    )


def test_lists_become_lines_with_marks_where_there_are_none():
    assert html("<ol start='3'><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "p") == (
        "<p>3. a</p><p>• b</p><p>4. c</p>"
    )


def test_code_keeps_every_space_and_line():
    code = "def f():\n    return  1\n\n\n\tx"
    made = document(post(render(Job(f"```python\n{code}\n```")).html), platform(SOME))
    assert "".join(made.itertext()) == code.replace("\t", "    ")
    assert [element.tag for element in made.iter()] == ["div", "pre", "code"]


def test_code_has_no_empty_lines_round_it():
    assert html("<pre>\n<span class='k'>a</span>\n</pre>") == "<pre><code>a</code></pre>"
    assert html("<pre>\n\na<span class='k'>\n</span></pre>") == "<pre><code>a</code></pre>"


def test_code_tells_its_language_where_it_is_known():
    made = document(post('<pre><code class="language-rust">fn</code></pre>'), platform())
    assert made[0].get("data-lang") == "rust"
    assert "rust" not in inner(made)
    fenced = document(post(render(Job("```python\nx\n```")).html), platform())
    assert fenced[0].get("data-lang") == "python"


def test_code_becomes_lines_where_there_is_no_block_for_it():
    assert html("<pre>a\n  b</pre>", "code") == "<p><code>a<br>\u00a0\u00a0b</code></p>"


def test_an_admonition_is_a_quotation_with_its_title():
    made = document(post(render(Job('!!! tip "T"\n    w\n')).html), platform())
    assert made[0].get("data-kind") == "tip"
    assert inner(made) == "<blockquote><p><strong>T</strong></p><p>w</p></blockquote>"


def test_details_are_open():
    made = html("<details><summary>more</summary>words<p>w</p></details>")
    assert made == "<p><strong>more</strong></p><p>words</p><p>w</p>"


def test_a_table_of_contents_is_left_out():
    contents = render(Job("[TOC]\n\n## a\n\n### b c\n")).html
    assert html(contents) == "<h2>a</h2><h3>b c</h3>"
    bare = contents.replace(' class="toc"', "").replace('href="#', f'href="{URL}#')
    assert html(bare) == "<h2>a</h2><h3>b c</h3>"
    assert "x" in html(bare.replace("</ul>", "<li>x</li></ul>", 1))
    for elsewhere in ("/b/", "https://b.example/#x"):
        assert "<li>" in html(f"<div><ul><li><a href='{elsewhere}'>b</a></li></ul></div>")


def test_signs_beside_headings_and_notes_are_gone():
    assert html("<h2>a<a class='headerlink' href='#a'>¶</a></h2>") == "<h2>a</h2>"
    assert html("<p>a<a class='footnote-backref' href='#b'>↩</a></p>") == "<p>a</p>"


TABLE = "| a | b |\n|---|--:|\n| c | d<br>e |\n|  | f |\n"


def test_tables_stay_with_their_sides():
    made = document(post(render(Job(TABLE)).html), platform())
    cells = [(cell.tag, cell.get("data-align")) for cell in made.iter("th", "td")]
    assert cells == [("th", None), ("th", "right"), *[("td", None), ("td", "right")] * 2]


@pytest.mark.parametrize(
    ("lang", "made"), [("en", "a: c; b: d<br>e"), ("zh-Hans", "a：c；b：d<br>e")]
)
def test_a_table_becomes_a_list_of_its_rows(lang, made):
    assert written(TABLE, *SOME, lang=lang).startswith(f"<ul><li>{made}</li><li>b")


def test_a_table_has_the_parts_that_a_platform_knows():
    made = written(TABLE, "table", "tr", "td")
    assert made.startswith("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td>")


def test_a_table_without_a_head_and_one_without_rows_become_lists_too():
    assert html("<table><tr><td>a</td><td>b</td></tr></table>", "ul", "li") == (
        "<ul><li>a; b</li></ul>"
    )
    assert html("<table><tr><th>a</th><th>b</th></tr></table>", "ul", "li") == (
        "<ul><li>a; b</li></ul>"
    )


def test_a_head_is_what_stands_in_one_or_a_first_row_of_nothing_else():
    two = "<table><thead><tr><th>a</th></tr><tr><th>b</th></tr></thead><tr><td>c</td></tr></table>"
    head = "<table><thead><tr><th>a</th></tr><tr><th>b</th></tr></thead><tbody>"
    assert html(two) == f"{head}<tr><td>c</td></tr></tbody></table>"
    assert html("<table><tr><td>a</td></tr></table>") == (
        "<table><tbody><tr><td>a</td></tr></tbody></table>"
    )
    assert "<thead>" in html("<table><tr><th>a</th></tr><tr><td>b</td></tr></table>")


def test_what_is_said_of_a_table_stands_over_it():
    made = html("a<table><caption>b</caption><tr><td>c</td></tr></table>")
    assert made.startswith("<p>a</p><p><strong>b</strong></p><table>")


def test_blocks_in_a_cell_are_lines():
    cell = "<p>a</p><ul><li>b</li></ul><pre>c\nd</pre>"
    assert html(f"<table><tr><td>{cell}</td></tr></table>", "table", "tr", "td", "code") == (
        "<table><tr><td>a<br>• b<br><code>c<br>d</code></td></tr></table>"
    )


def test_terms_become_bold_words_and_paragraphs():
    made = written("Term\n:   Meaning.\n\n    More.\n", "strong")
    assert made == "<p><strong>Term</strong></p><p>Meaning.</p><p>More.</p>"


def test_what_stands_outside_of_terms_means_something():
    assert html("<dl>a<div><dt>b</dt><dd>c</dd></div><p>d</p></dl>") == (
        "<dl><dd>a</dd><dt>b</dt><dd>c</dd><dd>d</dd></dl>"
    )


def test_a_figure_becomes_a_picture_and_a_line():
    figure = "<figure><img src='/a.png' alt='b'><figcaption>c</figcaption></figure>"
    picture = '<img src="https://ground.example/a.png" alt="b">'
    assert html(figure, "img") == f"<p>{picture}</p><p>c</p>"
    assert html(figure) == f"<figure>{picture}<figcaption>c</figcaption></figure>"


def test_what_plays_becomes_a_link():
    source = (
        "<video controls><source src='a.mp4'>no</video><iframe src='https://b.example/'></iframe>"
    )
    assert html(source) == (
        f'<p><a href="{URL}a.mp4?utm_source=there&amp;utm_medium=snippet&amp;utm_campaign=one">'
        'Video</a></p><p><a href="https://b.example/">https://b.example/</a></p>'
    )


def test_what_plays_stands_on_a_line_of_its_own():
    made = html("<p>a<audio src='https://b.example/c.mp3' title='d'></audio>e</p>")
    assert made == '<p>a</p><p><a href="https://b.example/c.mp3">d</a></p><p>e</p>'


def test_drawings_and_formulas_say_their_name():
    source = "<p>a<svg><title>b</title><text>c</text></svg><math alttext='d'><mi>e</mi></math></p>"
    assert html(source) == "<p>abd</p>"


# ---- words ----


def test_elements_that_say_the_same_stand_for_each_other():
    source = "<p><b>a</b><i>b</i><s>c</s><kbd>d</kbd></p>"
    assert html(source) == "<p><strong>a</strong><em>b</em><del>c</del><code>d</code></p>"
    assert html(source, "b", "i", "strike") == "<p><b>a</b><i>b</i><strike>c</strike>d</p>"


def test_quotations_have_their_marks():
    assert html("<p>a <q>b</q></p>") == "<p>a “b”</p>"


def test_what_was_struck_out_does_not_come_back():
    assert html("<p><del>100</del> 80</p>", "strong") == "<p>~~100~~ 80</p>"


def test_powers_do_not_become_other_numbers():
    source = "<p>10<sup>6</sup> H<sub>2</sub>O 2<sup>ab</sup></p>"
    assert html(source, "strong") == "<p>10⁶ H₂O 2^(ab)</p>"


@pytest.mark.parametrize(("lang", "made"), [("zh-Hans", "墨（mò）"), ("en", "墨 (mò)")])
def test_readings_stand_in_parentheses(lang, made):
    ruby = "<p><ruby>墨<rp>(</rp><rt>mò</rt><rp>)</rp></ruby></p>"
    assert html(ruby, "strong", lang=lang) == f"<p>{made}</p>"


def test_a_picture_is_a_link_or_its_words_where_there_are_none():
    picture = "<p><img src='/a.png' alt='b'></p>"
    assert html(picture, "a") == '<p><a href="https://ground.example/a.png">b</a></p>'
    assert html(picture, "a", link="none") == "<p>b</p>"
    linked = f"<p><a href='https://b.example/'>{picture[3:-4]}</a></p>"
    assert html(linked, "a") == '<p><a href="https://b.example/">b</a></p>'


# ---- links ----


def test_addresses_are_absolute_and_whole():
    assert html("<p><a href='https://b.example/a b\">'>c</a><img src='x y.png'></p>") == (
        f'<p><a href="https://b.example/a%20b%22%3E">c</a><img src="{URL}x%20y.png" alt=""></p>'
    )


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "", "http://[", "#x"])
def test_a_link_that_leads_nowhere_is_words(href):
    assert html(f"<p><a href='{href}'>a</a></p>") == "<p>a</p>"


def test_a_link_to_a_place_of_the_same_page_is_words():
    assert html(f"<p><a href='{URL}#x'>a</a></p>") == "<p>a</p>"


def test_a_link_to_the_top_of_the_page_or_a_place_of_another_stays_one():
    assert html(f"<p><a href='{URL}'>a</a></p>").startswith(f'<p><a href="{URL}?utm')
    other = '<p><a href="https://b.example/#x">a</a></p>'
    assert html(other) == other


def test_links_to_the_own_site_tell_where_readers_came_from():
    assert "utm_source=there" in html("<p><a href='/b/'>a</a></p>")
    assert "utm" not in html("<p><a href='https://b.example/'>a</a></p>")


LINKS = (
    "<p><a href='https://b.example/'>b</a> <a href='https://c.example/'>https://c.example</a> "
    "<a href='mailto:d@d.example'>d@d.example</a> <a href='mailto:d@d.example'>write</a> "
    "<a href='https://b.example/'>again</a></p>"
)


def test_links_become_numbered_notes_each_address_once():
    assert html(LINKS, "sup", "h2", link="footnote") == (
        "<p>b<sup>[1]</sup> https://c.example d@d.example write<sup>[2]</sup> again<sup>[1]</sup>"
        "</p><h2>Links</h2><p>[1] b: https://b.example/</p><p>[2] write: d@d.example</p>"
    )


def test_links_become_notes_where_there_is_no_element_for_them():
    made = html("<p><a href='https://b.example/'>b</a></p>", "strong")
    assert made.startswith("<p>b[1]</p>")
    assert made.endswith("<p>[1] b: https://b.example/</p>")


def test_links_become_words_where_no_address_may_be():
    assert html(LINKS, link="none") == "<p>b https://c.example d@d.example write again</p>"


def test_a_picture_that_leads_to_itself_needs_no_note():
    image = (
        "<a href='/a.png'><img src='/a.png' alt=''></a><a href='/b/'><img src='/a.png' alt='b'></a>"
    )
    made = html(f"<p>{image}</p>", "img", "strong", link="footnote")
    assert made.count("[1]") == 2
    assert "[1] b: https://ground.example/b/?" in made
    assert "[2]" not in made


NOTES = (
    "One[^a] and [b](https://b.example/) and two[^b] and one[^a].\n\n"
    "[^b]: Second, see [c](https://c.example/).\n[^a]: First.\n"
)


def test_notes_and_links_are_one_series_in_the_order_of_the_text():
    assert written(NOTES, "sup", "h2", link="footnote") == (
        "<p>One<sup>[1]</sup> and b<sup>[2]</sup> and two<sup>[3]</sup> and one<sup>[1]</sup>.</p>"
        "<h2>Notes</h2><p>[1] First.</p><p>[2] b: https://b.example/</p>"
        "<p>[3] Second, see c (https://c.example/).</p>"
    )


def test_notes_stand_at_the_end_where_links_stay():
    made = document(post(render(Job(NOTES)).html, "zh-Hans"), platform())
    assert [sup.get("data-note") for sup in made.iter("sup")] == ["1", "2", "1"]
    notes = [
        (part.tag, part.get("data-note"), part.text)
        for part in made
        if part.get("data-note") is not None
    ]
    assert notes == [("h2", "", "注释"), ("p", "1", "[1] First."), ("p", "2", "[2] Second, see ")]


def test_notes_are_known_without_classes_as_feeds_have_them():
    source = render(Job(NOTES)).html.replace('href="#', f'href="{URL}#')
    plain = re.sub(r' class="[^"]*"', "", source)
    assert html(plain, "sup", "a") == html(source, "sup", "a")
    assert "↩" not in html(plain)


def test_a_note_that_nothing_refers_to_is_not_lost():
    source = '<p>a</p><div class="footnote"><ol><li id="fn:x"><p>b</p></li></ol></div>'
    assert html(source, "strong") == "<p>a</p><p><strong>Notes</strong></p><p>[1] b</p>"
    assert html(source.replace(' id="fn:x"', "")) == "<p>a</p><p>b</p>"


def test_a_note_may_begin_with_a_list():
    source = '<p>a</p><div class="footnote"><ol><li id="fn:x"><ul><li>b</li></ul></li></ol></div>'
    assert html(source).endswith("<p>[1] </p><ul><li>b</li></ul>")


def test_an_article_on_wechat_stays_a_link_there():
    source = "<p><a href='https://mp.weixin.qq.com/s/x'>a</a></p>"
    kept = '<p><a href="https://mp.weixin.qq.com/s/x">a</a></p>'
    assert html(source, "a", link="footnote", adapter="wechat") == kept
    assert html(source, "a", link="footnote") != kept


# ---- every word, nothing else ----

INLINE = ("strong", "em", "b", "a", "code", "span", "u", "sub", "mark", "small", "my-word")
PLAIN = ("p", "h1", "h2", "h4", "pre", "div", "center", "li")
OUTER = ("blockquote", "section", "div", "details", "figure", "a", "em", "span")
_words = st.just("@ ")
_inline = st.recursive(
    _words,
    lambda inside: st.tuples(
        st.sampled_from(
            [
                "strong",
                "em",
                "b",
                "a",
                "code",
                "span",
                "u",
                "sub",
                "mark",
                "small",
                "my-word",
                "label",
            ]
        ),
        st.lists(inside, max_size=3),
    ).map(lambda made: f"<{made[0]} href='https://b.example/'>{''.join(made[1])}</{made[0]}>"),
    max_leaves=4,
)
_line = st.lists(_inline, min_size=1, max_size=3).map("".join)
_blocks = st.recursive(
    st.one_of(
        st.tuples(st.sampled_from(PLAIN), _line).map(
            lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"
        ),
        st.just("<hr>"),
        _line,
    ),
    lambda inside: st.one_of(
        st.tuples(
            st.sampled_from(
                ["blockquote", "section", "div", "details", "figure", "a", "em", "span"]
            ),
            st.lists(inside, max_size=3),
        ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"),
        st.tuples(st.sampled_from(("ul", "ol")), st.lists(inside, min_size=1, max_size=3)).map(
            lambda made: f"<{made[0]}>{''.join(f'<li>{each}</li>' for each in made[1])}</{made[0]}>"
        ),
        st.lists(inside, min_size=1, max_size=3).map(
            lambda made: f"<dl>{''.join(f'<dt>@ </dt><dd>{each}</dd>' for each in made)}</dl>"
        ),
        st.lists(inside, min_size=1, max_size=2).map(
            lambda made: (
                "<table><tr><th>@ </th></tr>"
                f"{''.join(f'<tr><td>{each}</td></tr>' for each in made)}</table>"
            )
        ),
    ),
    max_leaves=6,
)
_trees = st.lists(_blocks, min_size=1, max_size=3).map("".join)
WORD = re.compile(r"w\d+\b")


def numbered(tree: str) -> str:
    numbers = itertools.count()
    return re.sub("@", lambda _: f"w{next(numbers)}", tree)


def said(root) -> list[str]:
    main = [part for part in root if part.get("data-note") is None]
    return WORD.findall(" ".join(text for part in main for text in part.itertext()))


@settings(max_examples=80)
@given(_trees)
def test_every_word_is_there_once_and_in_its_place(tree):
    source = numbered(tree)
    assert said(document(post(source), platform())) == WORD.findall(source)


@settings(max_examples=60)
@given(_trees, st.sets(st.sampled_from(SOME)), st.sampled_from(("inline", "footnote", "none")))
def test_no_element_is_there_that_a_platform_does_not_take_and_no_word_is_missing(tree, tags, link):
    source = numbered(tree)
    made = document(post(source), platform(tuple(sorted(tags | {"strong"})), link))
    assert {element.tag for element in made.iter()} <= {*tags, "strong", "div", "p", "br"}
    assert set(said(made)) == set(WORD.findall(source))


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem)
def test_real_posts_keep_every_letter(path):
    source = render(Job(path.read_text("utf-8").split("\n---\n", 1)[1])).html
    made = document(post(source), platform())
    bare = re.sub(r'(?s)<div class="toc">.*?</div>|<div class="footnote">.*', "", source)
    bare = re.sub(r"(?s)<sup id.*?</sup>|<(video|iframe).*?</\1>|<[^>]*>|\s|&#160;", "", bare)
    main = "".join("".join(part.itertext()) for part in made if part.get("data-note") is None)
    assert re.sub(r"[☐☑]|\[\d+\]|\s", "", main) == unescape(bare)


def test_a_tree_of_any_depth_is_read():
    deep = "<div><em>" * 400 + "w" + "</em></div>" * 400
    assert "".join(document(post(deep), platform()).itertext()) == "w"


def test_characters_that_no_page_holds_do_no_harm():
    assert html("<p>a&#1;b\x00<img src='/a.png' alt='&#2;c'></p>").startswith("<p>ab<img")


def test_a_document_is_fresh_each_time():
    one = document(post("<p>a</p>"), platform())
    one[0].text = "b"
    assert inner(document(post("<p>a</p>"), platform())) == "<p>a</p>"
