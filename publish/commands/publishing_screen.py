"""What `inkstead publish` prints: the stack's changes, the plan, its costs; what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from publish.commands import plan_screen
from publish.commands.deploying import Desk
from publish.contract.catalogue import N_, Words
from publish.deploy import costs
from publish.deploy.domains import is_example
from publish.deploy.plans import Plan
from publish.deploy.publishing import Prospect, Published
from publish.deploy.stack.outputs import Outputs
from publish.deploy.stack.proposals import Change
from publish.paywall.sizes import size
from publish.screen import table

_DOES = {
    "add": N_("add"),
    "modify": N_("change"),
    "remove": N_("remove"),
    "import": N_("take over"),
}
_REPLACED = {"no": "", "maybe": N_("may be made anew"), "yes": N_("is made anew")}
_FIREWALL = {
    "make": N_("web firewall: will be set up in us-east-1, {price} a month while nobody reads"),
    "remove": N_("web firewall: will be removed"),
}
_SMALL_WRITES = 8
"""Objects beside those of the plan: lock, journal, record, index, pointer, some of them twice."""


def prospect_lines(desk: Desk, found: Prospect, *, every: bool) -> list[str]:
    """Return everything that would happen; `every`: the costs of a month, too."""
    lines = [*_stack_lines(desk, found, every), *_plan_lines(desk, found, every)]
    if found.idle and every:
        lines.append(desk.words.gettext("nothing would change"))
    if every or found.setup.first:
        lines += [_cost(desk, found.plan), *plan_screen.month(desk.words, desk.deployment.region)]
    return lines


def prospect_value(desk: Desk, found: Prospect) -> dict[str, Any]:
    """Return everything that would happen for a program; money in millionths of a US dollar."""
    proposal = found.setup.proposal
    return {
        "stack_changes": [vars(each) for each in (proposal.changes if proposal else ())],
        "stack_outdated": found.setup.outdated,
        "firewall": found.setup.firewall,
        "bundle": found.new_bundle,
        "plan": plan_screen.plan_value(found.plan),
        "cost_micro_usd": publish_cost(found.plan),
        "months": plan_screen.months(desk.deployment.region),
    }


def publish_cost(plan: Plan) -> int:
    """Return what a plan costs once it is carried out, in millionths of a US dollar."""
    puts = [each for each in plan.actions if each.do == "put"]
    stored = sum(each.bytes for each in puts)
    return costs.this_publish(len(puts) + _SMALL_WRITES, stored, len(plan.invalidate)).micro


def question(desk: Desk, found: Prospect) -> str:
    """Return what is asked before anything happens."""
    _ = desk.words.gettext
    if found.setup.first:
        return _('Set up "{stack}" in {region} and make the site public?').format(
            stack=desk.deployment.name, region=desk.deployment.region
        )
    if found.setup.changes:
        return _("Change the stack and make this public?")
    return _("Make this public?")


def published_lines(desk: Desk, found: Prospect, published: Published) -> list[str]:
    """Return what came of it: the address last, at a first publish the next steps behind it."""
    _ = desk.words.gettext
    done = published.applied
    if found.idle:
        said = _("nothing has changed since {day}").format(day=_since(desk, found))
        finished = _("what an earlier run left was finished") if done.finished else ""
        return [*filter(None, [finished, said]), *_addresses(desk, found, published)]
    told = [
        desk.words.ngettext("{n} object sent", "{n} objects sent", done.sent).format(n=done.sent),
        size(done.bytes),
        _collected(desk, done.collected),
        _("cost {price}").format(price=costs.dollars(publish_cost(found.plan))),
    ]
    lines = [_(", ").join(filter(None, told))]
    if done.unpinged:
        lines.append(_("feed readers will notice a little later: {why}").format(why=done.unpinged))
    return [*lines, *_addresses(desk, found, published), *_next(desk, found, published)]


def published_value(desk: Desk, found: Prospect, published: Published) -> dict[str, Any]:
    """Return what came of it for a program."""
    return {
        **prospect_value(desk, found),
        "published": vars(published.applied),
        "addresses": _hosts(found, published.outputs),
        "outputs": vars(published.outputs),
    }


def _stack_lines(desk: Desk, found: Prospect, every: bool) -> list[str]:
    _ = desk.words.gettext
    setup = found.setup
    changes = setup.proposal.changes if setup.proposal else ()
    if setup.first and not every and sys.stdout.isatty():
        n = len(changes)
        told = desk.words.ngettext(
            "{n} part to set up at AWS (--plan names it)",
            "{n} parts to set up at AWS (--plan names them)",
            n,
        )
        lines = [told.format(n=n)]
    else:
        lines = table([_change(desk, each) for each in changes])
    if found.order.site_only and setup.outdated:
        lines.append(
            _("the stack is older than this version of Inkstead or site.toml (inkstead publish)")
        )
    if setup.firewall and not found.order.site_only:
        price = costs.dollars(costs.monthly(0, firewall=True).micro - costs.monthly(0).micro)
        lines.append(_(_FIREWALL[setup.firewall]).format(price=price))
    return lines


def _change(desk: Desk, change: Change) -> tuple[str, str, str, str]:
    _ = desk.words.gettext
    replaced = _REPLACED[change.replaced]
    said = _(replaced) if replaced else _(", ").join(change.properties)
    return (_(_DOES[change.do]), change.kind.removeprefix("AWS::"), change.resource, said)


def _plan_lines(desk: Desk, found: Prospect, every: bool) -> list[str]:
    _ = desk.words.gettext
    most = plan_screen.LINES if sys.stdout.isatty() and not every else 0
    lines = plan_screen.plan_lines(desk.words, found.plan, most=most) if found.plan.changes else []
    if found.new_bundle:
        large = size(found.bundle.bytes)
        lines.insert(0, _("service: code to send, {size}").format(size=large))
    if not (found.plan.changes or found.idle) and found.new_code:
        lines.append(_("the edge gets other code; every page stays as it is"))
    return lines


def _cost(desk: Desk, plan: Plan) -> str:
    price = costs.dollars(publish_cost(plan))
    return desk.words.gettext("this publish costs {price}").format(price=price)


def _since(desk: Desk, found: Prospect) -> str:
    return desk.day(found.live.at) if found.live else "–"


def _collected(desk: Desk, count: int) -> str:
    ngettext = desk.words.ngettext
    told = ngettext("{n} old object cleared up", "{n} old objects cleared up", count)
    return told.format(n=count) if count else ""


def own_domain(words: Words, host: str) -> str:
    """Return how the site gets to a domain of its own; one that is nobody's has to go first."""
    _ = words.gettext
    if is_example(host):
        return _("site.toml: write your own address as url; then: inkstead domain")
    return _("inkstead domain: bring {host} here").format(host=host)


def _hosts(found: Prospect, outputs: Outputs) -> list[str]:
    named = (found.setup.wanted.host, outputs.domain)
    return [f"https://{each}/" for each in dict.fromkeys(named) if each]


def _addresses(desk: Desk, found: Prospect, published: Published) -> list[str]:
    told = desk.words.gettext("readers see it at {address}")
    return [told.format(address=_hosts(found, published.outputs)[0])]


def _next(desk: Desk, found: Prospect, published: Published) -> Iterator[str]:
    """Yield what is left to do for a creator, after a first publish and where it is new."""
    _ = desk.words.gettext
    deployment, outputs = desk.deployment, published.outputs
    steps = []
    if published.first and not found.setup.wanted.host:
        steps.append(own_domain(desk.words, deployment.host))
    elif found.setup.wanted.parameters["Host"] and not found.setup.wanted.host:
        told = _("inkstead domain: the records that lead {host} here; then inkstead publish again")
        steps.append(told.format(host=deployment.host))
    if published.first:
        steps.append(_("inkstead secrets set STRIPE_SECRET_KEY: to sell"))
    if published.first and deployment.sender:
        steps.append(_("inkstead doctor: to send mails to everybody, AWS has to be asked once"))
    if published.first and deployment.alarms:
        steps.append(
            _("open the mail from AWS to {mail}: it confirms the alarms").format(
                mail=deployment.alarms
            )
        )
    if outputs.deploy_role and found.setup.changes:
        told = _("variables of the repository: INKSTEAD_ROLE={role} INKSTEAD_REGION={region}")
        steps.append(told.format(role=outputs.deploy_role, region=deployment.region))
    if steps:
        yield _("next:")
        yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))
