"""What AWS has seen of a site that runs: alarms that ring, and the last errors of the service."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from publish.deploy import answers
from publish.deploy.answers import No
from publish.deploy.clients import Clients

LATELY = timedelta(hours=24)
MOST = 5
_LONGEST = 200
_PAGES = 20
_PATTERN = '?ERROR ?"Task timed out"'
_NO_LOG = "ResourceNotFoundException"


@dataclass(frozen=True)
class Ringing:
    """An alarm that rings: its name without that of the stack, since when, and why."""

    name: str
    since: datetime | None
    why: str


@dataclass(frozen=True)
class Line:
    """A line of the service's log, cut to what a screen takes."""

    at: datetime
    text: str


def ringing(clients: Clients, stack: str) -> list[Ringing]:
    """Return the alarms that ring.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    client = clients.of("cloudwatch")
    told = answers.ask(
        lambda: client.describe_alarms(AlarmNamePrefix=f"{stack}-", StateValue="ALARM"),
        "cloudwatch:DescribeAlarms",
        stack,
    )
    return [
        Ringing(
            each["AlarmName"].removeprefix(f"{stack}-"),
            each.get("StateUpdatedTimestamp"),
            each.get("StateReason", ""),
        )
        for each in told.get("MetricAlarms", ())
    ]


def errors(clients: Clients, log_group: str, now: datetime) -> list[Line]:
    """Return the last errors of the last day, the newest first.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    pages = (
        clients.of("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=log_group,
            startTime=round((now - LATELY).timestamp() * 1000),
            filterPattern=_PATTERN,
        )
    )
    found: deque[Line] = deque(maxlen=MOST)
    try:
        for page in answers.ask(
            lambda: list(islice(pages, _PAGES)), "logs:FilterLogEvents", log_group
        ):
            found.extend(_line(each["timestamp"], each["message"]) for each in page["events"])
    except No as cause:
        if cause.code != _NO_LOG:
            raise
    return sorted(found, key=lambda each: each.at, reverse=True)


def _line(milliseconds: int, text: str) -> Line:
    first = " ".join(text.split("\n", 1)[0].split())
    cut = first if len(first) <= _LONGEST else first[: _LONGEST - 1] + "…"
    return Line(datetime.fromtimestamp(milliseconds / 1000, UTC), cut)
