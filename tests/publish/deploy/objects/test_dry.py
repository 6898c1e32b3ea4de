"""A rehearsal: reads are real, writes are told and nothing is done."""

from __future__ import annotations

import pytest

from publish.deploy.objects.dry import DryObjects
from publish.deploy.objects.folder import FolderObjects
from publish.deploy.ports import Absent, Refused
from tests.publish.deploy.worlds import sent


@pytest.fixture
def dry(tmp_path) -> DryObjects:
    real = FolderObjects(tmp_path / "objects")
    real.put(sent("folder/real", b"real"))
    return DryObjects(real)


def test_reads_go_through(dry):
    assert dry.get("folder/real").body == b"real"
    assert [each.key for each in dry.list("")] == ["folder/real"]
    assert list(dry.folders("")) == ["folder"]
    with pytest.raises(Absent):
        dry.get("nothing")
    assert dry.written == []


def test_writes_are_told_in_order_and_not_done(dry):
    dry.put(sent("a"))
    dry.put_if(sent("lock"), dry.put_if(sent("lock"), ""))
    dry.delete(["folder/real", "b"])
    assert dry.written == [
        ("put", "a"),
        ("put_if", "lock"),
        ("put_if", "lock"),
        ("delete", "folder/real"),
        ("delete", "b"),
    ]
    assert [each.key for each in dry.list("")] == ["folder/real"]


def test_what_no_place_would_take_is_refused_in_the_rehearsal_too(dry):
    for call in (lambda: dry.put(sent("../a")), lambda: dry.delete(["a//b"])):
        with pytest.raises(Refused):
            call()
    assert dry.written == []
