"""Carrying a letter out: said to whom and how many, asked, sent, gone on with after a break."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import get_args

import click

from publish.commands import letter_aim, letter_screen
from publish.commands.talking import Talk
from publish.contract.catalogue import N_
from publish.operating import letter_audience, letter_book, lettering
from publish.operating.letter_book import Letter, Parts
from publish.operating.letter_lease import Taken
from publish.operating.lettering import Carrier, Outcome, Stopped, Todo
from publish.paywall.ports import ABSENT
from publish.screen import say
from publish.trouble import Failure

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


def carry_out(talk: Talk, letter: Letter, parts: Parts, wish: Wish) -> int:
    """Say who gets a letter, ask, send it to who has not got it.

    Raises:
        Failure: mails are not taken, or another process sends it.

    """
    store, mailer = talk.desk.world.store, talk.desk.mailer()
    aim = letter_aim.aim(talk, letter.segment, letter.lang)
    with talk.counting(talk.words.gettext("reading")) as heard:
        audience = letter_audience.gather(talk.desk.world, aim, heard)
    lines = letter_book.lines(store, letter.id)
    repeatable = mailer.repeatable
    todo = lettering.left(lines, audience.people, repeatable=repeatable, unsure=wish.unsure)
    known = letter_book.find(store, letter.id)
    meant = replace(known or letter, segment=letter.segment)
    talk.say(*letter_screen.preview(talk, letter, parts))
    talk.say(*letter_screen.whom(talk, letter, audience, todo))
    told = letter_screen.value(meant) | letter_screen.audience_value(audience, todo)
    told |= {"plan": wish.plan, "sent": 0}
    new = _who_waits(meant, todo, wish)
    people = [each for each in audience.people if each not in new]
    n = len(todo.people) - len(new)
    rate = wish.rate or (0 if repeatable else DEFAULT_RATE)
    if not n or wish.plan:
        talk.end(told, _would(talk, n, rate) if n else _nothing(talk, meant, todo, len(new)))
        return 0
    talk.sure(_question(talk, n), wish.yes)
    letter_book.begin(store, letter, parts)
    carrier = Carrier(mailer, rate, time.sleep, time.monotonic, lambda s: _waiting(talk, s))
    with _broken_off(talk, letter), talk.counting(talk.words.gettext("sending"), n) as heard:
        tally = lettering.send(
            talk.desk.world, letter, aim, people, carrier, heard, unsure=wish.unsure
        )
    told |= letter_screen.value(letter_book.known(store, letter.id))
    told |= {each: tally[each] for each in get_args(Outcome)}
    talk.end(told, letter_screen.outcome(talk, tally))
    return 0


def _who_waits(letter: Letter, todo: Todo, wish: Wish) -> frozenset[str]:
    """Return who is new since the letter was sent whole: they get it when that is asked for."""
    if wish.also_new or not letter.sent_whole(letter.segment):
        return frozenset()
    return frozenset(person for person, expect in todo.people.items() if expect == ABSENT)


def _nothing(talk: Talk, letter: Letter, todo: Todo, new: int) -> str:
    """Return why there is nothing to send."""
    _ = talk.words.gettext
    if new:
        line = talk.words.ngettext(
            "sent on {day}; {n} reader is new since (send it to them, too: --also-new)",
            "sent on {day}; {n} readers are new since (send it to them, too: --also-new)",
            new,
        )
        return line.format(day=talk.day(letter.sent_whole(letter.segment)), n=new)
    if todo.unsure:
        return _("nobody is left but who perhaps has it (send it to them once more: --unsure)")
    return _("nobody is left to send it to") if todo.had else _("nobody gets it")


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


@contextmanager
def _broken_off(talk: Talk, letter: Letter) -> Iterator[None]:
    """Say how to go on where sending breaks off.

    Raises:
        Failure: mails are not taken, or another process sends it.
        Abort: somebody stopped it.

    """
    try:
        yield
    except Taken as cause:
        raise Failure(
            N_("another process is sending this letter (look: inkstead letters show {id})"),
            id=letter.id,
        ) from cause
    except Stopped as cause:
        raise Failure(
            N_(
                "mails are not taken: {why}; {n} have it"
                " (go on later: inkstead letters resume {id})"
            ),
            why=cause.why,
            n=_have(talk, letter),
            id=letter.id,
        ) from cause
    except KeyboardInterrupt as cause:
        line = talk.words.gettext("stopped: {n} have it (go on: inkstead letters resume {id})")
        say(["", line.format(n=_have(talk, letter), id=letter.id)], err=True)
        raise click.Abort from cause


def _have(talk: Talk, letter: Letter) -> int:
    return letter_book.counted(talk.desk.world.store, letter.id)["sent"]


def _waiting(talk: Talk, seconds: float) -> None:
    line = talk.words.gettext("mails are not taken just now, trying again in {n} s")
    say([line.format(n=round(seconds))], err=True)
