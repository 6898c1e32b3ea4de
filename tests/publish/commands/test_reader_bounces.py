"""What comes back by mail is heard from files and from a mail server's pipe."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from publish.operating.opening import Desk
from publish.paywall import counting, suppressing
from tests.publish.commands.running import COMMAND, environment
from tests.publish.commands.shop import Shop, make_shop
from tests.publish.operating.returned import MAIL, complaint, fields, head, mbox, report, sent

HELLO = b"Subject: Hello\n\nWhen is the next letter?\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return make_shop(tmp_path / "site")


def quoted(desk: Desk, to: str = MAIL) -> str:
    return head(desk.world, sent(desk.world, to))


def spared(shop: Shop) -> dict[str, str]:
    with shop.desk() as desk:
        return {each.mail: each.reason for each in suppressing.listed(desk.world.store)}


def test_each_mail_of_a_mailbox_is_heard(shop: Shop) -> None:
    """Dead, for now, unwanted; what is no report and what proves nothing is said by its number."""
    with shop.desk() as desk:
        raw = mbox(
            report(fields(), quoted=quoted(desk)),
            HELLO,
            report(fields("b@x.test", status="4.2.2"), quoted=quoted(desk, "b@x.test")),
            report(fields("victim@x.test"), quoted=quoted(desk)),
            complaint(quoted(desk, "c@x.test"), to="c@x.test"),
        )
    (shop.folder / "mailbox.mbox").write_bytes(raw)
    lines = shop.ok("readers", "bounced", "mailbox.mbox").splitlines()
    assert [" ".join(line.split()) for line in lines[1:]] == [
        f"{MAIL} does not exist: gets nothing from now on 5.1.1",
        "b@x.test did not arrive for now: counted 4.2.2",
        "c@x.test called a mail unwanted: gets only what they ask for abuse",
        "mailbox.mbox: mail 2 is no report",
        "mailbox.mbox: mail 4 names victim@x.test, but does not prove that we wrote there"
        " (add --trust to believe it)",
        "3 reports heard",
    ]
    assert spared(shop) == {MAIL: "bounced", "c@x.test": "complained"}
    with shop.desk() as desk:
        counted = counting.counted(desk.world.store, "mail-softly-bounced")
    assert sum(counted.values()) == 1


def test_a_creator_may_vouch_for_a_report(shop: Shop) -> None:
    """Some servers quote nothing; then the address that is named counts, the original first."""
    raw = report(fields("new@x.test", original="old@x.test"))
    (shop.folder / "one.eml").write_bytes(raw)
    shop.ok("readers", "bounced", "one.eml")
    assert spared(shop) == {}
    shop.ok("readers", "bounced", "one.eml", "--trust")
    assert spared(shop) == {"old@x.test": "bounced"}


def test_a_program_is_told_all_of_it(shop: Shop) -> None:
    """One object: what was heard, and what was not."""
    with shop.desk() as desk:
        (shop.folder / "a.eml").write_bytes(report(fields(), quoted=quoted(desk)))
    (shop.folder / "b.eml").write_bytes(HELLO)
    told = shop.json("readers", "bounced", "a.eml", "b.eml")
    assert told["reports"] == [
        {"file": "a.eml", "mail": 1, "address": MAIL, "what": "bounced", "status": "5.1.1"}
    ]
    assert told["others"] == [{"file": "b.eml", "mail": 1, "address": ""}]


def test_a_mail_server_pipes_a_report_in(shop: Shop) -> None:
    """Without a file it comes from stdin."""
    with shop.desk() as desk:
        raw = report(fields(), quoted=quoted(desk))
    ran = subprocess.run(
        [*COMMAND, "readers", "bounced", "--lang", "zh"],
        cwd=shop.folder,
        env=environment(),
        input=raw,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert "不存在：从此什么也不发" in ran.stdout.decode()
    assert spared(shop) == {MAIL: "bounced"}


def test_a_mail_that_is_no_report_is_no_failure(shop: Shop) -> None:
    """A mail server that pipes mails in must not send them back to their senders."""
    (shop.folder / "hello.eml").write_bytes(HELLO)
    ran = shop.run("readers", "bounced", "hello.eml")
    assert (ran.code, ran.err) == (0, "")


def test_a_file_that_is_not_there_is_said(shop: Shop) -> None:
    """Wrong usage, before anything is heard."""
    (shop.folder / "one.eml").write_bytes(report(fields()))
    ran = shop.run("readers", "bounced", "one.eml", "none.eml", "--trust")
    assert ran.code == 2
    assert '"none.eml" cannot be read' in ran.err
    assert spared(shop) == {}


def test_nothing_to_hear_is_no_trouble(shop: Shop) -> None:
    """An empty mailbox."""
    (shop.folder / "empty").write_bytes(b"")
    assert shop.ok("readers", "bounced", "empty").splitlines()[-1] == "0 reports heard"


HEAD = (
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
)
BOMBS = {
    "the first line": b"From x 1 00:00\n\nx\n\nFrom x " + b"00:00 " * 100_000 + b"\rx\n",
    "one header": b'Content-Type: multipart/report; a="' + b";" * 500_000 + b"\n\nx",
    "one folded header": b'Content-Type: multipart/report; a="' + b";" * 60 + b"\n ;" * 200_000,
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(50_000)
    ),
    "groups": HEAD + b"\n \n" * 500_000,
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS)
def test_a_mail_that_was_made_to_keep_us_busy_is_read_in_no_time(shop: Shop, raw: bytes) -> None:
    """Anybody may write to the address that reports come back to."""
    (shop.folder / "bomb.eml").write_bytes(raw)
    began = time.process_time()
    assert shop.run("readers", "bounced", "bomb.eml").code == 0
    assert time.process_time() - began < 15


def test_a_report_in_a_large_mail_is_heard(shop: Shop) -> None:
    """It quotes the whole letter, in long lines; what it says stands before."""
    with shop.desk() as desk:
        whole = quoted(desk) + "\n" + "words " * 50_000
        (shop.folder / "one.eml").write_bytes(report(fields(), quoted=whole))
    shop.ok("readers", "bounced", "one.eml")
    assert spared(shop) == {MAIL: "bounced"}


@pytest.mark.parametrize("proven", [True, False])
def test_what_a_stranger_wrote_does_nothing_in_a_terminal(shop: Shop, *, proven: bool) -> None:
    """An address or a status may hold what moves the cursor."""
    evil = "\x1b[2J\x1b]0;evil\x07"
    with shop.desk() as desk:
        told = fields(MAIL if proven else f"{evil}{MAIL}", status=f"5.1.1{evil}")
        (shop.folder / "one.eml").write_bytes(report(told, quoted=quoted(desk)))
    shown = shop.ok("readers", "bounced", "one.eml")
    assert ("gets nothing" in shown) == proven
    assert all(each.isprintable() for line in shown.splitlines() for each in line)
    assert len(shown.splitlines()) == 3
