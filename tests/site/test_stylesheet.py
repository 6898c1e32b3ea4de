"""What the stylesheet promises to older browsers and to both scripts."""

from __future__ import annotations

import re

from tests.site.reading import Site


def blocks(css: str, opening: str) -> list[str]:
    """Return what stands in each block that begins with some text, nested braces included."""
    found = []
    for start in re.finditer(re.escape(opening), css):
        depth, at = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[at], 0)
            at += 1
        found.append(css[start.end() : at])
    return found


def test_new_colours_stand_behind_a_question(site: Site) -> None:
    """WeChat's browser knows no light-dark() and would drop the declaration."""
    css = site.stylesheet.read_text("utf-8")
    asked = "".join(blocks(css, "@supports (color:light-dark(red,red)){"))
    plain = css.replace(asked, "").replace("(color:light-dark(red,red))", "")
    assert asked.count("light-dark(") > 8
    assert "light-dark(" not in plain
    for token in re.findall(r"(--[a-z]+):light-dark", asked):
        assert f"{token}:" in plain, token


def test_both_scripts_are_set_as_they_want(site: Site) -> None:
    css = site.stylesheet.read_text("utf-8")
    for rule in ("text-autospace:normal", "text-spacing-trim:", "line-break:strict"):
        assert rule in css
    assert "unicode-range:U+2014,U+201C-201D,U+2026" in css
    assert re.search(r"html\{[^}]*line-height:1\.6", css)
    assert "html:lang(zh){line-height:1.8}" in css


def test_there_is_one_stylesheet_and_every_page_has_it(site: Site) -> None:
    name = f"/assets/{site.stylesheet.name}"
    for page in site.pages.values():
        assert page.all("//link[@rel='stylesheet']/@href") == [name], page.path
