"""Which addresses are spared, from which mails, and how that ends."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from publish.contract.service import MAILS
from publish.paywall import counting, erasing, exporting, keys, queue, suppressing
from publish.paywall.ports import Delete
from publish.paywall.suppressing import Notice
from tests.publish.paywall.house import START, House, world

MAIL = "reader@example.test"


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


def counts(house: House, name: str) -> int:
    return sum(counting.counted(house.store, name).values())


def test_a_bounced_address_gets_nothing_at_all(house: House) -> None:
    """Nobody reads there, so not even a sign-in mail goes."""
    suppressing.suppress(house.store, MAIL, "bounced", START)
    assert all(suppressing.stops(house.store, MAIL, name) for name in MAILS)
    assert not suppressing.stops(house.store, "other@example.test", "sign-in")


def test_who_complained_gets_what_they_ask_for(house: House) -> None:
    """A reminder stops, and every letter to come; what answers a click does not."""
    suppressing.suppress(house.store, MAIL, "complained", START)
    stopped = {name for name in MAILS if suppressing.stops(house.store, MAIL, name)}
    assert stopped == {"ending", "opt-in"}
    assert not suppressing.stops(house.store, MAIL, "delivery")
    assert suppressing.stops(house.store, MAIL, "a-letter-of-tomorrow")


@pytest.mark.parametrize(
    "written", ["Reader@Example.TEST", " reader@example.test", "ｒeader@example.test"]
)
def test_an_address_is_folded_as_people_are(house: House, written: str) -> None:
    """However a mail service writes it, it is the same address."""
    suppressing.suppress(house.store, written, "bounced", START)
    assert suppressing.stops(house.store, MAIL, "sign-in")
    assert [each.mail for each in suppressing.listed(house.store)] == [MAIL]


def test_what_is_no_address_here_is_spared_all_the_same(house: House) -> None:
    """A payment provider tells odd ones, to which receipts go."""
    suppressing.suppress(house.store, "Odd@localhost", "bounced", START)
    assert suppressing.stops(house.store, "odd@localhost", "receipt")


def test_the_reason_that_stops_more_stays(house: House) -> None:
    """Whatever comes first, twice is once, and the time is when it became so."""
    for number, reason in enumerate(("complained", "complained", "bounced", "complained")):
        suppressing.suppress(house.store, MAIL, reason, START + timedelta(days=number))
    (found,) = suppressing.listed(house.store)
    assert (found.reason, found.at) == ("bounced", START + timedelta(days=2))
    item = house.store.get(keys.SUPPRESSED, keys.hashed(MAIL))
    assert item.version == 2


def test_an_address_can_be_allowed_again(house: House) -> None:
    """After that it is as any other."""
    suppressing.suppress(house.store, MAIL, "bounced", START)
    assert suppressing.allow(house.store, MAIL.upper())
    assert not suppressing.allow(house.store, MAIL)
    assert not suppressing.stops(house.store, MAIL, "ending")
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), START)
    assert suppressing.allow(house.store, MAIL)
    assert not suppressing.stops(house.store, MAIL, "opt-in")


def test_who_asks_again_is_pardoned_for_a_complaint_only(house: House) -> None:
    """An address at which nobody is stays dead, and what was declined stays declined."""
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), START)
    for reason, spared in (("complained", False), ("bounced", True)):
        suppressing.suppress(house.store, MAIL, reason, START)
        suppressing.pardon(house.store, MAIL.upper())
        assert suppressing.stops(house.store, MAIL, "letter") is spared
    suppressing.pardon(house.store, "nobody@example.test")
    assert suppressing.declined(house.store, MAIL)


def test_what_a_mail_service_tells_is_done_and_counted(house: House) -> None:
    """What bounced for now stops nothing; all are counted, so that somebody sees it."""
    suppressing.hear(
        house.store,
        [
            Notice("a@example.test", "bounced"),
            Notice("b@example.test", "complained"),
            Notice("c@example.test", "softly-bounced"),
        ],
        START,
    )
    spared = {each.mail: each.reason for each in suppressing.listed(house.store)}
    assert spared == {"a@example.test": "bounced", "b@example.test": "complained"}
    assert [counts(house, f"mail-{what}") for what in ("bounced", "complained")] == [1, 1]
    assert counts(house, "mail-softly-bounced") == 1


@pytest.mark.parametrize(
    "other",
    ["reader+1@example.test", "READER@Example.test", "reader+a+b@example.test"],
)
def test_who_declined_is_not_asked_by_another_writing_of_it(house: House, other: str) -> None:
    """It is the mailbox that declined; nobody else is kept from anything."""
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), START)
    assert suppressing.stops(house.store, other, "opt-in")
    assert {name for name in MAILS if suppressing.stops(house.store, MAIL, name)} == {"opt-in"}
    assert not suppressing.stops(house.store, "readers@example.test", "opt-in")


def test_declining_lasts_a_month_from_the_last_time(house: House) -> None:
    """Who declines again begins anew; the address itself is kept nowhere."""
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), START)
    house.clock.move(days=20)
    suppressing.decline(house.store, suppressing.mailbox_hash(MAIL), house.clock())
    house.clock.move(days=29)
    assert suppressing.declined(house.store, MAIL)
    assert not [each for each in house.store.everything() if "reader" in str(each)]
    house.clock.move(days=1)
    assert not suppressing.declined(house.store, MAIL)


def test_asking_for_a_sign_in_mail_answers_the_same_and_none_goes(house: House) -> None:
    """The answer must not tell which addresses are known, nor which are dead."""
    suppressing.suppress(house.store, MAIL, "bounced", START)
    browser, other = house.browser(), house.browser()
    spared = browser.post("/api/sign-in", {"mail": MAIL})
    sent = other.post("/api/sign-in", {"mail": "other@example.test"})
    assert (spared.status, spared.headers, spared.body) == (sent.status, sent.headers, sent.body)
    house.tick()
    assert [mail.to for mail in house.mailbox.sent] == ["other@example.test"]
    assert counts(house, "mail-suppressed") == 1
    assert not house.store.query(keys.QUEUE)
    assert not queue.dead(house.store)


def test_who_is_erased_leaves_no_address_and_stays_spared(house: House) -> None:
    """By its hash an address can be compared, but not read."""
    suppressing.suppress(house.store, MAIL, "bounced", START)
    suppressing.forget(house.store, MAIL)
    suppressing.forget(house.store, MAIL)
    suppressing.forget(house.store, "nobody@example.test")
    (found,) = suppressing.listed(house.store)
    assert found.mail == ""
    assert suppressing.stops(house.store, MAIL, "sign-in")


def test_erasing_a_reader_takes_the_address_away_here_too(house: House) -> None:
    """Whoever forgets somebody forgets all of it."""
    suppressing.suppress(house.store, MAIL, "complained", START)
    house.person(MAIL)
    person = house.person(MAIL)  # as it lies in the store
    erasing.erase(house.world, person, [], Delete("nothing", "here"), "en")
    assert [each.mail for each in suppressing.listed(house.store)] == [""]
    assert not [
        each
        for each in house.store.everything()
        if MAIL in str(each) and each.partition != keys.QUEUE
    ]
    house.tick()
    assert [mail.subject for mail in house.mailbox.sent] == ["deleted (en)"]


def test_a_reader_may_see_it_in_what_is_kept_of_them(house: House) -> None:
    """All that is stored is told, this too."""
    house.person(MAIL)
    person = house.person(MAIL)
    assert json.loads(exporting.export(house.store, person.id))["no_mail"] is None
    suppressing.suppress(house.store, MAIL, "complained", START)
    told = json.loads(exporting.export(house.store, person.id))["no_mail"]
    assert told == {"reason": "complained", "at": keys.stamp(START)}


def test_what_comes_back_after_somebody_was_erased_does_not_name_them(house: House) -> None:
    """The mail that says goodbye may bounce, or be called unwanted; the address stays spared."""
    browser = house.signed_in("gone@example.test")
    assert browser.post("/api/account/delete?lang=en", {"sure": "yes"}).status == 200
    suppressing.hear(house.store, [Notice("gone@example.test", "complained")], house.clock())
    assert [each.mail for each in suppressing.listed(house.store)] == [""]
    assert suppressing.stops(house.store, "gone@example.test", "letter")
