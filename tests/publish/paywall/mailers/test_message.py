"""A mail becomes bytes that any server takes, and nothing in it becomes a header."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall.mailers.message import message
from publish.paywall.ports import Mail, MailRefused
from tests.publish.paywall.house import START

MAIL = Mail(
    id="0123456789ABCDEF",
    to="reader@example.test",
    subject="Your code",
    text="Hello\n",
    html="<p>Hello</p>\n",
    sender="letters@example.test",
)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}


def raw(mail: Mail) -> bytes:
    return message(mail, START).as_bytes()


def parsed(mail: Mail) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw(mail))


def test_it_has_a_text_and_a_page_and_says_it_is_a_machine() -> None:
    """A mail is multipart/alternative, the text first, and no holiday note answers it."""
    found = parsed(MAIL)
    assert found.get_content_type() == "multipart/alternative"
    kinds = [(part.get_content_type(), part.get_content_charset()) for part in found.iter_parts()]
    assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == START
    assert set(found.keys()) == HEADERS
    assert found["Message-ID"] == "<0123456789ABCDEF@example.test>"


def test_the_same_mail_is_the_same_bytes() -> None:
    """A second copy of a job is the same message, so that it can be told."""
    assert raw(MAIL) == raw(MAIL)
    assert raw(MAIL) != raw(replace(MAIL, id="other"))


@pytest.mark.parametrize(
    "text", ["plain " * 400, "很长" * 2000, "a" * 5000, "\n.\n.\nFrom me\n", "x\r\ny\rz", "\0", ""]
)
def test_lines_are_never_too_long(text: str) -> None:
    """No line has more than 998 bytes, headers no more than 78, and all is ASCII with CRLF."""
    mail = replace(MAIL, text=text, html=text, subject=text.replace("\n", " ")[:900].strip("\r\0"))
    with contextlib.suppress(MailRefused):
        whole = raw(mail)
        assert whole.isascii()
        lines = whole.split(b"\r\n")
        assert not any(b"\n" in line or b"\r" in line for line in lines)
        assert max(map(len, lines)) <= 998
        head = lines[: lines.index(b"")]
        assert max(len(line) for line in head if b"=?" in line or b"Content" in line) <= 78


@pytest.mark.parametrize(
    "subject", ["你的登录码 123456：" * 12, "ü" * 300, "word " * 60, "x" * 400]
)
def test_long_subjects_come_whole(subject: str) -> None:
    """A subject is folded and comes out as it went in."""
    assert parsed(replace(MAIL, subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "sender",
    [
        "林墨 <letters@example.test>",
        "林墨 Lin Mo 的 自留地 and 其他 of the 世界, far 很远 <letters@example.test>",
        '"Lin, Mo" <letters@example.test>',
        "<letters@example.test>",
    ],
)
def test_the_sender_may_have_a_name(sender: str) -> None:
    """A name in any script stands before the address, and the address names the domain."""
    found = parsed(replace(MAIL, sender=sender, reply_to=sender))
    (address,) = found["From"].addresses
    assert address.addr_spec == "letters@example.test"
    assert address.display_name == sender.partition("<")[0].strip(' "')
    assert found["Reply-To"].addresses[0] == address
    assert found["Message-ID"].endswith("@example.test>")


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "a b", "a>\r\nBcc: x@y.test", "", "…", "a..b", "a" * 300, ".a", "a."],
)
def test_an_odd_id_becomes_a_plain_one(key: str) -> None:
    """An id that no Message-ID can hold is replaced by one that is always the same."""
    one, other = parsed(replace(MAIL, id=key)), parsed(replace(MAIL, id=key))
    assert one["Message-ID"] == other["Message-ID"]
    left = one["Message-ID"].strip("<>").partition("@")[0]
    assert len(left) == 32
    assert left.isalnum()
    assert set(one.keys()) == HEADERS


def test_lists_may_say_how_to_leave() -> None:
    """The headers of RFC 8058 are carried; those that name recipients are not."""
    leaving = {
        "List-Unsubscribe": "<https://example.test/api/leave?key=" + "k" * 120 + ">",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    found = parsed(replace(MAIL, headers=leaving))
    assert {name: found[name] for name in leaving} == leaving
    lines = raw(replace(MAIL, headers=leaving)).decode().split("\r\n")
    assert {f"{name}: {value}" for name, value in leaving.items()} <= set(lines)
    for name in ("Bcc", "Cc", "To", "Resent-To", "Sender", "Content-Type", "bcc", "Received"):
        with pytest.raises(MailRefused):
            raw(replace(MAIL, headers={name: "other@example.test"}))


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Own Ground", b'List-Id: "Own Ground" <letters.example.test>'),
        ("自留地", b"List-Id: =?utf-8?b?6Ieq55WZ5Zyw?=\r\n <letters.example.test>"),
        ("墨 and 纸 " * 12, b"?=\r\n <letters.example.test>"),
    ],
)
def test_a_list_has_a_name_in_any_script(title: str, line: bytes) -> None:
    """The name is encoded where it must be, the identifier behind it never is."""
    mail = replace(MAIL, headers={"List-Id": f'"{title.strip()}" <letters.example.test>'})
    assert line + b"\r\n" in raw(mail)
    head = raw(mail).split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    named = parsed(mail)["List-Id"].replace('"', "")
    assert named == f"{title.strip()} <letters.example.test>"


@pytest.mark.parametrize(
    "value", ["=?utf-8?q?a=0D=0ABcc=3A_x=40y.test?=", "a" * 1000, "a\nBcc: x@y.test"]
)
def test_a_further_header_is_one_line_as_it_stands(value: str) -> None:
    """What a library would decode into more lines, or no server takes, is refused."""
    with pytest.raises(MailRefused):
        raw(replace(MAIL, headers={"X-Value": value}))


@pytest.mark.parametrize("sender", ["", "no address", "a@b.test, c@d.test\r\nX: y", "@", "Lin <>"])
def test_without_a_sender_there_is_no_mail(sender: str) -> None:
    """A sender that is none is refused, and the message of the refusal names no address."""
    with pytest.raises(MailRefused) as refused:
        raw(replace(MAIL, sender=sender))
    assert "reader@" not in str(refused.value)


anything = st.text(max_size=40) | st.sampled_from(
    ["a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", "<a@b.test>", "a@b.test\n\nbody", "=?x?="]
)


@given(to=anything, subject=anything, reply=anything, value=anything, text=anything, key=anything)
def test_nothing_becomes_a_header_or_a_second_recipient(
    to: str, subject: str, reply: str, value: str, text: str, key: str
) -> None:
    """Whatever the values are: refused, or one recipient and the known headers only."""
    mail = replace(MAIL, id=key, subject=subject, text=text, html=text, reply_to=reply)
    for each in (mail, replace(mail, to=to), replace(mail, headers={"X-Value": value})):
        with contextlib.suppress(MailRefused):
            found = parsed(each)
            assert set(found.keys()) <= HEADERS | {"Reply-To", "X-Value"}
            assert len(found["To"].addresses) == 1
            assert len(found.get_all("From")) == 1
            assert [part.get_content_type() for part in found.iter_parts()] == [
                "text/plain",
                "text/html",
            ]
