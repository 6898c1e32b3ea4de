"""A plan on the screen: every object with its reason, what goes, and what it all costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from publish.contract.catalogue import N_, Words
from publish.deploy import costs
from publish.deploy.plans import Action, Plan, Reason
from publish.paywall.sizes import size
from publish.screen import table

LINES = 20
"""How many objects of a reason a terminal shows."""
_REASONS: Mapping[Reason, str] = {
    "new": N_("new"),
    "changed": N_("changed"),
    "headers": N_("headers"),
    "gathered": N_("gathered"),
    "gone": N_("gone"),
    "gated": N_("gated"),
}
_WHERE = {"site": N_("public"), "private": N_("private")}


def plan_lines(words: Words, plan: Plan, *, most: int) -> list[str]:
    """Return every object with its reason, at most so many of each (0: all), then the sum."""
    rows = [row for shown in _grouped(words, plan.actions, most) for row in shown]
    return [*table(rows), *_forgotten(words, plan), travels(words, plan.actions)]


def travels(words: Words, actions: Iterable[Action]) -> str:
    """Return how many objects travel, how large they are, and how many paths go."""
    _, found = words.gettext, list(actions)
    puts = [each for each in found if each.do == "put" and each.bytes]
    drops = sum(each.do == "drop" for each in found)
    sent = words.ngettext("{n} object to send", "{n} objects to send", len(puts))
    named = [
        sent.format(n=len(puts)) if puts else _("nothing to send"),
        size(sum(each.bytes for each in puts)) if puts else "",
        words.ngettext("{n} path goes", "{n} paths go", drops).format(n=drops) if drops else "",
    ]
    return _(", ").join(filter(None, named))


def month(words: Words, region: str) -> list[str]:
    """Return what a month costs with few and many views, and what people and mails add."""
    _ = words.gettext
    told = [
        (
            words.ngettext("{n} view", "{n} views", views).format(n=f"{views:,}"),
            costs.dollars(costs.monthly(views, region=region).micro),
            _("with {people} people and {mails} mails {price}").format(
                people=f"{costs.PEOPLE:,}", mails=f"{costs.MAILS:,}", price=_peopled(views, region)
            ),
        )
        for views in costs.VIEWS
    ]
    title = _("a month at the list prices of {date}:").format(date=costs.dated())
    return [title, *(f"  {line}" for line in table(told))]


def months(region: str) -> list[dict[str, int]]:
    """Return what `month` says for a program; money in millionths of a US dollar."""
    return [
        {
            "views": views,
            "people": people,
            "mails": mails,
            "micro_usd": costs.monthly(views, people, mails, region).micro,
        }
        for views in costs.VIEWS
        for people, mails in ((0, 0), (costs.PEOPLE, costs.MAILS))
    ]


def plan_value(plan: Plan) -> dict[str, Any]:
    """Return a plan for a program, every object of it."""
    return {
        "live": plan.live,
        "release": plan.release.id,
        "changes": plan.changes,
        "objects": [vars(each) for each in plan.actions],
        "bytes": sum(each.bytes for each in plan.actions if each.do == "put"),
        "sealed": list(plan.sealed),
        "invalidate": list(plan.invalidate),
        "pings": list(plan.pings),
    }


def more(words: Words, left: int) -> str:
    """Return that there is more than a terminal shows, and where."""
    return words.gettext("… and {n} more (--json lists all)").format(n=left)


def _peopled(views: int, region: str) -> str:
    return costs.dollars(costs.monthly(views, costs.PEOPLE, costs.MAILS, region).micro)


def _grouped(
    words: Words, actions: Sequence[Action], most: int
) -> Iterator[list[tuple[str, str, str, str]]]:
    for reason, name in _REASONS.items():
        found = [each for each in actions if each.reason == reason]
        shown = found[:most] if most else found
        rows = [_row(words, name, each) for each in shown]
        left = len(found) - len(shown)
        if left:
            rows.append((words.gettext(name), "", "", more(words, left)))
        yield rows


def _row(words: Words, reason: str, action: Action) -> tuple[str, str, str, str]:
    _ = words.gettext
    travels = size(action.bytes).rjust(8) if action.bytes else ""  # what stands does not travel
    return (_(reason), _(_WHERE[action.where]), travels, action.path)


def _forgotten(words: Words, plan: Plan) -> list[str]:
    _ = words.gettext
    told = []
    if plan.sealed:
        told.append(_("taken away from the edge: {keys}").format(keys=" ".join(plan.sealed)))
    if plan.invalidate:
        told.append(_("invalidated: {paths}").format(paths=" ".join(plan.invalidate)))
    return told
