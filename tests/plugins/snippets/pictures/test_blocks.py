"""A post's HTML as blocks: all its words, in order, none of its pictures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from plugins.snippets.pictures.blocks import blocks
from plugins.snippets.pictures.boxes import Run


def told(markup, chinese=True):
    return [(block.kind, block.mark, block.text) for block in blocks(markup, chinese)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>一段</p><h2>题</h2><h3>小题</h3>",
         [("text", "", "一段"), ("heading", "", "题"), ("subheading", "", "小题")]),
        ("<ul><li>甲<ul><li>乙</li></ul></li></ul>", [("item", "•", "甲"), ("item", "–", "乙")]),
        ('<ol start="3"><li>甲</li><li><p>乙</p><p>丙</p></li></ol>',
         [("item", "3.", "甲"), ("item", "4.", "乙"), ("item", "", "丙")]),
        ("<blockquote><p>引</p></blockquote>", [("quote", "", "引")]),
        ("<pre><code>a\n  b\n</code></pre>", [("code", "", "a\n  b")]),
        ("<p>甲</p><hr><p>乙</p>", [("text", "", "甲"), ("rule", "", ""), ("text", "", "乙")]),
        ("<dl><dt>砚</dt><dd>石头</dd></dl>", [("label", "", "砚"), ("text", "", "石头")]),
        ('<p>脚<sup id="fnref:a"><a href="#fn:a">1</a></sup></p><div class="footnote"><hr><ol>'
         '<li id="fn:a"><p>注<a class="footnote-backref" href="#fnref:a">↩</a></p></li></ol></div>',
         [("text", "", "脚[1]"), ("note", "[1]", "注")]),
        ("<p>前</p>游离的字<p>后</p>",
         [("text", "", "前"), ("text", "", "游离的字"), ("text", "", "后")]),
        ("<p>甲<br>乙</p>", [("text", "", "甲\n乙")]),
        ('<div class="toc"><ul><li><a href="#a">题</a></li></ul></div>', []),
        ('<h2>题<a class="headerlink" href="#a">#</a></h2>', [("heading", "", "题")]),
        ("<table><caption>纸</caption><tr><td>甲</td><td>乙</td></tr></table>",
         [("label", "", "纸"), ("item", "•", "甲：乙")]),
        ("", []),
    ],
)  # fmt: skip
def test_each_element_becomes_its_block(markup, expected):
    assert told(markup) == expected


def test_pictures_are_left_out_with_their_captions():
    markup = '<p><img src="a.jpg" alt="图"></p><figure><img><figcaption>说明</figcaption></figure>'
    assert told(markup + "<p>字</p>") == [("text", "", "字")]


def test_a_table_becomes_lines_that_name_their_columns():
    markup = (
        "<table><tr><th>纸</th><th>吸墨</th><th>价</th></tr>"
        "<tr><td>生宣</td><td>快</td><td>260</td></tr></table>"
    )
    assert told(markup) == [("item", "•", "生宣：吸墨 快；价 260")]
    assert told(markup, chinese=False) == [("item", "•", "生宣: 吸墨 快; 价 260")]
    assert told("<table><tr><td>甲</td><td>乙</td></tr></table>") == [("item", "•", "甲：乙")]


def test_styles_stay_where_they_were():
    (block,) = blocks("<p>一<strong>二</strong><em>三</em><code>四</code></p>", True)
    assert block.runs == (Run("一"), Run("二", "strong"), Run("三", "em"), Run("四", "mono"))


def test_a_line_break_of_the_source_is_no_space_between_han_but_one_between_words():
    assert told("<p>一行\n又一行</p>") == [("text", "", "一行又一行")]
    assert told("<p>one\n two</p>") == [("text", "", "one two")]


tree = st.recursive(
    st.text("字，ab 。", max_size=8),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(
            ["p", "div", "ul", "li", "blockquote", "strong", "a", "table", "h2", "pre"]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(tree)
def test_no_word_is_lost_however_odd_the_html(markup):
    whole = lxml_html.fragment_fromstring(f"<div>{markup}</div>").text_content()
    found = "".join(block.text for block in blocks(markup, True))
    assert sorted("".join(found.split())) == sorted("".join(whole.split()))
