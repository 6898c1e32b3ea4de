"""The service as a Lambda function.

The read path is imported while the function starts, which Lambda does at full speed; the world is
made when the first event comes, so that what is missing is told in an answer's log.
"""

from __future__ import annotations

import functools
import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from publish.paywall import cloud
from publish.paywall.adapters import aws_lambda
from publish.paywall.adapters.aws_lambda import Handler
from publish.paywall.ports import Wake
from publish.paywall.roots import mailer_from, settings, world_from
from publish.paywall.roots.settings import Settings
from publish.paywall.service import Service

_TICK = json.dumps({"inkstead": "tick"}).encode()

log = logging.getLogger("inkstead")


def handler(event: Mapping[str, Any], context: Any) -> Any:
    """Answer an event of the Function URL, or do what is due."""
    return _composed()(event, context)


@functools.cache
def _composed() -> Handler:
    log.setLevel(logging.INFO)
    return compose(settings.read(os.environ), os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""))


def compose(told: Settings, function: str = "") -> Handler:
    """Return the function that Lambda calls.

    What a request puts into the queue is done by a second, asynchronous call of `function`, so that
    nobody waits for it; without a name it is done before the answer leaves.
    """
    due = _Due()
    world = world_from(told, wake=_calling(function) if function else due.ask)

    def tick() -> dict[str, int]:
        from publish.paywall import ticking

        return ticking.tick(world, mailer_from(told.mail))._asdict()

    def hear(event: Mapping[str, Any]) -> None:
        from publish.paywall import suppressing
        from publish.paywall.adapters import sns

        suppressing.hear(world.store, sns.notices(event), world.clock())

    answer = aws_lambda.handler(Service(world), tick, told.origin_secrets, hear)

    def answer_then_tick(event: Mapping[str, Any], context: Any) -> Any:
        found = answer(event, context)
        if due.taken():
            tick()
        return found

    return answer_then_tick


class _Due:
    """Remembers that somebody asked; Lambda gives one event at a time."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        self._asked = True

    def taken(self) -> bool:
        asked, self._asked = self._asked, False
        return asked


def _calling(function: str) -> Wake:
    """Return what calls the function again, for itself; the schedule makes up for a call lost."""
    client: Callable[[], Any] = cloud.Lazy(lambda: cloud.client("lambda", seconds=2, tries=1))

    def wake() -> None:
        says_no, no_answer = cloud.failures()
        try:
            client().invoke(FunctionName=function, InvocationType="Event", Payload=_TICK)
        except (says_no, *no_answer):
            log.exception("waking")

    return wake
