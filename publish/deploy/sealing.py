"""Which assets must not be readable any more, because they are behind the paywall since.

Pages of older releases are out of reach by themselves: the edge asks for none of their layers. An
asset stands under one key for all releases, so it has to be deleted.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from publish.deploy import headers
from publish.deploy.release import SHARED, Placed, PrivatePiece, Release

_PRIVATE = "private/"


@dataclass(frozen=True)
class Hidden:
    """Private pieces as assets are compared with them: by bytes, by name, by name without hash."""

    hashes: Collection[str]
    names: Collection[str]
    stems: Collection[str] = ()

    def holds(self, placed: Placed) -> bool:
        """Tell whether a public asset is one of these."""
        name = posixpath.basename(placed.piece.path)
        return (
            placed.piece.hash in self.hashes
            or name in self.names
            or (headers.fingerprinted(placed.piece.path) and _stem(name) in self.stems)
        )


def hidden(
    private: Mapping[str, PrivatePiece],
    without: Mapping[str, PrivatePiece] | None = None,
    gated: Iterable[str] = (),
) -> Hidden:
    """Return what is private, except what is so in `without`, too.

    `gated` are posts whose files count by their names alone: what was edited while it was gated
    has other bytes than before.
    """
    known = {piece.hash for piece in (without or {}).values()}
    pieces = [
        piece
        for path, piece in private.items()
        if path.startswith(_PRIVATE) and piece.hash not in known
    ]
    folders = {f"{_PRIVATE}posts/{each}" for each in gated}
    return Hidden(
        hashes={piece.hash for piece in pieces},
        names={posixpath.basename(piece.path) for piece in pieces if _is_media(piece.path)},
        stems={
            _stem(posixpath.basename(path))
            for path in private
            if posixpath.dirname(path) in folders and _is_media(path)
        },
    )


def sealed(
    release: Release,
    live: Release | None,
    kept: Iterable[Release],
    shown: Collection[str] = (),
) -> dict[str, Placed]:
    """Return the shared assets of other releases that are private in this one, by their paths.

    `shown` are pictures that posts showed before they were gated: private by that alone.

    What was private before and public nowhere but in older releases was sealed then.
    """
    gated = set(release.gated).difference(live.gated if live else ())
    everything = hidden(release.private, gated=gated)
    fresh = hidden(release.private, live.private if live else None, gated)
    found = dict(_meant(release, live, everything, shown)) if live else {}
    for older in kept:
        found.update(_meant(release, older, fresh, shown))
    return dict(sorted(found.items()))


def _meant(
    release: Release, older: Release, secret: Hidden, meant: Collection[str]
) -> Iterable[tuple[str, Placed]]:
    shown = {placed.piece.hash for placed in release.public.values()}
    for path, placed in older.public.items():
        open_still = path in release.public or placed.piece.hash in shown
        if placed.layer != SHARED or open_still:
            continue
        if path in meant or secret.holds(placed):
            yield path, placed


def _is_media(path: str) -> bool:
    """Tell whether the name of a private file has the hash of its bytes in it, as assets have."""
    return headers.fingerprinted(f"media/{posixpath.basename(path)}")


def _stem(name: str) -> str:
    return name.rsplit(".", 2)[0]
