"""Files that creators give to be public as they are."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from plugins.engine.assemble import Assembled
from plugins.engine.assets import other_files
from plugins.engine.settings import engine_root
from plugins.model.library import Claims, Library
from publish.contract.report import Place

# What systems and git put into folders.
_LEFT_OUT = (".DS_Store", "Thumbs.db", ".gitkeep")


def copy_static(library: Library, public: Path, claims: Claims) -> list[str]:
    """Copy content/static to the root of the site and return its paths."""
    root = library.content / "static"
    found = static_paths(library.content)
    for name in found:
        url = name.removesuffix("index.html") if name.endswith("/index.html") else name
        claims.claim(url, name, Place(f"static{name}"))
        target = public / name.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name.lstrip("/"), target)
    return found


def static_paths(content: Path) -> list[str]:
    """Return the paths on the site of the files in content/static."""
    root = content / "static"
    return [
        f"/{path.relative_to(root).as_posix()}"
        for path in (sorted(root.rglob("*")) if root.is_dir() else ())
        if path.is_file() and path.name not in _LEFT_OUT
    ]


def given(content: Path, statics: list[str], assembled: Assembled) -> Iterator[str]:
    """Yield the hashes of files that creators gave to be public as they are."""
    for path in statics:
        yield hashlib.sha256((content / "static" / path.lstrip("/")).read_bytes()).hexdigest()
    for media in assembled.media.values():
        yield hashlib.sha256(media.data).hexdigest()
    for _, data in other_files(engine_root() / "theme", content / "theme"):
        yield hashlib.sha256(data).hexdigest()
