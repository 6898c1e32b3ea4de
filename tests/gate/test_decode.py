"""Whatever a text is wrapped in, a search reads its words."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.gate.decode import (
    Unreadable,
    folded,
    inline_files,
    plain_forms,
    text_of,
    tokens,
    unpack,
)

WORDS = "一只 heron waits"
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co"]))


def read(text: str) -> list[str]:
    return tokens(plain_forms(text).read[0])


@pytest.mark.parametrize(
    "wrapped",
    [
        "<p>一只 <b>her</b>on<!-- x --> wai<wbr>ts</p>",
        "&#19968;&#x53EA; &#104;eron waits",
        "&amp;#19968;&amp;#x53EA; heron waits",
        "\\u4e00\\u53ea heron\\nwaits",
        "\\\\u4e00\\\\u53ea heron waits",
        "\\u{4e00}\\u{53ea} heron waits",
        "\\4e00 \\53ea  heron waits",
        quote("一只 heron waits"),
        quote(quote("一只 heron waits")),
        "一只 ＨＥＲＯＮ waits",
        "一\u200b只 he\u00adron\u2060 wa\u034fits",
        "一\n只\u3000heron\r\nwaits",
        "<p>一只</p><p>heron</p><p>waits</p>",
        json.dumps('<p class="x">一只 heron</p>\n<p>waits</p>'),
    ],
)
def test_the_same_words_come_out(wrapped):
    assert read(wrapped) == ["一", "只", "heron", "waits"]


def test_characters_beyond_the_first_plane_are_put_together():
    assert read(json.dumps("𠀋𠮷")) == ["𠀋", "𠮷"]


def test_words_that_only_tags_part_are_read_in_both_ways():
    forms = plain_forms("<span>one</span><span>two</span>")
    assert [tokens(each) for each in forms.read] == [["onetwo"], ["one", "two"]]


def test_attributes_and_comments_are_read_apart_from_the_text():
    forms = plain_forms('<p>text</p><img alt="a heron" title="at dusk"><!-- waits here -->')
    assert tokens(forms.read[0]) == ["text"]
    words = tokens(forms.tags)
    assert words.index("heron") == words.index("a") + 1
    assert "\ue000" in words[words.index("heron") : words.index("at")]
    assert "waits" in words


def test_a_quote_in_code_swallows_nothing():
    """Tags end at the next bracket: what follows reads alike wherever it stands."""
    code = "&lt;a title=&quot;x&gt; one two</code> three &quot; four"
    assert read(code)[-4:] == ["one", "two", "three", "four"]
    assert read(f'<p title="y">"{code}')[-4:] == ["one", "two", "three", "four"]


@settings(deadline=None)
@given(LETTERS)
def test_any_text_survives_any_wrapping(text):
    words = tokens(text)
    if "%" not in text and "\\" not in text and "&" not in text and "<" not in text:
        assert read("".join(f"&#{ord(letter)};" for letter in text)) == words
        assert read(quote(text)) == words
        assert read("".join(f"\\u{{{ord(letter):x}}}" for letter in text)) == words


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.html", "a.png", "a", "a.ics", "a.zz", "a.gz"]))
def test_no_bytes_are_too_odd(data, name):
    try:
        for inner, layer in unpack(name, data):
            plain_forms(text_of(inner, layer))
    except Unreadable:
        pass


@settings(deadline=None)
@given(LETTERS)
def test_no_text_is_too_odd(text):
    forms = plain_forms(text)
    list(inline_files(forms.whole))
    folded(text)


def test_a_tower_of_archives_is_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.gz", gzip.compress(WORDS.encode()))
    layers = list(unpack("a.zip.gz", gzip.compress(packed.getvalue())))
    assert WORDS.encode() in [data for _, data in layers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_encodings_are_known(encoding):
    text = f"{WORDS}，它等的从来不是别人早上看见的那条鱼。"
    assert tokens(text_of("a.txt", text.encode(encoding))) == tokens(text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"\x00\x01\x02"),
        ("a.txt", WORDS.encode("utf-16-le")),
        ("a.pdf", b"%PDF-1.7\nwords"),
        ("a", b"plain until here \x01"),
    ],
)
def test_what_is_no_text_is_not_taken_for_one(name, data):
    with pytest.raises(Unreadable):
        text_of(name, data)


@pytest.mark.parametrize("name", ["a.br", "a.html.br", "a.zst", "a.7z"])
def test_what_nothing_here_opens_is_unreadable(name):
    with pytest.raises(Unreadable):
        list(unpack(name, b"hello"))


@pytest.mark.parametrize("data", [b"\x1f\x8bxx", b"BZhxx", b"PK\x03\x04xx", b"\xfd7zXZ\x00x"])
def test_a_broken_archive_is_unreadable(data):
    with pytest.raises(Unreadable):
        list(unpack("a", data))


def test_an_archive_that_unfolds_without_end_is_unreadable(monkeypatch):
    monkeypatch.setattr("plugins.gate.decode._LARGEST", 100)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "0" * 1000)
    with pytest.raises(Unreadable):
        list(unpack("a.zip", packed.getvalue()))
    with pytest.raises(Unreadable):
        list(unpack("a.gz", gzip.compress(b"0" * 1000)))


def test_what_is_legible_in_a_picture_is_read():
    noise = bytes(range(128, 256))
    assert "heron waits here" in text_of("a.png", noise + b"heron waits here" + noise)
    assert text_of("a.png", b"heron waits") == "heron waits"


def test_texts_and_files_inside_a_text_are_found():
    packed = base64.b64encode(WORDS.encode() * 5).decode()
    for text in (f'src="data:text/html;base64,{packed}"', f'"{packed}"'):
        assert list(inline_files(text)) == [WORDS.encode() * 5]
    lines = "\n".join(packed[at : at + 76] for at in range(0, len(packed), 76))
    assert list(inline_files(lines)) == [WORDS.encode() * 5]
    raw = bytes(range(256))
    safe = base64.urlsafe_b64encode(raw).decode()
    assert list(inline_files(f"x={safe} y")) == [raw]


def test_a_folded_calendar_line_is_one_line():
    data = b"DESCRIPTION:her\r\n on wai\r\n\tts"
    assert tokens(text_of("a.ics", data)) == ["description", "heron", "waits"]


def test_paths_are_compared_in_one_case_and_width():
    assert folded("Posts/Ｐ\u200b.PNG") == "posts/p.png"
