"""What a file changes of one person: what is known is never lost, who left here stays away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publish.operating import gifts, moving, readers
from publish.operating.moves import Terms
from publish.operating.newcomers import Held, Newcomer
from publish.paywall import keys, ledgers, people, subscribing, suppressing
from publish.paywall.collecting import Collected
from publish.paywall.ports import Put
from publish.paywall.rights import Grant
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.subscribing import Consent

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=30), NOW + timedelta(days=60)
LIN = "lin@example.test"
TERMS = Terms("en", "my old blog")
OWN = Consent("I agree", "zh-Hans", NOW - timedelta(days=9), "magnet", page="/get/x/", magnet="x")


@pytest.fixture
def store(tmp_path):
    return SqliteStore(tmp_path / "store.sqlite", clock=lambda: NOW)


def bring(store, *held, terms=TERMS, now=NOW, **told):
    return moving.bring_in(
        store, Newcomer(line=2, mail=LIN, shown=LIN, held=held, **told), terms, now
    )


def did(changes):
    return {each.what for each in changes}


def reader(store):
    return readers.reader(store, people.find_by_mail(store, LIN).id, NOW)


def opens(store):
    return {key: right.until for key, right in reader(store).rights.items() if right.open}


# ---- rights and notes -------------------------------------------------------------------------


def test_a_right_is_made_longer_and_never_shorter(store):
    bring(store, Held("course", LATER))
    assert bring(store, Held("course", SOON)) == []
    assert opens(store) == {"course": LATER}
    [change] = bring(store, Held("course", None))
    assert (change.what, opens(store)) == ("longer", {"course": None})


def test_who_holds_it_for_as_long_already_is_left_alone(store):
    bring(store)
    person = people.find_by_mail(store, LIN)
    gifts.give(store, person.id, "course", NOW, until=LATER)
    assert bring(store, Held("course", SOON)) == []
    assert len(ledgers.of(store, person.id)) == 1


def test_a_note_and_tags_are_added_to_what_is_known(store):
    bring(store, tags=("a",), notes=("first",))
    person = people.find_by_mail(store, LIN)
    readers.note(store, person.id, "first, and mine")
    assert {each.what for each in bring(store, tags=("b",), notes=("first", "second"))} == {
        "tagged",
        "noted",
    }
    known = people.find_by_mail(store, LIN)
    assert (known.tags, known.note) == (("a", "b"), "first, and mine\nsecond")


def test_a_grant_of_an_import_says_so(store):
    bring(store, Held("course", LATER))
    person = people.find_by_mail(store, LIN)
    assert ledgers.of(store, person.id) == [
        Grant("import-course", "course", "import", NOW, until=LATER)
    ]


def test_what_a_dispute_holds_opens_nothing_until_a_later_file_opens_it(store):
    bring(store, Held("course", LATER, disputed=True))
    assert reader(store).rights["course"].held
    assert bring(store, Held("course", LATER, disputed=True)) == []
    assert did(bring(store, Held("course", LATER))) == {"longer"}
    assert opens(store) == {"course": LATER}


def test_what_is_open_here_is_not_held_by_a_file(store):
    bring(store, Held("course", LATER))
    assert bring(store, Held("course", None, disputed=True)) == []
    assert opens(store) == {"course": LATER}


# ---- who they are -----------------------------------------------------------------------------


def test_a_confirmation_is_taken_over_and_never_taken_away(store):
    bring(store, confirmed=SOON)
    bring(store)
    bring(store, confirmed=LATER)
    assert reader(store).person.confirmed == keys.stamp(SOON)


def test_nobody_is_confirmed_by_a_file_that_nobody_vouches_for(store):
    changes = bring(store, confirmed=SOON, letters="on", terms=Terms("en"))
    assert did(changes) == {"new"}
    assert (reader(store).person.confirmed, reader(store).letters) == ("", "")
    assert did(bring(store, confirmed=SOON)) == {"confirmed"}


def test_a_name_and_a_customer_are_taken_where_there_is_none(store):
    bring(store, name="Lin", customer="cus_1")
    assert bring(store, name="Mo", customer="cus_2") == []
    person = reader(store).person
    assert (person.name, person.customer) == ("Lin", "cus_1")


def test_who_was_banned_there_is_banned_here_unless_known(store):
    assert "banned" in did(bring(store, banned=True))
    assert reader(store).person.banned
    person = reader(store).person
    store.write(people.saving(replace(person, banned=False)))
    assert bring(store, banned=True) == []
    assert not reader(store).person.banned


def test_who_comes_from_a_file_came_when_it_says(store):
    bring(store, since=NOW - timedelta(days=400))
    assert reader(store).person.made == NOW - timedelta(days=400)


# ---- letters ----------------------------------------------------------------------------------


def test_a_consent_of_an_import_says_where_it_comes_from(store):
    assert did(bring(store, letters="on", letters_since=SOON)) == {"new", "waits"}
    standing = reader(store).lists["letters"]
    assert (standing.on, standing.since) == (True, SOON)
    assert standing.consent == Consent("", "en", SOON, "import", source="my old blog")
    [kept] = store.query(keys.person(reader(store).person.id), "consent#")
    assert subscribing.read_consent(kept.value) == standing.consent


def test_only_who_confirmed_the_address_gets_letters_at_once(store):
    bring(store, letters="on", terms=Terms("en"))
    assert did(bring(store, letters="on", confirmed=NOW)) == {"confirmed", "letters"}


def test_without_a_day_in_the_file_a_consent_is_of_today(store):
    bring(store, letters="on")
    assert reader(store).lists["letters"].consent.at == NOW


def test_a_consent_that_stands_in_the_file_is_kept_as_it_was_given(store):
    bring(store, letters="on", letters_since=SOON, consent=OWN, terms=Terms("en"))
    standing = reader(store).lists["letters"]
    assert (standing.since, standing.consent) == (SOON, OWN)


def test_who_wants_no_letters_to_be_brought_in_brings_none(store):
    assert did(bring(store, letters="on", consent=OWN, terms=Terms("en", letters=False))) == {"new"}
    assert reader(store).lists == {}


def test_who_is_on_the_list_keeps_the_consent_that_is_known(store):
    bring(store, letters="on", consent=OWN)
    assert bring(store, letters="on", letters_since=LATER) == []
    assert reader(store).lists["letters"].consent == OWN


@pytest.mark.parametrize("consent", [None, OWN])
def test_who_left_here_is_never_put_on_the_list_again(store, consent):
    bring(store, letters="on")
    subscribing.leave(store, reader(store).person.id, NOW)
    assert did(bring(store, letters="on", letters_since=LATER, consent=consent)) == {"left"}
    assert reader(store).letters == "off"


@pytest.mark.parametrize(
    ("told", "back"),
    [({}, False), ({"consent": OWN, "confirmed": NOW}, False), ({"confirmed": LATER}, True)],
)
def test_who_was_erased_is_not_brought_back_by_what_was_known_before(store, told, back):
    store.write(Put(keys.left(LIN), keys.SELF, {"at": keys.stamp(NOW)}))
    changes = bring(store, Held("course", None), letters="on", tags=("moved",), **told)
    assert (did(changes) == {"gone"}) != back
    assert bool(people.find_by_mail(store, LIN)) == back


def test_who_left_elsewhere_is_never_put_on_by_another_file(store):
    assert did(bring(store, letters="off")) == {"new", "off"}
    assert did(bring(store, letters="on")) == {"left"}
    assert reader(store).letters == "off"


def test_who_came_by_an_import_leaves_by_one(store):
    bring(store, letters="on")
    assert did(bring(store, letters="off")) == {"off"}
    assert bring(store, letters="off") == []
    assert reader(store).letters == "off"


def test_who_asked_for_letters_here_keeps_them_unless_they_left_later(store):
    bring(store, letters="on", consent=OWN)
    assert bring(store, letters="off") == []
    assert bring(store, letters="off", letters_since=OWN.at - timedelta(days=1)) == []
    assert did(bring(store, letters="off", letters_since=OWN.at + timedelta(days=1))) == {"off"}


# ---- magnets and mail -------------------------------------------------------------------------


def test_what_was_collected_comes_along_once(store):
    found = Collected("checklist", "en", NOW, post="p", campaign={"utm_source": "w"}, fetched=SOON)
    assert did(bring(store, collected=(found,))) == {"new", "collected"}
    assert bring(store, collected=(replace(found, fetched=None),)) == []
    [kept] = reader(store).collected
    assert replace(kept, version=0) == found


def test_a_magnet_that_a_line_names_twice_is_there_once(store):
    found = Collected("checklist", "en", NOW)
    assert did(bring(store, collected=(found, found))) == {"new", "collected"}
    assert len(reader(store).collected) == 1


def test_an_address_whose_mail_comes_back_is_spared(store):
    assert did(bring(store, suppressed="bounced")) == {"new", "suppressed"}
    assert suppressing.find(store, LIN).reason == "bounced"
    assert bring(store, suppressed="bounced") == []
