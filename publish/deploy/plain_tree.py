"""A folder on its way to what a build made: what will be written, and the writing of it.

The record is written before the first file and after the last, so that a run that was killed is
known and the next one finishes it. Each file is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publish.contract.catalogue import N_
from publish.deploy.release import Local, PublicPiece
from publish.trouble import Failure

RECORD = ".inkstead.json"
SPARE = ".inkstead-new"
VERSION = 1
_CHUNK = 1 << 20
_REBUILT = N_('"{path}" went away while it was read (the site was rebuilt: run it again)')

Listen = Callable[[int, int], None]
"""Hears how many files are done, and of how many."""


def silent(done: int, total: int) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class Tree:
    """What a publish to a folder will do: `writes` in their order, `gone` after them.

    `before` are the paths that earlier publishes wrote, `same` counts what stays as it is.
    """

    folder: Path
    local: Local
    pieces: Mapping[str, PublicPiece]
    writes: tuple[str, ...]
    gone: tuple[str, ...]
    same: int
    before: Mapping[str, str]
    extra: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return how many bytes are written."""
        return sum(self.pieces[path].bytes for path in self.writes)

    def source(self, path: str) -> bytes | Path:
        """Return what is written at a path."""
        return self.extra[path] if path in self.extra else self.local.sources[path]


def write(tree: Tree, listen: Listen = silent) -> None:
    """Do it: assets, new pages, changed pages, the first page; then what is gone, assets last.

    Raises:
        Failure: the site was rebuilt meanwhile, or the disk refuses.

    """
    if not (tree.writes or tree.gone) and _recorded(tree):
        return
    try:
        tree.folder.mkdir(parents=True, exist_ok=True)
        _write(tree, listen)
    except FileNotFoundError as cause:
        raise Failure(_REBUILT, path=cause.filename) from cause
    except OSError as cause:
        raise Failure(
            N_('"{path}" cannot be written: {reason} (the same again goes on where this stopped)'),
            path=cause.filename or tree.folder,
            reason=cause.strerror or cause,
        ) from cause


def _write(tree: Tree, listen: Listen) -> None:
    spare = tree.folder / SPARE
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir()
    try:
        ours = {path: piece.hash for path, piece in tree.pieces.items()}
        _put_record(tree, spare, {**tree.before, **ours}, done=False)
        total = len(tree.writes) + len(tree.gone)
        _clear_ways(tree)
        for count, path in enumerate(tree.writes, 1):
            _put(tree, spare, path)
            listen(count, total)
        for count, path in enumerate(tree.gone, len(tree.writes) + 1):
            _drop(tree.folder, path)
            listen(count, total)
        _put_record(tree, spare, ours, done=True)
    finally:
        shutil.rmtree(spare, ignore_errors=True)


def _told(tree: Tree, public: Mapping[str, str], *, done: bool) -> bytes:
    told = {"version": VERSION, "release": tree.local.id if done else "", "public": public}
    return json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True).encode()


def _put_record(tree: Tree, spare: Path, public: Mapping[str, str], *, done: bool) -> None:
    new = spare / "record"
    new.write_bytes(_told(tree, public, done=done))
    new.replace(tree.folder / RECORD)


def _recorded(tree: Tree) -> bool:
    """Tell whether the record says already what it would say."""
    ours = {path: piece.hash for path, piece in tree.pieces.items()}
    with contextlib.suppress(OSError):
        return (tree.folder / RECORD).read_bytes() == _told(tree, ours, done=True)
    return False


def ways(path: str) -> list[str]:
    """Return the folders on the way to a path, the outermost first."""
    names = path.split("/")
    return ["/".join(names[:count]) for count in range(1, len(names))]


def _put(tree: Tree, spare: Path, path: str) -> None:
    new, source = spare / "file", tree.source(path)
    digest = hashlib.sha256()
    with new.open("wb") as target:
        for piece in _pieces(source):
            digest.update(piece)
            target.write(piece)
    if digest.hexdigest() != tree.pieces[path].hash:
        raise Failure(_REBUILT, path=path)
    file = tree.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    new.replace(file)


def _pieces(source: bytes | Path) -> Iterable[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _clear_ways(tree: Tree) -> None:
    """Take away what was a file and has to be a folder now, or the other way round."""
    needed = {way for path in tree.writes for way in ways(path)}
    for path in tree.gone:
        if path in needed or any(way in tree.pieces for way in ways(path)):
            _drop(tree.folder, path)


def _drop(folder: Path, path: str) -> None:
    """Delete a file, and the folders that are empty then."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        (folder / path).unlink()
    for way in reversed(ways(path)):
        try:
            (folder / way).rmdir()
        except OSError:
            return
