"""Which content type a public file has: by its name and, for feeds, by how it begins."""

from __future__ import annotations

import functools
import mimetypes
import posixpath
import re

HEAD = 1024
"""Bytes from the beginning that tell a feed from other XML or JSON."""
_KNOWN = mimetypes.MimeTypes()  # Python's own table: the machine's would differ from the server's
_TYPES = {
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".xsl": "application/xml",
}
_TEXTUAL = ("text/", "application/json", "application/xml", "application/manifest+json")
# What an .xml or .json file is says its first element or member, whatever its name.
_FEEDS = (
    (re.compile(rb"<rss[\s>]"), "application/rss+xml"),
    (re.compile(rb"<feed[\s>]"), "application/atom+xml"),
    (re.compile(rb'"https://jsonfeed\.org/version/'), "application/feed+json"),
)
_FEED_TYPES = tuple(kind for _, kind in _FEEDS)


def content_type(path: str, head: bytes = b"") -> str:
    """Return the content type of a file from its path and its first bytes (see `needs_head`)."""
    kind = _by_ending(posixpath.splitext(path)[1].lower())
    if needs_head(path):
        kind = next((each for mark, each in _FEEDS if mark.search(head[:HEAD])), kind)
    return f"{kind}; charset=utf-8" if is_text(kind) else kind


@functools.cache
def _by_ending(ending: str) -> str:
    return _TYPES.get(ending) or _KNOWN.guess_type(f"name{ending}")[0] or "application/octet-stream"


def needs_head(path: str) -> bool:
    """Tell whether the first bytes of a file have a say in its type."""
    return path.lower().endswith((".xml", ".json"))


def is_text(kind: str) -> bool:
    """Tell whether a content type is one of texts."""
    return kind.startswith(_TEXTUAL) or kind.partition(";")[0].endswith(("+xml", "+json"))


def is_feed(kind: str) -> bool:
    """Tell whether a content type is that of a feed."""
    return kind.startswith(_FEED_TYPES)
