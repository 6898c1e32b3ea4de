"""`inkstead policies`: what each role needs at AWS, to copy."""

from __future__ import annotations

import json
import os
import re
from functools import partial
from pathlib import Path

import click

from publish import folders, options
from publish.contract.catalogue import N_, Words
from publish.deploy import settings
from publish.deploy.answers import as_failures
from publish.deploy.clients import Clients
from publish.deploy.ports import DeployError
from publish.deploy.settings import Deployment
from publish.deploy.stack import policies
from publish.deploy.stack.following import standing
from publish.deploy.stack.granting import Document
from publish.deploy.stack.names import Names
from publish.helptext import explained
from publish.screen import say
from publish.trouble import WrongUsage

INFRASTRUCTURE, SITE, OPERATING, FUNCTION = "infrastructure", "site", "operating", "function"
_WHOSE = {
    INFRASTRUCTURE: N_("who sets up the site: the first publish, secrets, domain, destroy"),
    SITE: N_("who publishes once the stack is there; what GitHub's role has"),
    OPERATING: N_("who looks after readers, orders and backups with --live, and publishes nothing"),
    FUNCTION: N_("the running service; the stack gives it by itself"),
}
_ROLES = (INFRASTRUCTURE, SITE, OPERATING, FUNCTION)


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "policies",
        callback=partial(_policies, words),
        help=explained(
            words,
            _(
                "Print what a role may do at AWS and no more, as JSON to copy into the console"
                " (IAM, Policies, Create policy): infrastructure for who sets up the site, site for"
                " who publishes once the stack is there, operating for who looks after readers and"
                " orders, function for the running service. Without a name, all of them. Nothing is"
                " changed."
            ),
            ("inkstead policies infrastructure", ""),
            ("inkstead policies site > site-policy.json", ""),
        ),
        params=[
            click.Argument(["role"], metavar="[ROLE]", required=False, type=click.Choice(_ROLES)),
            click.Option(
                ["--account", "account"],
                metavar="ID",
                help=_("The account, for who has no credentials yet."),
            ),
            options.content(words),
            options.language(words),
        ],
    )


def _policies(words: Words, role: str | None, account: str | None, content: str | None) -> int:
    deployment = settings.read(folders.find_content(content, os.environ, Path.cwd()))
    account = account or deployment.account
    if account and not re.fullmatch(r"[0-9]{12}", account):
        raise WrongUsage(N_('--account "{account}" is not twelve digits'), account=account)
    with as_failures(), Clients(deployment.region, os.environ) as clients:
        account = account or clients.account()
        edge = _distribution(deployment, clients)
    for each in [role] if role else _ROLES:
        say([f"{each}: {words.gettext(_WHOSE[each])}"], err=True)
        say([json.dumps(_document(each, deployment, account, edge), indent=2)])
    return 0


def _document(role: str, deployment: Deployment, account: str, edge: str) -> Document:
    names = Names(deployment.name, account, deployment.region)
    if role == INFRASTRUCTURE:
        return policies.infrastructure(names)
    if role == SITE:
        return policies.site(names, edge)
    if role == OPERATING:
        return policies.operating(names, deployment.mail_domain)
    return policies.function(names, deployment.mail_domain)


def _distribution(deployment: Deployment, clients: Clients) -> str:
    """Return the id of the distribution, a star where it is not there or we may not look."""
    try:
        found = standing(clients, deployment.name)
    except DeployError:
        return "*"
    return (found.outputs.distribution if found else "") or "*"
