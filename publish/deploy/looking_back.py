"""What of an older release must not be public today: searched for, since yesterday it was."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from publish import media_types
from publish.contract.manifest import Manifest, Premium, PrivateFile
from publish.deploy import regating, sealing, seeing, stored
from publish.deploy.buckets import site_key
from publish.deploy.lookout import Order, Search
from publish.deploy.places import Places
from publish.deploy.regating import Tainted, Taken, Whole, page_of
from publish.deploy.release import SHARED, Placed, PrivatePiece

_FEEDS = "private/feeds/"
_OPENED = re.compile(rb"<!--\[(open:[^\]]+)\]-->.*?<!--\[/\1\]-->", re.S)
_ASSET = re.compile(rb"(?:assets|media)/[^\s\"'<>()?#&]+")
# Files behind the paywall whose words are searched for, up to this many bytes: as in a build.
_WORDS = frozenset(
    (".txt", ".md", ".csv", ".html", ".htm", ".json", ".srt", ".vtt", ".tex", ".yaml", ".yml")
)
_LONGEST = 2_000_000
_NO_WORDS = ("image/", "audio/", "video/", "font/")
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LookingBack:
    """An older release held against today.

    `since` is what is no part of the site today and was paid for when it was last seen.
    """

    old: Whole
    today: Whole
    places: Places
    search: Search
    since: tuple[Whole, ...] = ()

    @property
    def _paid(self) -> tuple[Whole, ...]:
        """Return everything whose premium parts are to stay behind the paywall."""
        return (self.today, *self.since)

    def taken(self) -> Taken:
        """Return what has to be taken from today.

        Raises:
            Failure: something that is needed for it cannot be read, or there is no answer.
            Refused, Unreachable: see `Objects.get`.

        """
        others = {
            path: placed
            for path, placed in self.old.release.public.items()
            if not self._is_shown(path, placed)
        }
        closed = {url for each in self._paid for url in regating.closed_since(self.old, each)}
        pages = others.keys() & set(map(page_of, closed))
        lost = self._lost(others)
        hidden = self._hidden(others) | lost | pages
        there = {path: each for path, each in others.items() if path not in lost}
        texts = {path: each for path, each in there.items() if _has_words(each)}
        found, named = self._searched(texts, closed)
        feeds = any(path.startswith(_FEEDS) for path in found)
        tainted = dict.fromkeys(hidden, _NOBODY)
        tainted |= {path: each for path, each in found.items() if not path.startswith(_FEEDS)}
        tainted |= dict.fromkeys(_orphans(others, tainted, named), _NOBODY)
        return regating.taken(self.old, self.today, tainted, feeds=feeds)

    def _is_shown(self, path: str, placed: Placed) -> bool:
        now = self.today.release.public.get(path)
        return now is not None and now.piece.hash == placed.piece.hash

    def _hidden(self, pieces: Mapping[str, Placed]) -> set[str]:
        """Return the files that are private today, by their bytes or their names."""
        gated_then = self.old.release.gated
        secrets = [
            sealing.hidden(each.private, gated=set(each.gated).difference(gated_then))
            for each in (one.release for one in self._paid)
        ]
        shown = {each.piece.hash for each in self.today.release.public.values()}
        return {
            path
            for path, each in pieces.items()
            if each.piece.hash not in shown and any(secret.holds(each) for secret in secrets)
        }

    def _lost(self, pieces: Mapping[str, Placed]) -> set[str]:
        """Return the shared assets that are not there any more: they were sealed once."""
        keys = {site_key(each): path for path, each in pieces.items() if each.layer == SHARED}
        if not keys:
            return set()
        objects, total = self.places.site.objects, len(self.today.release.public)
        found = seeing.standing(objects, f"{SHARED}/", keys, total)
        return {path for key, path in keys.items() if key not in found}

    def _searched(
        self, texts: Mapping[str, Placed], closed: Collection[str]
    ) -> tuple[Tainted, dict[str, set[str]]]:
        """Return the tainted texts, and of all the assets that they name.

        Feeds have whole posts: one with a post that is `closed` is tainted, whatever its words are
        by now.
        """
        urls = [url.encode() for url in closed]
        feeds_of = dict[str, frozenset[str]]()
        feeds = self._feeds()
        named: dict[str, set[str]] = {}
        paid = [each for each in self._paid if _keeps_back(each.manifest)]
        if not paid or not (texts or feeds):
            return {}, named
        with tempfile.TemporaryDirectory(prefix="inkstead-") as folder:
            order = Order(Path(folder), self.today.manifest.site.url.rstrip("/"))
            for whole in paid:
                self._add_secrets(order, whole)
                self._add_public(order, whole, texts if whole is self.today else ())
            for path, body in stored.public(self.old.release, self.places, texts.values()):
                order.add_text(path, body, is_text=media_types.is_text(texts[path].piece.type))
                if media_types.is_feed(texts[path].piece.type) and any(url in body for url in urls):
                    feeds_of[path] = _NOBODY
                named[path] = {each.decode("utf-8", "replace") for each in _ASSET.findall(body)}
            for path, body in stored.private(self.old.release, self.places, feeds):
                order.add_text(path, _OPENED.sub(b"", body))
                if any(url in body for url in urls):
                    feeds_of[path] = _NOBODY
            order.write()
            return {**feeds_of, **self.search(Path(folder))}, named

    def _feeds(self) -> list[PrivatePiece]:
        """Return the private feeds that are others today."""
        now = self.today.release.private
        return [
            piece
            for path, piece in self.old.release.private.items()
            if path.startswith(_FEEDS) and (path not in now or now[path].hash != piece.hash)
        ]

    def _add_secrets(self, order: Order, whole: Whole) -> None:
        premium, pieces = list(_premium(whole.manifest)), whole.release.private
        shown = {each.piece.hash for each in self.today.release.public.values()}
        owners = {part.fragment: owner for owner, part in premium}
        for path, body in self._private(whole, (pieces[each] for each in owners)):
            order.add_secret(owners[path], body)
        files = {each.path: (owner, each) for owner, part in premium for each in part.files}
        files |= {each.path: (owner, each) for owner, each in _given(whole.manifest)}
        for path, (owner, each) in files.items():
            hashes = () if each.hash in shown else (each.hash,)
            order.files.append((owner, hashes, tuple(filter(None, (each.url, path)))))
        words = [
            pieces[path]
            for path, (_, each) in files.items()
            if each.hash not in shown and _is_words(path, each.bytes)
        ]
        for path, body in self._private(whole, words):
            order.add_secret(files[path][0], body, runs_only=True)

    def _private(self, whole: Whole, pieces: Iterable[PrivatePiece]) -> Iterator[tuple[str, bytes]]:
        return stored.private(whole.release, self.places, pieces)

    def _add_public(self, order: Order, whole: Whole, texts: Iterable[str]) -> None:
        """Add what everybody reads today where the older release had something else, and teasers.

        What stands there is public, wherever else it is.
        """
        manifest, public = whole.manifest, whole.release.public
        urls = [post.url for post in manifest.posts.values() if post.premium]
        urls += [text.url for each in manifest.products.values() for text in each.texts.values()]
        paths = sorted({*texts, *map(page_of, urls)} & public.keys())
        now = [public[path] for path in paths if _has_words(public[path])]
        for _, body in stored.public(whole.release, self.places, now):
            order.add_public(body)


def _orphans(
    pieces: Mapping[str, Placed], tainted: Tainted, named: Mapping[str, set[str]]
) -> set[str]:
    """Return the assets that only tainted texts name: pictures of what is gated since."""
    gone, kept = set[str](), set[str]()
    for text, names in named.items():
        (gone if text in tainted else kept).update(names)
    assets = (path for path, each in pieces.items() if each.layer == SHARED)
    return {path for path in assets if {path, quote(path)} & (gone - kept)}


def _premium(manifest: Manifest) -> Iterator[tuple[str, Premium]]:
    """Yield every premium part with the id of its post or product."""
    for each, post in manifest.posts.items():
        if post.premium:
            yield each, post.premium
    for each, product in manifest.products.items():
        for text in product.texts.values():
            if text.premium:
                yield each, text.premium


def _given(manifest: Manifest) -> Iterator[tuple[str, PrivateFile]]:
    """Yield every file of a lead magnet, with an owner that is the id of no post."""
    for each, magnet in manifest.magnets.items():
        for text in magnet.texts.values():
            yield from ((f"magnet {each}", file) for file in text.files)


def _keeps_back(manifest: Manifest) -> bool:
    """Tell whether there is anything that not everybody may have."""
    return any(_premium(manifest)) or any(_given(manifest))


def _has_words(placed: Placed) -> bool:
    """Tell whether a file may hold words; drawings (SVG) do."""
    kind = placed.piece.type
    return media_types.is_text(kind) or not kind.startswith(_NO_WORDS)


def _is_words(path: str, size: int) -> bool:
    return PurePosixPath(path).suffix.lower() in _WORDS and size <= _LONGEST
