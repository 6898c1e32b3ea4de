"""Somebody who publishes small sites, in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from publish.deploy.applying import Applied, apply, finish
from publish.deploy.bundle import Bundle
from publish.deploy.finishing import Unfinished
from publish.deploy.places import Places
from publish.deploy.plans import Plan
from publish.deploy.ports import Refused, Unreachable
from tests.publish.deploy import sites
from tests.publish.deploy.hooking import Failing, watched
from tests.publish.deploy.memory import in_memory
from tests.publish.deploy.sites import FIRST, Clock, Site


class Deployer:
    """Somebody who publishes sites to some places."""

    def __init__(
        self,
        places: Places,
        bundle: Bundle,
        clock: Clock,
        *,
        owner: str = "ana",
        keep: int = 10,
        workers: int = 4,
    ) -> None:
        self.places, self.bundle, self.clock = places, bundle, clock
        self.owner, self.keep, self.workers = owner, keep, workers

    def plan(self, site: Site, **more: Any) -> Plan:
        """Return the plan that makes a site live, from all records that there are."""
        private = self.places.private
        kept = [private.record(name) for name in private.record_tags()]
        more = {"at": self.clock(), "bundle": self.bundle.sha256, "kept": kept} | more
        return sites.plan(site, sites.live(self.places), **more)

    def apply(self, plan: Plan, places: Places | None = None, **more: Any) -> Applied:
        """Do what a plan says, through other places where some are given."""
        more = {"clock": self.clock, "owner": self.owner, "keep": self.keep} | more
        return apply(plan, places or self.places, self.bundle, workers=self.workers, **more)

    def publish(self, site: Site, places: Places | None = None, **more: Any) -> Applied:
        """Make a site live."""
        return self.apply(self.plan(site), places, **more)

    def finish(self) -> bool:
        """Do what an earlier run has left."""
        return finish(self.places, clock=self.clock, owner=self.owner, keep=self.keep)


def cut_off(ana: Deployer, site: Site, call: str, subject: str = "") -> Exception:
    """Publish, fail at a call whenever it is made, and return what that is told as."""
    failing = Failing(Unreachable("cut off"), call, subject, times=999)
    with pytest.raises((Unreachable, Refused, Unfinished)) as told:
        ana.publish(site, watched(ana.places, failing))
    return told.value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path) -> Bundle:
    """What runs the service, as far as a deployment is concerned."""
    return sites.bundle(tmp_path)


@pytest.fixture
def ana(service: Bundle, clock: Clock) -> Deployer:
    """Somebody who has published nothing yet."""
    return Deployer(in_memory(), service, clock)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Places where the first site is live, to be copied."""
    places = in_memory()
    Deployer(places, sites.bundle(tmp_path_factory.mktemp("bundle")), Clock()).publish(FIRST)
    return places


@pytest.fixture
def published(once: Places, service: Bundle, clock: Clock) -> Deployer:
    """Somebody whose first site is live."""
    clock.pass_(hours=1)
    return Deployer(in_memory(once), service, clock)
