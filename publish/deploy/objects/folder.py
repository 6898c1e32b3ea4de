"""Objects in a folder: each a file under its key, its headers beside it in `.inkstead`.

What is written is whole or not there, also after a power cut. Headers belong to bytes: they stand
under the hash of the key and the MD5 of the bytes, so a kill between the two writes leaves the old
object with its old headers. Two keys that differ in their case only are one file where the file
system takes them for one (macOS, Windows): such a folder is no place for a site that has both.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from publish.deploy.objects import disk, sources
from publish.deploy.objects.keys import checked
from publish.deploy.ports import Absent, Changed, Found, Listed, Refused, Sent

_OWN = ".inkstead"


class FolderObjects:
    """A folder that takes objects; safe to use from many threads and processes."""

    def __init__(self, path: Path) -> None:
        self.folder = path.absolute()
        self.name = str(self.folder)
        self._lock = self.folder / _OWN / "lock"
        self._aside = self.folder / _OWN / "partial"

    def put(self, sent: Sent) -> None:
        """Write an object: see `Objects.put`.

        Raises:
            Changed: the bytes are not those of the hash.
            Refused, Unreachable: what the disk says.

        """
        target = self._path(sent.key)
        with (
            disk.told(self.name, "write"),
            self._arrived(sent) as (file, tag),
            disk.alone(self._lock),
        ):
            self._commit(sent, file, target, tag)

    def put_if(self, sent: Sent, tag: str) -> str:
        """Write an object only over the one with this tag: see `Objects.put_if`.

        Raises:
            Changed: there is another one.
            Refused, Unreachable: what the disk says.

        """
        target = self._path(sent.key)
        with (
            disk.told(self.name, "write"),
            self._arrived(sent) as (file, new),
            disk.alone(self._lock),
        ):
            if _tag(target) != tag:
                raise Changed(f'"{sent.key}" in "{self.name}" is not what it was')
            self._commit(sent, file, target, new)
        return new

    def get(self, key: str) -> Found:
        """Return an object: see `Objects.get`.

        Raises:
            Absent: there is none.
            Refused, Unreachable: what the disk says.

        """
        path = self._path(key)
        if not self._lock.exists():
            raise Absent(f'there is no "{key}" in "{self.name}"')
        with disk.told(self.name, "read"), disk.alone(self._lock):
            try:
                body = path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as cause:
                raise Absent(f'there is no "{key}" in "{self.name}"') from cause
            tag = _md5(body)
            return Found(body, tag, *self._headers(key, tag))

    def list(self, prefix: str) -> Iterator[Listed]:
        """Yield objects in the order of their keys: see `Objects.list`.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "list"):
            yield from (
                Listed(key, size, tag)
                for key in self._keys(prefix)
                for size, tag in _sized(self.folder / key)
            )

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the names behind a prefix that have something below: see `Objects.folders`.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "list"):
            last = ""
            for key in self._keys(prefix):
                name, slash, _ = key.removeprefix(prefix).partition("/")
                if slash and name != last:
                    yield (last := name)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects: see `Objects.delete`.

        Raises:
            Refused, Unreachable: what the disk says.

        """
        with disk.told(self.name, "delete"):
            for key in keys:
                path = self._path(key)
                if self._lock.exists():
                    with disk.alone(self._lock):
                        self._remove(key, path)

    def _path(self, key: str) -> Path:
        if checked(key).split("/")[0] == _OWN:
            raise Refused(f'"{key}" is no key: "{_OWN}" is the folder\'s own')
        return self.folder / key

    @contextlib.contextmanager
    def _arrived(self, sent: Sent) -> Iterator[tuple[Path, str]]:
        """Give a finished file with the bytes of an object, and their MD5."""
        digest = hashlib.md5(usedforsecurity=False)
        with disk.partial(self._aside) as unfinished:
            with unfinished.open("xb") as file:
                for piece in sources.pieces(sent):
                    file.write(piece)
                    digest.update(piece)
                file.flush()
                os.fsync(file.fileno())
            yield unfinished, digest.hexdigest()

    def _commit(self, sent: Sent, file: Path, target: Path, tag: str) -> None:
        """Headers first, then the bytes they belong to, then the headers that belong to none."""
        headers = self._beside(sent.key) / tag
        disk.write(headers, json.dumps([sent.type, sent.cache]).encode(), self._aside)
        disk.replace(file, target)
        for other in headers.parent.iterdir():
            if other.name != tag:
                other.unlink()

    def _beside(self, key: str) -> Path:
        return self.folder / _OWN / "headers" / hashlib.sha256(key.encode()).hexdigest()

    def _headers(self, key: str, tag: str) -> tuple[str, str]:
        try:
            kind, cache = json.loads((self._beside(key) / tag).read_bytes())
        except FileNotFoundError:
            return "", ""
        return str(kind), str(cache)

    def _remove(self, key: str, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            path.unlink()
        shutil.rmtree(self._beside(key), ignore_errors=True)
        for parent in path.parents:
            if parent == self.folder or not _emptied(parent):
                return

    def _keys(self, prefix: str) -> Iterator[str]:
        top = prefix.rpartition("/")[0]
        return (key for key in _walk(self.folder / top, f"{top}/" if top else "", prefix))


def _walk(folder: Path, above: str, prefix: str) -> Iterator[str]:
    """Yield keys in their order: a folder stands where its name with a slash would."""
    try:
        with os.scandir(folder) as entries:
            names = sorted((f"{each.name}/" if each.is_dir() else each.name) for each in entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        key = above + name
        if key == f"{_OWN}/" or not (key.startswith(prefix) or prefix.startswith(key)):
            continue
        if name.endswith("/"):
            yield from _walk(folder / name, key, prefix)
        else:
            yield key


def _sized(path: Path) -> Iterator[tuple[int, str]]:
    """Yield size and MD5 of a file, nothing where it went meanwhile."""
    digest, size = hashlib.md5(usedforsecurity=False), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(sources.PIECE):
                digest.update(piece)
                size += len(piece)
    except FileNotFoundError:
        return
    yield size, digest.hexdigest()


def _tag(path: Path) -> str:
    return next((tag for _, tag in _sized(path)), "")


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _emptied(folder: Path) -> bool:
    """Tell whether a folder that held nothing is gone."""
    try:
        folder.rmdir()
    except OSError as cause:
        return isinstance(cause, FileNotFoundError)
    return True
