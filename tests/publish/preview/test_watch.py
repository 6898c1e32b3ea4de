"""Which files changed."""

import time
from pathlib import Path

import pytest

from publish.preview.watch import Queued, concerns, watching

ROOT = Path("/site/content")
ENGINE = Path("/engine/theme")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/site/content/posts/a.md", True),
        ("/site/content/site.toml", True),
        ("/site/content/posts/新.md", True),
        ("/site/content/theme/tokens.css", True),
        ("/engine/theme/templates/post.html", True),
        ("/site/content", True),
        ("/site/content/.git/index", False),
        ("/site/content/.inkstead/preview/current", False),
        ("/site/content/posts/.a.md.swp", False),
        ("/site/content/posts/a.md~", False),
        ("/site/content/posts/#a.md#", False),
        ("/site/content/posts/a.md.swp", False),
        ("/site/content/output/public/index.html", False),
        ("/engine/theme/__pycache__/x.pyc", False),
        ("/site/contents/a.md", False),
        ("/elsewhere/a.md", False),
    ],
)
def test_only_what_a_build_reads_matters(path, wanted):
    assert concerns(path, (ROOT, ENGINE), (ROOT / "output",)) is wanted


def test_a_site_below_a_hidden_folder_is_watched_all_the_same():
    root = Path("/home/.sites/content")
    assert concerns("/home/.sites/content/a.md", (root,), ())


def seen(queued: Queued, seconds: float = 10.0) -> frozenset[str]:
    found = queued.take(seconds)
    assert found, "nothing was seen"
    return found


def test_an_edit_right_after_the_start_is_seen(tmp_path):
    """The folders are watched before the first line of the block, new folders too."""
    queued = Queued()
    (tmp_path / "posts").mkdir()
    with watching((tmp_path,), (), queued.put):
        (tmp_path / "posts" / "a.md").write_text("a")
        assert str(tmp_path / "posts" / "a.md") in seen(queued)
        (tmp_path / "pages").mkdir()
        seen(queued)
        deadline = time.monotonic() + 10
        found: frozenset[str] = frozenset()
        while str(tmp_path / "pages" / "b.md") not in found:
            assert time.monotonic() < deadline
            (tmp_path / "pages" / "b.md").write_text("b")
            found = queued.take(1)


def test_what_is_ignored_wakes_nobody(tmp_path):
    queued = Queued()
    with watching((tmp_path,), (tmp_path / "output",), queued.put):
        (tmp_path / "output").mkdir()
        (tmp_path / "output" / "x.html").write_text("x")
        (tmp_path / ".hidden").write_text("x")
        (tmp_path / "last.md").write_text("x")
        assert seen(queued) == {str(tmp_path / "last.md")}
