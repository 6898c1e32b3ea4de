"""`inkstead backup`: all that the service knows, into a folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from publish import moments
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import Words
from publish.operating import backing_up
from publish.operating.backup_files import Header


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "backup",
        _backup,
        (
            _("write all that the service knows to a folder"),
            _(
                "Write all that the service knows into a folder: readers, rights, orders, codes."
                " It is read again and compared before it counts as a backup. It holds addresses"
                " and secrets: keep it as you would keep a key. Your content is not in it."
            ),
        ),
        click.Argument(["folder"], metavar="FOLDER"),
        examples=(
            ("inkstead backup ~/backups/2026-11-22 --live", ""),
            ("inkstead restore ~/backups/2026-11-22 --live", _("bring it back")),
        ),
    )


def _backup(call: Call, folder: str) -> int:
    with talking(call) as talk:
        place = Path(folder).expanduser().absolute()
        with talk.counting(call.words.gettext("reading")) as heard:
            header = backing_up.backup(talk.desk.world.store, place, talk.desk.now, heard)
        talk.end({"folder": str(place), **told(header)}, *_lines(talk, place, header))
    return 0


def told(header: Header) -> dict[str, object]:
    """Return what a backup says of itself, for programs."""
    return {
        "at": moments.iso(header.at),
        "items": header.items,
        "bytes": sum(each.bytes for each in header.parts),
        "parts": [asdict(each) for each in header.parts],
    }


def _lines(talk: Talk, folder: Path, header: Header) -> list[str]:
    _ = talk.words.gettext
    done = talk.words.ngettext(
        "{n} object, read again and compared: {folder}",
        "{n} objects, read again and compared: {folder}",
        header.items,
    )
    return [
        _("it holds addresses and secrets; only you can read it, keep it so"),
        done.format(n=f"{header.items:,}", folder=folder),
    ]
