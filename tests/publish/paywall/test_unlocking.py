"""Unlocking over the service: a code from elsewhere opens a lead magnet, and nothing else."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from publish.contract.service import PAGES
from publish.paywall import codes, deliveries, keys, people, tallying, unlocking
from publish.paywall.stores.dynamodb import DynamoStore
from publish.paywall.visit import Visit
from tests.publish.paywall import house as ground
from tests.publish.paywall.house import CANARY, field_of, location
from tests.publish.paywall.mailing import is_in

PAGE = "/api/get/code?" + urlencode({"lang": "en", "magnet": "清单"})


@pytest.fixture
def house(tmp_path, generation):
    return ground.world(tmp_path, generation=generation)


@pytest.fixture(params=["sqlite", "dynamodb"])
def either(request, tmp_path, generation):
    """The house on each of the stores."""
    clock = ground.MovableClock()
    if request.param == "sqlite":
        return ground.world(tmp_path, generation=generation, clock=clock)
    aws = request.getfixturevalue("aws")
    store = DynamoStore(aws.table(), aws.client("dynamodb"), clock=clock, sleep=lambda _: None)
    return ground.world(tmp_path, generation=generation, store=store, clock=clock)


def make(house, **fields):
    batch, (code,) = codes.make(
        house.store, house.clock(), **{"magnet": "清单", "count": 1, **fields}
    )
    return batch, code


def try_code(browser, code, magnet="清单", **headers):
    return browser.post("/api/get/code?lang=en", {"magnet": magnet, "code": code}, **headers)


def delivery(house, answer):
    key = parse_qs(urlsplit(location(answer)).query)["key"][0]
    return deliveries.read(house.world.ring, key)


def fetch(browser, answer):
    key = parse_qs(urlsplit(location(answer)).query)["key"][0]
    return browser.post("/api/get?lang=en", {"key": key, "file": "1"})


def tallied(house, magnet="清单"):
    found = tallying.tallies(house.store, magnet)
    return [(each.what, each.post, each.campaign, each.count) for each in found]


def used(house, batch):
    return len(codes.uses(house.store, batch.id))


def test_a_code_from_an_automatic_answer_opens_the_file_without_an_address(house):
    browser, (batch, code) = house.browser(), make(house, uses=1000)
    page = browser.get(PAGE)
    assert (page.status, field_of(page.body, "magnet"), browser.jar) == (200, "清单", {})
    assert b"<h1>\xe6\xb8\x85\xe5\x8d\x95 (en)</h1>" in page.body
    led = try_code(browser, code.lower().replace("-", " "))
    assert led.status == 303
    found = delivery(house, led)
    assert (found.magnet, found.lang, found.person) == ("清单", "en", "")
    assert (found.until - house.clock()).days == 7
    opened = browser.get(location(led))
    assert (opened.status, b"<p>fresh</p>" in opened.body) == (200, False)
    got = browser.get(location(fetch(browser, led)))
    assert (got.status, got.body) == (200, b"%PDF-1.7 " + CANARY.encode())
    assert used(house, batch) == 1
    assert not house.store.query(keys.PEOPLE)


def test_the_link_in_an_automatic_answer_brings_the_code_along(house):
    _, code = make(house)
    page = house.browser().get(unlocking.filled_in("清单", code) + "&lang=en")
    assert field_of(page.body, "code") == code
    assert try_code(house.browser(), field_of(page.body, "code")).status == 303


def test_typed_again_in_the_same_browser_it_is_no_second_use(house):
    browser, (batch, code) = house.browser(), make(house)
    first, second = try_code(browser, code), try_code(browser, code)
    assert (first.status, second.status) == (303, 303)
    assert delivery(house, first) == delivery(house, second)
    assert used(house, batch) == 1
    assert try_code(house.browser(), code).status == 422
    assert [each[::3] for each in tallied(house)] == [("confirmed", 1)]


def test_it_is_counted_once_a_browser_and_fetched_wherever_its_link_was_opened(either):
    house = either
    _, code = make(house, uses=9)
    wechat, safari, laptop = (house.browser() for _ in range(3))
    wechat.page = "/en/free/?utm_source=wechat&utm_campaign=autumn&spy=1"
    led = try_code(wechat, code)
    for browser in (safari, wechat, safari):
        assert fetch(browser, led).status == 303
    assert tallied(house) == [
        ("confirmed", "en/free", "wechat / autumn", 1),
        ("fetched", "en/free", "wechat / autumn", 1),
    ]
    fetch(laptop, try_code(laptop, code))
    assert sorted(each[0::3] for each in tallied(house)) == [
        ("confirmed", 1), ("confirmed", 1), ("fetched", 1), ("fetched", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "post"),
    [
        (quote("/第三次小圈/"), "第三次小圈"),
        (quote("/get/清单/"), ""),
        ("/api/get/code", ""),
        ("//evil.example/free/", ""),
    ],
)
def test_the_post_is_the_one_that_the_form_stands_in(house, page, post):
    browser, (_, code) = house.browser(), make(house)
    browser.page = page
    assert try_code(browser, code).status == 303
    assert tallied(house) == [("confirmed", post, "", 1)]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("unknown", "redeem-unknown"),
        ("short", "redeem-unknown"),
        ("empty", "redeem-unknown"),
        ("of a product", "redeem-unknown"),
        ("of another", "redeem-unknown"),
        ("revoked", "redeem-over"),
        ("over", "redeem-over"),
        ("used", "redeem-used"),
    ],
)
def test_a_code_that_opens_nothing_says_why_in_the_form(house, state, code):
    batch, right = make(house, expires=house.clock().replace(year=2027))
    typed = {"unknown": "0000-0000-0000-0000", "short": "ABC", "empty": ""}.get(state, right)
    if state == "of a product":
        typed = make(house, magnet="", product="pass", days=30)[1]
    elif state == "of another":
        typed = make(house, magnet="worksheet")[1]
    elif state == "revoked":
        codes.revoke(house.store, batch.id)
    elif state == "over":
        house.clock.move(days=400)
    elif state == "used":
        try_code(house.browser(), right)
    before = tallied(house)
    answer = try_code(house.browser(), typed)
    assert answer.status == 422
    said = house.world.releases.find().words("en").messages[code][1]
    assert f"<p class=error>{said}</p>" in answer.body.decode()
    assert (field_of(answer.body, "code"), field_of(answer.body, "magnet")) == (typed, "清单")
    assert b'<a href="/en/get/%E6%B8%85%E5%8D%95/">back</a>' in answer.body
    told = try_code(house.browser(), typed, accept="application/json")
    assert (told.status, json.loads(told.body)["error"]["code"]) == (422, code)
    assert tallied(house) == before


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><b>', "[[title]]", "码" * 999])
def test_what_is_typed_stays_text(house, typed):
    body = try_code(house.browser(), typed).body.decode()
    shown = typed[:80].replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert f'name=code value="{shown}"' in body
    assert "<script>" not in body


def test_a_magnets_code_gives_no_product_and_a_products_code_no_magnet(house):
    """Whichever form it is typed into, signed in or not."""
    sold, pass_code = make(house, magnet="", product="pass", days=30)
    ours, magnet_code = make(house, uses=9)
    reader = house.signed_in()
    for browser in (reader, house.browser()):
        led = browser.post("/api/redeem?lang=en", {"code": magnet_code, "mail": "x@example.test"})
        assert led.status == 303
        assert delivery(house, led).magnet == "清单"
        assert try_code(browser, pass_code).status == 422
    person = people.find_by_mail(house.store, "reader@example.test")
    assert not house.store.query(keys.person(person.id), keys.grant(""))
    assert (used(house, sold), used(house, ours)) == (0, 2)
    assert reader.post("/api/redeem?lang=en", {"code": pass_code}).status == 200
    house.tick()
    assert not house.mailbox.sent


@pytest.mark.parametrize(("state", "said"), [("used", b"used already"), ("over", b"no longer")])
def test_where_codes_of_products_are_redeemed_one_that_opens_nothing_says_so(house, state, said):
    batch, code = make(house)
    if state == "over":
        codes.revoke(house.store, batch.id)
    else:
        try_code(house.browser(), code)
    answer = house.browser().post("/api/redeem?lang=en", {"code": code, "mail": "x@example.test"})
    assert answer.status in (409, 410)
    assert said in answer.body
    house.tick()
    assert not house.mailbox.sent


def test_it_signs_nobody_in_and_opens_nothing_else(house):
    browser, (_, code) = house.browser(), make(house)
    led = try_code(browser, code)
    browser.get(location(led))
    fetch(browser, led)
    assert list(browser.jar) == ["__Host-ink-browser"]
    assert not is_in(browser)
    assert b"sign-in-first" in browser.json("/api/account").body
    assert browser.get("/api/read/letters").status == 402


def test_who_is_signed_in_stays_so_and_nothing_of_it_is_written_to_them(house):
    reader = house.signed_in()
    person = house.person()
    before = house.store.query(keys.person(person.id))
    _, code = make(house)
    fetch(reader, try_code(reader, code))
    assert house.store.query(keys.person(person.id)) == before
    assert is_in(reader)


def test_a_late_link_asks_for_the_code_once_more(house):
    browser, (batch, code) = house.browser(), make(house)
    path = location(try_code(browser, code))
    house.clock.move(days=7)
    late = browser.get(path)
    assert late.status == 410
    assert b"Type the code once more" in late.body
    assert field_of(late.body, "magnet") == "清单"
    assert json.loads(browser.json(path).body)["error"]["code"] == "delivery-code-late"
    key = parse_qs(urlsplit(path).query)["key"][0]
    sent = browser.post("/api/get/again?lang=en", {"key": key})
    assert (sent.status, location(sent)) == (303, PAGE.replace("lang=en&", "") + "&lang=en")
    assert not house.store.query(keys.QUEUE)
    assert browser.get(location(try_code(browser, code))).status == 200
    assert used(house, batch) == 1


def test_only_what_is_given_for_a_code_has_the_form(house):
    for magnet in ("old", "nowhere", "", "<b>"):
        page = house.browser().get("/api/get/code?" + urlencode({"magnet": magnet, "lang": "en"}))
        assert page.status == 410
        assert b"no longer given away" in page.body
    asks_for_an_address = house.browser().get("/api/get/code?magnet=checklist&lang=en")
    assert location(asks_for_an_address) == "/en/get/checklist/"
    assert try_code(house.browser(), make(house)[1], "nowhere").status == 410


def test_a_retired_magnet_opens_where_it_was_opened_and_for_nobody_new(house, monkeypatch):
    release = house.world.releases.find()
    browser, (_, code) = house.browser(), make(house, uses=9)
    path = location(try_code(browser, code))
    retired = replace(release.manifest.magnets["清单"], status="retired")
    monkeypatch.setattr(release, "manifest", replace(release.manifest, magnets={"清单": retired}))
    assert browser.get(path).status == 200
    assert try_code(browser, code).status == 303
    answer = try_code(house.browser(), code)
    assert answer.status == 422
    assert b"This code is no longer valid" in answer.body


def test_guessing_is_limited_by_browser_by_network_and_by_all_together(house, monkeypatch):
    browser, (_, code) = house.browser(), make(house, uses=99)
    statuses = [try_code(browser, f"{number:016d}").status for number in range(11)]
    assert statuses == [422] * 10 + [429]
    assert try_code(browser, code).status == 429
    monkeypatch.setattr(unlocking, "BY_NETWORK", replace(unlocking.BY_NETWORK, most=11))
    assert try_code(house.browser(), code).status == 303
    assert try_code(house.browser(), code).status == 429
    elsewhere = house.browser(network="198.51.100.7")
    assert try_code(elsewhere, code).status == 303
    monkeypatch.setattr(unlocking, "OVERALL", replace(unlocking.OVERALL, most=0))
    assert try_code(house.browser(network="198.51.100.8"), code).status == 429


def test_a_crowd_at_a_keyword_keeps_nobody_from_redeeming(house, monkeypatch):
    monkeypatch.setattr(unlocking, "OVERALL", replace(unlocking.OVERALL, most=0))
    _, code = make(house, magnet="", product="pass", days=30)
    reader = house.signed_in()
    assert try_code(reader, code).status == 429
    assert reader.post("/api/redeem?lang=en", {"code": code}).status == 200


def test_many_at_once_and_three_uses_left(either):
    house = either
    batch, code = make(house, uses=3)
    browsers = [house.browser() for _ in range(8)]
    barrier, statuses = threading.Barrier(8), []

    def one(browser):
        barrier.wait()
        statuses.append(try_code(browser, code).status)

    threads = [threading.Thread(target=one, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] * 3 + [422] * 5
    assert used(house, batch) == 3
    assert sum(each[3] for each in tallied(house)) == 3


def test_a_form_on_another_site_uses_nothing(house):
    batch, code = make(house)
    assert try_code(house.browser(), code, origin="https://evil.example").status == 401
    assert used(house, batch) == 0


def test_looking_at_the_form_writes_nothing(house):
    _, code = make(house)
    before = list(house.store.everything())
    for method in ("GET", "HEAD"):
        house.browser().get(unlocking.filled_in("清单", code), method=method)
    assert list(house.store.everything()) == before


def test_the_code_is_not_kept_as_it_was_typed(house, tmp_path):
    browser, (_, code) = house.browser(), make(house)
    fetch(browser, try_code(browser, code))
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("paywall.sqlite*"))
    assert code.encode() not in raw
    assert codes.typed(code).encode() not in raw
    assert codes.typed(code) not in re.sub(
        "[^A-Z0-9]", "", location(try_code(browser, code)).upper()
    )


def test_every_slot_of_the_page_has_a_value(house, monkeypatch):
    seen, page = [], Visit.page
    monkeypatch.setattr(Visit, "page", lambda *a: (seen.append((a[1], set(a[2]))), page(*a))[1])
    house.browser().get(PAGE)
    try_code(house.browser(), "x")
    assert seen == [("magnet-code", set(PAGES["magnet-code"]))] * 2
