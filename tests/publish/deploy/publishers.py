"""Somebody who publishes with a stack of their own on ministack, as the command does."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publish.deploy import local, publishing
from publish.deploy.clients import Clients
from publish.deploy.places import Places
from publish.deploy.publishing import Order, Prospect, Published
from publish.deploy.release import Local
from publish.deploy.settings import Deployment
from tests.aws import REGION, Aws
from tests.publish.deploy.building import current
from tests.publish.deploy.sites import Clock


def deployment(**more: Any) -> Deployment:
    """Return settings with a name of their own; without a budget, which ministack has not."""
    told = {"name": f"pub-{secrets.token_hex(4)}", "region": REGION, "host": "ink.example", **more}
    return Deployment(**told)


@dataclass
class Publisher:
    """Somebody with credentials, a folder for builds, and a clock of their own."""

    deployment: Deployment
    clients: Clients
    folder: Path
    clock: Clock = field(default_factory=Clock)
    asked: Counter[str] = field(default_factory=Counter)
    """How often which operation was asked for."""
    _names: Iterator[int] = field(default_factory=itertools.count)

    def build(self, public: Mapping[str, str], **more: Any) -> Local:
        """Leave a site here as a build does, and return it read."""
        pages = {"index.html": "<p>home", "404.html": "<p>nothing here", **public}
        current(self.folder / "output", str(next(self._names)), pages, **more)
        return local.read(self.folder / "output")

    def prospect(self, ready: Local, **told: Any) -> Prospect:
        """Plan a publish."""
        order = Order(self.deployment, "ana", **told)
        return publishing.prospect(order, ready, self.clients, self.folder, self.clock)

    def publish(self, ready: Local, **told: Any) -> Published:
        """Plan a publish and agree to it, a minute after what was before."""
        self.clock.pass_(minutes=1)
        found = self.prospect(ready, **told)
        return publishing.carry_out(found, self.clients, self.clock)

    @property
    def places(self) -> Places:
        """Return where the site stands."""
        return publishing.places(self.deployment, self.clients)

    def listen(self, *services: str) -> None:
        """Count what is asked of AWS from now on."""
        for service in services:
            client = self.clients.of(service)
            client.meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.asked[model.name] += 1


@contextmanager
def publisher(
    aws: Aws, folder: Path, environ: Mapping[str, str] | None = None, **settings: Any
) -> Iterator[Publisher]:
    """Give somebody who publishes, with the keys of `environ`, else with those that may do all."""
    with Clients(REGION, environ or aws.environment()) as clients:
        yield Publisher(deployment(**settings), clients, folder)
