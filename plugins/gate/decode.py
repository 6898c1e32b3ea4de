"""Make the text of an output file readable to a search, however it is wrapped."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from plugins.model.text import HAN, KANA

# What holds pixels, sound or glyphs: searched for private bytes, not for words.
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

_LARGEST = 256 * 1024 * 1024  # bytes that one packed file may unfold to
_ROUNDS = 4
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_CONTROL = re.compile(r"\\[nrtbf/\"'\\]")
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_TOKEN = re.compile(f"[{HAN}{KANA}]|[^\\W_{HAN}{KANA}]+")
_INLINE_FILE = re.compile(
    r"data:[\w.+/-]*(?:;[\w.+-]+=[^;,\"'\s)]*)*;base64,([A-Za-z0-9+/=_-]+)", re.I
)


class Unreadable(Exception):  # noqa: N818 - says what is the matter
    """The file's kind cannot be searched."""


def unpack(name: str, data: bytes) -> Iterator[bytes]:
    """Yield a file's bytes, and what is packed inside it.

    Raises:
        Unreadable: it is packed in a way that cannot be opened here.

    """
    yield data
    try:
        if data[:2] == b"\x1f\x8b":
            yield from unpack(name.removesuffix(".gz"), gzip.decompress(data))
        elif data[:3] == b"BZh":
            yield from unpack(name, bz2.decompress(data))
        elif data[:6] == b"\xfd7zXZ\x00":
            yield from unpack(name, lzma.decompress(data))
        elif data[:4] == b"PK\x03\x04":
            yield from _members(data)
        elif name.endswith((".deflate", ".zz")):
            yield from unpack("", zlib.decompress(data))
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as cause:
        raise Unreadable(str(cause)) from cause


def _members(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise Unreadable("too large")
        for member in archive.infolist():
            yield member.filename.encode()
            yield from unpack(member.filename, archive.read(member))


def text_of(name: str, data: bytes) -> str:
    """Return the text in some bytes, "" for pictures and the like.

    Raises:
        Unreadable: neither text nor a kind that holds no words.

    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in MEDIA or data[:2] == b"\x1f\x8b" or data[:4] == b"PK\x03\x04":
        return ""
    if b"\0" in data[:4096] or data[:5] == b"%PDF-":
        raise Unreadable(ending)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def plain_forms(text: str) -> tuple[str, str]:
    """Return a text with every escape undone: with its tags, and without them."""
    for _ in range(_ROUNDS):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "\\" in text:
            text = _ESCAPE.sub(_unescape, text)
        if "%" in text:
            text = unquote(text, errors="replace")
        if text == before:
            break
    text = _CONTROL.sub(" ", text) if "\\" in text else text
    return text, _TAG.sub(" ", text) if "<" in text else text


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))


def inline_files(text: str) -> Iterator[bytes]:
    """Yield the files that a text carries inside itself as data addresses."""
    for match in _INLINE_FILE.finditer(text) if "base64," in text else ():
        try:
            yield base64.b64decode(match[1] + "==", altchars=b"-_" if "_" in match[1] else None)
        except (binascii.Error, ValueError):
            continue


def tokens(text: str) -> list[str]:
    """Return the words of a text, each Han or kana character a word of its own."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return _TOKEN.findall(folded)


def folded(text: str) -> str:
    """Return a text for looking up paths and codes: one case, one width."""
    return unicodedata.normalize("NFKC", text).casefold()
