"""The account: what is mine, what I can do with it, and that nobody else can."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from publish.contract import manifest as contract
from publish.paywall import (
    codes,
    collecting,
    deliveries,
    fulfil,
    keys,
    orders,
    people,
    rights,
    subscribing,
    suppressing,
)
from publish.paywall.collecting import Collected
from publish.paywall.ports import Delete, Subscription
from publish.paywall.subscribing import Consent
from tests.publish.paywall.house import location, make_generation, world
from tests.publish.paywall.mailing import MAIL, is_in, sign_in

START_PAGE = "/api/account?lang=en"


@pytest.fixture
def house(shop):
    return shop


def buy(house, till, browser, offer, mail="payer@example.test", post="en/walled"):
    """Buy something in a browser and come back; return the order's id."""
    answer = browser.post("/api/checkout?lang=en", {"offer": offer, "post": post})
    assert answer.status == 303
    reference = location(answer).rpartition("/")[2]
    till.pay(reference, mail)
    order = till.payments.open[reference].order
    assert browser.post("/api/return?lang=en", {"order": order}).status == 303
    return order


def act(browser, what, **fields):
    return browser.post(f"/api/account/{what}?lang=en", fields)


def page(browser):
    answer = browser.get(START_PAGE)
    assert answer.status == 200
    return answer.body.decode()


def owned(browser):
    """Return what the page says of each thing that is owned, by title."""
    rows = re.findall(
        r'<section class=owned><a href="([^"]*)">([^<]*)</a>(.*?)</section>', page(browser)
    )
    return {
        title: (url, " ".join(re.sub(r"<[^>]*>", " ", rest).split())) for url, title, rest in rows
    }


def renewing(house, person, product="membership", key="SUBORDER0001", **changes):
    """Write a running membership into somebody's ledger."""
    told = {
        "id": f"sub_{key}",
        "status": "active",
        "period_start": house.clock(),
        "period_end": house.clock() + timedelta(days=30),
        **changes,
    }
    return house.grant(
        person, product, kind="subscription", id=key, subscription=Subscription(**told)
    )


# ---- the page ---------------------------------------------------------------------------------


def test_nobody_is_asked_to_sign_in_and_comes_back(house):
    answer = house.browser().get(START_PAGE)
    assert answer.status == 401
    assert b'href="/api/sign-in?return_to=%2Fapi%2Faccount%3Flang%3Den&amp;lang=en"' in answer.body
    told = house.browser().json(START_PAGE)
    assert (told.status, json.loads(told.body)["error"]["code"]) == (401, "sign-in-first")


def test_an_empty_account_says_so(house):
    text = page(house.signed_in())
    assert "nothing owned" in text
    assert "reader@example.test" in text
    assert "portal" not in text


def test_each_thing_says_until_when(house):
    person = house.person()
    house.grant(person, "course")
    house.grant(person, "pass", days=10)
    renewing(house, person)
    assert owned(house.signed_in(person)) == {
        "course (en)": ("/en/course/", "forever"),
        "pass (en)": ("/en/pass/", "2 December 2026 ends"),
        "membership (en)": ("/en/membership/", "22 December 2026 renews cancel SUBORDER0001"),
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cancelled": True}, "22 December 2026 ends resume SUBORDER0001"),
        ({"trial": True, "status": "trialing"}, "renews trial cancel SUBORDER0001"),
        ({"status": "past_due"}, "25 November 2026 grace cancel SUBORDER0001"),
        ({"paused": True}, "paused cancel SUBORDER0001"),
        ({"status": "unpaid"}, "ends cancel SUBORDER0001"),
    ],
)
def test_a_membership_says_how_it_stands(house, changes, said):
    person = house.person()
    renewing(house, person, **changes)
    assert owned(house.signed_in(person))["membership (en)"][1].endswith(said)


def test_what_is_on_hold_is_shown_and_what_is_over_is_not(house):
    person = house.person()
    house.grant(person, "course", state="held")
    house.grant(person, "pass", days=3, at=house.clock() - timedelta(days=9))
    house.grant(person, "early", state="revoked")
    assert owned(house.signed_in(person)) == {"course (en)": ("/en/course/", "held")}


def test_a_membership_that_something_outranks_can_still_be_cancelled(house):
    person = house.person()
    house.grant(person, "membership")
    renewing(house, person)
    text = page(house.signed_in(person))
    assert "forever" in text
    assert "cancel SUBORDER0001" in text


def test_a_day_is_told_in_the_sites_zone(house):
    person = house.person()
    house.grant(person, "pass", days=1, at=house.clock() + timedelta(hours=-1))
    house.clock.move(hours=0)
    assert owned(house.signed_in(person))["pass (en)"][1] == "23 November 2026 ends"
    late = house.person("late@example.test")
    house.grant(late, "pass", days=1, at=house.clock() + timedelta(hours=9))
    house.clock.move(hours=9)
    assert owned(house.signed_in(late))["pass (en)"][1] == "24 November 2026 ends"


def test_orders_codes_and_gifts_are_listed(house, till):
    browser = house.signed_in()
    person = people.find_by_mail(house.store, MAIL)
    order = buy(house, till, browser, "course")
    _, (code,) = codes.make(house.store, house.clock(), product="pass", days=30, count=1)
    browser.post("/api/redeem", {"code": code})
    house.grant(person, "early", kind="comp")
    rows = re.findall(r"<p class=order>([^<]*)</p>", page(browser))
    number = orders.find(house.store, order).number
    assert sorted(rows) == sorted(
        [
            f"{number} 22 November 2026 course (en) $45 paid",
            " 22 November 2026 pass (en)  redeemed",
            " 22 November 2026 early (en)  given",
        ]
    )


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"state": "pending"}, "waiting for the payment"),
        ({"state": "failed"}, "not paid"),
        ({"refunded": 100}, "refunded in part"),
        ({"refunded": 4500}, "refunded"),
        ({"dispute": "open"}, "in dispute"),
        ({"dispute": "won"}, "paid"),
        ({"dispute": "lost"}, "refunded"),
    ],
)
def test_an_order_says_what_became_of_it(house, till, change, state):
    browser = house.signed_in()
    order = orders.find(house.store, buy(house, till, browser, "course"))
    house.store.write(orders.saving(replace(order, **change)))
    (row,) = re.findall(r"<p class=order>([^<]*)</p>", page(browser))
    assert row.endswith(f"$45 {state}")


def test_an_order_that_moved_on_is_no_longer_listed(house, till):
    browser = house.signed_in()
    order = orders.find(house.store, buy(house, till, browser, "course"))
    other = house.person("other@example.test")
    house.store.write(orders.saving(replace(order, person=other.id)))
    assert "class=order" not in page(browser)


def test_what_was_begun_and_left_is_no_order(house):
    browser = house.signed_in()
    browser.post("/api/checkout", {"offer": "course", "post": "en/chapter"})
    assert "class=order" not in page(browser)


def test_only_known_messages_are_said(house):
    browser = house.signed_in()
    assert "will not be renewed" in browser.get(f"{START_PAGE}&said=cancelled").body.decode()
    for said in ("deleted", "nonsense", "<script>"):
        assert "class=said" not in browser.get(f"{START_PAGE}&said={said}").body.decode()


# ---- a browser that only bought ---------------------------------------------------------------


def test_a_browser_that_only_bought_sees_its_purchase_and_no_more(house, till):
    browser = house.browser()
    buy(house, till, browser, "membership-year")
    text = page(browser)
    assert "only what was bought in this browser" in text
    assert "membership (en)" in text
    for hidden in ("payer@example.test", "cancel", "portal", "class=device", "class=rss"):
        assert hidden not in text


@pytest.mark.parametrize(
    "what", ["portal", "cancel", "resume", "mail", "feeds", "export", "delete"]
)
@pytest.mark.parametrize("bought", [True, False])
def test_without_signing_in_nothing_can_be_done(house, till, what, bought):
    browser = house.browser()
    order = buy(house, till, browser, "membership-year") if bought else "x"
    calls = len(till.payments.calls)
    assert act(browser, what, order=order, mail="a@example.test", sure="yes").status == 401
    assert len(till.payments.calls) == calls
    assert people.find_by_mail(house.store, "payer@example.test") or not bought


def test_what_was_bought_before_signing_in_goes_to_who_signs_in(house, till):
    browser = house.browser()
    order = buy(house, till, browser, "membership-year")
    payer = people.find_by_mail(house.store, "payer@example.test")
    sign_in(house, browser)
    mine = people.find_by_mail(house.store, MAIL)
    assert orders.find(house.store, order).person == mine.id
    assert [each.key for each in house.store.query(keys.person(mine.id), "order#")] == [
        f"order#{order}"
    ]
    assert not house.store.query(keys.person(payer.id), "order#")
    assert not house.store.query(keys.person(payer.id), "grant#")
    assert list(owned(browser)) == ["membership (en)"]
    assert "portal" in page(browser)
    elsewhere = house.browser()
    sign_in(house, elsewhere)
    assert elsewhere.get("/api/read/en/walled").status == 200
    fulfil.sync(house.world, orders.find(house.store, order).reference)
    assert orders.find(house.store, order).person == mine.id
    assert not house.store.query(keys.person(payer.id), "grant#")


def test_a_store_that_fails_while_a_purchase_moves_costs_no_sign_in(house, till, monkeypatch):
    from publish.paywall import claiming
    from publish.paywall.ports import StoreDown

    browser = house.browser()
    order = buy(house, till, browser, "membership-year")

    def down(*_):
        raise StoreDown

    with monkeypatch.context() as patch:
        patch.setattr(claiming, "moving", down)
        assert sign_in(house, browser).status == 303
    assert is_in(browser)
    assert browser.get("/api/read/en/walled").status == 200
    sign_in(house, browser)
    assert orders.find(house.store, order).person == people.find_by_mail(house.store, MAIL).id


def test_what_was_bought_for_a_confirmed_reader_stays_theirs(house, till):
    payer = house.person("payer@example.test")
    browser = house.browser()
    order = buy(house, till, browser, "course")
    sign_in(house, browser)
    assert orders.find(house.store, order).person == payer.id
    assert browser.get("/api/read/en/chapter").status == 200
    elsewhere = house.browser()
    sign_in(house, elsewhere)
    assert elsewhere.get("/api/read/en/chapter").status == 402


def test_paying_with_somebodys_address_opens_nothing_of_theirs(house, till):
    victim = house.person("victim@example.test")
    house.grant(victim, "pass")
    browser = house.browser()
    buy(house, till, browser, "course", "victim@example.test")
    assert browser.get("/api/read/en/walled").status == 402
    assert "victim@example.test" not in page(browser)


def test_the_end_of_a_pass_that_moved_is_told_to_its_new_owner(house, till):
    browser = house.browser()
    buy(house, till, browser, "pass-quarter")
    sign_in(house, browser)
    house.tick()
    house.mailbox.sent.clear()
    house.clock.move(days=76, hours=1)
    house.tick()
    assert [(mail.to, mail.subject) for mail in house.mailbox.sent] == [(MAIL, "ending (en)")]


def test_the_next_reader_of_a_device_does_not_inherit_what_the_last_one_opened(house, till):
    house.person("payer@example.test")
    browser = house.browser()
    buy(house, till, browser, "course")
    sign_in(house, browser)
    sign_in(house, browser, "next@example.test")
    assert browser.get("/api/read/en/chapter").status == 402


@pytest.mark.parametrize("how", ["banned", "gone"])
def test_what_a_browser_opened_closes_with_who_owns_it(house, till, how):
    """Neither a ban nor an erased person leaves a way in through a browser that only bought."""
    browser = house.browser()
    order = buy(house, till, browser, "course")
    assert browser.get("/api/read/en/chapter").status == 200
    payer = people.find_by_mail(house.store, "payer@example.test")
    if how == "banned":
        house.store.write(people.saving(replace(payer, banned=True)))
    else:
        house.store.write(Delete(keys.person(payer.id), keys.SELF))
    assert browser.get("/api/read/en/chapter").status == 402
    assert browser.post("/api/return?lang=en", {"order": order}).status == 303
    assert browser.get("/api/read/en/chapter").status == 402


# ---- portal, cancel, resume -------------------------------------------------------------------


def test_the_portal_is_the_readers_own(house, till):
    browser, other = house.signed_in(), house.signed_in("other@example.test")
    buy(house, till, browser, "membership-year", MAIL)
    answer = act(browser, "portal")
    assert answer.status == 303
    assert location(answer).startswith("https://portal.example/cus_")
    assert act(other, "portal", customer="cus_cs_test_1").status == 410


def test_a_stranger_who_pays_with_ones_address_does_not_take_ones_portal_away(house, till):
    browser = house.signed_in()
    mine = orders.find(house.store, buy(house, till, browser, "course", MAIL)).customer
    stranger = house.browser()
    order = orders.find(house.store, buy(house, till, stranger, "pass-quarter", MAIL))
    assert order.customer != mine
    fulfil.sync(house.world, order.reference)
    assert location(act(browser, "portal")) == f"https://portal.example/{mine}"


def test_the_portal_is_that_of_a_membership_that_runs(house, till):
    """Also when one renewed without signing in, so that the provider took one for another."""
    browser = house.signed_in()
    buy(house, till, browser, "course", MAIL)
    renewed = orders.find(
        house.store, buy(house, till, house.browser(), "membership-year", MAIL)
    ).customer
    assert location(act(browser, "portal")) == f"https://portal.example/{renewed}"


def test_one_reader_does_not_use_up_what_the_provider_takes(house, till):
    browser, other = house.signed_in(), house.signed_in("other@example.test")
    for each in (browser, other):
        buy(house, till, each, "course", MAIL)
    for number in range(30):
        assert act(browser, ("portal", "cancel", "resume")[number % 3]).status != 429
    assert {act(browser, what).status for what in ("portal", "cancel", "resume")} == {429}
    assert act(browser, "feeds").status == 303
    assert act(other, "portal").status == 303


def test_cancelling_stops_renewing_and_resuming_takes_it_back(house, till):
    browser = house.signed_in()
    order = buy(house, till, browser, "membership-year", MAIL)
    reference = orders.find(house.store, order).reference
    till.subscription(reference, cancelled=True)
    answer = act(browser, "cancel", order=order)
    assert location(answer) == "/api/account?said=cancelled&lang=en"
    assert ("cancel", f"sub_{reference}") in till.payments.calls
    assert "resume" in owned(browser)["membership (en)"][1]
    till.subscription(reference, cancelled=False)
    assert location(act(browser, "resume", order=order)) == "/api/account?said=resumed&lang=en"
    assert ("resume", f"sub_{reference}") in till.payments.calls
    assert "cancel" in owned(browser)["membership (en)"][1]


@pytest.mark.parametrize("what", ["cancel", "resume"])
def test_nobody_cancels_or_resumes_what_is_anothers(house, till, what):
    mine, thief = house.signed_in(), house.signed_in("thief@example.test")
    order = buy(house, till, mine, "membership-year", MAIL)
    before = len(till.payments.calls)
    for typed in (order, order.lower(), orders.find(house.store, order).number, "", "nonsense"):
        answer = act(thief, what, order=typed)
        assert answer.status == 410
        assert b"no order with this number" in answer.body
    assert len(till.payments.calls) == before


def test_what_renews_nothing_cannot_be_cancelled(house, till):
    browser = house.signed_in()
    order = buy(house, till, browser, "course", MAIL)
    assert act(browser, "cancel", order=order).status == 410
    assert not [call for call in till.payments.calls if call[0] == "cancel"]


def test_a_provider_that_does_not_answer_is_said(house, till):
    browser = house.signed_in()
    order = buy(house, till, browser, "membership-year", MAIL)
    till.payments.down = True
    for what in ("portal", "cancel", "resume"):
        assert act(browser, what, order=order).status == 502


@pytest.mark.parametrize("what", ["portal", "cancel", "mail", "feeds", "export", "delete"])
def test_a_form_on_another_site_does_nothing(house, till, what):
    browser = house.signed_in()
    order = buy(house, till, browser, "membership-year", MAIL)
    before, someone = len(till.payments.calls), people.find_by_mail(house.store, MAIL)
    answer = browser.post(
        f"/api/account/{what}",
        {"order": order, "mail": "evil@example.test", "sure": "yes"},
        origin="https://evil.example",
    )
    assert answer.status == 401
    assert len(till.payments.calls) == before
    assert people.find_by_mail(house.store, MAIL) == someone


def test_an_unknown_deed_is_nothing(house):
    for what in ("nonsense", "cancel/", "../account", "__class__"):
        assert act(house.signed_in(), what).status == 410


# ---- devices ----------------------------------------------------------------------------------


def _devices(browser):
    return re.findall(r"<p class=device>([^<]*)</p>", page(browser))


def test_devices_are_listed_with_this_one_marked(house):
    person = house.person()
    here = house.signed_in(person)
    house.clock.move(days=1)
    house.signed_in(person)
    assert _devices(here) == ["Computer 23 November 2026", "Computer 22 November 2026 here"]


def test_signing_out_ends_this_session_and_no_other(house):
    person = house.person()
    one, two = house.signed_in(person), house.signed_in(person)
    jar = dict(one.jar)
    answer = one.post("/api/sign-out?lang=en")
    assert answer.status == 200
    assert b"signed out on this device" in answer.body
    assert house.world.cookies.session not in one.jar
    assert house.world.cookies.hint not in one.jar
    one.jar = jar
    assert not is_in(one)
    assert is_in(two)


def test_signing_out_everywhere_leaves_this_device(house):
    person = house.person()
    here, *others = [house.signed_in(person) for _ in range(4)]
    foreign = house.signed_in("other@example.test")
    answer = here.post("/api/sign-out?lang=en", {"all": "1"})
    assert location(answer) == "/api/account?said=devices-out&lang=en"
    assert is_in(here)
    assert not any(map(is_in, others))
    assert is_in(foreign)


def test_one_device_of_ones_own_can_be_signed_out_and_no_other(house):
    person = house.person()
    here, lost = house.signed_in(person), house.signed_in(person)
    foreign = house.signed_in("other@example.test")
    stranger = people.find_by_mail(house.store, "other@example.test")

    def devices(someone):
        lines = house.store.query(keys.person(someone.id), "session#")
        return [line.key.partition("#")[2] for line in lines]

    here.post("/api/sign-out", {"device": devices(stranger)[0]})
    assert is_in(foreign)
    from publish.paywall import sessions

    mine = sessions.read_session(
        house.store, house.world.ring, here.jar[house.world.cookies.session]
    ).hash
    (other,) = [each for each in devices(person) if each != mine]
    answer = here.post("/api/sign-out?lang=en", {"device": other})
    assert location(answer) == "/api/account?said=device-out&lang=en"
    assert is_in(here)
    assert not is_in(lost)
    assert here.post("/api/sign-out", {"device": mine}).status == 200
    assert not is_in(here)


def test_signing_out_without_being_in_is_kind(house):
    assert house.browser().post("/api/sign-out").status == 200


def test_signing_out_forgets_what_this_browser_opened(house, till):
    browser = house.browser()
    buy(house, till, browser, "course")
    assert browser.get("/api/read/en/chapter").status == 200
    browser.post("/api/sign-out")
    assert browser.get("/api/read/en/chapter").status == 402


def test_signing_out_leaves_nothing_to_the_next_reader_of_a_device(house, till):
    """Else whoever finds the return page in the history opens the purchase and claims it."""
    browser = house.browser()
    order = buy(house, till, browser, "course")
    browser.post("/api/sign-out")
    assert browser.post("/api/return?lang=en", {"order": order}).status == 200
    sign_in(house, browser, "next@example.test")
    assert browser.get("/api/read/en/chapter").status == 402


def test_a_device_that_nobody_has_is_no_trouble(house):
    browser = house.signed_in()
    for device in ("A" * 5000, "\x00", "person#"):
        assert browser.post("/api/sign-out?lang=en", {"device": device}).status == 303
    assert is_in(browser)


# ---- export -----------------------------------------------------------------------------------


def test_the_export_holds_all_that_is_stored_and_no_way_in(house, till):
    browser = house.browser()
    sign_in(house, browser)
    order = buy(house, till, browser, "course", MAIL)
    act(browser, "mail", mail="new@example.test")
    other = house.signed_in("other@example.test")
    buy(house, till, other, "course", "other@example.test")
    answer = act(browser, "export")
    assert answer.status == 200
    assert dict(answer.headers)["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.body)
    assert told["person"]["mail"] == MAIL
    assert [each["id"] for each in told["orders"]] == [order]
    assert [each["product"] for each in told["grants"]] == ["course"]
    assert len(told["devices"]) == 1
    assert told["waiting"][0]["new"] == "new@example.test"
    text = answer.body.decode()
    assert "other@example.test" not in text
    someone = people.find_by_mail(house.store, MAIL)
    for line in house.store.query(keys.person(someone.id), "session#"):
        assert line.key.partition("#")[2] not in text


# ---- delete -----------------------------------------------------------------------------------


def test_deleting_asks_once_more(house, till):
    browser = house.signed_in()
    assert b"running" not in act(browser, "delete").body
    buy(house, till, browser, "membership-year", MAIL)
    answer = act(browser, "delete")
    assert answer.status == 200
    assert b"<p>running</p>" in answer.body
    assert people.find_by_mail(house.store, MAIL)
    assert not [call for call in till.payments.calls if call[0] in ("cancel", "forget")]


def test_deleting_erases_everything_but_the_books(house, till, tmp_path):
    browser, phone = house.signed_in(), house.signed_in()
    order = buy(house, till, browser, "membership-year", MAIL)
    rss = re.search(r'class=rss href="https://example.test([^"]*)"', page(browser)).group(1)
    someone = people.find_by_mail(house.store, MAIL)
    act(browser, "mail", mail="new@example.test")
    house.tick()
    house.mailbox.sent.clear()
    answer = act(browser, "delete", sure="yes")
    assert answer.status == 200
    assert b"Everything about you is erased" in answer.body
    assert ("cancel", orders.find(house.store, order).subscription) in till.payments.calls
    assert any(call[0] == "forget" for call in till.payments.calls)
    house.tick()
    assert [(mail.to, mail.subject) for mail in house.mailbox.sent] == [(MAIL, "deleted (en)")]
    assert "running" in house.mailbox.sent[0].text
    assert house.world.cookies.session not in browser.jar
    assert not is_in(phone)
    assert house.browser().get(rss).status == 410
    assert people.find(house.store, someone.id) is None
    assert people.find_by_mail(house.store, MAIL) is None
    assert not house.store.query(keys.PEOPLE)
    kept = orders.find(house.store, order)
    assert (kept.amount, kept.mail, kept.customer) == (5900, "", "")
    assert house.store.get(keys.person(someone.id), keys.grant(order))
    left = [line.key.partition("#")[0] for line in house.store.query(keys.person(someone.id))]
    assert set(left) <= {"grant", "order", "reminded"}
    house.store.close()
    import sqlite3

    with sqlite3.connect(tmp_path / "paywall.sqlite") as file:
        told = [value for (value,) in file.execute("SELECT value FROM items WHERE expires IS NULL")]
    file.close()
    assert not [value for value in told if MAIL in value]


def test_a_provider_that_does_not_answer_keeps_everything(house, till):
    browser = house.signed_in()
    buy(house, till, browser, "membership-year", MAIL)
    till.payments.down = True
    assert act(browser, "delete", sure="yes").status == 502
    assert is_in(browser)
    till.payments.down = False
    assert act(browser, "delete", sure="yes").status == 200
    assert act(browser, "delete", sure="yes").status == 401


def test_a_mail_that_was_under_way_brings_nobody_back(house, till):
    from tests.publish.paywall.mailing import ask, code_in, key_in, press_link, type_code

    other = house.browser()
    browser = house.signed_in()
    ask(house, other)
    act(browser, "delete", sure="yes")
    assert press_link(house.browser(), key_in(house)).status == 410
    assert type_code(other, code_in(house)).status == 410
    assert people.find_by_mail(house.store, MAIL) is None
    house.clock.move(minutes=20)
    assert sign_in(house, house.browser()).status == 303
    fresh = people.find_by_mail(house.store, MAIL)
    assert not house.store.query(keys.person(fresh.id), "grant#")


def test_a_webhook_after_deleting_brings_nobody_back(house, till):
    browser = house.signed_in()
    order = buy(house, till, browser, "membership-year", MAIL)
    act(browser, "delete", sure="yes")
    reference = orders.find(house.store, order).reference
    till.subscription(reference, status="canceled")
    fulfil.sync(house.world, reference)
    assert people.find_by_mail(house.store, MAIL) is None
    assert not house.store.query(keys.PEOPLE)
    assert orders.find(house.store, order).mail == ""


def test_rights_of_the_ledger_stay_readable_after_deleting(house, till):
    browser = house.signed_in()
    order = buy(house, till, browser, "course", MAIL)
    someone = people.find_by_mail(house.store, MAIL)
    act(browser, "delete", sure="yes")
    line = house.store.get(keys.person(someone.id), keys.grant(order))
    assert rights.read_grant(line.value).product == "course"


# ---- letters and lead magnets -----------------------------------------------------------------


WORDS = "letters, about once a week (en)"


def collected(house, person, *magnets):
    for each in magnets:
        house.store.write(collecting.saving(person.id, Collected(each, "en", house.clock())))


def joined(house, person, words="as shown"):
    consent = Consent(words, "en", house.clock(), "magnet", "/en/free/", magnet="checklist")
    house.store.write(*subscribing.joining(person.id, consent, None))


def on(house, person):
    found = subscribing.find(house.store, person.id)
    return found is not None and found.on


def test_letters_are_offered_with_the_words_that_one_agrees_to(house):
    text = page(house.signed_in())
    assert f"<p class=words>{WORDS}</p>" in text
    assert "letters since" not in text


def test_who_gets_letters_sees_since_when(house):
    person = house.person()
    joined(house, person)
    house.clock.move(days=3)
    text = page(house.signed_in(person))
    assert "letters since 22 November 2026" in text
    assert "class=words" not in text


def test_a_site_without_letters_offers_none(house, tmp_path):
    made = make_generation(tmp_path / "quiet")
    path = made / "manifest.json"
    path.write_text(contract.dump(replace(contract.load(path), letters={})))
    quiet = world(tmp_path / "quiet", generation=made, store=house.store, clock=house.clock)
    browser = quiet.signed_in()
    person = house.person()
    assert "<p class=words></p>" in page(browser)
    assert act(browser, "letters", on="1").status == 410
    assert not on(house, person)
    joined(house, person)
    assert "letters since" in page(browser)
    assert act(browser, "letters", on="0").status == 303
    assert not on(house, person)


def test_letters_come_with_a_click_and_the_consent_is_kept(house):
    browser = house.signed_in()
    person = people.find_by_mail(house.store, MAIL)
    answer = act(browser, "letters", on="1")
    assert location(answer) == "/api/account?said=letters-on&lang=en"
    assert b"You get the letters from now on." in browser.get(location(answer)).body
    standing = subscribing.find(house.store, person.id)
    assert standing.consent == Consent(WORDS, "en", house.clock(), "account", "/api/account")
    assert len(house.store.query(keys.person(person.id), "consent#")) == 1


@pytest.mark.parametrize("fields", [{"on": "0"}, {}, {"on": "true"}])
def test_letters_end_with_a_click(house, fields):
    browser = house.signed_in()
    person = people.find_by_mail(house.store, MAIL)
    joined(house, person)
    answer = act(browser, "letters", **fields)
    assert location(answer) == "/api/account?said=letters-off&lang=en"
    assert b"You get no more letters." in browser.get(location(answer)).body
    assert not on(house, person)
    assert act(browser, "letters", **fields).status == 303
    assert "letters since" not in page(browser)


def test_a_consent_is_in_the_words_of_its_language(house):
    browser = house.signed_in()
    person = people.find_by_mail(house.store, MAIL)
    browser.post("/api/account/letters?lang=zh-Hans", {"on": "1"})
    consent = subscribing.find(house.store, person.id).consent
    assert (consent.words, consent.lang) == (
        "letters, about once a week (zh-Hans)",
        "zh-Hans",
    )


def test_who_complained_and_asks_again_is_written_to(house):
    suppressing.suppress(house.store, MAIL, "complained", house.clock())
    act(house.signed_in(), "letters", on="1")
    assert suppressing.find(house.store, MAIL) is None


def test_lead_magnets_of_ones_own_are_listed_and_handed_out(house):
    person = house.person()
    collected(house, person, "checklist", "old", "gone since")
    browser = house.signed_in(person)
    rows = re.findall(r"<p class=magnet>([^<]*)</p>", page(browser))
    assert rows == ["checklist checklist (en)", "old old (en)"]
    answer = act(browser, "magnet", magnet="checklist")
    assert location(answer).startswith("/api/get?key=")
    delivery = deliveries.read(house.world.ring, parse_qs(location(answer))["/api/get?key"][0])
    assert (delivery.magnet, delivery.person) == ("checklist", person.id)


def test_a_magnet_that_is_not_ones_own_is_not_handed_out(house):
    collected(house, house.person("other@example.test"), "checklist")
    browser = house.signed_in()
    for magnet in ("checklist", "gone since", ""):
        assert act(browser, "magnet", magnet=magnet).status == 410


def test_who_only_bought_sees_nothing_of_letters(house, till):
    browser = house.browser()
    buy(house, till, browser, "course")
    text = page(browser)
    assert "guest" in text
    assert "<p class=words></p>" in text
    for what in ("letters", "magnet"):
        assert act(browser, what, on="1", magnet="checklist").status == 401


@pytest.mark.parametrize("what", ["letters", "magnet"])
def test_another_site_changes_nothing_about_letters(house, what):
    browser = house.signed_in()
    person = people.find_by_mail(house.store, MAIL)
    answer = browser.post(
        f"/api/account/{what}", {"on": "1", "magnet": "checklist"}, origin="https://evil.example"
    )
    assert answer.status == 401
    assert not on(house, person)
