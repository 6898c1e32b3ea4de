"""Make the text of an output file readable to a search, however it is wrapped."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import html
import io
import itertools
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from plugins.model.text import HAN, KANA

# What holds pixels, sound or glyphs: of these only the legible stretches are searched for words.
MEDIA = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".avif",
        ".ico",
        ".bmp",
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".mp3",
        ".m4a",
        ".ogg",
        ".opus",
        ".wav",
        ".flac",
        ".mp4",
        ".webm",
        ".mov",
        ".pf_fragment",
        ".pf_index",
        ".wasm",
    ]
)
# Packed in ways that nothing here opens; some have no mark to know them by but their name.
CLOSED = (".br", ".zst", ".lz4", ".lzma", ".7z", ".rar", ".z")

_LARGEST = 256 * 1024 * 1024  # bytes that one packed file may unfold to
_ROUNDS = 4
_COMMON = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_STREAMS: tuple[tuple[bytes, str, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", ".gz", gzip.open),
    (b"BZh", ".bz2", bz2.open),
    (b"\xfd7zXZ\x00", ".xz", lzma.open),
)
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04")
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65557  # bytes from the end within which a zip archive's own end must stand
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LEGIBLE = re.compile(rb"(?:[\t\n\r -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){12,}")
_ESCAPE = re.compile(
    r"\\+(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})"
    r"|([0-9a-fA-F]{4,6})\b ?)"
)
_HALVES = re.compile("[\ud800-\udfff]")
_QUOTE = re.compile(r"\\+([\"'])")
_CONTROL = re.compile(r"\\+[nrtbf]?")
_FOLDED_LINE = re.compile(r"\r?\n[ \t]")
_FOLDING = (".ics", ".vcf")
# A tag ends at the next angle bracket, whatever is quoted in it: once code is unescaped, quotes
# pair differently on a page, in a feed and in a source, and all of them must read alike.
_TAG = re.compile(r"<(?:/?[a-zA-Z]|[!?])[^<>]*>")
_IN_WORDS = re.compile(
    r"<(?:!--[^<>]*--|/?(?:a|abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label"
    r"|mark|q|ruby|s|samp|small|span|strike|strong|time|tt|u|var|wbr)(?![\w-])[^<>]*)>",
    re.I,
)
_NOTHING = "\ue001"  # where a tag was; without it what is left could look like another tag
# Where a value begins and ends; what else is quoted in it, and an apostrophe, part nothing.
_DECLARED = re.compile(r"[\w:@.-]+\s*=\s*[\"']|[\"'](?=\s*(?:/?>|[\w:@.-]+\s*(?:=\s*[\"']|/?>)))")
_BREAK = " \ue000 "  # between what does not stand side by side
_LETTER = f"[^\\W_{HAN}{KANA}]"
_GLUED = re.compile(f"{_LETTER}(?:<[a-zA-Z/!][^<>]*>)+{_LETTER}")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]"
)
_TOKEN = re.compile(f"[{HAN}{KANA}\ue000]|{_LETTER}+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{60,}(?:\r?\n[A-Za-z0-9+/_-]{1,76})*")
_DECLARED_BASE64 = re.compile(r"base64,([A-Za-z0-9+/=_-]+)")


class Unreadable(Exception):
    """The file's kind cannot be searched."""


def unpack(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file's name and bytes, and then what is packed inside it.

    Raises:
        Unreadable: it is packed in a way that cannot be opened here.

    """
    yield name, data
    if name.lower().endswith(CLOSED) or data[:4] == b"\x28\xb5\x2f\xfd":
        raise Unreadable(name)
    try:
        for mark, ending, opened in _STREAMS:
            if data.startswith(mark):
                yield from unpack(name.removesuffix(ending), _unfolded(opened, data))
        if _is_archive(data):
            yield from _members(data)
        elif name.endswith((".deflate", ".zz")):
            yield from unpack("", zlib.decompress(data))
    except (
        OSError,
        EOFError,
        ValueError,
        RuntimeError,  # a member with a password
        NotImplementedError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
    ) as cause:
        raise Unreadable(str(cause)) from cause


def _unfolded(opened: Callable[[Any], Any], data: bytes) -> bytes:
    with opened(io.BytesIO(data)) as packed:
        unfolded: bytes = packed.read(_LARGEST + 1)
    if len(unfolded) > _LARGEST:
        raise Unreadable("too large")
    return unfolded


def _is_archive(data: bytes) -> bool:
    """Tell whether a zip archive can be read from here, whatever stands before it."""
    return data[:4] == b"PK\x03\x04" or _ZIP_END in data[-_ZIP_TAIL:]


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise Unreadable("too large")
        yield "", "\n".join(member.filename for member in archive.infolist()).encode()
        yield "", archive.comment
        for member in archive.infolist():
            yield from unpack(member.filename, archive.read(member))


def text_of(name: str, data: bytes) -> str:
    """Return the text in some bytes; of pictures and the like what is legible in them.

    Raises:
        Unreadable: neither text nor a kind that holds no words.

    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if data.startswith(_PACKED):
        return ""  # what is inside is a layer of its own
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if ending in MEDIA and (not text or "\0" in text):
        return "\n".join(found.decode("utf-8", "replace") for found in _LEGIBLE.findall(data))
    if _NO_TEXT.search(data) or data[:5] == b"%PDF-":
        raise Unreadable(ending)
    text = text or _in_another_encoding(data)
    return _FOLDED_LINE.sub("", text) if ending in _FOLDING else text


def _in_another_encoding(data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


@dataclass(frozen=True)
class Forms:
    """A text with every escape undone: as it is, and what is written outside and inside of tags.

    In `read`, tags inside words leave nothing behind, others a space; where that could join two
    words there is a second one with a space for every tag. `tags` holds attributes and comments.
    """

    whole: str
    read: tuple[str, ...]
    tags: str = ""


def plain_forms(text: str, *, every: bool = False) -> Forms:
    """Undo escapes and take a text and its tags apart, in `every` form if asked for."""
    for _ in range(_ROUNDS):
        before = text
        if "&" in text:
            text = html.unescape(_without_common_entities(text))
        if "\\" in text:
            text = _whole_characters(_ESCAPE.sub(_unescape, text).replace("\\/", "/"))
        if "%" in text:
            text = unquote(text, errors="replace")
        if text == before:
            break
    if "\\" in text:
        text = _CONTROL.sub(" ", _QUOTE.sub(r"\1", text))
    if "<" not in text:
        return Forms(text, (text,))
    read = _TAG.sub(" ", _IN_WORDS.sub(_NOTHING, text)).replace(_NOTHING, "")
    spaced = (_TAG.sub(" ", text),) if every or _GLUED.search(text) else ()
    return Forms(text, (read, *spaced), _DECLARED.sub(_BREAK, _tags_in_their_lines(text)))


def _without_common_entities(text: str) -> str:
    """Return a text with the entities undone of which feeds are full."""
    for entity, character in _COMMON:
        text = text.replace(entity, character)
    return text


def _tags_in_their_lines(text: str) -> str:
    between = (gap.count("\n") * "\n" for gap in _TAG.split(text))
    return "".join(
        f"{gap}{tag}{_BREAK}"
        for gap, tag in itertools.zip_longest(between, _TAG.findall(text), fillvalue="")
    )


def _unescape(match: re.Match[str]) -> str:
    number = int(next(filter(None, match.groups())), 16)
    return chr(number) if number < 0x110000 else " "


def _whole_characters(text: str) -> str:
    """Join the halves in which JSON writes characters beyond the first plane."""
    if not _HALVES.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def inline_files(text: str) -> Iterator[bytes]:
    """Yield the files and texts that a text carries inside itself as base 64."""
    declared = _DECLARED_BASE64.findall(text) if "base64," in text else []
    for each in dict.fromkeys([*declared, *_BASE64.findall(text)]):
        packed = each.replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(f"{packed.rstrip('=')}==")
        except (binascii.Error, ValueError):
            continue


def tokens(text: str) -> list[str]:
    """Return the words of a text, each Han or kana character a word of its own."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return _TOKEN.findall(folded)


def folded(text: str) -> str:
    """Return a text for looking up paths and codes: one case, one width, nothing unseen."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
