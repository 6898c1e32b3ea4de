"""Composition roots: one for each runtime. They differ by wiring, never by logic.

Adapters are loaded only when a setting names them.
"""

from __future__ import annotations

from pathlib import Path

from publish.paywall.ports import Bodies, Clock, Mailer, Payments, Store, Wake
from publish.paywall.roots.settings import Settings
from publish.paywall.signing import Keyring
from publish.paywall.stores.rules import system_clock
from publish.paywall.visit import World


def world_from(
    settings: Settings, *, wake: Wake | None = None, clock: Clock = system_clock
) -> World:
    """Return the world that the settings describe."""
    more = {"wake": wake} if wake else {}
    return World(
        origin=settings.origin,
        store=store_from(settings.store, clock),
        bodies=bodies_from(settings.bodies),
        clock=clock,
        ring=Keyring(settings.keys),
        payments=payments_from(settings),
        **more,
    )


def store_from(named: str, clock: Clock = system_clock) -> Store:
    """Return the store of a setting."""
    kind, _, place = named.partition(":")
    if kind == "sqlite":
        from publish.paywall.stores.sqlite import SqliteStore

        return SqliteStore(Path(place), clock=clock)
    from publish.paywall.stores.dynamodb import DynamoStore

    return DynamoStore(place, clock=clock)


def bodies_from(named: str) -> Bodies:
    """Return the bodies of a setting."""
    kind, _, place = named.partition(":")
    if kind == "folder":
        from publish.paywall.bodies.folder import FolderBodies

        return FolderBodies(Path(place))
    from publish.paywall.bodies.s3 import S3Bodies

    bucket, _, prefix = place.removeprefix("//").partition("/")
    return S3Bodies(bucket, prefix)


def mailer_from(named: str) -> Mailer:
    """Return the mailer of a setting."""
    kind, _, place = named.partition(":")
    if kind == "outbox":
        from publish.paywall.mailers.outbox import Outbox

        return Outbox(Path(place))
    if kind == "ses":
        from publish.paywall.mailers.ses import SesMailer

        return SesMailer(configuration=place)
    from publish.paywall.mailers.smtp import SmtpMailer

    return SmtpMailer(named)


def payments_from(settings: Settings) -> Payments | None:
    """Return the payment provider, None for a site that takes codes only."""
    if not settings.stripe_key:
        return None
    from publish.paywall.payments.stripe_api import StripePayments

    return StripePayments(
        settings.stripe_key,
        settings.webhook_secrets,
        api_base=settings.stripe_api,
        account=settings.stripe_account,
    )
