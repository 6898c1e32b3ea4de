"""What is sent to Stripe, and what may not be: pure, without a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from publish.paywall.payments import catalogue
from publish.paywall.ports import Checkout

SANDBOX_KEY = "sk_test_sandbox"
PORTAL = "inkstead-1"
"""Marks the portal's configuration that is ours; another number makes another one."""
_KEYS = ("sk_test_", "rk_test_", "sk_live_", "rk_live_")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LANGUAGES = ("en", "ja", "ko", "de", "fr", "es", "it", "pt")
Object: TypeAlias = dict[str, Any]

PORTAL_PARAMS: Mapping[str, Any] = {
    "metadata": {"inkstead": PORTAL},
    "features": {
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "customer_update": {"enabled": True, "allowed_updates": ["name", "address", "tax_id"]},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
    },
}


def check(key: str, secrets: Sequence[str] | None, api_base: str) -> None:
    """Refuse keys, secrets and addresses that do not go together.

    Raises:
        ValueError: they do not.

    """
    if not key.startswith(_KEYS):
        raise ValueError("the Stripe key is none (it begins with sk_ or rk_)")
    if secrets is not None and (not secrets or any(not each.strip() for each in secrets)):
        raise ValueError("a webhook secret of Stripe is missing or empty")
    if key.startswith(SANDBOX_KEY) and not api_base:
        raise ValueError("a key of the sandbox goes with the sandbox's address")
    if api_base:
        parts = urlsplit(api_base)
        if parts.scheme not in ("http", "https") or parts.hostname not in _LOOPBACK:
            raise ValueError(f'the sandbox is on this machine, not at "{api_base}"')
        if not key.startswith(SANDBOX_KEY):
            raise ValueError("the sandbox takes no real key")


def session_params(checkout: Checkout, price: str) -> Object:
    """Return what begins a Checkout; which ways to pay it shows is set in the Dashboard."""
    names = {
        catalogue.ORDER: checkout.order,
        catalogue.PRODUCT: checkout.product,
        catalogue.OFFER: checkout.offer,
    }
    params: Object = {
        "mode": checkout.mode,
        "line_items": [{"price": price, "quantity": 1}],
        "client_reference_id": checkout.order,
        "metadata": names,
        "currency": checkout.currency.lower(),
        "locale": locale(checkout.lang),
        "allow_promotion_codes": True,
        "success_url": checkout.success_url,
        "cancel_url": checkout.cancel_url,
    }
    if checkout.mode == "subscription":
        trial = {"trial_period_days": checkout.trial_days} if checkout.trial_days else {}
        params["subscription_data"] = {"metadata": names, **trial}
    else:
        params["payment_intent_data"] = {"metadata": names}
    return params | _payer(checkout, checkout.customer)


def _payer(checkout: Checkout, customer: str) -> Object:
    if customer:
        return {"customer": customer}
    made = {"customer_creation": "always"} if checkout.mode == "payment" else {}
    return made | ({"customer_email": checkout.mail} if checkout.mail else {})


def without_customer(params: Object, checkout: Checkout) -> Object:
    """Return the same for somebody whom Stripe does not know."""
    kept = {name: value for name, value in params.items() if name != "customer"}
    return kept | _payer(checkout, "")


def locale(lang: str) -> str:
    """Return Stripe's name for a language."""
    main = lang.lower().split("-")[0]
    if main == "zh":
        return "zh-TW" if "hant" in lang.lower() else "zh"
    return main if main in _LANGUAGES else "auto"


def customer_trouble(refusal: Any) -> bool:
    """Tell whether Stripe refused because of who pays, not of what is bought."""
    message = str(refusal.user_message or "").lower()
    return about(refusal, "customer") or "combine currencies" in message


def about(refusal: Any, param: str) -> bool:
    """Tell whether Stripe refused because of one parameter."""
    return str(getattr(refusal, "param", "") or "").startswith(param)
