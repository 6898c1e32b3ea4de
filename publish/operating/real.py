"""The real site, from the environment; and Stripe for a desk, the real one or the sandbox's."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from publish import folders
from publish.contract.catalogue import N_, Words
from publish.operating.opening import Desk, Mode
from publish.paywall import roots
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_desk import Refused, StripeDesk
from publish.paywall.ports import PaymentsDown
from publish.paywall.roots import settings
from publish.paywall.roots.settings import Problem, Settings, SettingsError
from publish.paywall.visit import World
from publish.trouble import Failure, WrongUsage

_SECRETS = "STRIPE_WEBHOOK_SECRETS"
_SHOWN = 4


class Unset(WrongUsage):
    """Settings of the real site that are missing or wrong, all of them at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            N_("the settings of the real site are not right (set them in the environment)")
        )
        self.problems = problems

    def say(self, words: Words) -> str:
        """Return each problem on a line of its own."""
        told = [words.gettext(each.message).format(**each.values) for each in self.problems]
        return "\n".join([*told, super().say(words)])


@contextmanager
def opened_real(
    content: Path, zone: ZoneInfo, environ: Mapping[str, str], payments: bool
) -> Iterator[Desk]:
    """Open the real site that the environment names.

    Raises:
        Unset: something is missing or wrong.
        Failure: Stripe is needed and does not answer, or does not know the key.

    """
    found = read(environ)
    world = _world(found)
    desk = Desk(
        account=key_name(found.stripe_key),
        mode=_mode(found),
        world=world,
        zone=zone,
        generation=folders.default_output(content),
    )
    if payments and found.stripe_key:
        yield named(with_stripe(desk, found.stripe_key, found.stripe_api, found.stripe_account))
    else:
        yield desk


def _world(found: Settings) -> World:
    try:
        return roots.world_from(found)
    except ValueError as cause:  # a key that does not go with the address
        raise WrongUsage(N_("STRIPE_SECRET_KEY: {problem}"), problem=cause) from cause


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings; commands receive no webhooks, so they need no secret of them.

    Raises:
        Unset: something is missing or wrong.

    """
    told = dict(environ)
    if told.get("STRIPE_SECRET_KEY") and not told.get(_SECRETS):
        told[_SECRETS] = secrets.token_hex(32)  # verifies nothing that anybody sends
    try:
        return settings.read(told)
    except SettingsError as cause:
        raise Unset(cause.problems) from cause


def with_stripe(desk: Desk, key: str, api_base: str, account: str = "") -> Desk:
    """Return the desk with the payment provider."""
    try:
        payments = StripePayments(key, None, api_base=api_base, account=account)
    except ValueError as cause:
        raise WrongUsage(N_("STRIPE_SECRET_KEY: {problem}"), problem=cause) from cause
    return dataclasses.replace(
        desk,
        world=dataclasses.replace(desk.world, payments=payments),
        provider=StripeDesk(payments.client),
    )


def named(desk: Desk) -> Desk:
    """Return the desk with the account's own id and name.

    Raises:
        Failure: Stripe does not answer, or does not know the key.

    """
    try:
        told = desk.stripe().account()
    except PaymentsDown as cause:
        raise Failure(N_("Stripe does not answer; try again later")) from cause
    except Refused as cause:
        raise Failure(N_("Stripe refuses: {said}"), said=cause) from cause
    profile = told.get("business_profile") or {}
    name = profile.get("name") or ((told.get("settings") or {}).get("dashboard") or {}).get(
        "display_name"
    )
    account = f"{told['id']} {name}" if name else str(told["id"])
    return dataclasses.replace(desk, account=account)


def _mode(found: Settings) -> Mode:
    if found.stripe_api:
        return "sandbox"
    return "test" if "_test_" in found.stripe_key else "live"


def key_name(key: str) -> str:
    """Return a key fit for a screen."""
    return f"Stripe …{key[-_SHOWN:]}" if key else "–"
