"""The build as a process of its own: started once, asked again and again, never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from publish.contract.catalogue import speak
from publish.contract.report import Done, Event, Request, Said, decode, encode_request
from publish.trouble import Trouble

# -P: a folder named plugins or a file named markdown.py where the creator stands is not ours.
ENGINE = (sys.executable, "-P", "-m", "plugins.engine")
_LAST_LINES = 20
_LONGEST_LINE = 500
_PATIENCE = 3.0

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


@dataclass(frozen=True)
class _Running:
    """A live build process, what it wrote last on stderr, and the thread that listens there."""

    process: subprocess.Popen[str]
    tail: deque[str]
    reader: threading.Thread


class Worker:
    """A build process that starts with the first request and lives until `close`."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or ENGINE
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(patience=0.0 if kind else _PATIENCE)

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

    def close(self, patience: float = _PATIENCE) -> None:
        """End the process: ask it first, and after `patience` seconds kill it with its children."""
        running, self._running = self._running, None
        if running:
            _end(running, patience)

    def _died(self, running: _Running, request: Request, problems: list[Said]) -> Outcome:
        self._running = None
        _end(running, _PATIENCE)
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


def _start(command: Sequence[str]) -> _Running:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            env=environ(),
            start_new_session=True,  # Ctrl-C is ours to pass on, and its children are one group
        )
    except OSError as cause:
        raise Trouble("{cause}", cause=cause) from cause
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    reader = threading.Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
    reader.start()
    return _Running(process, tail, reader)


def environ() -> dict[str, str]:
    """Return our environment, with the folder that `publish` came from for `plugins` beside it."""
    beside = str(Path(__file__).resolve().parent.parent)
    paths = [beside, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _events(running: _Running, request: Request) -> Iterator[Event]:
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
            running.tail.append(line.rstrip()[:_LONGEST_LINE])
        else:
            yield event


def _keep_tail(stream: IO[str], tail: deque[str]) -> None:
    while line := stream.readline(_LONGEST_LINE):
        if line.strip():
            tail.append(line.rstrip())


def _end(running: _Running, patience: float) -> None:
    process = running.process
    with contextlib.suppress(OSError, ValueError):
        process.stdin and process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    _kill(process)
    process.wait()
    running.reader.join(_PATIENCE)
    if not running.reader.is_alive():  # else a grandchild still holds it
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill the process and all that it started."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
