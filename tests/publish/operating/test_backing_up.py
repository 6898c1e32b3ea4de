"""A backup is whole or it is none, and a restore writes what is missing and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.operating import backing_up, backup_files
from publish.operating.backing_up import backup, restore
from publish.paywall import keys
from publish.paywall.ports import Put, StoreDown
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from publish.trouble import Failure, WrongUsage
from tests.aws import Aws
from tests.conftest import ROOT
from tests.publish.paywall.house import START, MovableClock

SOON = START + timedelta(hours=1, microseconds=7)


def quiet(done: int, of: int) -> None:
    pass


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path: Path, clock: MovableClock) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "from.sqlite", clock=clock)
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path, clock: MovableClock) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "to.sqlite", clock=clock)
    yield made
    made.close()


def fill(store: Any, number: int = 230) -> None:
    for start in range(0, number, 100):
        store.write(
            *(
                Put(f"person#{n % 40:02}", f"grant#{n:03}", {"z": n, "a": "墨\u2028\n"})
                for n in range(start, min(start + 100, number))
            )
        )
    store.write(Put("person#00", "grant#000", {"twice": 0.1}))
    store.write(Put("session", "ends", {}, expires=SOON))


def contents(store: Any) -> dict[tuple[str, str], Any]:
    return {(each.partition, each.key): each for each in store.everything()}


def parts_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("part-*")}


# ---- round trips ------------------------------------------------------------------------------


def test_from_a_file_over_a_folder_into_a_table_and_back(
    store: SqliteStore, aws: Aws, tmp_path: Path, clock: MovableClock
) -> None:
    """Values, versions and ends survive, and the same objects are the same parts."""
    fill(store)
    first = backup(store, tmp_path / "first", START, quiet)
    table = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock)
    told = restore(tmp_path / "first", table, START, quiet)
    assert (told.before, told.added, told.there, told.ended) == (0, 231, 0, 0)
    assert contents(table) == contents(store)
    assert contents(table)["person#00", "grant#000"].version == 2
    second = backup(table, tmp_path / "second", START, quiet)
    assert parts_of(tmp_path / "second") == parts_of(tmp_path / "first")
    assert (first.store, second.store) == (store.name, table.name)
    assert first.parts == second.parts


def test_the_order_in_which_a_store_tells_does_not_matter(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table tells in an order of its own; the same objects are the same parts."""
    fill(store, 60)
    backup(store, tmp_path / "b", START, quiet)
    told = list(store.everything())
    monkeypatch.setattr(store, "everything", lambda: reversed(told))
    backup(store, tmp_path / "reversed", START, quiet)
    assert parts_of(tmp_path / "reversed") == parts_of(tmp_path / "b")


def test_an_empty_store_is_a_backup_too(
    store: SqliteStore, other: SqliteStore, tmp_path: Path
) -> None:
    """Nothing, told to be nothing."""
    assert backup(store, tmp_path / "b", START, quiet).items == 0
    assert restore(tmp_path / "b", other, START, quiet).added == 0
    assert contents(other) == {}


def test_objects_as_large_as_can_be_travel(
    store: SqliteStore, aws: Aws, tmp_path: Path, clock: MovableClock
) -> None:
    """A write into a table holds four megabytes at most, so fewer go at once."""
    for number in range(12):
        store.write(Put("large", str(number), {"text": "x" * 390_000}))
    backup(store, tmp_path / "b", START, quiet)
    table = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock)
    assert restore(tmp_path / "b", table, START, quiet).added == 12
    assert contents(table) == contents(store)


def test_nobody_else_may_look(store: SqliteStore, tmp_path: Path) -> None:
    """It holds addresses and secrets, whatever the folder's rights were."""
    folder = tmp_path / "b"
    folder.mkdir(mode=0o755)
    fill(store, 3)
    backup(store, folder, START, quiet)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == backup_files.PARTS + 1


def test_what_ended_before_a_backup_or_after_it_does_not_come_back(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, clock: MovableClock
) -> None:
    """Expiry is kept: an object that has ended is absent."""
    fill(store, 2)
    backup(store, tmp_path / "b", START, quiet)
    clock.move(hours=2)
    assert backup(store, tmp_path / "later", clock(), quiet).items == 2
    told = restore(tmp_path / "b", other, clock(), quiet)
    assert (told.added, told.ended) == (2, 1)


def test_progress_is_told(store: SqliteStore, other: SqliteStore, tmp_path: Path) -> None:
    """Each object out, each batch in, and how many there are where that is known."""
    fill(store)
    heard: list[tuple[int, int]] = []
    backup(store, tmp_path / "b", START, lambda *told: heard.append(told))
    assert heard == [(number, 0) for number in range(1, 232)]
    heard.clear()
    restore(tmp_path / "b", other, START, lambda *told: heard.append(told))
    assert heard == [(100, 231), (200, 231), (231, 231)]


# ---- what is no backup ------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_left_alone(store: SqliteStore, tmp_path: Path) -> None:
    """Neither another backup nor anybody's files are overwritten."""
    folder = tmp_path / "b"
    backup(store, folder, START, quiet)
    with pytest.raises(WrongUsage, match="holds a backup already"):
        backup(store, folder, START, quiet)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    with pytest.raises(WrongUsage, match="holds other files"):
        backup(store, tmp_path / "photos", START, quiet)
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="cannot be written"):
        backup(store, tmp_path / "file", START, quiet)


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def largest(folder: Path) -> Path:
    return max(folder.glob("part-*"), key=lambda path: path.stat().st_size)


def header_with(folder: Path, **more: Any) -> None:
    told = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps({**told, **more}))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: flip(largest(folder)), "is damaged or missing"),
        (lambda folder: largest(folder).unlink(), "is damaged or missing"),
        (lambda folder: largest(folder).write_bytes(b""), "is damaged or missing"),
        (lambda folder: os.truncate(largest(folder), 100), "is damaged or missing"),
        (lambda folder: (folder / "backup.json").unlink(), "holds no backup"),
        (lambda folder: os.truncate(folder / "backup.json", 90), "is damaged or missing"),
        (lambda folder: (folder / "backup.json").write_text("[]"), "is damaged or missing"),
        (lambda folder: header_with(folder, parts=[]), "is damaged or missing"),
        (lambda folder: header_with(folder, items=1), "is damaged or missing"),
        (lambda folder: header_with(folder, format=2), 'has format "2", not 1'),
    ],
)
def test_a_damaged_backup_writes_nothing(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, harm: Any, said: str
) -> None:
    """All of it is read and compared before the first object is written."""
    fill(store)
    backup(store, tmp_path / "b", START, quiet)
    harm(tmp_path / "b")
    with pytest.raises(Failure, match=said):
        restore(tmp_path / "b", other, START, quiet)
    assert contents(other) == {}


ENDS = '"version":1,"expires":'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f'{{"partition":"z","key":"k","value":{{}},{ENDS}"2026-11-22T00:00:00"}}', "no zone"),
        (f'{{"partition":"a","key":"k","value":{{}},{ENDS}null}}', "out of order"),
        (f'{{"partition":"z","key":"k","value":{"[" * 9999}{"]" * 9999},{ENDS}null}}', "deep"),
        ('{"partition":"z","key":"k","value":{},"version":1e30,"expires":null}', "no version"),
        (f'{{"partition":"z","key":"k","value":{{}},"version":{2**63},"expires":null}}', "large"),
    ],
)
def test_a_backup_that_somebody_made_up_writes_nothing(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, line: str, told: str
) -> None:
    """Its hashes are right, what is in it was never written by a backup."""
    fill(store)
    backup(store, tmp_path / "b", START, quiet)
    part = largest(tmp_path / "b")
    part.write_bytes(part.read_bytes() + line.encode() + b"\n")
    known = json.loads((tmp_path / "b" / "backup.json").read_text())
    for each in known["parts"]:
        if each["name"] == part.name:
            each |= {"items": each["items"] + 1, "bytes": part.stat().st_size}
            each["sha256"] = hashlib.sha256(part.read_bytes()).hexdigest()
    header_with(tmp_path / "b", parts=known["parts"], items=known["items"] + 1)
    with pytest.raises(Failure, match="is damaged or missing"):
        restore(tmp_path / "b", other, START, quiet)
    assert contents(other) == {}


def test_a_disk_that_gives_back_something_else_makes_no_backup(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is read again before the header makes it a backup."""
    fill(store)
    write = backup_files.write_parts

    def badly(folder: Path, items: Any) -> Any:
        made = write(folder, items)
        flip(largest(folder))
        return made

    monkeypatch.setattr(backup_files, "write_parts", badly)
    with pytest.raises(Failure, match="is damaged"):
        backup(store, tmp_path / "b", START, quiet)
    assert not (tmp_path / "b" / "backup.json").exists()


# ---- kills ------------------------------------------------------------------------------------

CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from publish.operating import backing_up
from publish.paywall.stores.sqlite import SqliteStore

what, folder, file, left, now = sys.argv[1:]
left, now = int(left), datetime.fromisoformat(now)

def die(*told):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

store = SqliteStore(file, clock=lambda: now)
if what == "backup":
    fsync = os.fsync
    os.fsync = lambda handle: (die(), fsync(handle))
    backing_up.backup(store, Path(folder), now, lambda *told: None)
else:
    backing_up.restore(Path(folder), store, now, die)
print("whole")
"""


def killed(what: str, folder: Path, store: SqliteStore, left: int) -> bool:
    """Do it in a process that kills itself after so many steps; tell whether it came to that."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, folder, store.path, str(left), START.isoformat()],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("left", [0, 9, pytest.param(15, id="last part"), 16, 17])
def test_a_killed_backup_is_none_and_the_next_one_clears_it(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, left: int
) -> None:
    """Parts without a header are no backup; the header comes when all are on the disk."""
    fill(store, 50)
    folder = tmp_path / "b"
    assert killed("backup", folder, store, left)
    if not (folder / "backup.json").exists():
        with pytest.raises(Failure, match="not finished"):
            restore(folder, other, START, quiet)
        assert contents(other) == {}
        backup(store, folder, START, quiet)
    assert restore(folder, other, START, quiet).added == 51
    assert contents(other) == contents(store)


@pytest.mark.long
@pytest.mark.parametrize("left", range(18))
def test_wherever_a_backup_is_killed(store: SqliteStore, tmp_path: Path, left: int) -> None:
    """At each of its writes to the disk: no backup, or a whole one."""
    fill(store, 50)
    assert killed("backup", tmp_path / "b", store, left)
    if (tmp_path / "b" / "backup.json").exists():
        assert backing_up.checked(tmp_path / "b").items == 51
    else:
        assert backup(store, tmp_path / "b", START, quiet).items == 51
    assert left < 17 or (tmp_path / "b" / "backup.json").exists()


@pytest.mark.long
@pytest.mark.parametrize("left", range(9))
def test_wherever_a_restore_is_killed(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, left: int
) -> None:
    """After each batch, and again in the next run: the same end."""
    fill(store, 900)
    backup(store, tmp_path / "b", START, quiet)
    assert killed("restore", tmp_path / "b", other, left)
    killed("restore", tmp_path / "b", other, 0)
    restore(tmp_path / "b", other, START, quiet)
    assert contents(other) == contents(store)


@pytest.mark.parametrize("left", [0, 1])
def test_a_killed_restore_goes_on(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, left: int
) -> None:
    """The same again needs no option, adds what is missing, and ends with nothing of itself."""
    fill(store)
    backup(store, tmp_path / "b", START, quiet)
    assert killed("restore", tmp_path / "b", other, left)
    assert keys.RESTORING in {name for name, _ in contents(other)}
    told = restore(tmp_path / "b", other, START, quiet)
    assert (told.before, told.before + told.added, told.there) == (100 * (left + 1), 231, 0)
    assert contents(other) == contents(store)


def test_a_store_that_falls_silent_between_write_and_mark_loses_nothing(
    store: SqliteStore, other: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written although nobody noted it is found to be there."""
    fill(store)
    backup(store, tmp_path / "b", START, quiet)
    load = other.load

    def lost(items: Any) -> int:
        load(items)
        raise StoreDown("gone")

    with monkeypatch.context() as patch:
        patch.setattr(other, "load", lost)
        with pytest.raises(StoreDown):
            restore(tmp_path / "b", other, START, quiet)
    told = restore(tmp_path / "b", other, START, quiet)
    assert (told.before, told.added, told.there) == (0, 131, 100)
    assert contents(other) == contents(store)


# ---- into what is there -----------------------------------------------------------------------


def test_a_store_that_holds_something_is_left_alone_unless_that_is_meant(
    store: SqliteStore, other: SqliteStore, tmp_path: Path
) -> None:
    """With the option only what is absent is added; what is newer stays."""
    fill(store)
    backup(store, tmp_path / "b", START, quiet)
    other.write(Put("person#00", "grant#000", {"newer": True}), Put("person#99", "self", {}))
    before = contents(other)
    with pytest.raises(WrongUsage, match="--into-existing"):
        restore(tmp_path / "b", other, START, quiet)
    assert contents(other) == before
    told = restore(tmp_path / "b", other, START, quiet, into_existing=True)
    assert (told.added, told.there) == (230, 1)
    assert contents(other) == contents(store) | before


def test_a_restore_of_another_backup_that_was_killed_is_told(
    store: SqliteStore, other: SqliteStore, tmp_path: Path
) -> None:
    """Two halves of two backups are no store."""
    fill(store)
    backup(store, tmp_path / "one", START, quiet)
    backup(store, tmp_path / "two", START + timedelta(days=1), quiet)
    assert killed("restore", tmp_path / "one", other, 0)
    with pytest.raises(WrongUsage, match="another restore"):
        restore(tmp_path / "two", other, START, quiet)
    told = restore(tmp_path / "two", other, START, quiet, into_existing=True)
    assert (told.added, told.there) == (131, 100)


def test_a_backup_says_nothing_of_a_restore_that_runs(store: SqliteStore, tmp_path: Path) -> None:
    """How far a restore is belongs to that store alone."""
    fill(store, 3)
    before = backup(store, tmp_path / "one", START, quiet)
    store.write(Put(keys.RESTORING, keys.SELF, {"backup": "x", "done": 1}))
    assert backup(store, tmp_path / "two", START, quiet).parts == before.parts
    assert backing_up.checked(tmp_path / "two").items == 4
