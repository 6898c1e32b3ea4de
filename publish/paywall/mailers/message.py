"""A finished mail as the bytes that travel: the same for every carrier.

Nothing in a mail can add a header or a second recipient, no line is too long for any server, all
of it is ASCII on the way, and the same mail at the same time is the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from publish.paywall.ports import Mail, MailRefused


class _Policy(EmailPolicy):
    """The library's policy, but for subjects and for what programs read.

    The library encodes a subject word by word and loses spaces between
    (https://github.com/python/cpython/issues/92081). It also encodes what is longer than a line:
    no mail program follows a link to unsubscribe that is written like this (RFC 2047, 5).
    """

    def fold(self, name: str, value: str) -> str:
        if name == "Subject" and not value.isascii():
            return f"{name}: {self._encoded(name, str(value))}{self.linesep}"
        if _HEADER.fullmatch(name):
            return f"{name}: {self._further(name, str(value))}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def _further(self, name: str, value: str) -> str:
        """Return a further header as it is, of `"name" <id>` the name encoded where it must be."""
        if value.isascii():
            return value
        phrase, _, identifier = value.rpartition(" ")
        words = phrase.strip('"')
        return f"{self._encoded(name, words)}{self.linesep} {identifier}"

    def _encoded(self, name: str, text: str) -> str:
        whole = Header(text, "utf-8", header_name=name)
        return whole.encode(linesep=self.linesep)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode()


# Seven bits: what is not ASCII, or longer than a line may be, is encoded (RFC 5321, 4.5.3.1.6).
_POLICY = _Policy(linesep="\r\n", cte_type="7bit")
_HEADER = re.compile(r"(List|X)-[A-Za-z0-9-]+|Content-Language|Feedback-ID")
"""What a mail may say beside what all say: nothing that names a recipient."""
_LONGEST = 900
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")
_CONTROL = re.compile(r"[\0-\x1f\x7f\x85\u2028\u2029]")
_ATOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def message(mail: Mail, now: datetime) -> EmailMessage:
    """Return the message of a mail.

    Raises:
        MailRefused: an address is none, or a header would not be one header.

    """
    try:
        return _message(mail, now)
    except (ValueError, IndexError, MessageError) as cause:
        raise MailRefused(f"{type(cause).__name__} in mail {name(mail)}") from cause


def name(mail: Mail) -> str:
    """Return the mail's id, fit for a Message-ID and for a file."""
    if _ATOM.fullmatch(mail.id) and ".." not in mail.id and not mail.id.endswith("."):
        return mail.id
    return hashlib.sha256(mail.id.encode()).hexdigest()[:32]


def address(text: str) -> Address:
    """Return one address, with or without a name before it.

    Raises:
        ValueError: it is none, or more than one.
        IndexError: the same, as the library has it.
        MessageError: the same, as the library has it.

    """
    named = _NAMED.fullmatch(text.strip())
    shown, spec = named.groups() if named else ("", text)
    found = Address(display_name=shown.strip().strip('"'), addr_spec=spec.strip())
    if not found.username or not found.domain:
        raise ValueError("is no address")
    return found


def _message(mail: Mail, now: datetime) -> EmailMessage:
    if any(map(_CONTROL.search, (mail.to, mail.subject, mail.sender, mail.reply_to))):
        raise ValueError("is more than one line")
    sender = address(mail.sender)
    made = EmailMessage(_POLICY if mail.to.isascii() else _POLICY.clone(utf8=True))
    made["From"] = sender
    made["To"] = Address(addr_spec=mail.to)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{name(mail)}@{sender.domain}>"
    # RFC 3834: nobody's holiday answers this.
    made["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        made["Reply-To"] = address(mail.reply_to)
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    for header, value in mail.headers.items():
        _check(header, value)
        made[header] = value
    made.set_boundary(f"=_{hashlib.sha256(name(mail).encode()).hexdigest()[:32]}")
    return made


def _check(header: str, value: str) -> None:
    """Refuse a further header that is none, or whose value the library would decode.

    Raises:
        ValueError: it is.

    """
    if not _HEADER.fullmatch(header) or _CONTROL.search(value):
        raise ValueError("is no further header")
    if "=?" in value or len(value) > _LONGEST:
        raise ValueError("is no value of a header")
