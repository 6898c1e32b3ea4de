"""Changing the address: both mailboxes, each once, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.paywall import keys, people
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import location
from tests.publish.paywall.mailing import (
    MAIL,
    Between,
    ask,
    code_in,
    is_in,
    key_in,
    link_in,
    path_of,
    press_link,
    sign_in,
    type_code,
)

NEW = "new@example.test"


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


def begin(house, browser, mail=NEW):
    answer = browser.post("/api/account/mail?lang=en", {"mail": mail})
    house.tick()
    return answer


def mail_of(house, person):
    return people.find(house.store, person.id).mail


@pytest.mark.parametrize("order", [(MAIL, NEW), (NEW, MAIL)], ids=["old first", "new first"])
def test_both_mailboxes_confirm_in_any_order_in_any_browser(house, order):
    person = house.person()
    browser = house.signed_in(person)
    assert location(begin(house, browser)) == "/api/account?said=change-sent&lang=en"
    assert b"changing" in browser.get("/api/account?lang=en").body
    page = house.browser().get(path_of(link_in(house, order[0])))
    assert b"changing to new@example.test" in page.body
    first = press_link(house.browser(), key_in(house, order[0]))
    assert (first.status, b"other mailbox" in first.body) == (200, True)
    assert mail_of(house, person) == MAIL
    second = press_link(house.browser(), key_in(house, order[1]))
    assert (second.status, b"sign in with the new address" in second.body) == (200, True)
    assert mail_of(house, person) == NEW
    assert people.find_by_mail(house.store, NEW).id == person.id
    assert people.find_by_mail(house.store, MAIL) is None
    house.tick()
    assert [mail.subject for mail in house.mailbox.to(MAIL)][-1] == "mail-changed (en)"


def test_the_change_signs_out_everywhere_but_where_it_is_confirmed(house):
    """Whoever talked a stranger into confirming keeps neither a device nor a feed."""
    person = house.person()
    here, elsewhere = house.signed_in(person), house.signed_in(person)
    begin(house, elsewhere)
    press_link(house.browser(), key_in(house, MAIL))
    assert is_in(here)
    assert is_in(elsewhere)
    press_link(here, key_in(house, NEW))
    assert is_in(here)
    assert not is_in(elsewhere)
    assert people.find(house.store, person.id).feeds == person.feeds + 1
    assert b"changing" not in here.get("/api/account?lang=en").body


def test_looking_at_the_links_changes_nothing(house):
    person = house.person()
    begin(house, house.signed_in(person))
    for mail in (MAIL, NEW):
        for _ in range(2):
            assert house.browser().get(path_of(link_in(house, mail))).status == 200
    assert mail_of(house, person) == MAIL


def test_one_mailbox_twice_is_not_both(house):
    person = house.person()
    begin(house, house.signed_in(person))
    key = key_in(house, NEW)
    assert press_link(house.browser(), key).status == 200
    assert press_link(house.browser(), key).status == 410
    assert mail_of(house, person) == MAIL


def test_neither_mail_holds_the_other_address_and_only_one_says_it_is_the_new_one(house):
    begin(house, house.signed_in())
    old, new = house.mailbox.to(MAIL)[0], house.mailbox.to(NEW)[0]
    assert NEW not in old.text + old.html
    assert MAIL not in new.text + new.html
    assert ("new: new" in old.text, "new: new" in new.text) == (False, True)


def test_a_link_to_change_signs_nobody_in(house):
    begin(house, house.signed_in())
    other = house.browser()
    press_link(other, key_in(house, NEW))
    assert not is_in(other)


def test_a_change_that_was_asked_again_kills_the_links_of_before(house):
    person = house.person()
    browser = house.signed_in(person)
    begin(house, browser, "first@example.test")
    begin(house, browser)
    assert press_link(house.browser(), key_in(house, "first@example.test")).status == 410
    assert press_link(house.browser(), key_in(house, MAIL, 0)).status == 410
    assert press_link(house.browser(), key_in(house, MAIL, 1)).status == 200
    assert press_link(house.browser(), key_in(house, NEW)).status == 200
    assert mail_of(house, person) == NEW


def test_links_of_two_changes_do_not_add_up(house):
    person = house.person()
    browser = house.signed_in(person)
    begin(house, browser)
    begin(house, browser)
    press_link(house.browser(), key_in(house, MAIL, 0))
    press_link(house.browser(), key_in(house, NEW, 1))
    assert mail_of(house, person) == MAIL


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 410)])
def test_the_links_last_an_hour(house, minutes, status):
    begin(house, house.signed_in())
    house.clock.move(minutes=minutes)
    assert press_link(house.browser(), key_in(house, NEW)).status == status


def test_an_address_that_has_an_account_is_told_only_to_who_reads_its_mail(house):
    person, taken = house.person(), house.person(NEW)
    browser = house.signed_in(person)
    free = begin(house, house.signed_in("third@example.test"), "free@example.test")
    answer = begin(house, browser)
    assert (answer.status, answer.headers, answer.body) == (free.status, free.headers, free.body)
    press_link(house.browser(), key_in(house, MAIL))
    told = press_link(house.browser(), key_in(house, NEW))
    assert (told.status, b"an account of its own" in told.body) == (409, True)
    assert mail_of(house, person) == MAIL
    assert people.find_by_mail(house.store, NEW).id == taken.id


def test_an_address_that_got_an_account_between_the_two_stays_with_it(house):
    person = house.person()
    begin(house, house.signed_in(person))
    press_link(house.browser(), key_in(house, NEW))
    other = house.person(NEW)
    assert press_link(house.browser(), key_in(house, MAIL)).status == 409
    assert people.find_by_mail(house.store, NEW).id == other.id
    assert mail_of(house, person) == MAIL


def test_an_address_that_is_taken_at_the_very_moment_stays_taken(tmp_path, generation):
    clock = ground.MovableClock()
    store = Between(SqliteStore(tmp_path / "paywall.sqlite", clock=clock), "left#")
    house = ground.world(tmp_path, generation=generation, store=store, clock=clock)
    person, others = house.person(), []
    begin(house, house.signed_in(person))
    press_link(house.browser(), key_in(house, NEW))
    store.then = lambda: others.append(house.person(NEW))
    assert press_link(house.browser(), key_in(house, MAIL)).status == 409
    assert people.find_by_mail(house.store, NEW).id == others[0].id
    assert mail_of(house, person) == MAIL


def test_a_mail_to_sign_in_from_before_the_change_is_dead(house):
    person = house.person()
    asked = house.browser()
    ask(house, asked)
    old_key, old_code = key_in(house), code_in(house)
    begin(house, house.signed_in(person))
    press_link(house.browser(), key_in(house, NEW))
    press_link(house.browser(), key_in(house, MAIL))
    assert press_link(house.browser(), old_key).status == 410
    assert type_code(asked, old_code).status == 410
    assert people.find_by_mail(house.store, MAIL) is None
    house.clock.move(minutes=1)
    assert sign_in(house, house.browser(), NEW).status == 303
    assert people.find_by_mail(house.store, NEW).id == person.id


def test_after_the_change_the_old_address_is_anybodys_new_start(house):
    person = house.person()
    begin(house, house.signed_in(person))
    press_link(house.browser(), key_in(house, NEW))
    press_link(house.browser(), key_in(house, MAIL))
    house.clock.move(seconds=1)
    sign_in(house, house.browser(), MAIL)
    assert people.find_by_mail(house.store, MAIL).id != person.id


def test_a_banned_person_changes_nothing(house):
    person = house.person()
    browser = house.signed_in(person)
    begin(house, browser)
    house.store.write(people.saving(replace(people.find(house.store, person.id), banned=True)))
    assert press_link(house.browser(), key_in(house, NEW)).status == 410
    assert begin(house, browser, "x@example.test").status == 401


def test_the_same_address_spelled_otherwise_only_looks_different(house):
    person = house.person()
    browser = house.signed_in(person)
    begin(house, browser, "Reader@Example.test")
    press_link(house.browser(), key_in(house, MAIL, 0))
    press_link(house.browser(), key_in(house, MAIL, 1))
    assert people.find_by_mail(house.store, MAIL).id == person.id
    assert people.find(house.store, person.id).shown == "Reader@example.test"


def test_nothing_is_sent_for_the_address_one_has_or_for_none(house):
    browser = house.signed_in()
    assert begin(house, browser, MAIL).status == 303
    answer = begin(house, browser, "nonsense")
    assert (answer.status, b"does not look like a mail address" in answer.body) == (422, True)
    assert not house.mailbox.sent


def test_strangers_are_not_written_to_without_end(house):
    browser = house.signed_in()
    for _ in range(7):
        begin(house, browser, "victim@example.test")
    assert len(house.mailbox.to("victim@example.test")) == 5
    statuses = [begin(house, browser, f"v{number}@example.test").status for number in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_two_second_yeses_at_once_change_once(house):
    import threading

    person = house.person()
    begin(house, house.signed_in(person))
    statuses, barrier = [], threading.Barrier(2)

    def one(mail):
        barrier.wait()
        statuses.append(press_link(house.browser(), key_in(house, mail)).status)

    threads = [threading.Thread(target=one, args=(mail,)) for mail in (MAIL, NEW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200]
    assert mail_of(house, person) == NEW
    assert house.store.get(keys.person(person.id), "change") is None
