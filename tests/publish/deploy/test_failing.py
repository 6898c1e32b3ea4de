"""Whichever call fails, once or for ever, readers have a whole site and a repeat finishes."""

import contextlib
import itertools
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.deploy.applying import Overtaken
from publish.deploy.buckets import site_key
from publish.deploy.bundle import Bundle
from publish.deploy.finishing import Unfinished
from publish.deploy.locking import Held, Lost
from publish.deploy.ports import Refused, Unreachable
from publish.deploy.release import SHARED
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.hooking import silence, watched
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import CANARY, FIRST, SECOND, Clock, Site, asset, served


def outcome(ana, site, error, at, *, effect, for_ever):
    """Publish with one call that fails, or all from there on; return whether that was reached."""
    count = itertools.count()
    lock = threading.Lock()

    def hook(_call, _subject):
        with lock:
            number = next(count)
        if number == at or (for_ever and number > at):
            raise error

    hooks = (silence, hook) if effect else (hook,)
    with contextlib.suppress(Unreachable, Refused, Unfinished, Overtaken, Held, Lost):
        ana.apply(ana.plan(site), watched(ana.places, *hooks))
    return next(count) > at


def check_fault(once, service, wanted, error, at, *, effect, for_ever):
    """Tell whether a publish gets as far as a call; whatever happens, the site is whole."""
    ana = Deployer(in_memory(once), service, Clock(), workers=1)
    ana.clock.pass_(hours=1)
    reached = outcome(ana, SECOND, error, at, effect=effect, for_ever=for_ever)
    served(ana.places, FIRST, SECOND)
    assert not any(CANARY in each.body for each in ana.places.site.objects.found.values())
    ana.clock.pass_(minutes=11)
    ana.apply(ana.plan(SECOND, at=ana.clock.now.replace(hour=13, minute=0)))
    assert served(ana.places, FIRST, SECOND) == SECOND
    assert sites.state(ana.places) == wanted
    return reached


@pytest.fixture(scope="session")
def wanted(once, tmp_path_factory):
    """What stands everywhere after a second publish that nothing disturbed."""
    clock = Clock()
    clock.pass_(hours=1)
    ana = Deployer(in_memory(once), sites.bundle(tmp_path_factory.mktemp("bundle")), clock)
    ana.publish(SECOND)
    return sites.state(ana.places)


@pytest.mark.parametrize("effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for-ever"])
@pytest.mark.parametrize("error", [Unreachable("away"), Refused("no", "s3:PutObject")], ids=repr)
def test_whichever_call_fails_the_site_is_whole_and_a_repeat_finishes(
    once, service, wanted, error, for_ever, effect
):
    faults = (
        check_fault(once, service, wanted, error, at, effect=effect, for_ever=for_ever)
        for at in itertools.count()
    )
    assert sum(itertools.takewhile(bool, faults)) > 20


PATHS = ("about/index.html", "posts/a/index.html", "posts/b/index.html")
LEAF = b"a photo of a leaf"


@st.composite
def some_site(draw):
    """A small site; a photo in it is public, or behind the paywall, or not there."""
    bodies = st.sampled_from([None, b"<p>one", b"<p>two"])
    public = {path: body for path in PATHS if (body := draw(bodies))}
    public["index.html"] = draw(st.sampled_from([b"<p>home", b"<p>home again"]))
    private = {"private/a": CANARY + draw(st.sampled_from([b" one", b" two"]))}
    leaf = draw(st.sampled_from(["public", "private", "none"]))
    public |= {asset("leaf.webp", LEAF): LEAF} if leaf == "public" else {}
    private |= {"private/leaf": LEAF} if leaf == "private" else {}
    return Site(public, private)


@st.composite
def histories(draw):
    """A few sites, now this one, now that one, each with the call that fails, if any."""
    few = draw(st.lists(some_site(), min_size=2, max_size=3))
    faults = st.none() | st.tuples(st.integers(0, 40), st.booleans(), st.booleans())
    return draw(st.lists(st.tuples(st.sampled_from(few), faults), min_size=2, max_size=7))


def needed(places, name):
    """Return the keys without which a release is not whole; its assets may be gated since."""
    record = places.private.record(name)
    public = (each for each in record.public.values() if each.layer != SHARED)
    return {site_key(each) for each in public} | {
        places.private.key(each) for each in record.private.values()
    }


def publish(ana, site, seen):
    """Publish undisturbed: it is what readers get, and what it hides is nowhere in public."""
    ana.publish(site)
    assert served(ana.places, *seen) == site
    hidden = LEAF in site.private.values()
    assert not (hidden and LEAF in [each.body for each in ana.places.site.objects.found.values()])


@given(histories(), st.integers(1, 3))
def test_whatever_fails_in_a_history_readers_have_a_whole_site(steps, keep):
    ana = Deployer(in_memory(), Bundle(Path("none"), "", 0), Clock(), keep=keep, workers=1)
    seen = []
    for site, fault in steps:
        ana.clock.pass_(minutes=11)
        seen.append(site)
        if fault:
            at, effect, for_ever = fault
            outcome(ana, site, Unreachable("away"), at, effect=effect, for_ever=for_ever)
        else:
            publish(ana, site, seen)
        if ana.places.edge.code:
            served(ana.places, *seen)
        objects = ana.places.site.objects.found
        there = objects.keys() | ana.places.private.objects.found.keys()
        assert all(needed(ana.places, name) <= there for name in ana.places.private.record_tags())
        assert not any(CANARY in each.body for each in objects.values())
    ana.clock.pass_(minutes=11)
    publish(ana, seen[-1], seen)
