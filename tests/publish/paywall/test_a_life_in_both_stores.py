"""One reader's life without money, on SQLite and in a table: the same answers in the same order."""

from __future__ import annotations

import threading

import pytest

from publish.paywall import codes, people
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall import house as ground
from tests.publish.paywall.mailing import (
    MAIL,
    ask,
    code_in,
    is_in,
    key_in,
    press_link,
    sign_in,
    type_code,
    wrong_codes,
)


@pytest.fixture(params=["sqlite", "dynamodb"])
def house(request, tmp_path, generation):
    clock = ground.MovableClock()
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "paywall.sqlite", clock=clock)
    else:
        aws = request.getfixturevalue("aws")
        store = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock, sleep=lambda _: None)
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


def at_once(steps):
    """Take steps in threads that start together; return the statuses."""
    statuses, barrier = [], threading.Barrier(len(steps))

    def one(step):
        barrier.wait()
        statuses.append(step().status)

    threads = [threading.Thread(target=one, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_a_life_from_the_first_mail_to_the_last(house):
    browser = house.browser()
    batch, (code,) = codes.make(house.store, house.clock(), product="pass", days=90, count=1)
    assert browser.post("/api/redeem?lang=en", {"code": code, "mail": MAIL}).status == 303
    house.tick()
    assert press_link(house.browser(), key_in(house)).status == 200
    assert type_code(browser, code_in(house)).status == 410
    assert sign_in(house, browser).status == 303
    assert browser.get("/api/read/en/walled").status == 200
    assert b"pass (en)" in browser.get("/api/account?lang=en").body
    browser.post("/api/account/mail?lang=en", {"mail": "new@example.test"})
    house.tick()
    assert press_link(house.browser(), key_in(house)).status == 200
    assert press_link(browser, key_in(house, "new@example.test")).status == 200
    assert browser.post("/api/account/feeds").status == 303
    assert browser.post("/api/account/export").status == 200
    assert browser.post("/api/sign-out", {"all": "1"}).status == 303
    assert browser.post("/api/account/delete", {"sure": "yes"}).status == 200
    assert not is_in(browser)
    assert people.find_by_mail(house.store, "new@example.test") is None
    assert [use.grant for use in codes.uses(house.store, batch.id)]


def test_guesses_at_once_count_one_by_one(house):
    browser = house.browser()
    ask(house, browser)
    code, jar = code_in(house), dict(browser.jar)

    def guess(wrong):
        one = house.browser()
        one.jar = dict(jar)
        return type_code(one, wrong)

    steps = [lambda wrong=wrong: guess(wrong) for wrong in wrong_codes(code, 8)]
    assert at_once(steps) == [401] * 4 + [410] * 4
    assert type_code(browser, code).status == 410


def test_one_code_typed_at_once_signs_in_once(house):
    house.person()
    browser = house.browser()
    ask(house, browser)
    code, jar = code_in(house), dict(browser.jar)

    def enter():
        one = house.browser()
        one.jar = dict(jar)
        return type_code(one, code)

    assert at_once([enter] * 5) == [303] + [410] * 4


def test_the_last_use_of_a_code_goes_to_one(house):
    _, (code,) = codes.make(house.store, house.clock(), product="pass", days=90, count=1)
    browsers = [house.signed_in(f"r{number}@example.test") for number in range(5)]
    steps = [lambda one=one: one.post("/api/redeem", {"code": code}) for one in browsers]
    assert at_once(steps) == [200] + [409] * 4
