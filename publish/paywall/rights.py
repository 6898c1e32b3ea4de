"""Who may read what: a pure function of the grant ledger and the time.

A grant is one line of the ledger: a purchase, a subscription as the provider last told it, a
redeemed code, a gift, an import. Nothing here knows a store, a provider or a page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from publish.contract.manifest import Manifest
from publish.paywall import keys
from publish.paywall.ports import Subscription

GRACE = timedelta(days=3)
"""How long a renewal that failed, or that we have not heard of, still opens."""

Kind: TypeAlias = Literal["purchase", "subscription", "code", "comp", "import"]
State: TypeAlias = Literal["ok", "held", "revoked", "pending"]
_GIVES = ("active", "trialing")
_GRACE = ("past_due",)
_DENIES = ("unpaid", "canceled", "incomplete", "incomplete_expired", "paused")
KNOWN_STATUSES = (*_GIVES, *_GRACE, *_DENIES)


@dataclass(frozen=True)
class Grant:
    """One line of the ledger.

    `at` is when it was paid, redeemed or given; `days` is a span that stacks on spans of the same
    product; `until` a fixed end; neither (and no subscription): for good. `held` is a dispute,
    `revoked` a refund or a lost dispute, `pending` a payment that is still on its way.
    """

    id: str
    product: str
    kind: Kind
    at: datetime
    days: int = 0
    until: datetime | None = None
    state: State = "ok"
    subscription: Subscription | None = None
    note: str = ""


@dataclass(frozen=True)
class Right:
    """What a person holds of one product now: `until` None is for good.

    `renews`: it goes on by itself then. `grace`: the last payment is missing. `held`: a dispute
    keeps it closed. `pending`: its payment is on its way. `open`: it may be read now. `source` is
    the grant that decides.
    """

    product: str
    open: bool
    until: datetime | None
    renews: bool = False
    grace: bool = False
    held: bool = False
    source: str = ""
    pending: bool = False


def rights(ledger: Iterable[Grant], now: datetime, grace: timedelta = GRACE) -> dict[str, Right]:
    """Return the right to each product that was ever granted, by product id."""
    grouped: dict[str, list[Grant]] = {}
    for grant in ledger:
        grouped.setdefault(grant.product, []).append(grant)
    return {
        product: max((*_single(grants, now, grace), *_stacked(grants, now)), key=_rank)
        for product, grants in grouped.items()
    }


def spans(ledger: Iterable[Grant]) -> dict[str, tuple[datetime, datetime]]:
    """Return from when to when each grant of days runs, by grant id: one after the other.

    What a dispute holds delays nobody: it stands where it was bought, and finds its place in the
    row again once the dispute is won.
    """
    found: dict[str, tuple[datetime, datetime]] = {}
    ends: dict[str, datetime] = {}
    for grant in sorted(ledger, key=lambda each: (each.at, each.id)):
        if not grant.days or grant.state not in ("ok", "held"):
            continue
        good = grant.state == "ok"
        start = max(grant.at, ends.get(grant.product, grant.at)) if good else grant.at
        found[grant.id] = (start, start + timedelta(days=grant.days))
        if good:
            ends[grant.product] = found[grant.id][1]
    return found


def open_words(held: Mapping[str, Right], manifest: Manifest) -> frozenset[str]:
    """Return the access words that the rights open; words resolve when read."""
    return frozenset(
        word
        for product, right in held.items()
        if right.open and product in manifest.products
        for word in manifest.products[product].grants
    )


def may_read(access: Collection[str], words: Collection[str], confirmed: bool) -> bool:
    """Tell whether somebody with these words may read something with this access."""
    if "public" in access:
        return True
    return ("subscribers" in access and confirmed) or not set(access).isdisjoint(words)


def runs(grant: Grant) -> bool:
    """Tell whether a grant is a membership that runs now: another one would be paid beside it."""
    subscription = grant.subscription
    return (
        subscription is not None
        and grant.state in ("ok", "held")
        and subscription.status in (*_GIVES, *_GRACE)
        and not subscription.paused
    )


def alarming(grants: Sequence[Grant]) -> list[str]:
    """Return the statuses of subscriptions that nobody here knows; they deny."""
    return [
        grant.subscription.status
        for grant in grants
        if grant.subscription and grant.subscription.status not in KNOWN_STATUSES
    ]


def _rank(right: Right) -> tuple[bool, bool, bool, bool, float, str]:
    """Order rights: open first, then what may open by itself, for good before an end, later ends.

    The grant's id comes last, so that no order of the ledger changes which one decides.
    """
    ends = right.until.timestamp() if right.until else 0.0
    return right.open, right.pending, right.held, right.until is None, ends, right.source


def _single(grants: Iterable[Grant], now: datetime, grace: timedelta) -> Iterable[Right]:
    for grant in grants:
        if grant.state == "pending":
            yield Right(grant.product, False, None, source=grant.id, pending=True)
        elif grant.subscription:
            yield _subscribed(grant, grant.subscription, now, grace)
        elif not grant.days:
            ends = grant.until
            good = grant.state == "ok" and grant.at <= now and (ends is None or now < ends)
            until = grant.at if grant.state == "revoked" else ends
            yield Right(grant.product, good, until, held=grant.state == "held", source=grant.id)


def _stacked(grants: Sequence[Grant], now: datetime) -> Iterable[Right]:
    """Yield one right for each span of days; an open one lasts as long as its row."""
    known = {grant.id: grant for grant in grants}
    running = spans(grants)
    for key, (start, end) in running.items():
        grant = known[key]
        good = grant.state == "ok" and start <= now < end
        until = _chain_end(running, known, end) if good else end
        yield Right(grant.product, good, until, held=grant.state == "held", source=key)
    for grant in grants:
        if grant.days and grant.state == "revoked":
            yield Right(grant.product, False, grant.at, source=grant.id)


def _chain_end(
    running: Mapping[str, tuple[datetime, datetime]], known: Mapping[str, Grant], end: datetime
) -> datetime:
    """Return when the last span ends of those that follow each other without a gap."""
    for key, (start, later) in running.items():
        if start == end and known[key].state == "ok":
            end = later
    return end


def _subscribed(grant: Grant, subscription: Subscription, now: datetime, grace: timedelta) -> Right:
    ends, stops = _last_day(subscription)
    late = subscription.status in _GRACE
    # A renewal that failed began a period that nobody paid for.
    paid_until = min(subscription.period_start, ends) if late else ends
    last = paid_until if stops and not late else paid_until + grace
    if subscription.cancel_at:
        last = min(last, max(subscription.cancel_at, paid_until))
    gives = subscription.status in (*_GIVES, *_GRACE) and not subscription.paused
    good = gives and grant.state == "ok" and now < last
    told = last if late else ends
    return Right(
        grant.product,
        good,
        told if gives and grant.state != "revoked" else min(subscription.ended or now, told),
        renews=gives and not stops and grant.state == "ok",
        grace=good and now >= paid_until,
        held=grant.state == "held",
        source=grant.id,
    )


def _last_day(subscription: Subscription) -> tuple[datetime, bool]:
    """Return when the running period ends, and whether it is the last one."""
    ends = subscription.period_end
    if subscription.cancel_at and subscription.cancel_at <= ends:
        return subscription.cancel_at, True
    return ends, subscription.cancelled


def grant_value(grant: Grant) -> dict[str, Any]:
    """Return a grant as the store keeps it."""
    return {name: _plain(value) for name, value in asdict(grant).items()}


def read_grant(value: Mapping[str, Any]) -> Grant:
    """Return a grant from the store."""
    told = value.get("subscription")
    return Grant(
        **{
            **value,
            "at": keys.when(value["at"]),
            "until": keys.when(value["until"]) if value.get("until") else None,
            "subscription": _read_subscription(told) if told else None,
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return keys.stamp(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _read_subscription(told: Mapping[str, Any]) -> Subscription:
    times = ("period_start", "period_end", "cancel_at", "ended")
    values: dict[str, Any] = {
        name: keys.when(value) if name in times and value else value for name, value in told.items()
    }
    return Subscription(**values)
