"""Reports are read as servers write them, and believed only where they prove what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.contract.slots import Prepared
from publish.operating import bounce_reports
from publish.operating.bounce_reports import Report
from publish.paywall import keys, letters, people, seals
from publish.paywall.ports import Delete
from publish.paywall.signing import Keyring
from tests.publish.operating.returned import MAIL, complaint, fields, head, mbox, report, sent
from tests.publish.paywall.house import House, make_generation, world


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_generation(tmp_path_factory.mktemp("reports") / "generation")


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


def quoted(house: House, to: str = MAIL) -> str:
    """Return the head of a mail of ours, as a report quotes it."""
    return head(house.world, sent(house.world, to))


def read(raw: bytes) -> Report:
    """Return the one report in a mail."""
    found = bounce_reports.read(raw)
    assert found
    (only,) = found
    return only


# ---- what a report says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({}, "bounced"),
        ({"status": "5.0.0", "diagnosis": "smtp; 550 No such user here"}, "bounced"),
        (
            {"status": "5.4.4", "diagnosis": "X-Postfix; Host not found"},
            "bounced",
        ),
        ({"action": "Failed", "status": "5.1.10 (bad destination)"}, "bounced"),
        ({"status": "5.7.1", "diagnosis": "smtp; 550 5.7.1 spam"}, "softly-bounced"),
        ({"status": "5.2.2", "diagnosis": "smtp; 552 mailbox full"}, "softly-bounced"),
        ({"status": "5.0.0", "diagnosis": ""}, "softly-bounced"),
        ({"status": "4.4.7", "diagnosis": "smtp; 451 5.1.1 later"}, "softly-bounced"),
        ({"status": "4.2.2", "action": "delayed"}, "softly-bounced"),
        ({"status": "5.1.1", "action": "delayed"}, "softly-bounced"),
    ],
)
def test_only_an_address_that_is_dead_for_good_bounced(told: dict[str, str], what: str) -> None:
    """A full mailbox, a suspicion of spam or a server that slept says nothing for ever."""
    found = read(report(fields(**told)))
    assert (found.what, found.mails) == (what, (MAIL,))


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_a_report_of_what_arrived_is_a_report_of_nothing(action: str) -> None:
    """It is no stranger's mail either."""
    assert bounce_reports.read(report(fields(action=action))) == []


def test_the_address_that_was_written_to_comes_first() -> None:
    """A mailbox that passes mails on bounces under another address."""
    found = read(report(fields(to="new@example.org", original=MAIL)))
    assert found.mails == (MAIL, "new@example.org")


def test_several_recipients_are_several_reports() -> None:
    """One report may tell of many, some dead and some not."""
    raw = report(fields("a@x.test"), fields("b@x.test", status="4.2.2"), fields("c@x.test"))
    found = bounce_reports.read(raw)
    assert found is not None
    assert [(each.mails, each.what) for each in found] == [
        (("a@x.test",), "bounced"),
        (("b@x.test",), "softly-bounced"),
        (("c@x.test",), "bounced"),
    ]


def test_a_report_in_unicode_is_read() -> None:
    """RFC 6533 has a form of its own for addresses in any script."""
    raw = report(fields().replace("rfc822;", "utf-8;"), kind="message/global-delivery-status")
    assert read(raw).mails == (MAIL,)


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "other", "Abuse"])
def test_a_complaint_is_one(house: House, kind: str) -> None:
    """Whatever kind of unwanted it was called."""
    found = read(complaint(quoted(house), kind))
    assert (found.what, found.mails[0]) == ("complained", MAIL)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", ""])
def test_what_is_no_complaint_is_none(house: House, kind: str) -> None:
    """Moved out of the spam folder is the contrary; a wrong signature is our trouble."""
    assert bounce_reports.read(complaint(quoted(house), kind)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Hello\n\nWhen is the next letter?\n",
        b"Subject: Out of office\nAuto-Submitted: auto-replied\n\nBack on Monday.\n",
        b'Content-Type: multipart/report; boundary="b"\n\n--b\n\nbroken',
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHi\n--b--\n',
        b"\xff\xfe\0\0" * 40,
    ],
)
def test_what_is_no_report_is_told_apart(raw: bytes) -> None:
    """People answer, machines answer, and some of it is broken."""
    assert bounce_reports.read(raw) is None


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 900))
def test_whatever_is_broken_raises_nothing(noise: bytes, at: int) -> None:
    """Anybody may write to this mailbox."""
    whole = report(fields(), quoted="Subject: x\n")
    bounce_reports.read(whole[:at] + noise + whole[at:])
    for each in bounce_reports.split(noise):
        bounce_reports.read(each)


def test_a_mail_in_a_thousand_envelopes_is_no_report() -> None:
    """Deep nesting ends in an answer, not in a crash."""
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1200)
    )
    assert bounce_reports.read(deep.encode()) is None


# ---- files --------------------------------------------------------------------------------------


def test_a_file_is_one_mail_or_many() -> None:
    """An mbox, also with the line ends of Windows, and a mail that a pipe gave a first line."""
    one = report(fields())
    assert bounce_reports.split(one) == [one]
    assert bounce_reports.split(b"") == bounce_reports.split(b" \n") == []
    assert len(bounce_reports.split(mbox(one, one, one))) == 3
    assert len(bounce_reports.split(mbox(one, one).replace(b"\n", b"\r\n"))) == 2
    (piped,) = bounce_reports.split(b"From x@y.test  Sun Nov 22 08:00:00 2026\n" + one)
    assert piped == one


def test_words_that_begin_a_line_end_no_mail() -> None:
    """ "From here on" in a letter is no border between two mails."""
    one = report(fields()) + b"\nFrom here on\n\nFrom now to 2026 we wait.\n\nFrom there\n"
    assert len(bounce_reports.split(mbox(one))) == 1
    bare = b"From x@y.test Sun Nov 22 08:00:00 2026\n" + one
    assert len(bounce_reports.split(bare)) == 1
    quoted = bare + b"He wrote:\nFrom me Sun Nov 22 08:00:00 2026\nand more\n"
    assert len(bounce_reports.split(quoted)) == 1


# ---- what a report proves -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text/rfc822-headers", "message/rfc822", "message/global"])
def test_a_report_that_quotes_our_mail_proves_the_address(house: House, form: str) -> None:
    """Whole or only its head, the seal of the mail is in it."""
    raw = report(fields(), quoted=quoted(house), quoted_as=form)
    assert bounce_reports.proven(house.world, read(raw)) == MAIL


def test_the_seal_says_which_of_two_addresses_it_was(house: House) -> None:
    """What we wrote to is spared, not where it was passed on to."""
    raw = report(fields(to="new@example.org", original=MAIL), quoted=quoted(house))
    assert bounce_reports.proven(house.world, read(raw)) == MAIL
    swapped = report(fields(to=MAIL, original="new@example.org"), quoted=quoted(house))
    assert bounce_reports.proven(house.world, read(swapped)) == MAIL


def test_a_made_up_report_proves_nothing(house: House) -> None:
    """Nobody silences a reader whose mails they never got."""
    victim = "victim@example.test"
    other = seals.seal(Keyring(("a key of somebody else's, long enough",)), victim)
    for forged in (
        "",
        "Subject: x\nMessage-ID: <job-1@example.test>\nFrom: letters@example.test\n",
        quoted(house),  # a mail that the attacker got
        quoted(house).replace(MAIL, victim),
        f"{seals.HEADER}: {other}\n",
    ):
        made_up = read(report(fields(to=victim), quoted=forged))
        assert bounce_reports.proven(house.world, made_up) == ""


def test_a_complaint_proves_itself_by_the_link_in_the_letter(house: House) -> None:
    """Providers blacken the address, but the letter says whom it was for."""
    house.person()
    person = replace(house.person(), name="")
    text = Prepared("[[unsubscribe]]")
    mail = letters.letter(
        house.world, id="L1", person=person, lang="en", subject="S", html=text, text=text
    )
    blackened = head(house.world, mail).replace(MAIL, "redacted@example.invalid")
    told = read(complaint(blackened, to=""))
    assert MAIL not in told.mails
    assert bounce_reports.proven(house.world, told) == MAIL
    assert bounce_reports.proven(house.world, replace(told, what="bounced")) == ""
    assert bounce_reports.proven(house.world, replace(told, key=told.key[:-3])) == ""
    house.store.write(Delete(keys.person(person.id), keys.SELF))
    assert people.find(house.store, person.id) is None
    assert bounce_reports.proven(house.world, told) == ""
