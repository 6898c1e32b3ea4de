"""Somebody who publishes small sites, in tests."""

from __future__ import annotations

from typing import Any

from publish.deploy.applying import Applied, apply, finish
from publish.deploy.bundle import Bundle
from publish.deploy.places import Places
from publish.deploy.planning import Plan
from tests.publish.deploy import sites
from tests.publish.deploy.sites import Clock, Site


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
        kept = [private.record(name) for name in private.record_names()]
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
