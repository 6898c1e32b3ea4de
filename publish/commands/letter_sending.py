"""`inkstead letters send|resume`: say who gets a letter, ask, and send it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import click

from publish import options
from publish.commands import letter_aim, letter_screen
from publish.commands.grouping import operating
from publish.commands.letter_copy import send_copy
from publish.commands.letter_reading import read
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.operating import letter_audience, letter_book, lettering
from publish.operating.letter_audience import Aim, Audience
from publish.operating.letter_book import Letter, Parts
from publish.operating.letter_lease import Taken
from publish.operating.lettering import Carrier, Outcome, Stopped, Todo
from publish.screen import say
from publish.trouble import Failure, WrongUsage

DEFAULT_RATE = 300
"""Mails a minute: what SES and most mail services allow to who is new there, and no more."""
_LONG = 2  # minutes


@dataclass(frozen=True)
class Wish:
    """How a letter is to be sent; `rate` 0 is the usual one."""

    rate: int
    plan: bool
    also_new: bool
    unsure: bool
    yes: bool


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
                " some of them. Says first who gets it and who does not and why, then asks. What"
                " breaks off goes on when the same is called again: the same letter reaches nobody"
                " twice. Whoever is new since it was sent gets it with --also-new."
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
        _note_unfinished(talk, letter)
        wish = Wish(rate or 0, plan, also_new, unsure, yes)
        return _carry_out(talk, letter, found.parts, wish)


def _check_sender(talk: Talk, call: Call) -> None:
    """Refuse to send for a site that does not say who writes; the sandbox does not mind."""
    if call.live and not talk.desk.world.releases.find().manifest.site.mail_from:
        raise Failure(N_('site.toml names no sender (write "from" under [mail] and publish)'))


def _note_unfinished(talk: Talk, letter: Letter) -> None:
    """Say when another letter from the same file broke off: a repaired word makes another one."""
    _ = talk.words.gettext
    for each in letter_book.everything(talk.desk.world.store):
        same = each.file == letter.file and each.id != letter.id
        if same and not each.sent_whole(each.segment):
            line = _(
                "another letter from this file is not finished, {subject}; this one goes to all of"
                " its readers, too (go on with that one: inkstead letters resume {id})"
            )
            say([line.format(subject=each.subject, id=each.id)], err=True)


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
        return _carry_out(talk, known, parts, Wish(rate or 0, plan, also_new, unsure, yes))


# ---- both -----------------------------------------------------------------------------------


def _carry_out(talk: Talk, letter: Letter, parts: Parts, wish: Wish) -> int:
    """Say who gets a letter, ask, send it to who has not got it."""
    store, mailer = talk.desk.world.store, talk.desk.mailer()
    aim = letter_aim.aim(talk, letter.segment, letter.lang)
    with talk.counting(talk.words.gettext("reading")) as heard:
        audience = letter_audience.gather(talk.desk.world, aim, heard)
    todo = lettering.left(
        letter_book.lines(store, letter.id),
        audience.people,
        repeatable=mailer.repeatable,
        unsure=wish.unsure,
    )
    rate = wish.rate or (0 if mailer.repeatable else DEFAULT_RATE)
    known = letter_book.find(store, letter.id)
    meant = replace(known or letter, segment=letter.segment)
    told = letter_screen.value(meant) | letter_screen.audience_value(audience, todo)
    told["plan"] = wish.plan
    talk.say(*letter_screen.preview(talk, letter, parts))
    talk.say(*letter_screen.whom(talk, letter, audience, todo))
    nothing = _nothing(talk, known, letter, todo, wish)
    if nothing or wish.plan:
        talk.end({**told, "sent": 0}, nothing or _would(talk, len(todo.people), rate))
        return 0
    talk.sure(_question(talk, len(todo.people)), wish.yes)
    letter_book.begin(store, letter, parts)
    tally = _sent(
        talk, letter, aim, audience, Carrier(mailer, rate, time.sleep, time.monotonic), wish
    )
    ended = letter_screen.value(letter_book.known(store, letter.id))
    counts = {**dict.fromkeys(get_args(Outcome), 0), **tally}
    talk.end(told | ended | counts, letter_screen.outcome(talk, tally))
    return 0


def _nothing(talk: Talk, known: Letter | None, letter: Letter, todo: Todo, wish: Wish) -> str:
    """Return why there is nothing to send, "" where there is."""
    _, n = talk.words.gettext, len(todo.people)
    whole = known.sent_whole(letter.segment) if known else None
    if n and whole and not (wish.also_new or wish.unsure):
        line = talk.words.ngettext(
            "sent on {day}; {n} reader is new since (send it to them, too: --also-new)",
            "sent on {day}; {n} readers are new since (send it to them, too: --also-new)",
            n,
        )
        return line.format(day=talk.day(whole), n=n)
    if not n and todo.unsure:
        return _("nobody is left but who perhaps has it (send it to them once more: --unsure)")
    if not n:
        return _("nobody is left to send it to") if todo.had else _("nobody gets it")
    return ""


def _would(talk: Talk, n: int, rate: int) -> str:
    line = talk.words.ngettext("{n} reader would get it{time}", "{n} readers would get it{time}", n)
    return line.format(n=n, time=_time(talk, n, rate))


def _question(talk: Talk, n: int) -> str:
    text = talk.words.ngettext(
        "Send the letter to {n} reader?", "Send the letter to {n} readers?", n
    )
    return text.format(n=n)


def _time(talk: Talk, n: int, rate: int) -> str:
    """Return how long it takes, where that is long."""
    minutes = -(-n // rate) if rate else 0
    if minutes < _LONG:
        return ""
    line = talk.words.ngettext(", in {n} minute", ", in {n} minutes", minutes)
    return line.format(n=minutes)


def _sent(
    talk: Talk, letter: Letter, aim: Aim, audience: Audience, carrier: Carrier, wish: Wish
) -> Counter[Outcome]:
    """Send a letter, and say how to go on where it breaks off.

    Raises:
        Failure: mails are not taken, or another process sends it.
        Abort: somebody stopped it.

    """
    _ = talk.words.gettext
    total = len(audience.people)
    carrier = replace(carrier, waiting=lambda seconds: _waiting(talk, seconds))
    try:
        with talk.counting(_("sending"), total) as heard:
            return lettering.send(
                talk.desk.world,
                letter,
                aim,
                audience.people,
                carrier,
                heard,
                unsure=wish.unsure,
            )
    except Taken as cause:
        raise Failure(
            N_("another process is sending this letter (look: inkstead letters show {id})"),
            id=letter.id,
        ) from cause
    except Stopped as cause:
        raise Failure(
            N_(
                "mails are not taken: {why}; {n} of {all} have it"
                " (go on later: inkstead letters resume {id})"
            ),
            why=cause.why,
            n=_have(talk, letter),
            all=total,
            id=letter.id,
        ) from cause
    except KeyboardInterrupt as cause:
        line = _("stopped: {n} of {all} have it (go on: inkstead letters resume {id})")
        say(["", line.format(n=_have(talk, letter), all=total, id=letter.id)], err=True)
        raise click.Abort from cause


def _have(talk: Talk, letter: Letter) -> int:
    return letter_book.counted(talk.desk.world.store, letter.id)["sent"]


def _waiting(talk: Talk, seconds: float) -> None:
    line = talk.words.gettext("mails are not taken just now, trying again in {n} s")
    say([line.format(n=round(seconds))], err=True)
