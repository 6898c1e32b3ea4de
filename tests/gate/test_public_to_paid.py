"""A post that becomes gated leaves nothing of itself behind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.engine.house import engine, inkstead, pelican, post, product, site, write
from tests.gate.garden import PLACES, canary, phrase, picture, premium, seen

WORDS = {canary("turned", place) for place in PLACES} | {phrase("turned")}


def folder(place: Path, *, gated: bool) -> Path:
    teaser = "The teaser.\n\n" + ("<!-- paywall -->\n\n" if gated else "")
    body = teaser + premium("turned").replace("../files/", "")
    fields = {"title": "Turned", "date": "2026-01-01", "tags": "[rare]", "aliases": "[/old/]"}
    return write(
        place,
        {
            "site.toml": site(),
            "products/membership.md": product("membership", "[paid]"),
            "posts/turned.md": post(body, **fields, **({"access": "paid"} if gated else {})),
            "posts/turned-picture.png": picture("turned"),
            "posts/turned-sheet.csv": "a,b\n",
            "posts/turned-notes.md": "Notes of a turned post, a public post of its own.",
        },
    )


@pytest.mark.parametrize("build", [engine, inkstead, pelican])
def test_nothing_of_it_is_public_any_more(tmp_path, build):
    content, output = folder(tmp_path / "content", gated=False), tmp_path / "out"
    assert build(content, output).good
    assert seen(output / "public", WORDS) == WORDS
    first = (output / "current").readlink()
    assert picture("turned") in [p.read_bytes() for p in (output / "public/media").iterdir()]

    folder(content, gated=True)
    assert build(content, output).good
    assert seen(output / "public", WORDS) == set()
    assert seen(output / "private", WORDS) == WORDS
    shown = [p.read_bytes() for p in (output / "public").rglob("*") if p.is_file()]
    assert picture("turned") not in shown

    # The old generation is gone: nothing that could be switched back to holds it.
    assert not (output / first).exists()
    current = (output / "current").resolve()
    beside = [each for each in (output / ".generations").iterdir() if each.is_dir()]
    assert beside == [current]


def test_only_the_private_part_and_the_engines_own_notes_remember_it(tmp_path):
    content, output = folder(tmp_path / "content", gated=False), tmp_path / "out"
    assert engine(content, output).ok
    folder(content, gated=True)
    assert engine(content, output).ok
    word = canary("turned", "body").encode()
    private = (output / "current/private").resolve()
    found = {
        path.resolve()
        for path in output.rglob("*")
        if path.is_file() and word in path.read_bytes() and not path.is_relative_to(private)
    }
    assert {path.relative_to(output.resolve()).as_posix() for path in found} <= {
        ".generations/cache.db"
    }


def test_the_cache_forgets_what_no_build_asked_for(tmp_path):
    content, output = folder(tmp_path / "content", gated=False), tmp_path / "out"
    assert engine(content, output).ok
    (content / "posts/turned.md").unlink()
    assert engine(content, output).ok
    with sqlite3.connect(output / ".generations/cache.db") as base:
        rows = [row[0] for row in base.execute("select value from memo")]
    base.close()
    assert not [row for row in rows if canary("turned", "body").encode() in row]
