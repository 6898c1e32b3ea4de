"""One stylesheet, its accent readable on both papers, the creator's files laid over the theme's."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import plugins
from plugins.engine.assets import (
    CALM,
    DARK_PAPER,
    DEFAULT_ACCENT,
    DEFAULT_ACCENT_DARK,
    LIGHT_PAPER,
    READABLE,
    accent_pair,
    other_files,
    script,
    stylesheet,
)
from plugins.model.colours import contrast
from tests.plugins.creator import write

THEME = Path(plugins.__file__).parents[1] / "theme"
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
@example("#ffffff")
@example("#000000")
@example("#ffff00")
@example("#0000ff")
@example(DEFAULT_ACCENT)
def test_any_accent_is_readable_on_both_papers(accent):
    light, dark = accent_pair(accent)
    assert contrast(light, LIGHT_PAPER) >= READABLE >= 4.5
    assert contrast(dark, DARK_PAPER) >= (READABLE if accent == DEFAULT_ACCENT else CALM)


@given(colours)
def test_an_accent_that_is_readable_as_it_is_stays(accent):
    if contrast(accent, LIGHT_PAPER) >= READABLE:
        assert accent_pair(accent)[0] == accent


def test_the_themes_own_accent_has_a_dark_one_of_its_own():
    assert accent_pair(DEFAULT_ACCENT) == (DEFAULT_ACCENT, DEFAULT_ACCENT_DARK)


@pytest.mark.parametrize("paper", [LIGHT_PAPER, DARK_PAPER])
def test_the_papers_are_those_of_the_theme(paper):
    assert paper in (THEME / "static" / "inkstead.css").read_text("utf-8")


def theme(folder):
    return write(
        folder / "theme",
        {
            "static/inkstead.css": ":root { --ink: #111 }",
            "static/code.css": ".k { color: red }",
            "static/favicon.svg": "<svg/>",
            "static/deep/x.js": "x",
            "static/.hidden": "no",
        },
    )


def test_the_stylesheet_is_tokens_then_the_rest_then_the_accent_then_the_creators(tmp_path):
    own = write(
        tmp_path / "own", {"tokens.css": ":root{--ink:#222}", "static/mine.css": ".mine{}b{c:d}"}
    )
    path, css = stylesheet(theme(tmp_path), own, "#aa0000")
    text = css.decode()
    order = ["--ink:#111", ".k{", "b{c:d}", "--accent-light:", "--ink:#222"]
    assert sorted(order, key=text.index) == order
    assert path == f"/assets/site.{hashlib.sha256(css).hexdigest()[:8]}.css"


def test_the_address_changes_with_the_bytes(tmp_path):
    one, same, other = (
        stylesheet(theme(tmp_path), tmp_path / "none", c)[0]
        for c in ("#aa0000", "#aa0000", "#0000aa")
    )
    assert one == same != other


def test_a_creators_file_takes_the_place_of_the_themes(tmp_path):
    own = write(
        tmp_path / "own", {"static/inkstead.css": ":root{--ink:#333}", "static/deep/x.js": "y"}
    )
    assert b"#111" not in stylesheet(theme(tmp_path), own, "#aa0000")[1]
    assert dict(other_files(theme(tmp_path), own))["/assets/deep/x.js"] == b"y"


def test_the_script_changes_its_address_with_its_bytes_and_is_no_other_file(tmp_path):
    own = write(tmp_path / "own", {"static/unlock.js": "mine"})
    path, code = script(THEME, tmp_path / "none")
    assert path == f"/assets/unlock.{hashlib.sha256(code).hexdigest()[:8]}.js"
    assert script(THEME, own)[1] == b"mine"
    assert script(THEME, own)[0] != path
    assert "/assets/unlock.js" not in dict(other_files(THEME, own))


def test_other_files_are_assets_and_the_favicon_stands_at_the_root(tmp_path):
    found = dict(other_files(theme(tmp_path), tmp_path / "none"))
    assert found == {"/assets/deep/x.js": b"x", "/favicon.svg": b"<svg/>"}
