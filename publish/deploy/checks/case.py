"""What checks look at: a content folder, its deployment, and the world outside, given by tests."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol

from publish import moments
from publish.deploy import places, resolving
from publish.deploy.clients import Clients
from publish.deploy.places import Places
from publish.deploy.resolving import Resolver
from publish.deploy.secrets import Vault
from publish.deploy.settings import Deployment
from publish.deploy.stack.following import standing
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.states import StackState

_SECONDS = 3.0


class NoAnswer(Exception):
    """Nobody answered at an address."""


@dataclass(frozen=True)
class Answer:
    """What an address answered: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Desk(Protocol):
    """What is asked of Stripe."""

    def account(self) -> Mapping[str, Any]:
        """Return the account."""

    def all(self, kind: Any, **wanted: Any) -> Iterable[Mapping[str, Any]]:
        """Yield objects of a kind."""


def fetch(address: str) -> Answer:
    """Ask an address without any credentials.

    Raises:
        NoAnswer: nobody does.

    """
    request = urllib.request.Request(address, headers={"user-agent": "inkstead"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return Answer(answer.status, _lower(answer.headers), answer.read(1_000_000))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, _lower(refused.headers))
    except (OSError, HTTPException, ValueError) as cause:
        raise NoAnswer(str(cause)) from cause


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def git(folder: Path, *words: str) -> str:
    """Return what git says in a folder, "" where it says no or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],  # noqa: S607 - the creator's own git
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS * 3,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def stripe(key: str, environ: Mapping[str, str]) -> Desk:
    """Return Stripe's desk for a key.

    Raises:
        ValueError: the key and the address of a stand-in do not go together.

    """
    from publish.paywall.payments.stripe_api import StripePayments
    from publish.paywall.payments.stripe_desk import StripeDesk

    payments = StripePayments(key, None, api_base=environ.get("STRIPE_API", ""))
    return StripeDesk(payments.client)


@dataclass(frozen=True)
class Case:
    """Everything that is looked at; without `deployment` only what is on this machine."""

    content: Path
    output: Path
    environ: Mapping[str, str]
    deployment: Deployment | None = None
    clients: Clients | None = None
    resolve: Resolver = resolving.system
    fetch: Callable[[str], Answer] = fetch
    git: Callable[..., str] = git
    stripe: Callable[[str, Mapping[str, str]], Desk] = stripe
    places: Callable[[Outputs, Deployment, Clients], Places] = places.opened
    now: Callable[[], datetime] = moments.now

    @property
    def where(self) -> Deployment:
        """Return the deployment; checks that need one are only made with one."""
        assert self.deployment is not None
        return self.deployment

    @property
    def cloud(self) -> Clients:
        """Return the clients; checks that need them are only made with them."""
        assert self.clients is not None
        return self.clients

    @cached_property
    def standing(self) -> StackState | None:
        """Return the stack, None where there is none."""
        return standing(self.cloud, self.where.name)

    @property
    def vault(self) -> Vault:
        """Return the secrets."""
        return Vault(self.where.name, self.cloud.of("ssm"))
