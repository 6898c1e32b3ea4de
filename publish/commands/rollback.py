"""`inkstead rollback`: go back to an earlier release, but not behind a paywall."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from publish import moments, options
from publish.commands import plan_screen
from publish.commands.deploying import Desk, deploying, interrupted, owner
from publish.commands.publish import plan_only
from publish.commands.talking import sure
from publish.contract.catalogue import Words
from publish.deploy import going_back, publishing
from publish.deploy.applying import Applied
from publish.deploy.going_back import Back
from publish.helptext import explained


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "rollback",
        callback=partial(_rollback, words),
        help=explained(
            words,
            _(
                "Go back to an earlier release, the one before without a name. Posts that went"
                " behind the paywall since stay behind it: their pages are those of today."
                " Accounts, orders and the files in your folder stay as they are."
            ),
            ("inkstead rollback", ""),
            ("inkstead rollback 6f1d --plan", _("what would change; do nothing")),
            ("inkstead releases", _("which ones there are")),
        ),
        params=[
            click.Argument(["release"], required=False),
            options.content(words),
            plan_only(words),
            options.yes(words),
            options.machine(words),
            options.quiet(words),
            options.language(words),
        ],
    )


def _rollback(
    words: Words,
    release: str | None,
    content: str | None,
    plan: bool,
    yes: bool,
    machine: bool,
    quiet: bool,
) -> int:
    with deploying(words, content, machine=machine, quiet=quiet) as desk:
        where = publishing.places(desk.deployment, desk.clients)
        with desk.watching():
            back = going_back.prospect(release or "", where, moments.now)
        desk.say(*_lines(desk, back, plan))
        if plan:
            stopped = words.gettext("nothing was changed (without --plan it is done)")
            desk.end(_value(back), stopped)
            return 0
        question = words.gettext("Make the release of {day} public again?")
        sure(question.format(day=desk.day(back.target.at)), yes or back.idle)
        with interrupted(desk, back.plan, back.live), desk.watching() as heard:
            done = going_back.carry_out(
                back,
                where,
                clock=moments.now,
                owner=owner(),
                keep=desk.deployment.keep,
                hear=heard,
            )
        desk.end({**_value(back), "done": vars(done)}, *_done(desk, back, done))
    return 0


def _lines(desk: Desk, back: Back, every: bool) -> list[str]:
    _ = desk.words.gettext
    day = desk.day(back.target.at)
    if back.idle:
        return [_("the release of {day} is what readers get already").format(day=day)]
    most = 0 if every else plan_screen.LINES
    lines = plan_screen.plan_lines(desk.words, back.plan, most=most)
    told = (
        (back.gated, _("stay behind the paywall: {names}")),
        (back.from_today, _("as they are today, since something of it is gated now: {names}")),
        (back.left_out, _("left out, since something of it is gated now: {names}")),
    )
    lines += [text.format(names=" ".join(names)) for names, text in told if names]
    return [_("back to the release of {day}:").format(day=day), *lines]


def _done(desk: Desk, back: Back, done: Applied) -> list[str]:
    _ = desk.words.gettext
    if back.idle:
        return [_("what an earlier run left was finished")] if done.finished else []
    day = desk.day(back.target.at)
    return [
        _("the release of {day} is public again, everywhere within a minute").format(day=day),
        _("your folder is as it was: correct it there before you publish again"),
    ]


def _value(back: Back) -> dict[str, Any]:
    return {
        "target": back.target.id,
        "at": back.target.at,
        "based_on": back.plan.release.based_on,
        "gated": list(back.gated),
        "from_today": list(back.from_today),
        "left_out": list(back.left_out),
        "plan": plan_screen.plan_value(back.plan),
    }
