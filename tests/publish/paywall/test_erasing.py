"""Who is erased leaves nothing but the books; a kill at any moment leaves nothing half done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.paywall import (
    collecting,
    deliveries,
    entering,
    erasing,
    exporting,
    keys,
    letters,
    people,
    queue,
    subscribing,
    suppressing,
)
from publish.paywall.collecting import Collected
from publish.paywall.people import Person
from publish.paywall.ports import Delete, Put
from publish.paywall.queue import Job
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import START, House, world
from tests.publish.paywall.mailing import Between
from tests.publish.paywall.opting_in import confirm, opt_in

MAIL = "reader@example.test"
LEAVING = Delete("nothing", "here")


@pytest.fixture
def house(tmp_path: Path, generation: Path) -> House:
    return world(tmp_path, generation=generation)


@pytest.fixture
def person(house: House) -> Person:
    """Somebody of whom everything there is to store is stored."""
    found = house.person(MAIL)
    consent = Consent("as shown", "en", START, "magnet", "/en/free/", campaign={"utm_source": "x"})
    house.store.write(*subscribing.joining(found.id, consent, None))
    house.store.write(collecting.saving(found.id, Collected("checklist", "en", START)))
    house.store.write(collecting.saving(found.id, Collected("清单", "en", START)))
    house.store.write(Put(keys.person(found.id), keys.reminded("pass"), {"at": "x"}))
    house.store.write(Put(keys.person(found.id), keys.CHANGE, {"new": "new@example.test"}))
    house.store.write(Put(keys.letter("L1"), keys.sent_to(found.id), {"state": "sent"}))
    house.grant(found, "course")
    house.signed_in(found)
    return house.person(MAIL)


def erase(house: House, person: Person) -> None:
    erasing.erase(house.world, person, [], LEAVING, "en")


def left(house: House, person: Person) -> list[str]:
    return [line.key.partition("#")[0] for line in house.store.query(keys.person(person.id))]


def test_lists_consents_and_magnets_go_with_the_person(house: House, person: Person) -> None:
    """Only the ledger stays, under an id that leads nowhere."""
    other = house.signed_in("other@example.test")
    erase(house, person)
    assert left(house, person) == ["grant"]
    assert people.find(house.store, person.id) is None
    assert people.find_by_mail(house.store, MAIL) is None
    assert other.get("/api/account?lang=en").status == 200


def test_what_stays_holds_no_address(house: House, person: Person) -> None:
    """Letters that were sent know an id, which nothing leads to any more."""
    erase(house, person)
    told = [each for each in house.store.everything() if each.partition != keys.QUEUE]
    assert not [each for each in told if MAIL in str(each) or "new@example.test" in str(each)]
    assert house.store.get(keys.letter("L1"), keys.sent_to(person.id))


def test_nothing_goes_before_the_provider_knows(house: House, person: Person) -> None:
    """The order: books without an address, what is theirs, the person, what is dead then."""
    written: list[tuple[str, ...]] = []
    erase(watched(house, written.append), person)
    steps = [tuple(sorted({key.partition("#")[0] for key in each})) for each in written]
    assert steps[0] == ("consent", "list", "magnet", "reminded")
    assert "self" in steps[1]
    assert "session" not in steps[0] + steps[1]
    assert steps[2:] == [("session",)]


def watched(house: House, then: Callable[[tuple[str, ...]], None]) -> House:
    """Return the house with a store that says the keys of each write before it is done."""

    class Watched:
        name = house.store.name

        def __getattr__(self, name: str) -> Any:
            return getattr(house.store, name)

        def write(self, *operations: Any) -> None:
            then(tuple(each.key for each in operations))
            house.store.write(*operations)

    return world(house.generation.parent, generation=house.generation, store=Watched())


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_after_a_kill_the_same_again_ends_the_same(house: House, person: Person, at: int) -> None:
    """Before the person went they can come back; after that nothing of them opens anything."""
    suppressing.suppress(house.store, MAIL, "complained", START)
    before: list[int] = []

    def kill(keys_: tuple[str, ...]) -> None:
        before.append(1)
        if len(before) > at:
            raise Killed

    with pytest.raises(Killed):
        erase(watched(house, kill), person)
    someone = people.find(house.store, person.id)
    if someone:
        assert "session" in left(house, person)
        erase(house, someone)
        assert left(house, person) == ["grant"]
    else:
        assert set(left(house, person)) <= {"grant", "session"}
    assert at == 0 or [each.mail for each in suppressing.listed(house.store)] == [""]


@pytest.mark.parametrize("mark", ["reminded#", "identity#"])
def test_what_is_written_meanwhile_goes_too(house: House, person: Person, mark: str) -> None:
    """A click on another device, at any moment of it, leaves nothing behind."""
    store = Between(house.store, mark)

    def meanwhile() -> None:
        collected = Collected("worksheet", "en", START)
        house.store.write(collecting.saving(person.id, collected))

    store.then = meanwhile
    torn = world(house.generation.parent, generation=house.generation, store=store)
    erase(torn, person)
    assert store.then is None
    assert left(house, person) == ["grant"]


def test_a_lot_goes_in_pieces(house: House, person: Person) -> None:
    """A store takes only so much at once."""
    for number in range(60):
        collected = Collected(f"m{number}", "en", START)
        house.store.write(collecting.saving(person.id, collected))
    erase(house, person)
    assert left(house, person) == ["grant"]


def test_mails_to_the_address_that_wait_or_were_given_up_go(house: House, person: Person) -> None:
    """Jobs hold an address, the dead ones for months; those to others stay."""
    for to in (MAIL, "other@example.test"):
        told = {"mail": "opt-in", "to": to, "lang": "en"}
        house.store.write(
            queue.adding(START, "mail", told),
            queue.adding(START + timedelta(hours=6), "mail", told),
            Put(keys.DEAD, keys.at(START, to), {"kind": "mail", "value": told, "why": "x"}),
        )
    erase(house, person)
    left = [*house.store.query(keys.QUEUE), *house.store.query(keys.DEAD)]
    told = [(each.value["value"]["mail"], each.value["value"]["to"]) for each in left]
    others = ("opt-in", "other@example.test")
    assert sorted(told) == [("deleted", MAIL), others, others, others]


def test_a_mail_with_the_file_that_waits_is_not_sent(house: House, person: Person) -> None:
    """Erased between asking and sending: the address in the job is written to no more."""
    until = keys.stamp(START + deliveries.LASTS)
    told = {"mail": "delivery", "magnet": "checklist", "person": person.id}
    erase(house, person)
    house.tick()
    house.mailbox.sent.clear()
    job = Job("job-1", "mail", {**told, "to": MAIL, "lang": "en", "until": until})
    letters.send(house.world, house.mailbox, job)
    assert house.mailbox.sent == []


@pytest.mark.parametrize("hours", [0, 47])
def test_a_link_that_was_asked_for_before_brings_nobody_back(house: House, hours: int) -> None:
    """It lives for two days, and for so long it is known that the address was given up."""
    opt_in(house)
    browser = house.signed_in()
    assert browser.post("/api/account/delete?lang=en", {"sure": "yes"}).status == 200
    house.clock.move(hours=hours)
    assert confirm(house).status == 410
    assert people.find_by_mail(house.store, MAIL) is None


def test_years_later_it_is_known_that_an_address_was_given_up_and_not_which(house: House) -> None:
    opt_in(house)
    confirm(house)
    at = house.clock()
    house.signed_in().post("/api/account/delete?lang=en", {"sure": "yes"})
    house.tick()
    house.clock.move(days=900)
    assert entering.left_at(house.store, MAIL) == at
    assert MAIL not in str(list(house.store.everything()))


def test_links_that_wait_go_with_their_address(house: House) -> None:
    """What was asked for and never confirmed holds an address, for days; that of others stays."""
    for magnet in ("checklist", "worksheet"):
        opt_in(house, magnet=magnet)
    opt_in(house, mail="other@example.test")
    confirm(house)
    person = people.find_by_mail(house.store, MAIL)
    assert person
    erase(house, person)
    told = [each for each in house.store.everything() if each.partition != keys.QUEUE]
    assert not [each for each in told if MAIL in str(each)]
    assert [each for each in told if "other@example.test" in str(each)]
    assert confirm(house, at=0).status == 410
    assert confirm(house, mail="other@example.test").status == 303


def test_who_comes_again_after_erasing_begins_anew(house: House) -> None:
    """A new ask is a new consent; the old one is not known any more."""
    opt_in(house)
    confirm(house)
    before = people.find_by_mail(house.store, MAIL)
    assert before
    house.signed_in(before).post("/api/account/delete?lang=en", {"sure": "yes"})
    house.clock.move(seconds=1)
    opt_in(house)
    assert confirm(house).status == 303
    after = people.find_by_mail(house.store, MAIL)
    assert after
    assert after.id != before.id
    assert not house.store.query(keys.person(before.id))
    assert subscribing.find(house.store, after.id) is not None


# ---- what a reader takes along ----------------------------------------------------------------


def test_the_export_tells_of_lists_consents_and_magnets(house: House, person: Person) -> None:
    """In parts that a person reads, each with when and where."""
    subscribing.leave(house.store, person.id, START + timedelta(days=1))
    told = json.loads(exporting.export(house.store, person.id))
    assert told["lists"] == [
        {
            "list": "letters",
            "on": False,
            "since": "2026-11-23T08:00:00.000000Z",
            "words": "as shown",
            "lang": "en",
            "at": "2026-11-22T08:00:00.000000Z",
            "way": "magnet",
            "page": "/en/free/",
            "post": "",
            "magnet": "",
            "campaign": {"utm_source": "x"},
            "source": "",
        }
    ]
    assert [each["words"] for each in told["consents"]] == ["as shown"]
    assert [each["magnet"] for each in told["lead_magnets"]] == ["checklist", "清单"]
    assert [*told["others"]] == ["reminded#pass"]


def test_the_export_tells_which_letters_were_sent(house: House, person: Person) -> None:
    """Those of others are not among them."""
    other = house.person("other@example.test")
    for letter, whose in (("L1", person), ("L2", other)):
        house.store.write(
            Put(keys.LETTERS, keys.at(START, letter), {"letter": letter}),
            Put(keys.letter(letter), keys.SELF, {"subject": f"Letter {letter}"}),
            Put(keys.letter(letter), keys.sent_to(whose.id), {"state": "sent", "at": "x"}),
        )
    told = json.loads(exporting.export(house.store, person.id))["letters"]
    assert told == [{"subject": "Letter L1", "state": "sent", "at": "x"}]
