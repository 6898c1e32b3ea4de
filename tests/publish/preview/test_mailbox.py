"""The mailbox of the preview."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from publish.paywall.mailers.outbox import Outbox
from publish.paywall.ports import Mail
from publish.preview import mailbox
from publish.preview.mailbox import Mailbox

MAIL = Mail(
    id="one",
    to="reader@example.com",
    subject="Your <code>",
    text="Sign in: http://127.0.0.1:8000/api/confirm?key=a&lang=en\n<b>no markup</b>",
    html="<html><head><title>x</title></head><body><a href='/x'>go</a></body></html>",
    sender="Me <me@example.com>",
)


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tmp_path / "mails", clock=lambda: datetime(2026, 11, 22, 8, tzinfo=UTC))


def ask(outbox, path, method="GET", accept="en"):
    environ = {}
    setup_testing_defaults(environ)
    given, _, query = path.partition("?")
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": given,
        "QUERY_STRING": query,
        "HTTP_ACCEPT_LANGUAGE": accept,
        "wsgi.input": io.BytesIO(),
    }
    told = []
    result = validator(Mailbox(outbox))(
        environ, lambda status, headers, info=None: told.append((status, headers))
    )
    text = b"".join(result).decode()
    result.close()
    return int(told[0][0].split()[0]), dict(told[0][1]), text


def test_an_empty_mailbox_says_so_in_both_languages(outbox):
    assert "No mail yet" in ask(outbox, "/_mail/")[2]
    assert "还没有邮件" in ask(outbox, "/_mail/", accept="zh-CN")[2]
    assert "还没有邮件" in ask(outbox, "/_mail/?lang=zh")[2]


def test_mails_are_listed_newest_first_and_escaped(outbox):
    outbox.send(MAIL)
    Outbox(outbox.folder, clock=lambda: datetime(2026, 11, 23, tzinfo=UTC)).send(
        replace(MAIL, id="two", subject="Later")
    )
    text = ask(outbox, "/_mail/")[2]
    assert text.index("Later") < text.index("Your &lt;code&gt;")
    assert '<a href="/_mail/one">' in text


def test_of_very_many_the_newest_are_listed(outbox, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST", 2)
    for hour, name in enumerate(("one", "two", "three")):
        at = datetime(2026, 11, 22, hour, tzinfo=UTC)
        Outbox(outbox.folder, clock=lambda at=at: at).send(replace(MAIL, id=name, subject=name))
    text = ask(outbox, "/_mail/")[2]
    assert "The newest 2 of 3." in text
    assert text.index(">three<") < text.index(">two<")
    assert ">one<" not in text


def test_a_mail_is_shown_as_page_and_text_with_links_to_press(outbox):
    outbox.send(MAIL)
    status, headers, text = ask(outbox, "/_mail/one")
    assert status == 200
    assert "&lt;b&gt;no markup&lt;/b&gt;" in text
    assert '<a href="http://127.0.0.1:8000/api/confirm?key=a&amp;lang=en">' in text
    assert 'src="/_mail/one/html"' in text
    assert "allow-scripts" not in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_link_in_a_sentence_ends_before_its_bracket_and_full_stop(outbox):
    outbox.send(replace(MAIL, text="看第一天 (https://a.example/hello/)。"))
    text = ask(outbox, "/_mail/one")[2]
    assert '<a href="https://a.example/hello/">https://a.example/hello/</a>)。' in text


def test_the_page_of_a_mail_leads_the_whole_tab_on(outbox):
    outbox.send(MAIL)
    text = ask(outbox, "/_mail/one/html")[2]
    assert text.startswith('<html><head><base target="_top"><title>')


@pytest.mark.parametrize("path", ["/_mail/none", "/_mail/../one", "/_mail/%2e%2e/one/html"])
def test_what_is_no_mail_is_nothing(outbox, path):
    outbox.send(MAIL)
    assert ask(outbox, path)[0] == 404


def test_it_only_shows(outbox):
    status, headers, text = ask(outbox, "/_mail/", "POST")
    assert (status, headers["Allow"], text) == (405, "GET, HEAD", "")
    assert ask(outbox, "/_mail/", "HEAD")[2] == ""
