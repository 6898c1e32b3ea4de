"""The pictures of kits as a process of its own: asked once, heard to its end, never left behind."""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from publish import processes
from publish.contract import snippets as contract
from publish.contract.catalogue import N_, speak
from publish.processes import Running
from publish.trouble import Trouble

VERSION = 1
# -P: a folder named plugins where the creator stands is not ours.
_PROGRAM = (sys.executable, "-P", "-m", "plugins.engine.picturing")
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
    found: dict[Path, str] = {}
    with _started(program) as running:
        for told in _events(running.process, _order(list(asked), cache, lang)):
            folder = asked.get(str(told.get("folder")))
            if folder is not None and "made" in told:
                found[folder] = str(told.get("error", ""))
            elif folder is not None:
                tell(folder, int(told["done"]), int(told["total"]))
    cause = running.tail[-1].strip() if running.tail else f"exit code {running.process.returncode}"
    died = speak(lang).gettext(_DIED).format(cause=cause)
    return {folder: found.get(folder, died) for folder in folders}


@atexit.register
def stop() -> None:
    """Kill what still makes pictures; whoever waits for it hears that it died."""
    for process in list(_running):
        processes.kill(process)


def _order(folders: Sequence[str], cache: Path, lang: str) -> str:
    told = {"version": VERSION, "folders": folders, "cache": str(cache.absolute()), "lang": lang}
    return json.dumps(told) + "\n"


@contextlib.contextmanager
def _started(program: Sequence[str]) -> Iterator[Running]:
    try:
        running = processes.start(program)
    except OSError as cause:
        raise Trouble(_DIED, cause=cause) from cause
    _running.add(running.process)
    try:
        with running:
            yield running
    finally:
        _running.discard(running.process)


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
