"""`inkstead letters send --test`: one copy of a letter to look at, which nobody counts."""

from __future__ import annotations

from dataclasses import replace

from publish.commands.letter_screen import preview, value
from publish.commands.talking import Talk
from publish.contract.catalogue import N_
from publish.operating import readers
from publish.operating.letter_book import Letter, Parts
from publish.operating.lettering import Text
from publish.paywall import keys, people
from publish.paywall.people import Person
from publish.paywall.ports import MailDown, MailRefused
from publish.trouble import Failure


def send_copy(talk: Talk, letter: Letter, parts: Parts, mail: str) -> None:
    """Send a copy, marked in its subject, to an address that need not be a reader's.

    Raises:
        WrongUsage: it is no address.
        Failure: the mail is not taken.

    """
    _, world = talk.words.gettext, talk.desk.world
    made = Text.of(parts).mail(
        world, f"test-{keys.new_id()}", letter.lang, _who(talk, mail, letter)
    )
    marked = _("[test] {subject}").format(subject=made.subject)
    try:
        talk.desk.mailer().send(replace(made, subject=marked))
    except (MailRefused, MailDown) as cause:
        raise Failure(N_("the mail was not taken: {why}"), why=cause) from cause
    talk.say(*preview(talk, letter, parts))
    told = {"test": made.to, "readers": 0, "sent": 0}
    talk.end(
        value(letter) | told, _("one copy went to {mail}; no reader got it").format(mail=made.to)
    )


def _who(talk: Talk, mail: str, letter: Letter) -> Person:
    """Return whose address it is, else somebody who is not stored."""
    found = readers.address(mail)
    known = people.find_by_mail(talk.desk.world.store, found.canonical)
    stranger = people.new(found.canonical, found.shown, letter.lang, talk.desk.now, confirmed=False)
    return known or stranger
