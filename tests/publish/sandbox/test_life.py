"""What time does, over HTTP with the real client; every object on the way is Stripe's shape."""

import json
from datetime import UTC, datetime

import pytest

from publish.sandbox import life, money, subscribing
from publish.sandbox.months import DAY
from tests.publish.sandbox import shapes
from tests.publish.sandbox.shop import kinds, later, member, pay, price, session


@pytest.fixture(autouse=True)
def every_object_is_stripes(state):
    """Hold to the description whatever lies in the books when a test ends."""
    yield
    with state.change() as books:
        rows = books.connection.execute("select value from objects").fetchall()
        for (value,) in rows:
            shapes.check_object(json.loads(value))


def item(held):
    return held["items"].data[0]


def when(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def test_a_subscription_renews_every_month_by_the_calendar(client, state, time):
    time.at = datetime(2027, 1, 31, 8, tzinfo=UTC).timestamp()
    held = member(client, state)
    ends = []
    for _ in range(3):
        ends.append(when(item(client.v1.subscriptions.retrieve(held.id)).current_period_end))
        later(state, 31)
    assert [(end.month, end.day) for end in ends] == [(2, 28), (3, 31), (4, 30)]
    paid = client.v1.invoices.list({"subscription": held.id, "status": "paid"}).data
    assert [each.billing_reason for each in paid] == [
        *["subscription_cycle"] * 3,
        "subscription_create",
    ]


def test_a_yearly_subscription_of_a_leap_day_ends_on_the_28th(client, state, time):
    time.at = datetime(2028, 2, 29, tzinfo=UTC).timestamp()
    held = member(client, state, every="year")
    assert when(item(held).current_period_end) == datetime(2029, 2, 28, tzinfo=UTC)


def test_many_months_at_once_are_lived_through_one_by_one(client, state):
    held = member(client, state)
    later(state, 366)
    assert len(client.v1.invoices.list({"subscription": held.id, "limit": 100}).data) == 13
    assert item(client.v1.subscriptions.retrieve(held.id)).current_period_start <= state.now()


def test_a_trial_warns_then_charges(client, state):
    held = member(client, state, subscription_data={"trial_period_days": 14})
    assert held.status == "trialing"
    first = client.v1.invoices.list({"subscription": held.id}).data[0]
    assert (first.total, first.status) == (0, "paid")
    done = client.v1.checkout.sessions.list({"subscription": held.id}).data[0]
    assert done.payment_status == "no_payment_required"
    later(state, 12)
    assert kinds(client).count("customer.subscription.trial_will_end") == 1
    later(state, 3)
    held = client.v1.subscriptions.retrieve(held.id)
    assert held.status == "active"
    newest = client.v1.invoices.retrieve(str(held.latest_invoice))
    assert (newest.amount_paid, newest.status) == (3900, "paid")
    assert item(held).current_period_start == held.trial_end


def test_a_trial_of_a_day_warns_at_once_and_not_before_it_began(client, state):
    held = member(client, state, subscription_data={"trial_period_days": 1})
    later(state)
    asked = {"type": "customer.subscription.trial_will_end"}
    assert client.v1.events.list(asked).data[0].created >= held.created


@pytest.mark.parametrize("after", subscribing.AFTER_FAILURES)
def test_a_card_that_fails_is_tried_again_and_then_it_is_over(client, state, after):
    with state.change() as books:
        books.setting("after_failures", after)
    held = member(client, state, card=money.FAILS_LATER)
    statuses = []
    for days in (32, 3, 5, 7):
        later(state, days)
        statuses.append(client.v1.subscriptions.retrieve(held.id).status)
    assert statuses == ["past_due", "past_due", "past_due", after]
    invoice = client.v1.invoices.list({"subscription": held.id}).data[0]
    assert (invoice.status, invoice.attempt_count) == ("open", 4)
    assert kinds(client).count("invoice.payment_failed") == 4


def test_another_card_pays_what_is_late(client, state):
    held = member(client, state, card=money.FAILS_LATER)
    later(state, 32)
    with life.today(state) as books:
        subscribing.new_card(books, books.get("subscription", held.id), money.WORKING)
    held = client.v1.subscriptions.retrieve(held.id)
    assert held.status == "active"
    assert client.v1.invoices.retrieve(str(held.latest_invoice)).status == "paid"
    later(state, 3)
    assert client.v1.subscriptions.retrieve(held.id).status == "active"


def test_what_is_cancelled_ends_with_its_period_and_not_before(client, state):
    held = member(client, state)
    client.v1.subscriptions.update(held.id, {"cancel_at_period_end": True})
    left = (item(held).current_period_end - state.now()) / DAY
    later(state, left - 0.01)
    assert client.v1.subscriptions.retrieve(held.id).status == "active"
    later(state, 0.02)
    ended = client.v1.subscriptions.retrieve(held.id)
    assert (ended.status, ended.ended_at) == ("canceled", item(held).current_period_end)
    assert len(client.v1.invoices.list({"subscription": held.id}).data) == 1
    assert kinds(client)[-1] == "customer.subscription.deleted"


def test_a_paused_subscription_goes_on_and_charges_nothing(client, state):
    held = member(client, state)
    client.v1.subscriptions.update(held.id, {"pause_collection": {"behavior": "void"}})
    later(state, 32)
    held = client.v1.subscriptions.retrieve(held.id)
    assert held.status == "active"
    assert client.v1.invoices.retrieve(str(held.latest_invoice)).status == "void"


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_money_that_comes_later_opens_later(client, state, method):
    opened = session(client, price(client))
    pay(state, opened.id, method=method, outcome="later")
    told = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
    assert (told.status, told.payment_status) == ("complete", "unpaid")
    assert told.payment_intent.status == "processing"
    later(state, 1)
    told = client.v1.checkout.sessions.retrieve(
        opened.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert told.payment_status == "paid"
    assert told.payment_intent.latest_charge.payment_method_details.type == method
    assert kinds(client)[-1] == "checkout.session.async_payment_succeeded"


def test_money_that_never_comes_fails(client, state):
    opened = session(client, price(client))
    pay(state, opened.id, method="alipay", outcome="never")
    later(state, 1)
    told = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
    assert (told.payment_status, told.payment_intent.status) == (
        "unpaid",
        "requires_payment_method",
    )
    assert kinds(client)[-1] == "checkout.session.async_payment_failed"


def test_a_checkout_expires_after_a_day(client, state):
    opened = session(client, price(client))
    later(state, 0.99)
    assert client.v1.checkout.sessions.retrieve(opened.id).status == "open"
    later(state, 0.02)
    assert client.v1.checkout.sessions.retrieve(opened.id).status == "expired"
    assert kinds(client)[-1] == "checkout.session.expired"


def test_a_refund_that_fails_gives_the_money_back_to_the_seller(client, state):
    opened = session(client, price(client), invoice_creation={"enabled": True})
    pay(state, opened.id)
    with life.today(state) as books:
        charged = books.all("charge")[0]
        given = money.refund(books, charged, fails=books.now + DAY)
    later(state, 2)
    assert client.v1.refunds.retrieve(given["id"]).status == "failed"
    told = client.v1.charges.retrieve(charged["id"])
    assert (told.amount_refunded, told.refunded) == (0, False)
    assert "refund.failed" in kinds(client)


@pytest.mark.parametrize(
    ("duration", "more", "paid"),
    [
        ("once", {}, [3120, 3900, 3900]),
        ("forever", {}, [3120, 3120, 3120]),
        ("repeating", {"duration_in_months": 2}, [3120, 3120, 3900]),
    ],
)
def test_a_coupon_lasts_as_long_as_it_says(client, state, duration, more, paid):
    coupon = client.v1.coupons.create({"percent_off": 20, "duration": duration, **more})
    opened = session(
        client, price(client, every="month"), "subscription", discounts=[{"coupon": coupon.id}]
    )
    pay(state, opened.id)
    later(state, 62)
    found = client.v1.invoices.list({"limit": 100}).data[::-1]
    assert [each.amount_paid for each in found] == paid
    assert client.v1.coupons.retrieve(coupon.id).times_redeemed == 1


def test_a_coupon_over_everything_needs_no_payment(client, state):
    coupon = client.v1.coupons.create({"percent_off": 100, "duration": "forever"})
    sold = price(client)
    opened = session(client, sold, discounts=[{"coupon": coupon.id}])
    pay(state, opened.id)
    told = client.v1.checkout.sessions.retrieve(opened.id)
    assert (told.status, told.payment_status) == ("complete", "no_payment_required")
    assert told.payment_intent is None


def test_the_clock_never_goes_back(state):
    before = state.now()
    with state.change() as books:
        books.move(-5)
    assert state.now() == before
    later(state, 1)
    assert state.now() == before + DAY


def test_a_change_that_fails_leaves_nothing(state):
    def fail():
        with state.change() as books:
            books.setting("mode", "dropped")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with state.change() as books:
        assert books.setting("mode", default="normal") == "normal"
