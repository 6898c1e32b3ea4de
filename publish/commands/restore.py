"""`inkstead restore`: what a backup holds, back into the store."""

from __future__ import annotations

from pathlib import Path

import click

from publish import options
from publish.commands.backup import told
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import Words
from publish.operating import backing_up
from publish.operating.backing_up import Restored
from publish.operating.backup_files import Header


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "restore",
        _restore,
        (
            _("bring back what a backup holds"),
            _(
                "Bring back what a backup holds, into an empty store. The backup is read and"
                " compared first; a restore that was interrupted goes on where it was. What"
                " happened after the backup is not in it: who was forgotten since is there again,"
                " and what was paid since comes back with inkstead events reconcile."
            ),
        ),
        click.Argument(["folder"], metavar="FOLDER"),
        click.Option(
            ["--into-existing", "into_existing"],
            is_flag=True,
            help=_("Into a store that is not empty: add what it lacks, overwrite nothing."),
        ),
        options.yes(words),
        examples=(("inkstead restore ~/backups/2026-11-22 --live", ""),),
    )


def _restore(call: Call, folder: str, into_existing: bool, yes: bool) -> int:
    with talking(call) as talk:
        place, store = Path(folder).expanduser().absolute(), talk.desk.world.store
        header = backing_up.checked(place)
        backing_up.begun(store, header, into_existing)
        talk.sure(_question(talk, header), yes)
        with talk.counting(call.words.gettext("restoring"), header.items) as heard:
            found = backing_up.restore(
                place, store, talk.desk.now, heard, into_existing=into_existing
            )
        talk.end({"folder": str(place), **_told(found)}, *_lines(talk, found))
    return 0


def _question(talk: Talk, header: Header) -> str:
    text = talk.words.ngettext(
        "Write {n} object of {day} into this store?",
        "Write {n} objects of {day} into this store?",
        header.items,
    )
    return text.format(n=f"{header.items:,}", day=talk.day(header.at))


def _told(found: Restored) -> dict[str, object]:
    return told(found.header) | {
        "before": found.before,
        "added": found.added,
        "there": found.there,
        "ended": found.ended,
    }


def _lines(talk: Talk, found: Restored) -> list[str]:
    _ = talk.words.gettext
    asides = [
        _("{n} restored before").format(n=f"{found.before:,}") if found.before else "",
        _("{n} there already").format(n=f"{found.there:,}") if found.there else "",
        _("{n} expired meanwhile").format(n=f"{found.ended:,}") if found.ended else "",
    ]
    done = talk.words.ngettext("{n} object restored", "{n} objects restored", found.added)
    line = done.format(n=f"{found.added:,}")
    if any(asides):
        aside = _(", ").join(filter(None, asides))
        line = _("{line} ({aside})").format(line=line, aside=aside)
    later = _("what was paid after {day} is not in it (run: inkstead events reconcile --live)")
    return [later.format(day=talk.day(found.header.at)), line]
