"""A backup in a folder: every object of the store, one a line, and a header that vouches for them.

    part-00.jsonl …  sixteen parts by the hash of the partition, each in order: the same objects
                     are the same bytes, whichever store they come from
    backup.json      written last, with the number of lines and the SHA-256 of each part

A folder without a header is no backup, whatever lies in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from publish.contract.catalogue import N_
from publish.paywall import keys
from publish.paywall.ports import Item
from publish.paywall.stores import rules
from publish.trouble import Failure, WrongUsage

FORMAT = 1
HEADER = "backup.json"
PARTS = 16
_LARGEST = 2**63 - 1
_UNSORTED = ".unsorted"
_NEW = ".new"
_PART_NAMES = tuple(f"part-{number:02}.jsonl" for number in range(PARTS))
_OURS = frozenset(
    [HEADER + _NEW, *_PART_NAMES, *(name + _UNSORTED for name in _PART_NAMES)]
)  # what a backup that was killed leaves


@dataclass(frozen=True)
class Part:
    """One file of a backup, and what must be found in it."""

    name: str
    items: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Header:
    """What a backup says of itself: which store, when it was begun, its parts."""

    store: str
    at: datetime
    parts: tuple[Part, ...]

    @property
    def items(self) -> int:
        """Return how many objects it holds."""
        return sum(each.items for each in self.parts)

    @property
    def id(self) -> str:
        """Return what tells this backup from every other."""
        return hashlib.sha256(_header_text(self).encode()).hexdigest()


# ---- writing --------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Make the folder of a backup, for nobody else's eyes, and clear what a killed one left.

    Raises:
        WrongUsage: it holds a backup, or other files.

    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = {each.name for each in folder.iterdir()}
    if HEADER in names:
        raise WrongUsage(N_('"{folder}" holds a backup already (name a new folder)'), folder=folder)
    if names - _OURS:
        raise WrongUsage(
            N_('"{folder}" holds other files (name a new or an empty folder)'), folder=folder
        )
    folder.chmod(0o700)
    for name in names:
        (folder / name).unlink()


def write_parts(folder: Path, items: Iterable[Item]) -> tuple[Part, ...]:
    """Write objects into parts: first as they come, then part by part in order."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(_opened(folder / (n + _UNSORTED))) for n in _PART_NAMES]
        for item in items:
            files[_part_of(item)].write(line(item))
    return tuple(_sort(folder, name) for name in _PART_NAMES)


def write_header(folder: Path, header: Header) -> None:
    """Make it a backup: the header is there whole, or not at all."""
    with _opened(folder / (HEADER + _NEW)) as file:
        file.write(_header_text(header).encode())
        _to_disk(file)
    (folder / (HEADER + _NEW)).replace(folder / HEADER)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part_of(item: Item) -> int:
    return hashlib.sha256(item.partition.encode()).digest()[0] % PARTS


def _sort(folder: Path, name: str) -> Part:
    unsorted = folder / (name + _UNSORTED)
    lines = unsorted.read_bytes().splitlines(keepends=True)
    lines.sort(key=_place)
    digest = hashlib.sha256()
    with _opened(folder / name) as file:
        for line in lines:
            digest.update(line)
            file.write(line)
        _to_disk(file)
        size = file.tell()
    unsorted.unlink()
    return Part(name, len(lines), size, digest.hexdigest())


def _place(line: bytes) -> tuple[str, str]:
    told = json.loads(line)
    return told["partition"], told["key"]


def _opened(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def line(item: Item) -> bytes:
    """Return an object as a line."""
    told = {
        "partition": item.partition,
        "key": item.key,
        "value": item.value,
        "version": item.version,
        "expires": keys.stamp(item.expires) if item.expires else None,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _header_text(header: Header) -> str:
    told = {
        "inkstead": "backup",
        "format": FORMAT,
        "store": header.store,
        "at": keys.stamp(header.at),
        "items": header.items,
        "parts": [dataclasses.asdict(each) for each in header.parts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


# ---- reading --------------------------------------------------------------------------------


def read_header(folder: Path) -> Header:
    """Return what a backup says of itself.

    Raises:
        Failure: there is none, it was not finished, it is broken, or of another version.

    """
    try:
        told = json.loads((folder / HEADER).read_bytes())
    except FileNotFoundError as cause:
        raise Failure(
            N_('"{folder}" holds no backup, or one that was not finished (make another)'),
            folder=folder,
        ) from cause
    except (ValueError, RecursionError) as cause:
        raise damaged(folder / HEADER) from cause
    if isinstance(told, dict) and told.get("format", FORMAT) != FORMAT:
        raise Failure(
            N_('"{file}" has format "{format}", not {known} (use the Inkstead that made it)'),
            file=folder / HEADER,
            format=told["format"],
            known=FORMAT,
        )
    try:
        return _header(told)
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise damaged(folder / HEADER) from cause


_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def check(folder: Path, header: Header) -> None:
    """Read every part again and compare it with the header.

    Raises:
        Failure: a part is missing or is not what was written.

    """
    for part in header.parts:
        try:
            seen = _seen(folder / part.name)
        except _DAMAGED as cause:
            raise damaged(folder / part.name) from cause
        if seen != part:
            raise damaged(folder / part.name)


def objects(folder: Path, header: Header) -> Iterator[Item]:
    """Yield every object, always in the same order."""
    for part in header.parts:
        with (folder / part.name).open("rb") as file:
            yield from map(_item, file)


def damaged(file: Path) -> Failure:
    """Return what to raise for a file that is not what was written."""
    return Failure(
        N_('"{file}" is damaged or missing (take another copy of the backup)'), file=file
    )


def _header(told: dict[str, Any]) -> Header:
    parts = tuple(Part(**each) for each in told["parts"])
    header = Header(str(told["store"]), keys.when(told["at"]), parts)
    named = tuple(each.name for each in parts)
    if told["inkstead"] != "backup" or told["items"] != header.items or named != _PART_NAMES:
        raise ValueError("is no header")
    return header


def _seen(path: Path) -> Part:
    digest, count, size = hashlib.sha256(), 0, 0
    before = ("", "")
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            item = _item(line)
            rules.loadable([item])
            if (item.partition, item.key) <= before:  # one written twice, or none of ours
                raise ValueError("out of order")
            before = item.partition, item.key
            count, size = count + 1, size + len(line)
    return Part(path.name, count, size, digest.hexdigest())


def _item(line: bytes) -> Item:
    told = json.loads(line)
    expires = keys.when(told["expires"]) if told["expires"] else None
    if expires and not expires.tzinfo:
        raise ValueError("a time without its zone")
    return Item(told["partition"], told["key"], told["value"], _version(told["version"]), expires)


def _version(told: object) -> int:
    if type(told) is not int or told > _LARGEST:
        raise ValueError("is no version")
    return told
