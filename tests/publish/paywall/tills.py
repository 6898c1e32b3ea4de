"""Two providers for tests, driven by the same hands: a double in memory, and Stripe's sandbox.

A till has `payments`, the port that the service uses, and what happens on the other side: people
pay, money arrives or does not, it is given back, banks dispute. The contract suite holds the double
to what the sandbox does over HTTP.
"""

from __future__ import annotations

import hmac
import itertools
import json
import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from publish.contract import manifest as contract
from publish.paywall.payments import catalogue
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.ports import (
    Checkout,
    Clock,
    Event,
    NotVerified,
    PaymentsDown,
    PriceGone,
    Purchase,
    Started,
    Subscription,
)

SECRET = "whsec_of_the_tests"
OLD_SECRET = "whsec_that_is_rotated_out"
KEY = "sk_test_sandbox"


def signed(body: bytes, at: datetime, secret: str = SECRET, scheme: str = "v1") -> str:
    """Return the signature header of a webhook."""
    seconds = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
    return f"t={seconds},{scheme}={mac}"


def body_of(key: str, type_: str, thing: dict[str, Any], at: datetime, **more: Any) -> bytes:
    """Return the body of a webhook."""
    told = {
        "id": key,
        "object": "event",
        "type": type_,
        "created": int(at.timestamp()),
        "livemode": False,
        "data": {"object": thing},
        **more,
    }
    return json.dumps(told).encode()


# ---- a double ---------------------------------------------------------------------------------


@dataclass
class FakePayments:
    """A provider in memory; `down` makes it not answer, `calls` is what was asked of it."""

    prices: set[str] = field(default_factory=set)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    open: dict[str, Checkout] = field(default_factory=dict)
    mode: str = "test"
    account: str = ""
    down: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    before_answer: Any = None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._keys: dict[str, Started] = {}

    def start(self, checkout: Checkout) -> Started:
        self._asked("start", checkout.order)
        if checkout.price not in self.prices:
            raise PriceGone(checkout.price)
        with self._lock:
            if checkout.key in self._keys:
                return self._keys[checkout.key]
            reference = f"cs_test_{next(self._numbers)}"
            started = Started(reference, f"https://checkout.example/{reference}")
            self._keys[checkout.key] = started
            self.open[reference] = checkout
        return started

    def verify(self, body: bytes, signature: str, now: datetime) -> Event:
        if signature != "good":
            raise NotVerified("bad")
        told = json.loads(body)
        return Event(
            told["id"],
            told["type"],
            datetime.fromtimestamp(told["created"], UTC),
            told["livemode"],
            told.get("account", ""),
            told["data"]["object"],
        )

    def of_event(self, event: Event) -> Sequence[str]:
        self._asked("of_event", event.id)
        return [each for each in event.object.get("references", ()) if each]

    def purchase(self, reference: str) -> Purchase | None:
        self._asked("purchase", reference)
        found = self._found(reference)
        if self.before_answer:
            self.before_answer(reference)
        return found

    def _found(self, reference: str) -> Purchase | None:
        if reference in self.purchases:
            return self.purchases[reference]
        for each in self.purchases.values():
            if each.subscription and each.subscription.id == reference:
                return each
        asked = self.open.get(reference)
        return _opened(reference, asked) if asked else None

    def end_checkout(self, reference: str) -> None:
        self._asked("end_checkout", reference)
        if reference in self.open and reference not in self.purchases:
            gone = _opened(reference, self.open[reference])
            self.purchases[reference] = replace(gone, state="expired")

    def cancel(self, subscription: str, at_once: bool = False) -> None:
        self._asked("cancel", subscription)

    def resume(self, subscription: str) -> None:
        self._asked("resume", subscription)

    def portal(self, customer: str, return_url: str, lang: str) -> str:
        self._asked("portal", customer)
        return f"https://portal.example/{customer}"

    def forget(self, customer: str) -> None:
        self._asked("forget", customer)

    def _asked(self, what: str, about: str) -> None:
        self.calls.append((what, about))
        if self.down:
            raise PaymentsDown(what)


_EPOCH = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def _opened(reference: str, asked: Checkout) -> Purchase:
    return Purchase(
        reference=reference,
        order=asked.order,
        product=asked.product,
        offer=asked.offer,
        state="open",
        mail=asked.mail,
        customer=asked.customer,
        amount=0,
        currency=asked.currency,
        at=_EPOCH,
    )


class FakeTill:
    """The other side of FakePayments."""

    def __init__(self, manifest: contract.Manifest, clock: Clock) -> None:
        self.clock = clock
        self.manifest = manifest
        keys = {price.lookup_key for each in catalogue.wanted(manifest) for price in each.prices}
        self.payments: Any = FakePayments(prices=keys)

    def pay(self, reference: str, mail: str, outcome: str = "now", *, free: bool = False) -> None:
        """Let somebody finish a Checkout."""
        asked = self.payments.open[reference]
        offer = self._offer(asked)
        amount = 0 if free or asked.trial_days else offer.prices[asked.currency]
        self.payments.purchases[reference] = replace(
            _opened(reference, asked),
            state="paid" if outcome == "now" or not amount else "unpaid",
            mail=asked.mail or mail,
            customer=asked.customer or f"cus_{reference}",
            amount=amount,
            at=self.clock(),
            payment=f"pi_{reference}" if amount else "",
            subscription=self._subscription(reference, asked, offer),
            sold=(f"price_{asked.offer}", f"prod_{asked.product}"),
        )

    def _offer(self, asked: Checkout) -> contract.Offer:
        offers = self.manifest.products[asked.product].offers
        return next(each for each in offers if each.id == asked.offer)

    def _subscription(
        self, reference: str, asked: Checkout, offer: contract.Offer
    ) -> Subscription | None:
        if asked.mode != "subscription":
            return None
        days = asked.trial_days or (365 if offer.every == "year" else 30)
        return Subscription(
            id=f"sub_{reference}",
            status="trialing" if asked.trial_days else "active",
            period_start=self.clock(),
            period_end=self.clock() + timedelta(days=days),
            trial=bool(asked.trial_days),
        )

    def arrive(self, reference: str) -> None:
        """Let the money come."""
        self._change(reference, state="paid")

    def fail(self, reference: str) -> None:
        """Let the money not come."""
        self._change(reference, state="failed")

    def expire(self, reference: str) -> None:
        """Let nobody finish it in time."""
        self.payments.end_checkout(reference)

    def refund(self, reference: str, amount: int = 0) -> None:
        """Give money back; 0 is all of it."""
        all_of_it = self.payments.purchases[reference].amount
        self._change(reference, refunded=amount or all_of_it)

    def fail_refund(self, reference: str) -> None:
        """Let a refund come back."""
        self._change(reference, refunded=0)

    def dispute(self, reference: str) -> None:
        """Let the bank take the money back."""
        self._change(reference, dispute="open")

    def settle(self, reference: str, result: str) -> None:
        """End the dispute: won or lost."""
        self._change(reference, dispute=result)

    def subscription(self, reference: str, **changes: Any) -> None:
        """Change the subscription."""
        known = self.payments.purchases[reference].subscription
        self._change(reference, subscription=replace(known, **changes))

    def _change(self, reference: str, **changes: Any) -> None:
        known = self.payments.purchases[reference]
        self.payments.purchases[reference] = replace(known, **changes)


# ---- the sandbox ------------------------------------------------------------------------------


class SandboxTill:
    """The other side of StripePayments on the sandbox, which answers over HTTP."""

    def __init__(
        self, folder: Path, manifest: contract.Manifest, clock: Clock, address: str, state: Any
    ) -> None:
        self.clock, self.manifest, self.state, self.address = clock, manifest, state, address
        self.payments: Any = StripePayments(KEY, (OLD_SECRET, SECRET), address)
        with self.state.change() as books:
            _fill(books, manifest)

    def pay(self, reference: str, mail: str, outcome: str = "now", *, free: bool = False) -> None:
        """Let somebody finish a Checkout."""
        from publish.sandbox import selling
        from publish.sandbox.money import Payer

        with self.state.change() as books:
            session = books.get("checkout.session", reference)
            if free:
                coupon = books.put(_coupon(books))
                selling.reckon(books, session, [{"coupon": coupon["id"], "promotion_code": None}])
                session = books.get("checkout.session", reference)
            who = session["customer_email"] or mail
            selling.complete(books, session, Payer(who), outcome)

    def arrive(self, reference: str) -> None:
        self._arrives(reference, "later")

    def fail(self, reference: str) -> None:
        self._arrives(reference, "never")

    def _arrives(self, reference: str, outcome: str) -> None:
        from publish.sandbox import selling

        with self.state.change() as books:
            session = books.get("checkout.session", reference)
            books.put(session, outcome=outcome)
            selling.arrive(books, session)

    def expire(self, reference: str) -> None:
        from publish.sandbox import selling

        with self.state.change() as books:
            selling.expire(books, books.get("checkout.session", reference))

    def refund(self, reference: str, amount: int = 0) -> None:
        from publish.sandbox import money

        with self.state.change() as books:
            money.refund(books, self._charge(books, reference), amount or None)

    def fail_refund(self, reference: str) -> None:
        from publish.sandbox import money

        with self.state.change() as books:
            charge = self._charge(books, reference)
            money.fail_refund(books, books.all("refund", charge=charge["id"])[-1])

    def dispute(self, reference: str) -> None:
        from publish.sandbox import money

        with self.state.change() as books:
            money.dispute(books, self._charge(books, reference))

    def settle(self, reference: str, result: str) -> None:
        from publish.sandbox import money

        with self.state.change() as books:
            charge = self._charge(books, reference)
            money.settle(books, books.all("dispute", charge=charge["id"])[-1], result)

    def _charge(self, books: Any, reference: str) -> Any:
        session = books.get("checkout.session", reference)
        if session["payment_intent"]:
            payment = books.get("payment_intent", session["payment_intent"])
            return books.get("charge", payment["latest_charge"])
        paid = [each for each in books.all("charge", customer=session["customer"]) if each["paid"]]
        return max(paid, key=lambda each: each["created"])


def _coupon(books: Any) -> Any:
    from publish.sandbox import goods

    return goods.coupon(books, {"percent_off": 100, "duration": "once"})


def _fill(books: Any, manifest: contract.Manifest) -> None:
    """Put the catalogue in, as `products sync` would."""
    from publish.sandbox import goods

    for product in catalogue.wanted(manifest):
        made = books.put(goods.product(books, {"name": product.name, "metadata": product.metadata}))
        for price in product.prices:
            params = price_params(price, made["id"])
            more = {"currency_options": goods.currency_options(params)}
            books.put(goods.price(books, params), more=more)


def price_params(price: catalogue.WantedPrice, product: str) -> dict[str, Any]:
    """Return what makes a price at Stripe."""
    first, *others = price.amounts.items()
    params: dict[str, Any] = {
        "product": product,
        "currency": first[0].lower(),
        "unit_amount": first[1],
        "lookup_key": price.lookup_key,
        "metadata": price.metadata,
        "currency_options": {
            currency.lower(): {"unit_amount": minor} for currency, minor in others
        },
    }
    if price.every:
        params["recurring"] = {"interval": price.every}
    return params


def sandbox_state(folder: Path, clock: Clock) -> Any:
    """Return the sandbox's file, with the clock of the tests and ids that repeat."""
    from publish.sandbox.state import State

    return State(
        folder / "stripe.sqlite", real=lambda: clock().timestamp(), source=random.Random(7)
    )


# ---- what tests do again and again ------------------------------------------------------------


def all_orders(store: Any) -> list[Any]:
    """Return every order there is, the oldest first."""
    from publish.paywall import keys, orders

    found = [orders.find(store, line.value["order"]) for line in store.query(keys.ORDERS)]
    return [each for each in found if each]


def begun(house: Any, browser: Any, offer: str = "course", post: str = "chapter") -> Any:
    """Press the button of an offer; return the order whose Checkout is open."""
    from publish.paywall import orders
    from tests.publish.paywall.house import location

    answer = browser.post("/api/checkout?lang=en", {"offer": offer, "post": post})
    assert answer.status == 303, (answer.status, answer.body)
    found = re.search(r"cs_\w+", location(answer))
    assert found, location(answer)
    return orders.find_by_reference(house.store, found.group())


def ledger(house: Any, person: str) -> dict[str, Any]:
    """Return a person's grants by id."""
    from publish.paywall import keys, rights

    lines = house.store.query(keys.person(person), keys.grant(""))
    return {each.id: each for each in (rights.read_grant(line.value) for line in lines)}


def queued(store: Any, kind: str = "mail") -> list[dict[str, Any]]:
    """Return what waits in the queue."""
    from publish.paywall import keys

    return [line.value["value"] for line in store.query(keys.QUEUE) if line.value["kind"] == kind]


def contents(store: Any, order: Any) -> tuple[Any, ...]:
    """Return all that a life of events leaves behind, without versions and counters."""
    from publish.paywall import keys, orders, people, rights

    known = orders.find(store, order)
    assert known
    someone = people.find(store, known.person) if known.person else None
    lines = store.query(keys.person(known.person), keys.grant("")) if known.person else ()
    return (
        replace(known, version=0),
        replace(someone, version=0, id="", made=_EPOCH) if someone else None,
        [rights.read_grant(line.value) for line in lines],
        [each for each in queued(store) if each["mail"] == "receipt"],
    )
