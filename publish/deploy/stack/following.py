"""Asking CloudFormation, and following a stack while it changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from publish.contract.catalogue import N_
from publish.deploy import answers
from publish.deploy.answers import Pause
from publish.deploy.clients import Client, Clients
from publish.deploy.stack import progress, states
from publish.deploy.stack.progress import Event, Listen
from publish.deploy.stack.proposals import StackError
from publish.deploy.stack.states import StackState

SECONDS = 2.0
MOST_ROUNDS = 2_700
"""An hour and a half: CloudFront is done within a quarter of an hour."""
_ROUNDS_TO_BEGIN = 30
_SLOW = N_('the stack "{stack}" is still being changed (it goes on by itself: run it again later)')


def standing(clients: Clients, name: str) -> StackState | None:
    """Return the stack of a name, None where there is none: for who only looks.

    Raises:
        Refused, Unreachable: AWS says no, or nothing.

    """
    return Following(clients.of("cloudformation")).state(name)


@dataclass(frozen=True)
class Following:
    """CloudFormation of one region, asked in words of ours, with `pause` between two looks."""

    client: Client
    pause: Pause = time.sleep

    def ask(self, operation: str, name: str, **parameters: Any) -> Any:
        """Return what an operation answers about the stack `name`.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        method: Callable[..., Any] = getattr(self.client, _snake(operation))
        return answers.ask(
            lambda: method(**parameters), f"cloudformation:{operation}", name, self.pause
        )

    def state(self, name: str) -> StackState | None:
        """Return a stack by its name or id, None where there is none or it is gone.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        try:
            told = self.ask("DescribeStacks", name, StackName=name)
        except answers.No as cause:
            if cause.code == "ValidationError" and "does not exist" in str(cause):
                return None
            raise
        found = states.read(told["Stacks"][0])
        return None if found.state == "gone" else found

    def events(self, identity: str, seen: set[str]) -> list[Event]:
        """Return the events that are not `seen`, the oldest first, and add them to it.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        found: list[Event] = []
        more: dict[str, str] = {}
        while True:
            told = self.ask("DescribeStackEvents", identity, StackName=identity, **more)
            page = [progress.event(each) for each in told["StackEvents"]]
            found += [each for each in page if each.id not in seen]
            if not told.get("NextToken") or any(each.id in seen for each in page):
                break
            more = {"NextToken": str(told["NextToken"])}
        seen |= {each.id for each in found}
        return found[::-1]

    def seen(self, identity: str) -> set[str]:
        """Return the ids of the latest events: enough to tell the next ones from them."""
        told = self.ask("DescribeStackEvents", identity, StackName=identity)
        return {str(each["EventId"]) for each in told["StackEvents"]}

    def wait(
        self, identity: str, seen: set[str], total: int, listen: Listen, *, begun: bool = False
    ) -> tuple[StackState | None, list[Event]]:
        """Wait until nothing changes any more; return the stack and the events since `seen`.

        What was asked a moment ago may not have `begun`: the first event of the stack shows it.

        Raises:
            StackError: it takes longer than anything should.
            Refused, Unreachable: AWS says no, or nothing.

        """
        told: list[Event] = []
        for round_ in range(MOST_ROUNDS):
            state = self.state(identity)
            for each in self.events(identity, seen):
                told.append(each)
                done = len({one.resource for one in told if one.done})
                listen(each, done, max(total, done))
            begun = begun or bool(told) or round_ >= _ROUNDS_TO_BEGIN
            if state is None or (begun and state.state not in ("working", "review")):
                return state, told
            self.pause(SECONDS)
        raise StackError(_SLOW, stack=identity)

    def why(self, state: StackState | None, events: list[Event]) -> str:
        """Return why something failed, by the first cause that CloudFormation tells of.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        told = progress.reason(events)
        if state is None:
            return told
        return self.explained(told or state.reason or state.status, StackName=state.id)

    def explained(self, told: str, **where: str) -> str:
        """Return a reason; one that points to other events is replaced by what those tell.

        Raises:
            Refused, Unreachable: AWS says no, or nothing.

        """
        if "DescribeEvents" not in told:
            return told
        only = {"FailedEvents": True}
        found = self.ask("DescribeEvents", next(iter(where.values())), **where, Filters=only)
        wrong = [progress.invalid(each) for each in found.get("OperationEvents", ())]
        return progress.reason(wrong) or told


def _snake(operation: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in operation)[1:]
