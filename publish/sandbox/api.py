"""Stripe's HTTP API: which address does what, errors, idempotency."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from publish.sandbox import accepts, endpoints, life, surroundings
from publish.sandbox.accepts import EXPAND, LISTED, PAGED, Shape
from publish.sandbox.endpoints import Call
from publish.sandbox.lists import expanded, listed
from publish.sandbox.months import DAY
from publish.sandbox.params import MAP, Refused, decode, missing, read
from publish.sandbox.state import Books, Missing, Object, State

KEY = "sk_test_sandbox"
"""What every key of a sandbox begins with; no other is accepted."""

_REACH = 30 * DAY
"""How far back the list of events reaches."""
Doer: TypeAlias = Callable[[Call], Object]


@dataclass(frozen=True)
class Route:
    """One address: what it takes, what it does; without `does` it lists or returns a `kind`."""

    method: str
    path: str
    shape: Shape
    kind: str
    does: Doer | None = None

    @property
    def is_list(self) -> bool:
        """Tell whether it answers with a list."""
        return self.does is None and not self.path.endswith("}")


def _both(path: str, kind: str, listed: Shape = LISTED, **filters: Any) -> list[Route]:
    return [
        Route("GET", path, {**listed, **filters}, kind),
        Route("GET", f"{path}/{{}}", EXPAND, kind),
    ]


def _post(path: str, shape: Shape, kind: str, does: Doer) -> Route:
    return Route("POST", path, shape, kind, does)


def _delete(path: str, kind: str, does: Doer, shape: Shape | None = None) -> Route:
    return Route("DELETE", path, shape or {}, kind, does)


_SESSION, _CONFIGURATION = "checkout.session", "billing_portal.configuration"
_E, _S = endpoints, surroundings

ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/account", EXPAND, "account", _E.account),
    *_both("/v1/products", "product", active=bool, ids=[str]),
    _post("/v1/products", {**accepts.PRODUCT, "id": str}, "product", _E.new_product),
    _post("/v1/products/{}", accepts.PRODUCT, "product", _E.change_product),
    _delete("/v1/products/{}", "product", _E.delete_product),
    *_both(
        "/v1/prices",
        "price",
        active=bool,
        currency=str,
        lookup_keys=[str],
        product=str,
        recurring={"interval": str},
        type=("one_time", "recurring"),
    ),
    _post("/v1/prices", accepts.NEW_PRICE, "price", _E.new_price),
    _post("/v1/prices/{}", accepts.PRICE, "price", _E.change_price),
    *_both("/v1/coupons", "coupon"),
    _post("/v1/coupons", accepts.COUPON, "coupon", _E.new_coupon),
    _post(
        "/v1/coupons/{}",
        {**EXPAND, "name": str, "metadata": MAP},
        "coupon",
        _E.change_coupon,
    ),
    _delete("/v1/coupons/{}", "coupon", _E.delete_coupon),
    *_both("/v1/promotion_codes", "promotion_code", active=bool, code=str, customer=str),
    _post("/v1/promotion_codes", accepts.PROMOTION, "promotion_code", _E.new_promotion_code),
    _post(
        "/v1/promotion_codes/{}",
        {**EXPAND, "active": bool, "metadata": MAP},
        "promotion_code",
        _E.change_promotion_code,
    ),
    *_both("/v1/customers", "customer", email=str),
    _post("/v1/customers", accepts.CUSTOMER, "customer", _E.new_customer),
    _post("/v1/customers/{}", accepts.CUSTOMER, "customer", _E.change_customer),
    _delete("/v1/customers/{}", "customer", _E.delete_customer),
    *_both("/v1/subscriptions", "subscription", customer=str, price=str, status=str),
    _post("/v1/subscriptions/{}", accepts.SUBSCRIPTION, "subscription", _E.change_subscription),
    _delete("/v1/subscriptions/{}", "subscription", _E.cancel_subscription, accepts.CANCEL),
    Route("GET", "/v1/subscription_items", {**PAGED, "subscription": str}, "subscription_item"),
    *_both(
        "/v1/checkout/sessions",
        _SESSION,
        customer=str,
        payment_intent=str,
        status=("complete", "expired", "open"),
        subscription=str,
    ),
    _post("/v1/checkout/sessions", accepts.SESSION, _SESSION, _E.new_session),
    _post("/v1/checkout/sessions/{}/expire", EXPAND, _SESSION, _E.expire_session),
    Route("GET", "/v1/checkout/sessions/{}/line_items", PAGED, "item"),
    *_both("/v1/invoices", "invoice", customer=str, status=str, subscription=str),
    *_both("/v1/payment_intents", "payment_intent", customer=str),
    *_both("/v1/charges", "charge", customer=str, payment_intent=str),
    *_both("/v1/refunds", "refund", charge=str, payment_intent=str),
    _post("/v1/refunds", accepts.REFUND, "refund", _E.new_refund),
    *_both("/v1/disputes", "dispute", charge=str, payment_intent=str),
    _post("/v1/disputes/{}", accepts.DISPUTE, "dispute", _E.change_dispute),
    _post("/v1/disputes/{}/close", EXPAND, "dispute", _E.close_dispute),
    *_both("/v1/events", "event", delivery_success=bool, type=str, types=[str]),
    *_both(
        "/v1/billing_portal/configurations", _CONFIGURATION, PAGED, active=bool, is_default=bool
    ),
    _post(
        "/v1/billing_portal/configurations",
        accepts.NEW_CONFIGURATION,
        _CONFIGURATION,
        _S.new_configuration,
    ),
    _post(
        "/v1/billing_portal/configurations/{}",
        accepts.CONFIGURATION,
        _CONFIGURATION,
        _S.change_configuration,
    ),
    _post("/v1/billing_portal/sessions", accepts.PORTAL, "billing_portal.session", _S.new_portal),
    *_both("/v1/webhook_endpoints", "webhook_endpoint", PAGED),
    _post("/v1/webhook_endpoints", accepts.NEW_ENDPOINT, "webhook_endpoint", _S.new_endpoint),
    _post(
        "/v1/webhook_endpoints/{}",
        accepts.CHANGED_ENDPOINT,
        "webhook_endpoint",
        _S.change_endpoint,
    ),
    _delete("/v1/webhook_endpoints/{}", "webhook_endpoint", _S.delete_endpoint),
)


@dataclass(frozen=True)
class Asked:
    """One request to the API; `base` is where the sandbox's pages are."""

    method: str
    path: str
    query: str
    body: str
    authorization: str
    idempotency: str
    base: str


def answer(state: State, asked: Asked) -> tuple[int, Object]:
    """Answer one request: status and object."""
    try:
        _check_key(asked)
        with life.today(state) as books:
            return _once(books, asked)
    except Refused as refused:
        return refused.status, refused.body
    except Missing as gone:
        nothing = missing(*gone.args)
        return nothing.status, nothing.body


def _check_key(asked: Asked) -> None:
    scheme, _, key = asked.authorization.partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(KEY):
        raise Refused(
            f"Invalid API Key provided: the sandbox takes only keys that begin with {KEY}.", 401
        )


def _once(books: Books, asked: Asked) -> tuple[int, Object]:
    """Do a POST only once for each idempotency key, and then tell again what came of it."""
    if asked.method != "POST" or not asked.idempotency:
        return 200, _do(books, asked)
    books.connection.execute("delete from answers where at < ?", (books.now - DAY,))
    said = hashlib.sha256(f"{asked.path}\n{asked.body}".encode()).hexdigest()
    row = books.connection.execute(
        "select asked, status, body from answers where key = ?", (asked.idempotency,)
    ).fetchone()
    if row and row[0] != said:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters they were"
            " first used with.",
            type="idempotency_error",
        )
    if row:
        return int(row[1]), json.loads(row[2])
    value = _do(books, asked)
    books.connection.execute(
        "insert into answers values (?, ?, 200, ?, ?)",
        (asked.idempotency, said, json.dumps(value), books.now),
    )
    return 200, value


def _do(books: Books, asked: Asked) -> Object:
    route, ids = _route(asked)
    params = read(route.shape, decode(asked.query if asked.method != "POST" else asked.body))
    call = Call(books, ids, params, asked.base)
    if route.does:
        value = route.does(call)
    elif route.is_list:
        value = listed(books, route.kind, asked.path, params, _items(books, route, ids, params))
    else:
        value = books.get(route.kind, ids[0])
    return expanded(books, value, params.get("expand") or [])


def _items(
    books: Books, route: Route, ids: tuple[str, ...], params: Mapping[str, Any]
) -> list[Object] | None:
    """Return what is listed that lies inside another object."""
    if route.kind == "item":
        session = books.get(_SESSION, ids[0])
        found: list[Object] = books.hidden(session["id"])["more"]["line_items"]["data"]
        return found
    if route.kind == "subscription_item":
        held = books.get("subscription", params.get("subscription") or "")
        return list(held["items"]["data"])
    if route.kind == "event":
        return [each for each in books.all("event") if each["created"] > books.now - _REACH]
    if route.kind == "subscription" and not params.get("status"):
        return [each for each in books.all("subscription") if each["status"] != "canceled"]
    return None


def _route(asked: Asked) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        found = _pattern(route.path).fullmatch(asked.path) if route.method == asked.method else None
        if found:
            return route, found.groups()
    raise Refused(
        f"Unrecognized request URL ({asked.method}: {asked.path})."
        " The sandbox knows only what Inkstead uses.",
        404,
    )


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{\}", "([^/]+)"))
