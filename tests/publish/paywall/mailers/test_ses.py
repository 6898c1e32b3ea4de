"""What SES was given, and what its answers mean."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from publish.paywall.mailers.ses import SesMailer
from publish.paywall.ports import Mail, MailDown, MailRefused
from tests.aws import Aws
from tests.publish.paywall.house import MovableClock

MAIL = Mail(
    id="0123456789ABCDEF",
    to="reader@example.test",
    subject="登录码",
    text="你好\n",
    html="<p>你好</p>\n",
    sender="林墨 <letters@example.test>",
)


class Ses:
    """A client that keeps what it is given, or fails."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure, self.given = failure, list[dict[str, Any]]()

    def send_email(self, **given: Any) -> dict[str, str]:
        if self.failure:
            raise self.failure
        self.given.append(given)
        return {"MessageId": "1"}


def says(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "SendEmail")


def test_the_message_is_given_as_it_is() -> None:
    """SES gets the whole message and the recipient; names that are not ASCII stand inside it."""
    ses = Ses()
    SesMailer(ses, configuration="site", clock=MovableClock()).send(MAIL)
    (given,) = ses.given
    assert given["Destination"] == {"ToAddresses": ["reader@example.test"]}
    assert given["ConfigurationSetName"] == "site"
    assert set(given) == {"Destination", "ConfigurationSetName", "Content"}
    body = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(
        given["Content"]["Raw"]["Data"]
    )
    assert body["From"] == MAIL.sender
    assert body["Subject"] == MAIL.subject


def test_without_a_configuration_set_none_is_named() -> None:
    """An empty name would be an error at SES."""
    ses = Ses()
    SesMailer(ses, clock=MovableClock()).send(MAIL)
    assert "ConfigurationSetName" not in ses.given[0]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (says("MessageRejected"), MailRefused),
        (says("BadRequestException"), MailRefused),
        (says("TooManyRequestsException"), MailDown),
        (says("SendingPausedException"), MailDown),
        (says("AccountSuspendedException"), MailDown),
        (says("MailFromDomainNotVerifiedException"), MailDown),
        (says("ExpiredTokenException"), MailDown),
        (EndpointConnectionError(endpoint_url="https://email.example"), MailDown),
    ],
)
def test_for_ever_and_for_now_are_told_apart(failure: Exception, kind: type[Exception]) -> None:
    """What is about this mail is for ever, what is about the account is for now."""
    with pytest.raises(kind):
        SesMailer(Ses(failure), clock=MovableClock()).send(MAIL)


def test_the_real_client_is_made_when_first_needed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Region, credentials and endpoint come from the environment, and only a call needs them."""
    mailer = SesMailer(clock=MovableClock())
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    aws.client("sesv2").create_email_identity(EmailIdentity="letters@own-client.test")
    mailer.send(
        Mail("own-client", "only-here@example.test", "S", "T", "H", "letters@own-client.test")
    )
    assert "only-here@example.test" in [to for each in aws.mails() for to in each["To"]]
