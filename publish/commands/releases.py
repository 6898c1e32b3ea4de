"""`inkstead releases`: what was published when, and what readers get now."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from publish import options
from publish.commands.deploying import Desk, deploying
from publish.contract.catalogue import N_, Words
from publish.deploy import history, publishing
from publish.deploy.history import Difference, History
from publish.deploy.release import Release
from publish.helptext import explained
from publish.screen import table

_COUNTS = {"new": N_("{n} new"), "changed": N_("{n} changed"), "gone": N_("{n} gone")}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return click.Command(
        "releases",
        callback=partial(_releases, words),
        help=explained(
            words,
            _(
                "List the releases that are kept, the newest first: what each changed, which one"
                " readers get, and what a rollback was based on."
            ),
            ("inkstead releases", ""),
            ("inkstead rollback 6f1d", _("go back to one; the beginning of its name will do")),
        ),
        params=[options.content(words), options.machine(words), options.language(words)],
    )


def _releases(words: Words, content: str | None, machine: bool) -> int:
    with deploying(words, content, machine=machine) as desk:
        with desk.watching():
            found = history.read(publishing.places(desk.deployment, desk.clients))
        changes = history.differences(found.releases)
        pairs = list(zip(found.releases, changes, strict=True))
        rows = [_row(desk, found, each, changed) for each, changed in pairs]
        values = [_value(found, each, changed) for each, changed in pairs]
        told = {"releases": values, "unread": list(found.unread)}
        desk.end(told, *table(rows), *_sum(desk, found))
    return 0


def _row(desk: Desk, found: History, release: Release, changed: Difference | None) -> list[str]:
    _ = desk.words.gettext
    based = _("based on {id}").format(id=release.based_on) if release.based_on else ""
    return [
        release.id,
        desk.day(release.at),
        _("live") if release.id == found.live.release else "",
        counts(desk.words, release, changed),
        based,
    ]


def counts(words: Words, release: Release, changed: Difference | None) -> str:
    """Return what a release changed, in words; what it is made of where nobody knows any more."""
    if changed is None:
        return words.gettext("{n} files in all").format(n=len(release.public))
    told = [
        words.gettext(text).format(n=getattr(changed, name))
        for name, text in _COUNTS.items()
        if getattr(changed, name)
    ]
    return words.gettext(", ").join(told) or words.gettext("nothing that is public")


def _value(found: History, release: Release, changed: Difference | None) -> dict[str, Any]:
    return {
        "id": release.id,
        "at": release.at,
        "live": release.id == found.live.release,
        "based_on": release.based_on,
        "engine": release.engine,
        "changed": vars(changed) if changed else None,
    }


def _sum(desk: Desk, found: History) -> list[str]:
    n, ngettext = len(found.releases), desk.words.ngettext
    lines = [ngettext("{n} release is kept", "{n} releases are kept", n).format(n=n)]
    if found.unread:
        told = desk.words.gettext("no record can be read of: {names}")
        lines.insert(0, told.format(names=" ".join(found.unread)))
    return lines
