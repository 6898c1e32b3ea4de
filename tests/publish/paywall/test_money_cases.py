"""What money does to reading, from Stripe's sandbox through webhooks to the post, over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from publish.paywall import rights
from tests.publish.paywall.house import Browser, House
from tests.publish.paywall.test_webhooks import all_events, replay
from tests.publish.paywall.tills import SandboxTill, begun

READER = "reader@example.test"
POSTS = {"course": "chapter"}


class Life:
    """A reader in a browser, and what happens to their purchase."""

    def __init__(self, shop: House, sandbox: SandboxTill) -> None:
        self.shop, self.sandbox = shop, sandbox
        self.browser: Browser = shop.browser()
        self.told: set[str] = set()
        self.reference = self.post = ""

    def buys(self, offer: str, card: str = "4242", outcome: str = "now") -> None:
        from publish.sandbox import selling
        from publish.sandbox.money import Payer

        self.post = POSTS.get(offer, "walled")
        order = begun(self.shop, self.browser, offer, self.post)
        self.reference = order.reference
        with self.sandbox.state.change() as books:
            session = books.get("checkout.session", self.reference)
            selling.complete(books, session, Payer(READER, card=card), outcome)
        self.browser.post("/api/return", {"order": order.id})

    def tell(self) -> None:
        """Deliver what Stripe has not told yet, the newest first."""
        new = [each for each in all_events(self.sandbox) if each["id"] not in self.told]
        self.told |= {each["id"] for each in new}
        replay(self.shop, self.sandbox, new[::-1])

    def moves(self, **span: float) -> None:
        from publish.sandbox import life

        self.shop.clock.move(**span)
        with life.today(self.sandbox.state):
            pass

    def reads(self) -> str:
        self.tell()
        answer = self.browser.json(f"/api/read/{self.post}")
        if answer.status == 200:
            return "open"
        return str(json.loads(answer.body)["state"])

    def comes_again(self) -> Browser:
        """Sign in on another day: a browser is not remembered for a year."""
        self.browser = self.shop.signed_in(READER)
        return self.browser

    @property
    def subscription(self) -> Any:
        return self.sandbox.payments.purchase(self.reference).subscription


@pytest.fixture
def life(stripe_shop: House, sandbox: SandboxTill) -> Life:
    return Life(stripe_shop, sandbox)


@pytest.mark.parametrize("offer", ["course", "pass-year", "membership-year"])
def test_refund_in_part_in_full_and_failed(life: Life, offer: str) -> None:
    life.buys(offer)
    assert life.reads() == "open"
    life.sandbox.refund(life.reference, 100)
    assert life.reads() == "open"
    life.sandbox.refund(life.reference)
    assert life.reads() == "expired"
    life.sandbox.fail_refund(life.reference)
    assert life.reads() == "open"


@pytest.mark.parametrize("offer", ["course", "pass-year", "membership-year"])
@pytest.mark.parametrize(("result", "state"), [("won", "open"), ("lost", "expired")])
def test_a_dispute_holds_then_gives_back_or_takes(
    life: Life, offer: str, result: str, state: str
) -> None:
    life.buys(offer)
    life.sandbox.dispute(life.reference)
    assert life.reads() == "held"
    life.sandbox.settle(life.reference, result)
    assert life.reads() == state


def test_a_failed_renewal_has_its_grace_to_the_second(life: Life) -> None:
    life.buys("membership-year", card="0341")
    end = life.subscription.period_end
    life.moves(seconds=(end - life.shop.clock()).total_seconds() - 1)
    life.comes_again()
    assert life.reads() == "open"
    life.moves(seconds=2)
    assert life.reads() == "open"
    assert life.subscription.status == "past_due"
    life.shop.clock.now = end + rights.GRACE - timedelta(seconds=1)
    assert life.browser.get("/api/read/walled").status == 200
    life.shop.clock.now = end + rights.GRACE
    assert life.browser.get("/api/read/walled").status == 402
    life.moves(days=40)
    assert life.reads() == "expired"
    assert life.subscription.status in ("canceled", "unpaid")


def test_a_renewal_that_nobody_told_us_of_has_the_same_grace(life: Life) -> None:
    life.buys("membership-month")
    life.moves(days=7, seconds=1)
    life.tell()
    end = life.subscription.period_end
    life.shop.clock.now = end + rights.GRACE - timedelta(seconds=1)
    assert life.browser.get("/api/read/walled").status == 200
    life.shop.clock.now = end + rights.GRACE
    assert life.browser.get("/api/read/walled").status == 402
    life.moves()
    assert life.reads() == "open", "told at last"


def test_a_trial_becomes_paid_or_ends(life: Life) -> None:
    life.buys("membership-month")
    assert life.subscription.trial
    assert life.reads() == "open"
    life.moves(days=7, seconds=1)
    assert life.reads() == "open"
    assert life.subscription.status == "active"


def test_a_cancelled_membership_reads_to_its_last_second(life: Life) -> None:
    life.buys("membership-year")
    life.sandbox.payments.cancel(life.subscription.id)
    assert life.reads() == "open"
    end = life.subscription.period_end
    life.shop.clock.now = end - timedelta(seconds=1)
    assert life.comes_again().get("/api/read/walled").status == 200
    life.moves(seconds=1)
    assert life.browser.get("/api/read/walled").status == 402
    assert life.reads() == "expired"


def test_a_paused_collection_closes_and_opens_again(life: Life) -> None:
    life.buys("membership-year")
    subscriptions = life.sandbox.payments.client.v1.subscriptions
    subscriptions.update(life.subscription.id, {"pause_collection": {"behavior": "void"}})
    assert life.reads() == "expired"
    subscriptions.update(life.subscription.id, {"pause_collection": ""})
    assert life.reads() == "open"


def test_a_membership_ended_at_once_closes_at_once(life: Life) -> None:
    life.buys("membership-year")
    life.sandbox.payments.cancel(life.subscription.id, at_once=True)
    assert life.reads() == "expired"


def test_a_customer_deleted_at_stripe_ends_the_membership(life: Life) -> None:
    life.buys("membership-year")
    life.sandbox.payments.forget(life.sandbox.payments.purchase(life.reference).customer)
    assert life.reads() == "expired"


def test_alipay_that_comes_later_opens_when_it_comes(life: Life) -> None:
    life.buys("pass-quarter", outcome="later")
    assert life.reads() == "pending"
    life.moves(days=1)
    assert life.reads() == "open"


def test_alipay_that_never_comes_opens_nothing(life: Life) -> None:
    life.buys("pass-quarter", outcome="never")
    assert life.reads() == "pending"
    life.moves(days=1)
    assert life.reads() == "locked"


def test_a_pass_bought_twice_lasts_twice_as_long_and_a_refund_takes_its_own_half(
    life: Life,
) -> None:
    life.buys("pass-quarter")
    first = life.reference
    life.moves(days=10)
    life.buys("pass-quarter")
    life.shop.clock.move(days=169)
    assert life.reads() == "open"
    life.sandbox.refund(first)
    assert life.reads() == "expired", "the second one now began when it was bought"


def test_a_leap_days_membership_renews_by_stripes_calendar(life: Life) -> None:
    from datetime import UTC, datetime

    life.shop.clock.now = datetime(2028, 2, 29, 12, tzinfo=UTC)
    life.buys("membership-year")
    assert life.subscription.period_end == datetime(2029, 2, 28, 12, tzinfo=UTC)
    life.moves(days=366)
    life.comes_again()
    assert life.reads() == "open"
    assert life.subscription.period_end == datetime(2030, 2, 28, 12, tzinfo=UTC)


def test_a_coupon_of_everything_opens_without_money(life: Life) -> None:
    order = begun(life.shop, life.browser, "course", "chapter")
    life.post, life.reference = "chapter", order.reference
    life.sandbox.pay(order.reference, READER, free=True)
    life.browser.post("/api/return", {"order": order.id})
    assert life.reads() == "open"
