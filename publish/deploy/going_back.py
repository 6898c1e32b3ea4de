"""Going back to an earlier release: which one, what of it may be public today, and doing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from publish.deploy import applying, edge_code, history, lookout, rolling_back
from publish.deploy.applying import Applied
from publish.deploy.bundle import Bundle
from publish.deploy.locking import Clock
from publish.deploy.lookout import Search
from publish.deploy.places import Places, rehearsing
from publish.deploy.plans import Plan
from publish.deploy.release import Release, stamp
from publish.deploy.working import Listen, silent


@dataclass(frozen=True)
class Back:
    """A way back: to `target` as `plan` has it; `live` is what readers get now.

    `running` is the hash of the bundle that runs: the service stays as it is.
    """

    target: Release
    live: Release | None
    plan: Plan
    running: str

    @property
    def from_today(self) -> tuple[str, ...]:
        """Return the paths of the target that come as they are today: they are gated by now."""
        now = self.plan.release.public
        return tuple(path for path in self._other() if path in now)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the paths of the target that do not come back."""
        now = self.plan.release.public
        return tuple(path for path in self._other() if path not in now)

    @property
    def gated(self) -> tuple[str, ...]:
        """Return the ids of the posts that were open in the target and stay gated."""
        return tuple(sorted(set(self.plan.release.gated).difference(self.target.gated)))

    @property
    def idle(self) -> bool:
        """Tell whether readers get this already."""
        return not self.plan.changes

    def _other(self) -> Iterable[str]:
        now = self.plan.release.public
        for path, placed in sorted(self.target.public.items()):
            if path not in now or now[path].piece.hash != placed.piece.hash:
                yield path


def prospect(name: str, where: Places, clock: Clock, search: Search = lookout.search) -> Back:
    """Plan the way back to a release, "" for the one before; nothing is written.

    Raises:
        Failure: there is no such release, or it cannot come back.
        Refused, Unreachable: see the ports.

    """
    where = rehearsing(where)
    known = history.read(where)
    target = known.find(name) if name else known.before()
    running = where.runtime.bundle()
    host = edge_code.told(known.live.code)["host"]
    plan = rolling_back.prepare(
        target.id, where, now=stamp(clock()), host=host, bundle=running, search=search, known=known
    )
    return Back(target, known.now, plan, running)


def carry_out(
    back: Back, where: Places, *, clock: Clock, owner: str, keep: int, hear: Listen = silent
) -> Applied:
    """Make it live.

    Raises:
        Failure, DeployError: see `applying.apply`.

    """
    unchanged = Bundle(Path(), back.running, 0)
    return applying.apply(
        back.plan, where, unchanged, clock=clock, owner=owner, keep=keep, listen=hear
    )
