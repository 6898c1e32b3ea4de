"""A write that came second is tried again, and not for ever."""

from __future__ import annotations

import pytest

from publish.paywall.again import again
from publish.paywall.ports import Conflict, StoreDown


def steps(*outcomes: object):
    """Return a step that comes out as told, one outcome a call."""
    left = list(outcomes)

    def step() -> object:
        outcome = left.pop(0)
        if isinstance(outcome, type):
            raise outcome
        return outcome

    return step


def test_a_step_that_came_second_is_repeated() -> None:
    assert again(steps(Conflict, Conflict, "done")) == "done"


def test_it_ends_after_so_many_tries() -> None:
    with pytest.raises(Conflict):
        again(steps(Conflict, Conflict, "too late"), 2)


def test_no_other_failure_is_repeated() -> None:
    with pytest.raises(StoreDown):
        again(steps(StoreDown, "never"))
