"""A post as a letter."""

from __future__ import annotations

from lxml import html as parser

from plugins.snippets.long.newsletter import write, write_text
from tests.plugins.snippets.long.written import a_platform, a_post, at_most

LETTER = a_platform("newsletter", id="newsletter", limits={"title": at_most(8)})
BODY = (
    '<h2>Ink</h2><p>Some <em>soft</em> <a href="https://a.example/">link</a>.</p>'
    '<p><img src="/i.jpg" alt="a door" width="1600" height="900"></p>'
    "<ul><li>one</li></ul><pre><code>a\n  b</code></pre>"
)


def page(html: str = BODY, **values):
    return parser.document_fromstring(write(a_post(html, **values), LETTER))


def test_it_is_a_whole_page_with_title_preview_line_and_a_way_to_the_browser():
    root = page(summary="Ink & water")
    assert root.findtext(".//title") == "Ink and water"
    assert root.findtext(".//h1") == "Ink and water"
    hidden = root.find(".//div")
    assert "display:none" in hidden.get("style")
    assert hidden.text.startswith("Ink & water")
    first = root.find(".//a")
    assert first.text == "Read it in the browser"
    assert first.get("href").startswith("https://site.example/en/ink/?utm_source=newsletter")


def test_every_element_carries_its_own_style_and_nothing_is_loaded_from_elsewhere():
    root = page()
    for tag in ("h2", "p", "em", "a", "img", "ul", "li", "pre"):
        for each in root.iter(tag):
            assert each.get("style") or tag == "em", tag
    assert not root.xpath("//link|//script|//@onclick")
    assert [img.get("src") for img in root.iter("img")] == ["https://site.example/i.jpg"]


def test_a_wide_picture_is_as_wide_as_the_column_where_styles_are_not_known():
    image = page().find(".//img")
    assert (image.get("width"), image.get("height")) == ("600", None)


def test_the_dark_scheme_is_the_one_style_sheet_that_is_left():
    root = page()
    assert [
        each.text.startswith("@media (prefers-color-scheme:dark)") for each in root.iter("style")
    ] == [True]


def test_links_have_the_colour_of_the_creator_and_han_is_never_slanted():
    assert page(accent="#123456").xpath("//p/a[text()='link']")[0].get("style") == "color:#123456"
    chinese = page(lang="zh").find(".//em")
    assert "font-style:normal" in chinese.get("style")
    assert "text-emphasis" in chinese.get("style")


def test_titles_and_names_are_words_not_html():
    html = write(a_post(title="<b>&</b>", site="<i>", summary='"<u>"'), LETTER)
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html


def test_a_text_of_ones_own_stands_in_the_same_frame():
    html = write(a_post(), LETTER, "<p>Mine.</p>")
    assert '<p style="margin:0 0 16px">Mine.</p>' in html
    assert "Grind it" not in html


def test_the_plain_part_has_title_way_to_the_browser_text_and_signature():
    text = write_text(a_post('<p>See <a href="https://a.example/">it</a>.</p>'), LETTER)
    way = "https://site.example/en/ink/?utm_source=newsletter&utm_medium=snippet&utm_campaign=ink"
    assert text == (
        f"Ink and water\n\nRead it in the browser\n{way}\n\n"
        "See it[1].\n\n\nLinks\n\n[1] it: https://a.example/\n\n"
        "-- \nThe Site\nhttps://site.example/"
        "?utm_source=newsletter&utm_medium=snippet&utm_campaign=ink\n"
    )
