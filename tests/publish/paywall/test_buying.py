"""From the button to the provider's Checkout and back, as a browser sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from publish.paywall import buying, checkouts, fulfil, keys, limits, orders, people, sessions
from publish.paywall.http import Response
from publish.paywall.orders import Order
from publish.paywall.ports import Conflict, StoreDown, Subscription
from tests.publish.paywall import house
from tests.publish.paywall.house import CANARY, Browser, House, location
from tests.publish.paywall.test_fulfil import replace_world, together
from tests.publish.paywall.tills import FakeTill, SandboxTill, all_orders, begun, ledger

READER = "reader@example.test"
WECHAT = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"


def press(browser: Browser, offer: str = "course", post: str = "chapter", **more: str) -> Response:
    return browser.post("/api/checkout?lang=en", {"offer": offer, "post": post, **more})


def comes_back(browser: Browser, order: Order) -> Response:
    return browser.post("/api/return?lang=en", {"order": order.id})


def reads(browser: Browser, post: str = "chapter") -> int:
    return browser.get(f"/api/read/{post}").status


def starts(till: FakeTill) -> list[str]:
    return [about for what, about in till.payments.calls if what == "start"]


# ---- the button -------------------------------------------------------------------------------


def test_the_button_leads_to_the_checkout_of_what_it_names(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    browser.page = "/chapter/?utm_source=letter&utm_campaign=autumn&ref=friend&other=1"
    answer = press(browser)
    assert answer.status == 303
    assert location(answer).startswith("https://checkout.example/")
    (order,) = all_orders(shop.store)
    assert (order.product, order.offer, order.post, order.page) == (
        "course", "course", "chapter", "/chapter/",
    )  # fmt: skip
    assert order.campaign == {
        "utm_source": "letter", "utm_campaign": "autumn", "ref": "friend",
    }  # fmt: skip
    (asked,) = till.payments.open.values()
    assert (asked.order, asked.currency, asked.mode) == (order.id, "USD", "payment")
    assert asked.price == "inkstead_course_course_CNY29900-USD4500_once"
    assert (asked.mail, asked.customer, asked.trial_days) == ("", "", 0)
    assert asked.cancel_url == "https://example.test/chapter/"
    back = urlsplit(asked.success_url)
    assert (back.netloc, back.path) == ("example.test", "/api/return")
    assert parse_qs(back.query) == {"order": [order.id], "lang": ["en"]}


@pytest.mark.parametrize(("lang", "currency"), [("zh-Hans", "CNY"), ("en", "USD")])
def test_the_currency_is_that_of_the_language(
    shop: House, till: FakeTill, lang: str, currency: str
) -> None:
    shop.browser().post(f"/api/checkout?lang={lang}", {"offer": "course", "post": "chapter"})
    (asked,) = till.payments.open.values()
    assert (asked.currency, asked.lang) == (currency, lang)


@pytest.mark.parametrize(
    "more",
    [
        {"price": "1"},
        {"currency": "JPY"},
        {"amount": "1", "days": "9999", "product": "everything"},
        {"metadata[inkstead_product]": "everything", "order": "AAAA"},
        {"success_url": "https://evil.example/", "lang": "xx"},
    ],
)
def test_nothing_else_in_the_form_counts(shop: House, till: FakeTill, more: dict[str, str]) -> None:
    assert press(shop.browser(), **more).status == 303
    (asked,) = till.payments.open.values()
    assert asked.price == "inkstead_course_course_CNY29900-USD4500_once"
    assert (asked.product, asked.currency) == ("course", "USD")
    assert asked.success_url.startswith("https://example.test/api/return?")


@pytest.mark.parametrize("offer", ["", "nothing", "early", "course ", "COURSE", "../course"])
def test_an_offer_that_is_not_sold_is_refused_kindly(
    shop: House, till: FakeTill, offer: str
) -> None:
    answer = press(shop.browser(), offer)
    assert answer.status == 409
    assert b"no longer sold" in answer.body
    assert b"/chapter/#ink-paywall" in answer.body
    assert starts(till) == []
    assert all_orders(shop.store) == []


@pytest.mark.parametrize("post", ["", "nothing", "../../etc", "//evil.example", "<script>"])
def test_a_post_that_is_not_there_is_left_out(shop: House, post: str) -> None:
    assert press(shop.browser(), post=post).status == 303
    assert all_orders(shop.store)[0].post == ""


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/?utm_source=x",
        "https://example.test.evil.example/",
        "https://evil.example@example.test:1/",
        "https://example.test//evil.example/",
        "https://example.test/\\evil.example",
        "https://example.test/api/redeem",
        "nonsense",
    ],
)
def test_only_a_page_of_ours_led_to_it(shop: House, till: FakeTill, referer: str) -> None:
    browser = shop.browser()
    answer = browser.post(
        "/api/checkout?lang=en", {"offer": "course", "post": "chapter"}, referer=referer
    )
    assert answer.status == 303
    assert all_orders(shop.store)[0].page == ""
    (asked,) = till.payments.open.values()
    assert asked.cancel_url == "https://example.test/en/"


def test_a_campaign_is_cut_to_size(shop: House) -> None:
    browser = shop.browser()
    browser.page = "/chapter/?utm_source=" + "x" * 3000
    press(browser)
    assert all_orders(shop.store)[0].campaign == {"utm_source": "x" * 120}


def test_a_page_with_an_address_too_long_to_keep_is_not_cut(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    browser.page = "/" + "%E4%BD%A0" * 60 + "/"
    press(browser)
    (asked,) = till.payments.open.values()
    assert (all_orders(shop.store)[0].page, asked.cancel_url) == ("", "https://example.test/en/")


def test_without_payments_it_says_so(tmp_path: Any, generation: Any) -> None:
    shop = house.world(tmp_path, generation=generation)
    assert press(shop.browser()).status == 503


def test_another_site_cannot_press_the_button(shop: House, till: FakeTill) -> None:
    answer = shop.browser().post(
        "/api/checkout", {"offer": "course"}, origin="https://evil.example"
    )
    assert answer.status == 401
    assert starts(till) == []


# ---- twice ------------------------------------------------------------------------------------


def test_a_second_click_finds_the_same_checkout(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    first, second = press(browser), press(browser)
    assert location(first) == location(second)
    assert len(starts(till)) == 1
    assert len(all_orders(shop.store)) == 1


def test_two_clicks_at_once_open_one_checkout(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    press(browser, "pass-year", "walled")
    answers = together(6, lambda _: press(browser))
    assert len({location(each) for each in answers}) == 1
    assert {each.status for each in answers} == {303}
    assert len([each for each in all_orders(shop.store) if each.offer == "course"]) == 1


def test_a_click_in_another_language_or_post_closes_the_first_checkout(
    shop: House, till: FakeTill
) -> None:
    browser = shop.browser()
    first = begun(shop, browser)
    second = begun(shop, browser, "course", "free")
    assert first.id != second.id
    assert till.payments.purchase(first.reference).state == "expired"
    assert till.payments.purchase(second.reference).state == "open"


def test_a_checkout_from_before_signing_in_is_not_used_after_it(
    shop: House, till: FakeTill
) -> None:
    browser, member = shop.browser(), shop.person()
    first = begun(shop, browser)
    browser.jar |= shop.signed_in(member).jar
    second = begun(shop, browser)
    assert (first.person, second.person) == ("", member.id)
    assert till.payments.purchase(first.reference).state == "expired"


def test_a_checkout_at_an_old_price_is_not_used_again(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    first = begun(shop, browser)
    shop.store.write(
        orders.saving(
            replace(orders.find(shop.store, first.id), price="inkstead_course_course_CNY1_once")
        )
    )
    second = begun(shop, browser)
    assert second.id != first.id
    assert till.payments.purchase(first.reference).state == "expired"


def test_who_paid_and_never_came_back_is_not_charged_again(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    answer = press(browser)
    assert location(answer) == f"/api/return?order={order.id}&lang=en"
    assert len(starts(till)) == 1


def test_while_a_payment_is_on_its_way_there_is_no_second_one(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser, "pass-year", "walled")
    till.pay(order.reference, READER, "later")
    answer = press(browser, "pass-year", "walled")
    assert location(answer) == f"/api/return?order={order.id}&lang=en"
    assert b"pending" in browser.get(location(answer)).body


def test_after_a_failed_or_expired_payment_one_may_try_again(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    first = begun(shop, browser, "pass-year", "walled")
    till.pay(first.reference, READER, "later")
    till.fail(first.reference)
    second = begun(shop, browser, "pass-year", "walled")
    till.expire(second.reference)
    third = begun(shop, browser, "pass-year", "walled")
    assert len({first.id, second.id, third.id}) == 3


def test_a_pass_may_be_bought_again_and_stacks(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    for _ in range(2):
        order = begun(shop, browser, "pass-quarter", "walled")
        till.pay(order.reference, READER)
        assert comes_back(browser, order).status == 303
    person = orders.find(shop.store, order.id).person  # type: ignore[union-attr]
    from publish.paywall import rights

    end = rights.rights(ledger(shop, person).values(), shop.clock())["pass"].until
    assert end == shop.clock() + timedelta(days=180)


# ---- already ----------------------------------------------------------------------------------


def subscribed(shop: House, person: people.Person, status: str, **more: Any) -> None:
    now = shop.clock()
    running = Subscription("sub_1", status, now, now + timedelta(days=30), **more)
    shop.grant(person, "membership", kind="subscription", subscription=running)


@pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
def test_a_membership_that_runs_is_not_sold_again(shop: House, till: FakeTill, status: str) -> None:
    member = shop.person()
    subscribed(shop, member, status)
    answer = press(shop.signed_in(member), "membership-year", "walled")
    assert answer.status == 409
    assert b"member already" in answer.body
    assert b"/api/account" in answer.body
    assert starts(till) == []


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "unpaid", "canceled"])
def test_a_membership_that_does_not_run_locks_nobody_out(shop: House, status: str) -> None:
    member = shop.person()
    subscribed(shop, member, status)
    assert press(shop.signed_in(member), "membership-year", "walled").status == 303


def test_a_membership_that_is_cancelled_but_runs_is_not_sold_again(shop: House) -> None:
    member = shop.person()
    subscribed(shop, member, "active", cancelled=True)
    assert press(shop.signed_in(member), "membership-year", "walled").status == 409


def test_days_from_a_code_keep_nobody_from_a_membership(shop: House) -> None:
    member = shop.person()
    shop.grant(member, "membership", kind="code", days=30)
    assert press(shop.signed_in(member), "membership-year", "walled").status == 303


def test_an_owned_item_is_not_sold_again_and_a_refunded_one_is(shop: House) -> None:
    owner, refunded = shop.person(), shop.person("other@example.test")
    shop.grant(owner, "course")
    shop.grant(refunded, "course", state="revoked")
    answer = press(shop.signed_in(owner))
    assert answer.status == 409
    assert b"own this already" in answer.body
    assert press(shop.signed_in(refunded)).status == 303


def test_what_this_browser_bought_is_not_sold_to_it_again(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    comes_back(browser, order)
    assert press(browser).status == 409


def test_a_failed_first_payment_does_not_lock_out(stripe_shop: House, sandbox: SandboxTill) -> None:
    from publish.sandbox import selling
    from publish.sandbox.money import DECLINED, Payer

    browser = stripe_shop.browser()
    order = begun(stripe_shop, browser, "membership-year", "walled")
    with sandbox.state.change() as books:
        session = books.get("checkout.session", order.reference)
        selling.refuse(books, session, Payer(READER, card=DECLINED))
    again = begun(stripe_shop, browser, "membership-year", "walled")
    sandbox.pay(again.reference, READER)
    assert comes_back(browser, again).status == 303
    assert reads(browser, "walled") == 200


# ---- trials -----------------------------------------------------------------------------------


def test_a_trial_once_a_person_and_product(shop: House, till: FakeTill) -> None:
    fresh, former = shop.person(), shop.person("former@example.test")
    subscribed(shop, former, "canceled")
    press(shop.signed_in(fresh), "membership-month", "walled")
    press(shop.signed_in(former), "membership-month", "walled")
    assert [each.trial_days for each in till.payments.open.values()] == [7, 0]


def test_signed_in_the_checkout_knows_mail_and_customer(shop: House, till: FakeTill) -> None:
    member = shop.person()
    shop.store.write(people.saving(replace(member, customer="cus_mine", version=1)))
    press(shop.signed_in(member))
    (asked,) = till.payments.open.values()
    assert (asked.mail, asked.customer) == (READER, "cus_mine")


# ---- limits -----------------------------------------------------------------------------------


def exhausted(shop: House, rule: limits.Rule, key: str) -> None:
    partition, window = limits._place(rule, key, shop.clock())
    from publish.paywall.ports import Put

    shop.store.write(Put(partition, window, {"count": rule.most}))


def test_card_testing_from_one_browser_ends(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    press(browser)
    answers = [
        press(browser, "pass-year", "walled") for _ in range(limits.CHECKOUT_BY_BROWSER.most)
    ]
    assert answers[-1].status == 429
    assert answers[-2].status == 303


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (limits.CHECKOUT_BY_NETWORK, "192.0.2.7"),
        (limits.CHECKOUT_OVERALL, "all"),
        (buying.BY_PRODUCT, "course"),
    ],
)
def test_card_testing_from_ever_new_browsers_and_addresses_ends(
    shop: House, till: FakeTill, rule: limits.Rule, key: str
) -> None:
    exhausted(shop, rule, key)
    assert press(shop.browser()).status == 429
    assert starts(till) == []


def test_the_provider_is_not_asked_about_one_order_without_end(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    exhausted(shop, buying.LOOKING, order.id)
    assert comes_back(browser, order).status == 429
    till.pay(order.reference, READER)
    fulfil.sync(shop.world, order.reference)
    assert comes_back(browser, order).status == 303, "what is paid is known without asking"


def test_a_free_checkout_is_no_relay_for_mail(shop: House, till: FakeTill) -> None:
    for _ in range(6):
        order = begun(shop, shop.browser())
        till.pay(order.reference, "victim@example.test", free=True)
        fulfil.sync(shop.world, order.reference)
    from tests.publish.paywall.tills import queued

    assert len(queued(shop.store)) == 3
    shop.clock.move(days=2)
    order = begun(shop, shop.browser())
    till.pay(order.reference, "victim@example.test")
    fulfil.sync(shop.world, order.reference)
    assert len(queued(shop.store)) == 4, "tomorrow is another day"


# ---- the provider's side ----------------------------------------------------------------------


def test_an_archived_price_is_refused_kindly(shop: House, till: FakeTill) -> None:
    till.payments.prices.clear()
    answer = press(shop.browser())
    assert (answer.status, b"no longer sold" in answer.body) == (409, True)


def test_the_provider_down_says_so_and_the_next_click_tries_anew(
    shop: House, till: FakeTill
) -> None:
    browser = shop.browser()
    till.payments.down = True
    answer = press(browser)
    assert (answer.status, b"does not answer" in answer.body) == (502, True)
    till.payments.down = False
    assert press(browser).status == 303
    (order,) = all_orders(shop.store)
    (asked,) = till.payments.open.values()
    assert (asked.order, asked.key) == (order.id, f"{order.id}-1")


def test_the_store_dying_after_the_checkout_began_leads_to_the_same_checkout(
    shop: House, till: FakeTill
) -> None:
    browser = shop.browser()
    begun(shop, browser, "pass-year", "walled")
    store = shop.store
    real = store.write

    def dies(*operations: Any) -> None:
        if len(till.payments.open) > 1:
            raise StoreDown("killed")
        real(*operations)

    store.write = dies
    assert press(browser).status == 503
    store.write = real
    assert press(browser).status == 303
    assert len(till.payments.open) == 2


def test_too_many_clicks_at_once_is_trouble_not_two_orders(
    shop: House, till: FakeTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> Any:
        raise Conflict

    monkeypatch.setattr(checkouts, "_new", never)
    assert press(shop.browser()).status == 503
    assert starts(till) == []


# ---- WeChat -----------------------------------------------------------------------------------


def test_inside_wechat_it_is_said_before_paying(shop: House, till: FakeTill) -> None:
    browser = shop.browser(agent=WECHAT)
    answer = press(browser, "membership-year", "walled")
    (order,) = all_orders(shop.store)
    assert location(answer) == f"/api/checkout/{order.id}?lang=en"
    assert starts(till) == []
    said = browser.get(location(answer)).body.decode()
    assert "WeChat" in said
    assert "membership (en) $59 per year" in said
    assert "renews" in said
    assert '<a href="/en/pass/">pass (en)</a>' in said
    went = browser.post(location(answer))
    assert location(went).startswith("https://checkout.example/")


def test_a_pass_inside_wechat_has_no_other_pass_to_offer(shop: House) -> None:
    browser = shop.browser(agent=WECHAT)
    said = browser.get(location(press(browser, "pass-quarter", "walled"))).body.decode()
    assert "$15 for 90 days" in said
    assert "/en/pass/" not in said
    assert "renews" not in said


def test_in_the_systems_browser_the_order_goes_on_and_is_that_browsers(
    shop: House, till: FakeTill
) -> None:
    wechat, system = shop.browser(agent=WECHAT), shop.browser()
    page = location(press(wechat, "pass-quarter", "walled"))
    assert system.get(page).status == 200
    went = system.post(page)
    assert location(went).startswith("https://checkout.example/")
    (order,) = all_orders(shop.store)
    till.pay(order.reference, READER)
    assert b"elsewhere" in comes_back(wechat, order).body
    assert comes_back(system, order).status == 303
    assert (reads(system, "walled"), reads(wechat, "walled")) == (200, 402)


def test_a_new_click_in_wechat_leaves_the_other_browsers_checkout_alone(
    shop: House, till: FakeTill
) -> None:
    wechat, system = shop.browser(agent=WECHAT), shop.browser()
    page = location(press(wechat, "pass-quarter", "walled"))
    system.post(page)
    (first,) = all_orders(shop.store)
    press(wechat, "pass-quarter", "walled")
    assert till.payments.purchase(first.reference).state == "open"
    assert len(all_orders(shop.store)) == 2


def test_once_the_checkout_began_only_its_browser_goes_on(shop: House) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    assert browser.get(f"/api/checkout/{order.id}").status == 200
    stranger = shop.browser()
    assert stranger.get(f"/api/checkout/{order.id}").status == 410
    assert stranger.post(f"/api/checkout/{order.id}").status == 410
    assert orders.find(shop.store, order.id).browser == order.browser  # type: ignore[union-attr]


@pytest.mark.parametrize("order", ["nothing", "x" * 500, "%2e%2e", "a/b", "%00"])
def test_an_order_that_is_not_there(shop: House, order: str) -> None:
    assert shop.browser().get(f"/api/checkout/{order}").status == 410
    assert shop.browser().post(f"/api/checkout/{order}").status == 410
    assert shop.browser().get(f"/api/return?order={order}").status == 410
    assert shop.browser().post("/api/return", {"order": order}).status == 410


def test_an_order_whose_offer_is_gone_meanwhile(
    shop: House, till: FakeTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.browser(agent=WECHAT)
    page = location(press(browser))
    release = shop.world.releases.find()
    monkeypatch.setattr(release, "manifest", replace(release.manifest, products={}))
    assert browser.post(page).status == 409
    assert starts(till) == []


def test_how_paying_works_is_a_page(shop: House) -> None:
    assert shop.browser().get("/api/paying").status == 200


# ---- back -------------------------------------------------------------------------------------


def test_back_the_button_opens_the_purchase_in_this_browser_only(
    shop: House, till: FakeTill
) -> None:
    browser, stranger = shop.browser(), shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    shown = browser.get(f"/api/return?order={order.id}&lang=en")
    assert b"here course (en)" in shown.body
    assert shown.cookies == ()
    assert orders.find(shop.store, order.id).state == "open", "a GET changes nothing"  # type: ignore[union-attr]
    went = comes_back(browser, order)
    assert location(went) == "/chapter/#ink-premium"
    assert (reads(browser), reads(stranger)) == (200, 402)
    assert b"not signed in" in browser.get("/api/account").body, "paying signs nobody in"
    assert "ink-in" in browser.jar


def test_a_purchase_opens_itself_and_nothing_else_of_the_payers(
    shop: House, till: FakeTill
) -> None:
    victim = shop.person("victim@example.test")
    shop.grant(victim, "membership", days=30)
    attacker = shop.browser()
    order = begun(shop, attacker)
    till.pay(order.reference, "victim@example.test")
    comes_back(attacker, order)
    assert (reads(attacker), reads(attacker, "walled")) == (200, 402)


def test_somebody_elses_order_shows_a_number_and_opens_nothing(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    fulfil.sync(shop.world, order.reference)
    stranger = shop.browser()
    press(stranger, "pass-year", "walled")
    for answer in (stranger.get(f"/api/return?order={order.id}"), comes_back(stranger, order)):
        assert answer.status == 200
        assert order.number.encode() in answer.body
        assert b"elsewhere" in answer.body
        assert answer.cookies == ()
    assert reads(stranger) == 402


def test_without_a_cookie_no_empty_browser_matches_an_empty_order(
    shop: House, till: FakeTill
) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    shop.store.write(orders.saving(replace(orders.find(shop.store, order.id), browser="")))
    assert b"elsewhere" in comes_back(shop.browser(), order).body


def test_a_forged_browser_cookie_is_none(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    till.pay(order.reference, READER)
    forger = shop.browser()
    forger.jar[shop.world.cookies.browser] = order.browser
    assert b"elsewhere" in comes_back(forger, order).body
    forger.jar[shop.world.cookies.browser] = f"{order.browser}.AAAA"
    assert b"elsewhere" in comes_back(forger, order).body


def test_the_order_may_be_named_as_a_person_types_it(shop: House, till: FakeTill) -> None:
    order = begun(shop, shop.browser())
    answer = shop.browser().get(f"/api/return?order={order.number.lower()}")
    assert order.number.encode() in answer.body


def test_coming_back_unpaid_is_not_paid(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    answer = comes_back(browser, order)
    assert (answer.status, b"did not go through" in answer.body) == (402, True)
    assert reads(browser) == 402


def test_a_payment_on_its_way_opens_by_itself_later(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser, "pass-year", "walled")
    till.pay(order.reference, READER, "later")
    answer = comes_back(browser, order)
    assert location(answer) == f"/api/return?order={order.id}&lang=en"
    assert b"pending" in browser.get(location(answer)).body
    assert browser.json("/api/read/walled").status == 402
    assert b'"state": "pending"' in browser.json("/api/read/walled").body
    till.arrive(order.reference)
    fulfil.sync(shop.world, order.reference)
    assert reads(browser, "walled") == 200


def test_a_payment_that_failed_after_all_says_so(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser, "pass-year", "walled")
    till.pay(order.reference, READER, "later")
    comes_back(browser, order)
    till.fail(order.reference)
    assert comes_back(browser, order).status == 402
    assert b"failed" in browser.get(f"/api/return?order={order.id}").body


def test_signed_in_one_comes_back_signed_in(shop: House, till: FakeTill) -> None:
    member = shop.person()
    browser = shop.signed_in(member)
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    before = dict(browser.jar)
    assert location(comes_back(browser, order)) == "/chapter/#ink-premium"
    assert browser.jar == before
    assert reads(browser) == 200


def test_signed_out_meanwhile_the_browser_still_opens_what_it_bought(
    shop: House, till: FakeTill
) -> None:
    member = shop.person()
    browser = shop.signed_in(member)
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    browser.jar.pop(shop.world.cookies.session)
    assert comes_back(browser, order).status == 303
    assert reads(browser) == 200
    assert b"not signed in" in browser.get("/api/account").body


def test_a_second_purchase_keeps_the_first_one_open(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    for offer, post in (("course", "chapter"), ("pass-year", "walled")):
        order = begun(shop, browser, offer, post)
        till.pay(order.reference, READER)
        comes_back(browser, order)
    assert (reads(browser), reads(browser, "walled")) == (200, 200)


def test_pressing_the_button_of_the_return_page_twice_is_once(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    comes_back(browser, order)
    before = dict(browser.jar)
    assert comes_back(browser, order).status == 303
    assert browser.jar == before


def test_bought_without_a_post_one_lands_on_the_products_page(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser, "course", "")
    till.pay(order.reference, READER)
    assert location(comes_back(browser, order)) == "/en/course/"


def test_the_return_page_needs_no_provider(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.payments.down = True
    assert browser.get(f"/api/return?order={order.id}").status == 200
    assert comes_back(browser, order).status == 502


def test_paid_by_the_webhook_the_button_needs_no_provider(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    fulfil.sync(shop.world, order.reference)
    till.payments.down = True
    assert comes_back(browser, order).status == 303


def test_the_button_racing_the_webhook(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)

    def one(number: int) -> int:
        if number % 2:
            return comes_back(browser, order).status
        found = fulfil.sync(shop.world, order.reference, f"evt_{number}")
        return 303 if found and found.state == "paid" else 0

    assert set(together(8, one)) == {303}
    known = orders.find(shop.store, order.id)
    assert known
    assert len(ledger(shop, known.person)) == 1


def test_a_refunded_purchase_closes_in_the_browser_that_made_it(
    shop: House, till: FakeTill
) -> None:
    browser = shop.browser()
    order = begun(shop, browser)
    till.pay(order.reference, READER)
    comes_back(browser, order)
    till.refund(order.reference)
    fulfil.sync(shop.world, order.reference)
    assert reads(browser) == 402


def test_nothing_said_on_the_way_holds_premium_words(shop: House, till: FakeTill) -> None:
    browser = shop.browser(agent=WECHAT)
    went = press(browser)
    order = all_orders(shop.store)[0]
    pages = [went, browser.get(location(went)), browser.get(f"/api/return?order={order.id}")]
    assert all(CANARY.encode() not in each.body for each in pages)
    assert all(each.cache == "private, no-store" for each in pages)


# ---- the whole way, with Stripe's sandbox ------------------------------------------------------


@pytest.mark.parametrize(
    ("offer", "post", "lang"),
    [
        ("course", "chapter", "en"),
        ("pass-quarter", "walled", "zh-Hans"),
        ("membership-month", "walled", "zh-Hans"),
        ("everything", "walled", "en"),
    ],
)
def test_bought_in_the_sandbox_and_read(
    stripe_shop: House, sandbox: SandboxTill, offer: str, post: str, lang: str
) -> None:
    browser = stripe_shop.browser()
    answer = browser.post(f"/api/checkout?lang={lang}", {"offer": offer, "post": post})
    assert location(answer).startswith("http://127.0.0.1:")
    (order,) = all_orders(stripe_shop.store)
    sandbox.pay(order.reference, READER)
    assert comes_back(browser, order).status == 303
    assert reads(browser, post) == 200
    paid = orders.find(stripe_shop.store, order.id)
    assert paid
    assert paid.currency == ("USD" if lang == "en" else "CNY")


def test_a_member_whose_customer_was_deleted_buys_all_the_same(
    stripe_shop: House, sandbox: SandboxTill
) -> None:
    member = stripe_shop.person()
    browser = stripe_shop.signed_in(member)
    first = begun(stripe_shop, browser)
    sandbox.pay(first.reference, READER)
    comes_back(browser, first)
    known = people.find(stripe_shop.store, member.id)
    assert known
    assert known.customer
    sandbox.payments.forget(known.customer)
    second = begun(stripe_shop, browser, "pass-year", "walled")
    sandbox.pay(second.reference, "somebody-else@example.test")
    comes_back(browser, second)
    assert reads(browser, "walled") == 200


def test_an_archived_price_at_stripe(stripe_shop: House, sandbox: SandboxTill) -> None:
    with sandbox.state.change() as books:
        for price in books.all("price"):
            books.put(price | {"active": False})
    assert press(stripe_shop.browser()).status == 409


def test_the_session_replaces_an_older_one_of_the_browser(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    for offer in ("course", "pass-year"):
        order = begun(shop, browser, offer, "walled")
        till.pay(order.reference, READER)
        comes_back(browser, order)
    value = browser.jar[shop.world.cookies.session]
    session = sessions.read_session(shop.store, shop.world.ring, value)
    assert session
    assert len(session.opened) == 2
    assert shop.store.query(session.partition, keys.session("")) != []


def test_a_world_is_copied_for_a_dying_store(shop: House) -> None:
    assert replace_world(shop.world, shop.store).origin == shop.world.origin
