"""Looking, before anybody reads a release, whether everything it needs stands where it should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from publish.contract.catalogue import N_
from publish.deploy import seeing
from publish.deploy.buckets import OBJECTS, PrivateBucket, SiteBucket, site_key
from publish.deploy.plans import Plan
from publish.deploy.ports import Objects
from publish.deploy.release import ROOT, Placed, PrivatePiece, PublicPiece, Release
from publish.deploy.seeing import below, by_prefix
from publish.trouble import Failure


class Unverified(Failure):
    """Something that the release needs is not there as it should be; readers never saw it."""


def verify(
    plan: Plan,
    known: Release | None,
    site: SiteBucket,
    private: PrivateBucket,
    tags: Mapping[str, str],
    breathe: Callable[[], None],
) -> None:
    """Look for everything that readers do not get yet.

    What `known`, the live release, has at the same place is live: it was looked for before. `tags`
    are the MD5 of what was sent now, by its path.

    Raises:
        Unverified: something is missing, or is not what was sent.
        Refused, Unreachable: see `Objects.list`.

    """
    for top, some in by_prefix(_unseen(plan, known)):
        breathe()
        keys = {site_key(each): each.piece for each in some}
        if path := _wrong(site.objects, top, keys, below(plan, top), tags):
            raise _unverified(plan.release.id, path, plan.puts)
    breathe()
    hidden = {private.key(each): each for each in _unseen_private(plan, known)}
    if path := _wrong(private.objects, OBJECTS, hidden, len(plan.release.private), tags):
        raise _unverified(plan.release.id, path, plan.private_puts)


def _unseen(plan: Plan, known: Release | None) -> Iterator[Placed]:
    live, sent = known.public if known else {}, frozenset(plan.puts)
    for path, placed in plan.release.public.items():
        if placed.layer != ROOT and (path in sent or live.get(path) != placed):
            yield placed


def _unseen_private(plan: Plan, known: Release | None) -> Iterator[PrivatePiece]:
    live = {each.hash for each in known.private.values()} if known else set()
    sent = frozenset(plan.private_puts)
    for path, piece in plan.release.private.items():
        if path in sent or piece.hash not in live:
            yield piece


def _wrong(
    objects: Objects,
    prefix: str,
    pieces: Mapping[str, PublicPiece | PrivatePiece],
    total: int,
    tags: Mapping[str, str],
) -> str:
    """Return the path of a piece that does not stand under its key as it should, "" for none."""
    found = seeing.standing(objects, prefix, pieces, total)
    for key, piece in pieces.items():
        there = found.get(key)
        if not there or not seeing.same(there, piece.bytes, tags.get(piece.path, "")):
            return piece.path
    return ""


def _unverified(release: str, path: str, sent: Collection[str]) -> Unverified:
    if path in sent:
        return Unverified(
            N_(
                '"{path}" did not arrive as it was sent'
                " (readers see what they saw before; run it again: it is sent anew)"
            ),
            path=path,
        )
    return Unverified(
        N_(
            'release "{release}" needs "{path}", which is not there any more'
            " (readers see what they saw before; publish, or roll back to another release)"
        ),
        release=release,
        path=path,
    )
