"""Markdown becomes HTML as creators expect it, the same for the same text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.reader.render import Job, render


def html(text, **given_):
    """Render and return the HTML on one line, without space between tags."""
    return re.sub(r">\s+<", "><", render(Job(text, **given_)).html)


def inline(text):
    return html(text).removeprefix("<p>").removesuffix("</p>")


def test_tables_have_heads_and_aligned_cells():
    found = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<thead><tr><th class="left">a</th><th class="right">b</th></tr></thead>' in found
    assert '<td class="right">2</td>' in found
    assert "style=" not in found


def test_footnotes_are_linked_both_ways():
    found = html("Text[^1].\n\n[^1]: Note")
    assert 'href="#fn:1"' in found
    assert 'id="fnref:1"' in found
    assert 'href="#fnref:1"' in found
    assert "Note" in found


def test_footnotes_of_the_premium_part_have_names_of_their_own():
    found = html("Text[^1].\n\n[^1]: Note", premium=True)
    assert 'id="fn:premium-1"' in found
    assert 'href="#fn:1"' not in found


def test_tasks_are_checkboxes():
    found = html("- [ ] open\n- [x] done")
    assert found.count('<input type="checkbox" disabled') == 2
    assert found.count("checked") == 1


def test_terms_have_definitions():
    assert html("Term\n:   Meaning") == "<dl><dt>Term</dt><dd>Meaning</dd></dl>"


def test_admonitions_are_boxes():
    found = html('!!! note "Mind"\n    Text')
    assert (
        '<div class="admonition note"><p class="admonition-title">Mind</p><p>Text</p></div>'
        in found
    )


def test_attributes_are_set():
    assert html("Text\n{: .big #here }") == '<p class="big" id="here">Text</p>'


def test_fenced_code_is_highlighted_by_classes():
    found = html("```python\nprint(1)\n```")
    assert 'class="language-python highlight"' in found
    assert '<span class="nb">print</span>' in found


def test_code_without_a_language_is_not_guessed():
    assert '<span class="n' not in html("```\nimport os\n```")


def test_code_is_escaped():
    assert "&lt;b&gt;" in html("```\n<b>\n```")
    assert inline("`<b>`") == "<code>&lt;b&gt;</code>"


def test_a_fence_in_a_list_belongs_to_its_item():
    found = html("- one\n\n    ```\n    code\n    ```\n\n- two")
    assert found.count("<ul>") == 1
    assert found.count("<li>") == 2
    assert re.search(r"<li>.*code.*</li><li>", found, re.S)


def test_indented_code_is_code():
    assert "<code>    code" not in html("Text\n\n    code")
    assert "code\n</code>" in html("Text\n\n    code")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("==mark==", "<mark>mark</mark>"),
        ("~~gone~~", "<del>gone</del>"),
        ("**注意：**不要", "<strong>注意：</strong>不要"),
        ("这是**“粗体”**字", "这是<strong>“粗体”</strong>字"),
        ("中文*斜体*中文", "中文<em>斜体</em>中文"),
        ("a_b_c", "a_b_c"),
        ("<https://a.example>", '<a href="https://a.example">https://a.example</a>'),
    ],
)
def test_inline_marks(text, made):
    assert inline(text) == made


@pytest.mark.parametrize(
    "text",
    ["“双引号”与‘单引号’", "破折号——这样", "\"a\" 'b'", "a -- b --- c", "省略……", "(c) 1/2 ..."],
)
def test_quotes_and_dashes_are_left_alone(text):
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("中文\n换行", "中文换行"),
        ("，\n“引", "，“引"),
        ("English\nbreak", "English\nbreak"),
        ("中文\nEnglish", "中文\nEnglish"),
        ("English\n中文", "English\n中文"),
        ("かな\nカナ", "かなカナ"),
        ("**中文**\n换行", "<strong>中文</strong>换行"),
        ("中文\n**换行**", "中文<strong>换行</strong>"),
        ("[中文](/x/)\n换行", '<a href="/x/">中文</a>换行'),
        ("中文\n[换行](/x/)", '中文<a href="/x/">换行</a>'),
        ("**中\n文**", "<strong>中文</strong>"),
        ("==中文==\n换行", "<mark>中文</mark>换行"),
    ],
)
def test_a_line_break_between_han_characters_is_no_space(text, made):
    assert inline(text) == made


def test_a_hard_break_stays():
    assert re.search(r"中文<br ?/?>\s*换行", inline("中文  \n换行"))


def test_lines_of_code_are_never_joined():
    assert "中\n文" in render(Job("```\n中\n文\n```")).html
    assert "中\n文" in render(Job("    中\n    文\n")).html


def test_lines_in_lists_and_quotes_are_joined_too():
    assert "<li>中文</li>" in html("- 中\n  文")
    assert "<p>中文</p>" in html("> 中\n> 文")


@pytest.mark.parametrize(("marker", "tag"), [("-", "ul"), ("*", "ul"), ("+", "ul"), ("1.", "ol")])
def test_a_list_may_follow_a_paragraph_directly(marker, tag):
    found = html(f"Text\n{marker} one\n{marker} two")
    assert found == f"<p>Text</p><{tag}><li>one</li><li>two</li></{tag}>"


def test_a_number_at_the_start_of_a_line_opens_no_list_in_a_paragraph():
    assert html("It was\n1984. A year.") == "<p>It was\n1984. A year.</p>"


@pytest.mark.parametrize("indent", [2, 3, 4])
def test_lists_nest_by_two_spaces_or_more(indent):
    found = html(f"- a\n{' ' * indent}- b\n{' ' * indent * 2}- c\n- d")
    assert found == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"


def test_a_numbered_list_nests_under_its_text():
    found = html("1. a\n   - b\n2. c")
    assert found == "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"


def test_a_numbered_list_keeps_its_first_number():
    assert html("3. c\n4. d") == '<ol start="3"><li>c</li><li>d</li></ol>'


def test_lists_of_two_kinds_are_two_lists():
    assert html("- a\n\n1. b") == "<ul><li>a</li></ul><ol><li>b</li></ol>"


def test_a_rule_is_no_list():
    assert html("a\n\n* * *\n\nb") == "<p>a</p><hr><p>b</p>"


def test_a_paragraph_of_an_item_stays_in_it():
    assert html("- a\n\n  b\n\n- c") == "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"


@pytest.mark.parametrize("indent", ["  ", "   ", "    "])
def test_a_paragraph_of_a_numbered_item_stays_in_it(indent):
    found = html(f"1. a\n\n{indent}b\n\n2. c")
    assert found == "<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>"


def test_raw_html_passes():
    assert '<video src="a.mp4"></video>' in html('<video src="a.mp4"></video>')


def test_headings_start_at_the_second_level():
    found = render(Job("# A\n\n## B\n\n###### C"))
    assert re.findall(r"<(h\d)", found.html) == ["h2", "h3", "h6"]
    assert [(h.level, h.text) for h in found.headings] == [(2, "A"), (3, "B"), (6, "C")]


@pytest.mark.parametrize("mark", ["#", "##", "###", "####"])
def test_the_highest_heading_is_always_the_second_level(mark):
    found = render(Job(f"{mark} A\n\nText\n\n{mark}# B"))
    assert re.findall(r"<(h\d)", found.html) == ["h2", "h3"]


def test_headings_have_unicode_ids_that_differ():
    found = render(Job("## 早市\n\n## 早市\n\n## !\n\n## 早市-2"))
    ids = [heading.id for heading in found.headings]
    assert (ids[0], ids[2]) == ("早市", "section")
    assert len(set(ids)) == 4


def test_premium_headings_do_not_take_the_ids_of_public_ones():
    public = render(Job("## One\n\n## Two"))
    premium = render(
        Job("## One\n\n## Two", premium=True, taken=tuple(h.id for h in public.headings))
    )
    assert not {h.id for h in public.headings} & {h.id for h in premium.headings}


def test_the_length_and_beginning_are_those_of_the_text():
    found = render(Job("## Head\n\nTwo words，三个字[^1]\n\n[^1]: not this"))
    assert (found.length.han, found.length.words) == (3, 3)
    assert found.beginning == "Two words，三个字"


def test_nothing_makes_nothing():
    found = render(Job(""))
    assert (found.html, found.headings, found.length.total, found.beginning) == ("", (), 0, "")


def test_what_nests_too_deeply_is_an_error():
    with pytest.raises(ValueError, match="nested too deeply"):
        render(Job(DEEP))


DEEP = "- " * 1000 + "x"
A = '# Head\n\nText[^1] [ref] *[HTML]\n\n- a\n\n[^1]: One\n[ref]: /there/ "t"\n'
B = "# Head\n\nText[^1] [ref]\n\n```\nx\n```\n"


@pytest.mark.parametrize("premium", [False, True])
def test_one_text_leaves_nothing_for_the_next(premium):
    first = render(Job(A, premium))
    alone = render(Job(B, premium))
    assert render(Job(A, premium)) == first
    assert "/there/" not in alone.html
    assert "One" not in alone.html
    assert render(Job(B, premium)) == alone


@pytest.mark.parametrize("frames", range(12))
def test_a_failed_text_leaves_nothing_for_the_next(frames):
    def fail(more):
        return fail(more - 1) if more else render(Job(f"{A}\n\n{DEEP}"))

    before = render(Job(A))
    with pytest.raises(ValueError, match="nested"):
        fail(frames)
    assert render(Job(A)) == before
    assert html("Text") == "<p>Text</p>"


pieces = st.sampled_from(
    ["- ", "  ", "    ", "\n", "\n\n", "1. ", "> ", "```", "~~~", "|", "[^1]", "[^1]: ", ": "]
) | st.sampled_from(
    ["**", "*", "==", "~~", "`", "[a](b)", "![a](b)", "<b>", "</b>", "<!--", "!!! note"]
)
writing = st.lists(pieces | st.text(max_size=6) | st.sampled_from(["中文", "word"]), max_size=25)


@given(writing.map("".join), st.booleans())
@settings(max_examples=150, deadline=None)
def test_rendering_never_raises_and_is_the_same_again(text, premium):
    first = render(Job(text, premium))
    render(Job(A, premium))
    assert render(Job(text, premium)) == first


@given(writing.map("".join))
@settings(max_examples=80, deadline=None)
def test_every_heading_has_an_id_of_its_own(text):
    found = render(Job(f"## One\n\n{text}\n\n## One\n"))
    ids = [heading.id for heading in found.headings]
    assert len(ids) == len(set(ids))


def test_a_summary_leaves_code_out_unless_there_is_nothing_else():
    assert render(Job("First.\n\n```\nx = 1\n```\n\nThen.\n")).beginning == "First. Then."
    assert render(Job("```\nx = 1\n```\n")).beginning == "x = 1"


def test_a_text_of_headings_alone_begins_with_them():
    assert render(Job("# Head\n\n## Other")).beginning == "Head Other"
