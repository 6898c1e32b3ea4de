"""The folder a build writes into, and the one step that makes it the current generation."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from plugins.engine.generation import NotAGeneration, staging, switch
from tests.engine.house import files_of


def never() -> None:
    raise AssertionError("nobody else is building")


def build(output: Path, text: str, name: str) -> Path:
    with staging(output, never) as folder:
        (folder / "public/index.html").write_text(text, "utf-8")
        (folder / "private/a.html").write_text(f"private {text}", "utf-8")
        (folder / "manifest.json").write_text("{}", "utf-8")
        switch(output, folder, name)
    return output


def test_the_first_generation_is_there_under_every_name(tmp_path):
    output = build(tmp_path / "deep/out", "one", "a1")
    assert (output / "public/index.html").read_text("utf-8") == "one"
    assert (output / "private/a.html").is_file()
    assert (output / "manifest.json").is_file()
    assert (output / "snippets").is_dir()
    assert (output / "current").readlink() == Path(".generations/a1")


def test_the_links_are_relative_so_that_the_folder_may_move(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    output.rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere/public/index.html").read_text("utf-8") == "one"
    build(tmp_path / "elsewhere", "two", "b2")
    assert (tmp_path / "elsewhere/public/index.html").read_text("utf-8") == "two"


def test_a_switch_takes_the_old_generation_away(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    build(output, "two", "b2")
    assert (output / "public/index.html").read_text("utf-8") == "two"
    assert not (output / ".generations/a1").exists()


def test_what_was_not_switched_to_is_gone(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    with staging(output, never) as folder:
        (folder / "public/index.html").write_text("half", "utf-8")
    assert not folder.exists()
    assert (output / "public/index.html").read_text("utf-8") == "one"
    assert [each.name for each in (output / ".generations").iterdir() if each.is_dir()] == ["a1"]


def test_what_a_killed_build_left_is_swept_up(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    (output / ".generations/next-123/public").mkdir(parents=True)
    (output / ".generations/half").mkdir()
    (output / ".current.new").symlink_to("nowhere")
    build(output, "two", "b2")
    assert [each.name for each in (output / ".generations").iterdir() if each.is_dir()] == ["b2"]
    assert (output / "public/index.html").read_text("utf-8") == "two"


def test_the_same_generation_again_stays_the_same_folder(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    inode = (output / "current").resolve().stat().st_ino
    build(output, "one", "a1")
    assert (output / "current").resolve().stat().st_ino == inode


@pytest.mark.parametrize("harm", ["changed", "deleted", "added"])
def test_a_generation_changed_by_hand_is_made_whole_again(tmp_path, harm):
    output = build(tmp_path / "out", "one", "a1")
    page = output / "public/index.html"
    if harm == "changed":
        page.write_text("ill", "utf-8")
    elif harm == "deleted":
        page.unlink()
    else:
        (output / "public/evil.html").write_text("evil", "utf-8")
    for _ in range(3):
        build(output, "one", "a1")
        assert files_of(output / "public") == {"index.html": b"one"}
    assert len([each for each in (output / ".generations").iterdir() if each.is_dir()]) == 1


def test_links_that_are_missing_or_wrong_are_set_right(tmp_path):
    output = build(tmp_path / "out", "one", "a1")
    (output / "public").unlink()
    (output / "private").unlink()
    (output / "private").symlink_to("/etc")
    build(output, "one", "a1")
    assert (output / "public/index.html").read_text("utf-8") == "one"
    assert (output / "private").readlink() == Path("current/private")


@pytest.mark.parametrize("name", ["index.html", "public", "manifest.json", "current", "notes"])
def test_a_folder_with_files_of_somebody_else_is_refused(tmp_path, name):
    output = tmp_path / "out"
    output.mkdir()
    if name == "notes":
        (output / name).mkdir()
    else:
        (output / name).write_text("mine", "utf-8")
    with pytest.raises(NotAGeneration) as caught, staging(output, never):
        pass
    assert caught.value.name == name
    assert [each.name for each in output.iterdir()] == [name]


def test_hidden_files_of_the_creator_are_left_alone(tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    (output / ".gitignore").write_text("*", "utf-8")
    build(output, "one", "a1")
    assert (output / ".gitignore").read_text("utf-8") == "*"


def test_an_output_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OSError, match=r".*"), staging(tmp_path / "file/out", never):
        pass


def test_a_second_build_waits_for_the_first(tmp_path):
    waited, order = threading.Event(), []

    def second() -> None:
        with staging(tmp_path / "out", waited.set):
            order.append("second")

    with staging(tmp_path / "out", never):
        other = threading.Thread(target=second)
        other.start()
        assert waited.wait(10)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_a_reader_that_resolves_the_link_once_never_sees_a_mixture(tmp_path):
    output = build(tmp_path / "out", "0", "g0")
    stop, seen, mixed = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            place = (output / "current").resolve()
            try:
                one = (place / "public/index.html").read_text("utf-8")
                other = (place / "private/a.html").read_text("utf-8")
            except FileNotFoundError:
                if place.exists():
                    mixed.append((str(place), "only in part"))
                continue  # the generation is gone as a whole: ask for the current one again
            seen.add(one)
            if other != f"private {one}":
                mixed.append((one, other))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 60):
        build(output, str(number), f"g{number}")
    stop.set()
    reader.join(10)
    assert mixed == []
    assert len(seen) > 3


def test_the_current_link_is_there_at_every_moment(tmp_path):
    output = build(tmp_path / "out", "0", "g0")
    stop, gone = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            for name in ("current", "public", "manifest.json"):
                try:
                    (output / name).readlink()
                except OSError as cause:
                    gone.append(cause)

    looker = threading.Thread(target=look)
    looker.start()
    for number in range(1, 60):
        build(output, str(number), f"g{number}")
    stop.set()
    looker.join(10)
    assert gone == []
