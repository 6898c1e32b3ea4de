"""The folder a build writes into, and the one step that makes it the current generation.

    OUTPUT/.generations/<id>/{public,private,snippets,manifest.json}
    OUTPUT/current            -> .generations/<id>
    OUTPUT/{public,private,snippets,manifest.json} -> current/...

Renaming the link `current` is the switch: whoever reads OUTPUT sees the old generation whole or
the new one whole. A build that fails or is killed leaves a folder that nothing points to; the
next build, holding the lock, takes it away.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

PARTS = ("public", "private", "snippets", "manifest.json")
STORE = ".generations"
_CURRENT = "current"
_LOCK = "lock"
_GONE = "gone-"


class NotAGeneration(Exception):
    """The output folder holds files that no build wrote."""

    def __init__(self, output: Path, name: str) -> None:
        self.output, self.name = output, name
        super().__init__(f"{output}: holds {name!r}, which no build wrote")


@contextlib.contextmanager
def staging(output: Path, on_wait: Callable[[], None]) -> Iterator[Path]:
    """Yield an empty folder to build in, alone; it is gone afterwards unless it was switched to.

    Raises:
        NotAGeneration: `output` holds files that no build wrote.
        OSError: `output` cannot be written.

    """
    output.mkdir(parents=True, exist_ok=True)
    _refuse_foreign(output)
    store = output / STORE
    store.mkdir(exist_ok=True)
    with _locked(store / _LOCK, on_wait):
        _sweep(output)
        folder = store / f"next-{os.getpid()}"
        for part in ("public", "private", "snippets"):
            (folder / part).mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def switch(output: Path, folder: Path, name: str) -> None:
    """Make a staged folder the current generation, under its name, in one step.

    Raises:
        OSError: the links cannot be written; the last generation is still current.

    """
    store = output / STORE
    if _points_to(output / _CURRENT) == f"{STORE}/{name}" and not _alike(folder, store / name):
        name = f"{name}-again"  # somebody changed files of the current generation by hand
    final = store / name
    if _points_to(output / _CURRENT) != f"{STORE}/{name}":
        if final.exists():
            shutil.rmtree(final)
        folder.rename(final)
        _link(output / _CURRENT, f"{STORE}/{name}")
    for part in PARTS:
        if _points_to(output / part) != f"{_CURRENT}/{part}":
            _link(output / part, f"{_CURRENT}/{part}")
    _sweep(output)


def _alike(one: Path, other: Path) -> bool:
    """Tell whether two folders hold the same files with the same bytes, and the same links."""
    names = [
        sorted(path.relative_to(folder) for path in folder.rglob("*")) for folder in (one, other)
    ]
    return names[0] == names[1] and all(
        filecmp.cmp(one / name, other / name, shallow=False)
        if (one / name).is_file()
        else _points_to(one / name) == _points_to(other / name)
        for name in names[0]
    )


def _link(path: Path, target: str) -> None:
    """Point a link elsewhere, without a moment in which there is none."""
    spare = path.with_name(f".{path.name}.new")
    spare.unlink(missing_ok=True)
    spare.symlink_to(target)
    spare.replace(path)


def _points_to(path: Path) -> str:
    return path.readlink().as_posix() if path.is_symlink() else ""


def _refuse_foreign(output: Path) -> None:
    ours = {*PARTS, STORE, _CURRENT}
    for entry in sorted(output.iterdir()):
        if entry.name in ours and (entry.name == STORE or entry.is_symlink()):
            continue
        if entry.name.startswith(".") and entry.name != STORE:
            continue
        raise NotAGeneration(output, entry.name)


def _sweep(output: Path) -> None:
    """Take away every generation that is not the current one."""
    current = _points_to(output / _CURRENT).removeprefix(f"{STORE}/")
    for folder in (output / STORE).iterdir():
        if folder.is_dir() and folder.name != current:
            gone = folder.with_name(f"{_GONE}{folder.name.removeprefix(_GONE)}")
            with contextlib.suppress(OSError):
                # Whoever still reads it by its name finds it whole or not at all.
                folder = folder.rename(gone)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that the system frees when the process ends, however it ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock(handle, wait=False):
            on_wait()
            _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as cause:
        if not wait and cause.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        if cause.errno in (errno.ENOLCK, errno.ENOTSUP):
            return True  # a file system without locks: builds there run one at a time by custom
        raise
    return True
