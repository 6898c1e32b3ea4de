"""Mail through Amazon SES, version 2 of its API.

SES writes a Message-ID of its own, so that two copies of one mail are two messages there.
"""

from __future__ import annotations

import logging

from publish.paywall import cloud
from publish.paywall.mailers.message import message
from publish.paywall.ports import Clock, Mail, MailDown, MailRefused, MailUnsure
from publish.paywall.stores.rules import system_clock

log = logging.getLogger("inkstead")

_REFUSED = frozenset({"MessageRejected", "BadRequestException"})


class SesMailer:
    """Hands each mail to SES; `configuration` names a configuration set, "" for none."""

    repeatable = False

    def __init__(
        self,
        client: cloud.Client = None,
        *,
        configuration: str = "",
        clock: Clock = system_clock,
    ) -> None:
        # Tried once: a mail that went although the answer was lost would go again.
        # For the same reason an answer that began as a good one is one.
        self._client = cloud.Lazy(
            lambda: cloud.client("sesv2", seconds=10, tries=1, whole=False), client
        )
        self._configuration, self._clock = configuration, clock

    def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises:
            MailRefused: SES will never take it.
            MailUnsure: there was no answer, or no whole one.
            MailDown: it does not take it now, or does not know us.

        """
        # The sender stands in the message; a name that is not ASCII may stand nowhere else.
        wanted = {
            "Destination": {"ToAddresses": [mail.to]},
            "Content": {"Raw": {"Data": message(mail, self._clock()).as_bytes()}},
        }
        if self._configuration:
            wanted["ConfigurationSetName"] = self._configuration
        says_no, no_answer = cloud.failures()
        try:
            self._client().send_email(**wanted)
        except says_no as cause:
            kind = MailRefused if cloud.code(cause) in _REFUSED else MailDown
            log.warning("SES: %s", cloud.code(cause))  # its words may hold an address
            raise kind(f"SES: {cloud.code(cause)}") from cause
        except no_answer as cause:
            kind = MailDown if _never_left(cause) else MailUnsure
            raise kind(f"SES: {type(cause).__name__}") from cause


def _never_left(cause: Exception) -> bool:
    """Tell whether a failure came before anything was sent."""
    from botocore import exceptions

    return isinstance(
        cause,
        exceptions.EndpointConnectionError
        | exceptions.ConnectTimeoutError
        | exceptions.NoCredentialsError
        | exceptions.NoRegionError
        | exceptions.ProxyConnectionError
        | exceptions.SSLError,
    )
