"""What only the store in a file does: processes, crashes, schemas, disks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publish.paywall.ports import Conflict, Put, StoreDown
from publish.paywall.stores import sqlite
from publish.paywall.stores.sqlite import SCHEMA, LaterSchema, SqliteStore
from tests.conftest import ROOT
from tests.publish.paywall.house import START, MovableClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(path: Path, clock: MovableClock) -> Iterator[SqliteStore]:
    made = SqliteStore(path, clock=clock)
    yield made
    made.close()


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start another process that has the store's names at hand."""
    head = (
        "import os, sys\n"
        "from publish.paywall.ports import *\n"
        "from publish.paywall.stores.sqlite import SqliteStore\n"
        "store = SqliteStore(sys.argv[1])\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + code, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out


def ended_by_us(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_it_is_durable_and_private(store: SqliteStore, path: Path) -> None:
    """Writes wait for the disk, readers never wait for writers, nobody else may read the file."""
    with store._borrowed() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.write(Put("a", "b", {}))
    for file in path.parent.glob("store.sqlite*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_what_was_written_is_there_after_closing(path: Path) -> None:
    """A closed file opened again holds the same."""
    first = SqliteStore(path)
    first.write(Put("a", "b", {"n": 1}))
    first.close()
    with pytest.raises(StoreDown):
        first.get("a", "b")
    second = SqliteStore(path)
    item = second.get("a", "b")
    second.close()
    assert item is not None
    assert item.value == {"n": 1}


def test_folders_are_made(tmp_path: Path) -> None:
    """The file may lie in a folder that is not there yet."""
    store = SqliteStore(tmp_path / "not" / "there" / "store.sqlite")
    store.close()
    assert store.name == f"sqlite:{tmp_path}/not/there/store.sqlite"


def test_a_later_schema_is_refused(path: Path) -> None:
    """A file of a later program is left alone, and the message says what to do."""
    SqliteStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (SCHEMA + 1,))
    connection.close()
    with pytest.raises(LaterSchema, match=f"has schema {SCHEMA + 1}, this program knows {SCHEMA}"):
        SqliteStore(path)


def test_a_broken_file_is_no_answer(tmp_path: Path) -> None:
    """What is no database, and what is no file, cannot be a store."""
    (tmp_path / "text").write_text("this is a letter, not a database\n" * 50)
    with pytest.raises(StoreDown):
        SqliteStore(tmp_path / "text")
    with pytest.raises(StoreDown):
        SqliteStore(tmp_path)
    with pytest.raises(StoreDown):
        SqliteStore(tmp_path / "text" / "below")


def test_a_locked_file_is_no_answer(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits too long for another writer hears that the store is down; reads go on."""
    store.write(Put("a", "b", {"n": 1}))
    store.close()
    monkeypatch.setattr(sqlite, "_WAIT_SECONDS", 0.01)
    waiting = SqliteStore(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreDown, match="locked"):
        waiting.write(Put("a", "b", {"n": 2}))
    item = waiting.get("a", "b")
    assert item is not None
    assert item.value == {"n": 1}
    other.execute("ROLLBACK")
    other.close()
    waiting.write(Put("a", "b", {"n": 2}))
    waiting.close()


def test_a_full_disk_is_no_answer_and_loses_nothing(store: SqliteStore) -> None:
    """A write that does not fit is not there, and what was there stays."""
    store.write(Put("a", "kept", {"n": 1}))
    with store._borrowed() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StoreDown, match="full"):
        store.write(Put("a", "small", {}), Put("a", "large", {"text": "x" * 300_000}))
    assert [item.key for item in store.query("a")] == ["kept"]


def test_threads_that_come_and_go_share_connections(store: SqliteStore) -> None:
    """A server with a thread for each request does not open the file for each."""
    for number in range(20):
        thread = threading.Thread(target=store.write, args=(Put("a", str(number), {}),))
        thread.start()
        thread.join()
    assert len(store._idle) == 1
    assert len(store.query("a")) == 20


def test_a_conflict_does_not_keep_the_file_locked(store: SqliteStore, path: Path) -> None:
    """After a conflict others write at once."""
    with pytest.raises(Conflict):
        store.write(Put("a", "b", {}, 7))
    other = SqliteStore(path)
    other.write(Put("a", "b", {}))
    other.close()


def test_what_expired_long_ago_is_swept_out(
    store: SqliteStore, path: Path, clock: MovableClock
) -> None:
    """The file does not grow with what ended: a day later it goes as others are written."""
    for number in range(30):
        store.write(Put("old", str(number), {}, expires=START + timedelta(minutes=1)))
    store.write(Put("kept", "a", {}), Put("kept", "b", {}, expires=START + timedelta(days=9)))
    clock.move(days=2)
    for number in range(sqlite._SWEEP_EVERY):
        store.write(Put("new", str(number), {}))
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT partition, count(*) FROM items GROUP BY 1").fetchall()
    connection.close()
    assert dict(rows) == {"kept": 2, "new": sqlite._SWEEP_EVERY}


# ---- processes --------------------------------------------------------------------------------


def test_processes_that_start_at_once_all_come_up(path: Path) -> None:
    """Making the file is safe when several do it, and each sees what the others wrote."""
    processes = [
        child("store.write(Put('a', sys.argv[2], {}, ABSENT))", str(path), str(n)) for n in range(6)
    ]
    for process in processes:
        ended(process)
    store = SqliteStore(path)
    assert [item.key for item in store.query("a")] == list("012345")
    store.close()


def test_processes_do_not_lose_each_others_increments(path: Path) -> None:
    """Three processes count the same object 40 times each; the sum is 120."""
    code = """
for _ in range(40):
    while True:
        item = store.get('a', 'n')
        try:
            n = item.value['n'] + 1 if item else 1
            store.write(Put('a', 'n', {'n': n}, item.version if item else ABSENT))
            break
        except Conflict:
            pass
"""
    for process in [child(code, str(path)) for _ in range(3)]:
        ended(process)
    store = SqliteStore(path)
    item = store.get("a", "n")
    store.close()
    assert item is not None
    assert (item.value, item.version) == ({"n": 120}, 120)


def test_a_forked_process_opens_the_file_anew(path: Path) -> None:
    """A server that forks its workers does not share connections between them."""
    code = """
import os
store.write(Put('a', 'parent', {}))
pid = os.fork()
if pid == 0:
    inherited = store._idle
    store.write(Put('a', 'child', {}))
    os._exit(0 if store._idle is not inherited and store._inherited is inherited else 1)
_, status = os.waitpid(pid, 0)
store.write(Put('a', 'parent again', {}))
print(status, [item.key for item in store.query('a')])
"""
    assert ended(child(code, str(path))) == "0 ['child', 'parent', 'parent again']\n"


_WRITES_TENS = """
import itertools
start = int(sys.argv[2])
for number in itertools.count(start):
    store.write(*(Put(f'p{each}', 'self', {'n': number, 'fill': 'x' * 3000}) for each in range(10)))
    print(number, flush=True)
"""


def killed_in_the_middle(path: Path, rounds: int) -> None:
    """Kill a writer again and again; whole writes are there, and all that it told of."""
    told = 0
    for round_ in range(rounds):
        process = child(_WRITES_TENS, str(path), str(told + 1))
        assert process.stdout is not None
        for _ in range(1 + 7 * round_ % 11):
            told = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        # Not communicate(): it passes over what readline() has read ahead.
        rest = process.stdout.read()
        ended_by_us(process)
        told = max([told, *(int(line) for line in rest.splitlines())])
        store = SqliteStore(path)
        found = {store.query(f"p{each}")[0].value["n"] for each in range(10)}
        store.close()
        assert len(found) == 1, "half of a write is there"
        assert found <= {told, told + 1}, "a write that was told of is lost"


def test_a_killed_process_leaves_whole_writes(path: Path) -> None:
    """Whenever a writer is killed, all of a write is there or nothing, and nothing done is lost."""
    killed_in_the_middle(path, 4)


@pytest.mark.long
def test_a_process_killed_often_leaves_whole_writes(path: Path) -> None:
    """The same, killed sixty times."""
    killed_in_the_middle(path, 60)


def test_an_integrity_check_passes_after_a_kill(path: Path) -> None:
    """The file itself is sound after a writer was killed."""
    killed_in_the_middle(path, 1)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
