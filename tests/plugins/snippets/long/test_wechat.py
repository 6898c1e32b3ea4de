"""What is pasted into WeChat's editor: what it keeps, and nothing that it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import fragment_fromstring

from plugins.reader.render import Job, render
from plugins.snippets.long import colours, styles, wechat
from plugins.snippets.long.styles import THEMES
from tests.plugins.snippets.long.everything import WECHAT, everything

# What those who paste there every day see survive; one that is unknown may cost all the others.
KEPT = {
    *("color", "background", "font-family", "font-size", "font-weight", "font-style"),
    *("line-height", "letter-spacing", "text-align", "text-indent", "text-decoration"),
    *("vertical-align", "white-space", "word-wrap", "margin", "padding", "padding-left"),
    *("padding-top", "border", "border-top", "border-bottom", "border-left", "border-radius"),
    *("border-collapse", "width", "max-width", "min-width", "overflow-x", "display"),
}
SAMPLES = [everything(theme=theme) for theme in THEMES] + [everything("en")]


def tree(html: str) -> etree._Element:
    return fragment_fromstring(html)


def written(markdown: str, lang: str = "zh-Hans", **changes: object) -> str:
    post = replace(everything(lang), html=render(Job(markdown)).html, **changes)
    return wechat.write(post, WECHAT)


def bare(html: str) -> str:
    """Return HTML without its styles, without the section round it and the line at its end."""
    html = re.sub(r' style="[^"]*"', "", html)
    return re.sub(r"<p>[^<]*</p></section>$", "", html).removeprefix("<section>")


@pytest.mark.parametrize("post", SAMPLES, ids=lambda post: f"{post.theme}-{post.lang}")
def test_there_is_nothing_that_the_editor_loses(post):
    for element in tree(wechat.write(post, WECHAT)).iter():
        assert set(element.attrib) <= {"style", "src", "alt", "href", "start"}
        assert element.tag not in ("script", "style", "svg", "iframe", "input", "div")
        for rule in filter(None, element.get("style", "").split(";")):
            assert rule.split(":")[0] in KEPT
            assert "var(" not in rule
            assert "url(" not in rule


def test_only_articles_on_wechat_are_links():
    links = [link.get("href") for link in tree(wechat.write(everything(), WECHAT)).iter("a")]
    assert links == ["https://mp.weixin.qq.com/s/x"]


def test_links_and_notes_are_numbered_at_the_end():
    made = tree(wechat.write(everything(), WECHAT))
    text = "".join(made.itertext())
    notes = text[text.rindex("注释") :]
    assert [sup.text for sup in made.iter("sup")] == ["6", "[1]", "[2]", "[3]", "[2]"]
    assert "[1] 注，看这里 (https://d.example/)。" in notes
    assert "[2] 外面: https://b.example/?a=1&b=2" in notes
    assert "[3] 站内: https://ground.example/two/?utm_source=wechat" in notes


def test_no_white_space_stands_between_blocks():
    for element in tree(wechat.write(everything(), WECHAT)).iter():
        if element.tag in ("section", "ul", "ol", "table", "thead", "tbody", "tr", "blockquote"):
            assert all(child.tail is None or child.tail.strip() for child in element)


def test_an_item_is_one_section_and_what_is_deeper_are_sections_with_marks():
    made = bare(written("- a **b** c\n    - d\n        1. e\n\n            f\n\n- g\n"))
    assert made == (
        "<ul><li><section>a <strong>b</strong> c</section>"
        "<section><span>◦</span>d</section><section><span>1.</span>e</section>"
        "<section>f</section></li><li><section>g</section></li></ul>"
    )


def test_a_second_paragraph_stands_under_the_first():
    deep = tree(written("- a\n    - b\n\n        c\n")).findall(".//li/section")
    assert [part.text for part in deep[2:]] == ["c"]
    assert "padding-left" in deep[2].get("style")
    assert "text-indent" not in deep[2].get("style")


def test_bold_words_at_the_start_of_a_box_are_no_title():
    made = tree(written('!!! note ""\n    **a** b\n')).find("section")
    assert [part.tag for part in made.iter()] == ["section", "p", "strong"]


def test_an_item_that_begins_with_a_block_holds_it_in_its_section():
    assert bare(written("-   > a\n")) == (
        "<ul><li><section><blockquote><p>a</p></blockquote></section></li></ul>"
    )


def test_a_warning_is_told_from_a_note():
    note, warning = (
        tree(written(f'!!! {kind} "T"\n    w\n')).find("section") for kind in ("note", "warning")
    )
    assert note[0].text == warning[0].text == "T"
    assert "color:#a3271c" in warning[0].get("style")
    assert "color:#a3271c" not in note[0].get("style")
    paper = [
        tree(written(f'!!! {kind} "T"\n    w\n', theme="paper")).find("section").get("style")
        for kind in ("note", "warning", "danger")
    ]
    assert paper[0] != paper[1] == paper[2]


def test_tasks_are_lines_with_boxes_not_a_list():
    assert bare(written("- [x] a\n- [ ] b\n")) == (
        "<section><section><span>☑</span>a</section><section><span>☐</span>b</section></section>"
    )


def test_code_keeps_its_lines_and_spaces():
    code = "def f(x):\n    return  x  # y\n\n\nz"
    made = tree(written(f"```python\n{code}\n```\n")).find(".//pre")
    for br in list(made.iter("br")):
        br.text = "\n"
    assert "".join(made.itertext()).replace("\u00a0", " ") == code
    assert "\n" not in "".join(tree(written(f"```\n{code}\n```\n")).find(".//pre").itertext())
    for text in tree(written(f"```python\n{code}\n```\n")).find(".//pre").itertext():
        assert not re.search(r"^ | $|  ", text)


def test_tokens_of_code_have_colours():
    made = tree(written('```python\nreturn "a"  # b\n```\n'))
    spans = {"".join(span.itertext()): span.get("style") for span in made.iter("span")}
    assert set(spans) == {"return", '"a"', "# b"}
    assert len(set(spans.values())) == 3


def test_a_table_can_be_pushed_sideways():
    table = tree(wechat.write(everything(), WECHAT)).find(".//table")
    assert "overflow-x:auto" in table.getparent().get("style")
    assert {"min-width:150px", "text-align:center"} <= set(
        table.find(".//th[2]").get("style").split(";")
    )
    narrow = tree(written("| a | b |\n|---|---|\n| c | d |\n")).find(".//th[1]")
    assert "min-width" not in narrow.get("style")


@pytest.mark.parametrize(
    ("attributes", "style"),
    [
        ('width="1200" height="600"', "width:100%"),
        ('width="120" height="60"', "width:120px"),
        ("", "max-width:100%"),
    ],
)
def test_pictures_fill_the_page_unless_they_are_small(attributes, style):
    image = tree(written(f'<img src="/a.png" alt="b" {attributes}>')).find(".//img")
    assert (image.get("alt"), image.get("width"), image.get("height")) == ("b", None, None)
    assert style in image.get("style").split(";")


def test_what_is_said_of_a_picture_is_small():
    made = tree(written("<figure><img src='/a.png'><figcaption>b</figcaption></figure>"))
    assert "font-size:13px" in made.find("section/p[2]").get("style")


def test_a_list_in_a_quotation_looks_like_a_list():
    made = tree(written("> - a\n"))
    assert made.find(".//ul").get("style") == styles.styles("ink", "#1f5a80", True)["ul"]


def test_chinese_has_no_slanted_letters():
    assert "italic" not in written("*字*")
    assert "italic" in written("*word*", "en")


@pytest.mark.parametrize("lang", ["zh-Hans", "en", "fr"])
def test_the_end_says_where_it_is_from_and_what_is_left(lang):
    end = {
        "zh-Hans": ("首发于“自留地”。点文末的“阅读原文”看原文。", "首发于“自留地”。"),
        "en": ("First published at 自留地. “Read more”", "First published at 自留地."),
        "fr": ("First published at 自留地. “Read more”", "First published at 自留地."),
    }[lang]
    free = tree(written("a\n\n[b](/c/)\n", lang))
    assert free[-1].text.startswith(end[0])
    gated = tree(written("a\n\n[b](/c/)\n", lang, gated=True))
    assert gated[-1].text == end[1]
    assert "3,210" in gated[2].text
    assert ("。点文末的“阅读原文”" if lang == "zh-Hans" else ". “Read more”") in gated[2].text
    assert gated[3].text in ("参考", "Links")


def test_where_there_is_no_way_to_the_original_nothing_is_said_of_one():
    made = wechat.write(everything(), replace(WECHAT, way=""))
    assert "阅读原文" not in made


def test_raw_html_does_no_harm():
    made = wechat.write(everything(), WECHAT)
    assert "原样的字" in made
    assert "position" not in made


def test_styles_are_short():
    text = "字" * 50 + "。\n\n"
    assert len(written(text * 30)) < 30 * (52 + 70)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["- a", "    - b", "        - c", "1. d", "e", "", "> f", "## g"])))
def test_lists_of_any_shape_keep_their_words_in_order(lines):
    markdown = "\n".join(f"{line}{number}x" if line else "" for number, line in enumerate(lines))
    html = render(Job(markdown)).html
    wanted = re.findall(r"[a-g]\d+x", re.sub("<[^>]*>", " ", html))
    made = tree(written(markdown))
    assert re.findall(r"[a-g]\d+x", " ".join(made.itertext())) == wanted
    assert not made.xpath("//li//ul|//li//ol|//li//li")


# ---- themes ----


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_has_a_rule_for_everything(theme, monkeypatch):
    monkeypatch.setattr(wechat, "dress", lambda *_: None)
    made = tree(wechat.write(replace(everything(), gated=True), WECHAT))
    names = {element.get("class") or element.tag for element in made.iter()}
    bare = {"section", "br", "thead", "tbody", "tr"}
    assert {"text", "listing", "quoted", "last", "behind", "note"} <= names
    assert names - bare <= set(styles.styles(theme, "#1f5a80", True))


def test_themes_have_rules_for_the_same_names_and_look_different():
    ink, paper = (styles.styles(theme, "#1f5a80", True) for theme in THEMES)
    assert set(ink) == set(paper)
    assert ink["h2"] != paper["h2"]


def test_an_unknown_theme_is_the_first():
    post = everything(theme="none")
    assert wechat.write(post, WECHAT) == wechat.write(everything(), WECHAT)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("accent", ["#ffee00", "#1f5a80", "#ffffff", "red", "#000000"])
def test_text_of_every_theme_can_be_read_in_any_accent(theme, accent):
    """Where a rule has no ground of its own, the darkest one of the theme is under its words."""
    known = styles.styles(theme, accent, True)
    grounds = re.findall(r"background:(#[0-9a-f]{6})", ";".join(known.values()))
    darkest = max(grounds, key=lambda ground: colours.contrast(ground, "#ffffff"))
    for name, style in known.items():
        found = re.search(r"(?:^|;)color:(#[0-9a-f]{6})", style)
        own = re.search(r"background:(#[0-9a-f]{6})", style)
        if found:
            assert colours.contrast(found[1], own[1] if own else darkest) >= 4.5, (name, style)


def test_a_light_accent_keeps_its_hue():
    made = colours.readable("#ffcc00")
    red, green, blue = (int(made[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue
    assert colours.readable("#1f5a80") == "#1f5a80"


def test_a_rule_that_is_for_more_than_one_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(styles, "_FOLDER", tmp_path)
    (tmp_path / "odd.css").write_text("h2 > p { color: red; }", "utf-8")
    with pytest.raises(ValueError, match="h2 > p"):
        styles.styles("odd", "#1f5a80", False)


def test_headings_grow_smaller():
    known = styles.styles("ink", "#1f5a80", True)
    sizes = [int(re.search(r"font-size:(\d+)", known[f"h{level}"])[1]) for level in range(2, 6)]
    assert all(one > other for one, other in pairwise(sizes))
