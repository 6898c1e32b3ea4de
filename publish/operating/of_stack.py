"""The real site as its stack tells it, so that commands need nothing in the environment.

Only who may publish may look there: the names of its parts come from CloudFormation, its secrets
from the parameter store. Whatever of Stripe stands in the environment is not taken: a key of the
test mode that lies there for the preview must never meet real readers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from publish.contract.catalogue import N_
from publish.deploy import settings
from publish.deploy.answers import as_failures
from publish.deploy.buckets import PREFIX
from publish.deploy.clients import Clients
from publish.deploy.secrets import KEYS, STRIPE_KEY, Vault
from publish.deploy.settings import Deployment
from publish.deploy.stack.following import standing
from publish.deploy.stack.outputs import Outputs
from publish.paywall import cloud, roots
from publish.paywall.bodies.s3 import S3Bodies
from publish.paywall.mailers.ses import SesMailer
from publish.paywall.ports import Mailer
from publish.paywall.roots.settings import NAMES, Settings
from publish.paywall.roots.settings import read as read_settings
from publish.paywall.signing import Keyring
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.rules import system_clock
from publish.paywall.visit import World
from publish.trouble import Failure

_OURS = "INKSTEAD_"
_STRIPE_API = "STRIPE_API"


@dataclass(frozen=True)
class Found:
    """A site that was found by its stack: account of AWS, settings, world, what mails."""

    account: str
    settings: Settings
    world: World
    mailer: Callable[[], Mailer]


def wanted(content: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether to ask the stack: there is [publish], and the environment names no site."""
    named = any(environ.get(name) for name in NAMES if name.startswith(_OURS))
    return not named and settings.is_there(content)


def look(deployment: Deployment, clients: Clients, environ: Mapping[str, str]) -> Found:
    """Return the site that stands where [publish] of site.toml says.

    Raises:
        Failure: nothing was published yet, it is another account, or AWS does not let us look.
        SettingsError: what the stack and its secrets tell is not whole.
        ValueError: the secret key of Stripe does not go with its address.

    """
    with as_failures():
        account = clients.account()
        settings.guard(deployment, account)
        outputs = _outputs(deployment, clients)
        vault = Vault(deployment.name, clients.of("ssm"))
        found = read_settings(_told(outputs, vault, environ))
        return Found(
            account,
            found,
            _world(found, outputs, clients),
            lambda: SesMailer(clients.once("sesv2"), configuration=outputs.configuration_set),
        )


def _outputs(deployment: Deployment, clients: Clients) -> Outputs:
    found = standing(clients, deployment.name)
    if found is None or not found.outputs.origin:
        raise Failure(
            N_(
                'the site was not published yet: there is no stack "{stack}" in {region}, or it'
                " has no address (run: inkstead publish)"
            ),
            stack=deployment.name,
            region=deployment.region,
        )
    return found.outputs


def _told(outputs: Outputs, vault: Vault, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what would stand in the environment, secrets and all."""
    stripe = vault.get(STRIPE_KEY)
    told = {
        "INKSTEAD_ORIGIN": outputs.origin,
        "INKSTEAD_STORE": f"dynamodb:{outputs.table}",
        "INKSTEAD_BODIES": f"s3://{outputs.private_bucket}/{PREFIX}",
        "INKSTEAD_MAIL": f"ses:{outputs.configuration_set}",
        KEYS: vault.get(KEYS),
        STRIPE_KEY: stripe,
    }
    if stripe:
        # Commands receive no webhooks; this verifies nothing that anybody sends.
        told["STRIPE_WEBHOOK_SECRETS"] = secrets.token_hex(32)
        told[_STRIPE_API] = environ.get(_STRIPE_API, "")
    return told


def _world(found: Settings, outputs: Outputs, clients: Clients) -> World:
    return World(
        origin=found.origin,
        store=DynamoStore(outputs.table, cloud.taking_whole(clients.of("dynamodb"))),
        bodies=S3Bodies(outputs.private_bucket, PREFIX, cloud.taking_whole(clients.of("s3"))),
        clock=system_clock,
        ring=Keyring(found.keys),
        payments=roots.payments_from(found),
    )
