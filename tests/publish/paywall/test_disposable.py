"""Throw-away addresses: the domain and those below it, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publish.paywall.bodies.folder import FolderBodies
from publish.paywall.disposable import thrown_away
from publish.paywall.releases import Release, Releases


@pytest.fixture
def release(generation: Path) -> Release:
    return Releases(FolderBodies(generation)).find()


@pytest.mark.parametrize(
    ("mail", "refused"),
    [
        ("a@mailinator.com", True),
        ("a@inbox.mailinator.com", True),
        ("a@x.y.throw-away.test", True),
        ("a@notmailinator.com", False),
        ("a@mailinator.com.test", False),
        ("mailinator.com@example.test", False),
        ("a@example.test", False),
    ],
)
def test_a_domain_of_the_list_is_refused_with_all_below_it(
    release: Release, mail: str, refused: bool
) -> None:
    assert thrown_away(release, mail) == refused


def test_the_list_is_read_once(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    read, paths = release.read, []

    def noted(path: str) -> bytes:
        paths.append(path)
        return read(path)

    monkeypatch.setattr(release, "read", noted)
    assert [thrown_away(release, f"a@{number}.test") for number in range(5)] == [False] * 5
    assert paths == ["private/disposable.txt"]


def test_without_a_list_every_domain_is_taken(release: Release) -> None:
    open_: Any = Release(release.name, release._bodies)
    open_.manifest = replace(release.manifest, disposable="")
    assert not thrown_away(open_, "a@mailinator.com")
