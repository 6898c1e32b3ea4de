"""An edge for a rehearsal: what is live is real, and nothing is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from publish.deploy.ports import Edge, Live

Done: TypeAlias = tuple[Literal["flip", "invalidate"], tuple[str, ...]]


class DryEdge:
    """A real edge that stays as it is; `done` says what would have been done, in order."""

    def __init__(self, wrapped: Edge) -> None:
        self.name = wrapped.name
        self.done: list[Done] = []
        self._wrapped = wrapped

    def live(self) -> Live:
        """Return what readers really get.

        Raises:
            Refused, Unreachable: see `Edge.live`.

        """
        return self._wrapped.live()

    def flip(self, code: bytes, seen: Live) -> None:
        """Note that other code would have gone live."""
        self.done.append(("flip", ()))

    def invalidate(self, paths: Sequence[str], reference: str) -> None:
        """Note that paths would have been forgotten."""
        self.done.append(("invalidate", tuple(paths)))
