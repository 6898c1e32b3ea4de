"""Small sites for tests of the deployment: what a build made, plans for it, what readers get."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publish.deploy import headers, layering, planning
from publish.deploy.bundle import Bundle
from publish.deploy.places import Places
from publish.deploy.plans import Plan
from publish.deploy.ports import Absent
from publish.deploy.release import Local, PrivatePiece, PublicPiece, Release, identity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CANARY = b"the words behind the paywall"
HOST = "ink.example"


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **long: float) -> None:
        self.now += timedelta(**long)


def _merged(old: Mapping[str, bytes], new: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {path: body for path, body in {**old, **new}.items() if body is not None}


def _public(path: str, body: bytes) -> PublicPiece:
    digest = hashlib.sha256(body).hexdigest()
    return PublicPiece(path, digest, len(body), *headers.of(path, body))


def _private(path: str, body: bytes) -> PrivatePiece:
    return PrivatePiece(path, hashlib.sha256(body).hexdigest(), len(body))


def _file(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


@dataclass(frozen=True)
class Site:
    """A site as a build leaves it: public and private files by their paths."""

    public: Mapping[str, bytes]
    private: Mapping[str, bytes] = field(default_factory=dict)

    def but(self, public: Mapping[str, bytes | None] = {}, **private: bytes | None) -> Site:
        """Return it with other files; None takes one away."""
        hidden = {f"private/{name}": body for name, body in private.items()}
        return Site(_merged(self.public, public), _merged(self.private, hidden))

    def local(self, at: Path | None = None) -> Local:
        """Return it as the planner gets it; with a folder, its sources are files there."""
        public = {path: _public(path, body) for path, body in self.public.items()}
        private = {path: _private(path, body) for path, body in self.private.items()}
        sources = {**self.public, **self.private}
        if at:
            sources = {path: _file(at / path, body) for path, body in sources.items()}
        return Local(
            id=identity(public.values(), private.values()),
            engine="0.1.0",
            manifest_version=1,
            url=f"https://{HOST}",
            public=public,
            private=private,
            gated=(),
            feeds=tuple(path for path in public if path.startswith("feeds/")),
            hub="https://hub.example/",
            sources=sources,
        )


def asset(name: str, body: bytes) -> str:
    """Return the path of a fingerprinted asset."""
    stem, _, ending = name.rpartition(".")
    return f"assets/{stem}.{hashlib.sha256(body).hexdigest()[:8]}.{ending}"


LOGO, PHOTO = b"<svg/>", b"a photo of the garden"
FIRST = Site(
    {
        "index.html": b"<p>home, one",
        "about/index.html": b"<p>about",
        "posts/garden/index.html": b"<p>the garden, and what stands in it",
        "posts/\u5893\u820d/index.html": "<p>\u5893\u820d".encode(),
        "feeds/all.xml": b"<feed>one</feed>",
        "404.html": b"<p>not here, one",
        asset("logo.svg", LOGO): LOGO,
        asset("garden.webp", PHOTO): PHOTO,
    },
    {
        "private/posts/club.html": b"<p>" + CANARY,
        "private/files/book.epub": b"a book: " + CANARY,
        "manifest.json": b'{"first": true}',
    },
)
SKY = b"a photo of the sky"
SECOND = FIRST.but(
    {
        "index.html": b"<p>home, two",
        "posts/garden/index.html": None,
        "posts/sky/index.html": b"<p>the sky",
        "feeds/all.xml": b"<feed>two</feed>",
        "404.html": b"<p>not here, two",
        asset("garden.webp", PHOTO): None,
        asset("sky.webp", SKY): SKY,
    },
    garden=b"<p>the garden: " + CANARY,
    photo=PHOTO,
)
"""The garden went behind the paywall with its photo; the sky is new."""


def plan(
    site: Site,
    live: Release | None,
    *,
    at: datetime = NOON,
    folder: Path | None = None,
    bundle: str = "",
    kept: Iterable[Release] = (),
) -> Plan:
    """Return the plan that makes a site live."""
    return planning.plan(
        site.local(folder),
        live,
        now=at.isoformat(),
        host=HOST,
        bundle=bundle,
        insist=frozenset({"gone", "record"}),
        kept=kept,
    )


def live(places: Places) -> Release | None:
    """Return the record of the release that is live."""
    name = places.edge.live().release
    return places.private.record(name) if name else None


def bundle(folder: Path, body: bytes = b"the service") -> Bundle:
    """Return a bundle that is none, in a folder."""
    path = _file(folder / "bundle.zip", body)
    return Bundle(path, hashlib.sha256(body).hexdigest(), len(body))


def key(code: bytes, path: str) -> str:
    """Return the key that the edge asks for: the same as edge.js does, in Python."""
    constants = dict(re.findall(r'([RHLSPB])=("[^"]*"|\[[^]]*\])', code.decode().splitlines()[1]))
    told = {name: json.loads(value) for name, value in constants.items()}
    hashed = layering.hashed(told["S"], path)
    entries = (told["P"][at : at + 6] for at in range(0, len(told["P"]), 6))
    sign = next((each[5] for each in entries if each[:5] == hashed), "")
    if sign == "-":
        return "missing"
    if not sign and headers.fingerprinted(path):
        return f"shared/{path}"
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return f"layers/{told['L'][digits.index(sign) if sign else 0]}/{path}"


def read(places: Places, paths: Iterable[str]) -> dict[str, bytes]:
    """Return what readers get for some paths; those that answer 404 are left out."""
    code = places.edge.live().code
    found = {}
    for path in paths:
        try:
            found[path] = places.site.objects.get(key(code, path)).body
        except Absent:
            continue
    return found


def served(places: Places, *sites: Site) -> Site:
    """Return which of some sites readers get, whole and unmixed; fail where it is none of them.

    Assets of another of them may stand there, too: their names are of their bytes, and no page
    names them. What the service would answer is looked at, too: all that the index names.
    """
    name = places.edge.live().release
    site = next(each for each in sites if each.local().id == name)
    paths = {path for each in sites for path in each.public if not headers.fingerprinted(path)}
    paths = (paths | site.public.keys()) - {"404.html"}
    assert read(places, paths) == {path: site.public[path] for path in paths & site.public.keys()}
    index = json.loads(places.private.objects.get(places.private.index_key(name)).body)
    assert {
        path: places.private.objects.get(f"site/objects/{digest}").body
        for path, (digest, _) in index["files"].items()
    } == site.private
    return site


def state(places: Places) -> dict[str, tuple[bytes, str, str]]:
    """Return every object of both buckets, but the lock, and the code of the edge."""
    found = {"edge": (places.edge.live().code, places.runtime.bundle(), "")}
    for bucket in (places.site.objects, places.private.objects):
        for each in list(bucket.list("")):
            if each.key != "deploy/lock":
                got = bucket.get(each.key)
                found[each.key] = (got.body, got.type, got.cache)
    return found
