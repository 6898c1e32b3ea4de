"""The folder that shows what would have been sent."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from publish.paywall.mailers.outbox import Outbox
from publish.paywall.ports import Mail, MailDown
from tests.publish.paywall.house import START, MovableClock

MAIL = Mail(
    id="first",
    to="reader@example.test",
    subject="登录码 123456",
    text="你好\nhttps://example.test/\n",
    html="<p>你好</p>\n",
    sender="林墨 <letters@example.test>",
)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def outbox(tmp_path: Path, clock: MovableClock) -> Outbox:
    return Outbox(tmp_path / "not yet" / "outbox", clock=clock)


def test_an_empty_outbox_has_no_letters(outbox: Outbox) -> None:
    """Before the first mail there is no folder and no error."""
    assert outbox.letters() == []
    assert outbox.read("first") is None
    outbox.clear()


def test_letters_come_back_as_they_were_sent(outbox: Outbox, clock: MovableClock) -> None:
    """The newest is first, by the clock that is injected and not by the machine's."""
    outbox.send(MAIL)
    clock.move(milliseconds=1)
    outbox.send(replace(MAIL, id="second", to="other@example.test"))
    clock.move(days=-30)
    outbox.send(replace(MAIL, id="long ago"))
    second, first, old = outbox.letters()
    assert (second.id, second.to) == ("second", "other@example.test")
    assert old.at < START
    assert (first.id, first.to, first.sender) == ("first", MAIL.to, MAIL.sender)
    assert (first.subject, first.text, first.html) == (MAIL.subject, MAIL.text, MAIL.html)
    assert first.at == START
    assert dict(first.headers)["Auto-Submitted"] == "auto-generated"
    assert outbox.read("first") == first


def test_the_same_mail_twice_is_one_file(outbox: Outbox, clock: MovableClock) -> None:
    """A second copy changes nothing."""
    outbox.send(MAIL)
    before = outbox.letters()
    clock.move(minutes=5)
    outbox.send(MAIL)
    assert outbox.letters() == before


@pytest.mark.parametrize("key", ["../first", "/etc/passwd", "first.eml", "*", "", "..", "\0"])
def test_only_letters_are_read(outbox: Outbox, key: str) -> None:
    """An id that came in an address opens no other file."""
    outbox.send(MAIL)
    (outbox.folder / "first.eml.txt").write_text("note")
    assert outbox.read(key) is None


def test_a_letter_is_there_whole_or_not_at_all(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails in the middle there is no half letter, and it can be sent again."""

    def fail(_: int) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(MailDown):
            outbox.send(MAIL)
    assert list(outbox.folder.iterdir()) == []
    outbox.send(MAIL)
    assert len(outbox.letters()) == 1


def test_what_a_crash_left_is_no_letter(outbox: Outbox) -> None:
    """The unfinished file of a process that was killed is not shown."""
    outbox.send(MAIL)
    (outbox.folder / ".new-abc").write_bytes(b"From: half a le")
    assert [each.id for each in outbox.letters()] == ["first"]


def test_a_folder_that_cannot_be_is_down(tmp_path: Path) -> None:
    """Where a file is in the way, the mail is not sent now."""
    (tmp_path / "file").write_text("")
    with pytest.raises(MailDown):
        Outbox(tmp_path / "file").send(MAIL)


def test_clearing_takes_all_away(outbox: Outbox) -> None:
    """After clearing, the same mail can lie there again."""
    outbox.send(MAIL)
    outbox.clear()
    assert outbox.letters() == []
    outbox.send(MAIL)
    assert len(outbox.letters()) == 1
