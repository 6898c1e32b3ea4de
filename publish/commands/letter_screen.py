"""What the commands around letters say: whom a letter goes to, who is left out, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from publish.commands.letter_aim import named
from publish.commands.talking import Talk, plain
from publish.contract.catalogue import N_
from publish.contract.slots import Prepared
from publish.contract.slots import plain as on_one_line
from publish.operating.letter_audience import REASONS, Audience, Reason
from publish.operating.letter_book import Letter, Parts, State
from publish.operating.lettering import Outcome, Todo
from publish.screen import table

STATES: dict[State, str] = {
    "sent": N_("sent"),
    "failed": N_("refused"),
    "unsure": N_("perhaps sent"),
    "sending": N_("perhaps sent"),
}
_OUTCOMES: dict[Outcome, str] = {
    "sent": N_("sent"),
    "failed": N_("refused"),
    "unsure": N_("perhaps sent"),
    "gone": N_("left meanwhile"),
}
_READERS = {
    "member": N_("member"),
    "lapsed": N_("lapsed"),
    "subscriber": N_("subscriber"),
    "unconfirmed": N_("unconfirmed"),
}
_LEFT_OUT: dict[Reason, str] = {
    "never": N_("never agreed to letters"),
    "left": N_("left the letters"),
    "unconfirmed": N_("did not confirm the address"),
    "bounced": N_("no such address"),
    "complained": N_("called a mail unwanted"),
    "language": N_("read another language"),
    "banned": N_("shut out"),
}
_FIRST_LINES = 5


def preview(talk: Talk, letter: Letter, parts: Parts) -> list[str]:
    """Return the subject and how the letter begins, as who gave no name reads it."""
    nobody = {"name": "", "unsubscribe": "", "site": "", "home": "", "account": ""}
    text = Prepared(parts.text).fill(nobody, on_one_line)
    first = [line for line in text.split("\n") if line.strip()][:_FIRST_LINES]
    _ = talk.words.gettext
    head = table([(_("subject"), shown_subject(parts)), (_("letter"), letter.id)])
    return [*head, "", *(f"  {line}" for line in first), ""]


def shown_subject(parts: Parts) -> str:
    """Return the subject as who gave no name reads it."""
    return Prepared(parts.subject).fill({"name": ""}, on_one_line)


def whom(talk: Talk, letter: Letter, audience: Audience, todo: Todo) -> list[str]:
    """Return who gets the letter, how many have it, and how many are left out and why."""
    _, n = talk.words.gettext, len(audience.people)
    found = talk.words.ngettext("{n} reader", "{n} readers", n).format(n=n)
    left_out = {_(_LEFT_OUT[each]): audience.left_out.get(each, 0) for each in REASONS}
    facts = [
        (_("to"), named(talk, letter.segment)),
        (_("gets it"), found),
        ("", _counted(audience.languages)),
        ("", _counted({_(_READERS[e]): n for e, n in audience.states.items()})),
        (_("has it"), f"{todo.had}" if todo.had else ""),
        (_("perhaps has it"), f"{len(todo.unsure)}" if todo.unsure else ""),
        (_("left out"), _counted(left_out)),
    ]
    return table([fact for fact in facts if fact[1]])


def outcome(talk: Talk, tally: Mapping[Outcome, int]) -> str:
    """Return what became of a letter, in one line."""
    return _counted({talk.words.gettext(_OUTCOMES[each]): tally.get(each, 0) for each in _OUTCOMES})


def counts(talk: Talk, found: Mapping[State, int]) -> str:
    """Return how many people have a letter in which state."""
    told = Counter[str]()
    for state, name in STATES.items():
        told[talk.words.gettext(name)] += found.get(state, 0)
    return _counted(told)


def value(letter: Letter) -> dict[str, Any]:
    """Return a letter for programs."""
    return {
        "letter": letter.id,
        "subject": letter.subject,
        "lang": letter.lang,
        "file": letter.file,
        "begun": plain(letter.begun),
        "to": dict(letter.segment),
        "finished": plain(letter.sent_whole(letter.segment)),
    }


def audience_value(audience: Audience, todo: Todo) -> dict[str, Any]:
    """Return who gets a letter, for programs."""
    return {
        "readers": len(audience.people),
        "languages": dict(audience.languages),
        "states": dict(audience.states),
        "left_out": dict(audience.left_out),
        "had": todo.had,
        "perhaps": len(todo.unsure),
        "left": len(todo.people),
    }


def _counted(found: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {n}" for name, n in found.items() if n)
