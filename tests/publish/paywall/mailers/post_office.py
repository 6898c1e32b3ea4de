"""A real SMTP server on this machine that says what it is told to say."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Taken:
    """A mail that was handed in: the envelope, the bytes, and whether over TLS."""

    sender: str
    to: list[str]
    body: bytes
    encrypted: bool


@dataclass
class PostOffice:
    """What it took, and the answers it gives instead of taking; "" takes."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    to_sender: str = ""
    to_recipient: str = ""
    to_text: str = ""
    to_goodbye: str = ""
    names: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        envelope.mail_from = sender
        return self.to_sender or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        if not self.to_recipient:
            envelope.rcpt_tos.append(to)
        return self.to_recipient or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if not self.to_text:
            body = envelope.content or b""
            assert isinstance(body, bytes)
            encrypted = server.transport.get_extra_info("ssl_object") is not None
            sender = envelope.mail_from or ""
            self.taken.append(Taken(sender, list(envelope.rcpt_tos), body, encrypted))
        return self.to_text or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self.to_goodbye or "221 Bye"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any
    ) -> AuthResult:
        good = isinstance(told, LoginPassword) and (
            self.names.get(told.login.decode()) == told.password.decode()
        )
        return AuthResult(success=good, handled=False)


@contextlib.contextmanager
def post_office(
    *, certificate: ssl.SSLContext | None = None, encrypted: bool = False, **names: str
) -> Iterator[PostOffice]:
    """Run a server; with a certificate it offers STARTTLS, or is `encrypted` from the first byte.

    Whoever has `names` must say name and password.
    """
    office = PostOffice(names=names)
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=certificate if encrypted else None,
        tls_context=None if encrypted else certificate,
        authenticator=office.authenticate,
        auth_required=bool(names) and not encrypted,
        auth_require_tls=certificate is not None and not encrypted,
        data_size_limit=10_000_000,
    )
    controller.start()
    scheme = "smtps" if encrypted else "smtp"
    office.url = f"{scheme}://127.0.0.1:{controller.port}"
    try:
        yield office
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
