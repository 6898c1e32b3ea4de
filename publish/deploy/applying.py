"""Doing what a plan says, in an order that leaves readers a whole site wherever it ends.

Everything that a release needs is sent and looked for first; then one write makes it live; what
follows that is written down before it, so a run that is killed is finished by the next one. All of
it can be done again: what stands there already is not sent twice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from publish.contract.catalogue import N_
from publish.deploy import journal, locking, uploading, verifying
from publish.deploy.bundle import Bundle
from publish.deploy.finishing import Followed, follow, sweep
from publish.deploy.journal import ErrorPage, Journal
from publish.deploy.locking import Clock
from publish.deploy.places import Places
from publish.deploy.plans import Plan
from publish.deploy.ports import Absent, Changed, Live, Unreachable
from publish.deploy.release import ROOT, Placed, Release, ReleaseError
from publish.deploy.uploading import WORKERS
from publish.deploy.working import Listen, Work, silent
from publish.trouble import Failure


class Overtaken(Failure):
    """Somebody else published since the plan was made; it is not what readers should get now."""

    def __init__(self, release: str) -> None:
        super().__init__(
            N_(
                'somebody else has published meanwhile: release "{release}" is live'
                " (run it again: it plans anew)"
            ),
            release=release,
        )


@dataclass(frozen=True)
class Applied:
    """What a run did.

    `sent` objects and `bytes` travelled, `standing` objects were there already; `flipped` tells
    whether readers get something else, `bundle` whether other code runs; `finished` whether an
    earlier run had left something to do. `unpinged` says why the hub was not told, "" if it was.
    """

    release: str
    sent: int = 0
    bytes: int = 0
    standing: int = 0
    flipped: bool = False
    bundle: bool = False
    sealed: int = 0
    collected: int = 0
    finished: bool = False
    unpinged: str = ""


def apply(
    plan: Plan,
    places: Places,
    bundle: Bundle,
    *,
    clock: Clock,
    owner: str,
    keep: int,
    listen: Listen = silent,
    workers: int = WORKERS,
) -> Applied:
    """Make the release of a plan live; where nothing is to be done nothing is written.

    Raises:
        Held, Lost: somebody else is at work, or has taken over.
        Overtaken: somebody else has published since the plan was made.
        Rebuilt: a file changed since.
        Unverified: something did not arrive; readers see what they saw before.
        Unfinished: the release is live, something that follows is not done.
        Refused, Unreachable: see the ports; readers see what they saw before.

    """
    if _is_done(plan, places, bundle, clock):
        return Applied(plan.release.id)
    listen("lock", 0, 1)
    with locking.held(places.private, owner, clock) as lease:
        work = Work(places, lease, keep, listen)
        work.end("lock")
        done = _Run(plan, work, bundle, workers).do()
        listen("unlock", 0, 1)
    listen("unlock", 1, 1)
    return done


def finish(places: Places, *, clock: Clock, owner: str, keep: int, listen: Listen = silent) -> bool:
    """Finish what an earlier run left to do after its flip; tell whether there was anything.

    Raises:
        Held, Lost, Unfinished, Refused, Unreachable: see `apply`.

    """
    if not _is_left(places, places.edge.live(), clock):
        return False
    with locking.held(places.private, owner, clock) as lease:
        work = Work(places, lease, keep, listen)
        taken = _take_up(work)
        return sweep(work, taken.live.release) > 0 or taken.finished


def _is_done(plan: Plan, places: Places, bundle: Bundle, clock: Clock) -> bool:
    if plan.changes or plan.puts or plan.private_puts:
        return False
    live = places.edge.live()
    same = live.release == plan.live and live.code == plan.code
    return same and places.runtime.bundle() == bundle.sha256 and not _is_left(places, live, clock)


def _is_left(places: Places, live: Live, clock: Clock) -> bool:
    """Tell whether an earlier run left something to do, or to clear away."""
    told, _ = journal.read(places.private)
    unclean = bool(live.release) and locking.left_unclean(places.private, clock())
    return bool(told) or unclean or _lags(places, live)


def _lags(places: Places, live: Live) -> bool:
    return bool(live.release) and places.private.current() != live.release


@dataclass(frozen=True)
class _Taken:
    """How things stand once the lock is held, and an earlier run is finished."""

    live: Live
    tag: str
    finished: bool


def _take_up(work: Work, *, goes_on: bool = False) -> _Taken:
    """Finish an earlier run; a journal whose release is not live was never begun.

    Where everything was done for the live release, it was pointed to; who goes on points anew.
    """
    places = work.places
    told, tag, done = journal.look(places.private)
    live = places.edge.live()
    if told and told.release == live.release:
        follow(work, told, tag)
        return _Taken(live, journal.read(places.private)[1], finished=True)
    surely = goes_on and done == live.release
    if lagging := not surely and _lags(places, live):
        work.begin("pointer")
        places.private.point(live.release)
        work.end("pointer")
    if told:
        tag = journal.close(places.private, live.release, tag)
    return _Taken(live, tag, finished=lagging)


@dataclass(frozen=True)
class _Run:
    """One plan being applied, with the lock held."""

    plan: Plan
    work: Work
    bundle: Bundle
    workers: int

    def do(self) -> Applied:
        """Do all of it.

        Raises:
            Failure, DeployError: see `apply`.

        """
        taken = _take_up(self.work, goes_on=self.plan.changes)
        if taken.live.release != self.plan.live:
            raise Overtaken(taken.live.release)
        sends = bool(self.plan.changes or self.plan.puts or self.plan.private_puts)
        done = self._send(taken) if sends else Applied(self.plan.release.id)
        ran = self._run_bundle(recorded=sends)
        flips = taken.live.code != self.plan.code
        if sends or flips:
            followed = self._go_live(taken, flips=flips)
        else:
            followed = Followed(sweep(self.work, taken.live.release))
        return dataclasses.replace(
            done,
            flipped=flips,
            bundle=ran,
            collected=followed.collected,
            finished=taken.finished,
            unpinged=followed.unpinged,
        )

    def _send(self, taken: _Taken) -> Applied:
        """Bring everything that the release needs to where it belongs, and look whether it is."""
        sent = uploading.send(self.plan, self.work, self.workers)
        self._record()
        self._verify(taken, sent.tags)
        root = [each for each in self._put_pieces() if each.layer == ROOT]
        return Applied(
            self.plan.release.id,
            sent=sent.objects + len(root),
            bytes=sent.bytes + sum(each.piece.bytes for each in root),
            standing=sent.standing,
            sealed=len(self.plan.sealed),
        )

    def _put_pieces(self) -> list[Placed]:
        return [self.plan.release.public[path] for path in self.plan.puts]

    def _record(self) -> None:
        self.work.begin("record")
        self.work.places.private.put_record(self.plan.release)
        self.work.end("record")

    def _verify(self, taken: _Taken, tags: Mapping[str, str]) -> None:
        places = self.work.places
        self.work.begin("verify")
        known = _record_of(places, taken.live, self.plan)
        verifying.verify(self.plan, known, places.site, places.private, tags, self.work.lease.keep)
        self.work.end("verify")

    def _run_bundle(self, *, recorded: bool) -> bool:
        """Run another bundle where another one runs; tell whether."""
        places, bundle = self.work.places, self.bundle
        self.work.begin("bundle")
        if differs := places.runtime.bundle() != bundle.sha256:
            key = places.private.put_bundle(bundle.path, bundle.sha256, bundle.bytes)
            if not recorded:
                self._record()
            self.work.lease.keep()
            places.runtime.run(key, bundle.sha256)
        self.work.end("bundle")
        return differs

    def _go_live(self, taken: _Taken, *, flips: bool) -> Followed:
        told = self._journal(taken)
        self.work.begin("flip")
        tag = journal.write(self.work.places.private, told, taken.tag)
        if flips:
            self._flip(taken.live)
        self.work.end("flip")
        return follow(self.work, told, tag)

    def _journal(self, taken: _Taken) -> Journal:
        plan, now = self.plan, self.work.lease.clock()
        return Journal(
            release=plan.release.id,
            previous=taken.live.release,
            reference=f"{plan.release.id}-{now:%Y%m%dT%H%M%S%f}",
            sealed=plan.sealed,
            invalidate=plan.invalidate,
            pings=plan.pings,
            error_page=self._error_page(),
            sweep=bool(plan.live) and len(plan.release.layers) == 1,
        )

    def _error_page(self) -> ErrorPage | None:
        for placed in self._put_pieces():
            if placed.layer == ROOT:
                body = uploading.read(placed.piece, self.plan.sources)
                return ErrorPage(placed.piece, body)
        return None

    def _flip(self, seen: Live) -> None:
        """Make it live, with the lease begun anew right before."""
        self.work.lease.renew()
        edge = self.work.places.edge
        try:
            edge.flip(self.plan.code, seen)
        except (Changed, Unreachable) as cause:
            # The answer may be what got lost, or an adapter found its own first try.
            live = edge.live()
            if live.code == self.plan.code:
                return
            if isinstance(cause, Changed):
                raise Overtaken(live.release) from cause
            raise


def _record_of(places: Places, live: Live, plan: Plan) -> Release | None:
    """Return the record of the live release, None where there is none that can be read.

    While the edge runs the code that the plan was made over, everything stands where it did.
    """
    private = places.private
    try:
        known = private.known_record(live.release) if live.code == plan.over else None
        return known or (private.record(live.release) if live.release else None)
    except (Absent, ReleaseError):
        return None
