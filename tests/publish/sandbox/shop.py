"""Things that many tests of the sandbox need: a shop with prices, and people who pay."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import stripe

from publish.sandbox import life, selling
from publish.sandbox.money import Payer
from publish.sandbox.months import DAY
from publish.sandbox.state import State

BACK = "http://127.0.0.1:9/back?session={CHECKOUT_SESSION_ID}"


def price(client: stripe.StripeClient, *, every: str = "", amount: int = 3900, **more: Any) -> str:
    """Make a product with a price and return the price."""
    product = client.v1.products.create({"name": "会员"})
    params: Any = {"product": product.id, "currency": "cny", "unit_amount": amount, **more}
    params |= {"recurring": {"interval": every}} if every else {}
    return client.v1.prices.create(params).id


def session(client: stripe.StripeClient, sold: str, mode: str = "payment", **more: Any) -> Any:
    """Open a Checkout."""
    params: Any = {
        "mode": mode,
        "line_items": [{"price": sold, "quantity": 1}],
        "success_url": BACK,
        "cancel_url": "http://127.0.0.1:9/away",
        **more,
    }
    return client.v1.checkout.sessions.create(params)


def pay(state: State, key: str, mail: str = "r@example.com", **how: Any) -> None:
    """Pay a Checkout as the page would."""
    outcome = how.pop("outcome", "now")
    with life.today(state) as books:
        found = books.get("checkout.session", key)
        selling.complete(books, found, Payer(mail, found["customer"], **how), outcome)


def member(client: stripe.StripeClient, state: State, every: str = "month", **how: Any) -> Any:
    """Sell a membership and return the subscription."""
    data = how.pop("subscription_data", {})
    opened = session(client, price(client, every=every), "subscription", subscription_data=data)
    pay(state, opened.id, **how)
    done = client.v1.checkout.sessions.retrieve(opened.id)
    return client.v1.subscriptions.retrieve(str(done.subscription))


def later(state: State, days: float = 0) -> None:
    """Move the sandbox's clock on."""
    with life.today(state) as books:
        books.move(int(days * DAY))
        life.catch_up(books)


def kinds(client: stripe.StripeClient) -> list[str]:
    """Return the types of all events, oldest first."""
    return [each.type for each in client.v1.events.list({"limit": 100}).auto_paging_iter()][::-1]


class Answer:
    """What a page answered."""

    def __init__(self, status: int, headers: Any, text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    @property
    def location(self) -> str:
        return str(self.headers["Location"] or "")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def ask(url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
    """Ask for a page, or post a form, and follow nothing."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, given)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())
