"""Opening a Checkout: what Stripe takes and refuses, and the session that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publish.sandbox import goods
from publish.sandbox.goods import labels
from publish.sandbox.money import Payer
from publish.sandbox.months import DAY
from publish.sandbox.params import Refused, missing, need
from publish.sandbox.selling import details_of, reckon
from publish.sandbox.state import Books, Object

_WALLETS = ("alipay", "wechat_pay")


def open_session(books: Books, params: Mapping[str, Any], base: str) -> Object:
    """Open a Checkout.

    Raises:
        Refused: as Stripe would.

    """
    need(params, "mode", "line_items", "success_url")
    sold = _price(books, params)
    currency = (params.get("currency") or sold["currency"]).lower()
    amount = goods.amount_in(books, sold, currency)
    _check(books, params)
    key = books.new_id("cs_test", 58)
    discounts = [_discount(books, each) for each in params.get("discounts") or []]
    session = _session(books, key, params, currency, base) | {
        "payment_method_types": _methods(params)
    }
    beside = {
        "price": sold["id"],
        "subscription_data": params.get("subscription_data") or {},
        "payment_intent_data": params.get("payment_intent_data") or {},
        "line": books.new_id("li"),
        "amount": amount,
    }
    books.put(session, **beside)
    return reckon(books, session, discounts)


def _price(books: Books, params: Mapping[str, Any]) -> Object:
    items = params["line_items"]
    if len(items) != 1 or items[0].get("quantity", 1) != 1:
        raise Refused("The sandbox sells one of one price at a time.", param="line_items")
    key = items[0].get("price") or ""
    sold = books.find(key, "price")
    if sold is None:
        raise missing("price", key, "line_items[0][price]")
    product = books.find(sold["product"], "product")
    if not sold["active"] or not (product and product.get("active")):
        raise Refused(
            "The price specified is inactive. This field only accepts active prices.",
            param="line_items[0][price]",
        )
    repeats = sold["type"] == "recurring"
    if params["mode"] == "payment" and repeats:
        raise Refused(
            "You specified `payment` mode but passed a recurring price."
            " Either switch to `subscription` mode or use only one-time prices.",
            param="mode",
        )
    if params["mode"] == "subscription" and not repeats:
        raise Refused(
            "You must provide at least one recurring price in `subscription` mode"
            " when using prices.",
            param="mode",
        )
    return sold


def _check(books: Books, params: Mapping[str, Any]) -> None:
    if params.get("customer"):
        goods.living_customer(books, params["customer"])
        if params.get("customer_email"):
            raise Refused("You may only specify one of these parameters: customer, customer_email.")
    if params.get("discounts") and params.get("allow_promotion_codes"):
        raise Refused(
            "You may only specify one of these parameters: allow_promotion_codes, discounts."
        )
    repeats = params["mode"] == "subscription"
    for name, mode in (("payment_intent_data", repeats), ("subscription_data", not repeats)):
        if mode and params.get(name):
            raise Refused(f"You can not pass `{name}` in `{params['mode']}` mode.", param=name)
    if repeats and (params.get("customer_creation") or params.get("invoice_creation")):
        raise Refused("`customer_creation` can only be used in `payment` mode.")
    ends = params.get("expires_at")
    if ends is not None and not books.now + 1800 - 60 <= ends <= books.now + DAY + 60:
        raise Refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours"
            " from Checkout Session creation.",
            param="expires_at",
        )


def _methods(params: Mapping[str, Any]) -> list[str]:
    repeats = params["mode"] == "subscription"
    given = params.get("payment_method_types")
    if not given:
        without = params.get("excluded_payment_method_types") or []
        offered = ["card"] if repeats else ["card", *_WALLETS]
        return [each for each in offered if each not in without]
    if repeats and set(given) & set(_WALLETS):
        raise Refused(
            "The payment method type provided is invalid: it cannot be used in subscription mode.",
            param="payment_method_types",
        )
    options = (params.get("payment_method_options") or {}).get("wechat_pay") or {}
    if "wechat_pay" in given and not options.get("client"):
        raise Refused(
            "You must specify `payment_method_options[wechat_pay][client]`"
            " when using `wechat_pay`.",
            param="payment_method_options[wechat_pay][client]",
        )
    return list(given)


def _discount(books: Books, given: Mapping[str, Any]) -> Object:
    if code := given.get("promotion_code"):
        found = books.find(code, "promotion_code")
        if found is None:
            raise missing("promotion_code", code, "discounts[0][promotion_code]")
        return {"coupon": found["promotion"]["coupon"], "promotion_code": code}
    key = given.get("coupon") or ""
    if books.find(key, "coupon") is None:
        raise missing("coupon", key, "discounts[0][coupon]")
    return {"coupon": key, "promotion_code": None}


def _session(books: Books, key: str, params: Mapping[str, Any], currency: str, base: str) -> Object:
    mail, who = params.get("customer_email"), params.get("customer")
    known = books.find(who, "customer") if who else None
    shown = mail or (known or {}).get("email")
    wanted = params.get("invoice_creation")
    creation = params.get("customer_creation") or "if_required"
    return {
        "id": key,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": books.now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": who,
        "customer_creation": creation if params["mode"] == "payment" and not who else None,
        "customer_details": details_of(Payer(shown)) if shown else None,
        "customer_email": mail,
        "discounts": [],
        "expires_at": params.get("expires_at") or books.now + DAY,
        "invoice": None,
        "invoice_creation": _invoice_creation(wanted, params["mode"]),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": labels({}, params.get("metadata")),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": None,
        "ui_mode": "hosted_page",
        "url": f"{base}/checkout/{key}",
        "wallet_options": None,
    }


def _invoice_creation(wanted: Mapping[str, Any] | None, mode: str) -> Object | None:
    if mode != "payment":
        return None
    return {
        "enabled": bool(wanted and wanted.get("enabled")),
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    }
