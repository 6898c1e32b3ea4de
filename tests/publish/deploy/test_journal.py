"""What a release still asks for survives whoever wrote it down."""

import json

import pytest

from publish.deploy import journal
from publish.deploy.buckets import JOURNAL
from publish.deploy.journal import ErrorPage, Journal
from publish.deploy.locking import Lost
from publish.deploy.places import in_folder
from publish.deploy.release import PublicPiece
from publish.trouble import Failure

PAGE = ErrorPage(PublicPiece("404.html", "a" * 64, 5, "text/html", "no-cache"), b"\xff\x00page")
ASKING = Journal(
    release="b" * 16,
    previous="a" * 16,
    reference="b-20261122",
    sealed=("shared/assets/\u56ed.0a1b2c3d.webp",),
    invalidate=("/404.html",),
    pings=("https://ink.example/feeds/all.xml",),
    error_page=PAGE,
    sweep=True,
)


@pytest.fixture
def private(tmp_path):
    return in_folder(tmp_path).private


def test_nothing_is_left_to_do_where_nothing_was_written(private):
    assert journal.read(private) == (None, "")


@pytest.mark.parametrize("asking", [ASKING, Journal("b", "", "b-1")])
def test_it_is_read_as_it_was_written(private, asking):
    tag = journal.write(private, asking, "")
    assert journal.read(private) == (asking, tag)


def test_a_closed_one_leaves_nothing_to_do_and_can_be_written_over(private):
    tag = journal.close(private, "b", journal.write(private, ASKING, ""))
    assert journal.read(private) == (None, tag)
    assert journal.look(private) == (None, tag, "b")
    journal.write(private, ASKING, tag)
    assert journal.read(private)[0] == ASKING


def test_nobody_closes_a_journal_that_somebody_else_has_written(private):
    tag = journal.write(private, ASKING, "")
    journal.write(private, Journal("c", "b", "c-1"), tag)
    with pytest.raises(Lost):
        journal.close(private, "b", tag)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", json.dumps({"version": 2}).encode(), b'{"version": 1}']
)
def test_one_that_cannot_be_read_is_refused_by_its_place(private, body):
    private.swap(JOURNAL, body, "")
    with pytest.raises(Failure, match=f"{private.objects.name}/{JOURNAL}"):
        journal.read(private)
