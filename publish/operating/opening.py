"""The composition root of operating commands: the sandbox of the preview, or the real site."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from zoneinfo import ZoneInfo

from publish import folders
from publish.contract import manifest as contract
from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest, ManifestError
from publish.paywall.payments.stripe_requests import SANDBOX_KEY
from publish.paywall.ports import Clock, Mailer, Store
from publish.paywall.visit import World
from publish.trouble import Failure, WrongUsage

if TYPE_CHECKING:
    from publish.paywall.payments.stripe_desk import StripeDesk
    from publish.sandbox.home import Home

Mode: TypeAlias = Literal["sandbox", "test", "live"]
_LIVE_KEYS = ("sk_live_", "rk_live_")


@dataclass(frozen=True)
class Desk:
    """What a command works on: account and mode for its first line, and the world.

    `generation` is the folder of the build whose manifest counts; `provider` is there where the
    command asked for the payment provider and there is one; `mailer` makes what carries mails.
    """

    account: str
    mode: Mode
    world: World
    zone: ZoneInfo
    generation: Path
    mailer: Callable[[], Mailer]
    provider: StripeDesk | None = None

    @property
    def now(self) -> datetime:
        """Return the time, which in the sandbox may have been moved."""
        return self.world.clock()

    @cached_property
    def manifest(self) -> Manifest:
        """Return what the build says of itself.

        Raises:
            Failure: there is no build, or one of another version.

        """
        path = self.generation / "manifest.json"
        again = "inkstead build" if self.mode == "live" else "inkstead serve"
        if not path.exists():
            raise Failure(N_("the site was not built yet (run: {command})"), command=again)
        try:
            return contract.load(path)
        except ManifestError as cause:
            raise Failure(
                N_('"{path}" is of another version (run again: {command})'),
                path=path,
                command=again,
            ) from cause

    def stripe(self) -> StripeDesk:
        """Return the payment provider.

        Raises:
            Failure: there is none.

        """
        if self.provider is None:
            raise Failure(N_("there is no key for Stripe (set STRIPE_SECRET_KEY)"))
        return self.provider


@contextmanager
def opened(
    content: Path,
    zone: ZoneInfo,
    live: bool,
    *,
    payments: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Desk]:
    """Open the sandbox, or with `live` the real site; with `payments` the provider, too.

    Raises:
        WrongUsage: the settings of the real site are missing or cannot be meant like this.

    """
    if live:
        from publish.operating.real import opened_real

        with opened_real(content, zone, environ, payments) as desk:
            yield desk
    else:
        with _opened_sandbox(content, zone, environ, payments) as desk:
            yield desk


@contextmanager
def _opened_sandbox(
    content: Path, zone: ZoneInfo, environ: Mapping[str, str], payments: bool
) -> Iterator[Desk]:
    """Open what the preview works on: its own sandbox, or Stripe's test mode with a test key."""
    from publish.sandbox.home import Home

    home = Home(folders.sandbox_state(content))
    home.folder.mkdir(parents=True, exist_ok=True)
    key = environ.get("STRIPE_SECRET_KEY", "")
    if key.startswith(_LIVE_KEYS):
        raise WrongUsage(
            N_(
                "STRIPE_SECRET_KEY is a live key, but --live is not given"
                " (add --live to work on the real site, or take the key away)"
            )
        )
    opened = _sandbox if not key or key.startswith(SANDBOX_KEY) else _test_mode
    with opened(home, folders.preview_output(content), zone, key, payments) as desk:
        yield desk


@contextmanager
def _sandbox(
    home: Home, generation: Path, zone: ZoneInfo, key: str, payments: bool
) -> Iterator[Desk]:
    from publish.paywall.stores.sqlite import SqliteStore
    from publish.sandbox.clock import MovingClock
    from publish.sandbox.state import State

    state = State(home.stripe)
    clock = MovingClock(state)
    with closing(SqliteStore(home.service, clock=clock)) as store:
        desk = _desk("sandbox", home, generation, zone, store, clock)
        if not payments:
            yield desk
            return
        from publish.operating.real import with_stripe
        from publish.sandbox.running import running

        with running(state) as address:
            yield with_stripe(desk, SANDBOX_KEY, address)


@contextmanager
def _test_mode(
    home: Home, generation: Path, zone: ZoneInfo, key: str, payments: bool
) -> Iterator[Desk]:
    from publish.operating.real import key_name, named, with_stripe
    from publish.paywall.stores.rules import system_clock
    from publish.paywall.stores.sqlite import SqliteStore

    with closing(SqliteStore(home.test_service)) as store:
        desk = _desk("test", home, generation, zone, store, system_clock)
        desk = dataclasses.replace(desk, account=key_name(key))
        yield named(with_stripe(desk, key, "")) if payments else desk


def _desk(
    mode: Mode, home: Home, generation: Path, zone: ZoneInfo, store: Store, clock: Clock
) -> Desk:
    from publish.paywall.bodies.folder import FolderBodies
    from publish.paywall.mailers.any_sender import AnySender
    from publish.paywall.mailers.outbox import Outbox

    # No page is answered from here; links in mails and codes lead to the preview.
    world = World(home.origin, store, FolderBodies(generation), clock, home.ring())
    outbox = Outbox(home.mails, clock=clock)
    return Desk(mode, mode, world, zone, generation, lambda: AnySender(outbox))
