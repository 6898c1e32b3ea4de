"""A tick does everything that is due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from publish.paywall import queue, reminding, ticking
from publish.paywall.ports import Mail, MailDown, MailRefused, StoreDown
from publish.paywall.queue import Drained, Job
from tests.publish.paywall.house import START, House, world


@pytest.fixture
def house(tmp_path: Path) -> House:
    return world(tmp_path)


def add(house: House, number: int) -> None:
    for start in range(0, number, 100):
        house.store.write(
            *(
                queue.adding(START, "mail", {"mail": "deleted", "to": f"r{each}@example.test"})
                for each in range(start, min(start + 100, number))
            )
        )


def test_a_tick_goes_on_until_nothing_is_due(house: House) -> None:
    """More than one round's jobs are all done, each once."""
    add(house, 250)
    assert ticking.tick(house.world, house.mailbox) == Drained(250, 0, 0)
    assert len({mail.to for mail in house.mailbox.sent}) == 250
    assert len(house.mailbox.sent) == 250
    assert ticking.tick(house.world, house.mailbox) == Drained()


def test_a_tick_ends(house: House) -> None:
    """Rounds are bounded, so that a function's time is not used up."""
    add(house, 250)
    assert ticking.tick(house.world, house.mailbox, rounds=1).done == 100


def test_mails_that_wait_do_not_keep_others_back(house: House) -> None:
    """What fails now is put off and counted once in a tick, and what is refused is given up."""
    add(house, 3)
    house.mailbox.refuse = MailDown()
    assert ticking.tick(house.world, house.mailbox) == Drained(0, 3, 0)
    house.mailbox.refuse = MailRefused()
    house.clock.move(minutes=1)
    assert ticking.tick(house.world, house.mailbox) == Drained(0, 0, 3)
    assert len(queue.dead(house.store)) == 3


def test_killed_after_sending_there_is_one_copy_more_of_the_same_mail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the store is gone once the mail went, the second copy has the same id."""
    add(house, 1)
    send = house.mailbox.send

    def send_and_lose_the_store(mail: Mail) -> None:
        send(mail)
        broken.setattr(house.store, "write", unable)

    def unable(*_: object) -> None:
        raise StoreDown

    with monkeypatch.context() as broken:
        broken.setattr(house.mailbox, "send", send_and_lose_the_store)
        with pytest.raises(StoreDown):
            house.tick()
    house.clock.move(minutes=2)
    house.tick()
    house.clock.move(days=9)
    house.tick()
    first, second = house.mailbox.sent
    assert first == second


def test_reminders_are_looked_at_when_due(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reminder goes to whoever knows rights, with the world and the job."""
    seen: list[Job] = []
    monkeypatch.setattr(reminding, "remind", lambda world, job: seen.append(job))
    value = {"person": "P", "product": "pass"}
    house.store.write(queue.adding(START + timedelta(days=1), "remind", value))
    ticking.tick(house.world, house.mailbox)
    assert seen == []
    house.clock.move(days=1)
    assert ticking.tick(house.world, house.mailbox) == Drained(1, 0, 0)
    assert [job.value for job in seen] == [value]


def test_a_pass_that_ends_soon_is_told_of(house: House) -> None:
    """A reminder of a pass that ends in two weeks becomes a mail in the same tick."""
    person = house.person()
    house.grant(person, "pass", days=90)
    due = START + timedelta(days=76)
    house.store.write(queue.adding(due, "remind", {"person": person.id, "product": "pass"}))
    house.clock.now = due
    house.tick()
    (mail,) = house.mailbox.to("reader@example.test")
    assert mail.subject == "ending (en)"
