"""An outbox for the sandbox, where a site need not say yet from which address it writes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from publish.paywall.mailers.outbox import Outbox
from publish.paywall.ports import Mail

NO_SENDER = "site.toml names no sender <nobody@example.invalid>"


@dataclass(frozen=True)
class AnySender:
    """Puts mails into an outbox, those without a sender too."""

    outbox: Outbox
    repeatable: bool = True

    def send(self, mail: Mail) -> None:
        """Put a mail into the outbox.

        Raises:
            MailRefused: it is no mail.
            MailDown: the folder cannot be written.

        """
        self.outbox.send(mail if mail.sender else replace(mail, sender=NO_SENDER))
