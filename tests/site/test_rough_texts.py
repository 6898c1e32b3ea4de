"""Texts as they come from elsewhere: what would spoil the whole page spoils nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import build
from tests.site import feedrules
from tests.site.reading import Site

SITE = 'title = "Rough"\nurl = "https://inkstead.example"\nlanguages = ["en"]\n'
FRAME = """---
title: A film
date: 2026-01-01
---
See:

<iframe src="https://video.example/e/1" title="A film" allowFullScreen />

What follows is still part of the text.
"""
CONTROLS = (
    "---\ntitle: One \x07 bell\ndate: 2026-01-02\n---\nSo \x08much\x0c for \x1b[1mthat\x1b[0m.\n"
)
CODE = """---
title: Code
date: 2026-01-03
---
```js
const slash = /\\W+/g;
```
"""


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder: Path = tmp_path_factory.mktemp("rough")
    posts = folder / "content/posts"
    posts.mkdir(parents=True)
    (folder / "content/site.toml").write_text(SITE, "utf-8")
    for name, text in (("film", FRAME), ("controls", CONTROLS), ("code", CODE)):
        (posts / f"{name}.md").write_bytes(text.encode())
    return Site(build(folder / "content", folder / "out"))


def test_a_frame_closed_as_in_jsx_does_not_swallow_the_text(rough: Site) -> None:
    assert "allowFullScreen></iframe>" in rough.page("/film/").text


def test_a_film_is_a_link_in_feeds_and_the_text_goes_on(rough: Site) -> None:
    feed = feedrules.etree.fromstring((rough.public / "feeds/atom.xml").read_bytes())
    said = [e.text for e in feed.iter(f"{feedrules.ATOM}content") if "See:" in e.text]
    assert '<a href="https://video.example/e/1">' in said[0]
    assert "What follows" in said[0]


def test_control_characters_are_left_out_of_pages(rough: Site) -> None:
    page = rough.page("/controls/")
    assert page.one("//h1").text == "One bell"
    assert not [sign for sign in page.text if ord(sign) < 32 and sign not in "\n\t"]
    assert "So much for [1mthat[0m." in page.words


def test_code_is_shown_whole(rough: Site) -> None:
    """A regular expression has the class `sr`; the theme once hid what had it."""
    css = rough.stylesheet.read_text("utf-8")
    assert rough.page("/code/").all("//span[@class='sr']")
    assert ".sr{" not in css
    assert ".sr," not in css
