"""A publish from end to end: what it will do, and doing it. Rolling back is the same with less.

Nothing is written while it is planned, but a change set of CloudFormation, which `leave` takes away
again. What stands already is not looked at twice: a stack whose fingerprint is the same gets no
change set, a release that is live is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from publish.contract.catalogue import N_
from publish.deploy import (
    applying,
    bundle,
    history,
    planning,
    resolving,
    setting_up,
    settings,
    shown_by,
    unrecorded,
)
from publish.deploy import places as all_places
from publish.deploy.applying import Applied
from publish.deploy.bundle import Bundle, BundleError
from publish.deploy.clients import Clients
from publish.deploy.history import History
from publish.deploy.locking import Clock
from publish.deploy.places import Places, rehearsing
from publish.deploy.plans import Plan
from publish.deploy.release import Local, Release, stamp
from publish.deploy.resolving import Resolver
from publish.deploy.setting_up import Setup
from publish.deploy.settings import Deployment
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.progress import Event
from publish.deploy.working import Listen, silent
from publish.trouble import Failure

INSIST = ("gone", "record", "replace")
"""The words that insist on what is refused otherwise."""
STACK = "stack"


@dataclass(frozen=True)
class Order:
    """What is asked for: `owner` is who others are told that is at work.

    `site_only` leaves the stack alone; `stripe_api` is what stands in for Stripe, in tests only;
    `resolve` asks DNS whether the domain leads here.
    """

    deployment: Deployment
    owner: str
    insist: frozenset[str] = frozenset()
    site_only: bool = False
    stripe_api: str = ""
    resolve: Resolver = resolving.system


@dataclass(frozen=True)
class Prospect:
    """What a publish will do: to the stack, and with which plan; `bundle` is what the service runs.

    `live` is the record of what readers get now, `new_bundle` tells whether other code will run;
    `where` is where it was looked at, which knows the records already.
    """

    order: Order
    setup: Setup
    plan: Plan
    bundle: Bundle
    live: Release | None = None
    new_bundle: bool = True
    new_code: bool = True
    where: Places | None = field(default=None, repr=False, compare=False)

    @property
    def idle(self) -> bool:
        """Tell whether there is nothing to do."""
        stack = self.setup.changes and not self.order.site_only
        sends = self.plan.changes or self.plan.puts or self.plan.private_puts
        return not (stack or sends or self.new_bundle or self.new_code)


@dataclass(frozen=True)
class Published:
    """What came of it."""

    outputs: Outputs
    applied: Applied
    first: bool = False


def prospect(
    order: Order,
    local: Local,
    clients: Clients,
    workshop: Path,
    clock: Clock,
    hear: Listen = silent,
) -> Prospect:
    """Plan a publish; `workshop` is a folder for the bundle. `leave` or `carry_out` comes next.

    Raises:
        Failure: the account is another one, there is no stack to publish to, a guard refuses.
        StackError: the stack cannot be changed, or would lose data.
        DeployError: what AWS says.

    """
    deployment = order.deployment
    settings.guard(deployment, clients.account())
    setup = _setup(order, clients)
    made = built(workshop)
    where = places_of(setup.outputs, deployment, clients) if setup.outputs else None
    seen = rehearsing(where) if where else None
    known = history.read(seen) if seen else History()
    lost = [unrecorded.assets(seen.site, known.lost, local)] if seen and known.lost else []
    plan = planning.plan(
        local,
        known.now,
        now=stamp(clock()),
        host=setup.wanted.host,
        bundle=made.sha256,
        insist=order.insist,
        kept=(*known.kept, *lost),
        standing=known.lost,
        shown=shown_by.pictures(local, known.now, known.kept, seen) if seen else (),
    )
    runs = where.runtime.bundle() if where else ""
    if not order.site_only:
        setup = setting_up.proposed(
            setup, deployment, clients, order.insist, _of_stack(hear), order.resolve
        )
    new_code = known.live.code != plan.code
    plan = replace(plan, over=known.live.code)
    return Prospect(order, setup, plan, made, known.now, runs != made.sha256, new_code, where)


def leave(found: Prospect, clients: Clients) -> None:
    """Take back what planning left at AWS: a change set that nobody agreed to.

    Raises:
        Refused, Unreachable: what AWS says.

    """
    setting_up.discard(found.setup, clients)


def carry_out(found: Prospect, clients: Clients, clock: Clock, hear: Listen = silent) -> Published:
    """Do it: the stack first, then everything that the plan says.

    Raises:
        Failure: see `applying.apply`.
        StackError: the stack could not be changed.
        DeployError: what AWS says.

    """
    order, setup = found.order, found.setup
    outputs = setup.outputs
    if not order.site_only and setup.changes:
        outputs = setting_up.executed(setup, order.deployment, clients, _of_stack(hear))
    assert outputs
    seen = found.where if outputs == setup.outputs else None
    applied = applying.apply(
        found.plan,
        seen or places_of(outputs, order.deployment, clients),
        found.bundle,
        clock=clock,
        owner=order.owner,
        keep=order.deployment.keep,
        listen=hear,
    )
    return Published(outputs, applied, setup.first)


def places(deployment: Deployment, clients: Clients) -> Places:
    """Return where a site stands.

    Raises:
        Failure: the account is another one, or nothing stands there yet.
        DeployError: what AWS says.

    """
    settings.guard(deployment, clients.account())
    state = setting_up.stacks(clients).state(deployment.name)
    if not (state and state.ours and state.there):
        raise _no_stack(deployment)
    return places_of(state.outputs, deployment, clients)


def places_of(outputs: Outputs, deployment: Deployment, clients: Clients) -> Places:
    """Return the places of a stack."""
    return all_places.opened(outputs, deployment, clients)


def built(workshop: Path) -> Bundle:
    """Build the service's bundle.

    Raises:
        Failure: something that it needs is not installed, or the disk is full.

    """
    try:
        return bundle.build(workshop / "service.zip")
    except BundleError as cause:
        raise Failure(
            N_("the service cannot be packed: {cause} (install Inkstead again)"), cause=cause
        ) from cause
    except OSError as cause:
        raise Failure(
            N_(
                'the service cannot be packed in "{folder}": {reason}'
                " (make room there, or set TMPDIR to another folder, and run it again)"
            ),
            folder=workshop,
            reason=cause.strerror or cause,
        ) from cause


def _setup(order: Order, clients: Clients) -> Setup:
    if not order.site_only:
        return setting_up.examined(order.deployment, clients, order.stripe_api, order.resolve)
    found = setting_up.looked_at(order.deployment, clients, order.stripe_api)
    if not found.outputs or not (found.state and found.state.ours):
        raise _no_stack(order.deployment)
    return found


def _no_stack(deployment: Deployment) -> Failure:
    return Failure(
        N_(
            'there is no site "{name}" in {region} yet'
            " (run inkstead publish without --site-only, from your own machine)"
        ),
        name=deployment.name,
        region=deployment.region,
    )


def _of_stack(hear: Listen) -> setting_up.Listen:
    def heard(event: Event, done: int, total: int) -> None:
        hear(STACK, done, total)

    return heard
