"""The stack's side of a publish: what it should be like, what would change, and changing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from publish.deploy import dns_records, domains, firewall_setup, headers, resolving, secrets
from publish.deploy.clients import Clients
from publish.deploy.resolving import Resolver
from publish.deploy.secrets import ORIGIN_SECRET, Vault
from publish.deploy.settings import Deployment
from publish.deploy.stack import template as stack_template
from publish.deploy.stack.names import Names
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.progress import Event, silent
from publish.deploy.stack.proposals import Proposal
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState
from publish.deploy.stack.template import Template
from publish.deploy.stack.trusting import trust_github

Listen: TypeAlias = Callable[[Event, int, int], None]
_LOOKED_UP = ("Certificate", "Host", "Twin", "Firewall")
"""Parameters whose values are asked for, which publishing alone may not."""
ORIGIN, STRIPE = "OriginSecret", "StripeApi"
"""The parameters by which CloudFront learns what it says to the service, and the service whom it
asks instead of Stripe."""


@dataclass(frozen=True)
class Wanted:
    """A stack as it should be: its template and its open parameters."""

    template: Template
    parameters: Mapping[str, str]

    @property
    def host(self) -> str:
        """Return the host that readers are led to, "" until its DNS leads here."""
        host = self.parameters["Host"]
        return host if self.parameters["Origin"] == f"https://{host}" else ""

    def stands(self, state: StackState | None) -> bool:
        """Tell whether a stack is like this already."""
        return state is not None and state.is_made_of(self.template, self.parameters)


@dataclass(frozen=True)
class Setup:
    """What a publish found of the stack: as it stands, as it should be, and what would change.

    `firewall` tells what would happen to the web firewall, a small stack of its own.
    """

    state: StackState | None
    wanted: Wanted
    proposal: Proposal | None = None
    firewall: firewall_setup.Do = ""
    secret: str = field(default="", repr=False)

    @property
    def outputs(self) -> Outputs | None:
        """Return the names of the stack's parts, None as long as there are none."""
        return self.state.outputs if self.state and self.state.there else None

    @property
    def first(self) -> bool:
        """Tell whether the stack would be made."""
        return self.outputs is None

    @property
    def changes(self) -> bool:
        """Tell whether anything of it would change."""
        return bool(self.firewall or (self.proposal and self.proposal.kind != "none"))

    @property
    def outdated(self) -> bool:
        """Tell whether it is another one than it should be."""
        return not self.wanted.stands(self.state)


def stacks(clients: Clients) -> Stacks:
    """Return the stacks of the site's region."""
    return Stacks(clients.of("cloudformation"), clients.of("s3"))


def looked_at(deployment: Deployment, clients: Clients, stripe_api: str = "") -> Setup:
    """Return how the stack stands, as far as publishing alone may look.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    state = stacks(clients).state(deployment.name)
    before = state.parameters if state else {}
    kept = {name: before.get(name, "") for name in _LOOKED_UP}
    told = {**kept, STRIPE: stripe_api or before.get(STRIPE, "")}
    return Setup(state, _wanted(deployment, clients, state, told, _arrived(state, kept["Host"])))


def examined(
    deployment: Deployment,
    clients: Clients,
    stripe_api: str = "",
    resolve: Resolver = resolving.system,
) -> Setup:
    """Return how the stack stands and should be; certificate, DNS and firewall are asked for, too.

    `stripe_api` is another address than Stripe's own, for what stands in for it.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    state = stacks(clients).state(deployment.name)
    acl = firewall_setup.standing(deployment, clients)
    found = {
        **_domain(deployment, clients, state),
        "Firewall": acl if deployment.firewall else "",
        STRIPE: stripe_api or (state.parameters.get(STRIPE, "") if state else ""),
    }
    host = found["Host"]
    there = _arrived(state, host) or bool(state and host and _leads_here(host, state, resolve))
    return Setup(
        state,
        _wanted(deployment, clients, state, found, there),
        firewall=firewall_setup.to_do(deployment, acl),
    )


def proposed(
    setup: Setup,
    deployment: Deployment,
    clients: Clients,
    insist: frozenset[str],
    listen: Listen,
    resolve: Resolver = resolving.system,
) -> Setup:
    """Return it with the changes that wait to be agreed to; none where the stack is as it should.

    Raises:
        StackError: it cannot be changed, or would lose data.
        Refused, Unreachable: what AWS says.

    """
    if not setup.outdated:
        return setup
    secret = _secret(deployment, clients) if setup.first else ""
    parameters = {**setup.wanted.parameters, **({ORIGIN: secret} if secret else {})}
    found = stacks(clients).propose(
        deployment.name, setup.wanted.template, parameters, insist=insist, listen=listen
    )
    if setup.state and setup.state.state == "working":
        # Somebody was at work on it, which was waited for: there is another stack now.
        stacks(clients).discard(found)
        again = examined(deployment, clients, setup.wanted.parameters[STRIPE], resolve)
        return proposed(again, deployment, clients, insist, listen, resolve)
    return Setup(setup.state, setup.wanted, found, setup.firewall, secret)


def discard(setup: Setup, clients: Clients) -> None:
    """Take the changes back that were not agreed to.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    if setup.proposal:
        stacks(clients).discard(setup.proposal)


def executed(
    setup: Setup, deployment: Deployment, clients: Clients, listen: Listen = silent
) -> Outputs:
    """Bring the stack to where it should be, and return the names of its parts.

    What only the finished stack knows (its own address) is filled in by a second, small change.

    Raises:
        StackError: it failed, and why.
        Refused, Unreachable: what AWS says.

    """
    if setup.secret:
        _keep_secrets(deployment, clients, setup.secret)
    if deployment.github:
        names = Names(deployment.name, clients.account(), deployment.region)
        trust_github(clients.of("iam"), names)
    ours = stacks(clients)
    state = ours.execute(setup.proposal, listen) if setup.proposal else setup.state
    acl = firewall_setup.made(deployment, clients, listen) if setup.firewall == "make" else ""
    last = _wanted(deployment, clients, state, _found(setup, acl), bool(setup.wanted.host))
    if not last.stands(state):
        state = ours.settle(deployment.name, last.template, last.parameters, listen)
    if setup.firewall == "remove":
        firewall_setup.removed(deployment, clients, listen)
    assert state
    return state.outputs


def _found(setup: Setup, acl: str) -> Mapping[str, str]:
    told = {name: setup.wanted.parameters[name] for name in (*_LOOKED_UP, STRIPE)}
    return {**told, "Firewall": acl or told["Firewall"]}


def _wanted(
    deployment: Deployment,
    clients: Clients,
    state: StackState | None,
    found: Mapping[str, str],
    arrived: bool,
) -> Wanted:
    parameters = {
        **found,
        "Origin": _origin(found["Host"] if arrived else "", state),
        "AlarmMail": deployment.alarms,
        "Budget": str(deployment.budget),
    }
    instead = [found[STRIPE]] if found[STRIPE] else []
    made = stack_template.template(
        deployment,
        headers.security(deployment.embeds, (*headers.STRIPE, *instead)),
        account=clients.account(),
        mail=deployment.mail_domain,
    )
    return Wanted(made, parameters)


def _origin(host: str, state: StackState | None) -> str:
    """Return the address that the service takes for its own, "" before there is one."""
    named = host or (state.outputs.domain if state else "")
    return f"https://{named}" if named else ""


def _arrived(state: StackState | None, host: str) -> bool:
    """Tell whether readers are led to a host already; what DNS says now is nothing to undo it."""
    return bool(state and host and state.parameters.get("Origin") == f"https://{host}")


def _leads_here(host: str, state: StackState, resolve: Resolver) -> bool:
    """Tell whether the DNS of a host leads to the distribution.

    The certificate comes first: before the distribution knows the host, whoever followed the DNS
    would meet an error. Before the DNS leads there, whoever is led to the host finds nothing.
    """
    site = dns_records.wanted(host, None, state.outputs.domain, None, "")
    found = dns_records.looked_up([each for each in site if each.name == host], resolve)
    return bool(found) and all(each.state == "there" for each in found)


def _domain(
    deployment: Deployment, clients: Clients, state: StackState | None
) -> Mapping[str, str]:
    """Return the certificate and its hosts; one that serves the site already stays."""
    host = deployment.host
    found = domains.find(host, clients)
    if found and found.ready:
        return {"Certificate": found.arn, "Host": host, "Twin": found.twin_of(host)}
    before = state.parameters if state else {}
    if before.get("Host") == host:
        return {name: before.get(name, "") for name in ("Certificate", "Host", "Twin")}
    return {"Certificate": "", "Host": "", "Twin": ""}


def _secret(deployment: Deployment, clients: Clients) -> str:
    """Return what an earlier run has kept already, else a new one; nothing is written."""
    kept = Vault(deployment.name, clients.of("ssm")).get(ORIGIN_SECRET)
    return kept.split(",")[-1] or secrets.made()


def _keep_secrets(deployment: Deployment, clients: Clients, secret: str) -> None:
    vault = Vault(deployment.name, clients.of("ssm"))
    vault.put(ORIGIN_SECRET, secret, over=False)
    vault.ensure()
