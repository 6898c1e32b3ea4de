"""`inkstead rollback`, against ministack: also across a post that went behind the paywall."""

import json

import pytest

from tests.publish.commands.published import folder_of
from tests.publish.deploy.building import gated, post
from tests.publish.deploy.publishers import publisher

CANARY = (
    "The heron stands in the shallows until the fog has lifted, and only then does it count "
    "the eleven silver minnows that the tide forgot between the stones."
)
TEASER = "<p>About a heron: a story for those who pay, with a picture at its end.</p>"


@pytest.fixture(scope="module")
def ana(aws, tmp_path_factory):
    """Somebody who published a page and its correction."""
    with publisher(aws, tmp_path_factory.mktemp("ana")) as found:
        yield found


@pytest.fixture
def run(aws, ana):
    def run(*arguments):
        return folder_of(ana).run("rollback", *arguments, **aws.environment())

    return run


def shown(ana, path):
    """Return what stands at a path of the live release."""
    where = ana.places
    live = where.private.record(where.edge.live().release)
    return where.site.get(live.public[path]).decode() if path in live.public else ""


def two(ana, first, second):
    """Publish two releases of one page; return the id of the first."""
    before = ana.publish(ana.build({"garden/index.html": first}), insist=frozenset({"gone"}))
    ana.publish(ana.build({"garden/index.html": second}))
    return before.applied.release


def test_without_a_name_it_goes_back_to_the_one_before(ana, run):
    two(ana, "<p>right", "<p>wrnog")
    ran = run("--yes")
    assert ran.code == 0, ran.err
    assert shown(ana, "garden/index.html") == "<p>right"
    lines = ran.out.splitlines()
    assert lines[1].startswith("back to the release of 2026-11-22 20:")
    assert any(line.startswith("changed  public") for line in lines)
    assert lines[-2].endswith("is public again, everywhere within a minute")


def test_a_plan_changes_nothing(ana, run):
    two(ana, "<p>one way", "<p>another way")
    told = json.loads(run("--plan", "--json").out)
    assert [e["path"] for e in told["plan"]["objects"] if e["where"] == "site"] == [
        "garden/index.html"
    ]
    assert shown(ana, "garden/index.html") == "<p>another way"
    assert run("--plan").out.splitlines()[-1] == "nothing was changed (without --plan it is done)"


def test_the_beginning_of_a_name_will_do_and_an_unknown_one_names_those_that_are_kept(ana, run):
    first = two(ana, "<p>named", "<p>not named")
    ran = run("feedfeed", "--yes")
    assert ran.code == 1
    assert '"feedfeed" is no release that is kept' in ran.err
    assert first in ran.err
    assert run(first[:6], "--yes").code == 0
    assert shown(ana, "garden/index.html") == "<p>named"
    assert "is what readers get already" in run(first, "--yes").out


def test_without_a_terminal_and_without_yes_nothing_happens(ana, run):
    two(ana, "<p>asked", "<p>not asked")
    assert run().code == 2
    assert shown(ana, "garden/index.html") == "<p>not asked"


def test_a_post_that_went_behind_the_paywall_stays_there_and_that_is_said(ana, run):
    open_ = {"heron/index.html": f"{TEASER}<p>{CANARY}</p>", "garden/index.html": "<p>old"}
    ana.publish(ana.build(open_, posts={"heron": post("/heron/")}), insist=frozenset({"gone"}))
    entry, pieces = gated("/heron/", "heron", f"<p>{CANARY}</p>")
    walled = {"heron/index.html": TEASER, "garden/index.html": "<p>new"}
    ana.publish(ana.build(walled, private=pieces, posts={"heron": entry}))
    ran = run("--yes")
    assert ran.code == 0, ran.err
    assert shown(ana, "garden/index.html") == "<p>old"
    assert shown(ana, "heron/index.html") == TEASER
    assert "stay behind the paywall: heron" in ran.out
    said = "as they are today, since something of it is gated now: heron/index.html"
    assert said in ran.out
