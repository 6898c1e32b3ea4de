from plugins.snippets.short.blocks import blocks


def told(markup):
    return [(block.kind, block.text) for block in blocks(markup)]


def test_paragraphs_headings_items_and_quotations_are_told_apart():
    markup = "<h2>A</h2><p>B</p><ul><li>C</li></ul><blockquote><p>D</p></blockquote>"
    assert told(markup) == [("heading", "A"), ("paragraph", "B"), ("item", "C"), ("quote", "D")]


def test_code_tables_figures_and_forms_are_left_out():
    markup = (
        "<p>a</p><pre><code>x</code></pre><table><tr><td>y</td></tr></table>"
        "<figure><img src='i.png' alt='z'><figcaption>w</figcaption></figure><form>v</form>"
    )
    assert told(markup) == [("paragraph", "a")]


def test_notes_of_markdown_and_their_numbers_are_left_out():
    markup = (
        '<p>Said<sup id="fnref:1"><a href="#fn:1">1</a></sup> so.</p>'
        '<div class="footnote"><ol><li id="fn:1"><p>A note</p></li></ol></div>'
    )
    assert told(markup) == [("paragraph", "Said so.")]
    assert told(markup.replace(' class="footnote"', "")) == [("paragraph", "Said so.")]


def test_a_line_break_in_the_source_is_no_space_between_han():
    assert told("<p>第一\n第二</p>") == [("paragraph", "第一第二")]
    assert told("<p>第一 \r\n  第二</p>") == [("paragraph", "第一第二")]
    assert told("<p>one\n two</p>") == [("paragraph", "one two")]
    assert told("<p>第一\ntwo\n第二</p>") == [("paragraph", "第一 two 第二")]


def test_a_break_that_is_meant_stays():
    assert told("<p>roses<br>\nviolets</p>") == [("paragraph", "roses\nviolets")]


def test_a_definition_begins_with_its_term():
    assert told("<dl><dt>网址</dt><dd>是你的。</dd></dl>") == [("item", "网址：是你的。")]
    assert told("<dl><dt>Address</dt><dd>yours</dd></dl>") == [("item", "Address: yours")]


def test_what_is_strong_in_a_term_is_not_strong_in_the_text_that_explains_it():
    (block,) = blocks("<dl><dt><b>Rain</b></dt><dd>Rain falls.</dd></dl>")
    assert block.strong == ()


def test_items_of_inner_lists_stand_alone():
    found = blocks("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>")
    assert [(each.text, each.depth) for each in found] == [("a", 1), ("b", 2), ("c", 1), ("d", 1)]


def test_a_link_alone_in_brackets_is_a_source_and_left_out():
    assert told('<p>塔高百米。（<a href="https://a.test">via</a>）</p>') == [
        ("paragraph", "塔高百米。")
    ]


def test_what_is_emphasised_linked_or_code_is_known():
    (found,) = blocks('<p><strong>a</strong> <code>b</code> <a href="/">cc</a> <em>ddd</em></p>')
    assert (found.strong, found.code, found.links, found.aside) == (("a",), ("b",), ("cc",), 3)


def test_nothing_comes_of_nothing():
    assert told("") == told(" \n") == told("<!-- nothing -->") == told("<p></p>") == []


def test_broken_markup_is_read_as_browsers_do():
    assert told("<p>one<p>two</div>") == [("paragraph", "one"), ("paragraph", "two")]
