"""Fonts are looked for in folders; without one that has the letters, a sentence says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.snippets.pictures import faces as faces_
from plugins.snippets.pictures import fonts
from plugins.snippets.pictures.font_places import places
from tests.conftest import missing


@pytest.fixture(scope="module")
def here():
    """Return the fonts of this machine for Chinese."""
    try:
        return fonts.find("zh-Hans")
    except fonts.NoFont as cause:
        return missing(str(cause))


def find(lang, folder, han=False, **environ):
    return fonts.find(lang, han, [folder], environ, lambda pattern: ())


@pytest.fixture
def latin_only(tmp_path):
    """Return a folder with one font that has no Chinese."""
    path = next((p for place in places({}) for p in place.rglob("DejaVuSans.ttf")), None)
    if path is None:
        return missing("DejaVu Sans")
    shutil.copy(path, tmp_path)
    return tmp_path


def test_a_chinese_post_wants_a_font_with_chinese(latin_only):
    with pytest.raises(fonts.NoFont, match=r"fonts-noto-cjk.*INKSTEAD_FONT="):
        find("zh-Hans", latin_only)


def test_an_english_post_does_without_unless_it_quotes_some(latin_only):
    assert {Path(face.path).name for face in find("en", latin_only).text} == {"DejaVuSans.ttf"}
    with pytest.raises(fonts.NoFont, match="Chinese"):
        find("en", latin_only, han=True)


def test_without_any_font_we_say_so(tmp_path):
    with pytest.raises(fonts.NoFont, match="none was found"):
        find("en", tmp_path)


def test_a_font_that_a_creator_names_comes_first(latin_only, here):
    found = find("zh-Hans", latin_only, INKSTEAD_FONT=here.text[0].path)
    assert found.text[0].path == found.heading[0].path == here.text[0].path


def test_a_font_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "torn.otf"
    path.write_bytes(b"OTTO")
    with pytest.raises(fonts.NoFont, match=r"torn\.otf"):
        find("zh-Hans", tmp_path, INKSTEAD_FONT=str(path))


def test_any_chinese_font_that_fontconfig_knows_will_do(tmp_path, here):
    strange = tmp_path / "Strange.ttc"
    strange.symlink_to(here.text[0].path)
    found = fonts.find("zh-Hans", True, [], {}, lambda pattern: [str(strange)])
    assert found.text[0].path == str(strange)


def test_chinese_is_set_in_the_shapes_of_the_mainland(here):
    names = [faces_.opened(chain[0], 20).getname()[0] for chain in (here.text, here.heading)]
    assert not any(name.endswith((" JP", " KR", " TC", " HK")) for name in names)


def test_a_heading_is_bold_and_text_is_not(here):
    assert here.heading[0] != here.text[0] != here.strong[0]


def test_chinese_in_an_english_post_is_not_set_in_a_face_for_latin(here):
    english = fonts.find("en", True)
    assert english.text[0].latin
    assert not faces_.face_of(english.text, "字").latin


def test_what_no_font_has_is_left_out_if_it_is_a_pictograph_and_named_if_it_is_a_letter(latin_only):
    found = find("en", latin_only)
    assert faces_.drawable(found, "a🦤b👩‍💻c☺\ufe0fd🇨🇳") == "abc☺d"
    with pytest.raises(fonts.NoFont, match="the letters 字 永"):
        fonts.demand(found, "ok 永 字 🦤")
    fonts.demand(found, "all of it 🦤")
