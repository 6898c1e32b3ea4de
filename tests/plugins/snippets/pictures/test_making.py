"""Pictures become files once; what did not change is not drawn again."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from PIL import Image

from plugins.snippets.pictures import cards, fonts, making
from tests.plugins.snippets.pictures.drawing import ENGLISH, POST, card

PAGES = replace(POST, html="<p>一段字。</p>" * 24)


@pytest.fixture(autouse=True)
def _fonts():
    card()


def make(post, shapes, folder, cache=None, **options):
    told = []
    folder.mkdir(exist_ok=True)
    made = making.make(post, shapes, folder, cache, lambda *each: told.append(each), **options)
    return made, told


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_picture_is_a_file_of_its_size_with_words_for_who_cannot_see_it(tmp_path):
    made, told = make(POST, ["2.35:1", "pages", "quote", "qr"], tmp_path)
    assert [each.file for each in made] == [
        "cover-2.35x1.png",
        "page-01.png",
        "page-02.png",
        "quote-1x1.png",
        "quote-3x4.png",
        "qr.png",
    ]
    assert [each.kind for each in made] == ["cover", "page", "page", "quote", "quote", "qr"]
    assert [each.shape for each in made] == ["2.35:1", "pages", "pages", "quote", "quote", "qr"]
    for each in made:
        with Image.open(tmp_path / each.file) as picture:
            assert picture.size == (each.width, each.height)
        assert each.alt
    assert made[0].alt == "封面：租来的地，和自己的地"
    assert "攒下四万三千个关注" in made[2].alt
    assert told == [(n, 6) for n in range(7)]
    assert files(tmp_path).keys() == {each.file for each in made}


def test_words_are_in_the_language_of_the_post(tmp_path):
    made, _ = make(ENGLISH, ["1:1"], tmp_path)
    assert made[0].alt == "Cover: Renting and owning"


def test_what_is_in_the_cache_is_not_drawn_again(tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    first, _ = make(POST, ["1:1", "pages"], tmp_path / "a", cache)
    monkeypatch.setattr(cards, "cover", None)
    again, told = make(POST, ["1:1", "pages"], tmp_path / "b", cache)
    assert again == first
    assert told[-1] == (3, 3)
    assert files(tmp_path / "a") == files(tmp_path / "b")


@pytest.mark.parametrize(
    "changes", [{"title": "别的"}, {"accent": "#a3271c"}, {"author": "别人"}, {"tags": ("a",)}]
)
def test_what_a_picture_shows_makes_it_another(tmp_path, changes):
    cache = tmp_path / "cache"
    make(POST, ["2.35:1"], tmp_path / "a", cache)
    make(replace(POST, **changes), ["2.35:1"], tmp_path / "b", cache)
    assert len(list(cache.iterdir())) == 2


def test_a_torn_cache_is_made_anew(tmp_path):
    cache = tmp_path / "cache"
    make(POST, ["1:1"], tmp_path, cache)
    (entry,) = cache.iterdir()
    (entry / "cover-1x1.png").unlink()
    made, _ = make(POST, ["1:1"], tmp_path, cache)
    assert json.loads((entry / "made.json").read_text("utf-8"))[0]["file"] == made[0].file
    assert (entry / "cover-1x1.png").is_file()


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "cache").write_text("a file")
    made, _ = make(POST, ["1:1"], tmp_path / "kit", tmp_path / "cache")
    assert (tmp_path / "kit" / made[0].file).is_file()


def test_a_cache_that_grew_too_large_forgets_what_was_not_asked_for_longest(tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    make(POST, ["1:1"], tmp_path, cache)
    (old,) = cache.iterdir()
    os.utime(old, (1, 1))
    monkeypatch.setattr(making, "_LARGEST_CACHE", 1)
    make(ENGLISH, ["1:1"], tmp_path, cache)
    assert old not in list(cache.iterdir())


def test_a_kit_that_was_taken_away_meanwhile_does_not_come_back_by_halves(tmp_path):
    (tmp_path / "kit").mkdir()

    def tell(done, total):
        if done == 0:
            (tmp_path / "kit").rmdir()

    with pytest.raises(FileNotFoundError):
        making.make(POST, ["1:1"], tmp_path / "kit", None, tell)
    assert not (tmp_path / "kit").exists()


def test_pages_that_a_shorter_text_has_no_need_of_are_taken_away(tmp_path):
    make(PAGES, ["pages"], tmp_path)
    before = set(files(tmp_path))
    make(POST, ["pages"], tmp_path)
    assert before > set(files(tmp_path)) == {"page-01.png", "page-02.png"}


def test_pages_are_no_more_than_a_platform_takes(tmp_path):
    made, _ = make(PAGES, ["pages"], tmp_path, most=3)
    assert len(made) == 3


def test_a_shape_that_nobody_draws_is_named(tmp_path):
    with pytest.raises(ValueError, match='"7:1"'):
        make(POST, ["1:1", "7:1"], tmp_path)


def test_a_letter_in_no_font_stops_it(tmp_path):
    with pytest.raises(fonts.NoFont, match="\U00012345"):
        make(replace(POST, title="楔形 \U00012345"), ["1:1"], tmp_path)


def test_a_letter_of_a_footnote_is_a_letter_too(tmp_path):
    note = '<div class="footnote"><ol><li><p>𒍅</p></li></ol></div>'
    make(replace(POST, html=note), ["1:1"], tmp_path)
    with pytest.raises(fonts.NoFont, match="𒍅"):
        make(replace(POST, html=note), ["pages"], tmp_path)


def test_the_same_post_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        make(POST, ["pages", "qr"], tmp_path / name)
    assert files(tmp_path / "a") == files(tmp_path / "b")
