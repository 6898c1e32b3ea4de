"""Writes that came second: everything is looked at anew and tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from publish.paywall.ports import Conflict

_Answer = TypeVar("_Answer")


def again(step: Callable[[], _Answer], tries: int = 20) -> _Answer:
    """Return what a step returns, repeated while its write came second.

    Raises:
        Conflict: others came first each time.

    """
    for _ in range(tries):
        try:
            return step()
        except Conflict:
            continue
    raise Conflict
