"""The web firewall of a site: a small stack of its own, made and removed with what is wanted."""

from __future__ import annotations

from typing import Literal, TypeAlias

from publish.deploy.clients import Clients
from publish.deploy.settings import Deployment
from publish.deploy.stack import firewall
from publish.deploy.stack.names import Names
from publish.deploy.stack.progress import Listen
from publish.deploy.stack.provision import Stacks
from publish.deploy.stack.states import StackState

Do: TypeAlias = Literal["", "make", "remove"]


def standing(deployment: Deployment, clients: Clients) -> str:
    """Return the ARN of the firewall that stands, "" for none.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    state = _state(deployment, clients)
    return state.told.get(firewall.OUTPUT, "") if state and state.state == "standing" else ""


def to_do(deployment: Deployment, acl: str) -> Do:
    """Return what has to happen to it; `acl` is the one that stands."""
    if deployment.firewall == bool(acl):
        return ""
    return "make" if deployment.firewall else "remove"


def made(deployment: Deployment, clients: Clients, listen: Listen) -> str:
    """Make it and return its ARN.

    Raises:
        StackError: it failed, and why.
        Refused, Unreachable: what AWS says.

    """
    name = Names(deployment.name).firewall
    state = _stacks(clients).settle(name, firewall.template(deployment), {}, listen)
    return state.told.get(firewall.OUTPUT, "")


def removed(deployment: Deployment, clients: Clients, listen: Listen) -> None:
    """Remove it, once nothing stands behind it any more.

    Raises:
        StackError: it failed, and why.
        Refused, Unreachable: what AWS says.

    """
    state = _state(deployment, clients)
    if state:
        _stacks(clients).remove(state, listen)


def _stacks(clients: Clients) -> Stacks:
    return Stacks(clients.of("cloudformation", firewall.REGION))


def _state(deployment: Deployment, clients: Clients) -> StackState | None:
    return _stacks(clients).state(Names(deployment.name).firewall)
