"""What a publish does, decided before anything is done: from what is here and what is live."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from publish.deploy import differing, edge_code, guarding, layering
from publish.deploy.buckets import ERROR_PAGE, site_key
from publish.deploy.plans import Plan
from publish.deploy.release import ROOT, SHARED, Local, Placed, PublicPiece, Release
from publish.deploy.sealing import sealed


@dataclass(frozen=True)
class Around:
    """What stands around a release: the live one, those that are kept, the canonical host."""

    live: Release | None
    kept: tuple[Release, ...]
    host: str


def plan(
    local: Local,
    live: Release | None,
    *,
    now: str,
    host: str,
    bundle: str,
    insist: frozenset[str] = frozenset(),
    kept: Iterable[Release] = (),
    standing: str = "",
    shown: Collection[str] = (),
) -> Plan:
    """Return what makes a site live that a build left here.

    `live` is the record of what readers get now and `kept` those of other releases; `standing` is
    the release that the edge names where its record cannot be read; `insist` holds the words that
    allow what is refused otherwise; `shown` are pictures that posts showed before they were gated.

    Raises:
        GuardError: it would take away more than a publish does, or what is not known.
        TooLarge: the code of the edge does not fit, however the site is laid out.

    """
    guarding.check(local, live, standing, insist)
    around = Around(live, tuple(each for each in kept if not live or each.id != live.id), host)
    if live and live.id == local.id:
        release = replace(live, bundle=bundle)
        return Plan(live.id, release, laid_out(release, around), (), (), ())
    made = _release(local, around, now, bundle, gather=False)
    if not fits(made, host):
        made = _release(local, around, now, bundle, gather=True)
    feeds = local.feeds if local.hub else ()
    pings = differing.feeds_to_tell(local.url, feeds, made, live)
    found = compared(made, around, local.id, local.sources, pings, shown=shown)
    if live or not standing:
        return found
    # Nobody knows what is cached that should be forgotten now: an asset behind the paywall since.
    return replace(found, live=standing, invalidate=differing.EVERYTHING)


def compared(
    release: Release,
    around: Around,
    written: str,
    sources: Mapping[str, bytes | Path],
    pings: tuple[str, ...],
    *,
    older: bool = False,
    shown: Collection[str] = (),
) -> Plan:
    """Return the plan that makes a release live; `written` is the layer that has to be filled.

    What was private in any release that is kept stands there for an `older` one; a publish sends
    again what is not live, and so mends what was lost.

    Raises:
        TooLarge: the code of the edge does not fit.

    """
    live = around.live
    puts = differing.puts(release, live, written)
    standing = [each for each in (live, *(around.kept if older else ())) if each]
    hidden = differing.private_puts(release, standing)
    gone = sealed(release, live, around.kept, shown)
    return Plan(
        live=live.id if live else "",
        release=release,
        code=laid_out(release, around),
        actions=differing.compare(release, live, puts, hidden, gone),
        puts=puts,
        private_puts=hidden,
        sealed=tuple(site_key(each) for each in gone.values()),
        invalidate=differing.to_forget(release, live, puts, gone),
        pings=pings,
        sources=sources,
    )


def laid_out(release: Release, around: Around) -> bytes:
    """Return the code of the edge for a release; no path of any other one is mistaken in it.

    Raises:
        TooLarge: it does not fit.

    """
    others = (each for each in (around.live, *around.kept) if each)
    known = set(release.public).union(*(each.public for each in others))
    signs = layering.signs(release.public, release.layers, release.gone)
    overrides = layering.overrides(signs, known, release.public)
    return edge_code.code(release.id, release.layers, overrides, around.host)


def fits(release: Release, host: str) -> bool:
    """Tell whether the edge can hold where the paths of a release stand."""
    if len(release.layers) > layering.MOST_LAYERS:
        return False
    signs = layering.signs(release.public, release.layers, release.gone)
    needed = layering.needed(len(signs), release.public)
    return needed <= edge_code.room(release.layers, host)


def _release(local: Local, around: Around, now: str, bundle: str, *, gather: bool) -> Release:
    before = around.live if around.live and not gather else None
    public = {
        path: _placed(piece, before.public.get(path) if before else None, local.id)
        for path, piece in local.public.items()
    }
    layers = _layers(public, before.layers if before else (), local.id)
    return Release(
        id=local.id,
        at=now,
        engine=local.engine,
        manifest_version=local.manifest_version,
        public=public,
        private=local.private,
        layers=layers,
        gone=_gone(public, layers[0], around) if layers[0] != local.id else (),
        bundle=bundle,
        gated=local.gated,
    )


def _placed(piece: PublicPiece, before: Placed | None, layer: str) -> Placed:
    """Return where a piece stands: where it was while nothing of it changed, else anew."""
    if piece.path == ERROR_PAGE:
        return Placed(piece, ROOT)
    if layering.is_shared(piece):
        return Placed(piece, SHARED)
    stands = before and before.layer not in (SHARED, ROOT) and before.piece.same == piece.same
    return before if before and stands else Placed(piece, layer)


def _layers(public: Mapping[str, Placed], before: Iterable[str], new: str) -> tuple[str, ...]:
    """Return the layers in use, the base first; a new one that holds everything is the base."""
    used = {public[path].layer for path in layering.layered(public)}
    if used <= {new}:
        return (new,)
    base, *others = before
    return (base, *(each for each in dict.fromkeys((*others, new)) if each in used - {base}))


def _gone(public: Mapping[str, Placed], base: str, around: Around) -> tuple[str, ...]:
    """Return the paths that stand in the base and are not part of the site.

    A base holds what the release of its name was made of; without the record of that one, all that
    was ever part of the site since may stand in it.
    """
    since = [each for each in (around.live, *around.kept) if each and each.layers[:1] == (base,)]
    made = [each for each in since if each.id == base]
    stood = {path for each in made or since for path in layering.layered(each.public)}
    if not made:
        stood.update(path for each in since for path in each.gone)
    return tuple(sorted(stood.difference(public)))
