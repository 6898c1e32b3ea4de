"""The record of a release: read back as it was written, or refused as broken."""

import gzip
import json

import pytest

from publish.deploy.release import ReleaseError, dump, parse
from tests.publish.deploy.sites import FIRST, SECOND, plan

LIVE = plan(FIRST, None).release
RELEASE = plan(SECOND, LIVE).release


def with_(**others):
    told = json.loads(gzip.decompress(dump(RELEASE)))
    return gzip.compress(json.dumps({**told, **others}).encode(), mtime=0)


def test_a_record_is_read_as_it_was_written():
    assert parse(dump(RELEASE), "here") == RELEASE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        dump(RELEASE)[:90],
        gzip.compress(b"[" * 100_000, mtime=0),
        gzip.compress(b"[]", mtime=0),
        with_(version=2),
        with_(public=[]),
        with_(public={"a": ["shared", "hash", "many", "text/html", ""]}),
        with_(private="none"),
        with_(private={"a": []}),
        with_(layers=[RELEASE.id]),
        with_(layers=None),
    ],
)
def test_what_is_no_record_is_refused_by_its_place(body):
    with pytest.raises(ReleaseError, match="here: "):
        parse(body, "here")
