"""Bringing an older release back, searched against what is premium today.

What it shows and today hides is taken from today, or left out where today has nothing there.
"""

from __future__ import annotations

from dataclasses import replace

from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest
from publish.deploy import differing, history, local, lookout, regating, stored
from publish.deploy.history import History
from publish.deploy.local import MANIFEST
from publish.deploy.looking_back import LookingBack
from publish.deploy.lookout import Search
from publish.deploy.places import Places
from publish.deploy.planning import Around, compared, fits
from publish.deploy.plans import Plan
from publish.deploy.regating import Whole
from publish.deploy.release import Release
from publish.deploy.stored import Stored
from publish.deploy.withdrawn import withdrawn
from publish.trouble import Failure


def prepare(
    target: str,
    places: Places,
    *,
    now: str,
    host: str,
    bundle: str,
    search: Search = lookout.search,
    known: History | None = None,
) -> Plan:
    """Return the plan that brings a release back; nothing is written.

    `known` are the releases, where they were read already. `release.based_on` of the plan names
    the target where something is taken from today.

    Raises:
        Failure: there is no such release, it cannot be read, it was made for another version of
            the service, or the search did not come to its end.
        Refused, Unreachable: see `Objects.get`.

    """
    live, kept = _releases(target, known or history.read(places))
    old = next((each for each in (live, *kept) if each.id == target), live)
    around = Around(live, kept, host)
    if old.manifest_version != live.manifest_version:
        raise _other_version(old, live)
    release = replace(old, bundle=bundle)
    if old is live:
        return compared(release, around, "", {}, ())
    then, today = (Whole(each, stored.manifest(each, places)) for each in (old, live))
    since = withdrawn(then, today, kept, places)
    what = LookingBack(then, today, places, search, since).taken()
    own: dict[str, bytes] = {}
    if not what.nothing:
        merged = regating.merge(then, today, what, now, bundle)
        release, own = merged.release, {MANIFEST: merged.manifest}
    if release.id == live.id:  # all that was different must not come back
        return compared(replace(live, bundle=bundle), around, "", {}, ())
    sources = Stored(places, release, own)
    written = "" if fits(release, host) else release.id
    release = regating.gathered(release) if written else release
    pings = _pings(then.manifest, release, live)
    return compared(release, around, written, sources, pings, older=True)


def _pings(manifest: Manifest, release: Release, live: Release) -> tuple[str, ...]:
    feeds = [path for path, each in release.public.items() if local.is_main_feed(each.piece)]
    return differing.feeds_to_tell(manifest.site.url, feeds, release, live)


def _releases(target: str, known: History) -> tuple[Release, tuple[Release, ...]]:
    """Return the record of what readers get now, and those of the others that can be read."""
    live, there = known.live.release, {each.id for each in known.releases}
    if not live:
        raise Failure(N_("nothing is published yet (publish first: inkstead publish)"))
    if target not in there and target not in known.unread:
        raise Failure(
            N_('there is no release "{release}", or no longer (there are: {known})'),
            release=target,
            known=", ".join(sorted(there)) or "-",
        )
    for name in (target, live):
        if name not in there:
            raise Failure(
                N_(
                    'the record of release "{release}" cannot be read'
                    " (publish instead: inkstead publish)"
                ),
                release=name,
            )
    assert known.now
    return known.now, known.kept


def _other_version(old: Release, live: Release) -> Failure:
    return Failure(
        N_(
            'release "{release}" was made for version {old} of the service, version {now} runs'
            " (build that content again and publish it)"
        ),
        release=old.id,
        old=old.manifest_version,
        now=live.manifest_version,
    )
