"""A rehearsal at the edge: what is live is real, and stays so."""

from __future__ import annotations

from publish.deploy.edge_code import code
from publish.deploy.edges.dry import DryEdge
from publish.deploy.edges.folder import FolderEdge


def test_what_is_live_is_real_and_stays(tmp_path) -> None:
    real = FolderEdge(tmp_path)
    real.flip(code("a" * 16, ["a" * 16]), real.live())
    dry = DryEdge(real)
    assert dry.live() == real.live()
    dry.flip(code("b" * 16, ["b" * 16]), dry.live())
    dry.invalidate(["/x"], "once")
    assert real.live().release == "a" * 16
    assert real.invalidated() == []
    assert dry.done == [("flip", ()), ("invalidate", ("/x",))]
