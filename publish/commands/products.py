"""`inkstead products`: what the site sells, brought to Stripe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from publish import options
from publish.commands.grouping import group, operating
from publish.commands.talking import Call, Talk, answered, talking
from publish.contract.catalogue import N_, Words
from publish.operating import catalogue_sync
from publish.operating.catalogue_sync import Action
from publish.paywall.payments.stripe_desk import Object
from publish.screen import table

_DOES = {"create": N_("create"), "update": N_("change"), "archive": N_("archive")}
_KINDS = {
    "product": N_("product"),
    "price": N_("price"),
    "portal": N_("customer portal"),
    "webhook": N_("webhook"),
}


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "products",
        _("What the site sells, as Stripe has to know it."),
        _sync_command(words),
    )


def _sync_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "sync",
        _sync,
        (
            _("bring products and prices to Stripe"),
            _(
                "Make Stripe sell what the last build sells: products, prices, what readers may do"
                " on Stripe's own page; with --live the webhook, too. No amount is ever edited:"
                " another price is a new one, and the old is archived. Who subscribed before keeps"
                " theirs. A second run does nothing."
            ),
        ),
        click.Option(
            ["--plan", "plan"], is_flag=True, help=_("Say every step with its reason, and stop.")
        ),
        options.yes(words),
        examples=(
            ("inkstead products sync --plan", ""),
            ("inkstead products sync --live", ""),
        ),
    )


def _sync(call: Call, plan: bool, yes: bool) -> int:
    with talking(call, payments=True) as talk, answered():
        actions = _planned(talk, call.live)
        made: list[Object] = []
        talk.say(*table([_row(talk, each) for each in actions]))
        if actions and call.live and not plan:
            n = len(actions)
            question = call.words.ngettext(
                "Do this {n} step at Stripe?", "Do these {n} steps at Stripe?", n
            )
            talk.sure(question.format(n=n), yes)
        if not plan:
            with talk.counting(call.words.gettext("bringing to Stripe"), len(actions)) as heard:
                for number, action in enumerate(actions, 1):
                    heard(number)
                    made.append(catalogue_sync.apply(talk.desk.stripe(), action))
        told: dict[str, Any] = {"plan": plan, "actions": [_value(talk, each) for each in actions]}
        secret = _secret(made)
        talk.end(
            told | ({"webhook_secret": secret} if secret else {}),
            *_end(talk, actions, plan, secret),
        )
    return 0


def _planned(talk: Talk, live: bool) -> list[Action]:
    found = catalogue_sync.found(talk.desk.stripe())
    actions = catalogue_sync.plan(talk.desk.manifest, found)
    if live:
        actions += catalogue_sync.webhook(talk.desk.world.origin, found)
    return actions


def _row(talk: Talk, action: Action) -> tuple[str, ...]:
    _ = talk.words.gettext
    return (_(_DOES[action.do]), _(_KINDS[action.kind]), action.name, _reason(talk, action))


def _reason(talk: Talk, action: Action) -> str:
    return talk.words.gettext(action.reason).format(**action.values)


def _value(talk: Talk, action: Action) -> dict[str, Any]:
    return {
        "do": action.do,
        "kind": action.kind,
        "name": action.name,
        "id": action.key,
        "reason": _reason(talk, action),
    }


def _secret(made: Sequence[Object]) -> str:
    """Return the signing secret of a webhook that was just made: Stripe tells it this once."""
    return next((str(each["secret"]) for each in made if each.get("secret")), "")


def _end(talk: Talk, actions: Sequence[Action], plan: bool, secret: str) -> list[str]:
    _ = talk.words.gettext
    n = len(actions)
    lines = []
    if secret:
        lines.append(_("set this where the service runs; Stripe shows it only now:"))
        lines.append(f"  STRIPE_WEBHOOK_SECRETS={secret}")
    if not n:
        lines.append(_("Stripe has it all as the site says"))
    elif plan:
        lines.append(talk.words.ngettext("{n} step to do", "{n} steps to do", n).format(n=n))
    else:
        lines.append(talk.words.ngettext("{n} step done", "{n} steps done", n).format(n=n))
    return lines
