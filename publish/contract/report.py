"""How the build speaks while it works: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["error", "warning"]
Step = Literal["read", "render", "pages", "feeds", "private", "search", "snippets", "switch"]


@dataclass(frozen=True, order=True)
class Place:
    """Where something is: a path relative to the content folder and a line, both optional."""

    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return `path:line`, as editors and terminals understand it."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True)
class Request:
    """One build, asked of the build process.

    `at` is an ISO 8601 time in UTC ("" for now), `url` overrides the site's address,
    `do` "check" goes through everything but the switch.
    """

    content: str
    output: str
    do: Literal["build", "check"] = "build"
    at: str = ""
    drafts: bool = False
    lang: str = "en"
    url: str = ""


@dataclass(frozen=True)
class Progress:
    """A step of the build: `done` of `total` pieces, with a label in the creator's language."""

    step: Step
    text: str
    done: int
    total: int


@dataclass(frozen=True)
class Said:
    """A problem in the creator's language: place, then one sentence with the way out."""

    level: Level
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return `path:line: sentence`."""
        place = str(Place(self.path, self.line))
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True)
class Pending:
    """A post that is not public yet: a draft, or one whose time (ISO 8601, UTC) has not come."""

    path: str
    title: str
    date: str = ""


@dataclass(frozen=True)
class Done:
    """The end of one build."""

    ok: bool
    output: str
    generation: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    errors: int = 0
    warnings: int = 0
    next: str = ""
    scheduled: tuple[Pending, ...] = ()
    drafts: tuple[Pending, ...] = ()
    seconds: float = 0.0


Event = Progress | Said | Done
_NAMES: dict[str, type[Event]] = {"progress": Progress, "problem": Said, "done": Done}


def encode(event: Event) -> str:
    """Return one line of JSON without its newline."""
    name = next(name for name, kind in _NAMES.items() if isinstance(event, kind))
    return json.dumps({"event": name, **asdict(event)}, ensure_ascii=True)


def decode(line: str) -> Event:
    """Read one line that `encode` wrote.

    Raises:
        ValueError: the line is no event.

    """
    try:
        values: dict[str, Any] = json.loads(line)
        kind = _NAMES[values.pop("event")]
        if kind is Done:
            for name in ("scheduled", "drafts"):
                values[name] = tuple(Pending(**each) for each in values[name])
        return kind(**values)
    except (KeyError, TypeError, AttributeError, ValueError) as cause:
        raise ValueError(f"no build event: {line[:200]!r}") from cause


def encode_request(request: Request) -> str:
    """Return one line of JSON without its newline."""
    return json.dumps(asdict(request), ensure_ascii=True)


def decode_request(line: str) -> Request:
    """Read one line that `encode_request` wrote.

    Raises:
        ValueError: the line is no request.

    """
    try:
        return Request(**json.loads(line))
    except (TypeError, ValueError) as cause:
        raise ValueError(f"no build request: {line[:200]!r}") from cause
