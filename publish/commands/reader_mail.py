"""`inkstead readers suppressed|bounced|allow`: which addresses get no mail, and to write again."""

from __future__ import annotations

import click

from publish.commands import reader_bounces
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, plain, talking
from publish.contract.catalogue import N_, Words
from publish.operating import readers
from publish.paywall import suppressing
from publish.paywall.suppressing import Reason, Suppressed
from publish.screen import table
from publish.trouble import WrongUsage

_REASONS: dict[Reason, str] = {
    "bounced": N_("does not exist: gets nothing"),
    "complained": N_("called a mail unwanted: gets only what they ask for"),
}


def commands(words: Words) -> tuple[click.Command, ...]:
    """Return suppressed, bounced and allow in one language."""
    return _suppressed_command(words), reader_bounces.command(words), _allow_command(words)


def _suppressed_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "suppressed",
        _suppressed,
        (
            _("addresses that get no mail"),
            _(
                "List the addresses that get no mail: those that do not exist, as the mail service"
                " told, and those whose reader called a mail unwanted, who still get what they ask"
                " for with a click."
            ),
        ),
        examples=(("inkstead readers suppressed --live", ""),),
    )


def _suppressed(call: Call) -> int:
    with talking(call) as talk:
        found = sorted(suppressing.listed(talk.desk.world.store), key=lambda each: each.at)
        n = len(found)
        count = talk.words.ngettext("{n} address", "{n} addresses", n).format(n=n)
        talk.end(
            {"suppressed": [_value(each) for each in found]},
            *table([_row(talk, each) for each in found]),
            count,
        )
    return 0


def _row(talk: Talk, found: Suppressed) -> tuple[str, ...]:
    _ = talk.words.gettext
    return (talk.day(found.at), found.mail or _("(erased)"), _(_REASONS[found.reason]))


def _value(found: Suppressed) -> dict[str, str]:
    return {"mail": found.mail, "reason": found.reason, "at": plain(found.at)}


def _allow_command(words: Words) -> click.Command:
    _ = words.gettext
    return operating(
        words,
        "allow",
        _allow,
        (
            _("write to an address again"),
            _(
                "Write to an address again that got no mail, when its reader says that it works."
                " If the next mail comes back, it is spared again."
            ),
        ),
        click.Argument(["mail"], metavar="MAIL"),
        examples=(("inkstead readers allow reader@example.com --live", ""),),
    )


def _allow(call: Call, mail: str) -> int:
    _ = call.words.gettext
    if "@" not in mail:
        raise WrongUsage(N_('"{mail}" is no mail address'), mail=mail)
    with talking(call) as talk:
        canonical = readers.address(mail).canonical
        changed = suppressing.allow(talk.desk.world.store, canonical)
        line = _("{mail} gets mails again") if changed else _("{mail} gets mails (as before)")
        talk.end({"changed": changed, "mail": canonical}, line.format(mail=canonical))
    return 0
