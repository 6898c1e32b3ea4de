"""The two buckets of a site and what lies where in them. What is private has no way into the other.

    site bucket      shared/<path>            fingerprinted assets, the same for every release
                     layers/<layer>/<path>    everything else, as the release that brought it had it
                     404.html                 the one page that CloudFront asks for by a fixed key
    private bucket   site/objects/<hash>      what the service reads, by its SHA-256
                     site/<release>/index.json  which path of a release is which object
                     site/current             the release that is live, for work without a request
                     deploy/releases/<id>.json.gz  the record of a release
                     deploy/lock, deploy/journal.json, bundles/<hash>.zip

The service may read `site/` and nothing else of the private bucket.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publish.deploy import release as records
from publish.deploy.ports import Absent, Found, Objects, Sent
from publish.deploy.release import ROOT, SHARED, Placed, PrivatePiece, Release

PREFIX = "site"
ERROR_PAGE = "404.html"
LAYERS = "layers/"
OBJECTS = f"{PREFIX}/objects/"
"""Where private pieces stand."""
_RECORDS = "deploy/releases/"
_ENDING = ".json.gz"
_POINTER = f"{PREFIX}/current"
LOCK = "deploy/lock"
JOURNAL = "deploy/journal.json"
BUNDLES = "bundles/"
INDEX_VERSION = 1


def site_key(placed: Placed) -> str:
    """Return where a public piece stands in the site bucket."""
    if placed.layer == ROOT:
        return placed.piece.path
    top = SHARED if placed.layer == SHARED else f"{LAYERS}{placed.layer}"
    return f"{top}/{placed.piece.path}"


@dataclass(frozen=True)
class SiteBucket:
    """The bucket that the edge reads; it takes public pieces and nothing else."""

    objects: Objects

    def put(self, placed: Placed, source: bytes | Path) -> None:
        """Write a public piece where it belongs.

        Raises:
            Changed, Refused, Unreachable: see `Objects.put`.

        """
        piece = placed.piece
        key = site_key(placed)
        self.objects.put(Sent(key, source, piece.hash, piece.bytes, piece.type, piece.cache))

    def get(self, placed: Placed) -> bytes:
        """Return the bytes of a public piece.

        Raises:
            Absent, Refused, Unreachable: see `Objects.get`.

        """
        return self.objects.get(site_key(placed)).body

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects by their keys."""
        self.objects.delete(keys)


@dataclass(frozen=True)
class PrivateBucket:
    """The bucket of the service and of the deployment; nobody else reads it.

    `known` are records as they were last read or written here; a listing tells whether they still
    are the same, so that nobody reads them twice.
    """

    objects: Objects
    known: dict[str, Found] = field(default_factory=dict, repr=False, compare=False)

    def put(self, piece: PrivatePiece, source: bytes | Path) -> None:
        """Write what the service reads under its hash.

        Raises:
            Changed, Refused, Unreachable: see `Objects.put`.

        """
        self.objects.put(Sent(self.key(piece), source, piece.hash, piece.bytes))

    @staticmethod
    def key(piece: PrivatePiece) -> str:
        """Return where a private piece stands."""
        return f"{OBJECTS}{piece.hash}"

    def get(self, piece: PrivatePiece) -> bytes:
        """Return the bytes of a private piece.

        Raises:
            Absent, Refused, Unreachable: see `Objects.get`.

        """
        return self.objects.get(self.key(piece)).body

    def put_index(self, release: str, private: Mapping[str, PrivatePiece]) -> None:
        """Write which path of a release is which object."""
        files = {path: [piece.hash, piece.bytes] for path, piece in sorted(private.items())}
        told = {"version": INDEX_VERSION, "files": files}
        self._write(self.index_key(release), json.dumps(told, ensure_ascii=False).encode())

    def index_key(self, release: str) -> str:
        """Return where the index of a release stands."""
        return f"{PREFIX}/{release}/index.json"

    def current(self) -> str:
        """Return the release that work without a request takes, "" for none."""
        try:
            return self.objects.get(_POINTER).body.decode().strip()
        except Absent:
            return ""

    def point(self, release: str) -> None:
        """Make a release the one that work without a request takes."""
        self._write(_POINTER, release.encode())

    def record(self, name: str, tag: str = "") -> Release:
        """Return the record of a release; one that is known by its tag is not read again.

        Raises:
            Absent: there is none.
            ReleaseError: it is broken.
            Refused, Unreachable: see `Objects.get`.

        """
        key = _record_key(name)
        found = self.known.get(key)
        if not found or not tag or found.tag != tag:
            found = self.known[key] = self.objects.get(key)
        return records.parse(found.body, f"{self.objects.name}/{key}")

    def known_record(self, name: str) -> Release | None:
        """Return the record of a release as it was last read or written here, None for neither.

        Raises:
            ReleaseError: it is broken.

        """
        key = _record_key(name)
        found = self.known.get(key)
        return records.parse(found.body, f"{self.objects.name}/{key}") if found else None

    def put_record(self, release: Release) -> None:
        """Write the record of a release."""
        key, body = _record_key(release.id), records.dump(release)
        self._write(key, body)
        self.known[key] = Found(body, hashlib.md5(body, usedforsecurity=False).hexdigest(), "", "")

    def record_tags(self) -> dict[str, str]:
        """Return the names of all releases that have a record, and the tag of each."""
        found = (each for each in self.objects.list(_RECORDS) if each.key.endswith(_ENDING))
        return {each.key[len(_RECORDS) : -len(_ENDING)]: each.tag for each in found}

    def drop_record(self, name: str) -> None:
        """Delete the record and the index of a release."""
        self.objects.delete([_record_key(name), self.index_key(name)])

    def put_bundle(self, path: Path, digest: str, size: int) -> str:
        """Write a bundle and return its key."""
        key = f"{BUNDLES}{digest}.zip"
        self.objects.put(Sent(key, path, digest, size, "application/zip"))
        return key

    def find(self, key: str) -> Found | None:
        """Return an object of the deployment's own, None where there is none."""
        try:
            return self.objects.get(key)
        except Absent:
            return None

    def swap(self, key: str, body: bytes, tag: str) -> str:
        """Write an object of the deployment's own over the one with this tag; return its tag.

        Raises:
            Changed: there is another one.

        """
        return self.objects.put_if(_small(key, body), tag)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects by their keys."""
        self.objects.delete(keys)

    def _write(self, key: str, body: bytes) -> None:
        self.objects.put(_small(key, body))


def _record_key(name: str) -> str:
    return f"{_RECORDS}{name}{_ENDING}"


def _small(key: str, body: bytes) -> Sent:
    return Sent(key, body, hashlib.sha256(body).hexdigest(), len(body), "application/json")
