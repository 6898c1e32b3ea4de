"""Who gets a letter, and why others do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publish.operating.letter_audience import ANY, Aim, gather, still
from publish.operating.readers import Wanted
from publish.paywall import people, subscribing, suppressing
from tests.publish.operating.posting import EVERYBODY, join
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import House


@pytest.fixture(scope="session")
def generation(tmp_path_factory):
    return ground.make_generation(tmp_path_factory.mktemp("audience") / "generation")


@pytest.fixture
def house(tmp_path, generation) -> House:
    return ground.world(tmp_path, generation=generation)


def who(house: House, aim: Aim = EVERYBODY) -> set[str]:
    found = gather(house.world, aim, lambda number: None).people
    persons = (people.find(house.store, each) for each in found)
    return {each.mail.partition("@")[0] for each in persons if each}


def everybody(house: House) -> None:
    """Store a reader for each reason why somebody gets no letter, and two who do."""
    join(house, "ana@example.test", tags=("beta",))
    join(house, "member@example.test")
    house.grant(people.find_by_mail(house.store, "member@example.test"), "item")
    house.person("never@example.test")
    join(house, "left@example.test", on=False)
    join(house, "unconfirmed@example.test", confirmed=False)
    join(house, "banned@example.test", banned=True)
    join(house, "chinese@example.test", lang="zh-Hans")
    for reason in ("bounced", "complained"):
        join(house, f"{reason}@example.test")
        suppressing.suppress(house.store, f"{reason}@example.test", reason, house.clock())


def test_only_who_agreed_and_can_be_written_to_and_every_reason_is_counted(house):
    everybody(house)
    found = gather(house.world, EVERYBODY, lambda number: None)
    assert who(house) == {"ana", "member"}
    assert (found.languages, found.states) == ({"en": 2}, {"subscriber": 1, "member": 1})
    reasons = ("never", "left", "unconfirmed", "banned", "language", "bounced", "complained")
    assert found.left_out == dict.fromkeys(reasons, 1)


def test_each_is_looked_at_by_the_same_rule_right_before_their_mail(house):
    everybody(house)
    lines = [each.person for each in _everyone(house)]
    kept = {each.id for each in lines if still(house.world, each.id, EVERYBODY)}
    assert kept == set(gather(house.world, EVERYBODY, lambda number: None).people)


def _everyone(house: House):
    from publish.operating import readers

    return readers.everyone(house.store, house.clock())


def test_an_address_that_dies_or_a_reader_who_leaves_is_seen_at_once(house):
    ana = join(house, "ana@example.test")
    assert still(house.world, ana.id, EVERYBODY)
    suppressing.suppress(house.store, ana.mail, "bounced", house.clock())
    assert still(house.world, ana.id, EVERYBODY) is None
    suppressing.allow(house.store, ana.mail)
    subscribing.leave(house.store, ana.id, house.clock())
    assert still(house.world, ana.id, EVERYBODY) is None
    assert still(house.world, "NOBODY", EVERYBODY) is None


def test_a_letter_goes_to_readers_of_its_language_unless_others_are_meant(house):
    everybody(house)
    assert who(house, Aim.of({}, Wanted(), "zh-Hans")) == {"chinese"}
    chosen = {"language": "zh-Hans"}
    assert who(house, Aim.of(chosen, Wanted(lang="zh-Hans"), "en")) == {"chinese"}
    assert who(house, Aim.of({"language": ANY}, Wanted(lang=ANY), "en")) == {
        "ana", "member", "chinese",
    }  # fmt: skip


def test_a_reader_of_a_language_that_the_site_has_no_more_is_one_of_its_first(house):
    join(house, "old@example.test", lang="fr")
    assert who(house, Aim.of({}, Wanted(), "zh-Hans")) == {"old"}


def test_of_a_segment_only_its_own_are_counted(house):
    everybody(house)
    beta = Aim(Wanted(tag="beta"), "en")
    found = gather(house.world, beta, lambda number: None)
    assert who(house, beta) == {"ana"}
    assert found.left_out == {}
    since = Wanted(since=house.clock() + timedelta(days=1))
    assert who(house, Aim(since, "en")) == set()


def test_that_a_segment_says_who_is_on_the_list_changes_nothing(house):
    everybody(house)
    assert who(house, Aim.of({"letters": "off"}, Wanted(letters="off"), "en")) == {"ana", "member"}


def test_everybody_is_heard(house):
    everybody(house)
    numbers: list[int] = []
    gather(house.world, EVERYBODY, numbers.append)
    assert numbers == list(range(1, 10))


def test_who_was_erased_and_comes_back_is_spared_as_it_is_counted(house):
    """Of an address that was erased only its hash says that it is spared."""
    suppressing.suppress(house.store, "back@example.test", "complained", house.clock())
    suppressing.forget(house.store, "back@example.test")
    back = join(house, "back@example.test")
    assert still(house.world, back.id, EVERYBODY) is None
    found = gather(house.world, EVERYBODY, lambda number: None)
    assert (found.people, found.left_out) == ((), {"complained": 1})
