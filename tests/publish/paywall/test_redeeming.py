"""Redeeming over the service: at once for who is signed in, by mail for everybody else."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest

from publish.paywall import codes, keys, people, rights
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import field_of
from tests.publish.paywall.mailing import (
    MAIL,
    Between,
    code_in,
    is_in,
    key_in,
    link_in,
    path_of,
    press_link,
    type_code,
)


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


def make(house, **fields):
    told = {"product": "pass", "days": 90, "count": 1, **fields}
    return codes.make(house.store, house.clock(), **told)


def redeem(browser, code, **fields):
    return browser.post("/api/redeem?lang=en", {"code": code, **fields})


def held(house, mail=MAIL):
    person = people.find_by_mail(house.store, mail)
    lines = house.store.query(keys.person(person.id), keys.grant(""))
    return rights.rights([rights.read_grant(each.value) for each in lines], house.clock())


def way_on(answer):
    return re.search(r'<a href="([^"]*)">Go on</a>', answer.body.decode()).group(1)


def test_who_is_signed_in_redeems_at_once_and_goes_back_to_the_post(house):
    browser = house.signed_in()
    answer = redeem(browser, make(house)[1][0], return_to="/en/walled/")
    assert answer.status == 200
    assert b"It is yours now" in answer.body
    assert way_on(answer) == "/en/walled/#ink-premium"
    assert held(house)["pass"].open
    assert browser.get("/api/read/en/walled").status == 200


def test_without_a_post_the_way_leads_to_the_products_page(house):
    answer = redeem(house.signed_in(), make(house, product="course", days=0)[1][0])
    assert way_on(answer) == "/en/course/#ink-premium"


def test_a_program_is_told_without_a_page(house):
    answer = house.signed_in().post(
        "/api/redeem", {"code": make(house)[1][0]}, accept="application/json"
    )
    assert (answer.status, b'"code": "redeemed"' in answer.body) == (200, True)
    assert b"error" not in answer.body


@pytest.mark.parametrize("by", ["code", "link"])
def test_a_stranger_redeems_by_answering_a_mail_in_one_step(house, by):
    browser = house.browser()
    asked = redeem(browser, make(house)[1][0], return_to="/en/walled/")
    assert asked.status == 200
    typed = {"mail": MAIL, "return_to": field_of(asked.body, "return_to")}
    assert redeem(browser, field_of(asked.body, "code"), **typed).status == 303
    house.tick()
    assert people.find_by_mail(house.store, MAIL) is None
    if by == "link":
        browser = house.browser()
        page = browser.get(path_of(link_in(house)))
        assert b"redeeming pass (en) for reader@example.test" in page.body
        answer = press_link(browser, key_in(house))
    else:
        answer = type_code(browser, code_in(house))
    assert answer.status == 200
    assert way_on(answer) == "/en/walled/#ink-premium"
    assert is_in(browser)
    assert held(house)["pass"].open


def test_looking_at_the_link_redeems_nothing(house):
    batch, (code,) = make(house)
    redeem(house.browser(), code, mail=MAIL)
    house.tick()
    for _ in range(3):
        house.browser().get(path_of(link_in(house)))
    assert not codes.uses(house.store, batch.id)


def test_the_code_is_not_kept_as_it_was_typed_while_it_waits(house, tmp_path):
    _, (code,) = make(house)
    redeem(house.browser(), code, mail=MAIL)
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert codes.typed(code).encode() not in raw
    assert code.encode() not in raw


def test_a_mail_that_is_answered_twice_redeems_once(house):
    batch, (code,) = make(house, uses=5)
    redeem(house.browser(), code, mail=MAIL)
    house.tick()
    assert press_link(house.browser(), key_in(house)).status == 200
    assert press_link(house.browser(), key_in(house)).status == 410
    assert len(codes.uses(house.store, batch.id)) == 1


def test_somebody_was_faster_with_the_last_use(house):
    _, (code,) = make(house)
    slow = house.browser()
    redeem(slow, code, mail=MAIL)
    house.tick()
    assert redeem(house.signed_in("fast@example.test"), code).status == 200
    answer = type_code(slow, code_in(house))
    assert answer.status == 409
    assert b"used already" in answer.body
    assert is_in(slow)
    assert not held(house)


def test_two_readers_at_once_and_one_use_left(house):
    batch, (code,) = make(house)
    browsers = [house.signed_in(f"r{number}@example.test") for number in range(6)]
    barrier, statuses = threading.Barrier(6), []

    def one(browser):
        barrier.wait()
        statuses.append(redeem(browser, code).status)

    threads = [threading.Thread(target=one, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 5
    assert len(codes.uses(house.store, batch.id)) == 1


def test_the_same_gift_twice_is_said_kindly(house):
    browser, (_, (code,)) = house.signed_in(), make(house)
    redeem(browser, code)
    again = redeem(browser, code, return_to="/en/walled/")
    assert again.status == 409
    assert b"redeemed this code before" in again.body
    assert way_on(again) == "/en/walled/#ink-premium"
    assert len(held(house)) == 1


def test_what_is_owned_for_good_costs_no_code(house):
    person = house.person()
    house.grant(person, "course")
    batch, (code,) = make(house, product="course", days=0)
    assert redeem(house.signed_in(person), code).status == 409
    assert not codes.uses(house.store, batch.id)


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        ("unknown", 410, b"There is no such code"),
        ("short", 410, b"There is no such code"),
        ("revoked", 410, b"no longer valid"),
        ("expired", 410, b"no longer valid"),
        ("used", 409, b"was used already"),
    ],
)
def test_a_code_that_gives_nothing_says_why(house, signed_in, state, status, said):
    batch, (code,) = make(house, expires=house.clock().replace(year=2027))
    if state == "revoked":
        codes.revoke(house.store, batch.id)
    elif state == "expired":
        house.clock.move(days=400)
    elif state == "used":
        redeem(house.signed_in("other@example.test"), code)
    typed = {"unknown": "0000-0000-0000-0000", "short": "ABC"}.get(state, code)
    browser = house.signed_in() if signed_in else house.browser()
    answer = redeem(browser, typed, mail=MAIL)
    assert answer.status == status
    assert said in answer.body
    assert field_of(answer.body, "code") == typed
    house.tick()
    assert not house.mailbox.sent


def test_a_wrong_address_keeps_what_was_typed(house):
    code = make(house)[1][0]
    answer = redeem(house.browser(), code, mail="nonsense", return_to="/en/walled/")
    assert answer.status == 422
    assert b"does not look like a mail address" in answer.body
    assert field_of(answer.body, "code") == code
    assert field_of(answer.body, "mail") == "nonsense"
    assert field_of(answer.body, "return_to") == "/en/walled/"


def test_the_page_takes_a_code_from_its_address_and_knows_who_is_here(house):
    page = house.signed_in().get("/api/redeem?lang=en&code=ABCD-EFGH&return_to=/en/walled/")
    assert field_of(page.body, "code") == "ABCD-EFGH"
    assert b"as reader@example.test" in page.body
    assert b"name=mail" not in page.body


def test_guessing_is_limited_by_browser(house):
    browser = house.signed_in()
    statuses = [redeem(browser, f"{number:016d}").status for number in range(11)]
    assert statuses == [410] * 10 + [429]
    assert redeem(browser, make(house)[1][0]).status == 429


def test_another_browser_of_the_same_reader_has_no_tries_of_its_own(house):
    for number in range(10):
        assert redeem(house.signed_in(), f"{number:016d}").status == 410
    assert redeem(house.signed_in(), make(house)[1][0]).status == 429


def test_guessing_is_limited_by_network_and_by_all_together(house):
    for _ in range(60):
        assert redeem(house.browser(), "0" * 16).status == 410
    assert redeem(house.browser(), "0" * 16).status == 429
    elsewhere = house.browser(network="198.51.100.7")
    assert redeem(elsewhere, "0" * 16).status == 410
    from publish.paywall import limits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "REDEEM_OVERALL", replace(limits.REDEEM_OVERALL, most=0))
        assert redeem(house.browser(network="198.51.100.8"), "0" * 16).status == 429


def test_a_form_on_another_site_redeems_nothing(house):
    browser, (batch, (code,)) = house.signed_in(), make(house)
    assert browser.post("/api/redeem", {"code": code}, origin="https://evil.example").status == 401
    assert not codes.uses(house.store, batch.id)


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_redeeming_never_leads_off_the_site(house, evil):
    answer = redeem(house.signed_in(), make(house)[1][0], return_to=evil)
    assert way_on(answer) == "/en/pass/"
    other = house.browser()
    redeem(other, make(house)[1][0], mail="two@example.test", return_to=evil)
    house.tick()
    assert way_on(type_code(other, code_in(house, "two@example.test"))) == "/en/pass/"


def test_a_banned_person_redeems_nothing(house):
    person = house.person()
    browser, (batch, (code,)) = house.browser(), make(house)
    redeem(browser, code, mail=MAIL)
    house.tick()
    house.store.write(people.saving(replace(people.find(house.store, person.id), banned=True)))
    assert type_code(browser, code_in(house)).status == 410
    assert not codes.uses(house.store, batch.id)


@pytest.fixture
def raced(tmp_path, generation):
    clock = ground.MovableClock()
    store = Between(SqliteStore(tmp_path / "paywall.sqlite", clock=clock), "grant#")
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


def test_a_ban_that_comes_between_holds_and_costs_no_code(raced):
    person = raced.person()
    browser, (batch, (code,)) = raced.signed_in(person), make(raced)
    banned = replace(people.find(raced.store, person.id), banned=True)
    raced.store.then = lambda: raced.store.write(people.saving(banned))
    assert redeem(browser, code).status == 401
    assert raced.store.then is None
    assert not codes.uses(raced.store, batch.id)


def test_a_harmless_change_that_comes_between_is_no_trouble(raced):
    person = raced.person()
    browser, (batch, (code,)) = raced.signed_in(person), make(raced)
    noted = replace(people.find(raced.store, person.id), note="friend")
    raced.store.then = lambda: raced.store.write(people.saving(noted))
    assert redeem(browser, code).status == 200
    assert len(codes.uses(raced.store, batch.id)) == 1


def test_the_end_of_a_redeemed_pass_is_reminded_of(house):
    redeem(house.signed_in(), make(house, days=90)[1][0])
    house.clock.move(days=76, hours=1)
    house.tick()
    assert [mail.subject for mail in house.mailbox.to(MAIL)] == ["ending (en)"]
