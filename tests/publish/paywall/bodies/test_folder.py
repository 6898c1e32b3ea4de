"""What only bodies in a folder do: links, switching, bad disks."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.engine import generation
from publish.paywall.bodies.folder import FolderBodies
from publish.paywall.ports import Missing, StoreDown


def lay(folder: Path, text: str) -> Path:
    (folder / "private").mkdir(parents=True, exist_ok=True)
    (folder / "private" / "text").write_text(text)
    (folder / "manifest.json").write_text(f'"{text}"')
    return folder


def switch(output: Path, name: str, text: str) -> None:
    """Switch as a build does."""
    with generation.staging(output, lambda: None) as folder:
        lay(folder, text)
        generation.switch(output, folder, name)


def test_the_next_build_is_seen_at_once(tmp_path: Path) -> None:
    """After a switch the new release is live, and the old one is gone rather than mixed."""
    switch(tmp_path, "first", "one")
    bodies = FolderBodies(tmp_path)
    assert bodies.current() == "first"
    assert bodies.read("first", "private/text") == b"one"
    switch(tmp_path, "second", "two")
    assert bodies.current() == "second"
    assert bodies.read("second", "private/text") == b"two"
    with pytest.raises(Missing):
        bodies.read("first", "private/text")


def test_a_copy_that_changed_is_another_release(tmp_path: Path) -> None:
    """A plain folder that was written over does not answer for what it was before."""
    bodies = FolderBodies(lay(tmp_path, "one"))
    before = bodies.current()
    lay(tmp_path, "other")
    assert bodies.current() != before
    with pytest.raises(Missing):
        bodies.read(before, "private/text")


def test_nothing_built_yet_is_missing(tmp_path: Path) -> None:
    """Before the first build there is no release, and no crash."""
    for output in (tmp_path, tmp_path / "none"):
        bodies = FolderBodies(output)
        with pytest.raises(Missing):
            bodies.current()
        with pytest.raises(Missing):
            bodies.read("first", "manifest.json")


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    """A link inside a generation may stay inside it, and nothing else."""
    switch(tmp_path / "output", "first", "one")
    (tmp_path / "secret").write_text("secret")
    private = tmp_path / "output" / "current" / "private"
    (private / "out").symlink_to(tmp_path / "secret")
    (private / "up").symlink_to("../../../..")
    (private / "round").symlink_to("round")
    (private / "inside").symlink_to("text")
    bodies = FolderBodies(tmp_path / "output")
    for path in ("private/out", "private/up/secret", "private/round"):
        with pytest.raises(Missing):
            bodies.read("first", path)
    assert bodies.read("first", "private/inside") == b"one"


def test_a_disk_that_fails_is_no_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input error is trouble, not an answer."""
    switch(tmp_path, "first", "one")

    def fail(_: Path) -> bytes:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(StoreDown):
        FolderBodies(tmp_path).read("first", "private/text")
