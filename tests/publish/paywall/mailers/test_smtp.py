"""Real conversations with a real SMTP server, in clear and over TLS."""

from __future__ import annotations

import socket
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from publish.paywall.mailers.smtp import SmtpMailer, server
from publish.paywall.ports import AddressRefused, Mail, MailDown, MailRefused
from tests.publish.paywall.house import MovableClock
from tests.publish.paywall.mailers.post_office import PostOffice, post_office

MAIL = Mail(
    id="0123456789ABCDEF",
    to="reader@example.test",
    subject="Your code",
    text="Hello\n",
    html="<p>Hello</p>\n",
    sender="Lin Mo <letters@example.test>",
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody else trusts."""
    place = tmp_path_factory.mktemp("tls") / "both.pem"
    curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", str(place)]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    names += ["-out", f"{place}.crt"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", *curve, "-nodes", "-days", "3650", *names],
        check=True,
        capture_output=True,
    )
    place.write_text(place.read_text() + Path(f"{place}.crt").read_text())
    return place


@pytest.fixture
def ours(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=f"{certificate}.crt")


def mailer(office: PostOffice, trust: ssl.SSLContext | None = None, login: str = "") -> SmtpMailer:
    url = office.url.replace("://", f"://{login}@") if login else office.url
    return SmtpMailer(url, clock=MovableClock(), trust=trust)


@pytest.mark.parametrize(
    ("url", "host", "port", "name", "password", "encrypted"),
    [
        ("smtp://mail.example.test", "mail.example.test", 587, "", "", False),
        ("smtps://mail.example.test", "mail.example.test", 465, "", "", True),
        ("smtp://a%40b.test:p%3Aw%2F@[::1]:2525", "::1", 2525, "a@b.test", "p:w/", False),
    ],
)
def test_an_address_of_a_server_is_read(
    url: str, host: str, port: int, name: str, password: str, encrypted: bool
) -> None:
    """Ports have defaults, and names and passwords may hold any character."""
    found = server(url)
    assert (found.host, found.port, found.name) == (host, port, name)
    assert (found.password, found.encrypted) == (password, encrypted)


@pytest.mark.parametrize("url", ["http://a.test", "smtp:", "mail.example.test", "", "smtp://a:b"])
def test_another_address_is_refused(url: str) -> None:
    """What is no mail server is told at the start, not when the first mail is lost."""
    with pytest.raises(ValueError):
        SmtpMailer(url)


def test_the_envelope_holds_plain_addresses() -> None:
    """The server hears one sender and one recipient, without names."""
    with post_office() as office:
        mailer(office).send(MAIL)
    (taken,) = office.taken
    assert (taken.sender, taken.to) == ("letters@example.test", ["reader@example.test"])
    assert b"\r\nTo: reader@example.test\r\n" in taken.body


def test_a_second_copy_is_the_same_message() -> None:
    """A mail that is sent again has the same Message-ID, so that mailboxes can tell."""
    with post_office() as office:
        mailer(office).send(MAIL)
        mailer(office).send(MAIL)
    first, second = office.taken
    assert first.body == second.body
    assert b"Message-ID: <0123456789ABCDEF@example.test>" in first.body


def test_tls_is_used_where_it_is_offered(ours: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """`smtp:` turns to TLS before it says name and password."""
    with post_office(certificate=ours, lin="secret") as office:
        mailer(office, trust, "lin:secret").send(MAIL)
    assert [each.encrypted for each in office.taken] == [True]


def test_smtps_is_tls_from_the_start(ours: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """`smtps:` speaks TLS from the first byte."""
    with post_office(certificate=ours, encrypted=True) as office:
        mailer(office, trust).send(MAIL)
    assert [each.encrypted for each in office.taken] == [True]


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_server_that_nobody_vouches_for_gets_nothing(
    ours: ssl.SSLContext, encrypted: bool
) -> None:
    """A certificate that is not trusted ends the conversation."""
    with post_office(certificate=ours, encrypted=encrypted, lin="secret") as office:
        with pytest.raises(MailDown):
            mailer(office, login="lin:secret").send(MAIL)
        assert office.taken == []


def test_a_far_server_without_tls_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a server on this machine may do without TLS: the password would go in clear."""
    with post_office() as office, monkeypatch.context() as far:
        far.setattr("publish.paywall.mailers.smtp.Server.near", False)
        for login in ("", "lin:secret"):
            with pytest.raises(MailDown):
                mailer(office, login=login).send(MAIL)
        assert office.taken == []
    assert server("smtp://localhost").near
    assert server("smtp://127.0.0.9").near
    assert not server("smtp://localhost.example.test").near
    assert not server("smtp://192.0.2.1").near


def test_a_wrong_password_is_our_trouble(ours: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    """A login that fails says nothing about the reader's address: the mail waits."""
    with post_office(certificate=ours, lin="secret") as office:
        with pytest.raises(MailDown):
            mailer(office, trust, "lin:wrong").send(MAIL)
        assert office.taken == []


@pytest.mark.parametrize(
    ("field", "answer", "kind"),
    [
        ("to_recipient", "550 5.1.1 no such mailbox", AddressRefused),
        ("to_recipient", "553 5.1.3 bad address", AddressRefused),
        ("to_recipient", "550 No such user here", AddressRefused),
        ("to_recipient", "550 relay not permitted", MailRefused),
        ("to_recipient", "554 5.7.1 your network is on a list", MailRefused),
        ("to_text", "550 5.1.1 no such mailbox", AddressRefused),
        ("to_recipient", "450 4.2.1 greylisted, come back", MailDown),
        ("to_recipient", "452 4.2.2 mailbox full", MailDown),
        ("to_text", "554 5.7.1 looks like spam", MailRefused),
        ("to_text", "451 4.3.0 disk full", MailDown),
        ("to_sender", "550 5.7.1 we do not know you", MailDown),
        ("to_sender", "451 4.7.1 too many mails from you", MailDown),
    ],
)
def test_for_ever_and_for_now_are_told_apart(
    field: str, answer: str, kind: type[Exception]
) -> None:
    """A refused reader is for ever, a refused sender is our trouble, 4xx is for now."""
    with post_office() as office:
        setattr(office, field, answer)
        with pytest.raises(kind) as raised:
            mailer(office).send(MAIL)
        assert raised.type is kind
        assert "reader@" not in str(raised.value)
        setattr(office, field, "")
        mailer(office).send(MAIL)
    assert len(office.taken) == 1


def test_an_odd_goodbye_is_no_failure() -> None:
    """Once the server took the mail, nothing makes it be sent again."""
    with post_office() as office:
        office.to_goodbye = "421 go away"
        mailer(office).send(MAIL)
    assert len(office.taken) == 1


def test_nobody_there_is_for_now() -> None:
    """A server that is not running takes the mail later."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailDown):
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(MAIL)


def test_a_silent_server_is_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing does not hold the queue for ever."""
    monkeypatch.setattr("publish.paywall.mailers.smtp._SECONDS", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(MailDown):
            SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(MAIL)


def test_an_address_that_is_not_ascii_needs_a_server_for_it() -> None:
    """A server that takes ASCII only will never take another address."""
    with post_office() as office:
        with pytest.raises(MailRefused):
            mailer(office).send(replace(MAIL, to="读者@example.test"))
        assert office.taken == []
