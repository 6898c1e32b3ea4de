"""What one server takes for granted, so that an operator sets as little as possible."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from publish import folders
from publish.contract.catalogue import N_
from publish.trouble import WrongUsage

STORE = "store"
_FOLDER = "folder:"


def store_file(content: Path) -> Path:
    """Return where the store of one server lies: beside the output, in a folder of its own.

    Neither a build nor an update touches it, and what it knows is nowhere else: it is backed up.
    """
    return folders.default_output(content).parent / STORE / "paywall.sqlite"


def output_of(flag: str | None, environ: Mapping[str, str], content: Path, here: Path) -> Path:
    """Return the folder of the finished site: named, else that of INKSTEAD_BODIES, else `output`.

    Raises:
        WrongUsage: it is in the way of something, or INKSTEAD_BODIES names no folder.

    """
    told = environ.get("INKSTEAD_BODIES", "").strip()
    if told and not told.startswith(_FOLDER):
        raise WrongUsage(
            N_(
                'INKSTEAD_BODIES "{value}" is no folder, and one server reads the output of a build'
                " (take it away, or write folder:PATH)"
            ),
            value=told,
        )
    return folders.find_output(flag or told.removeprefix(_FOLDER) or None, content, here)


def completed(environ: Mapping[str, str], content: Path, output: Path) -> dict[str, str]:
    """Return the environment with what goes without saying: the bodies, and a store."""
    told = {**environ, "INKSTEAD_BODIES": f"{_FOLDER}{output}"}
    if not told.get("INKSTEAD_STORE", "").strip():
        told["INKSTEAD_STORE"] = f"sqlite:{store_file(content)}"
    return told


def of_one_server(environ: Mapping[str, str], content: Path) -> Mapping[str, str]:
    """Return the environment for commands beside a server that has run here.

    Where no store lies, nothing is added: a command never makes one by mistake.
    """
    if not store_file(content).is_file():
        return environ
    named = environ.get("INKSTEAD_BODIES", "").removeprefix(_FOLDER)
    return completed(environ, content, Path(named or folders.default_output(content)))
