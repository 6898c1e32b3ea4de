"""Run `inkstead` as a creator does: another process, some folder, no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import publish

ROOT = Path(publish.__file__).parents[1]
COMMAND = (sys.executable, "-m", "publish.cli")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def environment(**given: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("INKSTEAD_CONTENT", "INKSTEAD_LANG", "LC_ALL", "LC_MESSAGES", "TZ")
    }
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **given}


def inkstead(*arguments: str | Path, cwd: Path, **environ: str) -> Ran:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def new_site(folder: Path, *arguments: str) -> Path:
    """Return a creator's folder as `init` makes it."""
    ran = inkstead("init", folder, "--yes", *arguments, cwd=folder.parent)
    assert ran.code == 0, ran.err
    return folder
