"""A publish that is killed, at whatever call, leaves readers a whole site; the next one finishes.

Each kill is a process of its own that ends by SIGKILL right before or right after the n-th call
that writes, so nothing of it can clean up.
"""

import itertools
import multiprocessing
import os
import shutil
import signal
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from publish.deploy.hubs import Nobody
from publish.deploy.places import in_folder
from tests.publish.deploy import sites
from tests.publish.deploy.deploying import Deployer
from tests.publish.deploy.hooking import silence, watched, writes
from tests.publish.deploy.sites import CANARY, FIRST, NOON, SECOND, SKY, Clock, Site, asset, served

LATER = NOON + timedelta(hours=1)
LEAF = b"a photo of a leaf"
THIRD = SECOND.but(
    {"index.html": b"<p>home, three", "about/index.html": None, asset("leaf.webp", LEAF): LEAF}
)


FOURTH = FIRST.but({"index.html": b"<p>home, four"}, sky=SKY)
"""The photo of the sky went behind the paywall before it was ever live."""


@dataclass(frozen=True)
class Story:
    """What was published before, what is published now, and how many releases stay.

    `then` is what is published after a kill, where that is something else; what is `hidden` in it
    stands nowhere in public then.
    """

    before: tuple[Site, ...]
    now: Site
    keep: int = 10
    bundle: bytes = b"the service"
    then: Site | None = None
    hidden: bytes = CANARY


STORIES = {
    "first": Story((), FIRST),
    "gated": Story((FIRST,), SECOND),
    "collected": Story((FIRST, SECOND, THIRD), FIRST, keep=1, bundle=b"another service"),
    "otherwise": Story((FIRST,), SECOND, then=FOURTH, hidden=SKY),
}


@dataclass(frozen=True)
class Point:
    """When to kill: right before or after the n-th call that writes, of all or of some kind."""

    number: int
    after: bool
    call: str = ""
    subject: str = ""

    def hook(self):
        """Return a hook that kills this process."""
        numbers = itertools.count()

        def kill(call, subject):
            asked = writes(call) and self.call in call and self.subject in subject
            if asked and next(numbers) == self.number:
                os.kill(os.getpid(), signal.SIGKILL)

        return kill


def deployer(folder, story, now):
    places = in_folder(folder / "places", Nobody())
    bundle = sites.bundle(folder / "built", story.bundle)
    return Deployer(places, bundle, Clock(now), keep=story.keep, workers=1)


def publish(folder: Path, story: Story, point: Point) -> None:
    """Publish in a process of its own, up to a point."""
    ana = deployer(folder, story, LATER)
    hooks = (silence, point.hook()) if point.after else (point.hook(),)
    ana.publish(story.now, watched(ana.places, *hooks))


class Killing:
    """A story, told again and again with another end."""

    def __init__(self, story, folder):
        self.story, self.folder = story, folder
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload([__name__])
        for number, site in enumerate(story.before):
            deployer(folder / "before", Story((), site), NOON + timedelta(minutes=number)).publish(
                site
            )
        shutil.copytree(folder / "before", folder / "undisturbed", dirs_exist_ok=True)
        ana = deployer(folder / "undisturbed", story, LATER)
        ana.publish(story.now)
        self.wanted = sites.state(ana.places)

    def killed(self, point):
        """Publish up to a point, check what is left, publish again; tell if it got there."""
        folder = self.folder / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder / "before", folder)
        child = self.processes.Process(target=publish, args=(folder, self.story, point))
        child.start()
        child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
        self.check(folder)
        self.repeat(folder)
        return child.exitcode != 0

    def check(self, folder):
        """Look whether readers have the old site or the new one, and nothing that is paid for."""
        places = in_folder(folder / "places")
        if places.edge.live().release:
            served(places, *self.story.before[-1:], self.story.now)
        else:
            assert not self.story.before
        self.check_hidden(folder, CANARY)

    def check_hidden(self, folder, words):
        """Look whether some bytes stand anywhere in public."""
        public = (folder / "places" / "site").rglob("*")
        assert not any(words in each.read_bytes() for each in public if each.is_file())

    def repeat(self, folder):
        """Publish once the lease of the killed run is over: nothing of that one is to be seen."""
        ana = deployer(folder, self.story, LATER + timedelta(minutes=11))
        then = self.story.then or self.story.now
        ana.apply(ana.plan(then, at=LATER))
        assert served(ana.places, then, self.story.now) == then
        self.check_hidden(folder, self.story.hidden)
        if not self.story.then:
            assert sites.state(ana.places) == self.wanted


@pytest.fixture
def story(request, tmp_path):
    (tmp_path / "before").mkdir()
    return Killing(STORIES[request.param], tmp_path)


@pytest.mark.parametrize("story", ["gated"], indirect=True)
def test_killed_where_it_matters_most_it_is_whole_and_the_next_one_finishes(story):
    points = [
        Point(1, after=False, call="site.put", subject="layers/"),
        Point(0, after=True, call="put_if", subject="journal"),
        Point(0, after=True, call="edge.flip"),
        Point(0, after=True, call="site.delete"),
        Point(1, after=False, call="put_if", subject="journal"),
    ]
    assert [story.killed(each) for each in points] == [True] * 5


@pytest.mark.long
@pytest.mark.parametrize("story", STORIES, indirect=True)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_call_it_is_whole_and_the_next_one_finishes(story, after):
    reached = itertools.takewhile(
        bool, (story.killed(Point(number, after=after)) for number in itertools.count())
    )
    assert sum(reached) > 15
