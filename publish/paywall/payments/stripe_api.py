"""Stripe behind the port of payments: the only place that imports stripe, and only when asked.

Everything is refetched with one pinned version of the API, whatever version an event was written
in. A timeout of ten seconds leaves room before a function of ours is stopped.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeAlias

from publish.paywall.payments import catalogue
from publish.paywall.payments import stripe_objects as objects
from publish.paywall.payments import stripe_requests as requests
from publish.paywall.ports import (
    Checkout,
    Event,
    NotVerified,
    PaymentsDown,
    PriceGone,
    Purchase,
    Started,
)

TOLERANCE = 300
"""How many seconds a webhook may be old, or ahead of us."""
_TIMEOUT = 10.0
_RETRIES = 2
_INVOICES = 24
Object: TypeAlias = dict[str, Any]


class StripePayments:
    """One Stripe account.

    `webhook_secrets` are all that are valid now (two during a rotation); None is for a process that
    receives no webhooks. `api_base` is the sandbox's address, on loopback only. `account` is our
    own account's id where it is known: events of another one are foreign.

    Raises:
        ValueError: a key, secret or address that must not be used.

    """

    def __init__(
        self,
        key: str,
        webhook_secrets: Sequence[str] | None,
        api_base: str = "",
        account: str = "",
    ) -> None:
        requests.check(key, webhook_secrets, api_base)
        self.mode: Literal["sandbox", "test", "live"] = (
            "sandbox" if api_base else "live" if "_live_" in key else "test"
        )
        self.account = account
        self._key, self._secrets, self._base = key, tuple(webhook_secrets or ()), api_base
        self._lock = threading.Lock()
        self._portal = ""

    @cached_property
    def client(self) -> Any:
        """Return the StripeClient, for what the port does not name; calls live under `.v1`."""
        import stripe

        return stripe.StripeClient(
            self._key,
            stripe_version=objects.API_VERSION,
            base_addresses={"api": self._base} if self._base else None,
            max_network_retries=_RETRIES,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT),
        )

    # ---- starting ----

    def start(self, checkout: Checkout) -> Started:
        """Open a Checkout. A customer who is gone, or pays in another currency, starts anew.

        Raises:
            PaymentsDown: Stripe does not answer, or refuses.
            PriceGone: the price is archived, or was never there.

        """
        with _answers():
            params = requests.session_params(checkout, self._price(checkout.price))
            try:
                session = self._begin(params, checkout.key)
            except _refused() as refusal:
                if requests.about(refusal, "line_items"):
                    raise PriceGone(checkout.price) from refusal
                if "customer" not in params or not requests.customer_trouble(refusal):
                    raise
                session = self._begin(
                    requests.without_customer(params, checkout), f"{checkout.key}-anew"
                )
            return Started(session["id"], session["url"])

    def _price(self, key: str) -> str:
        found = _list(self.client.v1.prices.list({"lookup_keys": [key], "active": True}))
        if not found:
            raise PriceGone(key)
        return str(found[0]["id"])

    def _begin(self, params: Object, key: str) -> Object:
        return _plain(self.client.v1.checkout.sessions.create(params, {"idempotency_key": key}))

    def end_checkout(self, reference: str) -> None:
        """Close a Checkout nobody needs any more; one that is closed already is no error."""
        with _answers(ignore_refusal=True):
            self.client.v1.checkout.sessions.expire(reference)

    # ---- webhooks ----

    def verify(self, body: bytes, signature: str, now: datetime) -> Event:
        """Return a webhook's event; every secret is tried, both sides of the tolerance checked.

        Raises:
            NotVerified: whatever is wrong with it.

        """
        import stripe

        try:
            text = body.decode("utf-8")
            signed = any(_signed(stripe, text, signature, secret) for secret in self._secrets)
        except UnicodeError as cause:
            raise NotVerified("not text") from cause
        if not signed:
            raise NotVerified("the signature is wrong")
        if abs(now.timestamp() - _time_of(signature)) > TOLERANCE:
            raise NotVerified("too old, or from the future")
        try:
            return objects.event(json.loads(text))
        except (ValueError, RecursionError) as cause:
            raise NotVerified("not JSON") from cause

    def of_event(self, event: Event) -> Sequence[str]:
        """Return the references of all purchases that an event may have changed, refetched."""
        kind, key = str(event.object.get("object", "")), str(event.object.get("id", ""))
        with _answers():
            found = self._references(kind, key)
        return tuple(dict.fromkeys(each for each in found if each))

    def _references(self, kind: str, key: str) -> Sequence[str]:
        v1 = self.client.v1
        if kind in ("checkout.session", "subscription"):
            return [key]
        if kind == "invoice":
            return [objects.subscription_of(self._fetch(v1.invoices.retrieve, key) or {})]
        if kind == "payment_intent":
            return self._of_payment(key)
        fetchers = {"charge": v1.charges, "dispute": v1.disputes, "refund": v1.refunds}
        if kind not in fetchers:
            return []
        found = self._fetch(fetchers[kind].retrieve, key) or {}
        if payment := objects.id_of(found.get("payment_intent")):
            return self._of_payment(payment)
        return self._references("charge", objects.id_of(found.get("charge")))

    def _of_payment(self, payment: str) -> Sequence[str]:
        """Find by a payment: its Checkout, else all subscriptions of its customer."""
        v1 = self.client.v1
        sessions = _list(v1.checkout.sessions.list({"payment_intent": payment, "limit": 1}))
        if sessions:
            return [sessions[0]["id"]]
        told = self._fetch(v1.payment_intents.retrieve, payment) or {}
        customer = objects.id_of(told.get("customer"))
        if not customer:
            return []
        asked = {"customer": customer, "status": "all", "limit": 100}
        return [each["id"] for each in self._listed(v1.subscriptions.list, asked)]

    # ---- purchases ----

    def purchase(self, reference: str) -> Purchase | None:
        """Fetch everything about a purchase, by Checkout Session or subscription."""
        with _answers():
            if reference.startswith("cs_"):
                return self._by_session(reference)
            if reference.startswith("sub_"):
                return self._by_subscription(reference)
            return None

    def _by_session(self, reference: str) -> Purchase | None:
        expanded = ["line_items", "subscription", "payment_intent.latest_charge"]
        told = self._fetch(self.client.v1.checkout.sessions.retrieve, reference, expanded)
        if told is None:
            return None
        if told.get("subscription"):
            return objects.from_session(told, self._subscription_money(told["subscription"]))
        return objects.from_session(told, self._payment_money(told.get("payment_intent")))

    def _by_subscription(self, reference: str) -> Purchase | None:
        v1 = self.client.v1
        told = self._fetch(v1.subscriptions.retrieve, reference, ["customer"])
        if told is None:
            return None
        if (told.get("metadata") or {}).get(catalogue.ORDER):
            asked = {"subscription": reference, "limit": 1}
            if sessions := _list(v1.checkout.sessions.list(asked)):
                return self._by_session(sessions[0]["id"])
        return objects.from_subscription(told, self._subscription_money(told))

    def _payment_money(self, payment: Object | None) -> objects.Money:
        money = objects.Money()
        charge = (payment or {}).get("latest_charge")
        if payment and charge and payment["status"] == "succeeded":
            at = objects.when(charge["created"])
            money.paid(payment["amount"], payment["currency"], payment["id"], at)
            self._weigh(money, charge, last=True)
        return money

    def _subscription_money(self, told: Object) -> objects.Money:
        """Weigh the last invoice that brought money; disputes count on all of them."""
        v1, money = self.client.v1, objects.Money()
        asked = {"subscription": told["id"], "limit": _INVOICES, "expand": ["data.payments"]}
        paid = objects.paid_invoices(self._listed(v1.invoices.list, asked))
        if not paid:
            return money
        newest = objects.payments_of(paid[0])
        money.paid(paid[0]["amount_paid"], paid[0]["currency"], next(iter(newest), ""))
        known = {each for invoice in paid for each in objects.payments_of(invoice)}
        customer = objects.id_of(told["customer"])
        for charge in self._listed(v1.charges.list, {"customer": customer, "limit": 100}):
            names = {charge["id"], objects.id_of(charge.get("payment_intent"))}
            if names & known:
                self._weigh(money, charge, last=bool(names & set(newest)))
        return money

    def _weigh(self, money: objects.Money, charge: Object, *, last: bool) -> None:
        v1, asked = self.client.v1, {"charge": charge["id"], "limit": 100}
        if last and charge["amount_refunded"]:
            money.gave_back(_list(v1.refunds.list(asked)))
        if charge["disputed"]:
            money.disputed(_list(v1.disputes.list(asked)))

    # ---- what is done to them ----

    def cancel(self, subscription: str, at_once: bool = False) -> None:
        """Stop renewing, or end now; one that is over already is no error."""
        subscriptions = self.client.v1.subscriptions
        with _answers(ignore_refusal=True):
            if at_once:
                subscriptions.cancel(subscription)
            else:
                subscriptions.update(subscription, {"cancel_at_period_end": True})

    def resume(self, subscription: str) -> None:
        """Take a cancellation back while the period still runs."""
        subscriptions = self.client.v1.subscriptions
        with _answers():
            told = _plain(subscriptions.retrieve(subscription))
            if told["cancel_at_period_end"]:
                subscriptions.update(subscription, {"cancel_at_period_end": False})
            elif told.get("cancel_at"):
                subscriptions.update(subscription, {"cancel_at": ""})

    def portal(self, customer: str, return_url: str, lang: str) -> str:
        """Return the address of Stripe's page for invoices and cards, as we configure it."""
        params = {
            "customer": customer,
            "return_url": return_url,
            "locale": requests.locale(lang),
            "configuration": self._configuration(),
        }
        with _answers():
            return str(_plain(self.client.v1.billing_portal.sessions.create(params))["url"])

    def _configuration(self) -> str:
        with self._lock, _answers():
            if not self._portal:
                configurations = self.client.v1.billing_portal.configurations
                found = [
                    each
                    for each in _list(configurations.list({"active": True, "limit": 100}))
                    if (each.get("metadata") or {}).get("inkstead") == requests.PORTAL
                ]
                made = found[0] if found else _plain(configurations.create(requests.PORTAL_PARAMS))
                self._portal = made["id"]
            return self._portal

    def forget(self, customer: str) -> None:
        """Erase a customer, which ends their subscriptions; the books stay with Stripe."""
        with _answers(ignore_refusal=True):
            self.client.v1.customers.delete(customer)

    def _fetch(
        self, retrieve: Callable[..., Any], key: str, expand: Sequence[str] = ()
    ) -> Object | None:
        """Return an object, None when there is none such."""
        try:
            return (
                _plain(retrieve(key, {"expand": list(expand)} if expand else {})) if key else None
            )
        except _refused() as refusal:
            if _missing(refusal):
                return None
            raise

    def _listed(self, list_: Callable[..., Any], asked: Object) -> list[Object]:
        """Return a page of objects, none when what they belong to was deleted."""
        try:
            return _list(list_(asked))
        except _refused() as refusal:
            if _missing(refusal):
                return []
            raise


def _signed(stripe: Any, text: str, signature: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, None))
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False


def _time_of(signature: str) -> int:
    """Return the time in a signature that was verified: the first one, as the library reads it."""
    parts = (each.split("=", 2) for each in signature.split(","))
    return int(next(each[1] for each in parts if each[0] == "t"))


def _plain(thing: Any) -> Object:
    found: Object = thing.to_dict()
    return found


def _list(page: Any) -> list[Object]:
    found: list[Object] = _plain(page)["data"]
    return found


def _missing(refusal: Any) -> bool:
    return bool(refusal.code == "resource_missing" or refusal.http_status == 404)


def _refused() -> Any:
    import stripe

    return stripe.InvalidRequestError


@contextmanager
def _answers(*, ignore_refusal: bool = False) -> Iterator[None]:
    """Turn whatever Stripe does instead of answering with sense into PaymentsDown."""
    import stripe

    try:
        yield
    except stripe.InvalidRequestError as cause:
        if not ignore_refusal:
            raise PaymentsDown(f"{cause.code or 'refused'}") from cause
    except stripe.StripeError as cause:
        raise PaymentsDown(type(cause).__name__) from cause
    except (KeyError, TypeError, ValueError) as cause:
        raise PaymentsDown("an answer without sense") from cause
