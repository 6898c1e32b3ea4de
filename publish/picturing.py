"""The pictures of kits as a process of its own: asked once, heard to its end, never left behind."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from publish.build import environ
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak
from publish.trouble import Trouble

VERSION = 1
# -P: a folder named plugins where the creator stands is not ours.
_PROGRAM = (sys.executable, "-P", "-m", "plugins.engine.picturing")
_LAST_LINES = 20
_LONGEST_LINE = 500
_PATIENCE = 3.0
_DIED = N_("the pictures could not be made ({cause})")

Tell = Callable[[Path, int, int], None]

_running: set[subprocess.Popen[str]] = set()


def cache_of(output: Path) -> Path:
    """Return where the pictures of an output folder are kept from one time to the next."""
    return output / contract.PICTURES


def make(
    folders: Sequence[Path],
    cache: Path,
    lang: str,
    tell: Tell = lambda folder, done, total: None,
    program: Sequence[str] = _PROGRAM,
) -> Mapping[Path, str]:
    """Make the pictures of kits; return of each folder what is wrong, "" where they are made.

    `tell` hears of a folder how many of its pictures there are. A process that dies is said of
    every folder that it owes an answer.

    Raises:
        Trouble: the process cannot be started.

    """
    if not folders:
        return {}
    asked = {str(folder.absolute()): folder for folder in folders}
    process = _start(program)
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    reader = threading.Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
    reader.start()
    found: dict[Path, str] = {}
    try:
        for told in _events(process, _order(list(asked), cache, lang)):
            folder = asked.get(str(told.get("folder")))
            if folder is not None and "made" in told:
                found[folder] = str(told.get("error", ""))
            elif folder is not None:
                tell(folder, int(told["done"]), int(told["total"]))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
    finally:
        _end(process, reader)
    cause = tail[-1] if tail else f"exit code {process.returncode}"
    died = speak(lang).gettext(_DIED).format(cause=cause)
    return {folder: found.get(folder, died) for folder in folders}


@atexit.register
def stop() -> None:
    """Kill what still makes pictures; whoever waits for it hears that it died."""
    for process in list(_running):
        _kill(process)


def _order(folders: Sequence[str], cache: Path, lang: str) -> str:
    told = {"version": VERSION, "folders": folders, "cache": str(cache.absolute()), "lang": lang}
    return json.dumps(told) + "\n"


def _start(program: Sequence[str]) -> subprocess.Popen[str]:
    try:
        process = subprocess.Popen(
            program,
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
        raise Trouble(_DIED, cause=cause) from cause
    _running.add(process)
    return process


def _events(process: subprocess.Popen[str], order: str) -> Iterator[Mapping[str, Any]]:
    """Ask, then yield what the process says until its end; stray lines are passed over."""
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(order)
        process.stdin.close()
    except OSError:
        return
    for line in process.stdout:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and ("made" in told or {"done", "total"} <= told.keys()):
            yield told


def _keep_tail(stream: IO[str], tail: deque[str]) -> None:
    while line := stream.readline(_LONGEST_LINE):
        if line.strip():
            tail.append(line.strip())


def _end(process: subprocess.Popen[str], reader: threading.Thread) -> None:
    _kill(process)
    process.wait()
    _running.discard(process)
    reader.join(_PATIENCE)
    for stream in (process.stdin, process.stdout, *([] if reader.is_alive() else [process.stderr])):
        with contextlib.suppress(OSError, ValueError):
            stream and stream.close()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill the process and all that it started."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
