"""Opted in: one click makes a subscriber, keeps the consent, and hands the magnet out, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from publish.paywall import (
    collecting,
    deliveries,
    entering,
    keys,
    opting,
    orders,
    people,
    sessions,
    subscribing,
    tallying,
)
from publish.paywall.orders import Order
from publish.paywall.ports import Delete, Put
from publish.paywall.releases import Release
from publish.paywall.sessions import Opened
from publish.paywall.stores.sqlite import SqliteStore
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import location
from tests.publish.paywall.mailing import (
    MAIL,
    Between,
    ask,
    flipped,
    is_in,
    key_in,
    link_in,
    path_of,
    press_link,
    sign_in,
)
from tests.publish.paywall.opting_in import confirm, dump, hasty, opt_in

CONSENT = "you get {}, and letters about once a week (en)"


@pytest.fixture
def house(tmp_path, generation):
    return hasty(ground.world(tmp_path, generation=generation))


def person_of(house, mail=MAIL):
    return people.find_by_mail(house.store, mail)


def known_as(house, **fields):
    """Store a person of whom this is known, and return them as they are stored."""
    house.person()
    house.store.write(people.saving(replace(person_of(house), **fields)))
    return person_of(house)


def queued(house, mail="delivery"):
    found = [item.value["value"] for item in house.store.query(keys.QUEUE)]
    return [job for job in found if job["mail"] == mail]


def confirmed(house, magnet="checklist"):
    return sum(each.count for each in tallying.tallies(house.store, magnet) if each.what != "asked")


def consents(house, person):
    items = house.store.query(keys.person(person.id), "consent#")
    return [subscribing.read_consent(item.value) for item in items]


def gone(house, answer, magnet="checklist"):
    """Tell whether an answer says that the link is dead, and leads to the magnet's form."""
    form = f'href="/api/opt-in?magnet={magnet}&amp;lang=en"'.encode()
    return answer.status == 410 and b"used up" in answer.body and form in answer.body


# ---- looking --------------------------------------------------------------------------------


def test_the_page_says_what_is_agreed_to_and_has_one_button(house):
    opt_in(house, name="Lin")
    page = house.browser().get(path_of(link_in(house)))
    assert page.status == 200
    assert b"<h1>checklist (en) for reader@example.test</h1>" in page.body
    assert CONSENT.format("checklist").encode() in page.body
    assert b"signing in" not in page.body


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_scanners_may_look_as_often_as_they_like(house, method):
    opt_in(house)
    before = dump(house.store)
    for agent in ("SafeLinks", "Mozilla/5.0 HeadlessChrome"):
        for _ in range(3):
            answer = house.browser(agent=agent).get(path_of(link_in(house)), method=method)
            assert answer.status == 200
            assert answer.cookies == ()
    assert dump(house.store) == before
    assert confirm(house).status == 303


# ---- one click ------------------------------------------------------------------------------


def test_one_click_makes_a_subscriber_who_is_signed_in_and_has_the_magnet(house):
    opt_in(house, name="林墨", post="en/free")
    house.clock.move(hours=3)
    browser = house.browser()
    answer = confirm(house, browser)
    person = person_of(house)
    assert answer.status == 303
    assert is_in(browser)
    assert (person.confirmed, person.name, person.tags, person.lang) == (
        keys.stamp(house.clock()),
        "林墨",
        ("lead",),
        "en",
    )
    standing = subscribing.find(house.store, person.id)
    assert standing.on
    assert standing.consent.words == CONSENT.format("checklist")
    assert consents(house, person) == [standing.consent]
    theirs = collecting.find(house.store, person.id, "checklist")
    assert (theirs.lang, theirs.at, theirs.post) == ("en", house.clock(), "en/free")
    assert theirs.fetched is None
    assert confirmed(house) == 1


def test_the_answer_leads_to_the_file_and_a_mail_with_a_link_follows(house):
    opt_in(house)
    answer = confirm(house)
    parts = urlsplit(location(answer))
    asks = parse_qs(parts.query)
    assert (parts.path, asks["fresh"], asks["lang"]) == ("/api/get", ["1"], ["en"])
    delivery = deliveries.read(house.world.ring, asks["key"][0])
    person = person_of(house)
    assert (delivery.magnet, delivery.lang, delivery.person) == ("checklist", "en", person.id)
    assert delivery.until == house.clock() + timedelta(days=7)
    (job,) = queued(house)
    assert (job["to"], job["person"], job["magnet"], job["lang"]) == (
        MAIL,
        person.id,
        "checklist",
        "en",
    )


def test_posts_for_subscribers_open_by_it(house):
    browser = house.browser()
    assert browser.get("/api/read/en/letters").status != 200
    opt_in(house)
    confirm(house, browser)
    assert browser.get("/api/read/en/letters").status == 200


def test_a_magnet_without_letters_puts_nobody_on_the_list_but_keeps_the_consent(house):
    opt_in(house, magnet="worksheet")
    assert confirm(house).status == 303
    person = person_of(house)
    assert subscribing.find(house.store, person.id) is None
    (consent,) = consents(house, person)
    assert (consent.magnet, consent.words) == ("worksheet", CONSENT.format("worksheet"))
    assert (person.tags, person.name) == ((), "")


@pytest.mark.parametrize("letters", [False, True])
def test_what_was_agreed_to_holds_whatever_the_magnet_says_by_now(house, monkeypatch, letters):
    asked = "checklist" if letters else "worksheet"
    opt_in(house, magnet=asked)
    magnet = house.world.releases.find().manifest.magnets[asked]
    _release_with(house, monkeypatch, **{asked: replace(magnet, letters=not letters)})
    confirm(house)
    assert (subscribing.find(house.store, person_of(house).id) is not None) == letters


def test_the_magnet_speaks_the_language_it_was_asked_for_in(house):
    opt_in(house)
    answer = house.browser().post("/api/confirm?lang=zh-Hans", {"key": key_in(house)})
    assert "lang=en" in location(answer)
    assert queued(house)[0]["lang"] == "en"


def test_the_queue_is_asked_to_be_drained(tmp_path, generation):
    woken = []
    house = ground.world(tmp_path, generation=generation, wake=lambda: woken.append(1))
    opt_in(house)
    woken.clear()
    confirm(house)
    assert woken == [1]


# ---- who was here before --------------------------------------------------------------------


def test_nothing_of_who_was_known_is_lost(house):
    known = known_as(house, name="Mo", tags=("old", "lead"), note="a friend", lang="zh-Hans")
    house.grant(known, "course")
    opt_in(house, name="Lin")
    confirm(house)
    person = person_of(house)
    assert replace(person, version=known.version) == known
    assert len(house.store.query(keys.PEOPLE)) == 1
    assert house.store.query(keys.person(person.id), "grant#")


def test_tags_are_added_behind_those_that_were_there(house):
    known_as(house, tags=("zebra", "apple"))
    opt_in(house)
    confirm(house)
    assert person_of(house).tags == ("zebra", "apple", "lead")


def test_who_was_made_by_a_payment_is_confirmed(house):
    paid = house.person(confirmed=False)
    opt_in(house)
    confirm(house)
    assert people.find(house.store, paid.id).confirmed == keys.stamp(house.clock())


def test_a_second_magnet_keeps_the_list_and_the_history_of_consents(house):
    opt_in(house)
    confirm(house)
    since = subscribing.find(house.store, person_of(house).id).since
    house.clock.move(days=3)
    opt_in(house, magnet="reading")
    confirm(house)
    person = person_of(house)
    standing = subscribing.find(house.store, person.id)
    assert (standing.on, standing.since, standing.consent.magnet) == (True, since, "reading")
    assert [each.magnet for each in consents(house, person)] == ["checklist", "reading"]
    assert [each.magnet for each in collecting.of(house.store, person.id)] == [
        "checklist",
        "reading",
    ]


def test_who_left_the_list_and_asks_again_is_on_it_again_by_the_new_consent(house):
    opt_in(house)
    confirm(house)
    person = person_of(house)
    subscribing.leave(house.store, person.id, house.clock())
    house.clock.move(days=1)
    opt_in(house)
    confirm(house)
    standing = subscribing.find(house.store, person.id)
    assert standing.on
    assert standing.since == standing.consent.at > consents(house, person)[0].at
    assert len(consents(house, person)) == 2


def test_the_same_magnet_again_is_handed_out_again_and_counted_once(house):
    opt_in(house)
    confirm(house)
    first = collecting.find(house.store, person_of(house).id, "checklist")
    house.clock.move(days=2)
    opt_in(house)
    assert confirm(house).status == 303
    assert collecting.find(house.store, person_of(house).id, "checklist") == first
    assert confirmed(house) == 1
    assert len(queued(house)) == 1, "the first was sent, the second waits"


def test_who_is_signed_in_as_another_is_signed_in_as_who_confirms(house):
    other = house.person("other@example.test")
    browser = house.signed_in(other)
    before = dict(browser.jar)
    opt_in(house)
    confirm(house, browser)
    assert b"reader@example.test" in browser.get("/api/account?lang=en").body
    stale = house.browser()
    stale.jar = before
    assert not is_in(stale)
    assert collecting.of(house.store, other.id) == []


def test_a_link_that_was_passed_on_collects_nobodys_purchase(house):
    """Who bought without signing in keeps it, in this browser and for their own sign-in."""
    payer = house.person("payer@example.test", confirmed=False)
    grant = house.grant(payer, "course")
    order = Order(grant.id, "course", "course", "en", house.clock(), "paid", payer.id)
    house.store.write(*orders.creating(order), orders.owning(order))
    browser = house.browser()
    value, writing, _ = sessions.new_session(
        house.world.ring, house.clock(), "Test/1.0", opened=(Opened(payer.id, order.id),)
    )
    house.store.write(*writing)
    browser.jar[house.world.cookies.session] = value
    opt_in(house)
    confirm(house, browser)
    assert is_in(browser)
    assert orders.find(house.store, order.id).person == payer.id
    assert not house.store.query(keys.person(person_of(house).id), keys.grant(""))
    assert browser.get("/api/read/chapter?lang=en").status == 200
    sign_in(house, browser, "payer@example.test")
    assert (
        orders.find(house.store, order.id).person
        == people.find_by_mail(house.store, "payer@example.test").id
    )


# ---- links that do nothing ------------------------------------------------------------------


def test_a_link_works_once_and_then_leads_to_the_form(house):
    opt_in(house)
    browser, key = house.browser(), key_in(house)
    assert confirm(house).status == 303
    before = dump(house.store)
    assert gone(house, press_link(browser, key))
    assert gone(house, browser.get(path_of(link_in(house))))
    assert dump(house.store) == before
    assert not is_in(browser)


def test_a_used_link_keeps_nothing_of_who_used_it(house):
    opt_in(house, name="Lin")
    key = key_in(house)
    confirm(house)
    (item,) = house.store.query(keys.link(keys.hashed(key)))
    assert "Lin" not in str(item.value)
    assert "reader" not in str(item.value)
    assert WEEK < item.expires - house.clock() <= WEEK + opting.LASTS


WEEK = timedelta(days=7)


@pytest.mark.parametrize(("hours", "status"), [(47.99, 303), (48, 410), (48 + 7 * 24 - 1, 410)])
def test_a_link_lasts_two_days_and_leads_to_the_form_for_a_week_more(house, hours, status):
    opt_in(house)
    house.clock.move(hours=hours)
    browser = house.browser()
    page = browser.get(path_of(link_in(house)))
    answer = press_link(browser, key_in(house))
    assert answer.status == status
    assert page.status == (200 if status == 303 else 410)
    assert is_in(browser) == (status == 303)
    if status == 410:
        assert gone(house, page)
        assert gone(house, answer)
        assert person_of(house) is None


def test_a_link_that_nobody_knows_any_more_is_dead_all_the_same(house):
    opt_in(house)
    house.clock.move(days=9, hours=1)
    answer = press_link(house.browser(), key_in(house))
    assert answer.status == 410
    assert b"opt-in" not in answer.body


@pytest.mark.parametrize("how", ["cut", "turned", "hash", "other", "empty"])
def test_an_edited_link_does_nothing(house, how):
    opt_in(house)
    key = key_in(house)
    edited = {
        "cut": key[:-1],
        "turned": key[:-1] + ("a" if key[-1] != "a" else "b"),
        "hash": keys.hashed(key),
        "other": flipped(house.world.ring.sign("x", key)),
        "empty": "",
    }[how]
    before = dump(house.store)
    assert house.browser().get(f"/api/confirm?key={edited}").status == 410
    assert press_link(house.browser(), edited).status == 410
    assert dump(house.store) == before


def test_a_link_of_another_kind_opts_nobody_in(house):
    ask(house, house.browser())
    assert location(press_link(house.browser(), key_in(house))) == "/api/account?lang=en"
    assert collecting.of(house.store, person_of(house).id) == []
    assert subscribing.find(house.store, person_of(house).id) is None


def test_a_link_to_opt_in_is_no_code_to_sign_in_with(house):
    browser = house.browser()
    opt_in(house, browser)
    assert browser.get("/api/sign-in/code?lang=en").status == 303
    link = {"key": key_in(house)}
    assert browser.post("/api/sign-in/code?lang=en", {"code": "123456", **link}).status == 410


def test_the_lead_of_a_dead_link_to_a_retired_magnet_is_home(house):
    opt_in(house)
    key = key_in(house)
    (item,) = house.store.query(keys.link(keys.hashed(key)))
    told = {**item.value, "magnet": "old", "used": True}
    house.store.write(Put(item.partition, item.key, told, item.version, item.expires))
    answer = press_link(house.browser(), key)
    assert answer.status == 410
    assert b'href="/en/"' in answer.body


def _release_with(house, monkeypatch, **magnets):
    release = house.world.releases.find()
    newer = Release(release.name, release._bodies)
    kept = {key: each for key, each in {**release.manifest.magnets, **magnets}.items() if each}
    newer.manifest = replace(release.manifest, magnets=kept)
    monkeypatch.setattr(house.world.releases, "find", lambda name="": newer)


def test_what_was_promised_before_it_was_retired_is_kept(house, monkeypatch):
    opt_in(house)
    magnet = house.world.releases.find().manifest.magnets["checklist"]
    _release_with(house, monkeypatch, checklist=replace(magnet, status="retired"))
    assert confirm(house).status == 303


def test_a_magnet_that_is_gone_altogether_is_said_to_be_gone_and_the_link_stays(house, monkeypatch):
    opt_in(house)
    before = dump(house.store)
    _release_with(house, monkeypatch, checklist=None)
    answer = confirm(house)
    assert answer.status == 410
    assert b"no longer given away" in answer.body
    assert dump(house.store) == before


# ---- who may not ----------------------------------------------------------------------------


def test_who_is_banned_is_told_that_the_link_is_dead(house):
    known_as(house, banned=True)
    opt_in(house)
    browser, before = house.browser(), dump(house.store)
    assert gone(house, confirm(house, browser))
    assert not is_in(browser)
    assert dump(house.store) == before


@pytest.mark.parametrize("hours", [0, 3, 47])
def test_an_address_that_was_given_up_after_the_asking_opts_nobody_in(house, hours):
    sign_in(house, browser := house.browser())
    opt_in(house)
    key = key_in(house)
    house.clock.move(minutes=1)
    browser.post("/api/account/delete", {"sure": "yes"})
    assert person_of(house) is None
    house.clock.move(hours=hours)
    assert press_link(house.browser(), key).status == 410
    assert person_of(house) is None


@pytest.mark.parametrize("hours", [0, 3, 47])
def test_an_address_that_became_somebody_elses_opts_nobody_in(house, hours):
    opt_in(house)
    house.clock.move(minutes=1)
    visit = Visit(house.world, ground.Request("GET", "/"))
    house.store.write(entering.leaving(visit, MAIL))
    house.clock.move(hours=hours)
    before = dump(house.store)
    assert gone(house, confirm(house))
    assert dump(house.store) == before


def test_who_was_erased_may_ask_anew(house):
    sign_in(house, browser := house.browser())
    browser.post("/api/account/delete", {"sure": "yes"})
    house.clock.move(minutes=1)
    opt_in(house)
    assert confirm(house).status == 303
    assert person_of(house)


# ---- what comes between ---------------------------------------------------------------------


@pytest.fixture
def raced(tmp_path, generation):
    clock = ground.MovableClock()
    store = Between(SqliteStore(tmp_path / "paywall.sqlite", clock=clock), "session#")
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


@pytest.mark.parametrize("known", [False, True])
def test_who_comes_second_finds_nothing(raced, known):
    if known:
        raced.person()
    opt_in(raced)
    key, statuses = key_in(raced), []
    raced.store.then = lambda: statuses.append(press_link(raced.browser(), key).status)
    late = raced.browser()
    statuses.append(press_link(late, key).status)
    assert statuses == [303, 410]
    assert not is_in(late)
    assert (confirmed(raced), len(queued(raced))) == (1, 1)
    assert len(raced.store.query(keys.PEOPLE)) == 1


def test_two_mails_for_one_magnet_confirmed_at_once_are_one(raced):
    opt_in(raced)
    opt_in(raced)
    one, two = key_in(raced, at=0), key_in(raced, at=1)
    statuses = []
    raced.store.then = lambda: statuses.append(press_link(raced.browser(), one).status)
    statuses.append(press_link(raced.browser(), two).status)
    assert statuses == [303, 303]
    assert len(raced.store.query(keys.PEOPLE)) == 1
    assert confirmed(raced) == 1


def test_a_ban_that_comes_between_holds(raced):
    person = raced.person()
    opt_in(raced)
    raced.store.then = lambda: known_as(raced, banned=True)
    assert confirm(raced).status == 410
    assert subscribing.find(raced.store, person.id) is None


def test_leaving_the_list_between_looks_again(raced):
    opt_in(raced)
    confirm(raced)
    person = person_of(raced)
    raced.clock.move(days=1)
    opt_in(raced)
    left = []

    def leave():
        left.append(subscribing.leave(raced.store, person.id, raced.clock()))

    raced.store.then = leave
    assert confirm(raced).status == 303
    assert left == [True]
    assert subscribing.find(raced.store, person.id).on, "the click came last"


def test_what_was_erased_between_is_not_written_back(raced):
    person = raced.person()
    opt_in(raced)
    visit = Visit(raced.world, ground.Request("GET", "/"))

    def erase():
        raced.store.write(
            Delete(keys.person(person.id), keys.SELF),
            Delete(keys.identity("mail", MAIL), keys.SELF),
            entering.leaving(visit, MAIL),
        )

    raced.store.then = erase
    assert confirm(raced).status == 410
    assert raced.store.query(keys.person(person.id)) == []
