"""What a page may weigh, compressed as a server compresses it (gzip -9)."""

from __future__ import annotations

import copy
import gzip

from lxml import html

from tests.site.kinds import SHOWN
from tests.site.reading import Page, Site

CSS = 4 * 1024
SHELL = 3 * 1024
FIRST_VIEW = 14 * 1024
PICTURE = 100 * 1024


def weight(raw: bytes) -> int:
    return len(gzip.compress(raw, 9, mtime=0))


def shell(page: Page) -> int:
    """Weigh everything that is not the text itself.

    The text is what the author wrote between title and paywall or end (`.text`). Head, header,
    title, contents list, paywall, tags, series, author, neighbours and footer all count.
    """
    root = copy.deepcopy(page.root)
    for text in root.xpath("//article//div[contains(concat(' ', @class, ' '), ' text ')]"):
        text.text = ""
        for child in list(text):
            text.remove(child)
    return weight(html.tostring(root, encoding="utf-8", doctype="<!doctype html>"))


def posts(site: Site) -> list[Page]:
    return [page for page in site.real if page.json_ld.get("@type") == "BlogPosting"]


def test_the_stylesheet(site: Site) -> None:
    assert weight(site.stylesheet.read_bytes()) <= CSS


def test_the_shell_of_every_post(site: Site) -> None:
    heavy = {page.path: shell(page) for page in posts(site)}
    assert len(heavy) > 20
    assert {path: bytes_ for path, bytes_ in heavy.items() if bytes_ > SHELL} == {}


def test_the_first_view_of_every_post(site: Site) -> None:
    """HTML and stylesheet: all that a text needs to be read in its final form."""
    css = weight(site.stylesheet.read_bytes())
    heavy = {page.path: weight(page.text.encode()) + css for page in posts(site)}
    assert {path: bytes_ for path, bytes_ in heavy.items() if bytes_ > FIRST_VIEW} == {}


def test_the_largest_picture(site: Site) -> None:
    room = site.generation.resolve()
    pictures = [
        file
        for part in ("public", "private")
        for file in (room / part).resolve().rglob("*")
        if file.suffix in (".webp", ".jpg", ".png", ".gif", ".svg")
    ]
    assert len(pictures) > 10
    assert {p.name: p.stat().st_size for p in pictures if p.stat().st_size > PICTURE} == {}


def test_no_script_is_loaded_anywhere(site: Site) -> None:
    assert not [path for path in site.files if path.endswith((".js", ".mjs", ".wasm"))]
    assert not [path for path in site.files if path.endswith((".woff", ".woff2", ".ttf", ".otf"))]
    for shown in SHOWN:
        page = Page(shown.url, site.generation / shown.place)
        assert not page.all("//script[@src] | //link[@as='script'] | //link[@rel='modulepreload']")
