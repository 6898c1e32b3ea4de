"""Who may read what, as a pure function of ledger and time."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.contract.manifest import Manifest
from publish.paywall import rights
from publish.paywall.ports import Subscription
from publish.paywall.rights import GRACE, Grant, Right

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def subscribed(
    status: str = "active",
    start: datetime = NOW - 10 * DAY,
    end: datetime = NOW + 20 * DAY,
    state: Any = "ok",
    **more: Any,
) -> Grant:
    running = Subscription("sub_1", status, start, end, **more)
    return Grant("s", "membership", "subscription", start, state=state, subscription=running)


def passed(key: str, at: datetime, days: int = 30, state: Any = "ok") -> Grant:
    return Grant(key, "pass", "purchase", at, days=days, state=state)


def owned(key: str = "i", state: Any = "ok", **more: Any) -> Grant:
    return Grant(key, "course", "purchase", more.pop("at", NOW - DAY), state=state, **more)


def right(*ledger: Grant, now: datetime = NOW) -> Right:
    (found,) = rights.rights(ledger, now).values()
    return found


def is_open(*ledger: Grant, now: datetime = NOW) -> bool:
    return right(*ledger, now=now).open


# ---- subscriptions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "opens"),
    [
        ("active", True),
        ("trialing", True),
        ("unpaid", False),
        ("canceled", False),
        ("incomplete", False),
        ("incomplete_expired", False),
        ("paused", False),
        ("something_new", False),
        ("", False),
        ("ACTIVE", False),
    ],
)
def test_each_status_opens_or_denies(status: str, opens: bool) -> None:
    assert is_open(subscribed(status)) is opens


def test_an_unknown_status_alerts_and_known_ones_do_not() -> None:
    known = [subscribed(status) for status in rights.KNOWN_STATUSES]
    assert rights.alarming([*known, owned(), subscribed("something_new")]) == ["something_new"]


def test_a_running_membership_says_until_when_and_that_it_renews() -> None:
    found = right(subscribed())
    assert (found.until, found.renews, found.grace) == (NOW + 20 * DAY, True, False)


def test_a_trial_opens_until_its_end() -> None:
    trial = subscribed("trialing", NOW, NOW + 7 * DAY, trial=True)
    assert is_open(trial, now=NOW + 7 * DAY - SECOND)
    assert not is_open(trial, now=NOW + 7 * DAY + GRACE)


@pytest.mark.parametrize(("late", "opens"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_a_renewal_nobody_told_us_of_opens_for_the_grace(late: timedelta, opens: bool) -> None:
    running = subscribed(end=NOW)
    assert is_open(running, now=NOW + GRACE + late) is opens


def test_grace_is_said_only_after_the_paid_time() -> None:
    running = subscribed(end=NOW)
    assert not right(running, now=NOW - SECOND).grace
    assert right(running, now=NOW).grace


@pytest.mark.parametrize(("late", "opens"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_past_due_opens_for_the_grace_after_the_last_paid_period(
    late: timedelta, opens: bool
) -> None:
    failed = subscribed("past_due", start=NOW, end=NOW + 30 * DAY)
    found = right(failed, now=NOW + GRACE + late)
    assert found.open is opens
    assert found.until == NOW + GRACE
    assert found.grace is opens


def test_past_due_and_cancelled_keeps_its_grace_but_not_beyond_the_end() -> None:
    failed = subscribed("past_due", start=NOW, end=NOW + 30 * DAY, cancelled=True)
    assert is_open(failed, now=NOW + GRACE - SECOND)
    ends = replace(failed.subscription, cancel_at=NOW + DAY)  # type: ignore[type-var]
    assert not is_open(replace(failed, subscription=ends), now=NOW + DAY)


@pytest.mark.parametrize("how", ["at period end", "at a date"])
def test_a_cancelled_membership_opens_to_its_last_second_and_no_grace(how: str) -> None:
    end = NOW + 5 * DAY
    more: dict[str, Any] = {"cancelled": True} if how == "at period end" else {"cancel_at": end}
    running = subscribed(end=end, **more)
    assert right(running).renews is False
    assert is_open(running, now=end - SECOND)
    assert not is_open(running, now=end)
    assert not is_open(running, now=end + SECOND)


def test_a_date_of_cancellation_within_the_period_ends_it_then() -> None:
    running = subscribed(end=NOW + 20 * DAY, cancel_at=NOW + 3 * DAY)
    assert right(running).until == NOW + 3 * DAY
    assert not is_open(running, now=NOW + 3 * DAY)


def test_a_date_of_cancellation_after_the_period_lets_it_renew_first() -> None:
    running = subscribed(end=NOW + 20 * DAY, cancel_at=NOW + 200 * DAY)
    found = right(running)
    assert (found.until, found.renews) == (NOW + 20 * DAY, True)
    assert not is_open(running, now=NOW + 20 * DAY + GRACE)


@pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
def test_a_paused_collection_denies_whatever_the_status(status: str) -> None:
    assert not is_open(subscribed(status, paused=True))


def test_an_ended_membership_tells_when_it_ended_not_when_the_period_would() -> None:
    over = subscribed("canceled", ended=NOW - DAY)
    assert right(over).until == NOW - DAY
    assert right(subscribed("canceled")).until == NOW


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2027, 1, 31, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2028, 1, 31, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC)),
    ],
)
def test_the_provider_counts_months_and_leap_days_not_we(start: datetime, end: datetime) -> None:
    running = subscribed(start=start, end=end, cancelled=True)
    assert is_open(running, now=end - SECOND)
    assert not is_open(running, now=end)


@pytest.mark.parametrize(
    ("status", "state", "paused", "runs"),
    [
        ("active", "ok", False, True),
        ("past_due", "ok", False, True),
        ("trialing", "ok", False, True),
        ("active", "held", False, True),
        ("active", "revoked", False, False),
        ("active", "ok", True, False),
        ("unpaid", "ok", False, False),
        ("incomplete", "ok", False, False),
        ("canceled", "ok", False, False),
        ("active", "pending", False, False),
    ],
)
def test_what_runs_would_be_paid_twice(status: str, state: Any, paused: bool, runs: bool) -> None:
    assert rights.runs(subscribed(status, state=state, paused=paused)) is runs


# ---- refunds and disputes ---------------------------------------------------------------------


@pytest.mark.parametrize("make", [owned, lambda **k: passed("p", NOW, **k), subscribed])
def test_states_of_a_grant(make: Any) -> None:
    assert is_open(make(state="ok"))
    held = right(make(state="held"))
    assert (held.open, held.held) == (False, True)
    revoked = right(make(state="revoked"))
    assert (revoked.open, revoked.held) == (False, False)
    assert revoked.until is not None
    assert revoked.until <= NOW
    assert revoked.renews is False
    pending = right(make(state="pending"))
    assert (pending.open, pending.pending, pending.until) == (False, True, None)


def test_a_revoked_grant_leaves_another_one_of_the_product_open() -> None:
    assert is_open(owned("a", state="revoked"), owned("b"))
    assert is_open(owned("a", state="held"), owned("b"))


# ---- passes -----------------------------------------------------------------------------------


def test_a_pass_opens_to_its_last_second() -> None:
    one = passed("a", NOW, 30)
    assert not is_open(one, now=NOW - SECOND)
    assert is_open(one, now=NOW)
    assert is_open(one, now=NOW + 30 * DAY - SECOND)
    assert not is_open(one, now=NOW + 30 * DAY)


def test_a_pass_bought_early_begins_when_the_first_one_ends() -> None:
    both = passed("a", NOW, 30), passed("b", NOW + 5 * DAY, 90)
    assert rights.spans(both)["b"] == (NOW + 30 * DAY, NOW + 120 * DAY)
    assert right(*both, now=NOW + 6 * DAY).until == NOW + 120 * DAY
    assert is_open(*both, now=NOW + 120 * DAY - SECOND)
    assert not is_open(*both, now=NOW + 120 * DAY)


def test_passes_stand_in_a_row_as_they_were_bought_whatever_their_ids() -> None:
    both = passed("z", NOW, 30), passed("a", NOW + 5 * DAY, 30)
    assert rights.spans(both)["a"][0] == NOW + 30 * DAY


def test_a_pass_bought_late_leaves_a_gap() -> None:
    both = passed("a", NOW, 30), passed("b", NOW + 40 * DAY, 30)
    assert right(*both).until == NOW + 30 * DAY
    assert not is_open(*both, now=NOW + 35 * DAY)
    assert is_open(*both, now=NOW + 40 * DAY)


def test_a_refund_of_the_first_pass_moves_the_second_to_where_it_was_bought() -> None:
    both = passed("a", NOW, 30, "revoked"), passed("b", NOW + 5 * DAY, 30)
    assert rights.spans(both) == {"b": (NOW + 5 * DAY, NOW + 35 * DAY)}


def test_a_held_pass_delays_nobody_and_finds_its_place_again_once_it_is_won() -> None:
    second = passed("b", NOW + 5 * DAY, 30)
    held = passed("a", NOW, 30, "held"), second
    assert is_open(*held, now=NOW + 6 * DAY)
    assert right(*held, now=NOW + 6 * DAY).until == NOW + 35 * DAY
    won = passed("a", NOW, 30), second
    assert right(*won, now=NOW + 6 * DAY).until == NOW + 60 * DAY


def test_a_pending_pass_takes_no_place() -> None:
    assert rights.spans([passed("a", NOW, 30, "pending")]) == {}


def test_days_of_one_product_do_not_stack_on_those_of_another() -> None:
    other = replace(passed("b", NOW, 30), product="elsewhere")
    assert rights.spans([passed("a", NOW, 30), other])["b"][0] == NOW


def test_a_code_of_days_stacks_on_a_bought_pass() -> None:
    code = replace(passed("c", NOW + DAY, 10), kind="code")
    assert right(passed("a", NOW, 30), code).until == NOW + 40 * DAY


def test_everything_mixed_the_best_one_decides() -> None:
    ledger = (
        replace(owned("comp", until=NOW + DAY), kind="comp"),
        replace(owned("import", until=NOW + 9 * DAY), kind="import"),
        replace(passed("code", NOW - DAY, 3), kind="code", product="course"),
    )
    assert right(*ledger).until == NOW + 9 * DAY
    assert right(*ledger, owned("bought")).until is None
    assert not is_open(*ledger, now=NOW + 9 * DAY)


def test_a_fixed_end_opens_to_its_last_second() -> None:
    gift = owned(until=NOW)
    assert is_open(gift, now=NOW - SECOND)
    assert not is_open(gift, now=NOW)


def test_what_is_granted_from_tomorrow_is_closed_today() -> None:
    assert not is_open(owned(at=NOW + SECOND))


# ---- words ------------------------------------------------------------------------------------


def test_words_resolve_when_read_and_only_of_open_rights(manifest: Manifest) -> None:
    held = {
        "everything": Right("everything", True, None),
        "early": Right("early", False, None),
        "nowhere": Right("nowhere", True, None),
    }
    assert rights.open_words(held, manifest) == {"paid", "course"}


@pytest.mark.parametrize(
    ("access", "words", "confirmed", "may"),
    [
        (("public",), (), False, True),
        (("subscribers",), (), False, False),
        (("subscribers",), (), True, True),
        (("subscribers", "paid"), ("paid",), False, True),
        (("paid",), ("course",), True, False),
        (("paid",), ("paid",), False, True),
        (("paid", "course"), ("course",), False, True),
        ((), ("paid",), True, False),
        (("paid",), (), True, False),
    ],
)
def test_who_may_read(
    access: tuple[str, ...], words: tuple[str, ...], confirmed: bool, may: bool
) -> None:
    assert rights.may_read(access, words, confirmed) is may


# ---- what holds of every ledger ---------------------------------------------------------------

_moments = st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours))
_states = st.sampled_from(["ok", "held", "revoked", "pending"])
_products = st.sampled_from(["membership", "pass", "course"])


@st.composite
def _subscriptions(draw: Any) -> Subscription:
    start = draw(_moments)
    return Subscription(
        "sub",
        draw(st.sampled_from([*rights.KNOWN_STATUSES, "odd"])),
        start,
        start + timedelta(days=draw(st.sampled_from([7, 30, 365]))),
        cancel_at=draw(st.none() | _moments),
        cancelled=draw(st.booleans()),
        paused=draw(st.booleans()),
    )


@st.composite
def _grants(draw: Any) -> Grant:
    kind = draw(st.sampled_from(["subscription", "days", "until", "forever"]))
    return Grant(
        draw(st.uuids().map(str)),
        draw(_products),
        "purchase",
        draw(_moments),
        days=draw(st.integers(1, 20)) if kind == "days" else 0,
        until=draw(_moments) if kind == "until" else None,
        state=draw(_states),
        subscription=draw(_subscriptions()) if kind == "subscription" else None,
    )


_ledgers = st.lists(_grants(), max_size=7, unique_by=lambda each: each.id)


@given(_ledgers, st.randoms(use_true_random=False), _moments)
def test_the_order_of_the_ledger_changes_nothing(
    ledger: list[Grant], source: random.Random, now: datetime
) -> None:
    shuffled = ledger[:]
    source.shuffle(shuffled)
    assert rights.rights(ledger, now) == rights.rights(shuffled, now)


@given(_ledgers, _grants(), _moments)
def test_another_grant_never_closes_anything(
    ledger: list[Grant], more: Grant, now: datetime
) -> None:
    before = {key for key, each in rights.rights(ledger, now).items() if each.open}
    after = {key for key, each in rights.rights([*ledger, more], now).items() if each.open}
    assert before <= after


@given(_ledgers, _moments)
def test_nothing_opens_that_no_grant_opens(ledger: list[Grant], now: datetime) -> None:
    sound = {each.product for each in ledger if each.state == "ok"}
    assert {key for key, each in rights.rights(ledger, now).items() if each.open} <= sound


@given(_ledgers, _moments)
def test_an_open_right_with_an_end_is_closed_at_it_or_in_grace(
    ledger: list[Grant], now: datetime
) -> None:
    for key, each in rights.rights(ledger, now).items():
        if each.open and each.until and not each.renews and not each.grace:
            assert each.until > now, key


@given(_grants())
def test_a_grant_is_read_as_it_was_written(grant: Grant) -> None:
    assert rights.read_grant(rights.grant_value(grant)) == grant
