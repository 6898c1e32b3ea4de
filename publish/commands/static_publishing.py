"""`inkstead publish --to FOLDER`: the public files for any static host."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publish.commands import plan_screen
from publish.commands.driving import Driven
from publish.contract.catalogue import N_, Words
from publish.contract.report import Progress
from publish.deploy import headers, local, plain, plain_tree, settings
from publish.deploy.plain_tree import Tree
from publish.paywall.sizes import size
from publish.progress import progress
from publish.screen import from_here, say, table


@dataclass(frozen=True)
class Wish:
    """The options as they were given."""

    folder: str
    plan: bool
    insist: frozenset[str]
    machine: bool
    quiet: bool


def publish(words: Words, built: Driven, wish: Wish) -> int:
    """Bring a folder to what was built, and say what came of it.

    Raises:
        Failure, WrongUsage: see `plain.plan` and `plain_tree.write`.

    """
    here = built.screen.here
    folder = here / Path(wish.folder).expanduser()
    found = local.read(Path(built.outcome.done.output))
    tree = plain.plan(found, folder, insist=wish.insist, security=_security(built))
    if not (wish.machine or wish.quiet):
        say(_lines(words, tree))
    if not wish.plan:
        text = words.gettext("writing files")
        shown = sys.stderr.isatty() and not (wish.machine or wish.quiet)
        with progress(shown, first=text) as listen:
            plain_tree.write(tree, lambda done, of: listen(Progress("switch", text, done, of)))
    if wish.machine:
        say([json.dumps(_value(tree, wish), ensure_ascii=False, indent=2)])
    elif not wish.quiet:
        say(_end(words, tree, wish, from_here(tree.folder, here)))
    return 0


def _security(built: Driven) -> Mapping[str, str]:
    """Return the headers of every answer; frames are allowed as [publish] says, if there is one."""
    content = built.screen.content
    return headers.security(settings.embeds(content))


def _lines(words: Words, tree: Tree) -> list[str]:
    _ = words.gettext
    most = plan_screen.LINES if sys.stdout.isatty() else len(tree.writes)
    rows = [
        (_(_reason(tree, path)), size(tree.pieces[path].bytes).rjust(8), path)
        for path in tree.writes[:most]
    ]
    if len(tree.writes) > most:
        rows.append(("", "", plan_screen.more(words, len(tree.writes) - most)))
    return [*table(rows), *table([(_("gone"), path) for path in tree.gone])]


def _reason(tree: Tree, path: str) -> str:
    return N_("changed") if path in tree.before else N_("new")


def _end(words: Words, tree: Tree, wish: Wish, folder: str) -> list[str]:
    _, ngettext = words.gettext, words.ngettext
    count, gone = len(tree.writes), len(tree.gone)
    told = [
        ngettext("{n} file", "{n} files", count).format(n=count) if count else "",
        size(tree.size) if count else "",
        ngettext("{n} path goes", "{n} paths go", gone).format(n=gone) if gone else "",
    ]
    summed = _(", ").join(filter(None, told)) or _("nothing has changed")
    line = _("{line}: {path}").format(line=summed, path=folder)
    gated = len(tree.local.gated)
    note = [_(plain.NOTE).format(n=gated)]
    stopped = [_("nothing was changed (without --plan it is done)")] if wish.plan else []
    return [*note, line, *stopped]


def _value(tree: Tree, wish: Wish) -> dict[str, Any]:
    return {
        "mode": "folder",
        "folder": os.fspath(tree.folder),
        "done": not wish.plan,
        "written": [
            {"path": path, "reason": _reason(tree, path), "bytes": tree.pieces[path].bytes}
            for path in tree.writes
        ],
        "gone": list(tree.gone),
        "same": tree.same,
        "gated": list(tree.local.gated),
    }
