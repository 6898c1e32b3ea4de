"""What every edge keeps: one write is one flip, and of two who flip at once one is told."""

from __future__ import annotations

import pytest

from publish.deploy.edges.folder import FolderEdge
from publish.deploy.ports import Changed, Edge
from tests.publish.deploy import worlds

ONE, TWO = (b'// {"release":"%s","host":""}\nfunction handler() {}' % each for each in (b"1", b"2"))


@pytest.fixture(params=["folder", "cloudfront"])
def edge(request, tmp_path) -> Edge:
    if request.param == "folder":
        return FolderEdge(tmp_path / "edge")
    return worlds.edge(request.getfixturevalue("aws"), request.getfixturevalue("clients"))


def test_a_fresh_edge_names_no_release(edge):
    assert edge.live().release == ""


def test_a_flip_is_live_as_it_was_given(edge):
    edge.flip(ONE, edge.live())
    live = edge.live()
    assert (live.release, live.code) == ("1", ONE)


def test_a_flip_back_is_a_flip_like_any(edge):
    edge.flip(ONE, edge.live())
    edge.flip(TWO, edge.live())
    edge.flip(ONE, edge.live())
    assert edge.live().release == "1"


def test_who_saw_something_older_is_told(edge):
    seen = edge.live()
    edge.flip(ONE, seen)
    with pytest.raises(Changed):
        edge.flip(TWO, seen)
    assert edge.live().code == ONE


def test_the_same_flip_twice_is_one(edge):
    seen = edge.live()
    edge.flip(ONE, seen)
    edge.flip(ONE, seen)
    assert edge.live().code == ONE


def test_code_that_does_not_say_its_release_has_none(edge):
    for code in (b"function handler() {}", b"// {not json\n", b"// []\nx", "// 中\n".encode()):
        edge.flip(code, edge.live())
        assert edge.live().release == ""
