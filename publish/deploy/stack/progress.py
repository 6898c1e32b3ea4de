"""What a stack tells while it changes, and why it failed when it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

STACK = "AWS::CloudFormation::Stack"
_CONSEQUENCES = ("cancelled", "canceled", "The following resource(s) failed")
"""How a reason reads that follows from another one."""


@dataclass(frozen=True)
class Event:
    """One line of a stack's story: which part is in which state, and why."""

    id: str
    resource: str
    physical: str
    kind: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        """Tell whether a part could not be made, changed or removed."""
        return self.status.endswith("FAILED")

    @property
    def done(self) -> bool:
        """Tell whether a part is where it was to be."""
        return self.kind != STACK and self.status in _DONE


_DONE = frozenset(
    f"{each}_COMPLETE" for each in ("CREATE", "UPDATE", "DELETE", "IMPORT")
) | frozenset({"DELETE_SKIPPED"})

Listen: TypeAlias = Callable[[Event, int, int], None]
"""Called with each event, how many parts are done, and how many there are to do."""


def silent(event: Event, done: int, total: int) -> None:
    """Listen to nothing."""


def event(told: Mapping[str, Any]) -> Event:
    """Return an event as CloudFormation tells it."""
    return Event(
        id=str(told["EventId"]),
        resource=str(told.get("LogicalResourceId", "")),
        physical=str(told.get("PhysicalResourceId", "")),
        kind=str(told.get("ResourceType", "")),
        status=str(told.get("ResourceStatus", "")),
        reason=str(told.get("ResourceStatusReason", "")),
    )


def invalid(told: Mapping[str, Any]) -> Event:
    """Return what CloudFormation finds wrong before it begins, as an event."""
    return Event(
        id=str(told["EventId"]),
        resource=str(told.get("LogicalResourceId", "")),
        physical="",
        kind=str(told.get("ResourceType", "")),
        status="VALIDATION_FAILED",
        reason=str(told.get("ValidationStatusReason", "")),
    )


def reason(events: Iterable[Event]) -> str:
    """Return why a stack failed: the first failure, in order of time, that follows from no other.

    Where nothing says why, "" is returned.
    """
    told = [each for each in events if each.failed and each.reason]
    causes = [each for each in told if not _follows(each)]
    first: Sequence[Event] = causes or told
    return f"{first[0].resource}: {first[0].reason}" if first else ""


def _follows(told: Event) -> bool:
    return any(each in told.reason for each in _CONSEQUENCES)
