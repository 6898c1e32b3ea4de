"""What SES tells over SNS, in the shapes of its documentation."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from publish.paywall.adapters import sns
from publish.paywall.suppressing import Notice

MAIL = "reader@example.test"


def event(*messages: Any) -> dict[str, Any]:
    """Return the event with which Lambda is called for messages of a topic."""
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSource": "aws:sns",
                "EventSubscriptionArn": "arn:aws:sns:eu-central-1:123456789012:site-mail:1",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "95df01b4-0000-4000-8000-000000000000",
                    "Message": each if isinstance(each, str) else json.dumps(each),
                    "Subject": "Amazon SES Email Event Notification",
                },
            }
            for each in messages
        ]
    }


def bounce(kind: str = "Permanent", *mails: str, field: str = "eventType") -> dict[str, Any]:
    recipients = [
        {"emailAddress": mail, "action": "failed", "status": "5.1.1", "diagnosticCode": "550"}
        for mail in mails or (MAIL,)
    ]
    return {
        field: "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": recipients,
            "timestamp": "2026-11-22T08:00:00.000Z",
            "feedbackId": "0100",
        },
        "mail": {"destination": [MAIL], "messageId": "0100"},
    }


def complaint(**more: Any) -> dict[str, Any]:
    told = {"complainedRecipients": [{"emailAddress": MAIL}], "complaintFeedbackType": "abuse"}
    return {"eventType": "Complaint", "complaint": {**told, **more}, "mail": {}}


@pytest.mark.parametrize(
    ("message", "notices"),
    [
        (bounce(), [Notice(MAIL, "bounced")]),
        (bounce(field="notificationType"), [Notice(MAIL, "bounced")]),
        (bounce("Permanent", "a@x.test", "b@x.test"), [
            Notice("a@x.test", "bounced"), Notice("b@x.test", "bounced"),
        ]),
        (bounce("Permanent", f"Lin Mo <{MAIL}>"), [Notice(MAIL, "bounced")]),
        (bounce("Transient"), [Notice(MAIL, "softly-bounced")]),
        (bounce("Undetermined"), [Notice(MAIL, "softly-bounced")]),
        (complaint(), [Notice(MAIL, "complained")]),
        (complaint(complaintFeedbackType=None), [Notice(MAIL, "complained")]),
        (complaint(complaintFeedbackType="not-spam"), []),
        ({"eventType": "Delivery", "delivery": {}}, []),
        ({"eventType": "Open"}, []),
    ],
)  # fmt: skip
def test_bounces_and_complaints_are_told_apart(message: Any, notices: list[Notice]) -> None:
    """For good, for now, unwanted; moved out of the spam folder is the contrary of unwanted."""
    assert sns.notices(event(message)) == notices


@pytest.mark.parametrize(
    "message",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        [],
        {"eventType": "Bounce"},
        {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}},
        {"eventType": "Complaint", "complaint": {"complainedRecipients": [{}]}},
        bounce("Permanent", ""),
    ],
)
def test_what_cannot_be_read_keeps_nothing_back(message: Any) -> None:
    """SNS would send it again for days; what comes with it is heard."""
    assert sns.notices(event(message, bounce())) == [Notice(MAIL, "bounced")]


def test_no_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A broken message is told by the kind of what is wrong with it."""
    caplog.set_level(logging.DEBUG)
    sns.notices(event(f'{{"eventType": "Bounce", "bounce": "{MAIL}"}}', f"{MAIL}"))
    assert len(caplog.records) == 2
    assert MAIL not in caplog.text
