"""`inkstead check`: say what is wrong and what waits, and change nothing."""

from __future__ import annotations

import dataclasses
from functools import partial

import click

from publish import options
from publish.build import Outcome
from publish.commands.driving import Driven, Wish, drive
from publish.contract.catalogue import Words
from publish.helptext import explained
from publish.screen import as_json, say


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "check",
        callback=partial(_check, words),
        help=explained(
            words,
            _(
                "Go through everything that a build does and change nothing: list errors and"
                " warnings with file and line, drafts, and scheduled posts with their time."
            ),
            ("inkstead check", ""),
            ("inkstead check --strict --quiet", _("for a script: warnings count, too")),
            ("inkstead check --json", ""),
        ),
        params=[
            options.content(words),
            options.output(words),
            options.at(words),
            click.Option(["--strict", "strict"], is_flag=True, help=_("Count warnings as errors.")),
            options.machine(words),
            options.quiet(words),
            options.language(words),
        ],
    )


def _check(
    words: Words,
    content: str | None,
    output: str | None,
    at: str | None,
    strict: bool,
    machine: bool,
    quiet: bool,
) -> int:
    driven = drive(words, Wish(content, output, at, machine, quiet), "check")
    outcome = _strict(driven.outcome) if strict else driven.outcome
    if machine:
        say([as_json(outcome)])
    else:
        say(_listing(dataclasses.replace(driven, outcome=outcome), quiet))
    return 0 if outcome.done.ok else 1


def _strict(outcome: Outcome) -> Outcome:
    """Return the outcome with every warning an error."""
    problems = tuple(dataclasses.replace(each, level="error") for each in outcome.problems)
    done = dataclasses.replace(
        outcome.done,
        ok=outcome.done.ok and not problems,
        errors=outcome.done.errors + outcome.done.warnings,
        warnings=0,
    )
    return dataclasses.replace(outcome, done=done, problems=problems)


def _listing(driven: Driven, quiet: bool) -> list[str]:
    outcome, screen, zone = driven.outcome, driven.screen, driven.settings.zone
    problems = screen.problems(outcome, quiet)
    if quiet:
        return problems
    _ = screen.words.gettext
    done = outcome.done
    parts = [
        problems,
        screen.pending(_("drafts:"), done.drafts, zone),
        screen.pending(_("scheduled ({zone}):").format(zone=zone.key), done.scheduled, zone),
        [screen.checked(done)],
    ]
    return [line for part in parts for line in part]
