"""What a plugin of ours gets when the texts of a build are ready."""

from __future__ import annotations

from plugins.model.moments import Build
from tests.plugins.creator import read


def test_a_plugin_writes_below_the_public_folder(tmp_path):
    loaded = read(tmp_path / "content", {"posts/a.md": "A"})
    entry = loaded.entry("posts/a.md")
    text = object()
    build = Build(
        loaded.library, "https://a.example", tmp_path / "out", {entry.source: text}, [], [], print
    )
    build.write("/deep/er/x.txt", b"x")
    assert (tmp_path / "out/deep/er/x.txt").read_bytes() == b"x"
    assert build.text(entry) is text
    assert build.absolute("/早/") == "https://a.example/%E6%97%A9/"
