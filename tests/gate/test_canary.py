"""Nothing of a gated text is public: not its words, not its pictures, not its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.house import Ran, engine, files_of, inkstead, pelican, whole
from tests.gate.garden import (
    BUILT,
    PLACES,
    WAITING,
    canaries,
    canary,
    phrase,
    picture,
    plant,
    seen,
)

WAYS: dict[str, Callable[[Path, Path], Ran]] = {
    "engine": engine,
    "inkstead build": inkstead,
    "pelican": pelican,
}


@pytest.fixture(scope="module", params=list(WAYS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("garden")
    plant(folder / "content")
    ran = WAYS[request.param](folder / "content", folder / "out")
    assert ran.good, ran.out + ran.err
    return folder / "out", ran


def test_no_canary_is_in_any_public_file_or_name(built):
    output, _ = built
    assert len(files_of(output / "public")) > 20
    assert seen(output / "public", canaries()) == set()


def test_no_canary_is_in_snippets_or_the_manifest(built):
    output, _ = built
    assert len(files_of(output / "snippets")) > 20
    assert seen(output / ".snippets", canaries()) == set()
    text = (output / "manifest.json").read_text("utf-8")
    assert not [word for word in canaries() if word in text]


def test_no_canary_is_printed(built):
    _, ran = built
    assert not [word for word in canaries() if word in ran.out + ran.err]


def test_no_private_picture_or_file_is_public_under_any_name(built, tmp_path):
    output, _ = built
    public = {hashlib.sha256(data).hexdigest() for data in files_of(output / "public").values()}
    for name in (*BUILT, *WAITING):
        assert hashlib.sha256(picture(name)).hexdigest() not in public
    everything = b"".join(files_of(output / "public").values())
    assert not [name for name in (*BUILT, *WAITING) if picture(name)[60:120] in everything]
    assert b"-picture." not in everything
    assert b"-sheet." not in everything


def test_all_of_it_is_private(built):
    output, _ = built
    for name, place in BUILT.items():
        words = {canary(name, each) for each in PLACES} | {phrase(name)}
        assert seen(output / place, words) == words
        fragment = (output / place / "fragment.html").read_text("utf-8")
        page = (output / place / "page.html").read_text("utf-8")
        for text in (fragment, page):
            assert not [word for word in words if word not in text]
        found = files_of(output / place)
        assert picture(name) in found.values()
        assert [each for each in found if "-sheet." in each]
        assert [each for each in found if "-notes." in each]


def test_what_is_not_due_is_nowhere(built):
    output, _ = built
    for name in WAITING:
        words = {canary(name, place) for place in PLACES} | {phrase(name)}
        assert seen(output / "public", words) == set()
        assert seen(output / "private", words) == set()


def test_the_manifest_names_what_is_private(built):
    output, _ = built
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    for name, place in BUILT.items():
        if place.startswith("private/posts"):
            described = manifest["posts"][name]["premium"]
        else:
            described = manifest["products"][name]["texts"]["en"]["premium"]
        assert (output / described["fragment"]).is_file()
        assert len(described["files"]) == 3
        for each in described["files"]:
            data = (output / each["path"]).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (each["bytes"], each["hash"])


def test_the_generation_is_whole(built):
    output, _ = built
    assert whole(output)


def test_canaries_in_a_public_post_are_found_by_this_very_search(tmp_path):
    """The test of the test: it must see what is there."""
    plant(tmp_path / "content")
    source = tmp_path / "content/posts/letterb.md"
    text = source.read_text("utf-8").replace("<!-- paywall -->", "")
    source.write_text(text.replace("access: paid\n", ""), "utf-8")
    for name in ("sheet.csv", "notes.md"):
        moved = tmp_path / f"content/posts/letterb-{name}"
        (tmp_path / f"content/files/letterb-{name}").rename(moved)
    source.write_text(source.read_text("utf-8").replace("../files/", ""), "utf-8")
    ran = engine(tmp_path / "content", tmp_path / "out")
    assert ran.ok, ran.errors
    words = {canary("letterb", place) for place in (*PLACES, "sheet", "front")}
    assert seen(tmp_path / "out/public", words) == words
