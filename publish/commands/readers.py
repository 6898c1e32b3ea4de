"""`inkstead readers`: who is here, what they may read, and what a creator gives and takes."""

from __future__ import annotations

import click

from publish.commands import (
    reader_files,
    reader_import,
    reader_mail,
    reader_rights,
    reader_screen,
    reader_show,
)
from publish.commands.filtering import chosen, filters
from publish.commands.grouping import group, operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import Words
from publish.operating.readers import Reader
from publish.screen import table


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "readers",
        _("Look after readers: who they are, what they may read and until when."),
        _list_command(words),
        reader_show.command(words),
        *reader_rights.commands(words),
        reader_files.command(words),
        reader_import.command(words),
        *reader_mail.commands(words),
        reader_rights.forget_command(words),
    )


# ---- list -----------------------------------------------------------------------------------


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "list",
        _list,
        (
            _("who is here"),
            _(
                "List readers with what they hold and until when, and whether they get letters."
                " Of several options all count."
            ),
        ),
        *filters(words),
        examples=(
            ("inkstead readers list", ""),
            ("inkstead readers list --product membership --state member", ""),
            ("inkstead readers list --letters on --since 2026-11-01", ""),
            ("inkstead readers list --magnet checklist --campaign wechat --live --json", ""),
        ),
    )


def _list(call: Call, **asked: str | None) -> int:
    with talking(call) as talk:
        found = sorted(chosen(talk, asked), key=lambda each: each.person.mail)
        told = {"readers": [reader_screen.reader_value(each) for each in found]}
        rows = [_row(talk, each) for each in found]
        unknown = [] if found else _unknown_magnet(talk, asked["magnet"] or "")
        talk.end(told, *table(rows), _count_line(talk, len(found)), *unknown)
    return 0


def _unknown_magnet(talk: Talk, magnet: str) -> list[str]:
    """Return that a lead magnet nobody came by is none of the site's, which readers may outlive."""
    known = talk.desk.manifest.magnets if magnet else {}
    said = talk.words.gettext('"{magnet}" is no lead magnet here (known: {known})')
    named = said.format(magnet=magnet, known=", ".join(sorted(known)) or "–")
    return [named] if magnet and magnet not in known else []


def _count_line(talk: Talk, n: int) -> str:
    return talk.words.ngettext("{n} reader", "{n} readers", n).format(n=n)


def _row(talk: Talk, reader: Reader) -> tuple[str, ...]:
    _ = talk.words.gettext
    held = [
        f"{right.product} {reader_screen.ends(talk, right)}"
        for right in sorted(reader.rights.values(), key=lambda each: each.product)
    ]
    tags = " ".join(f"#{tag}" for tag in reader.person.tags)
    return (
        reader.person.mail,
        _(reader_screen.STATES[reader.state]),
        "; ".join(held),
        reader_screen.letters(talk, reader),
        tags,
    )
