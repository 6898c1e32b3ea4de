"""How the service is: read, bounded, and complete."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import publish
from publish.operating import health
from publish.operating.health import Amount, GivenUp, Noted
from publish.paywall import counting, keys, people, queue, subscribing, suppressing, ticking
from publish.paywall.ports import MailRefused, Put
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import START, House, world


@pytest.fixture
def house(tmp_path: Path) -> House:
    return world(tmp_path)


def look(house: House) -> health.Health:
    return health.look(house.store, house.clock())


def mail(house: House, due: Any, number: int = 0) -> None:
    value = {"mail": "deleted", "to": f"r{number}@example.test", "lang": "en"}
    house.store.write(queue.adding(due, "mail", value))


def test_a_new_site_is_quiet(house: House) -> None:
    """Nothing is nothing, and no error."""
    found = look(house)
    none = Amount(0)
    assert (found.people, found.members, found.waiting, found.late, found.dead) == (none,) * 5
    assert (found.newest, found.noted, found.orders, found.last_order) == ((), (), none, None)


def test_people_and_members_are_counted(house: House) -> None:
    """A member holds something now; who held it once is a person."""
    house.grant(house.person("a@example.test"), "everything")
    house.grant(house.person("b@example.test"), "pass", days=1, at=START - timedelta(days=9))
    house.person("c@example.test")
    suppressing.suppress(house.store, "c@example.test", "bounced", START)
    found = look(house)
    assert (found.people, found.members, found.suppressed) == (Amount(3), Amount(1), Amount(1))


def test_subscribers_are_confirmed_and_letters_go_to_those_who_want_them(house: House) -> None:
    """Who left the list is a subscriber still; who never confirmed is none."""
    stays, leaves = house.person("a@example.test"), house.person("b@example.test")
    unconfirmed = people.new("c@example.test", "c@example.test", "en", START, confirmed=False)
    house.store.write(*people.creating(unconfirmed))
    consent = Consent("letters, please", "en", START, "account")
    for person in (stays, leaves):
        house.store.write(*subscribing.joining(person.id, consent, None))
    subscribing.leave(house.store, leaves.id, START)
    found = look(house)
    assert (found.people, found.subscribers, found.letters) == (Amount(3), Amount(2), Amount(1))


def test_what_is_much_is_not_counted_to_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least so many, whoever comes behind."""
    monkeypatch.setattr(health, "MOST", 3)
    for number in range(5):
        house.grant(house.person(f"r{number}@example.test"), "everything")
        mail(house, START, number)
    found = look(house)
    assert (found.people, found.members, found.waiting) == (Amount(3, True),) * 3
    assert (str(found.people), str(Amount(1000, True)), str(Amount(12))) == ("3+", "1,000+", "12")


def test_mails_that_wait_and_jobs_that_are_late(house: House) -> None:
    """What is due months later waits rightly; what was due long ago says that nobody ticks."""
    mail(house, START)
    mail(house, START - timedelta(minutes=16), 1)
    mail(house, START - timedelta(minutes=14), 4)
    mail(house, START + timedelta(hours=5), 2)
    mail(house, START + timedelta(days=5), 3)
    remind = {"person": "P", "product": "pass"}
    house.store.write(queue.adding(START - timedelta(hours=1), "remind", remind))
    house.store.write(queue.adding(START + timedelta(days=200), "remind", remind))
    found = look(house)
    assert (found.waiting, found.late) == (Amount(4), Amount(2))


def test_what_was_given_up_is_told_without_a_name(house: House) -> None:
    """The newest first, by the kind of failure; what is older than a month is not told."""
    house.mailbox.refuse = MailRefused("r0@example.test")
    for number in range(7):
        house.clock.move(days=11)
        mail(house, house.clock(), number)
        house.tick()
    found = look(house)
    assert found.dead == Amount(3)
    assert found.newest[0] == GivenUp("mail", START + timedelta(days=77), "MailRefused")
    assert [each.at for each in found.newest] == [
        START + timedelta(days=days) for days in (77, 66, 55)
    ]
    assert "example.test" not in repr(found)
    assert found.noted == (Noted("mail-dead", 1, 3),)


def test_orders_of_the_last_month(house: House) -> None:
    """How many, and when the last one began."""
    for days in (1, 40, 41):
        at = START + timedelta(days=days)
        house.store.write(Put(keys.ORDERS, keys.at(at, f"O{days}"), {"order": f"O{days}"}))
    house.clock.move(days=42)
    found = look(house)
    assert (found.orders, found.last_order) == (Amount(2), START + timedelta(days=41))


def test_it_only_reads(house: House) -> None:
    """Looking changes nothing."""
    house.grant(house.person(), "everything")
    mail(house, START)
    counting.note(house.store, "paid-twice", START)
    before = list(house.store.everything())
    look(house)
    assert list(house.store.everything()) == before


def test_everything_that_is_counted_has_words(house: House) -> None:
    """What a module counts is in the list, and nothing else is."""
    folder = Path(publish.__file__).parent / "paywall"
    text = "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))
    named = set(re.findall(r'counting\.note\([^"]*?f?"([^"]+)"', text))
    kinds = {f"{kind}-dead" for kind in ticking.doers(house.world, house.mailbox)}
    notices = {"mail-bounced", "mail-complained", "mail-softly-bounced"}
    literal = {name for name in named if "{" not in name}
    assert literal | kinds | notices == set(health.COUNTED)
