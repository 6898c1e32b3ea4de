"""`inkstead events`: repair what was missed of what Stripe told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from publish import moments, options
from publish.commands.grouping import group, operating
from publish.commands.talking import Call, Talk, answered, talking
from publish.contract.catalogue import N_, Words
from publish.operating import catching_up
from publish.operating.catching_up import Drift, Trouble
from publish.paywall.ports import Event
from publish.trouble import WrongUsage


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "events",
        _(
            "Repair what was missed of what Stripe told: a webhook that failed, a server that was"
            " down. Everything is fetched again, so twice is once."
        ),
        _replay_command(words),
        _reconcile_command(words),
    )


# ---- replay ---------------------------------------------------------------------------------


def _replay_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "replay",
        _replay,
        (
            _("deal with events again"),
            _(
                "Deal with one event again, with all since a time, or with those that did not"
                " arrive. Stripe keeps events for 30 days."
            ),
        ),
        click.Argument(["event"], required=False, metavar="[ID]"),
        click.Option(["--since", "since"], metavar="TIME", help=_("All since this time.")),
        click.Option(
            ["--failed", "failed"], is_flag=True, help=_("Only those that did not arrive here.")
        ),
        options.yes(words),
        examples=(
            ("inkstead events replay evt_1Q2w3E4r", ""),
            ("inkstead events replay --failed --since 2026-11-20 --live", ""),
        ),
    )


def _replay(call: Call, event: str | None, since: str | None, failed: bool, yes: bool) -> int:
    if bool(event) == bool(since or failed):
        raise WrongUsage(N_("say which events: an id, or --since, or --failed"))
    with talking(call, payments=True) as talk, answered():
        moment = moments.parse(since, talk.desk.zone, "--since") if since else None
        found = [_one(talk, event)] if event else catching_up.events(talk.desk, moment, failed)
        drifts = _deal(talk, found)
        n = len(found)
        count = call.words.ngettext("{n} event", "{n} events", n).format(n=n)
        told = {"events": [{"id": each.id, "type": each.type} for each in found]}
        talk.end(
            told | {"changes": values(drifts)}, *lines(talk, drifts), summary(talk, count, drifts)
        )
    return 0


def _one(talk: Talk, key: str) -> Event:
    found = catching_up.event(talk.desk, key)
    if found is None:
        raise WrongUsage(
            N_('"{event}" is no event that Stripe still has (it keeps them for 30 days)'),
            event=key,
        )
    return found


def _deal(talk: Talk, found: Sequence[Event]) -> list[Drift]:
    drifts: list[Drift] = []
    with talk.counting(talk.words.gettext("dealing with events"), len(found)) as heard:
        for number, each in enumerate(found, 1):
            heard(number)
            drifts += catching_up.replay(talk.desk, each)
    return drifts


# ---- reconcile ------------------------------------------------------------------------------


def _reconcile_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "reconcile",
        _reconcile,
        (
            _("compare everything with Stripe, and repair"),
            _(
                "Compare every order and every subscription with Stripe and repair what differs."
                " Codes, gifts and imports are never touched. Says what it changed."
            ),
        ),
        click.Option(["--plan", "plan"], is_flag=True, help=_("Say what differs, and stop.")),
        examples=(
            ("inkstead events reconcile --plan", ""),
            ("inkstead events reconcile --live --json", ""),
        ),
    )


def _reconcile(call: Call, plan: bool) -> int:
    with talking(call, payments=True) as talk, answered():
        with talk.counting(call.words.gettext("comparing with Stripe")) as heard:
            drifts, troubles, n = catching_up.reconcile(talk.desk, plan, heard)
        count = call.words.ngettext("{n} purchase", "{n} purchases", n).format(n=n)
        told: dict[str, Any] = {
            "purchases": n,
            "changes": values(drifts),
            "problems": [{"reference": e.reference, "cause": e.cause} for e in troubles],
            "plan": plan,
        }
        wrong = [_trouble(talk, each) for each in troubles]
        talk.end(told, *lines(talk, drifts), *wrong, summary(talk, count, drifts, plan))
    return 1 if troubles else 0


def _trouble(talk: Talk, trouble: Trouble) -> str:
    text = talk.words.gettext("{reference}: could not be looked at ({cause}); try again")
    return text.format(reference=trouble.reference, cause=trouble.cause)


# ---- what both say --------------------------------------------------------------------------


def lines(talk: Talk, drifts: Sequence[Drift]) -> list[str]:
    """Return a line for each purchase that differed, with what it was and what it is."""
    return [_line(talk, drift) for drift in drifts]


def _line(talk: Talk, drift: Drift) -> str:
    order = drift.order
    told = [f"{each.field} {each.was or '–'} → {each.now or '–'}" for each in drift.changed]
    mail = f" {order.mail}" if order.mail else ""
    return f"{order.number}{mail}: {talk.words.gettext(', ').join(told)}"


def values(drifts: Sequence[Drift]) -> list[dict[str, Any]]:
    """Return the same for programs."""
    return [
        {
            "order": drift.order.id,
            "reference": drift.reference,
            "changed": [{"field": e.field, "was": e.was, "now": e.now} for e in drift.changed],
        }
        for drift in drifts
    ]


def summary(talk: Talk, count: str, drifts: Sequence[Drift], plan: bool = False) -> str:
    """Return the last line: how much was looked at, and how much differed."""
    _ = talk.words.gettext
    n = len(drifts)
    if not n:
        return _("{count}: all as Stripe tells it").format(count=count)
    if plan:
        text = talk.words.ngettext("{count}: {n} differs", "{count}: {n} differ", n)
    else:
        text = talk.words.ngettext("{count}: {n} repaired", "{count}: {n} repaired", n)
    return text.format(count=count, n=n)
