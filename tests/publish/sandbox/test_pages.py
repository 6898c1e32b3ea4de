"""Test Checkout, portal and panel by HTTP, as a browser without JavaScript uses them."""

import re

import pytest

from publish.sandbox import money
from tests.publish.sandbox.shop import ask, later, member, pay, price, session

MAIL = {"mail": "r@example.com"}


def opened(client, mode="payment", **more):
    return session(client, price(client, every="month" if mode != "payment" else ""), mode, **more)


def told(client, key):
    return client.v1.checkout.sessions.retrieve(key)


def test_a_card_that_works_comes_back_paid(client):
    found = opened(client)
    answer = ask(found.url, {**MAIL, "pay": "card-works"})
    assert (answer.status, answer.location) == (303, f"http://127.0.0.1:9/back?session={found.id}")
    done = told(client, found.id)
    assert (done.payment_status, done.customer_details.email) == ("paid", "r@example.com")


def test_a_card_that_is_declined_may_be_followed_by_one_that_works(client):
    found = opened(client)
    answer = ask(found.url, {**MAIL, "pay": "card-declined"})
    page = ask(found.url.partition("/_sandbox")[0] + answer.location)
    assert "The card was declined" in page.text
    assert 'value="r@example.com"' in page.text
    assert told(client, found.id).status == "open"
    ask(found.url, {**MAIL, "pay": "card-works"})
    intents = client.v1.payment_intents.list().data
    assert [each.status for each in intents] == ["succeeded"]
    assert {each.status for each in client.v1.charges.list().data} == {"failed", "succeeded"}


@pytest.mark.parametrize(("do", "status"), [("confirm", "complete"), ("refuse", "open")])
@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_a_card_that_wants_confirmation_asks_first(client, do, status, mode):
    found = opened(client, mode)
    page = ask(found.url, {**MAIL, "pay": "card-confirm"})
    assert "The bank asks" in page.text
    assert told(client, found.id).status == "open"
    mail = re.search(r'name="mail" value="([^"]+)"', page.text)[1]
    ask(f"{found.url}/confirm", {"mail": mail, "do": do})
    assert told(client, found.id).status == status


@pytest.mark.parametrize("wallet", ["alipay", "wechat_pay"])
@pytest.mark.parametrize(
    ("outcome", "first", "then"),
    [("now", "paid", "paid"), ("later", "unpaid", "paid"), ("never", "unpaid", "unpaid")],
)
def test_a_wallet_pays_at_once_later_or_never(client, state, wallet, outcome, first, then):
    found = opened(client)
    assert ask(found.url, {**MAIL, "pay": f"{wallet}-{outcome}"}).status == 303
    assert told(client, found.id).payment_status == first
    later(state, 1)
    assert told(client, found.id).payment_status == then


def test_a_subscription_offers_cards_only(client):
    page = ask(opened(client, "subscription").url)
    assert "card-later" in page.text
    assert "alipay" not in page.text
    found = opened(client, "subscription")
    answer = ask(found.url, {**MAIL, "pay": "alipay-now"})
    assert "said=choose" in answer.location
    assert told(client, found.id).status == "open"


def test_a_code_scanned_on_the_same_phone_is_a_dead_end_that_is_explained(client):
    found = opened(client)
    answer = ask(found.url, {**MAIL, "pay": "wechat_pay-phone"})
    page = ask(found.url.partition("/_sandbox")[0] + answer.location)
    assert "another device has to scan" in page.text
    assert told(client, found.id).status == "open"


def test_who_comes_back_in_another_browser_is_shown_the_address(client):
    found = opened(client)
    page = ask(found.url, {**MAIL, "pay": "card-works", "elsewhere": "1"})
    assert page.status == 200
    assert f">http://127.0.0.1:9/back?session={found.id}</code>" in page.text
    assert told(client, found.id).status == "complete"


@pytest.mark.parametrize("mail", ["", "nobody", "a b@example.com"])
def test_without_a_mail_address_nothing_is_paid(client, mail):
    found = opened(client)
    assert "said=mail" in ask(found.url, {"mail": mail, "pay": "card-works"}).location
    assert told(client, found.id).status == "open"


def test_a_known_customer_is_not_asked_and_cannot_be_another(client):
    who = client.v1.customers.create({"email": "known@example.com"})
    found = opened(client, customer=who.id)
    assert 'name="mail"' not in ask(found.url).text
    ask(found.url, {"pay": "card-works"})
    assert told(client, found.id).customer == who.id


def test_a_promotion_code_lowers_the_price_once(client):
    coupon = client.v1.coupons.create({"percent_off": 50, "duration": "once"})
    client.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF", "max_redemptions": 1}
    )
    found = opened(client, allow_promotion_codes=True)
    assert "said=code" in ask(found.url, {"promotion": "NO", "do": "code"}).location
    ask(found.url, {"promotion": " half ", "do": "code"})
    assert "19.50 CNY" in ask(found.url).text
    ask(found.url, {**MAIL, "pay": "card-works"})
    done = told(client, found.id)
    assert (done.amount_total, done.total_details.amount_discount) == (1950, 1950)
    other = opened(client, allow_promotion_codes=True)
    assert "said=code" in ask(other.url, {"promotion": "HALF", "do": "code"}).location


def test_a_get_changes_nothing(client):
    found = opened(client)
    ask(f"{found.url}?pay=card-works&mail=r@example.com")
    ask(f"{found.url}/confirm?do=confirm")
    assert told(client, found.id).status == "open"


def test_a_checkout_that_is_over_says_so(client, state):
    found = opened(client)
    pay(state, found.id)
    assert "This Checkout is done" in ask(found.url).text
    gone = opened(client)
    client.v1.checkout.sessions.expire(gone.id)
    assert "has expired" in ask(gone.url, {**MAIL, "pay": "card-works"}).text
    assert ask(f"{found.url}x").status == 404


@pytest.mark.parametrize(
    ("locale", "accept", "said", "lang"),
    [
        ("zh", "en", "测试，不会扣款", 'lang="zh-Hans"'),
        ("en", "zh-CN", "no money moves", 'lang="en"'),
        ("auto", "zh-CN,en", "测试，不会扣款", 'lang="zh-Hans"'),
        ("auto", "de", "no money moves", 'lang="en"'),
    ],
)
def test_pages_are_marked_in_the_language_of_the_session(client, locale, accept, said, lang):
    found = opened(client, locale=locale)
    text = ask(found.url, Accept_Language=accept).text
    assert said in text
    assert lang in text


def test_pages_run_no_script_and_load_nothing(client):
    answer = ask(opened(client).url)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text


def test_every_field_has_a_label(client):
    text = ask(opened(client, allow_promotion_codes=True).url).text
    named = set(re.findall(r'<label for="(\w+)"', text))
    ids = set(re.findall(r'<input type="(?:text|email)" id="(\w+)"', text))
    assert named == ids == {"mail", "promotion"}


def test_another_sites_form_changes_nothing(client, address):
    found = opened(client)
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert ask(found.url, {**MAIL, "pay": "card-works"}, **headers).status == 403
    assert told(client, found.id).status == "open"


# ---- portal ----


@pytest.fixture
def portal(client, state):
    """Return the address of a member's portal, and their subscription."""
    held = member(client, state)
    client.v1.billing_portal.configurations.create(
        {"features": {"invoice_history": {"enabled": True}}}
    )
    asked = {"customer": held.customer, "return_url": "http://127.0.0.1:9/account"}
    return client.v1.billing_portal.sessions.create(asked).url, held


def test_the_portal_stops_and_goes_on(client, portal):
    url, held = portal
    assert "renews on" in ask(url).text
    ask(url, {"subscription": held.id, "do": "stop"})
    assert client.v1.subscriptions.retrieve(held.id).cancel_at_period_end
    assert "ends on" in ask(url).text
    ask(url, {"subscription": held.id, "do": "resume"})
    assert not client.v1.subscriptions.retrieve(held.id).cancel_at_period_end


def test_the_portal_changes_the_card_and_pays_what_is_late(client, state, portal):
    url, held = portal
    ask(url, {"subscription": held.id, "do": "fails"})
    later(state, 32)
    assert client.v1.subscriptions.retrieve(held.id).status == "past_due"
    assert "payment is late" in ask(url).text
    ask(url, {"subscription": held.id, "do": "works"})
    assert client.v1.subscriptions.retrieve(held.id).status == "active"


def test_the_portal_lists_invoices_and_leads_back(portal):
    text = ask(portal[0]).text
    assert "39.00 CNY" in text
    assert 'href="http://127.0.0.1:9/account"' in text


def test_the_portal_touches_nobody_elses_subscription(client, state, portal):
    other = member(client, state)
    ask(portal[0], {"subscription": other.id, "do": "stop"})
    assert not client.v1.subscriptions.retrieve(other.id).cancel_at_period_end


# ---- panel ----


@pytest.fixture
def panel(address):
    return address.removesuffix("stripe")


@pytest.mark.parametrize(("step", "days"), [("day", 1), ("fortnight", 14)])
def test_the_panel_moves_the_clock(state, panel, step, days):
    before = state.now()
    assert ask(panel, {"do": step}).status == 303
    assert state.now() - before == days * 86400


def test_the_panel_goes_to_the_end_of_a_period(client, state, panel):
    held = member(client, state)
    ask(panel, {"do": "period"})
    assert client.v1.subscriptions.retrieve(held.id)["items"].data[0].current_period_start > (
        held["items"].data[0].current_period_start
    )


def test_the_panel_refunds_disputes_and_shows_the_order(client, state, panel):
    found = opened(client, client_reference_id="ABCD1234EFGH")
    pay(state, found.id)
    charge = client.v1.charges.list().data[0].id
    assert "ABCD-1234-EFGH" in ask(panel).text
    ask(panel, {"id": charge, "do": "half"})
    assert client.v1.charges.retrieve(charge).amount_refunded == 1950
    ask(panel, {"id": charge, "do": "dispute"})
    assert client.v1.charges.retrieve(charge).disputed
    assert "has been charged back" in ask(panel, {"id": charge, "do": "refund"}).text
    ask(panel, {"id": charge, "do": "won"})
    assert client.v1.disputes.list().data[0].status == "won"


def test_the_panel_fails_a_refund_tomorrow(client, state, panel):
    pay(state, opened(client).id)
    charge = client.v1.charges.list().data[0].id
    ask(panel, {"id": charge, "do": "refund-fails"})
    assert client.v1.charges.retrieve(charge).refunded
    ask(panel, {"do": "day"})
    ask(panel, {"do": "day"})
    assert not client.v1.charges.retrieve(charge).refunded


def test_the_panel_ends_and_pauses_subscriptions(client, state, panel):
    held = member(client, state, card=money.FAILS_LATER)
    ask(panel, {"id": held.id, "do": "pause"})
    assert client.v1.subscriptions.retrieve(held.id).pause_collection
    ask(panel, {"id": held.id, "do": "unpause"})
    assert not client.v1.subscriptions.retrieve(held.id).pause_collection
    ask(panel, {"id": held.id, "do": "end"})
    assert client.v1.subscriptions.retrieve(held.id).status == "canceled"


def test_the_panel_sets_how_webhooks_arrive_and_sends_them_again(client, state, panel):
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    ask(panel, {"do": "mode", "mode": "dropped", "after": "unpaid"})
    client.v1.customers.create({})
    text = ask(panel).text
    assert '<option value="dropped" selected>' in text
    assert '<option value="unpaid" selected>' in text
    event = client.v1.events.list().data[0].id
    ask(panel, {"id": event, "do": "twice"})
    assert "2 waiting" in ask(panel).text
    ask(panel, {"id": event, "do": "drop"})
    assert "0 waiting" in ask(panel).text


def test_an_unknown_button_changes_nothing(state, panel):
    before = state.now()
    for form in ({"do": "nothing"}, {"do": "refund", "id": "ch_x"}, {}):
        assert ask(panel, form).status == 303
    assert state.now() == before
