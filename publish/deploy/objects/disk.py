"""Files that are there whole or not at all, one writer at a time, and what a disk says when not."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from publish.deploy.ports import DeployError, Refused, Unreachable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NEVER = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENAMETOOLONG,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ENOTEMPTY,
    }
)


@contextlib.contextmanager
def told(place: str, action: str) -> Iterator[None]:
    """Raise what a disk says inside as what the ports name.

    Raises:
        Refused: it is full, it may not be written, or something else stands there.
        Unreachable: anything else it says.

    """
    try:
        yield
    except OSError as cause:
        raise _meant(place, action, cause) from cause


def _meant(place: str, action: str, cause: OSError) -> DeployError:
    code = errno.errorcode.get(cause.errno or 0, "")
    if cause.errno in _FULL:
        return Refused(f'no room left for "{place}" (free some space, then again)', action, code)
    if cause.errno in _NEVER:
        return Refused(f'"{place}": {action} is not possible: {cause.strerror}', action, code)
    return Unreachable(f'"{place}": {action} failed: {cause}')


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Keep every other thread and process out that asks for the same lock."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """Give the path of a new file; what still stands there afterwards is gone again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / secrets.token_hex(8)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def replace(source: Path, target: Path) -> None:
    """Put a finished file in the place of another, in one step that outlives a power cut."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, body: bytes, aside: Path) -> None:
    """Write a small file whole; `aside` is a folder for what is not finished yet."""
    with partial(aside) as unfinished:
        with unfinished.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        replace(unfinished, path)
