"""One deployment at a time: a lock with a lease, kept as an object of the private bucket.

Every write of it is conditional on the tag of the one before, so a holder that was away for longer
than its lease finds out at its next renewal. A lock that was let go stays as an object that says
so: nothing is ever deleted by somebody whose lease may have been taken over.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from publish.contract.catalogue import N_
from publish.deploy.buckets import LOCK, PrivateBucket
from publish.deploy.ports import Changed, DeployError
from publish.deploy.swapping import swap
from publish.trouble import Failure

Clock: TypeAlias = Callable[[], datetime]
LEASE = timedelta(minutes=10)
_LONGEST = timedelta(days=1)
"""A lease that ends later than this was written by a wrong clock: it would lock for years."""
_PROCESS = re.compile(r"(.+@.+) \(process (\d+)\)")
_FREE = datetime.min.replace(tzinfo=UTC)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


class Held(Failure):
    """Somebody else is at work; `owner` says who, `until` when their lease ends."""

    def __init__(self, owner: str, until: datetime) -> None:
        super().__init__(
            N_(
                '"{owner}" is publishing this site right now, until {until} at the latest'
                " (wait for it, then run it again)"
            ),
            owner=owner,
            until=f"{until:%Y-%m-%d %H:%M} UTC",
        )
        self.owner, self.until = owner, until


class Lost(Failure):
    """The lease ran out and somebody else went on from there."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "this took so long that somebody else has taken over"
                " (inkstead status says what is live; run it again)"
            )
        )


@dataclass(frozen=True)
class _Said:
    """What the lock says: who holds it until when, and whether work was left undone.

    `mark` tells one's own words from the same of somebody else.
    """

    owner: str = ""
    until: datetime = _FREE
    unclean: bool = False
    mark: str = ""

    def binds(self, now: datetime) -> bool:
        """Tell whether somebody holds it."""
        return now < self.until <= now + _LONGEST

    def dump(self) -> bytes:
        told = {**vars(self), "until": self.until.isoformat()}
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def parse(cls, raw: bytes) -> _Said:
        """Read it; what cannot be read binds nobody, but something was left undone."""
        try:
            told = json.loads(raw)
            until = datetime.fromisoformat(told["until"]).astimezone(UTC)
            return cls(str(told["owner"]), until, bool(told["unclean"]), str(told["mark"]))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return cls(unclean=True)


@dataclass
class Lease:
    """The right to deploy, for a while; `unclean` tells that an earlier run left something behind.

    Whoever clears that up sets it to False; it is written down when the lock is let go.
    """

    private: PrivateBucket
    owner: str
    clock: Clock
    length: timedelta
    unclean: bool
    _tag: str
    _until: datetime

    def keep(self) -> None:
        """Renew the lease when a third of it is over.

        Raises:
            Lost, Refused, Unreachable: see `renew`.

        """
        if self._until - self.clock() < self.length * 2 / 3:
            self.renew()

    def renew(self) -> None:
        """Begin the lease anew.

        Raises:
            Lost: somebody else has taken the lock.
            Refused, Unreachable: see `Objects.put_if`.

        """
        until = self.clock() + self.length
        try:
            self._tag = self._write(self.owner, until, unclean=True)
        except Changed as cause:
            raise Lost from cause
        self._until = until

    def free(self, *, failed: bool) -> None:
        """Let the lock go, where it still is one's own; a lease that stays runs out by itself.

        Who failed because somebody has taken over may have sent something since: whoever comes next
        clears it away. One who is at work is not disturbed.
        """
        with contextlib.suppress(DeployError):
            try:
                self._write("", _FREE, unclean=failed or self.unclean)
            except Changed:
                self._tag, said = _found(self.private)
                if failed and not said.binds(self.clock()):
                    self._write("", _FREE, unclean=True)

    def _write(self, owner: str, until: datetime, *, unclean: bool) -> str:
        said = _Said(owner, until, unclean, secrets.token_hex(8))
        return swap(self.private, LOCK, said.dump(), self._tag)


@contextlib.contextmanager
def held(
    private: PrivateBucket, owner: str, clock: Clock, lease: timedelta = LEASE
) -> Iterator[Lease]:
    """Hold the lock; `owner` is who others are told that it is.

    Raises:
        Held: somebody else does.
        Refused, Unreachable: see `Objects.put_if`.

    """
    taken = _take(private, owner, clock, lease)
    try:
        yield taken
    except BaseException:
        taken.free(failed=True)
        raise
    taken.free(failed=False)


def is_over(holder: str, owner: str, runs: Callable[[int], bool] = _runs) -> bool:
    """Tell whether a holder was a process of this very machine and account, and is no more.

    A line that broke down could not give the lock back, and nobody waits ten minutes for
    themselves. Should it be another machine of the same name: whoever lost the lock stops before
    the flip.
    """
    told = _PROCESS.fullmatch(holder)
    return bool(told and owner.startswith(f"{told[1]} (") and not runs(int(told[2])))


def left_unclean(private: PrivateBucket, now: datetime) -> bool:
    """Tell whether nobody is at work, and an earlier run left something behind.

    Raises:
        Refused, Unreachable: see `Objects.get`.

    """
    _, said = _found(private)
    return said.unclean and not said.binds(now)


def _found(private: PrivateBucket) -> tuple[str, _Said]:
    """Return the tag of the lock, "" for none, and what it says."""
    found = private.find(LOCK)
    return (found.tag, _Said.parse(found.body)) if found else ("", _Said())


def _take(private: PrivateBucket, owner: str, clock: Clock, length: timedelta) -> Lease:
    tag, before = _found(private)
    now = clock()
    if before.binds(now) and not is_over(before.owner, owner):
        raise Held(before.owner, before.until)
    said = _Said(owner, now + length, unclean=True, mark=secrets.token_hex(8))
    try:
        tag = swap(private, LOCK, said.dump(), tag)
    except Changed as cause:
        raise _faster(private, now) from cause
    return Lease(private, owner, clock, length, before.unclean, tag, said.until)


def _faster(private: PrivateBucket, now: datetime) -> Held:
    """Return who took the lock between a look at it and a write."""
    _, said = _found(private)
    return Held(said.owner or "?", max(said.until, now))
