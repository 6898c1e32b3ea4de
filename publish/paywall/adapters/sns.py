"""What SES tells over SNS: bounces and complaints, as the function is called with them.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Any, TypeAlias

from publish.paywall.suppressing import Notice, What

Event: TypeAlias = Mapping[str, Any]

log = logging.getLogger("inkstead")


def notices(event: Event) -> list[Notice]:
    """Return what an event tells of addresses; what cannot be read is logged by its kind.

    It is never raised: SNS would send the same again, for days.
    """
    found: list[Notice] = []
    for record in event["Records"]:
        try:
            found += _notices(json.loads(record["Sns"]["Message"]))
        except (ValueError, LookupError, TypeError, AttributeError) as cause:
            log.warning("a message of SNS cannot be read (%s)", type(cause).__name__)
    return found


def _notices(told: Mapping[str, Any]) -> list[Notice]:
    # "notificationType" where the identity tells, "eventType" where the configuration set does.
    kind = told.get("eventType") or told.get("notificationType")
    if kind == "Bounce":
        bounce = told["bounce"]
        what: What = "bounced" if bounce["bounceType"] == "Permanent" else "softly-bounced"
        return [Notice(mail, what) for mail in _addresses(bounce["bouncedRecipients"])]
    if kind == "Complaint":
        complaint = told["complaint"]
        if complaint.get("complaintFeedbackType") == "not-spam":  # moved out of the spam folder
            return []
        return [
            Notice(mail, "complained") for mail in _addresses(complaint["complainedRecipients"])
        ]
    return []


def _addresses(recipients: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in recipients:
        if mail := parseaddr(each["emailAddress"])[1]:
            yield mail
