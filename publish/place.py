"""Where the engine itself lies: in a source checkout, or inside the installed package."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def engine_root(package: Path = _PACKAGE) -> Path:
    """Return the folder with `theme/`, `content/` and `pelicanconf.py`."""
    installed = package / "engine"
    return installed if (installed / "theme").is_dir() else package.parent


def is_source(package: Path = _PACKAGE) -> bool:
    """Say whether the engine runs from a source checkout, where its own files may change."""
    return engine_root(package) == package.parent


def version() -> str:
    """Return the version of the engine."""
    try:
        return metadata.version("inkstead")
    except metadata.PackageNotFoundError:
        project = (_PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(project)["project"]["version"])
