"""Whichever call fails, once or for ever, readers have a whole site and a repeat finishes."""

import contextlib
import itertools
import threading

import pytest

from publish.deploy.applying import Overtaken, Unfinished
from publish.deploy.locking import Held, Lost
from publish.deploy.ports import Refused, Unreachable
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.hooking import silence, watched
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import CANARY, FIRST, SECOND, Clock, served


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
