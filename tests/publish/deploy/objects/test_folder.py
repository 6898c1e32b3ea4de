"""A folder for objects: whole or not there, whatever happens in the middle."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
from pathlib import Path

import pytest

from publish.deploy.objects import disk
from publish.deploy.objects.folder import FolderObjects
from publish.deploy.ports import Changed, Refused, Unreachable
from tests.publish.deploy.worlds import sent

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def objects(tmp_path) -> FolderObjects:
    return FolderObjects(tmp_path / "objects")


def files(objects: FolderObjects) -> list[str]:
    return sorted(
        str(each.relative_to(objects.folder))
        for each in objects.folder.rglob("*")
        if each.is_file()
    )


def forked(deed, *arguments) -> int:
    process = FORK.Process(target=deed, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


def test_reading_makes_no_folder(objects):
    assert list(objects.list("")) == []
    objects.delete(["a"])
    assert not objects.folder.exists()


def test_objects_lie_under_their_keys_where_any_server_finds_them(objects):
    objects.put(sent("文章/index.html", b"hello"))
    assert (objects.folder / "文章/index.html").read_bytes() == b"hello"


def test_what_is_its_own_is_no_object(objects):
    objects.put(sent("a"))
    assert [each.key for each in objects.list("")] == ["a"]
    assert list(objects.folders("")) == []
    for call in (
        objects.get,
        lambda key: objects.put(sent(key)),
        lambda key: objects.delete([key]),
    ):
        with pytest.raises(Refused):
            call(".inkstead/lock")


def test_headers_go_with_their_object(objects):
    objects.put(sent("a/b", b"1"))
    objects.put(sent("a/b", b"2"))
    assert len(files(objects)) == 3
    objects.delete(["a/b"])
    assert files(objects) == [".inkstead/lock"]
    assert not (objects.folder / "a").exists()


def test_a_file_that_somebody_put_there_is_an_object_without_headers(objects):
    objects.put(sent("a"))
    (objects.folder / "b.txt").write_bytes(b"by hand")
    found = objects.get("b.txt")
    assert (found.body, found.type, found.cache) == (b"by hand", "", "")
    assert [each.key for each in objects.list("")] == ["a", "b.txt"]


@pytest.mark.parametrize(("body", "cache"), [(b"new", "new"), (b"old", "new"), (b"new", "old")])
def test_a_kill_at_any_step_leaves_an_object_with_its_own_headers(tmp_path, body, cache):
    """Every step of a write, before and after it; the same again finishes."""
    wanted = (body, "text/html", cache)
    for step in range(20):
        objects = FolderObjects(tmp_path / str(step))
        objects.put(sent("page", b"old", type="text/html", cache="old"))
        code = forked(killed_at, objects, step, sent("page", body, type="text/html", cache=cache))
        found = objects.get("page")
        assert (found.body, found.type, found.cache) in (wanted, (b"old", "text/html", "old"))
        objects.put(sent("page", body, type="text/html", cache=cache))
        found = objects.get("page")
        assert (found.body, found.type, found.cache) == wanted
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert code == 0
    assert step > 4


def killed_at(objects: FolderObjects, step: int, what) -> None:
    steps = 0

    def deadly(call):
        def wrapped(*arguments, **named):
            nonlocal steps
            for deed in (lambda: None, lambda: call(*arguments, **named)):
                done = deed()
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                steps += 1
            return done

        return wrapped

    Path.replace = deadly(Path.replace)
    Path.unlink = deadly(Path.unlink)
    objects.put(what)


def test_a_full_disk_is_told_and_what_stood_there_stands(objects):
    objects.put(sent("page", b"before"))
    assert forked(fill, objects) == 0
    assert objects.get("page").body == b"before"
    assert [name for name in files(objects) if "partial" in name] == []
    objects.put(sent("page", b"x" * 100_000))
    assert len(objects.get("page").body) == 100_000


def fill(objects: FolderObjects) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    with pytest.raises(Refused, match=r"no room left.*free some space") as told:
        objects.put(sent("page", b"x" * 100_000))
    assert told.value.code == "EFBIG"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, Refused),
        (errno.EROFS, Refused),
        (errno.EACCES, Refused),
        (errno.EIO, Unreachable),
    ],
)
def test_what_a_disk_says_is_told_by_its_kind(objects, monkeypatch, number, kind):
    def fails(source, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(disk, "replace", fails)
    with pytest.raises(kind):
        objects.put(sent("page"))


def test_no_object_stands_below_another(objects):
    objects.put(sent("about"))
    with pytest.raises(Refused):
        objects.put(sent("about/index.html"))
    objects.put(sent("posts/index.html"))
    with pytest.raises(Refused):
        objects.put(sent("posts"))


def test_of_many_processes_exactly_one_takes_the_lock(objects):
    processes = [FORK.Process(target=take, args=(objects, number)) for number in range(6)]
    for each in processes:
        each.start()
    for each in processes:
        each.join(60)
    assert sorted(each.exitcode for each in processes) == [0, 1, 1, 1, 1, 1]


def take(objects: FolderObjects, number: int) -> None:
    try:
        objects.put_if(sent("lock", b"%d" % number), "")
    except Changed:
        os._exit(1)
    os._exit(0)
