"""What is kept of subscribers is the same in every store: on a real file and in a real table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publish.paywall import collecting, keys, people, subscribing, tallying
from publish.paywall.collecting import Collected
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.subscribing import Consent
from publish.paywall.tallying import Tally
from tests.aws import Aws
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import House
from tests.publish.paywall.mailing import MAIL, is_in, key_in, press_link
from tests.publish.paywall.opting_in import confirm, dump, opt_in

WORDS = "you get {}, and letters about once a week (en)"
SPRING = {"utm_source": "letter", "utm_campaign": "spring"}


@pytest.fixture(params=["sqlite", "dynamodb"])
def house(request: pytest.FixtureRequest, tmp_path: Path, generation: Path) -> Iterator[House]:
    clock = ground.MovableClock()
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "paywall.sqlite", clock=clock)
        yield ground.world(tmp_path, generation=generation, store=store, clock=clock)
        store.close()
    else:
        aws: Aws = request.getfixturevalue("aws")
        table = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock, sleep=lambda _: None)
        yield ground.world(tmp_path, generation=generation, store=table, clock=clock)


def person_of(house: House) -> people.Person:
    found = people.find_by_mail(house.store, MAIL)
    assert found
    return found


def consents(house: House) -> list[Consent]:
    items = house.store.query(keys.person(person_of(house).id), "consent#")
    return [subscribing.read_consent(item.value) for item in items]


def come(house: House, magnet: str, page: str = "/en/free/", post: str = "en/free") -> Any:
    """Opt in from a post of ours and confirm, a day after whatever was before."""
    house.clock.move(days=1)
    browser = house.browser()
    browser.page = f"{page}?utm_source=letter&utm_campaign=spring"
    opt_in(house, browser, magnet, name="Lin", post=post)
    house.clock.move(minutes=10)
    return confirm(house, browser)


def test_a_subscriber_comes_collects_leaves_and_comes_again(house: House) -> None:
    """Opt in, confirm, collect, leave, again: every step leaves what it says, in any store."""
    assert come(house, "checklist").status == 303
    first = house.clock()
    asked = first - timedelta(minutes=10)
    person = person_of(house)
    assert (person.confirmed, person.name, person.tags) == (keys.stamp(first), "Lin", ("lead",))
    consent = Consent(
        WORDS.format("checklist"),
        "en",
        asked,
        "magnet",
        page="/en/free/",
        post="en/free",
        magnet="checklist",
        campaign=SPRING,
    )
    assert consents(house) == [consent]
    standing = subscribing.find(house.store, person.id)
    assert (standing.on, standing.since, standing.consent) == (True, asked, consent)

    assert collecting.fetch(house.store, person.id, "checklist", first)
    assert not collecting.fetch(house.store, person.id, "checklist", first + timedelta(days=1))
    (theirs,) = collecting.of(house.store, person.id)
    assert theirs == Collected(
        "checklist", "en", first, "/en/free/", "en/free", SPRING, first, theirs.version
    )

    house.clock.move(days=1)
    left = house.clock()
    assert subscribing.leave(house.store, person.id, left)
    assert not subscribing.leave(house.store, person.id, left)
    standing = subscribing.find(house.store, person.id)
    assert (standing.on, standing.since, standing.consent) == (False, left, consent)

    assert come(house, "reading").status == 303
    second = house.clock()
    standing = subscribing.find(house.store, person.id)
    assert (standing.on, standing.since) == (True, second - timedelta(minutes=10))
    assert [each.words for each in consents(house)] == [
        WORDS.format("checklist"),
        WORDS.format("reading"),
    ]
    assert {each.magnet: each.fetched for each in collecting.of(house.store, person.id)} == {
        "checklist": first,
        "reading": None,
    }
    assert person_of(house).tags == ("lead",)
    assert [item.key for item in house.store.query(keys.PEOPLE)] == [person.id]


def test_what_came_of_a_magnet_is_counted_by_day_post_and_campaign(house: House) -> None:
    come(house, "checklist")
    come(house, "checklist", post="")
    opt_in(house, mail="other@example.test")
    day = house.clock().date().isoformat()
    before = (house.clock() - timedelta(days=1)).date().isoformat()
    found = sorted(tallying.tallies(house.store, "checklist"), key=str)
    named = "letter / spring"
    assert found == sorted(
        [
            Tally(before, "asked", "en/free", named, 1),
            Tally(before, "confirmed", "en/free", named, 1),
            Tally(day, "asked", "", named, 1),
            Tally(day, "asked", "", "", 1),
        ],
        key=str,
    )


def test_a_link_that_is_looked_at_used_or_late_changes_nothing(house: House) -> None:
    opt_in(house)
    key, before = key_in(house), dump(house.store)
    for method in ("GET", "HEAD"):
        assert house.browser().get(f"/api/confirm?key={key}", method=method).status == 200
    assert dump(house.store) == before
    confirm(house)
    after = dump(house.store)
    assert press_link(house.browser(), key).status == 410
    assert dump(house.store) == after
    opt_in(house, mail="other@example.test")
    late = key_in(house, "other@example.test")
    house.clock.move(hours=48)
    assert press_link(house.browser(), late).status == 410
    assert people.find_by_mail(house.store, "other@example.test") is None


def test_a_mailbox_that_is_spared_has_nothing_in_the_queue(house: House) -> None:
    answers = [opt_in(house, house.browser(network=f"192.0.2.{n}")) for n in range(5)]
    assert {answer.status for answer in answers} == {303}
    assert len(house.mailbox.to(MAIL)) == 3
    assert list(house.store.query(keys.QUEUE)) == []


def at_once(steps: list[Callable[[], Any]]) -> list[int]:
    """Take steps in threads that start together; return the statuses."""
    statuses, barrier = [], threading.Barrier(len(steps))

    def one(step: Callable[[], Any]) -> None:
        barrier.wait()
        statuses.append(step().status)

    threads = [threading.Thread(target=one, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_who_presses_at_once_confirms_once(house: House) -> None:
    opt_in(house)
    key = key_in(house)
    browsers = [house.browser() for _ in range(4)]
    steps = [lambda one=one: press_link(one, key) for one in browsers]
    assert at_once(steps) == [303] + [410] * 3
    assert sum(map(is_in, browsers)) == 1
    person = person_of(house)
    assert len(house.store.query(keys.PEOPLE)) == 1
    assert len(consents(house)) == len(collecting.of(house.store, person.id)) == 1
    counted = {each.what: each.count for each in tallying.tallies(house.store, "checklist")}
    assert counted == {"asked": 1, "confirmed": 1}
    jobs = [item.value["value"]["mail"] for item in house.store.query(keys.QUEUE)]
    assert jobs == ["delivery"]
