"""Reports that come back by mail: what did not arrive (RFC 3464), what was called spam (RFC 5965).

Anybody can send such a report. One that quotes the seal of the mail it is about (see `seals`), or
its signed link to unsubscribe, proves that we wrote to the address; any other is only believed
where the creator vouches for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses
from urllib.parse import parse_qs, urlsplit

from publish.paywall import people, seals, unsubscribing
from publish.paywall.mailers.refusals import is_gone
from publish.paywall.suppressing import What
from publish.paywall.visit import World

# A line that begins a mail in an mbox: sender, day and time, after an empty line.
_BETWEEN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*(?:\r?\n)+")
_STATUSES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global")
_HEADERS = ("text/rfc822-headers", "message/global-headers")
_UNWANTED = frozenset({"abuse", "fraud", "opt-out", "other"})


@dataclass(frozen=True)
class Report:
    """What became of a mail: to which addresses it went, as the report has it, the likeliest first.

    `status` is the code or the kind of complaint; `seal` and `key` are quoted from the mail itself,
    "" for none.
    """

    what: What
    mails: tuple[str, ...]
    status: str
    seal: str = ""
    key: str = ""


def split(raw: bytes) -> list[bytes]:
    """Return the mails of a file: one, or those of an mbox."""
    if not raw.startswith(b"From "):
        return [raw] if raw.strip() else []
    return [each for each in _BETWEEN.split(raw) if each.strip()]


def read(raw: bytes) -> list[Report] | None:
    """Return what a mail reports, which may be nothing of note; None where it is no report."""
    try:
        return _read(message_from_bytes(raw))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # What a stranger sends may be broken in any way.


def proven(world: World, report: Report) -> str:
    """Return the address of a report where it proves that we wrote to it, else "".

    Raises:
        StoreDown: the store does not answer.

    """
    for mail in report.mails:
        if seals.fits(world.ring, mail, report.seal):
            return mail
    if report.what != "complained":
        return ""
    # Who passes complaints on often blackens the address, but not the link.
    person = unsubscribing.person_of(world.ring, report.key)
    someone = people.find(world.store, person) if person else None
    return someone.mail if someone else ""


def _read(message: Message) -> list[Report] | None:
    parts = _messages(message)
    returned = _returned(parts)
    for part in parts:
        kind = part.get_content_type()
        if kind in _STATUSES:
            return list(_bounces(part, returned))
        if kind == "message/feedback-report":
            return list(_complaints(part, returned))
    return None


def _bounces(part: Message, returned: Message) -> Iterator[Report]:
    for block in _blocks(part):
        mails = [_recipient(block, f"{whose}-Recipient") for whose in ("Original", "Final")]
        found = tuple(dict.fromkeys(each for each in mails if each))
        status = _text(block, "Status").partition(" ")[0]
        what = _what(_text(block, "Action").lower(), status, _text(block, "Diagnostic-Code"))
        if found and what:
            yield Report(what, found, status, _seal(returned), _key(returned))


def _what(action: str, status: str, diagnosis: str) -> What | None:
    """Return what became of a mail; only an address that is dead for good is one that bounced."""
    if action not in ("failed", "delayed"):
        return None
    dead = action == "failed" and status.startswith("5.") and is_gone(f"{status} {diagnosis}")
    return "bounced" if dead else "softly-bounced"


def _complaints(part: Message, returned: Message) -> Iterator[Report]:
    report = _blocks(part)[0]
    kind = _text(report, "Feedback-Type").lower()
    if kind not in _UNWANTED:
        return
    told = [*report.get_all("Original-Rcpt-To", []), *returned.get_all("To", [])]
    mails = tuple(mail for _, mail in getaddresses([str(each) for each in told]) if mail)
    yield Report("complained", mails, kind, _seal(returned), _key(returned))


def _messages(message: Message) -> list[Message]:
    """Return the parts of a message, or the message in it; none where it is a text."""
    payload = message.get_payload()
    found = payload if isinstance(payload, list) else []
    return [each for each in found if isinstance(each, Message)]


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a report, however the library has read them."""
    inner = _messages(part)
    texts = [each.as_string() for each in inner] or [str(part.get_payload())]
    groups = _EMPTY_LINE.split("\n\n".join(texts))
    return [HeaderParser().parsestr(each.lstrip("\r\n")) for each in groups if each.strip()]


def _returned(parts: list[Message]) -> Message:
    """Return the mail that a report is about, or what it quotes of its head."""
    for part in parts:
        kind = part.get_content_type()
        if kind in _RETURNED and (inner := _messages(part)):
            return inner[0]
        if kind in _HEADERS:
            return next(iter(_blocks(part)), Message())
    return Message()


def _recipient(block: Message, name: str) -> str:
    """Return the address in "rfc822; reader@example.com"."""
    kind, _, mail = _text(block, name).partition(";")
    return mail.strip().strip("<>") if kind.strip().lower() in ("rfc822", "utf-8") else ""


def _seal(returned: Message) -> str:
    return "".join(_text(returned, seals.HEADER).split())


def _key(returned: Message) -> str:
    """Return the key in the link to unsubscribe."""
    link = "".join(_text(returned, "List-Unsubscribe").split()).strip("<>")
    return parse_qs(urlsplit(link).query).get("key", [""])[0]


def _text(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()
