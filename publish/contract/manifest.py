"""What a generation says of itself: `manifest.json`.

The build writes it, everything after the build reads it and nothing else of the content.
Paths are relative to the generation and start with `public/` or `private/`; times are
ISO 8601 in UTC; money is integer minor units (cents, 分) of an ISO 4217 currency; hashes are
SHA-256 in lower-case hexadecimal. A reader of another `version` refuses the file.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

VERSION = 3


class ManifestError(ValueError):
    """The file is no manifest of this version; the message says where it departs from it."""


@dataclass(frozen=True)
class PrivateFile:
    """A file that only those entitled may have: where a page names it, where it lies."""

    url: str
    path: str
    type: str
    bytes: int
    hash: str


@dataclass(frozen=True)
class Premium:
    """The part of a post or product behind the paywall marker.

    `fragment` is what unlocks in place, `page` the whole page for readers without JavaScript,
    `words`, `images` and `files` are the facts that the paywall states.
    """

    fragment: str
    page: str
    hash: str
    words: int
    images: int
    files: tuple[PrivateFile, ...] = ()


@dataclass(frozen=True)
class Post:
    """A post or page of the site; `offers` are the ids of the offers that open it."""

    url: str
    lang: str
    title: str
    access: tuple[str, ...]
    status: str
    kind: str
    date: str
    updated: str
    hash: str
    translations: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    premium: Premium | None = None


@dataclass(frozen=True)
class Offer:
    """A way to buy: `every` is "month" or "year" (renews), `days` a span, neither: for good.

    `trial` is how many days of a subscription are free at first.
    """

    id: str
    prices: Mapping[str, int]
    every: str = ""
    days: int = 0
    trial: int = 0


@dataclass(frozen=True)
class ProductText:
    """What a product says of itself in one language; `premium` is for those who own it."""

    title: str
    summary: str
    url: str
    premium: Premium | None = None


@dataclass(frozen=True)
class Product:
    """Something that is sold, and the access words that it grants.

    `adopts` are ids of prices or products of the payment provider that existed before and count
    as this product, so that running subscriptions go on.
    """

    kind: str
    grants: tuple[str, ...]
    status: str
    refund_days: int
    offers: tuple[Offer, ...]
    texts: Mapping[str, ProductText]
    adopts: tuple[str, ...] = ()

    def text(self, lang: str) -> ProductText | None:
        """Return what it says of itself in a language, else in the first that it has."""
        return self.texts.get(lang) or next(iter(self.texts.values()), None)


@dataclass(frozen=True)
class MagnetText:
    """What a lead magnet says of itself in one language, and what it hands out.

    `url` is its own page, `consent` the words that a reader agrees to, `page` the prepared page
    that hands it out, `mail` the prepared mail without its ending. `post` is the id of a
    `subscribers` post that is handed out instead of files.
    """

    title: str
    promise: str
    url: str
    consent: str
    page: str
    mail: str
    files: tuple[PrivateFile, ...] = ()
    post: str = ""


@dataclass(frozen=True)
class Magnet:
    """Something that is given for an address (`way` "mail") or for a code ("contact").

    `status` is "published" or "retired": that one is handed out to nobody new. `tags` go to whoever
    confirms, `letters` tells whether they get letters from then on, `name` whether a first name is
    asked for.
    """

    status: str
    way: str
    texts: Mapping[str, MagnetText]
    tags: tuple[str, ...] = ()
    letters: bool = True
    name: bool = False

    def text(self, lang: str) -> MagnetText:
        """Return what it says of itself in a language, else in the first that it has."""
        return self.texts.get(lang) or next(iter(self.texts.values()))

    def lang(self, lang: str) -> str:
        """Return the language in which it speaks to a reader of another one."""
        return lang if lang in self.texts else next(iter(self.texts))


@dataclass(frozen=True)
class Language:
    """A language of the site: BCP 47 code, its home, and its legal names and pages.

    `currencies` is the order in which its pages name prices, the first is what is charged.
    """

    code: str
    home: str
    title: str
    author: str
    seller: str
    address: str
    email: str
    terms: str
    privacy: str
    refund: str
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """The resolved settings that the service needs."""

    url: str
    time_zone: str
    languages: tuple[Language, ...]
    mail_from: str
    mail_reply_to: str


@dataclass(frozen=True)
class Manifest:
    """A whole generation.

    `built_at` is the time the build was for, `next` the time of the next scheduled post or "".
    `pages` and `mails` are what is prepared for the service, by name and language (a mail's path
    is without its ending: `.html` and `.txt` lie there), `feeds` the prepared private feeds by
    language and kind ("rss", "atom"), see `service`. `files` maps each public path to the hash of
    its bytes. `letters` are the words that a reader agrees to who asks for letters alone, by
    language. `disposable` is the list of domains that are refused, one a line, "" for none.
    """

    built_at: str
    engine: str
    preview: bool
    site: Site
    posts: Mapping[str, Post]
    products: Mapping[str, Product]
    pages: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    mails: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    feeds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    magnets: Mapping[str, Magnet] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    disposable: str = ""
    next: str = ""
    version: int = VERSION


def dump(manifest: Manifest) -> str:
    """Return the manifest as JSON, the same bytes for the same manifest."""
    return (
        json.dumps(dataclasses.asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
        + "\n"
    )


def load(path: Path) -> Manifest:
    """Read `manifest.json`.

    Raises:
        ManifestError: the file is missing, broken, or of another version.

    """
    try:
        text = path.read_bytes()
    except OSError as cause:
        raise ManifestError(f"{path}: cannot be read as a manifest ({cause})") from cause
    return parse(text, str(path))


def parse(text: bytes, place: str) -> Manifest:
    """Read the bytes of a manifest; `place` is what errors call it.

    Raises:
        ManifestError: they are broken, or of another version.

    """
    try:
        values = json.loads(text)
    except ValueError as cause:
        raise ManifestError(f"{place}: cannot be read as a manifest ({cause})") from cause
    found = values.get("version") if isinstance(values, dict) else None
    if found != VERSION:
        raise ManifestError(f'{place}: version "{found}" is not {VERSION} (build the site again)')
    try:
        manifest: Manifest = _reader(Manifest)(values)
    except _Departs as departs:
        raise ManifestError(f"{place}{departs.path}: is not {departs.wanted}") from None
    return manifest


class _Departs(Exception):
    """A value is not of its kind; the path to it grows on the way out."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted, self.path = wanted, ""

    def under(self, step: str) -> _Departs:
        self.path = step + self.path
        return self


_Reader: TypeAlias = Callable[[Any], Any]


@functools.cache
def _reader(kind: Any) -> _Reader:
    """Return what reads a value as the annotated kind; made once, since a site has many posts."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _fields_reader(typing.cast(type, kind))
    if origin in (types.UnionType, typing.Union):
        wanted = _reader(next(each for each in arguments if each is not type(None)))
        return lambda value: None if value is None else wanted(value)
    if origin is tuple:
        return _list_reader(_reader(arguments[0]))
    if origin is not None:  # a mapping by name
        return _mapping_reader(_reader(arguments[1]))
    return _plain_reader(kind)


def _plain_reader(kind: type) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Departs(kind.__name__)
        return value

    return read


def _list_reader(reader: _Reader) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise _Departs("a list")
        found = []
        for number, each in enumerate(value):
            try:
                found.append(reader(each))
            except _Departs as departs:
                raise departs.under(f"[{number}]") from None
        return tuple(found)

    return read


def _mapping_reader(reader: _Reader) -> _Reader:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise _Departs("an object")
        found = {}
        for key, each in value.items():
            try:
                found[key] = reader(each)
            except _Departs as departs:
                raise departs.under(f".{key}") from None
        return found

    return read


def _fields_reader(kind: type) -> _Reader:
    readers = {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise _Departs("an object")
        if value.keys() != readers.keys():
            raise _Departs(f"the keys {', '.join(sorted(readers))}")
        found = {}
        for name, reader in readers.items():
            try:
                found[name] = reader(value[name])
            except _Departs as departs:
                raise departs.under(f".{name}") from None
        return kind(**found)

    return read
