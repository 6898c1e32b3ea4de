"""The store into a folder and back: whole or not at all, and never over what is newer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from publish.contract.catalogue import N_
from publish.operating import backup_files
from publish.operating.backup_files import Header
from publish.paywall import keys
from publish.paywall.ports import MOST_OPERATIONS, Delete, Item, Put, Store
from publish.trouble import Failure, WrongUsage

Listen: TypeAlias = Callable[[int, int], None]
"""Hears how many objects are done, of how many; 0 where that is not known."""
_PLACE = keys.RESTORING, keys.SELF
_AT_ONCE = 3_000_000


@dataclass(frozen=True)
class Restored:
    """What became of the objects of a backup, by their number.

    `before`: restored by a run that was killed; `there`: something stands in their place;
    `ended`: they have expired meanwhile.
    """

    header: Header
    before: int
    added: int
    there: int
    ended: int


# ---- out ------------------------------------------------------------------------------------


def backup(store: Store, folder: Path, now: datetime, listen: Listen) -> Header:
    """Write everything that is in the store into a folder, and read it again; return its header.

    Raises:
        StoreDown: the store does not answer.
        WrongUsage: the folder holds a backup, or other files.
        Failure: the folder cannot be written, or gives back something else.

    """
    with _writable(folder):
        backup_files.prepare(folder)
        parts = backup_files.write_parts(folder, _heard(store.everything(), listen))
        header = Header(store.name, now, parts)
        backup_files.check(folder, header)
        backup_files.write_header(folder, header)
    return header


def _heard(items: Iterable[Item], listen: Listen) -> Iterator[Item]:
    kept = (each for each in items if (each.partition, each.key) != _PLACE)
    for number, item in enumerate(kept, 1):
        listen(number, 0)
        yield item


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise Failure(
            N_('"{folder}" cannot be written: {cause}'),
            folder=folder,
            cause=cause.strerror or cause,
        ) from cause


# ---- in -------------------------------------------------------------------------------------


def checked(folder: Path) -> Header:
    """Return what a backup says of itself, once all of it was read and is whole.

    Raises:
        Failure: it is damaged, or was not finished.

    """
    header = backup_files.read_header(folder)
    backup_files.check(folder, header)
    return header


def begun(store: Store, header: Header, into_existing: bool) -> int:
    """Return how many objects of a backup were restored before a kill, 0 for a new beginning.

    Raises:
        StoreDown: the store does not answer.
        WrongUsage: the store holds something else, and nobody said that this is meant.

    """
    mark = store.get(*_PLACE)
    if mark and mark.value["backup"] == header.id:
        return int(mark.value["done"])
    if mark and not into_existing:
        raise WrongUsage(
            N_(
                "another restore into this store was not finished"
                " (run it again, or add --into-existing to add this one to it)"
            )
        )
    if not into_existing and next(store.everything(), None):
        raise WrongUsage(
            N_(
                "the store is not empty"
                " (add --into-existing to add what it does not have; nothing is overwritten)"
            )
        )
    return 0


def restore(
    folder: Path, store: Store, now: datetime, listen: Listen, *, into_existing: bool = False
) -> Restored:
    """Write what a backup holds into the store, where nothing is; a killed one goes on.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer; the same again goes on.
        WrongUsage: the store holds something else, and nobody said that this is meant.
        Failure: the backup is damaged, or was not finished; nothing was written.

    """
    header = checked(folder)
    before = done = begun(store, header, into_existing)
    added = ended = 0
    _mark(store, header, done)
    for batch in _batches(islice(backup_files.objects(folder, header), done, None)):
        living = [each for each in batch if each.expires is None or each.expires > now]
        added += store.load(living)
        done, ended = done + len(batch), ended + len(batch) - len(living)
        _mark(store, header, done)
        listen(done, header.items)
    store.write(Delete(*_PLACE))
    return Restored(header, before, added, done - before - added - ended, ended)


def _mark(store: Store, header: Header, done: int) -> None:
    """Remember in the store itself how far it is: another process may have to go on."""
    store.write(Put(*_PLACE, {"backup": header.id, "done": done}))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield as many objects as one write takes."""
    batch: list[Item] = []
    size = 0
    for item in items:
        weight = len(backup_files.line(item))
        if batch and (len(batch) == MOST_OPERATIONS or size + weight > _AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch
