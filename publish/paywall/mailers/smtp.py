"""Mail through an SMTP server: `smtp://name:password@host:587` or `smtps://…:465`.

`smtp:` turns to TLS before it says anything; only a server on this machine may do without.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from publish.paywall.mailers.message import address, message
from publish.paywall.mailers.refusals import is_gone
from publish.paywall.ports import AddressRefused, Clock, Mail, MailDown, MailRefused, MailUnsure
from publish.paywall.stores.rules import system_clock

_SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    name: str
    password: str
    encrypted: bool

    @property
    def near(self) -> bool:
        """Tell whether it is on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server(url: str) -> Server:
    """Return the server that an address names.

    Raises:
        ValueError: it is no such address.

    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("a mail server is written smtp://name:password@host:port, or smtps://")
    return Server(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
    )


class SmtpMailer:
    """Hands each mail to a server, over a connection of its own.

    Raises:
        ValueError: the address is no server's.

    """

    repeatable = False

    def __init__(
        self, url: str, *, clock: Clock = system_clock, trust: ssl.SSLContext | None = None
    ) -> None:
        self.server = server(url)
        self._clock, self._trust = clock, trust

    def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises:
            AddressRefused: nobody is at this address, says the server.
            MailRefused: the server will never take it.
            MailUnsure: the connection broke while the mail was handed over.
            MailDown: it does not take it now, or does not know us.

        """
        made = message(mail, self._clock())
        sender = address(mail.sender).addr_spec
        try:
            self._hand_over(made, sender, mail.to)
        except smtplib.SMTPRecipientsRefused as cause:
            raise _said(*cause.recipients[mail.to], cause) from cause
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as cause:
            # That is about us, not about the reader: it works once the settings are right.
            raise MailDown(f"{self.server.host}: {type(cause).__name__}") from cause
        except smtplib.SMTPDataError as cause:
            raise _said(cause.smtp_code, cause.smtp_error, cause) from cause
        except smtplib.SMTPNotSupportedError as cause:
            if not mail.to.isascii():
                raise MailRefused(f"{self.server.host}: takes only ASCII addresses") from cause
            raise MailDown(f"{self.server.host}: {cause}") from cause
        except (smtplib.SMTPException, OSError) as cause:
            raise MailDown(f"{self.server.host}: {type(cause).__name__}") from cause

    def _hand_over(self, made: EmailMessage, sender: str, to: str) -> None:
        connection = self._connect(sender.rpartition("@")[2])
        try:
            connection.send_message(made, sender, [to])
        except OSError as cause:
            gone = isinstance(cause, smtplib.SMTPServerDisconnected)
            if isinstance(cause, smtplib.SMTPException) and not gone:
                raise  # the server's own answer
            raise MailUnsure(f"{self.server.host}: {type(cause).__name__}") from cause
        finally:
            # What was taken stays taken, however the goodbye goes.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _connect(self, us: str) -> smtplib.SMTP:
        place = (self.server.host, self.server.port, us, _SECONDS)
        trust = self._trust or ssl.create_default_context()
        if self.server.encrypted:
            host, port, name, seconds = place
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, name, timeout=seconds, context=trust
            )
        else:
            connection = smtplib.SMTP(*place)
        try:
            self._introduce(connection, trust)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        connection.ehlo_or_helo_if_needed()
        safe = self.server.encrypted
        if not safe and (connection.has_extn("starttls") or not self.server.near):
            # A far server that does not offer TLS is an error: our password would go in clear.
            connection.starttls(context=trust)
        if self.server.name:
            connection.login(self.server.name, self.server.password)


def _said(code: int, text: bytes | str, cause: Exception) -> MailRefused | MailDown:
    """Return what a server's answer means: 5xx is for ever, all else for now."""
    said = f"{type(cause).__name__} {code}"
    if not 500 <= code < 600:
        return MailDown(said)
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return AddressRefused(said) if is_gone(f"{code} {words}") else MailRefused(said)
