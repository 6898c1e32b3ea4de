"""What a page may weigh, compressed as a server compresses it (gzip -9)."""

from __future__ import annotations

import copy
import gzip
import re
from urllib.parse import unquote

import pytest
from lxml import html

from tests.conftest import ROOT
from tests.site.filled import EVERY, EVERY_MAIL, Filled
from tests.site.kinds import SHOWN
from tests.site.reading import Page, Site

CSS = 4 * 1024
SHELL = 3 * 1024
FIRST_VIEW = 14 * 1024
PICTURE = 100 * 1024
SCRIPT = 2 * 1024
MAIL = 3 * 1024


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


SCRIPTS = "//script[@src] | //link[@as='script'] | //link[@rel='modulepreload']"


def test_one_small_script_and_no_fonts(site: Site) -> None:
    [name] = [path for path in site.files if path.endswith((".js", ".mjs", ".wasm"))]
    assert weight(site.files[name].read_bytes()) <= SCRIPT
    assert not [path for path in site.files if path.endswith((".woff", ".woff2", ".ttf", ".otf"))]


def test_the_script_is_in_the_oldest_dialect_that_readers_bring(site: Site) -> None:
    """WeChat's older browser reads ECMAScript 2015 and stops at a newer sign."""
    code = (ROOT / "theme/static/unlock.js").read_text("utf-8")
    newer = (
        r"\basync\b|\bawait\b|\?\.|\?\?|\.\.\.|catch \{|\*\*|replaceWith|AbortController|\.finally"
    )
    assert re.findall(newer, code) == []


def test_only_what_can_be_unlocked_loads_the_script(site: Site) -> None:
    """A post or product with something behind its paywall does; no other page loads any."""
    gated = {unquote(post["url"]) for post in site.manifest["posts"].values() if post["premium"]}
    products = site.manifest["products"].values()
    texts = [text for product in products for text in product["texts"].values()]
    gated |= {unquote(text["url"]) for text in texts if text["premium"]}
    assert {page.path for page in site.pages.values() if page.all(SCRIPTS)} == gated
    for shown in SHOWN:
        if not shown.public:
            assert not Page(shown.url, site.generation / shown.place).all(SCRIPTS)


@pytest.mark.parametrize(("filled", "lang"), EVERY, ids=str)
def test_a_page_of_the_service_is_light(site: Site, filled: Filled, lang: str) -> None:
    """All of it, whatever is filled in, and no script at all."""
    text = filled.page(site.generation, lang)
    assert weight(text.encode()) <= SHELL
    assert "<script" not in text


@pytest.mark.parametrize(("filled", "lang"), EVERY_MAIL, ids=str)
def test_a_mail_is_light_and_loads_nothing(site: Site, filled: Filled, lang: str) -> None:
    """No picture, no pixel, no script; far below the size at which mail programs cut."""
    page, text = filled.mail(site.generation, lang)
    assert weight(page.encode()) <= MAIL
    assert not re.search(r"<(img|script|link|iframe|object)\b|url\(|@import|src=", page)
    assert "<" not in text.replace("<朋友>", "")
