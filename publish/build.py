"""The build as a process of its own: started once, asked again and again, never left behind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from publish import processes
from publish.contract.catalogue import speak
from publish.contract.report import Done, Event, Request, Said, decode, encode_request
from publish.processes import LONGEST_LINE, PATIENCE, Running
from publish.trouble import Trouble

# -P: a folder named plugins or a file named markdown.py where the creator stands is not ours.
ENGINE = (sys.executable, "-P", "-m", "plugins.engine")

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Outcome:
    """How one build ended: `tail` is the last words of a build process that died."""

    done: Done
    problems: tuple[Said, ...] = ()
    tail: tuple[str, ...] = ()

    def of(self, level: str) -> tuple[Said, ...]:
        """Return the problems of one level."""
        return tuple(each for each in self.problems if each.level == level)


class Worker:
    """A build process that starts with the first request and lives until `close`."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or ENGINE
        self._running: Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(patience=0.0 if kind else PATIENCE)

    def build(self, request: Request, listen: Listener = lambda event: None) -> Outcome:
        """Ask for one build and wait for its end; a process that dies is an outcome, too.

        Raises:
            Trouble: the process cannot be started.

        """
        running = self._running = self._running or _start(self._command)
        problems: list[Said] = []
        for event in _events(running, request):
            listen(event)
            if isinstance(event, Said):
                problems.append(event)
            if isinstance(event, Done):
                return Outcome(event, tuple(problems))
        return self._died(running, request, problems)

    def close(self, patience: float = PATIENCE) -> None:
        """End the process: ask it first, and after `patience` seconds kill it with its children."""
        running, self._running = self._running, None
        if running:
            running.end(patience)

    def _died(self, running: Running, request: Request, problems: list[Said]) -> Outcome:
        self._running = None
        running.end(PATIENCE)
        _ = speak(request.lang).gettext
        text = _("the build process ended before its work was done (exit code {code})").format(
            code=running.process.returncode
        )
        problems.append(Said("error", "", 0, text))
        levels = [each.level for each in problems]
        done = Done(
            ok=False,
            output=request.output,
            errors=levels.count("error"),
            warnings=levels.count("warning"),
        )
        return Outcome(done, tuple(problems), tuple(running.tail))


def build_once(request: Request, listen: Listener = lambda event: None) -> Outcome:
    """Run one build in a process of its own.

    Raises:
        Trouble: the process cannot be started.

    """
    with Worker() as worker:
        return worker.build(request, listen)


def _start(command: Sequence[str]) -> Running:
    try:
        return processes.start(command)
    except OSError as cause:
        raise Trouble("{cause}", cause=cause) from cause


def _events(running: Running, request: Request) -> Iterator[Event]:
    """Ask, then read what the process says until its end; a stray line is one of its last words."""
    stdin, stdout = running.process.stdin, running.process.stdout
    try:
        assert stdin
        assert stdout
        stdin.write(encode_request(request) + "\n")
        stdin.flush()
    except OSError:
        return
    for line in stdout:
        try:
            event = decode(line)
        except ValueError:
            running.tail.append(line.rstrip()[:LONGEST_LINE])
        else:
            yield event
