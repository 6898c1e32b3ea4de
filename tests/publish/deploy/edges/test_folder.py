"""An edge in a folder keeps what it was told to forget."""

from __future__ import annotations

from publish.deploy.edges.folder import FolderEdge


def test_what_is_to_be_forgotten_is_kept_once_for_each_reference(tmp_path):
    edge = FolderEdge(tmp_path / "edge")
    edge.invalidate(["/a", "/b/*"], "one")
    edge.invalidate(["/a", "/b/*"], "one")
    edge.invalidate(["/*"], "../two")
    assert sorted(edge.invalidated()) == [["/*"], ["/a", "/b/*"]]


def test_looking_makes_no_folder(tmp_path):
    edge = FolderEdge(tmp_path / "edge")
    assert edge.live().code == b""
    assert not edge.folder.exists()
