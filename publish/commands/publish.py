"""`inkstead publish`: build, plan, ask, apply."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from publish import folders, moments, options
from publish.commands import publishing_screen, static_publishing
from publish.commands.deploying import Desk, deploying, interrupted, owner
from publish.commands.driving import Driven, Wish, drive
from publish.commands.talking import sure
from publish.contract.catalogue import Words
from publish.deploy import local, publishing
from publish.deploy.publishing import INSIST, Order, Prospect
from publish.helptext import explained
from publish.screen import as_json, say


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "publish",
        callback=partial(_publish, words),
        help=explained(
            words,
            _(
                "Build the site, show what will change, ask, and make it live on your own AWS"
                " account, as [publish] in site.toml says. Readers see the old site or the new"
                " one, never a mix; when something goes wrong, run it again: it goes on from there."
            ),
            ("inkstead publish --plan", _("what would happen; do nothing")),
            ("inkstead publish", ""),
            ("inkstead publish --site-only --yes", _("for GitHub Actions and the like")),
            ("inkstead publish --to ../pages", _("for any static host")),
        ),
        params=[
            options.content(words),
            options.output(words),
            plan_only(words),
            options.yes(words),
            click.Option(
                ["--site-only", "site_only"],
                is_flag=True,
                help=_("Leave the stack alone: pages and service only."),
            ),
            click.Option(
                ["--insist", "insist"],
                multiple=True,
                type=click.Choice(INSIST),
                metavar="WORD",
                help=_("Mean what is refused otherwise; the refusal names the word."),
            ),
            click.Option(
                ["--to", "folder"],
                metavar="DIR",
                help=_("Write the public files to a folder instead, for any static host."),
            ),
            options.machine(words),
            options.quiet(words),
            options.language(words),
        ],
    )


def plan_only(words: Words) -> click.Option:
    """Return `--plan`."""
    return click.Option(
        ["--plan", "plan"],
        is_flag=True,
        help=words.gettext("Say what would happen and do nothing."),
    )


@dataclass(frozen=True)
class _Asked:
    """The options that say what is to be done."""

    plan: bool
    yes: bool
    site_only: bool
    insist: frozenset[str]


def _publish(
    words: Words,
    content: str | None,
    output: str | None,
    plan: bool,
    yes: bool,
    site_only: bool,
    insist: tuple[str, ...],
    folder: str | None,
    machine: bool,
    quiet: bool,
) -> int:
    asked = _Asked(plan, yes, site_only, frozenset(insist))
    wish = Wish(content, output, None, machine, quiet)
    if folder:
        built = _built(words, wish)
        to = static_publishing.Wish(folder, plan, asked.insist, machine, quiet)
        return static_publishing.publish(words, built, to) if built else 1
    with deploying(words, content, machine=machine, quiet=quiet) as desk:
        built = _built(words, wish)
        return _to_aws(desk, asked, Path(built.outcome.done.output)) if built else 1


def _built(words: Words, wish: Wish) -> Driven | None:
    """Build the site; say what is wrong with it, if anything, and return None then."""
    driven = drive(words, wish, "build")
    outcome, screen = driven.outcome, driven.screen
    if outcome.done.ok:
        if not wish.machine:
            say(screen.problems(outcome, wish.quiet), err=True)
            say([] if wish.quiet else [screen.built(outcome.done)])
        return driven
    if wish.machine:
        say([as_json(outcome)])
        return None
    kept = folders.is_production(Path(outcome.done.output))
    stays = words.gettext("the last good site stays as it was") if kept else ""
    say([*screen.problems(outcome, wish.quiet), screen.not_built(outcome.done, stays)], err=True)
    return None


def _to_aws(desk: Desk, asked: _Asked, output: Path) -> int:
    order = Order(desk.deployment, owner(), asked.insist, asked.site_only, _stripe_api())
    ready = local.read(output, desk.deployment.hub)
    with tempfile.TemporaryDirectory(prefix="inkstead-") as workshop:
        with desk.watching() as heard:
            found = publishing.prospect(
                order, ready, desk.clients, Path(workshop), moments.now, heard
            )
        if not _agreed(desk, asked, found):
            return 0
        with interrupted(desk, found.plan, found.live), desk.watching() as heard:
            published = publishing.carry_out(found, desk.clients, moments.now, heard)
    desk.end(
        publishing_screen.published_value(desk, found, published),
        *publishing_screen.published_lines(desk, found, published),
    )
    return 0


def _agreed(desk: Desk, asked: _Asked, found: Prospect) -> bool:
    """Show what would happen and ask; with --plan nothing is asked, and nothing happens.

    Raises:
        Trouble: the answer was no, or there was nobody to ask.

    """
    agreed = False
    try:
        desk.say(*publishing_screen.prospect_lines(desk, found, every=asked.plan))
        if asked.plan:
            stopped = desk.words.gettext("nothing was changed (without --plan it is done)")
            desk.end(publishing_screen.prospect_value(desk, found), stopped)
        else:
            sure(publishing_screen.question(desk, found), asked.yes or found.idle)
            agreed = True
    finally:
        if not agreed:
            publishing.leave(found, desk.clients)
    return agreed


def _stripe_api() -> str:
    """Return what stands in for Stripe where something stands in for AWS, "" elsewhere."""
    return os.environ.get("STRIPE_API", "") if os.environ.get("AWS_ENDPOINT_URL") else ""
