"""An answer that was lost is told from one that never came to a question: it may have gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from publish.paywall.mailers.any_sender import NO_SENDER, AnySender
from publish.paywall.mailers.outbox import Outbox
from publish.paywall.mailers.ses import SesMailer
from publish.paywall.mailers.smtp import SmtpMailer
from publish.paywall.ports import Mail, MailDown, MailUnsure
from tests.publish.paywall.house import MovableClock
from tests.publish.paywall.mailers.post_office import post_office

MAIL = Mail("ID", "reader@example.test", "s", "t\n", "<p>t</p>\n", "letters@example.test")
URL = "https://email.example"


class Ses:
    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def send_email(self, **given: object) -> None:
        raise self.failure


@pytest.mark.parametrize(
    "failure",
    [ReadTimeoutError(endpoint_url=URL), ConnectionClosedError(endpoint_url=URL)],
)
def test_ses_may_have_sent_what_it_did_not_answer(failure: Exception) -> None:
    with pytest.raises(MailUnsure):
        SesMailer(Ses(failure), clock=MovableClock()).send(MAIL)


@pytest.mark.parametrize(
    "failure",
    [
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        NoCredentialsError(),
    ],
)
def test_ses_has_not_sent_what_it_never_heard(failure: Exception) -> None:
    with pytest.raises(MailDown) as told:
        SesMailer(Ses(failure), clock=MovableClock()).send(MAIL)
    assert type(told.value) is MailDown


@contextmanager
def hanging_up(*lines: bytes) -> Iterator[str]:
    """Run a server that greets, answers these lines one after the other, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb") as stream:
                stream.write(b"220 here\r\n")
                stream.flush()
                for line in lines:
                    stream.readline()
                    stream.write(line + b"\r\n")
                    stream.flush()

        thread = threading.Thread(target=talk)
        thread.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_server_that_hangs_up_in_the_middle_may_have_taken_it() -> None:
    with (
        hanging_up(b"250 hello", b"250 sender", b"250 recipient", b"354 go on") as url,
        pytest.raises(MailUnsure),
    ):
        SmtpMailer(url, clock=MovableClock()).send(MAIL)


def test_a_server_that_hangs_up_before_has_not_taken_it() -> None:
    with hanging_up() as url, pytest.raises(MailDown) as told:
        SmtpMailer(url, clock=MovableClock()).send(MAIL)
    assert type(told.value) is MailDown


def test_a_server_that_says_no_for_now_has_not_taken_it() -> None:
    with post_office() as office:
        office.to_text = "451 4.3.0 disk full"
        with pytest.raises(MailDown) as told:
            SmtpMailer(office.url, clock=MovableClock()).send(MAIL)
    assert type(told.value) is MailDown


def test_only_an_outbox_may_be_given_a_mail_twice(tmp_path) -> None:
    outbox = Outbox(tmp_path, clock=MovableClock())
    assert outbox.repeatable
    assert AnySender(outbox).repeatable
    assert not SesMailer().repeatable
    assert not SmtpMailer("smtp://127.0.0.1").repeatable


def test_in_the_sandbox_a_site_need_not_say_who_writes(tmp_path) -> None:
    outbox = Outbox(tmp_path, clock=MovableClock())
    AnySender(outbox).send(replace(MAIL, sender=""))
    AnySender(outbox).send(replace(MAIL, id="OTHER"))
    senders = {each.sender.replace('"', "") for each in outbox.letters()}
    assert senders == {NO_SENDER, MAIL.sender}
