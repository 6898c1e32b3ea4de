"""Processes of our own, spoken with over their pipes: started, heard, never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

PATIENCE = 3.0
LONGEST_LINE = 500
_LAST_LINES = 20


@dataclass(frozen=True)
class Running:
    """A live process, what it wrote last on stderr, and the thread that listens there."""

    process: subprocess.Popen[str]
    tail: deque[str]
    reader: threading.Thread

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(patience=0.0 if kind else PATIENCE)

    def end(self, patience: float) -> None:
        """End the process: ask it first, and after `patience` seconds kill it with its children."""
        process = self.process
        if patience:
            _close(process.stdin)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        kill(process)
        process.wait()
        self.reader.join(PATIENCE)
        _close(process.stdin)
        if not self.reader.is_alive():  # else a grandchild still holds it
            _close(process.stdout)
            _close(process.stderr)


def start(command: Sequence[str]) -> Running:
    """Start a process with pipes at all its ends.

    Raises:
        OSError: it cannot be started.

    """
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
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    reader = threading.Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
    reader.start()
    return Running(process, tail, reader)


def environ() -> dict[str, str]:
    """Return our environment, with the folder that `publish` came from for `plugins` beside it."""
    beside = str(Path(__file__).resolve().parent.parent)
    paths = [beside, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def kill(process: subprocess.Popen[str]) -> None:
    """Kill the process and all that it started."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _keep_tail(stream: IO[str], tail: deque[str]) -> None:
    while line := stream.readline(LONGEST_LINE):
        if line.strip():
            tail.append(line.rstrip())


def _close(stream: IO[str] | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        stream and stream.close()
