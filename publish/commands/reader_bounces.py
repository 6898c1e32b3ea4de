"""`inkstead readers bounced`: what came back by mail, from files or through a pipe."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from publish.commands.asking import LONGEST_FILE, content_of
from publish.commands.grouping import operating
from publish.commands.talking import Call, Talk, talking
from publish.contract.catalogue import N_, Words
from publish.operating import bounce_reports
from publish.operating.bounce_reports import Report
from publish.paywall import suppressing
from publish.paywall.suppressing import Notice, What
from publish.screen import table
from publish.trouble import WrongUsage

_PIPE = "-"
_LONGEST_MAIL = 64 * 1024
"""How much of a mail is read: a report stands at its beginning, and who made it up may not have us
busy for hours."""
_LONG_LINE = re.compile(rb"([^\n]{998})[^\n]+")
_BECAME: dict[What, str] = {
    "bounced": N_("does not exist: gets nothing from now on"),
    "softly-bounced": N_("did not arrive for now: counted"),
    "complained": N_("called a mail unwanted: gets only what they ask for"),
}
_NO_REPORT = N_("{file}: mail {n} is no report")
_NOT_PROVEN = N_(
    "{file}: mail {n} names {mail}, but does not prove that we wrote there (add --trust to"
    " believe it)"
)


@dataclass(frozen=True)
class _Heard:
    """A report that counts: in which mail of a file, about which address."""

    file: str
    number: int
    mail: str
    report: Report

    def value(self) -> dict[str, Any]:
        """Return it for a program."""
        told = {"file": self.file, "mail": self.number, "address": self.mail}
        return {**told, "what": self.report.what, "status": self.report.status}


@dataclass(frozen=True)
class _Unheard:
    """A mail of a file that counts for nothing, and why."""

    file: str
    number: int
    why: str
    mail: str = ""

    def value(self) -> dict[str, Any]:
        """Return it for a program."""
        return {"file": self.file, "mail": self.number, "address": self.mail}


def command(words: Words) -> click.Command:
    """Return the command in one language."""
    _ = words.gettext
    return operating(
        words,
        "bounced",
        _bounced,
        (
            _("hear what came back by mail"),
            _(
                "Hear the reports of mail servers about letters that did not arrive, and of mailbox"
                " providers about those called unwanted: each FILE is one mail or an mbox; without"
                " one, a mail comes through a pipe. Addresses that do not exist get nothing from"
                " then on. Anybody can write such a report, so only one that quotes a mail of"
                " ours is believed. A site on AWS hears of this by itself."
            ),
        ),
        click.Argument(["files"], metavar="[FILE]...", nargs=-1),
        click.Option(
            ["--trust", "trust"],
            is_flag=True,
            help=_("Believe reports that prove nothing, too: you have looked at them."),
        ),
        examples=(
            ("inkstead readers bounced mailbox.mbox --live", ""),
            ("inkstead readers bounced --live < report.eml", ""),
        ),
    )


def _bounced(call: Call, files: tuple[str, ...], trust: bool) -> int:
    if not files and sys.stdin.isatty():
        raise WrongUsage(N_("there is nothing to hear (name a file, or pipe a mail in)"))
    with talking(call) as talk:
        contents = [(name, _content(talk, name)) for name in files or (_PIPE,)]
        found = [each for name, raw in contents for each in _heard(talk, name, raw, trust)]
        heard = [each for each in found if isinstance(each, _Heard)]
        others = [each for each in found if isinstance(each, _Unheard)]
        world = talk.desk.world
        notices = [Notice(each.mail, each.report.what) for each in heard]
        suppressing.hear(world.store, notices, talk.desk.now)
        talk.end(
            {
                "reports": [each.value() for each in heard],
                "others": [each.value() for each in others],
            },
            *table([_row(talk, each) for each in heard]),
            *(_why(talk, each) for each in others),
            _summed(talk, heard),
        )
    return 0


def _content(talk: Talk, name: str) -> bytes:
    """Return the bytes of a file, or of what comes through the pipe."""
    return sys.stdin.buffer.read(LONGEST_FILE) if name == _PIPE else content_of(talk, name)


def _heard(talk: Talk, file: str, raw: bytes, trust: bool) -> Iterator[_Heard | _Unheard]:
    """Yield what each mail of a file reports."""
    short = _LONG_LINE.sub(rb"\1", raw)  # No mail has longer ones (RFC 5322, 2.1.1).
    for number, mail in enumerate(bounce_reports.split(short), 1):
        reports = bounce_reports.read(mail[:_LONGEST_MAIL])
        if reports is None:
            yield _Unheard(file, number, _NO_REPORT)
        for report in reports or ():
            address = bounce_reports.proven(talk.desk.world, report)
            named = next(iter(report.mails), "?")
            if address or (trust and report.mails):
                yield _Heard(file, number, address or named, report)
            else:
                yield _Unheard(file, number, _NOT_PROVEN, named)


def _row(talk: Talk, heard: _Heard) -> tuple[str, ...]:
    became = talk.words.gettext(_BECAME[heard.report.what])
    return heard.mail, became, heard.report.status


def _why(talk: Talk, unheard: _Unheard) -> str:
    sentence = talk.words.gettext(unheard.why)
    return sentence.format(file=unheard.file, n=unheard.number, mail=unheard.mail)


def _summed(talk: Talk, heard: Sequence[_Heard]) -> str:
    n = len(heard)
    return talk.words.ngettext("{n} report heard", "{n} reports heard", n).format(n=n)
