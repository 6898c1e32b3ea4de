"""What makes a release another than the one that is live: what travels, what goes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from publish.deploy.buckets import ERROR_PAGE, site_key
from publish.deploy.plans import Action, Reason
from publish.deploy.release import ROOT, SHARED, Placed, PrivatePiece, Release

MOST_FORGOTTEN = 10
"""More paths than these are forgotten all at once: that is as good, and counted as one."""
EVERYTHING = ("/*",)
"""All paths at once."""


def puts(release: Release, live: Release | None, written: str) -> tuple[str, ...]:
    """Return the public paths whose bytes travel; `written` is the layer that a publish fills."""
    before = live.public if live else {}
    return tuple(
        path
        for path, placed in release.public.items()
        if placed != before.get(path) and _travels(placed, before.get(path), written)
    )


def private_puts(release: Release, standing: Iterable[Release]) -> tuple[str, ...]:
    """Return the private paths whose bytes travel: those of no release that is known to stand."""
    known = {piece.hash for each in standing for piece in each.private.values()}
    return tuple(path for path, piece in release.private.items() if piece.hash not in known)


def compare(
    release: Release,
    live: Release | None,
    sent: Iterable[str],
    hidden: Iterable[str],
    sealed: Iterable[str],
) -> tuple[Action, ...]:
    """Return everything that happens, by its path: public pieces first.

    `sent` and `hidden` are the paths whose bytes travel, `sealed` the assets that are deleted.
    """
    public, private = live.public if live else {}, live.private if live else {}
    travels = {path: release.public[path].piece.bytes for path in sent}
    site = [
        Action("put", "site", path, reason, travels.get(path, 0))
        for path, placed in release.public.items()
        if (reason := _reason(placed, public.get(path)))
    ]
    gated = set(sealed)
    gone = gated | (public.keys() - release.public.keys())
    site += [Action("drop", "site", path, "gated" if path in gated else "gone") for path in gone]
    rest = list(_private(release.private, private, set(hidden)))
    return (*sorted(site, key=_path), *sorted(rest, key=_path))


def to_forget(
    release: Release, live: Release | None, sent: Iterable[str], sealed: Mapping[str, Placed]
) -> tuple[str, ...]:
    """Return the paths to invalidate: only of what stands under a key that had other bytes.

    Both the path that a reader asks for and the key that the edge makes of it.
    """
    before = live.public if live else {}
    fixed = [release.public[path] for path in sent if path in before]
    stale = [each for each in fixed if each.layer in (SHARED, ROOT)] + list(sealed.values())
    if ERROR_PAGE in before and ERROR_PAGE not in release.public:
        stale.append(before[ERROR_PAGE])
    paths = {f"/{quote(path)}" for each in stale for path in (each.piece.path, site_key(each))}
    return tuple(sorted(paths)) if len(paths) <= MOST_FORGOTTEN else EVERYTHING


def feeds_to_tell(
    url: str, feeds: Iterable[str], release: Release, live: Release | None
) -> tuple[str, ...]:
    """Return the addresses of the feeds whose bytes changed."""
    before = live.public if live else {}
    return tuple(
        f"{url.rstrip('/')}/{quote(path)}"
        for path in sorted(feeds)
        if path not in before or before[path].piece.hash != release.public[path].piece.hash
    )


def _travels(placed: Placed, before: Placed | None, written: str) -> bool:
    """Tell whether a public piece is sent; other layers than the new one have what they need."""
    if placed.layer == SHARED and not written:  # of an older release: it stands there
        return before is not None
    return placed.layer in (SHARED, ROOT, written)


def _reason(placed: Placed, before: Placed | None) -> Reason | None:
    if before is None:
        return "new"
    if placed.piece.hash != before.piece.hash:
        return "changed"
    if placed.piece.same != before.piece.same:
        return "headers"
    return "gathered" if placed.layer != before.layer else None


def _private(
    new: Mapping[str, PrivatePiece], old: Mapping[str, PrivatePiece], sent: set[str]
) -> Iterator[Action]:
    for path, piece in new.items():
        if path not in old or old[path].hash != piece.hash:
            reason: Reason = "changed" if path in old else "new"
            yield Action("put", "private", path, reason, piece.bytes if path in sent else 0)
    for path in old.keys() - new.keys():
        yield Action("drop", "private", path, "gone")


def _path(action: Action) -> str:
    return action.path
