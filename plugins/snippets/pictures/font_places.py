"""Where this system keeps its fonts, and what fontconfig knows of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def places(environ: Mapping[str, str]) -> list[Path]:
    """Return the folders of fonts on this system."""
    home = Path(environ.get("HOME", "") or environ.get("USERPROFILE", "") or "/")
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        local = Path(environ.get("LOCALAPPDATA", str(home)))
        windows = Path(environ.get("WINDIR", r"C:\Windows"))
        return [windows / "Fonts", local / "Microsoft/Windows/Fonts"]
    shared = Path(environ.get("XDG_DATA_HOME", str(home / ".local/share")))
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        shared / "fonts",
        home / ".fonts",
    ]


def fontconfig(pattern: str) -> Sequence[str]:
    """Return the files that fontconfig knows, none where it is not installed."""
    command = ["fc-list", "--format", "%{file}\\n", pattern]
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return sorted(set(os.fsdecode(done.stdout).splitlines()))
