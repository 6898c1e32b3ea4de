"""Whenever a build fails, is killed, or runs beside another, the last good generation is whole."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.house import (
    Living,
    engine,
    environment,
    files_of,
    generation,
    post,
    product,
    request,
    site,
    whole,
    write,
)
from tests.gate.garden import picture

# Ends the process at a moment that KILL_AT names: when it is about to change something in KILL_IN.
KILLER = """\
import os
import signal
import sys

PLACE, AT, LOG = os.environ["KILL_IN"], int(os.environ["KILL_AT"]), os.environ["KILL_LOG"]
CHANGES = {"os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "os.truncate"}
count = 0

def hook(event, arguments):
    global count
    if event == "open":
        changes = arguments[2] & (os.O_WRONLY | os.O_RDWR)
    else:
        changes = event in CHANGES or event == "sqlite3.connect"
    if changes and PLACE in str(arguments[0]):
        count += 1
        if count == AT:
            with open(LOG, "w") as log:
                log.write(f"{event} {arguments[0]}")
            os.kill(os.getpid(), signal.SIGKILL)
        if not AT:
            with open(LOG, "a") as log:
                log.write(f"{event} {arguments[0]}\\n")

sys.addaudithook(hook)
"""


def folder(place: Path, word: str) -> Path:
    return write(
        place,
        {
            "site.toml": site(),
            "products/membership.md": product("membership", "[paid]"),
            "posts/a.md": post(f"Text {word}. ![p](p.png)", title=f"A {word}", date="2026-01-01"),
            "posts/b.md": post(
                f"Open {word}.\n\n<!-- paywall -->\n\nClosed {word}. ![q](q.png)",
                title=f"B {word}",
                access="paid",
                date="2026-01-02",
            ),
            "posts/p.png": picture(f"p{word}"),
            "posts/q.png": picture(f"q{word}"),
            "static/robots2.txt": word,
        },
    )


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory):
    """Return a folder with an old generation, and what the new one of its content will be."""
    place = tmp_path_factory.mktemp("two")
    old, new = folder(place / "old", "one"), folder(place / "new", "two")
    assert engine(old, place / "out").ok
    assert engine(new, place / "fresh").ok
    (place / "killer").mkdir()
    write(place / "killer", {"sitecustomize.py": KILLER})
    return place, generation(place / "out"), generation(place / "fresh")


def kill(two, place: Path, at: int) -> tuple[Path, str, int]:
    """Build the new content over the old generation and end it at a moment."""
    base, *_ = two
    output = place / f"out{at}"
    shutil.copytree(base / "out", output, symlinks=True)
    log = place / f"log{at}"
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "plugins.engine"],
        input=request(base / "new", output) + "\n",
        env=environment(
            (base / "killer",), KILL_IN=str(output), KILL_AT=str(at), KILL_LOG=str(log)
        ),
        text=True,
        capture_output=True,
        timeout=120,
    )
    return output, log.read_text("utf-8"), ran.returncode


def check(two, output: Path, said: str) -> None:
    base, old, new = two
    assert generation(output) in (old, new), said
    assert whole(output), said
    assert files_of(output / "public"), said
    assert engine(base / "new", output).ok, said
    assert generation(output) == new, said
    kept = [each.name for each in (output / ".generations").iterdir() if each.is_dir()]
    assert len(kept) == 1, said


def moments(two, place: Path) -> list[str]:
    output, log, code = kill(two, place, 0)
    assert code == 0
    assert generation(output) == two[2]
    return log.splitlines()


def test_a_build_that_is_killed_leaves_a_whole_generation(two, tmp_path):
    found = moments(two, tmp_path)
    assert len(found) > 40
    renames = [n for n, line in enumerate(found, 1) if line.startswith("os.rename")]
    link = next(n for n in renames if found[n - 1].endswith("/.current.new"))
    assert renames[0] < link
    for at in (len(found) // 2, link):
        output, said, code = kill(two, tmp_path, at)
        assert code == -signal.SIGKILL
        check(two, output, said)


@pytest.mark.long
def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_generation(two, tmp_path):
    for at in range(1, len(moments(two, tmp_path)) + 1):
        output, said, code = kill(two, tmp_path, at)
        assert code == -signal.SIGKILL
        check(two, output, said)
        shutil.rmtree(output)


@pytest.mark.long
def test_a_build_that_is_killed_after_any_event_leaves_a_whole_generation(two, tmp_path):
    base, *_ = two
    total = len(engine(base / "new", tmp_path / "count").events)
    for after in range(1, total):
        output = tmp_path / f"out{after}"
        shutil.copytree(base / "out", output, symlinks=True)
        with Living() as process:
            process.process.stdin.write(request(base / "new", output) + "\n")
            process.process.stdin.flush()
            said = [json.loads(process.process.stdout.readline()) for _ in range(after)]
            process.process.kill()
        check(two, output, str(said[-1]))
        shutil.rmtree(output)


@pytest.mark.parametrize(
    "harm",
    [
        {"posts/a.md": post("Text.", title="A", acess="paid")},
        {"site.toml": 'title = "Ground\n'},
        {"theme/templates/post.html": "{{ nothing_of_this_name.at_all }}"},
        {"theme/templates/post.html": "{% if %}"},
        {"posts/p.png": b"no picture"},
        {"posts/c.md": post("Text.", slug="a")},
        {"posts/c.md": b"\xff\xfe\x00G"},
    ],
)
def test_a_build_that_fails_leaves_the_bytes_as_they_were(two, tmp_path, harm):
    base, old, _ = two
    shutil.copytree(base / "out", tmp_path / "out", symlinks=True)
    shutil.copytree(base / "new", tmp_path / "content")
    ran = engine(write(tmp_path / "content", harm), tmp_path / "out")
    assert not ran.ok
    assert ran.errors
    assert "Traceback" not in ran.err
    assert generation(tmp_path / "out") == old
    assert whole(tmp_path / "out")


def test_two_builds_at_once_give_one_of_the_two(two, tmp_path):
    base, old, new = two
    output = tmp_path / "out"
    with Living() as one, Living() as other:
        for _ in range(4):
            with ThreadPoolExecutor() as pool:
                asked = [
                    pool.submit(process.ask, request(base / content, output))
                    for process, content in ((one, "old"), (other, "new"))
                ]
            assert [each.result().ok for each in asked] == [True, True]
            assert generation(output) in (old, new)
            assert whole(output)
        said = one.close().err + other.close().err
    assert "another build is running" in said


def test_a_reader_of_manifest_and_files_sees_one_generation(two, tmp_path):
    base, old, new = two
    output = tmp_path / "out"
    stop, read, wrong = threading.Event(), [], []

    def look() -> None:
        while not stop.is_set():
            place = (output / "current").resolve()
            try:
                found = files_of(place)
            except FileNotFoundError:
                continue  # the generation went as a whole while it was read
            if place.exists():
                read.append(1)
                if found not in (old, new):
                    wrong.append(sorted(set(found) ^ set(new)))

    with Living() as process:
        assert process.ask(request(base / "old", output)).ok
        reader = threading.Thread(target=look)
        reader.start()
        for content in ("new", "old", "new", "old", "new"):
            assert process.ask(request(base / content, output)).ok
        stop.set()
        reader.join(10)
    assert len(read) > 3
    assert wrong == []


def limited(size: int, content: Path, output: Path):
    """Build where no file may grow beyond some bytes, as on a disk that is full."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "plugins.engine"],
        input=request(content, output) + "\n",
        env=environment(),
        text=True,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    return ran.returncode, events


@pytest.mark.parametrize("size", [600, 60_000])
def test_a_full_disk_is_an_error_and_no_harm(two, tmp_path, size):
    base, old, _ = two
    shutil.copytree(base / "out", tmp_path / "out", symlinks=True)
    shutil.copytree(base / "new", tmp_path / "content")
    write(tmp_path / "content", {"static/large.bin": os.urandom(80_000)})
    code, events = limited(size, tmp_path / "content", tmp_path / "out")
    assert code == 0
    assert not events[-1]["ok"]
    assert any("written" in each.get("text", "") or "large" in str(each) for each in events)
    assert generation(tmp_path / "out") == old
    assert engine(base / "new", tmp_path / "out").ok
    assert generation(tmp_path / "out") == two[2]


def test_a_foreign_output_folder_is_refused_and_named(two, tmp_path):
    base, *_ = two
    mine = write(tmp_path / "mine", {"thesis.txt": "ten years of work"})
    ran = engine(base / "new", mine)
    assert any('"thesis.txt"' in error for error in ran.errors)
    assert files_of(mine) == {"thesis.txt": b"ten years of work"}


@pytest.mark.parametrize("output", ["file", "file/out"])
def test_an_output_that_cannot_be_a_folder_is_an_error(two, tmp_path, output):
    base, *_ = two
    (tmp_path / "file").write_text("", "utf-8")
    ran = engine(base / "new", tmp_path / output)
    assert ran.code == 0
    assert not ran.ok
    assert ran.errors
    assert "Traceback" not in ran.err


def test_a_broken_cache_is_only_slow(two, tmp_path):
    base, _, new = two
    shutil.copytree(base / "out", tmp_path / "out", symlinks=True)
    (tmp_path / "out/.generations/cache.db").write_bytes(b"this is no database" * 100)
    assert engine(base / "new", tmp_path / "out").ok
    assert generation(tmp_path / "out") == new
