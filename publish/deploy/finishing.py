"""What follows a flip, step by step as the journal says; each step can be done again."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from publish.contract.catalogue import N_
from publish.deploy import collecting, journal
from publish.deploy.journal import Journal
from publish.deploy.ports import Absent, DeployError
from publish.deploy.release import ROOT, Placed, ReleaseError
from publish.deploy.working import Work
from publish.trouble import Failure


class Unfinished(Failure):
    """A release is live, and what follows it is not done; a repeat goes on. The cause says why."""

    def __init__(self, release: str, cause: DeployError) -> None:
        super().__init__(
            N_(
                'release "{release}" is live, but what follows is not finished: {reason}'
                " (run it again: it goes on from there)"
            ),
            release=release,
            reason=cause,
        )
        self.release, self.cause = release, cause


@dataclass(frozen=True)
class Followed:
    """How many objects were collected, and why a hub was not told ("" if it was)."""

    collected: int = 0
    unpinged: str = ""


def follow(work: Work, told: Journal, tag: str) -> Followed:
    """Do everything that a journal asks for, and close it.

    Raises:
        Unfinished: something outside kept it from going on.
        Lost: somebody else has taken over.

    """
    try:
        _point(work, told)
        _seal(work, told)
        _put_error_page(work, told)
        _invalidate(work, told)
        unpinged = _ping(work, told)
        collected = _collect(work, told)
        work.lease.keep()
        journal.close(work.places.private, told.release, tag)
    except DeployError as cause:
        raise Unfinished(told.release, cause) from cause
    return Followed(collected, unpinged)


def sweep(work: Work, live: str) -> int:
    """Delete what an earlier run left behind where no release asks for anything; return how much.

    Raises:
        Refused, Unreachable: see `collect`.
        Lost: somebody else has taken over.

    """
    if not (work.lease.unclean and live):
        return 0
    work.begin("collect")
    # What releases stay is for the next one to say; this takes only what none of them names.
    swept = collecting.collect(work.places, sys.maxsize, live, sweep=True, breathe=work.lease.keep)
    work.lease.unclean = False
    work.end("collect")
    return swept


def _point(work: Work, told: Journal) -> None:
    work.begin("pointer")
    work.places.private.point(told.release)
    work.end("pointer")


def _seal(work: Work, told: Journal) -> None:
    total = len(told.sealed)
    work.begin("seal", total)
    if told.sealed:
        work.places.site.delete(told.sealed)
    work.end("seal", total)


def _put_error_page(work: Work, told: Journal) -> None:
    if page := told.error_page:
        work.begin("error-page")
        work.places.site.put(Placed(page.piece, ROOT), page.body)
        work.end("error-page")


def _invalidate(work: Work, told: Journal) -> None:
    total = len(told.invalidate)
    work.begin("invalidate", total)
    if told.invalidate:
        work.places.edge.invalidate(told.invalidate, told.reference)
    work.end("invalidate", total)


def _ping(work: Work, told: Journal) -> str:
    """Tell the hub; where it does not listen nothing is lost but a few minutes."""
    total = len(told.pings)
    work.begin("ping", total)
    if told.pings:
        try:
            work.places.hub.ping(told.pings)
        except DeployError as cause:
            return str(cause)
    work.end("ping", total)
    return ""


def _collect(work: Work, told: Journal) -> int:
    work.begin("collect")
    if told.sweep:
        _drop_unreadable(work, told.previous)
    collected = collecting.collect(
        work.places,
        work.keep,
        told.release,
        spare=(told.previous,),
        sweep=told.sweep or work.lease.unclean,
        breathe=work.lease.keep,
    )
    work.lease.unclean = False
    work.end("collect")
    return collected


def _drop_unreadable(work: Work, release: str) -> None:
    """Let go of a record that was given up for lost: beside it nothing would ever be collected."""
    private = work.places.private
    try:
        if release:
            private.record(release)
    except Absent:
        return
    except ReleaseError:
        private.drop_record(release)
