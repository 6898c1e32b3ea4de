"""`inkstead readers export|import`: readers as a file, out and in again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from publish import options
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import moving, reader_files, readers
from publish.operating.moving import Change, Newcomer
from publish.operating.reader_files import Line, Wrong
from publish.operating.readers import STATES, Wanted
from publish.screen import from_here, say, table
from publish.trouble import Failure, WrongUsage

_DID = {
    "new": N_("new here"),
    "granted": N_("holds {product} until {day}"),
    "longer": N_("holds {product} longer, until {day}"),
    "tagged": N_("tags"),
    "noted": N_("note"),
    "confirmed": N_("address confirmed elsewhere"),
    "revoked": N_("{product} was taken back here, so it stays away"),
}
_LONGEST_FILE = 64 * 1024 * 1024


def commands(words: Words) -> tuple[click.Command, ...]:
    """Return export and import in one language."""
    return (_export_command(words), _import_command(words))


def filters(words: Words) -> tuple[click.Option, ...]:
    """Return the options that choose readers."""
    _ = words.gettext
    return (
        click.Option(
            ["--product", "product"], metavar="ID", help=_("Only who holds this product now.")
        ),
        click.Option(["--tag", "tag"], metavar="TAG", help=_("Only who has this tag.")),
        click.Option(
            ["--state", "state"],
            type=click.Choice(STATES),
            metavar="STATE",
            help=_("Only in this state: {states}.").format(states=", ".join(STATES)),
        ),
    )


# ---- export ---------------------------------------------------------------------------------


def _export_command(words: Words) -> click.Command:
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


def _export(
    call: Call,
    output: str | None,
    product: str | None,
    tag: str | None,
    state: str | None,
) -> int:
    wanted = Wanted(product or "", tag or "", state or "")
    with talking(call, aside=output is None) as talk:
        store, now, zone = talk.desk.world.store, talk.desk.now, talk.desk.zone
        found = (each for each in readers.everyone(store, now) if wanted.fits(each))
        lines = sorted(moving.lines(found, zone, now), key=lambda line: (line.mail, line.product))
        if output is None:
            _print(talk, lines)
        else:
            _write(talk, lines, Path(output))
    return 0


def _print(talk: Talk, lines: Sequence[Line]) -> None:
    if talk.machine:
        talk.end({"readers": [reader_files.as_object(line) for line in lines]})
    else:
        click.echo(reader_files.to_csv(lines), nl=False)


def _write(talk: Talk, lines: Sequence[Line], output: Path) -> None:
    path = (talk.here / output.expanduser()).resolve()
    as_json = path.suffix.lower() == ".json"
    content = reader_files.to_json(lines) if as_json else reader_files.to_csv(lines)
    write_private(path, content)
    shown = from_here(path, talk.here)
    n = len({line.mail for line in lines})
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


# ---- import ---------------------------------------------------------------------------------


def _import_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "import",
        _import,
        (
            _("bring readers in from a file"),
            _(
                "Bring readers in from CSV or JSON. The columns are mail, product, until (the last"
                " day that is paid, or forever), tags, note; others are ignored. Who has"
                " cancelled and paid until a day keeps it. Nothing that is known is lost, and"
                " the same file twice is once. When a line is wrong, nothing is brought in."
            ),
        ),
        click.Argument(["file"], metavar="FILE"),
        click.Option(["--plan", "plan"], is_flag=True, help=_("Say what would change, and stop.")),
        click.Option(
            ["--skip", "skip"], is_flag=True, help=_("Leave wrong lines out, take the others.")
        ),
        options.yes(words),
        examples=(
            ("inkstead readers import readers.csv --plan", ""),
            ("inkstead readers import readers.csv --live", ""),
        ),
    )


def _import(call: Call, file: str, plan: bool, skip: bool, yes: bool) -> int:
    with talking(call) as talk:
        path = (talk.here / Path(file).expanduser()).resolve()
        rows, wrong = reader_files.read(_bytes(path, file), file, talk.desk.zone)
        known = talk.desk.manifest.products
        newcomers, unknown, same = moving.gathered(rows, known)
        problems = sorted([*wrong, *unknown], key=lambda each: each.line)
        told = [_problem(talk, from_here(path, talk.here), each) for each in problems]
        say([] if call.machine else told, err=True)
        if problems and not skip and not plan:
            talk.end({"problems": told, "changes": []}, _refused(talk, len(problems)))
            return 1
        if call.live and not plan:
            talk.sure(_question(talk, len(newcomers)), yes)
        changes = _bring_in(talk, newcomers, plan)
        _imported(talk, changes, told, same, plan)
    return 1 if problems and not skip else 0


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise WrongUsage(N_('"{file}" is too large to be a list of readers'), file=file)
        return path.read_bytes()
    except OSError as cause:
        raise WrongUsage(
            N_('"{file}" cannot be read: {cause}'), file=file, cause=cause.strerror
        ) from cause


def _problem(talk: Talk, shown: str, wrong: Wrong) -> str:
    sentence = talk.words.gettext(wrong.message).format(**wrong.values)
    return f"{shown}:{wrong.line}: {sentence}"


def _refused(talk: Talk, n: int) -> str:
    return talk.words.ngettext(
        "nothing was brought in: {n} line is wrong (repair it, or leave it out with --skip)",
        "nothing was brought in: {n} lines are wrong (repair them, or leave them out with --skip)",
        n,
    ).format(n=n)


def _question(talk: Talk, n: int) -> str:
    question = talk.words.ngettext(
        "Bring {n} reader into the real site?", "Bring {n} readers into the real site?", n
    )
    return question.format(n=n)


def _bring_in(talk: Talk, newcomers: Sequence[Newcomer], plan: bool) -> list[Change]:
    store, now = talk.desk.world.store, talk.desk.now
    lang = talk.desk.manifest.site.languages[0].code
    changes: list[Change] = []
    with talk.counting(talk.words.gettext("bringing in"), len(newcomers)) as heard:
        for number, newcomer in enumerate(newcomers, 1):
            heard(number)
            changes += moving.bring_in(store, newcomer, lang, now, plan=plan)
    return changes


def _imported(
    talk: Talk, changes: Sequence[Change], problems: list[str], same: int, plan: bool
) -> None:
    _ = talk.words.gettext
    people = len({each.mail for each in changes if each.what != "revoked"})
    said = talk.words.ngettext("{n} reader changed", "{n} readers changed", people)
    if plan:
        said = talk.words.ngettext("{n} reader would change", "{n} readers would change", people)
    line = said.format(n=people)
    twice = talk.words.ngettext("{n} line said nothing new", "{n} lines said nothing new", same)
    if same:
        line = _("{line} ({aside})").format(line=line, aside=twice.format(n=same))
    rows = [(each.mail, _change(talk, each)) for each in changes]
    told: dict[str, Any] = {
        "changes": [
            {"mail": e.mail, "what": e.what, "product": e.product, "until": plain(e.until)}
            for e in changes
        ],
        "problems": problems,
        "repeated": same,
        "plan": plan,
    }
    talk.end(told, *table(rows), line if people else _("nothing to change"))


def _change(talk: Talk, change: Change) -> str:
    _ = talk.words.gettext
    if change.what in ("granted", "longer") and change.until is None:
        return _("holds {product} for good").format(product=change.product)
    return _(_DID[change.what]).format(product=change.product, day=talk.day(change.until))
