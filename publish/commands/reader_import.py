"""`inkstead readers import`: readers from a file, ours or another house's."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from publish import options
from publish.commands import import_screen
from publish.commands.asking import content_of, known_product
from publish.commands.grouping import operating
from publish.commands.import_screen import Found
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.operating import cells, importing_lists, moving, newcomers
from publish.operating.importing_lists import FORMATS, Foreign, Format
from publish.operating.moves import Terms
from publish.screen import from_here, say
from publish.trouble import WrongUsage


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "import",
        _import,
        (
            _("bring readers in from a file"),
            _(
                "Bring readers in from CSV or JSON: what export wrote, a list of Substack, Ghost,"
                " listmonk or Mailchimp, or a table of your own. Its columns are mail, name,"
                " product, until (the last day that is paid, or forever), tags, note, letters"
                " (on or off), confirmed; others are ignored. Who has left a list, here or there,"
                " is not put on it again. Nothing that is known is lost, and the same file twice"
                " is once. When a line is wrong, nothing is brought in."
            ),
        ),
        click.Argument(["file"], metavar="FILE"),
        click.Option(
            ["--from", "house"],
            type=click.Choice(FORMATS),
            metavar="HOUSE",
            help=_("Where the list is from: {houses} (default: seen by its columns).").format(
                houses=", ".join(FORMATS)
            ),
        ),
        click.Option(
            ["--consent", "consent"],
            metavar="TEXT",
            help=_(
                "Where these people agreed to get letters, as you would tell one who asks; it is"
                " kept with each. Who got mail at the other house counts as confirmed."
            ),
        ),
        click.Option(
            ["--no-letters", "silent"], is_flag=True, help=_("Put nobody on the list of letters.")
        ),
        click.Option(
            ["--grant", "grant"],
            metavar="PRODUCT",
            help=_(
                "Give this product to whom Ghost or Substack let read for nothing, and until their"
                " last day to those whose file says until when they paid."
            ),
        ),
        click.Option(["--plan", "plan"], is_flag=True, help=_("Say what would change, and stop.")),
        click.Option(
            ["--skip", "skip"], is_flag=True, help=_("Leave wrong lines out, take the others.")
        ),
        options.yes(words),
        examples=(
            ("inkstead readers import readers.csv --plan", ""),
            ("inkstead readers import readers.csv --live", ""),
            (_('inkstead readers import members.csv --consent "my blog on Ghost"'), ""),
        ),
    )


def _import(
    call: Call,
    file: str,
    house: Format | None,
    consent: str | None,
    silent: bool,
    grant: str | None,
    plan: bool,
    skip: bool,
    yes: bool,
) -> int:
    with talking(call) as talk:
        lang = talk.desk.manifest.site.languages[0].code
        terms = Terms(lang, (consent or "").strip(), letters=not silent)
        found = _read(talk, file, house, grant or "", terms)
        shown = from_here((talk.here / Path(file).expanduser()).resolve(), talk.here)
        talk.say(import_screen.whence(talk, shown, found))
        told = [import_screen.problem(talk, shown, each) for each in found.wrong]
        say([] if call.machine else told, err=True)
        if told and not skip and not plan:
            talk.end({"problems": told, "changes": []}, import_screen.refused(talk, len(told)))
            return 1
        if not plan:
            terms = replace(terms, source=_source(talk, found, terms, yes))
            _ask(talk, call.live, found, yes)
        _bring_in(talk, found, terms, told, plan)
        if told and not skip:
            talk.say(import_screen.refused(talk, len(told)))
    return 1 if told and not skip else 0


# ---- reading --------------------------------------------------------------------------------


def _read(talk: Talk, file: str, house: Format | None, grant: str, terms: Terms) -> Found:
    if grant:
        known_product(talk, grant)
    with talk.counting(talk.words.gettext("reading")):
        sheet = cells.sheet(content_of(talk, file), file)
        format_ = house or importing_lists.guessed(sheet)
        foreign = Foreign(file, talk.desk.zone, talk.desk.now, grant)
        rows, wrong = importing_lists.read(sheet, format_, foreign)
        if format_ == "plain" and terms.source and terms.letters:
            rows = importing_lists.everybody(sheet, rows, file)
        found, unknown, same = newcomers.gathered(rows, talk.desk.manifest.products)
    problems = sorted([*wrong, *unknown], key=lambda each: each.line)
    return Found(format_, found, problems, same)


# ---- asking ---------------------------------------------------------------------------------


def _source(talk: Talk, found: Found, terms: Terms, yes: bool) -> str:
    """Return where the addresses come from, asked for where it matters and nobody said it.

    Raises:
        WrongUsage: nobody said it, and there is nobody to ask.

    """
    if terms.source or not terms.letters or not found.asking:
        return terms.source
    question = import_screen.needed(talk, found.asking)
    if yes or not sys.stdin.isatty():
        raise WrongUsage(
            N_(
                "{question} Say where they agreed to that"
                ' (--consent "my newsletter on Ghost, double opt-in"),'
                " or bring them in without (--no-letters)"
            ),
            question=question,
        )
    click.echo(question, err=True)
    asked = talk.words.gettext("Where did they agree to that? (nothing: no letters)")
    return str(click.prompt(asked, default="", show_default=False, err=True)).strip()


def _ask(talk: Talk, live: bool, found: Found, yes: bool) -> None:
    if not live:
        return
    n = len(found.newcomers)
    question = talk.words.ngettext(
        "Bring {n} reader into the real site?", "Bring {n} readers into the real site?", n
    )
    talk.sure(question.format(n=n), yes)


# ---- doing ----------------------------------------------------------------------------------


def _bring_in(talk: Talk, found: Found, terms: Terms, problems: list[str], plan: bool) -> None:
    store, now = talk.desk.world.store, talk.desk.now
    people = found.newcomers
    with talk.counting(talk.words.gettext("bringing in"), len(people)) as heard:
        changes = moving.bring_all(store, people, terms, now, plan=plan, heard=heard)
    asking = found.asking if plan and terms.letters and not terms.source else 0
    talk.end(
        import_screen.value(found, changes, problems, plan),
        *import_screen.lines(talk, found, changes, plan),
        *import_screen.hints(talk, found, changes, asking),
    )
