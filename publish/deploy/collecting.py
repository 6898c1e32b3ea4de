"""Deleting what no release needs any more.

Records go first, objects after them. A kill in between leaves objects that no record names, which
cost a little and are swept the next time (the lock tells that something was left behind). The other
way round it would leave a record whose objects are gone: a release that looks as if one could roll
back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from publish.deploy.buckets import BUNDLES, LAYERS, OBJECTS, PREFIX, site_key
from publish.deploy.places import Places
from publish.deploy.release import ROOT, SHARED, Release, ReleaseError
from publish.deploy.sealing import sealed


@dataclass(frozen=True)
class _Needs:
    """The keys that releases need in the site bucket and in the private one."""

    site: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()

    def __or__(self, other: _Needs) -> _Needs:
        return _Needs(self.site | other.site, self.private | other.private)

    def __sub__(self, other: _Needs) -> _Needs:
        return _Needs(self.site - other.site, self.private - other.private)

    def __len__(self) -> int:
        return len(self.site) + len(self.private)


@dataclass(frozen=True)
class _Known:
    """What of a record is needed here: it would be large for all of them at once."""

    at: str
    needs: _Needs


def collect(
    places: Places,
    keep: int,
    live: str,
    *,
    spare: Collection[str] = (),
    sweep: bool = False,
    breathe: Callable[[], None] = lambda: None,
) -> int:
    """Delete all releases but the newest `keep`, the live one and those to spare; return how much.

    With `sweep` everything that no record names goes, too: what a killed run left behind. So does
    what only older ones name and the live one hides: that run may have brought it back. It takes
    a listing of both buckets; without it, records alone tell. Call it under the lock only, since a
    publish that is not finished has no record. Where a record cannot be read nothing is deleted.

    Raises:
        Refused, Unreachable: see `Objects`; the same again deletes the rest.

    """
    tags = places.private.record_tags()
    if live not in tags or (len(tags) <= keep and not sweep):
        return 0
    known = _known(places, tags, breathe, live if sweep else "")
    if known is None:
        return 0
    kept = _newest(known, keep) | {live} | (set(spare) & known.keys())
    dropped = sorted(known.keys() - kept)
    garbage = _united(known[name].needs for name in dropped)
    if sweep:
        garbage |= _everything(places, kept)
    garbage -= _united(known[name].needs for name in kept)
    for name in dropped:
        breathe()
        places.private.drop_record(name)
    breathe()
    _delete(places, garbage)
    return len(garbage)


def _known(
    places: Places, tags: Mapping[str, str], breathe: Callable[[], None], live: str
) -> Mapping[str, _Known] | None:
    """Return what each release needs, but for what a live one hides; None where one is not told."""
    found: dict[str, _Known] = {}
    strings: dict[str, str] = {}
    try:
        today = places.private.record(live, tags[live]) if live else None
        for name, tag in tags.items():
            breathe()
            release = places.private.record(name, tag)
            needs = _needs(places, release, strings) - _hidden(release, today)
            found[name] = _Known(release.at, needs)
    except ReleaseError:
        return None
    return found


def _hidden(release: Release, today: Release | None) -> _Needs:
    """Return the assets of a release that are private today: no release has them any more."""
    if today is None or release.id == today.id:
        return _Needs()
    before = replace(today, public={}, private={})
    return _Needs(frozenset(map(site_key, sealed(today, before, [release]).values())))


def _needs(places: Places, release: Release, strings: dict[str, str]) -> _Needs:
    """Return what a release needs; the same key is one string, whoever needs it."""
    public = (site_key(each) for each in release.public.values() if each.layer != ROOT)
    private = {places.private.key(each) for each in release.private.values()}
    private |= {f"{BUNDLES}{release.bundle}.zip"} if release.bundle else set()
    return _Needs(
        frozenset(strings.setdefault(key, key) for key in public),
        frozenset(strings.setdefault(key, key) for key in private),
    )


def _newest(known: Mapping[str, _Known], keep: int) -> set[str]:
    return set(sorted(known, key=lambda name: (known[name].at, name), reverse=True)[:keep])


def _united(needs: Iterable[_Needs]) -> _Needs:
    found = _Needs()
    for each in needs:
        found |= each
    return found


def _everything(places: Places, kept: Collection[str]) -> _Needs:
    """Return all keys that collecting may delete, but the indexes of releases that stay."""
    site, private = places.site.objects, places.private.objects
    indexes = (name for name in private.folders(f"{PREFIX}/") if f"{PREFIX}/{name}/" != OBJECTS)
    return _Needs(
        frozenset(each.key for top in (f"{SHARED}/", LAYERS) for each in site.list(top)),
        frozenset(each.key for top in (OBJECTS, BUNDLES) for each in private.list(top))
        | {places.private.index_key(name) for name in indexes if name not in kept},
    )


def _delete(places: Places, garbage: _Needs) -> None:
    if garbage.site:
        places.site.delete(sorted(garbage.site))
    if garbage.private:
        places.private.delete(sorted(garbage.private))
