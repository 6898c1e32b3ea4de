"""The catalogue is code: what Stripe lacks or has otherwise, as actions with their reasons.

No amount is ever edited: another amount is another price, and the old one is archived. A product
that sells no more loses its prices and stays, because subscriptions that run still name it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from publish.contract.catalogue import N_
from publish.contract.manifest import Manifest
from publish.paywall.payments import catalogue
from publish.paywall.payments.catalogue import WantedPrice, WantedProduct
from publish.paywall.payments.stripe_desk import Kind, Object, StripeDesk
from publish.paywall.payments.stripe_objects import API_VERSION
from publish.paywall.payments.stripe_requests import PORTAL_PARAMS

PREFIX = "inkstead_"
WEBHOOK = "/api/webhook"
# What the service looks at again when it is told of it.
EVENTS = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "refund.created",
    "refund.failed",
    "refund.updated",
)
_STRIPE_TAKES = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True)
class Action:
    """One step: what is done to what, and why; `reason` is of the catalogue of messages."""

    do: Literal["create", "update", "archive"]
    kind: Kind
    name: str
    reason: str
    params: Mapping[str, Any]
    key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What the account has: products and prices by what they are, portals, webhooks."""

    products: Sequence[Object]
    prices: Sequence[Object]
    portals: Sequence[Object]
    webhooks: Sequence[Object]


def found(desk: StripeDesk) -> Found:
    """Fetch what the account has.

    Raises:
        PaymentsDown: Stripe does not answer.
        Refused: it does not take the key.

    """
    return Found(
        list(desk.all("product")),
        list(desk.all("price", expand=["data.currency_options"])),
        list(desk.all("portal", active=True)),
        list(desk.all("webhook")),
    )


def plan(manifest: Manifest, has: Found) -> list[Action]:
    """Return what makes the account's products, prices and portal as the site says."""
    wanted = catalogue.wanted(manifest)
    return [
        *_products(wanted, has.products),
        *_prices(wanted, has.prices),
        *_archived(wanted, has.prices, manifest),
        *_portal(manifest, has.portals),
    ]


def webhook(origin: str, has: Found) -> list[Action]:
    """Return what makes Stripe tell the site of what happens."""
    url, wanted = origin + WEBHOOK, list(EVENTS)
    known = next((each for each in has.webhooks if each["url"] == url), None)
    if known is None:
        reason = N_("Stripe does not know where to call")
        told = {"url": url, "enabled_events": wanted, "api_version": API_VERSION}
        return [Action("create", "webhook", url, reason, told)]
    params: dict[str, Any] = {}
    if not {*wanted} <= {*known["enabled_events"]} and "*" not in known["enabled_events"]:
        params["enabled_events"] = sorted({*wanted, *known["enabled_events"]})
    if known.get("status") != "enabled":
        params["disabled"] = False
    if not params:
        return []
    reason = N_("it is switched off, or not told of everything")
    return [Action("update", "webhook", url, reason, params, known["id"])]


def apply(desk: StripeDesk, action: Action) -> Object:
    """Do one step; return what came of it.

    Raises:
        PaymentsDown: Stripe does not answer.
        Refused: it says no.

    """
    if action.do == "create":
        return desk.create(action.kind, action.params)
    return desk.update(action.kind, action.key, action.params)


def product_id(product: str) -> str:
    """Return the id of a product at Stripe, which takes Latin letters only."""
    if _STRIPE_TAKES.fullmatch(product):
        return PREFIX + product
    return PREFIX + hashlib.sha256(product.encode()).hexdigest()[:24]


# ---- products -------------------------------------------------------------------------------


def _products(wanted: Iterable[WantedProduct], has: Iterable[Object]) -> Iterator[Action]:
    known = {each["id"]: each for each in has}
    for product in wanted:
        key = product_id(product.id)
        params = _product_params(product)
        if key not in known:
            reason = N_("Stripe does not have it yet")
            yield Action("create", "product", product.id, reason, {"id": key, **params})
            continue
        other = {
            name: value for name, value in params.items() if not _same(value, known[key].get(name))
        }
        if other:
            reason = N_("it is another one here: {fields}")
            told = {"fields": ", ".join(other)}
            yield Action("update", "product", product.id, reason, other, key, told)


def _product_params(product: WantedProduct) -> dict[str, Any]:
    params: dict[str, Any] = {
        "name": product.name,
        "active": True,
        "metadata": product.metadata,
    }
    return params | ({"description": product.description} if product.description else {})


# ---- prices ---------------------------------------------------------------------------------


def _prices(wanted: Iterable[WantedProduct], has: Iterable[Object]) -> Iterator[Action]:
    known = {each["lookup_key"]: each for each in has if each.get("lookup_key")}
    for product in wanted:
        for price in product.prices:
            yield from _price(price, known.get(price.lookup_key))


def _price(price: WantedPrice, known: Object | None) -> Iterator[Action]:
    name, params = price.lookup_key.removeprefix(PREFIX), _price_params(price)
    if known is None:
        yield Action("create", "price", name, N_("Stripe does not have it yet"), params)
    elif not _charges(price, known):
        # The name holds the amounts, so somebody made this one by hand.
        reason = N_("the price of this name charges something else")
        yield Action("create", "price", name, reason, {**params, "transfer_lookup_key": True})
        yield Action("archive", "price", name, reason, {"active": False}, known["id"])
    elif not known["active"]:
        reason = N_("it was archived, and is sold again")
        yield Action("update", "price", name, reason, {"active": True}, known["id"])


def _price_params(price: WantedPrice) -> dict[str, Any]:
    params: dict[str, Any] = {
        "product": product_id(price.product),
        "lookup_key": price.lookup_key,
        "currency": price.currency.lower(),
        "unit_amount": price.amounts[price.currency],
        "metadata": price.metadata,
    }
    others = {
        currency.lower(): {"unit_amount": amount}
        for currency, amount in price.amounts.items()
        if currency != price.currency
    }
    params |= {"currency_options": others} if others else {}
    return params | ({"recurring": {"interval": price.every}} if price.every else {})


def _charges(price: WantedPrice, known: Object) -> bool:
    """Tell whether a price at Stripe is what the site says it is."""
    options = known.get("currency_options") or {}
    told = {currency: each["unit_amount"] for currency, each in options.items()}
    told[known["currency"]] = known["unit_amount"]
    repeats = known.get("recurring") or {}
    return (
        told == {currency.lower(): amount for currency, amount in price.amounts.items()}
        and repeats.get("interval", "") == price.every
        and repeats.get("interval_count", 1) == 1
        and known["product"] == product_id(price.product)
    )


def _archived(
    wanted: Iterable[WantedProduct], has: Iterable[Object], manifest: Manifest
) -> Iterator[Action]:
    sold = {price.lookup_key for product in wanted for price in product.prices}
    for price in has:
        product = (price.get("metadata") or {}).get(catalogue.PRODUCT, "")
        name = str(price.get("lookup_key") or price["id"])
        if not product or not price["active"] or name in sold:
            continue
        known = manifest.products.get(product)
        reason = (
            N_("the site has another price now")
            if known and known.status == "published"
            else N_("the site does not sell it any more")
        )
        params = {"active": False}
        yield Action("archive", "price", name.removeprefix(PREFIX), reason, params, price["id"])


# ---- portal ---------------------------------------------------------------------------------


def _portal(manifest: Manifest, has: Iterable[Object]) -> Iterator[Action]:
    wanted = portal_params(manifest)
    ours = [each for each in has if _same(PORTAL_PARAMS["metadata"], each.get("metadata"))]
    if not ours:
        reason = N_("invoices, card and cancelling have no page at Stripe yet")
        yield Action("create", "portal", "portal", reason, wanted)
    elif not _same(wanted, ours[0]):
        reason = N_("what readers may do there is set otherwise")
        yield Action("update", "portal", "portal", reason, wanted, ours[0]["id"])


def portal_params(manifest: Manifest) -> dict[str, Any]:
    """Return what readers may do on Stripe's page: invoices, another card, cancel at the end."""
    site = manifest.site
    main = site.languages[0]
    pages = {"privacy_policy_url": main.privacy, "terms_of_service_url": main.terms}
    profile = {name: site.url + path for name, path in pages.items() if path}
    return {
        **PORTAL_PARAMS,
        "default_return_url": f"{site.url}/api/account",
        **({"business_profile": profile} if profile else {}),
    }


def _same(wanted: Any, known: Any) -> bool:
    """Tell whether what is known holds all that is wanted; what else it holds does not matter."""
    if isinstance(wanted, Mapping):
        return isinstance(known, Mapping) and all(
            _same(value, known.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(known, list) and sorted(wanted) == sorted(known)
    return bool(wanted == known)
