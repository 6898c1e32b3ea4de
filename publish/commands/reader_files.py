"""`inkstead readers export`: readers as a file that `inkstead readers import` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from publish.commands.filtering import chosen, filters
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.operating import reader_files, reader_lines
from publish.operating.reader_files import Line
from publish.screen import from_here
from publish.trouble import Failure


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "export",
        _export,
        (
            _("write readers to a file"),
            _(
                "Write readers as CSV (a spreadsheet opens it) or JSON, one line for each product"
                " they hold or held. What this writes, import reads. The file holds mail"
                " addresses: keep it as you keep your keys."
            ),
        ),
        click.Option(
            ["--output", "output"],
            metavar="FILE",
            help=_("Where to; .json is JSON, all else CSV (default: CSV on the screen)."),
        ),
        *filters(words),
        examples=(
            ("inkstead readers export --output readers.csv", ""),
            ("inkstead readers export --state member --live --output members.json", ""),
        ),
    )


def _export(call: Call, output: str | None, **asked: str | None) -> int:
    with talking(call, aside=output is None) as talk:
        lines = _lines(talk, asked)
        if output is None:
            _print(talk, lines)
        else:
            _write(talk, lines, Path(output))
    return 0


def _lines(talk: Talk, asked: dict[str, str | None]) -> list[Line]:
    store, now, zone = talk.desk.world.store, talk.desk.now, talk.desk.zone
    lines = reader_lines.lines(store, chosen(talk, asked), zone, now)
    return sorted(lines, key=lambda line: (line["mail"], line["product"]))


def _print(talk: Talk, lines: Sequence[Line]) -> None:
    if talk.machine:
        talk.end({"readers": [reader_files.as_object(line) for line in lines]})
    else:
        click.echo(_csv(talk, lines), nl=False)


def _csv(talk: Talk, lines: Sequence[Line]) -> bytes:
    names = reader_files.CHINESE if talk.lang == "zh" else reader_files.COLUMNS
    return reader_files.to_csv(lines, names)


def _write(talk: Talk, lines: Sequence[Line], output: Path) -> None:
    path = (talk.here / output.expanduser()).resolve()
    as_json = path.suffix.lower() == ".json"
    write_private(path, reader_files.to_json(lines) if as_json else _csv(talk, lines))
    shown = from_here(path, talk.here)
    n = len({line["mail"] for line in lines})
    said = talk.words.ngettext("{n} reader in {path}", "{n} readers in {path}", n)
    talk.end({"path": str(path), "readers": n}, said.format(n=n, path=shown))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        Failure: it cannot be written.

    """
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.touch(mode=0o600)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as cause:
        raise Failure(
            N_('"{path}" cannot be written: {cause}'), path=path, cause=cause.strerror
        ) from cause
