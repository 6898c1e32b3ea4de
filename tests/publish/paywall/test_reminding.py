"""Reminders: two weeks before, about what is true then, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from publish.paywall import fulfil, keys, people, reminding, rights
from publish.paywall.ports import Put, Subscription
from publish.paywall.queue import Job
from publish.paywall.rights import Grant
from tests.publish.paywall.house import House
from tests.publish.paywall.tills import FakeTill, begun

READER = "reader@example.test"


def bought(shop: House, till: FakeTill, offer: str) -> str:
    order = begun(shop, shop.browser(), offer, "walled")
    till.pay(order.reference, READER)
    paid = fulfil.sync(shop.world, order.reference)
    assert paid
    shop.tick()
    shop.mailbox.sent.clear()
    return paid.reference


def waiting(shop: House) -> list[datetime]:
    """Return when the reminders that wait are due."""
    return [
        keys.when(line.key.rpartition("#")[0])
        for line in shop.store.query(keys.QUEUE)
        if line.value["kind"] == "remind"
    ]


def after(shop: House, **span: float) -> list[str]:
    """Move the clock, do what is due, and return the subjects of the mails."""
    shop.clock.move(**span)
    shop.tick()
    sent = [mail.text for mail in shop.mailbox.sent]
    shop.mailbox.sent.clear()
    return sent


def test_a_pass_is_reminded_of_two_weeks_before_it_ends(shop: House, till: FakeTill) -> None:
    bought(shop, till, "pass-quarter")
    assert waiting(shop) == [shop.clock() + timedelta(days=76)]
    assert after(shop, days=75, hours=23) == []
    (text,) = after(shop, hours=1)
    assert "product: pass (en)" in text
    assert "until: 20 February 2027" in text
    assert "link: https://example.test/en/pass/" in text
    assert "renews" not in text
    assert after(shop, days=20) == []


def test_a_pass_bought_again_moves_the_reminder(shop: House, till: FakeTill) -> None:
    bought(shop, till, "pass-quarter")
    shop.clock.move(days=10)
    bought(shop, till, "pass-quarter")
    assert after(shop, days=66) == []
    assert after(shop, days=89) == []
    assert len(after(shop, days=1)) == 1
    assert after(shop, days=14) == []


def test_a_refunded_pass_is_not_reminded_of(shop: House, till: FakeTill) -> None:
    reference = bought(shop, till, "pass-quarter")
    till.refund(reference)
    fulfil.sync(shop.world, reference)
    assert after(shop, days=80) == []


def test_a_short_pass_is_not_reminded_of_at_once(shop: House) -> None:
    short = Grant("g", "pass", "purchase", shop.clock(), days=10)
    assert reminding.wanted(shop.world, "p", "pass", [], [short]) == []


def test_a_yearly_membership_is_reminded_of_before_each_renewal(
    shop: House, till: FakeTill
) -> None:
    reference = bought(shop, till, "membership-year")
    assert after(shop, days=350) == []
    (text,) = after(shop, days=1)
    assert "\nrenews\n" in text
    assert "link: https://example.test/api/account" in text
    shop.clock.move(days=14)
    running = till.payments.purchases[reference].subscription
    renewed = {
        "period_start": running.period_end,
        "period_end": running.period_end.replace(year=2028),
    }
    till.subscription(reference, **renewed)
    fulfil.sync(shop.world, reference)
    assert len(after(shop, days=352)) == 1


def test_a_monthly_membership_is_not_reminded_of(shop: House, till: FakeTill) -> None:
    reference = bought(shop, till, "membership-month")
    end = shop.clock() + timedelta(days=31)
    till.subscription(reference, status="active", trial=False, period_end=end)
    fulfil.sync(shop.world, reference)
    assert after(shop, days=20) == []


def test_a_cancelled_membership_is_told_that_it_ends(shop: House, till: FakeTill) -> None:
    reference = bought(shop, till, "membership-year")
    till.subscription(reference, cancelled=True)
    fulfil.sync(shop.world, reference)
    (text,) = after(shop, days=352)
    assert "link: https://example.test/en/membership/" in text


def test_what_is_for_good_is_not_reminded_of(shop: House, till: FakeTill) -> None:
    bought(shop, till, "course")
    assert waiting(shop) == []


def job(person: str, product: str = "pass") -> Job:
    return Job("j", "remind", {"person": person, "product": product})


def test_the_same_job_twice_writes_once(shop: House, till: FakeTill) -> None:
    bought(shop, till, "pass-quarter")
    (person,) = shop.store.query(keys.PEOPLE)
    shop.clock.move(days=78)
    for _ in range(3):
        reminding.remind(shop.world, job(person.key))
    assert len(after(shop)) == 1


def test_jobs_put_off_to_the_same_end_become_one(shop: House, till: FakeTill) -> None:
    bought(shop, till, "pass-year")
    (person,) = shop.store.query(keys.PEOPLE)
    before = len(waiting(shop))
    for _ in range(3):
        reminding.remind(shop.world, job(person.key))
    assert len(waiting(shop)) == before + 1


@pytest.mark.parametrize("gone", ["person", "banned", "right", "grace"])
def test_who_is_gone_or_owns_nothing_gets_no_mail(shop: House, till: FakeTill, gone: str) -> None:
    reference = bought(shop, till, "pass-quarter")
    (person,) = shop.store.query(keys.PEOPLE)
    someone = people.find(shop.store, person.key)
    assert someone
    shop.clock.move(days=78)
    if gone == "banned":
        shop.store.write(people.saving(replace(someone, banned=True)))
    if gone == "grace":
        _late(shop, someone, reference)
    product = "course" if gone == "right" else "membership" if gone == "grace" else "pass"
    reminding.remind(shop.world, job("nobody" if gone == "person" else someone.id, product))
    shop.tick()
    expected = 1 if gone in ("person", "right", "grace") else 0
    # The pass itself is still reminded of by its own job, to whoever may get mail.
    assert [each.subject for each in shop.mailbox.sent] == ["ending (en)"] * expected


def _late(shop: House, someone: people.Person, reference: str) -> None:
    start = shop.clock()
    late = Subscription("s", "past_due", start, start + timedelta(days=365))
    grant = Grant("late", "membership", "subscription", start, subscription=late)
    place = keys.person(someone.id), keys.grant("late")
    shop.store.write(Put(*place, rights.grant_value(grant)))


def test_the_language_is_the_persons(shop: House, till: FakeTill) -> None:
    browser = shop.browser()
    answer = browser.post("/api/checkout?lang=zh-Hans", {"offer": "pass-quarter", "post": "walled"})
    assert answer.status == 303
    (reference,) = till.payments.open
    till.pay(reference, READER)
    fulfil.sync(shop.world, reference)
    shop.tick()
    shop.mailbox.sent.clear()
    (text,) = after(shop, days=77)
    assert "until: 2027年2月20日" in text


def test_the_end_moves_a_little_and_it_is_still_one_mail(shop: House, till: FakeTill) -> None:
    from typing import cast

    person = shop.person()
    made = [
        Grant("a", "pass", "purchase", shop.clock(), days=20),
        Grant("b", "pass", "purchase", shop.clock(), days=20),
    ]
    wanted = cast(Any, reminding.wanted(shop.world, person.id, "pass", made[:1], made))
    assert [keys.when(each.key.rpartition("#")[0]) for each in wanted] == [
        shop.clock() + timedelta(days=26)
    ]
    assert reminding.wanted(shop.world, person.id, "pass", made, made) == []
