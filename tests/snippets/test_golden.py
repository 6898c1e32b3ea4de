"""What the demo's posts become on every platform was read by somebody, and stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.snippets import rules
from publish.contract import snippets
from tests.snippets import golden


@pytest.mark.parametrize("post", golden.POSTS)
def test_a_post_becomes_what_was_reviewed(demo: Path, post: str) -> None:
    found, reviewed = golden.of_kit(snippets.folder_of(demo, post)), golden.golden(post)
    assert sorted(found) == sorted(reviewed), "run make golden and read what changed"
    for name, text in found.items():
        assert text == reviewed[name], f"{name}: run make golden and read what changed"


def test_golden_files_are_there_for_every_full_platform() -> None:
    full = {each.id for each in rules.pack().values() if each.full}
    for post in golden.POSTS:
        assert {name.partition(".")[0] for name in golden.golden(post)} >= full
