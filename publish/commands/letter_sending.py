"""`inkstead letters send|resume`: say who gets a letter, ask, and send it."""

from __future__ import annotations

from pathlib import Path

import click

from publish import options
from publish.commands import letter_aim, letter_screen
from publish.commands.grouping import operating
from publish.commands.letter_carrying import DEFAULT_RATE, Wish, carry_out
from publish.commands.letter_copy import send_copy
from publish.commands.letter_reading import read
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.operating import letter_book
from publish.operating.letter_book import Letter
from publish.screen import say
from publish.trouble import Failure, WrongUsage


def commands(words: Words) -> tuple[click.Command, ...]:
    """Return send and resume in one language."""
    return _send_command(words), _resume_command(words)


def letter_argument() -> click.Argument:
    """Return the argument that names a letter."""
    return click.Argument(["letter"], metavar="LETTER")


def find(talk: Talk, letter: str) -> Letter:
    """Return a letter by its id.

    Raises:
        WrongUsage: there is none.

    """
    found = letter_book.find(talk.desk.world.store, letter.strip().lower())
    if found is None:
        raise WrongUsage(
            N_('"{letter}" is no letter here (list them with: inkstead letters list)'),
            letter=letter,
        )
    return found


# ---- send -----------------------------------------------------------------------------------


def _send_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "send",
        _send,
        (
            _("send a letter"),
            _(
                "Send a Markdown file as a letter to the readers who agreed to get letters, or to"
                " some of them: those of its language, unless --language names another, or all."
                " Says first who gets it and who does not and why, then asks. What breaks off goes"
                " on when the same is called again: the same letter reaches nobody twice. Whoever"
                " is new since it was sent gets it with --also-new."
            ),
        ),
        click.Argument(["file"], metavar="FILE"),
        click.Option(
            ["--test", "copy"],
            metavar="MAIL",
            help=_("Send one copy to this address and nothing else; nobody counts it."),
        ),
        *letter_aim.options(words),
        *_how(words),
        examples=(
            ("inkstead letters send letters/2026-12.md --plan", ""),
            ("inkstead letters send letters/2026-12.md --test me@example.com --live", ""),
            ("inkstead letters send letters/2026-12.md --tag beta --live", ""),
        ),
    )


def _how(words: Words) -> tuple[click.Option, ...]:
    _ = words.gettext
    return (
        click.Option(
            ["--rate", "rate"],
            type=click.IntRange(1, 60_000),
            metavar="N",
            help=_(
                "At most so many mails a minute (default: {n}; in the sandbox all at once)."
            ).format(n=DEFAULT_RATE),
        ),
        click.Option(
            ["--plan", "plan"], is_flag=True, help=_("Say who would get it and how, and stop.")
        ),
        click.Option(
            ["--also-new", "also_new"],
            is_flag=True,
            help=_("Send it to who is new since it was sent."),
        ),
        click.Option(
            ["--unsure", "unsure"],
            is_flag=True,
            help=_("Send it again to those, too, who perhaps have it."),
        ),
        options.yes(words),
    )


def _send(
    call: Call,
    file: str,
    copy: str | None,
    rate: int | None,
    plan: bool,
    also_new: bool,
    unsure: bool,
    yes: bool,
    **asked: str | None,
) -> int:
    with talking(call) as talk:
        _check_sender(talk, call)
        found = read(talk, call, file)
        letter = Letter(
            letter_book.id_of(found.name),
            letter_screen.shown_subject(found.parts),
            found.lang,
            Path(file).name,
            talk.desk.now,
            letter_aim.segment(found.to, asked),
            {},
        )
        if copy is not None:
            send_copy(talk, letter, found.parts, copy)
            return 0
        _note_others(talk, letter)
        wish = Wish(rate or 0, plan, also_new, unsure, yes)
        return carry_out(talk, letter, found.parts, wish)


def _check_sender(talk: Talk, call: Call) -> None:
    """Refuse to send for a site that does not say who writes; the sandbox does not mind."""
    if call.live and not talk.desk.world.releases.find().manifest.site.mail_from:
        raise Failure(N_('site.toml names no sender (write "from" under [mail] and publish)'))


def _note_others(talk: Talk, letter: Letter) -> None:
    """Say which letters of the same file went out: a repaired word makes another letter."""
    _ = talk.words.gettext
    found = letter_book.everything(talk.desk.world.store)
    others = [each for each in found if each.file == letter.file and each.id != letter.id]
    for each in others:
        if not each.sent_whole(each.segment):
            line = _(
                "another letter from this file is not finished, {subject}; this one goes to all of"
                " its readers, too (go on with that one: inkstead letters resume {id})"
            )
            say([line.format(subject=each.subject, id=each.id)], err=True)
    sent = next((each for each in reversed(others) if each.sent_whole(each.segment)), None)
    if sent:
        line = _(
            "another letter from this file was sent on {day}, {subject}; this one says something"
            " else, so its readers get it, too"
        )
        day = talk.day(sent.sent_whole(sent.segment))
        say([line.format(day=day, subject=sent.subject)], err=True)


# ---- resume ---------------------------------------------------------------------------------


def _resume_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "resume",
        _resume,
        (
            _("go on with a letter that broke off"),
            _(
                "Go on with a letter that broke off, as it was when it was begun: the file may have"
                " been changed since. Nobody gets a second copy."
            ),
        ),
        letter_argument(),
        *_how(words),
        examples=(("inkstead letters resume 7k3fq4wx2b6c5d3e --live", ""),),
    )


def _resume(
    call: Call,
    letter: str,
    rate: int | None,
    plan: bool,
    also_new: bool,
    unsure: bool,
    yes: bool,
) -> int:
    with talking(call) as talk:
        _check_sender(talk, call)
        known = find(talk, letter)
        parts = letter_book.parts(talk.desk.world.store, known.id)
        return carry_out(talk, known, parts, Wish(rate or 0, plan, also_new, unsure, yes))
