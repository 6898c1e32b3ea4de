"""`content/syndication.toml`: which copies of a post a creator put elsewhere, where and when.

    ["first-letter".zhihu]
    url = "https://zhuanlan.zhihu.com/p/1"
    date = 2026-11-22
    hash = "0f343b093112"

The build reads it for the links under a post; commands and the preview write it. `hash` is the
beginning of the post's hash in the manifest when it was posted; who writes by hand leaves it away.
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from publish.contract.catalogue import N_

FILE = "syndication.toml"
HASH_LENGTH = 12
KEYS = ("url", "date", "hash")

Mistake: TypeAlias = tuple[int, str, Mapping[str, str]]
_Path: TypeAlias = tuple[str, ...]

# What no browser shows in an address, or reads as something else.
_NEVER = re.compile(r"[\s<>\"\\]")
_HASH = re.compile(r"[0-9a-f]*")


@dataclass(frozen=True)
class Copy:
    """A post on another platform; `date` is "2026-11-22" or "", `hash` a beginning or ""."""

    platform: str
    url: str
    date: str = ""
    hash: str = ""


@dataclass(frozen=True)
class Ledger:
    """All copies: by the id of the post, then by platform, in the order of the file."""

    copies: Mapping[str, Mapping[str, Copy]] = field(default_factory=dict)

    def of(self, post: str) -> Mapping[str, Copy]:
        """Return the copies of a post."""
        return self.copies.get(normal(post), {})


def normal(post: str) -> str:
    """Return an id as the ledger writes it, whatever machine it was typed on."""
    return unicodedata.normalize("NFC", post)


def is_address(url: str) -> bool:
    """Tell whether readers can be sent to an address: one without a password, all of it seen."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return is_web and url.isprintable() and not _NEVER.search(url)


def is_old(copy: Copy, hash_now: str, updated: str) -> bool:
    """Tell whether the post changed since; `updated` is its time in ISO 8601, "" for none.

    Without a hash only a later day of `updated` tells.
    """
    if copy.hash:
        return not hash_now.startswith(copy.hash)
    return bool(copy.date) and updated[:10] > copy.date


def read(text: str) -> tuple[Ledger, list[Mistake]]:
    """Return what is right in the file, and all mistakes: line, sentence and its values."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        return Ledger(), [_no_toml(cause, text)]
    reader = _Reader(text)
    copies = {normal(post): dict(reader.copies(post, each)) for post, each in values.items()}
    return Ledger({post: each for post, each in copies.items() if each}), reader.mistakes


def lines_of(text: str) -> Mapping[_Path, int]:
    """Return on which line each table and key of a TOML file first stands."""
    found: dict[_Path, int] = {}
    here: _Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            path = next(_paths(tomllib.loads(line.rstrip("\r"))), ())
        except tomllib.TOMLDecodeError:
            continue
        if line.lstrip().startswith("["):
            here = path
        elif path:
            path = (*here, *path)
        for length in range(1, len(path) + 1):
            found.setdefault(path[:length], number)
    return found


class _Reader:
    """Check the tables one by one, and name the line of each that is wrong."""

    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self._text = text
        self._lines: Mapping[_Path, int] | None = None

    def copies(self, post: str, tables: Any) -> Iterator[tuple[str, Copy]]:
        """Yield what is right about one post."""
        for platform, values in (tables if isinstance(tables, dict) else {"": tables}).items():
            path = (post, platform) if platform else (post,)
            if not isinstance(values, dict):
                self._wrong(
                    path,
                    N_(
                        '"{key}" stands outside of a post and a platform'
                        ' (write ["{post}".zhihu] above url = "https://…")'
                    ),
                    key=platform or post,
                    post=post,
                )
            elif copy := self._copy(path, platform, values):
                yield platform, copy

    def _copy(self, path: _Path, platform: str, values: Mapping[str, Any]) -> Copy | None:
        self._refuse_unknown(path, values)
        url, day = values.get("url", ""), self._day((*path, "date"), values.get("date", ""))
        digest = values.get("hash", "")
        if not isinstance(digest, str) or not _HASH.fullmatch(digest):
            self._wrong((*path, "hash"), N_('hash "{value}" is none (take it away)'), value=digest)
            digest = ""
        if isinstance(url, str) and is_address(url):
            return Copy(platform, url, day, digest)
        where = (*path, "url") if "url" in values else path
        self._wrong(where, NO_ADDRESS, url=url)
        return None

    def _refuse_unknown(self, path: _Path, values: Mapping[str, Any]) -> None:
        for key in values:
            if key in KEYS:
                continue
            where = (*path, key)
            near = difflib.get_close_matches(key.lower(), KEYS, n=1)
            if near:
                message = N_('unknown key "{key}" (did you mean "{guess}"?)')
                self._wrong(where, message, key=key, guess=near[0])
            else:
                message = N_('unknown key "{key}" (known: {known})')
                self._wrong(where, message, key=key, known=", ".join(KEYS))

    def _day(self, path: _Path, value: Any) -> str:
        try:
            if isinstance(value, str):
                return value and datetime.date.fromisoformat(value).isoformat()
            return datetime.date(value.year, value.month, value.day).isoformat()
        except (ValueError, AttributeError):
            self._wrong(path, N_('date "{value}" is no day (write 2026-11-22)'), value=value)
            return ""

    def _wrong(self, path: _Path, message: str, **values: object) -> None:
        if self._lines is None:
            self._lines = lines_of(self._text)
        line = next((self._lines[p] for p in _upwards(path) if p in self._lines), 0)
        self.mistakes.append((line, message, {name: str(each) for name, each in values.items()}))


NO_ADDRESS = N_('"{url}" is no address (write https://… as the browser shows it)')


def _no_toml(cause: Exception, text: str) -> Mistake:
    line = re.search(r"at line (\d+)", str(cause))
    message = N_(
        'the line is not TOML: {reason} (text stands in "quotation marks", lists in [brackets])'
    )
    reason = re.sub(r" \(at .*", "", str(cause))
    return int(line[1]) if line else text.count("\n") + 1, message, {"reason": reason}


def _paths(values: Mapping[str, Any]) -> Iterator[_Path]:
    for key, value in values.items():
        deeper = next(_paths(value), ()) if isinstance(value, dict) else ()
        yield (key, *deeper)


def _upwards(path: _Path) -> Iterator[_Path]:
    for length in range(len(path), 0, -1):
        yield path[:length]
