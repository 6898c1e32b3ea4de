"""What every mailer promises: a folder, a real SMTP conversation, an emulated SES."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from publish.paywall.mailers.outbox import Outbox
from publish.paywall.mailers.ses import SesMailer
from publish.paywall.mailers.smtp import SmtpMailer
from publish.paywall.ports import Mail, Mailer, MailRefused
from tests.aws import Aws
from tests.publish.paywall.house import MovableClock
from tests.publish.paywall.mailers.post_office import PostOffice, post_office

Found = list[tuple[str, EmailMessage | None]]
MAIL = Mail(
    id="receipt-0123456789AB",
    to="reader@example.test",
    subject="你的订单 0123-4567-89AB",
    text="谢谢。\n\nhttps://example.test/" + "很长" * 600 + "\n.\nFrom here on\n",
    html='<!doctype html><p>谢谢。</p><p><a href="https://example.test/">' + "x" * 3000 + "</a>\n",
    sender="林墨 <letters@example.test>",
    reply_to="Lin Mo <linmo@example.test>",
    headers={"Content-Language": "zh-Hans"},
)


def parsed(body: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(body)


@pytest.fixture(params=["outbox", "smtp", "ses"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Callable]]:
    """A mailer, and what arrived: envelope recipient and message, None where it is not shown."""
    clock = MovableClock()
    if request.param == "outbox":
        box = Outbox(tmp_path / "outbox", clock=clock)

        def in_folder() -> Found:
            files = sorted((tmp_path / "outbox").glob("*.eml"))
            messages = [parsed(file.read_bytes()) for file in files]
            return [(str(each["To"]), each) for each in messages]

        yield box, in_folder
    elif request.param == "smtp":
        with post_office() as office:

            def delivered(office: PostOffice = office) -> Found:
                return [(each.to[0], parsed(each.body)) for each in office.taken]

            yield SmtpMailer(office.url, clock=clock), delivered
    else:
        aws: Aws = request.getfixturevalue("aws")
        client = aws.client("sesv2")
        client.create_email_identity(EmailIdentity=f"{secrets.token_hex(4)}.test")
        client.create_email_identity(EmailIdentity="example.test") if not _known(client) else None
        before = len(aws.mails())
        yield (
            SesMailer(client, clock=clock),
            lambda: [(to, None) for each in aws.mails()[before:] for to in each["To"]],
        )


def _known(client: object) -> bool:
    identities = client.list_email_identities()["EmailIdentities"]  # type: ignore[attr-defined]
    return any(each["IdentityName"] == "example.test" for each in identities)


def test_a_mail_arrives(carrier: tuple[Mailer, Callable]) -> None:
    """Sent to one reader, it arrives once, at that reader, whole."""
    mailer, arrived = carrier
    mailer.send(MAIL)
    ((to, message),) = arrived()
    assert to == "reader@example.test"
    if message is None:
        return
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().replace("\r\n", "\n") == MAIL.html
    assert message["Subject"] == MAIL.subject
    assert message["From"] == MAIL.sender
    assert message["Reply-To"] == MAIL.reply_to
    assert message["Message-ID"] == "<receipt-0123456789AB@example.test>"
    assert message["Date"] == "Sun, 22 Nov 2026 08:00:00 +0000"
    assert message["Content-Language"] == "zh-Hans"


@pytest.mark.parametrize(
    "change",
    [
        {"to": "reader@example.test, other@example.test"},
        {"to": "reader@example.test\r\nBcc: other@example.test"},
        {"to": "no address"},
        {"to": ""},
        {"subject": "Hello\r\nBcc: other@example.test"},
        {"reply_to": "a@example.test\nBcc: other@example.test"},
        {"headers": {"X-One": "1\r\nBcc: other@example.test"}},
        {"headers": {"X-One": "1\n"}},
        {"headers": {"X-One: 1\r\nBcc": "other@example.test"}},
        {"headers": {"Bcc": "other@example.test\n"}},
        {"headers": {"Subject": "another"}},
    ],
)
def test_what_is_no_mail_is_refused_for_ever(
    carrier: tuple[Mailer, Callable], change: dict[str, object]
) -> None:
    """No second recipient and no further header gets in, whatever the values are."""
    mailer, arrived = carrier
    with pytest.raises(MailRefused):
        mailer.send(replace(MAIL, **change))  # type: ignore[arg-type]
    assert arrived() == []
