"""Looking, before anybody reads a release, whether everything it needs stands where it should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from publish.contract.catalogue import N_
from publish.deploy import seeing
from publish.deploy.buckets import PrivateBucket, SiteBucket, site_key
from publish.deploy.plans import Plan
from publish.deploy.ports import Listed
from publish.deploy.release import ROOT, Placed, PrivatePiece, PublicPiece, Release
from publish.deploy.seeing import OBJECTS, below, by_prefix
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
) -> int:
    """Look for everything that readers do not get yet, and return how much that is.

    What `known`, the live release, has at the same place is live: it was looked for before. `tags`
    are the MD5 of what was sent now, by its path.

    Raises:
        Unverified: something is missing, or is not what was sent.
        Refused, Unreachable: see `Objects.list`.

    """
    pieces = list(_unseen(plan, known))
    for top, some in by_prefix(pieces):
        breathe()
        _look_public(plan, site, top, some, tags)
    breathe()
    hidden = list(_unseen_private(plan, known))
    _look_private(plan, private, hidden, tags)
    return len(pieces) + len(hidden)


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


def _look_public(
    plan: Plan, site: SiteBucket, top: str, pieces: list[Placed], tags: Mapping[str, str]
) -> None:
    keys = {site_key(each): each.piece for each in pieces}
    found = seeing.standing(site.objects, top, keys, below(plan, top))
    sent = frozenset(plan.puts)
    for key, piece in keys.items():
        if not _stands(found.get(key), piece, tags):
            raise _unverified(plan.release.id, piece.path, sent)


def _look_private(
    plan: Plan, private: PrivateBucket, pieces: list[PrivatePiece], tags: Mapping[str, str]
) -> None:
    keys = {private.key(each): each for each in pieces}
    found = seeing.standing(private.objects, OBJECTS, keys, len(plan.release.private))
    sent = frozenset(plan.private_puts)
    for key, piece in keys.items():
        if not _stands(found.get(key), piece, tags):
            raise _unverified(plan.release.id, piece.path, sent)


def _stands(
    found: Listed | None, piece: PublicPiece | PrivatePiece, tags: Mapping[str, str]
) -> bool:
    return found is not None and seeing.same(found, piece.bytes, tags.get(piece.path, ""))


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
