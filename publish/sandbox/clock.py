"""The sandbox's clock: the machine's, moved on by what the file says."""

from __future__ import annotations

from datetime import UTC, datetime

from publish.sandbox.state import State


class MovingClock:
    """Tells aware UTC; every process that has the file tells the same."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __call__(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self._state.now(), UTC)
