"""`inkstead letters`: send a letter to readers, see what became of it, go on after a break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from publish.commands import letter_screen, letter_sending
from publish.commands.grouping import group, operating
from publish.commands.letter_aim import named
from publish.commands.letter_screen import STATES
from publish.commands.letter_sending import find, letter_argument
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import Words
from publish.operating import letter_book
from publish.operating.letter_book import Letter, Line, State
from publish.paywall import people
from publish.screen import table

_TELLING: tuple[State, ...] = ("failed", "unsure", "sending")


def command(words: Words) -> click.Group:
    """Return the command in one language."""
    _ = words.gettext
    return group(
        words,
        "letters",
        _(
            "Write to the readers who agreed to get letters. A letter is a Markdown file, and the"
            " same letter reaches nobody twice."
        ),
        *letter_sending.commands(words),
        _list_command(words),
        _show_command(words),
    )


# ---- list -----------------------------------------------------------------------------------


def _list_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "list",
        _list,
        (_("letters that were sent"), _("List letters, the newest last: when, to whom, how many.")),
        examples=(("inkstead letters list --live", ""),),
    )


def _list(call: Call) -> int:
    with talking(call) as talk:
        store = talk.desk.world.store
        with talk.counting(talk.words.gettext("reading")) as heard:
            told = []
            for number, letter in enumerate(letter_book.everything(store), 1):
                heard(number)
                told.append((letter, letter_book.counted(store, letter.id)))
        n = len(told)
        count = talk.words.ngettext("{n} letter", "{n} letters", n).format(n=n)
        talk.end(
            {"letters": [_value(letter, counts) for letter, counts in told]},
            *table([_row(talk, letter, counts) for letter, counts in told]),
            count,
        )
    return 0


def _row(talk: Talk, letter: Letter, counts: Counter[State]) -> tuple[str, ...]:
    return (
        letter.id,
        talk.day(letter.begun),
        letter.subject,
        named(talk, letter.segment),
        letter_screen.counts(talk, counts),
        _progress(talk, letter),
    )


def _progress(talk: Talk, letter: Letter) -> str:
    _ = talk.words.gettext
    return "" if letter.sent_whole(letter.segment) else _("not finished")


def _value(letter: Letter, found: Counter[State]) -> dict[str, Any]:
    perhaps = found["unsure"] + found["sending"]
    told = {"sent": found["sent"], "failed": found["failed"], "unsure": perhaps}
    return letter_screen.value(letter) | told


# ---- show -----------------------------------------------------------------------------------


def _show_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "show",
        _show,
        (
            _("what became of one letter"),
            _("Show one letter: when and to whom it went, who refused it, who perhaps has it."),
        ),
        letter_argument(),
        examples=(("inkstead letters show 7k3fq9wx2b4c5d6e --live", ""),),
    )


def _show(call: Call, letter: str) -> int:
    with talking(call) as talk:
        store = talk.desk.world.store
        known = find(talk, letter)
        lines = list(letter_book.lines(store, known.id))
        counts: Counter[State] = Counter(each.state for each in lines)
        others = list(_others(talk, lines))
        told = _value(known, counts) | {
            "others": [{"mail": m, "state": e.state, "why": e.why} for m, e in others]
        }
        rows = [(mail, talk.words.gettext(STATES[e.state]), e.why) for mail, e in others]
        talk.end(told, *_portrait(talk, known, counts), *table(rows))
    return 0


def _portrait(talk: Talk, letter: Letter, counts: Counter[State]) -> list[str]:
    _ = talk.words.gettext
    facts = [
        (_("letter"), letter.id),
        (_("subject"), letter.subject),
        (_("language"), letter.lang),
        (_("file"), letter.file),
        (_("begun"), talk.day(letter.begun)),
        (_("finished"), talk.day(letter.sent_whole(letter.segment)) or _("not finished")),
        (_("to"), named(talk, letter.segment)),
        (_("readers"), letter_screen.counts(talk, counts)),
    ]
    return table(facts)


def _others(talk: Talk, lines: list[Line]) -> Iterator[tuple[str, Line]]:
    """Yield of whom it is not certain that they have it, with the address; "" for who is gone."""
    for line in lines:
        if line.state in _TELLING:
            person = people.find(talk.desk.world.store, line.person)
            yield person.mail if person else "", line
