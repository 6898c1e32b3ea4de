"""Readers found, counted and changed, however many there are and whoever else writes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publish.operating import gifts, readers
from publish.operating.readers import Reader, Wanted
from publish.paywall import collecting, keys, ledgers, people, rights, subscribing
from publish.paywall.collecting import Collected
from publish.paywall.ports import ABSENT, Put
from publish.paywall.rights import Right
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.subscribing import Consent
from publish.trouble import Failure, WrongUsage

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIN = "lin@example.test"


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


def add(store, mail, *, confirmed=False):
    person = people.new(mail, mail, "en", NOW, confirmed=confirmed)
    store.write(*people.creating(person))
    return person


def open_(product, until=None):
    return {product: Right(product, True, until)}


def test_everyone_is_listed_however_many_pages_that_takes(store):
    for first in range(0, 1200, 30):
        made = [
            people.new(f"r{first + n}@x.test", "r", "en", NOW, confirmed=False) for n in range(30)
        ]
        store.write(*(each for person in made for each in people.creating(person)))
    assert readers.count(store) == 1200
    assert len({reader.person.id for reader in readers.everyone(store, NOW)}) == 1200


def test_the_whole_ledger_counts_however_long_it_is(store):
    person = add(store, LIN)
    for first in range(0, 600, 60):
        grants = [rights.Grant(f"g{first + n:04}", "course", "comp", NOW) for n in range(60)]
        store.write(
            *(
                Put(keys.person(person.id), keys.grant(e.id), rights.grant_value(e), ABSENT)
                for e in grants
            )
        )
    assert len(ledgers.of(store, person.id)) == 600


def test_a_reader_is_found_by_any_spelling_of_address_or_id(store):
    person = add(store, LIN)
    for who in (LIN, " Lin@Example.TEST ", person.id, person.id.lower()):
        assert readers.find(store, who).id == person.id
    with pytest.raises(WrongUsage):
        readers.find(store, "nobody@example.test")


def test_the_word_for_a_reader_says_most_about_them(store):
    plain, sure = add(store, "a@x.test"), add(store, "b@x.test", confirmed=True)
    over = {"course": Right("course", False, NOW)}
    assert Reader(plain, {}).state == "unconfirmed"
    assert Reader(sure, {}).state == "subscriber"
    assert Reader(sure, over).state == "lapsed"
    assert Reader(plain, over | open_("pass")).state == "member"
    paying = {"pass": Right("pass", False, NOW, pending=True)}
    assert Reader(sure, paying).state == "subscriber"
    assert Reader(sure, over | paying).state == "lapsed"


def test_a_product_filter_leaves_out_who_held_it_once(store):
    person = add(store, LIN)
    over = {"course": Right("course", False, NOW)}
    assert Wanted(product="course").fits(Reader(person, open_("course")))
    assert not Wanted(product="course").fits(Reader(person, over))
    assert Wanted(product="course", state="lapsed").fits(Reader(person, over))


def test_a_span_of_days_begins_with_its_first_moment_and_ends_before_the_next(store):
    reader = Reader(add(store, LIN, confirmed=True), {})
    day = timedelta(days=1)
    assert Wanted(since=NOW, until=NOW + day).fits(reader)
    assert not Wanted(until=NOW).fits(reader)
    assert not Wanted(since=NOW + timedelta(microseconds=1)).fits(reader)
    assert not Wanted(until=NOW + day).fits(Reader(add(store, "b@x.test"), {}))


def test_a_reader_is_read_at_once_with_all_but_the_devices(store):
    person = add(store, LIN, confirmed=True)
    consent = Consent("words", "en", NOW, "magnet", post="p")
    store.write(*subscribing.joining(person.id, consent, None))
    store.write(collecting.saving(person.id, Collected("checklist", "en", NOW)))
    for n in range(3):
        store.write(Put(keys.person(person.id), keys.session(f"s{n}"), {"agent": "x"}))
    gifts.give(store, person.id, "course", NOW)
    asked = []

    class Watched:
        def query(self, partition, prefix="", **told):
            asked.append(partition)
            found = store.query(partition, prefix, **told)
            assert not any(each.key.startswith("session#") for each in found)
            return found

    [reader] = readers.everyone(Watched(), NOW)
    assert asked == [keys.PEOPLE, keys.person(person.id)]
    assert reader.person.mail == LIN
    assert (reader.letters, list(reader.rights)) == ("on", ["course"])
    assert reader.lists["letters"].consent == consent
    assert [each.magnet for each in reader.collected] == ["checklist"]
    assert [each.post for each in reader.origins] == ["", "p"]


def test_who_is_gone_is_no_reader(store):
    assert readers.reader(store, "nobody", NOW) is None


def test_what_somebody_else_always_changes_first_is_given_up_and_said(store):
    person = add(store, LIN)

    def meddle(known):
        again = readers.find(store, known.id)
        store.write(people.saving(again))
        return replace(known, note="mine")

    with pytest.raises(Failure, match="too busy"):
        readers.change(store, person.id, meddle)
    assert readers.find(store, LIN).note == ""
