"""From the path of a request to a file of the public folder, and never out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from publish import media_types

_TRICKS = re.compile(r"[\\\x00-\x1f\x7f\ufffd]")


@dataclass(frozen=True)
class Found:
    """A file to send."""

    file: Path


@dataclass(frozen=True)
class Moved:
    """The same with a slash at its end: `path` is percent-encoded."""

    path: str


def find(public: Path, path: str) -> Found | Moved | None:
    """Return what a decoded path names below the public folder, or None.

    Links inside the folder are followed only as far as they stay inside it.
    """
    steps = _steps(path)
    if steps is None:
        return None
    try:
        root = public.resolve(strict=True)
        target = root.joinpath(*steps).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None
    if not target.is_relative_to(root):
        return None
    if target.is_dir():
        return _index(target, path)
    return Found(target) if target.is_file() and not path.endswith("/") else None


def not_found(public: Path, path: str) -> Path | None:
    """Return the nearest 404.html upwards from a path: /en/404.html before /404.html."""
    steps = _steps(path) or []
    for count in range(len(steps), -1, -1):
        found = find(public, "/".join(["", *steps[:count], "404.html"]))
        if isinstance(found, Found):
            return found.file
    return None


def content_type(file: Path) -> str:
    """Return the content type of a file from its name and, for feeds, its first bytes.

    Raises:
        OSError: it cannot be read.

    """
    with file.open("rb") as source:
        return media_types.content_type(file.name, source.read(media_types.HEAD))


def _steps(path: str) -> list[str] | None:
    """Return the names between the slashes, or None for a path with tricks in it."""
    if not path.startswith("/") or _TRICKS.search(path):
        return None
    names = path[1:].removesuffix("/").split("/")
    if names == [""]:
        return [] if path == "/" else None
    return None if any(name in ("", ".", "..") for name in names) else names


def _index(folder: Path, path: str) -> Found | Moved | None:
    index = folder / "index.html"
    if not index.is_file():
        return None
    return Found(index) if path.endswith("/") else Moved(quote(path) + "/")


def chunks(file: Path, size: int = 1 << 16) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    with file.open("rb") as source:
        while piece := source.read(size):
            yield piece
