"""Sending a letter: who gets it, how fast, what is written down, and what a kill leaves."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from publish.operating import letter_book, lettering
from publish.operating.letter_audience import Aim
from publish.operating.letter_book import Line
from publish.operating.letter_lease import LASTS, Lease, Taken
from publish.operating.lettering import AT_ONCE, WAITS, Stopped, left
from publish.operating.readers import Wanted
from publish.paywall import keys, people, subscribing, suppressing
from publish.paywall.mailers.outbox import Outbox
from publish.paywall.ports import (
    ABSENT,
    AddressRefused,
    Delete,
    Mail,
    MailDown,
    MailRefused,
    MailUnsure,
    Put,
)
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.operating.posting import (
    PARTS,
    Fate,
    Idle,
    Killed,
    MortalMailer,
    Repeatable,
    crowd,
    join,
    letter,
    mortal,
    send,
)
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import House, Mailbox


@pytest.fixture
def house(tmp_path, generation) -> House:
    return ground.world(tmp_path, generation=generation)


@pytest.fixture(scope="session")
def generation(tmp_path_factory):
    return ground.make_generation(tmp_path_factory.mktemp("letters") / "generation")


def states(house: House, made: letter_book.Letter) -> Counter[str]:
    return Counter(each.state for each in letter_book.lines(house.store, made.id))


class Fickle(Mailbox):
    """A mailbox that answers what it is told, one after the other, and then takes all."""

    def __init__(self, *answers: Exception | None) -> None:
        super().__init__()
        self.answers = list(answers)
        self.before: Callable[[Mail], None] = lambda mail: None

    def send(self, mail: Mail) -> None:
        self.before(mail)
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        super().send(mail)


# ---- who and what ----


def test_each_gets_their_own_copy_with_their_own_way_out(house):
    ana, ben = join(house, "ana@example.test", name="Ana"), join(house, "ben@example.test")
    tally = send(house.world, letter(house), house.mailbox)
    assert tally == {"sent": 2}
    (to_ana,), (to_ben,) = house.mailbox.to(ana.mail), house.mailbox.to(ben.mail)
    assert (to_ana.subject, to_ben.subject) == ("Ana: News", "News")
    assert "Hello Ana" in to_ana.text
    assert "Hello Ana" in to_ana.html
    assert to_ana.id == f"letter-abcdefghijklmnop-{ana.id}"
    for mail in (to_ana, to_ben):
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["List-Unsubscribe"][1:-1] in mail.text
    assert to_ana.headers["List-Unsubscribe"] != to_ben.headers["List-Unsubscribe"]


def test_the_same_letter_reaches_nobody_twice_and_who_is_new_is_left(house):
    crowd(house, 3)
    made = letter(house)
    assert send(house.world, made, house.mailbox) == {"sent": 3}
    assert send(house.world, made, house.mailbox) == {}
    join(house, "new@example.test")
    assert send(house.world, made, house.mailbox) == {"sent": 1}
    assert len(house.mailbox.sent) == 4


def test_to_another_segment_only_who_has_not_got_it(house):
    join(house, "ana@example.test", tags=("beta",))
    join(house, "ben@example.test")
    beta = Aim(Wanted(tag="beta"), "en")
    made = letter(house, tag="beta")
    assert send(house.world, made, house.mailbox, beta) == {"sent": 1}
    assert send(house.world, replace(made, segment={}), house.mailbox) == {"sent": 1}
    known = letter_book.known(house.store, made.id)
    assert known.segment == {}
    assert known.sent_whole({"tag": "beta"}) == known.sent_whole({}) == house.clock()
    assert known.sent_whole({"tag": "gamma"}) is None


@pytest.mark.parametrize(
    "leave",
    [
        lambda house, who: subscribing.leave(house.store, who.id, house.clock()),
        lambda house, who: house.store.write(people.saving(replace(who, banned=True))),
        lambda house, who: house.store.write(Delete(keys.person(who.id), keys.SELF)),
        lambda house, who: suppressing.suppress(house.store, who.mail, "complained", house.clock()),
    ],
)
def test_who_leaves_while_it_is_sent_gets_none(house, leave):
    """Each reader is looked at right before their mail, also of those who are claimed at once."""
    mailer = Fickle()
    someone = sorted((join(house, f"{n}@example.test") for n in "abc"), key=lambda who: who.id)[2]
    mailer.before = lambda mail: leave(house, people.find(house.store, someone.id) or someone)
    mailer.repeatable = True
    made = letter(house)
    first = mailer.before
    mailer.before = lambda mail: (first(mail), setattr(mailer, "before", lambda mail: None))
    assert send(house.world, made, mailer) == {"sent": 2, "gone": 1}
    assert mailer.to(someone.mail) == []
    assert states(house, made) == {"sent": 2}


def test_what_is_written_is_a_line_for_each_reader_without_an_address(house):
    crowd(house, 2)
    made = letter(house)
    send(house.world, made, house.mailbox)
    items = house.store.query(keys.letter(made.id), keys.sent_to(""))
    assert [dict(each.value) for each in items] == [
        {"state": "sent", "at": keys.stamp(house.clock())}
    ] * 2
    assert "@" not in str(items)


# ---- time ----


def test_a_set_rate_is_kept(house):
    crowd(house, 4)
    time = Idle()
    send(house.world, letter(house), house.mailbox, time=time, rate=30)
    assert time.slept == [2.0, 2.0, 2.0]


def test_a_slow_mailer_is_no_reason_to_hurry_afterwards(house):
    crowd(house, 3)
    time, mailer = Idle(), Fickle()
    slow = iter((5.0, 0.0, 0.0))
    mailer.before = lambda mail: setattr(time, "now", time.now + next(slow))
    send(house.world, letter(house), mailer, time=time, rate=30)
    assert time.slept == [2.0]


def test_progress_is_heard_mail_by_mail(house):
    crowd(house, 3)
    numbers: list[int] = []
    send(house.world, letter(house), house.mailbox, heard=numbers.append)
    assert numbers == [1, 2, 3]


def test_readers_are_claimed_many_at_a_time_where_a_mail_may_be_repeated(house):
    crowd(house, 2 * AT_ONCE + 1)
    fate = Fate()
    made, world = letter(house), mortal(house.world, fate)
    send(world, made, Repeatable())
    # Two points a write: the lease, its end, the letter and its end; claims and what came of them.
    assert fate.points == 2 * (2 + 2 + 2 * 3)


# ---- what goes wrong ----


def test_a_mailer_that_is_down_is_waited_for(house):
    crowd(house, 1)
    time, mailer = Idle(), Fickle(MailDown("x"), MailDown("x"))
    assert send(house.world, letter(house), mailer, time=time) == {"sent": 1}
    assert time.slept == [*WAITS[:2]]


def test_after_a_while_it_stops_and_can_be_gone_on_with(house):
    crowd(house, 3)
    made, time = letter(house), Idle(move=lambda seconds: house.clock.move(seconds=seconds))
    mailer = Fickle(None, *[MailDown("SES: Throttling")] * (len(WAITS) + 1))
    with pytest.raises(Stopped, match="SES: Throttling"):
        send(house.world, made, mailer, time=time)
    assert sum(time.slept) == sum(WAITS)
    assert states(house, made) == {"sent": 1}
    assert letter_book.known(house.store, made.id).sent_whole({}) is None
    assert send(house.world, made, mailer) == {"sent": 2}
    assert len({mail.to for mail in mailer.sent}) == len(mailer.sent) == 3


def test_the_lease_is_kept_while_it_waits(house):
    """A letter that waits for its mailer is not taken over."""
    crowd(house, 1)
    made, time = letter(house), Idle()

    def move(seconds: float) -> None:
        house.clock.move(seconds=seconds)
        with pytest.raises(Taken):
            Lease(house.store, made.id, house.clock)

    time.move = move
    send(house.world, made, Fickle(*[MailDown("x")] * len(WAITS)), time=time)
    assert sum(time.slept) > LASTS.total_seconds()


def test_a_dead_address_is_noted_and_spared_from_now_on(house):
    crowd(house, 2)
    made = letter(house)
    mailer = Fickle(AddressRefused("550 5.1.1"))
    assert send(house.world, made, mailer) == {"failed": 1, "sent": 1}
    (line,) = [e for e in letter_book.lines(house.store, made.id) if e.state == "failed"]
    assert line.why == "no such address"
    person = people.find(house.store, line.person)
    assert person
    found = suppressing.find(house.store, person.mail)
    assert found
    assert found.reason == "bounced"
    assert send(house.world, made, mailer) == {}


def test_a_mail_that_is_refused_is_noted_and_not_tried_again(house):
    crowd(house, 2)
    made = letter(house)
    mailer = Fickle(MailRefused("SMTPDataError 554"))
    assert send(house.world, made, mailer) == {"failed": 1, "sent": 1}
    assert send(house.world, made, mailer) == {}
    (line,) = [e for e in letter_book.lines(house.store, made.id) if e.state == "failed"]
    assert line.why == "SMTPDataError 554"


@pytest.mark.parametrize("repeatable", [True, False])
def test_many_refusals_in_a_row_are_about_us_and_cost_no_reader_the_letter(house, repeatable):
    mails = crowd(house, 8)
    made = letter(house)
    mailer = Fickle(None, *[MailRefused("SES: MessageRejected")] * 5)
    mailer.repeatable = repeatable
    with pytest.raises(Stopped, match="MessageRejected"):
        send(house.world, made, mailer)
    assert states(house, made) == {"sent": 1}
    assert send(house.world, made, mailer) == {"sent": 7}
    assert Counter(mail.to for mail in mailer.sent) == dict.fromkeys(mails, 1)


def test_refusals_that_are_not_in_a_row_are_about_readers(house):
    crowd(house, 12)
    answers = [None if n % 2 else MailRefused("x") for n in range(12)]
    assert send(house.world, letter(house), Fickle(*answers)) == {"sent": 6, "failed": 6}


def test_a_lost_answer_is_not_asked_for_again_unless_it_is_wished(house):
    crowd(house, 3)
    made, mailer = letter(house), Fickle(MailUnsure("ReadTimeout"))
    assert send(house.world, made, mailer) == {"unsure": 1, "sent": 2}
    assert send(house.world, made, mailer) == {}
    assert send(house.world, made, mailer, unsure=True) == {"sent": 1}
    assert states(house, made) == {"sent": 3}


def test_a_lost_answer_of_a_mailer_that_may_be_repeated_is_asked_for_again(house):
    crowd(house, 1)
    mailer = Fickle(MailUnsure("x"))
    mailer.repeatable = True
    assert send(house.world, letter(house), mailer) == {"sent": 1}


def test_lost_answers_one_after_the_other_end_it(house):
    crowd(house, 6)
    made = letter(house)
    with pytest.raises(Stopped, match="unsure"):
        send(house.world, made, Fickle(*[MailUnsure("x")] * 6))
    assert states(house, made) == {"unsure": 3}


# ---- two at once ----


def test_one_process_at_a_time(house):
    crowd(house, 2)
    made = letter(house)
    letter_book.begin(house.store, made, PARTS)
    lease = Lease(house.store, made.id, house.clock)
    with pytest.raises(Taken):
        send(house.world, made, house.mailbox)
    lease.give_back()
    assert send(house.world, made, house.mailbox) == {"sent": 2}


def test_whom_another_process_claims_meanwhile_gets_it_from_that_one(house):
    """Even where both believe to be alone: a claim is written only where there is none."""
    crowd(house, 3)
    made, mailer = letter(house), Fickle()
    mailer.repeatable = True
    other: list[str] = []

    def claimed_elsewhere(*operations: Any) -> None:
        claims = [e for e in operations if isinstance(e, Put) and e.key.startswith("to#")]
        if not other and claims:
            other.append(claims[1].key)
            write(replace(claims[1], value={**claims[1].value, "state": "sent"}))
        write(*operations)

    write, house.store.write = house.store.write, claimed_elsewhere
    assert send(house.world, made, mailer) == {"sent": 2}
    assert other[0] not in {keys.sent_to(mail.id.rpartition("-")[2]) for mail in mailer.sent}


def test_who_lost_the_lease_sends_no_more(house):
    crowd(house, 3)
    made, mailer = letter(house), Fickle()

    def overtaken(mail: Mail) -> None:
        house.clock.move(seconds=LASTS.total_seconds() + 1)
        Lease(house.store, made.id, house.clock)
        mailer.before = lambda mail: None

    mailer.before = overtaken
    with pytest.raises(Taken):
        send(house.world, made, mailer)
    assert len(mailer.sent) == 1
    assert states(house, made) == {"sent": 1}


# ---- kills ----


@pytest.mark.parametrize("repeatable", [True, False])
def test_killed_at_any_point_and_gone_on_with_nobody_gets_two(tmp_path, generation, repeatable):
    """Every write and every mail may be the last thing that happens, or the last that does not."""
    house = ground.world(tmp_path, generation=generation)
    mails = crowd(house, 3)
    for at in count():
        made = letter(house, f"letter-{at}")
        mailer: Any = Repeatable() if repeatable else Mailbox()
        fate = Fate(at)
        with contextlib.suppress(Killed):
            send(mortal(house.world, fate), made, MortalMailer(mailer, fate))
        house.clock.move(seconds=LASTS.total_seconds())
        send(house.world, made, mailer)
        found = Counter(mail.to for mail in mailer.sent)
        assert set(found.values()) <= {1}, at
        perhaps = states(house, made)["sending"]
        assert perhaps <= (0 if repeatable else 1), at
        assert set(mails) - set(found) == set() or perhaps == 1, at
        send(house.world, made, mailer, unsure=True)
        assert {mail.to for mail in mailer.sent} == set(mails), at
        assert states(house, made) == {"sent": 3}, at
        if not fate.dead:
            break
    assert at == (18 if repeatable else 26)


def test_many_letters_with_kills_are_each_once_in_the_outbox(tmp_path, generation):
    house = ground.world(tmp_path, generation=generation)
    mails, made = crowd(house, 80), letter(house)
    outbox = Outbox(tmp_path / "mails", clock=house.clock)
    for at in (24, 25, 7, 80, -1):
        fate = Fate(at)
        with contextlib.suppress(Killed):
            send(mortal(house.world, fate), made, MortalMailer(outbox, fate))
        house.clock.move(seconds=LASTS.total_seconds())
    assert not fate.dead
    written = [path.read_text("utf-8") for path in (tmp_path / "mails").glob("*.eml")]
    assert sorted(re.findall(r"^To: (.*)$", "\n".join(written), re.M)) == sorted(mails)
    assert states(house, made) == {"sent": 80}


def test_ctrl_c_right_after_a_mail_went_does_not_free_its_reader(house):
    crowd(house, 1)
    made, mailer = letter(house), Fickle()

    def clock() -> datetime:
        if mailer.sent:
            raise KeyboardInterrupt
        return house.clock()

    with pytest.raises(KeyboardInterrupt):
        send(replace(house.world, clock=clock), made, mailer)
    assert states(house, made) == {"sending": 1}
    assert send(house.world, made, mailer) == {}


def test_an_error_in_between_frees_who_was_not_begun(house):
    """What ends it in an orderly way leaves nobody behind who perhaps has it."""
    crowd(house, 4)
    made, mailer = letter(house), Fickle(None, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        send(house.world, made, mailer)
    assert states(house, made) == {"sent": 1, "sending": 1}
    assert send(house.world, made, mailer) == {"sent": 2}


def test_who_perhaps_has_it_still_does_when_a_further_copy_did_not_go(house):
    """Else the next run would take them for somebody who never got it."""
    crowd(house, 1)
    made = letter(house)
    assert send(house.world, made, Fickle(MailUnsure("ReadTimeout"))) == {"unsure": 1}
    down = Fickle(*[MailDown("x")] * (len(WAITS) + 1))
    with pytest.raises(Stopped):
        send(house.world, made, down, unsure=True)
    assert send(house.world, made, down) == {}
    assert send(house.world, made, down, unsure=True) == {"sent": 1}


def test_who_perhaps_has_it_and_leaves_still_perhaps_has_it_once_they_are_back(house):
    someone = join(house, "ana@example.test")
    made = letter(house)
    mailer = Fickle(MailDown("x"), MailUnsure("ReadTimeout"))
    assert send(house.world, made, mailer) == {"unsure": 1}
    mailer.answers = [MailDown("x")]
    mailer.before = lambda mail: subscribing.leave(house.store, someone.id, house.clock())
    assert send(house.world, made, mailer, unsure=True) == {"gone": 1}
    assert states(house, made)["sending"] == 1


def test_many_refusals_in_a_row_take_nobody_for_new_who_perhaps_has_it(house):
    crowd(house, 6)
    made = letter(house)
    for _ in range(2):
        with pytest.raises(Stopped, match="unsure"):
            send(house.world, made, Fickle(*[MailUnsure("x")] * 3))
    with pytest.raises(Stopped, match="refused"):
        send(house.world, made, Fickle(*[MailRefused("refused")] * 6), unsure=True)
    assert send(house.world, made, house.mailbox) == {}
    assert states(house, made).keys() == {"unsure", "sending"}


def test_who_lost_the_lease_takes_back_no_claim_of_who_has_it_now(house):
    """A computer that slept wakes up, and another one has sent the letter meanwhile."""
    crowd(house, 2)
    made, mailer, time = letter(house), Fickle(), Idle()

    def slept(seconds: float) -> None:
        time.move = lambda seconds: None
        house.clock.move(seconds=LASTS.total_seconds() + 1)
        assert send(house.world, made, house.mailbox, unsure=True) == {"sent": 1}

    time.move = slept
    with pytest.raises(Taken):
        send(house.world, made, mailer, time=time, rate=1)
    assert states(house, made) == {"sent": 2}
    assert send(house.world, made, house.mailbox) == {}


# ---- the same on both stores ----


@pytest.mark.parametrize("kind", ["sqlite", "dynamodb"])
def test_it_is_the_same_on_both_stores(kind, tmp_path, generation, request, monkeypatch):
    clock = ground.MovableClock()
    if kind == "dynamodb":
        aws = request.getfixturevalue("aws")
        store: Any = DynamoStore(
            aws.table(), aws.client("dynamodb"), clock=clock, sleep=lambda _: None
        )
    else:
        store = SqliteStore(tmp_path / "paywall.sqlite", clock=clock)
    house = ground.world(tmp_path, generation=generation, store=store, clock=clock)
    monkeypatch.setattr(lettering, "AT_ONCE", 3)
    mails, made = crowd(house, 5), letter(house)
    mailer, fate = Repeatable(), Fate(14)
    with pytest.raises(Killed):
        send(mortal(house.world, fate), made, MortalMailer(mailer, fate))
    house.clock.move(seconds=LASTS.total_seconds())
    send(house.world, made, mailer)
    assert sorted(mail.to for mail in mailer.sent) == sorted(mails)
    assert states(house, made) == {"sent": len(mails)}
    assert send(house.world, made, mailer) == {}


# ---- who is left ----


def test_who_is_left_is_who_has_no_line():
    lines = [
        Line("a", "sent", ground.START, version=1),
        Line("b", "failed", ground.START, version=1),
        Line("c", "sending", ground.START, version=3),
        Line("d", "unsure", ground.START, version=4),
    ]
    everybody = ["a", "b", "c", "d", "e"]
    todo = left(lines, everybody, repeatable=True)
    assert (dict(todo.people), todo.unsure, todo.had) == ({"c": 3, "e": ABSENT}, ("d",), 2)
    todo = left(lines, everybody, repeatable=False)
    assert (dict(todo.people), todo.unsure, todo.had) == ({"e": ABSENT}, ("c", "d"), 2)
    todo = left(lines, everybody, repeatable=False, unsure=True)
    assert (dict(todo.people), todo.unsure) == ({"c": 3, "d": 4, "e": ABSENT}, ())
