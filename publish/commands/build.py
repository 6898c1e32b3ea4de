"""`inkstead build`: make the whole site."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from publish import folders, options
from publish.commands.driving import Wish, drive
from publish.contract.catalogue import Words
from publish.helptext import explained
from publish.screen import as_json, say


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "build",
        callback=partial(_build, words),
        help=explained(
            words,
            _(
                "Make the whole site: OUTPUT/public for any web server, OUTPUT/private for the"
                " paywall, OUTPUT/manifest.json about both. It is switched as a whole: when"
                " something is wrong, the last good site stays as it was."
            ),
            ("inkstead build", ""),
            ("inkstead build --content my-site --output /srv/my-site", ""),
            ("inkstead build --at 2026-12-24", _("the site as it will be that day")),
        ),
        params=[
            options.content(words),
            options.output(words),
            options.at(words),
            options.machine(words),
            options.quiet(words),
            options.language(words),
        ],
    )


def _build(
    words: Words,
    content: str | None,
    output: str | None,
    at: str | None,
    machine: bool,
    quiet: bool,
) -> int:
    driven = drive(words, Wish(content, output, at, machine, quiet), "build")
    outcome, screen = driven.outcome, driven.screen
    if machine:
        say([as_json(outcome)])
        return 0 if outcome.done.ok else 1
    say(screen.problems(outcome, quiet), err=True)
    if outcome.done.ok:
        say([] if quiet else [screen.built(outcome.done)])
        return 0
    kept = folders.is_production(Path(outcome.done.output))
    stays = words.gettext("the last good site stays as it was") if kept else ""
    say([screen.not_built(outcome.done, stays)], err=True)
    return 1
