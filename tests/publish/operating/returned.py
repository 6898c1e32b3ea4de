"""Reports as mail servers and mailbox providers write them, about mails that really were made."""

from __future__ import annotations

from publish.paywall import letters
from publish.paywall.mailers.message import message
from publish.paywall.ports import Mail
from publish.paywall.queue import Job
from publish.paywall.visit import World

MAIL = "reader@example.test"


def sent(world: World, to: str = MAIL, name: str = "deleted") -> Mail:
    """Return a mail that went to an address."""
    return letters.written(world, Job("job-1", "mail", {"mail": name, "to": to, "lang": "en"}))


def head(world: World, mail: Mail) -> str:
    """Return the head of a mail as a report quotes it."""
    whole = message(mail, world.clock()).as_bytes().decode()
    return whole.replace("\r\n", "\n").partition("\n\n")[0] + "\n"


def fields(
    to: str = MAIL,
    status: str = "5.1.1",
    action: str = "failed",
    diagnosis: str = "smtp; 550 5.1.1 no such user",
    original: str = "",
) -> str:
    """Return what a report says of one recipient."""
    lines = [
        *([f"Original-Recipient: rfc822;{original}"] if original else []),
        f"Final-Recipient: rfc822; {to}",
        f"Action: {action}",
        f"Status: {status}",
        *([f"Diagnostic-Code: {diagnosis}"] if diagnosis else []),
    ]
    return "\n".join(lines) + "\n"


def report(
    *recipients: str,
    quoted: str = "",
    kind: str = "message/delivery-status",
    quoted_as: str = "text/rfc822-headers",
) -> bytes:
    """Return a report of RFC 3464 about mails that did not arrive."""
    status = "\n".join(["Reporting-MTA: dns; mx.example.org\nArrival-Date: x\n", *recipients])
    parts = [
        ("text/plain; charset=us-ascii", "I'm sorry to have to inform you …\n"),
        (kind, status),
        *([(quoted_as, quoted + ("\nHello\n" if quoted_as == "message/rfc822" else ""))]
          if quoted else []),
    ]  # fmt: skip
    return _multipart("delivery-status", parts)


def complaint(quoted: str, kind: str = "abuse", to: str = MAIL) -> bytes:
    """Return a report of RFC 5965 about a mail that somebody called unwanted."""
    told = f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"
    named = f"Original-Rcpt-To: <{to}>\n" if to else ""
    parts = [
        ("text/plain", "This is a report for a mail from your network.\n"),
        ("message/feedback-report", told + named),
        ("message/rfc822", f"{quoted}\nHello\n"),
    ]
    return _multipart("feedback-report", parts)


def _multipart(kind: str, parts: list[tuple[str, str]]) -> bytes:
    body = "".join(f"--=_b\nContent-Type: {type_}\n\n{text}\n" for type_, text in parts)
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: letters@example.test\n"
        "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind};\n\tboundary="=_b"\n\n{body}--=_b--\n'
    ).encode()


def mbox(*mails: bytes) -> bytes:
    """Return mails as one file."""
    between = b"From MAILER-DAEMON Sun Nov 22 08:00:00 2026\n"
    return b"\n".join(between + each.replace(b"\nFrom ", b"\n>From ") for each in mails)
