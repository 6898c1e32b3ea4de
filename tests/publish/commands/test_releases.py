"""`inkstead releases`, against ministack."""

import hashlib
import json

import pytest

from publish.deploy.ports import Sent
from tests.publish.commands.published import folder_of
from tests.publish.deploy.publishers import publisher


@pytest.fixture(scope="module")
def ana(aws, tmp_path_factory):
    """Somebody who has published twice."""
    with publisher(aws, tmp_path_factory.mktemp("ana")) as found:
        found.publish(found.build({"garden/index.html": "<p>the garden", "old/index.html": "<p>"}))
        found.publish(found.build({"garden/index.html": "<p>the gardens", "sky/index.html": "<p>"}))
        yield found


@pytest.fixture
def run(aws, ana):
    def run(*arguments):
        return folder_of(ana).run("releases", *arguments, **aws.environment())

    return run


def test_each_release_says_when_it_was_and_what_it_changed_and_one_is_live(ana, run):
    ran = run()
    assert ran.code == 0, ran.err
    _, newest, first, last = ran.out.splitlines()
    assert newest.split("  ")[1:] == ["2026-11-22 20:02", "live", "1 new, 1 changed, 1 gone"]
    assert first.split("  ")[1] == "2026-11-22 20:01"
    assert first.endswith("4 files in all")
    assert last == "2 releases are kept"
    assert "新增 1、修改 1、移除 1" in run("--lang", "zh").out


def test_a_program_gets_them_with_their_counts(ana, run):
    told = json.loads(run("--json").out)
    assert [each["live"] for each in told["releases"]] == [True, False]
    assert told["releases"][0]["changed"] == {"new": 1, "changed": 1, "gone": 1}
    assert told["releases"][1]["changed"] is None


def test_a_record_that_cannot_be_read_is_named_and_hides_no_other(ana, run):
    private = ana.places.private.objects
    digest = hashlib.sha256(b"{").hexdigest()
    private.put(Sent("deploy/releases/feed.json.gz", b"{", digest, 1))
    try:
        told = run().out
        assert "no record can be read of: feed" in told
        assert "2 releases are kept" in told
    finally:
        private.delete(["deploy/releases/feed.json.gz"])


def test_before_the_first_publish_it_says_so(aws, tmp_path):
    with publisher(aws, tmp_path) as bob:
        ran = folder_of(bob).run("releases", **aws.environment())
    assert ran.code == 1
    assert f'there is no site "{bob.deployment.name}" in eu-central-1 yet' in ran.err
