"""The real site, from the environment or its stack; and Stripe, the real one or the sandbox's."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from publish import folders
from publish.contract.catalogue import N_, Words
from publish.deploy.clients import Clients
from publish.deploy.settings import read as read_deployment
from publish.operating.opening import Desk, Mode
from publish.paywall import roots
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_desk import Refused, StripeDesk
from publish.paywall.ports import PaymentsDown
from publish.paywall.roots import settings
from publish.paywall.roots.settings import Problem, Settings, SettingsError
from publish.paywall.visit import World
from publish.serving import surroundings
from publish.trouble import Failure, WrongUsage

_SECRETS = "STRIPE_WEBHOOK_SECRETS"
_SHOWN = 4
_NONE = "–"
_UNSET = N_("the settings of the real site are not right (set them in the environment)")
_STACK_WRONG = N_(
    "the settings of the published site are not right (publish again: inkstead publish)"
)


class Unset(WrongUsage):
    """Settings of the real site that are missing or wrong, all of them at once."""

    def __init__(self, problems: tuple[Problem, ...], message: str = "") -> None:
        super().__init__(message or _UNSET)
        self.problems = problems

    def say(self, words: Words) -> str:
        """Return each problem on a line of its own."""
        told = [words.gettext(each.message).format(**each.values) for each in self.problems]
        return "\n".join([*told, super().say(words)])


@contextmanager
def opened_real(
    content: Path, zone: ZoneInfo, environ: Mapping[str, str], payments: bool
) -> Iterator[Desk]:
    """Open the real site that the environment names, or else the stack of [publish].

    Raises:
        Unset: something is missing or wrong.
        WrongUsage: [publish] is not right.
        Failure: the stack is not there, or AWS does not let us look; Stripe is needed and does not
            answer, or does not know the key.

    """
    from publish.operating import of_stack

    if not of_stack.wanted(content, environ):
        found = read(surroundings.of_one_server(environ, content))
        yield _with_payments(_desk(found, _world(found), content, zone), payments, found)
        return
    deployment = read_deployment(content)
    with Clients(deployment.region, environ) as clients:
        with _fitting(_STACK_WRONG):
            site = of_stack.look(deployment, clients, environ)
        desk = _desk(site.settings, site.world, content, zone)
        desk = dataclasses.replace(desk, mailer=site.mailer)
        desk = _with_payments(desk, payments, site.settings)
        yield dataclasses.replace(desk, account=_of_aws(site.account, desk.account))


@contextmanager
def _fitting(message: str = "") -> Iterator[None]:
    """Say in sentences what is wrong with settings."""
    try:
        yield
    except SettingsError as cause:
        raise Unset(cause.problems, message) from cause
    except ValueError as cause:  # a key that does not go with the address
        raise WrongUsage(N_("STRIPE_SECRET_KEY: {problem}"), problem=cause) from cause


def _world(found: Settings) -> World:
    with _fitting():
        return roots.world_from(found)


def _desk(found: Settings, world: World, content: Path, zone: ZoneInfo) -> Desk:
    return Desk(
        account=key_name(found.stripe_key),
        mode=_mode(found),
        world=world,
        zone=zone,
        generation=folders.default_output(content),
        mailer=lambda: roots.mailer_from(found.mail),
    )


def _with_payments(desk: Desk, payments: bool, found: Settings) -> Desk:
    if not (payments and found.stripe_key):
        return desk
    return named(with_stripe(desk, found.stripe_key, found.stripe_api, found.stripe_account))


def _of_aws(account: str, stripe: str) -> str:
    return f"AWS {account}" if stripe == _NONE else f"AWS {account} · {stripe}"


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings; commands receive no webhooks, so they need no secret of them.

    Raises:
        Unset: something is missing or wrong.

    """
    told = dict(environ)
    if told.get("STRIPE_SECRET_KEY") and not told.get(_SECRETS):
        told[_SECRETS] = secrets.token_hex(32)  # verifies nothing that anybody sends
    with _fitting():
        return settings.read(told)


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
    return f"Stripe …{key[-_SHOWN:]}" if key else _NONE
