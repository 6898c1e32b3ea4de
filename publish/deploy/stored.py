"""Reading a release that stands in the buckets already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from publish.contract import manifest as contract
from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest, ManifestError
from publish.deploy.buckets import ERROR_PAGE
from publish.deploy.local import KEPT_ERROR_PAGE, MANIFEST
from publish.deploy.places import Places
from publish.deploy.ports import Absent
from publish.deploy.release import Placed, PrivatePiece, Release
from publish.trouble import Failure

_WORKERS = 16
_AT_ONCE = 64
"""Bodies that are in memory together."""

T = TypeVar("T")
R = TypeVar("R")


def manifest(release: Release, places: Places) -> Manifest:
    """Return the manifest of a release.

    Raises:
        Failure: it is not there, or of another version.
        Refused, Unreachable: see `Objects.get`.

    """
    try:
        body = places.private.get(release.private[MANIFEST])
        return contract.parse(body, f"{release.id}/{MANIFEST}")
    except (KeyError, Absent, ManifestError) as cause:
        raise _broken(release, MANIFEST) from cause


def public(
    release: Release, places: Places, pieces: Iterable[Placed]
) -> Iterator[tuple[str, bytes]]:
    """Yield paths and bytes of public pieces of a release, in their order.

    Raises:
        Failure: one is not there any more.
        Refused, Unreachable: see `Objects.get`.

    """

    def fetch(placed: Placed) -> tuple[str, bytes]:
        path = placed.piece.path
        try:
            if path == ERROR_PAGE and KEPT_ERROR_PAGE in release.private:
                return path, places.private.get(release.private[KEPT_ERROR_PAGE])
            return path, places.site.get(placed)
        except Absent as cause:
            raise _broken(release, path) from cause

    return _some_at_a_time(fetch, list(pieces))


def private(
    release: Release, places: Places, pieces: Iterable[PrivatePiece]
) -> Iterator[tuple[str, bytes]]:
    """Yield paths and bytes of private pieces of a release, in their order.

    Raises:
        Failure: one is not there any more.
        Refused, Unreachable: see `Objects.get`.

    """

    def fetch(piece: PrivatePiece) -> tuple[str, bytes]:
        try:
            return piece.path, places.private.get(piece)
        except Absent as cause:
            raise _broken(release, piece.path) from cause

    return _some_at_a_time(fetch, list(pieces))


def at_once(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what becomes of each item, many made at a time."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(work, items))


class Stored(Mapping[str, "bytes | Path"]):
    """The bytes of a release as sources of a plan, fetched when they are needed.

    `own` are those that stand nowhere yet.
    """

    def __init__(self, places: Places, release: Release, own: Mapping[str, bytes]) -> None:
        self._places, self._release, self._own = places, release, own

    def __getitem__(self, path: str) -> bytes:
        if path in self._own:
            return self._own[path]
        hidden = self._release.private
        if path in hidden:
            found = private(self._release, self._places, [hidden[path]])
        else:
            found = public(self._release, self._places, [self._release.public[path]])
        return next(found)[1]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._release.public, **self._release.private})

    def __len__(self) -> int:
        return len(self._release.public.keys() | self._release.private.keys())


def _some_at_a_time(fetch: Callable[[T], R], items: list[T]) -> Iterator[R]:
    for start in range(0, len(items), _AT_ONCE):
        yield from at_once(fetch, items[start : start + _AT_ONCE])


def _broken(release: Release, path: str) -> Failure:
    return Failure(
        N_(
            'release "{release}" is not whole any more: "{path}" cannot be read'
            " (publish, or roll back to another release)"
        ),
        release=release.id,
        path=path,
    )
