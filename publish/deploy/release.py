"""A release as the deployment keeps it: which bytes stand where, and how they are served.

One JSON file a release in the private bucket, packed, since every publish reads those that are
kept. Paths are those a reader asks for, without the first slash ("about/index.html"); hashes are
SHA-256 in lower-case hexadecimal; times ISO 8601 in UTC.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VERSION = 1
SHARED = "shared"
"""Instead of a layer: a fingerprinted asset, the same for every release."""
ROOT = "root"
"""Instead of a layer: the page for what is not there, asked for by one fixed key."""


class ReleaseError(ValueError):
    """The record of a release is broken or of another version; the message says which."""


@dataclass(frozen=True)
class PublicPiece:
    """A public file: what a reader gets at `path`, with which headers."""

    path: str
    hash: str
    bytes: int
    type: str
    cache: str

    @property
    def same(self) -> tuple[str, str, str]:
        """Return what must be alike for two pieces to be served alike."""
        return (self.hash, self.type, self.cache)


@dataclass(frozen=True)
class Placed:
    """A public piece and the layer in which it stands: the id of a release, SHARED or ROOT."""

    piece: PublicPiece
    layer: str


@dataclass(frozen=True)
class PrivatePiece:
    """A file that only the service reads, by its path in the release: "private/…"."""

    path: str
    hash: str
    bytes: int


@dataclass(frozen=True)
class Release:
    """Everything that one release is made of.

    `layers` are the layers its pages stand in, the base first; `gone` the paths that stand in the
    base and are no longer part of the site. `based_on` names the release that a rollback brought
    back with posts gated since taken from today. `gated` are the ids of posts with a premium part.
    """

    id: str
    at: str
    engine: str
    manifest_version: int
    public: Mapping[str, Placed]
    private: Mapping[str, PrivatePiece]
    layers: tuple[str, ...]
    gone: tuple[str, ...] = ()
    bundle: str = ""
    based_on: str = ""
    gated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Local:
    """What a build made, ready to be compared: pieces with hashes and headers, files on the disk.

    `sources` maps each path of `public` and `private` to its bytes or its file. `feeds` are the
    paths of public feeds; `url` is the address that the site was built for.
    """

    id: str
    engine: str
    manifest_version: int
    url: str
    public: Mapping[str, PublicPiece]
    private: Mapping[str, PrivatePiece]
    gated: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    hub: str = ""
    sources: Mapping[str, bytes | Path] = field(default_factory=dict, repr=False)


def identity(public: Iterable[PublicPiece], private: Iterable[PrivatePiece]) -> str:
    """Return the id of a release: the same content and headers have the same, whoever builds it."""
    digest = hashlib.sha256()
    for each in sorted(public, key=lambda piece: piece.path):
        digest.update("\0".join((each.path, *each.same, "")).encode())
    digest.update(b"\0\0")
    for one in sorted(private, key=lambda piece: piece.path):
        digest.update(f"{one.path}\0{one.hash}\0".encode())
    return digest.hexdigest()[:16]


def stamp(moment: datetime) -> str:
    """Return a time as records have it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def dump(release: Release) -> bytes:
    """Return the record as packed JSON, the same bytes for the same release."""
    told = {
        **{name: getattr(release, name) for name in _PLAIN},
        "version": VERSION,
        "public": {
            path: [each.layer, each.piece.hash, each.piece.bytes, each.piece.type, each.piece.cache]
            for path, each in release.public.items()
        },
        "private": {path: [each.hash, each.bytes] for path, each in release.private.items()},
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 6, mtime=0)


_PLAIN = tuple(
    each.name for each in dataclasses.fields(Release) if each.name not in ("public", "private")
)
_LISTS = ("layers", "gone", "gated")


_BROKEN = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError,
    OSError, EOFError, zlib.error,
)  # fmt: skip


def parse(raw: bytes, place: str) -> Release:
    """Read a record; `place` is what errors call it.

    Raises:
        ReleaseError: it is broken, cut off, or of another version.

    """
    try:
        told: dict[str, Any] = json.loads(gzip.decompress(raw))
        if told["version"] != VERSION:
            raise ReleaseError(f'{place}: version "{told["version"]}" is not {VERSION}')
        public = {path: _placed(path, one) for path, one in told["public"].items()}
        private = {
            path: PrivatePiece(path, str(one[0]), int(one[1]))
            for path, one in told["private"].items()
        }
        plain = {name: told[name] for name in _PLAIN}
        plain |= {name: tuple(told[name]) for name in _LISTS}
        found = Release(public=public, private=private, **plain)
        if not ({each.layer for each in public.values()} - {SHARED, ROOT} <= {*found.layers}):
            raise ValueError("layers")
        return found
    except ReleaseError:
        raise
    except _BROKEN as cause:
        raise ReleaseError(f"{place}: is no record of a release ({cause!r})") from cause


def _placed(path: str, told: list[Any]) -> Placed:
    layer, digest, size, kind, cache = told
    return Placed(PublicPiece(path, str(digest), int(size), str(kind), str(cache)), str(layer))
