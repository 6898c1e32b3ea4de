"""The whole life beside the previewed site: service, mails, sandbox; a composition root.

Without a key it stands on the sandbox, with a test key on Stripe's test mode. A live key is
refused: nobody pays for what is only looked at.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest, ManifestError, load
from publish.paywall import ticking
from publish.paywall.adapters import wsgi
from publish.paywall.bodies.folder import FolderBodies
from publish.paywall.mailers.any_sender import AnySender
from publish.paywall.mailers.outbox import Outbox
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_requests import SANDBOX_KEY
from publish.paywall.ports import Clock, Payments, PaymentsDown
from publish.paywall.roots.server import Ticker
from publish.paywall.service import Service
from publish.paywall.stores.rules import system_clock
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.visit import World
from publish.preview import magnets, mailbox
from publish.sandbox import app, life, webhooks
from publish.sandbox.clock import MovingClock
from publish.sandbox.home import Home
from publish.sandbox.state import State
from publish.trouble import WrongUsage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Mode: TypeAlias = Literal["sandbox", "test"]

API, SANDBOX, MAILS = "/api/", f"{app.PREFIX}/", mailbox.PREFIX
MAGNETS = magnets.PREFIX
_TEST_KEYS = ("sk_test_", "rk_test_")
_LIVE_KEYS = ("sk_live_", "rk_live_")
_LOOPBACK = webhooks.LOOPBACK
_EVERY_SECOND = 1.0
_MARK = "preview"


@dataclass(frozen=True)
class Payer:
    """Where the preview's payments go: the sandbox, or Stripe's test mode with a key."""

    mode: Mode
    key: str = field(default=SANDBOX_KEY, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Life:
    """What runs beside the site: `mounts` by prefix, and what a new build has to be told to."""

    mode: Mode
    mounts: Mapping[str, WSGIApplication]
    built: Callable[[], str]
    """To be called after each good build; it returns what went wrong, "" for nothing."""
    told_by_webhook: bool = True
    """Whether Stripe can tell the preview anything; without it only the return page asks."""


def payer(environ: Mapping[str, str]) -> Payer:
    """Return where payments go, from STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS and STRIPE_API.

    Raises:
        WrongUsage: the key is live or none, or the address is not on this machine.

    """
    key, address = environ.get("STRIPE_SECRET_KEY", ""), environ.get("STRIPE_API", "")
    if address and urlsplit(address).hostname not in _LOOPBACK:
        raise WrongUsage(
            N_(
                'STRIPE_API: "{address}" is not on this machine; the preview brings its own sandbox'
                " (take STRIPE_API away)"
            ),
            address=address,
        )
    if key.startswith(_LIVE_KEYS):
        raise WrongUsage(
            N_(
                "STRIPE_SECRET_KEY is a live key, and the preview takes no real money"
                " (set one that begins with sk_test_, or none for the sandbox)"
            )
        )
    if not key or key.startswith(SANDBOX_KEY):
        return Payer("sandbox")
    if not key.startswith(_TEST_KEYS):
        raise WrongUsage(
            N_("STRIPE_SECRET_KEY is no key of Stripe's test mode (it begins with sk_test_)")
        )
    told = environ.get("STRIPE_WEBHOOK_SECRETS", "").split(",")
    return Payer("test", key, tuple(each.strip() for each in told if each.strip()))


@contextmanager
def living(folder: Path, generation: Path, origin: str, paying: Payer) -> Iterator[Life]:
    """Run the life of a site that is built into `generation` and shown at `origin`.

    `folder` keeps everything that must outlive the preview.
    """
    home = Home(folder)
    home.show_at(origin)
    with ExitStack() as until_the_end:
        if paying.mode == "sandbox":
            yield until_the_end.enter_context(_with_sandbox(home, generation, origin))
        else:
            yield until_the_end.enter_context(_with_stripe(home, generation, origin, paying))


@contextmanager
def _with_sandbox(home: Home, generation: Path, origin: str) -> Iterator[Life]:
    home.folder.mkdir(parents=True, exist_ok=True)
    state, secret = State(home.stripe), home.webhook_secret()
    with life.today(state) as books:
        webhooks.register(books, f"{origin}/api/webhook", secret, _MARK)
    payments = StripePayments(SANDBOX_KEY, (secret,), api_base=origin + app.API)
    courier = Ticker(lambda: webhooks.deliver(state), _EVERY_SECOND)
    stand_in = app.Sandbox(state, courier.wake, mails=MAILS)
    clock = MovingClock(state)
    with (
        closing(SqliteStore(home.service, clock=clock)) as store,
        _serving(home, generation, origin, store, clock, payments) as beside,
        _ticking(courier),
    ):
        mounts: dict[str, WSGIApplication] = {**beside, SANDBOX: stand_in}
        yield Life("sandbox", mounts, Catalogue(generation, payments))


@contextmanager
def _with_stripe(home: Home, generation: Path, origin: str, paying: Payer) -> Iterator[Life]:
    home.folder.mkdir(parents=True, exist_ok=True)
    # Nobody knows the secret that stands in for a missing one, so nothing can be told.
    payments = StripePayments(paying.key, paying.secrets or (secrets.token_hex(32),))
    with (
        closing(SqliteStore(home.test_service)) as store,
        _serving(home, generation, origin, store, system_clock, payments) as mounts,
    ):
        sells = Catalogue(generation, payments, careful=True)
        yield Life("test", mounts, sells, told_by_webhook=bool(paying.secrets))


@contextmanager
def _serving(
    home: Home,
    generation: Path,
    origin: str,
    store: SqliteStore,
    clock: Clock,
    payments: Payments,
) -> Iterator[Mapping[str, WSGIApplication]]:
    """Yield the service and what looks at it, by prefix, with somebody who does what is due."""
    outbox = Outbox(home.mails, clock=clock)
    ticker = Ticker(lambda: ticking.tick(world, AnySender(outbox)), _EVERY_SECOND)
    bodies = FolderBodies(generation)
    world = World(origin, store, bodies, clock, home.ring(), payments, ticker.wake)
    with _ticking(ticker):
        yield {
            API: wsgi.application(Service(world)),
            MAILS: mailbox.Mailbox(outbox),
            MAGNETS: magnets.Magnets(generation, store),
        }


@contextmanager
def _ticking(ticker: Ticker) -> Iterator[None]:
    ticker.start()
    try:
        yield
    finally:
        ticker.stop()


class Catalogue:
    """Gives the provider the products and prices of each build that changes them.

    `careful`: the account may be shared, so what it lacks is made, and nothing else touched.
    """

    def __init__(
        self, generation: Path, payments: StripePayments, *, careful: bool = False
    ) -> None:
        self._generation, self._payments, self._careful = generation, payments, careful
        self._sold: object = None

    def __call__(self) -> str:
        """Tell the provider what is sold now; return why it could not be told."""
        from publish.paywall.payments.catalogue import wanted
        from publish.paywall.payments.stripe_desk import Refused

        try:
            manifest = load(self._generation / "manifest.json")
            if (sold := wanted(manifest)) != self._sold:
                self._sync(manifest)
                self._sold = sold
        except (ManifestError, PaymentsDown, Refused) as cause:
            return str(cause) or type(cause).__name__
        return ""

    def _sync(self, manifest: Manifest) -> None:
        from publish.operating import catalogue_sync
        from publish.paywall.payments.stripe_desk import StripeDesk

        desk = StripeDesk(self._payments.client)
        for action in catalogue_sync.plan(manifest, catalogue_sync.found(desk)):
            if action.do == "create" or not self._careful:
                catalogue_sync.apply(desk, action)
