"""What a run works with, and how it tells what it is at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from publish.deploy.locking import Lease
from publish.deploy.places import Places
from publish.deploy.plans import Phase

Listen: TypeAlias = Callable[[str, int, int], None]
"""Hears of each step, a phase or "stack", how much of it is done, and of how much."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Listen to nothing."""


@dataclass(frozen=True)
class Work:
    """What a run works with: all places, its lease, how many releases stay, who listens."""

    places: Places
    lease: Lease
    keep: int
    listen: Listen

    def begin(self, phase: Phase, total: int = 1) -> None:
        """Make sure that the lock is still held before a phase, and tell of it.

        Raises:
            Lost: it is not.

        """
        self.lease.keep()
        self.listen(phase, 0, total)

    def end(self, phase: Phase, total: int = 1) -> None:
        """Tell that a phase is done."""
        self.listen(phase, total, total)
