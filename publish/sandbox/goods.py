"""What is sold, to whom, and for how much less: products, prices, coupons, customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from publish.sandbox.months import after
from publish.sandbox.params import Refused, missing
from publish.sandbox.state import Books, Object


def labels(old: Mapping[str, str] | None, given: Mapping[str, str] | None) -> dict[str, str]:
    """Return metadata after an update; an empty value takes a name away."""
    merged = {**(old or {}), **(given or {})}
    return {name: value for name, value in merged.items() if value != ""}


def product(books: Books, params: Mapping[str, Any]) -> Object:
    """Write a new product."""
    return {
        "id": params.get("id") or books.new_id("prod", 14),
        "object": "product",
        "active": params.get("active", True),
        "created": books.now,
        "default_price": None,
        "description": params.get("description"),
        "images": params.get("images") or [],
        "livemode": False,
        "marketing_features": [],
        "metadata": labels({}, params.get("metadata")),
        "name": params["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "tax_code": params.get("tax_code"),
        "unit_label": None,
        "updated": books.now,
        "url": params.get("url"),
    }


def price(books: Books, params: Mapping[str, Any]) -> Object:
    """Return a new price."""
    amount, repeats = int(params["unit_amount"]), params.get("recurring")
    return {
        "id": books.new_id("price"),
        "object": "price",
        "active": params.get("active", True),
        "billing_scheme": "per_unit",
        "created": books.now,
        "currency": params["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": params.get("lookup_key"),
        "metadata": labels({}, params.get("metadata")),
        "nickname": params.get("nickname"),
        "product": params["product"],
        "recurring": repeats and _recurring(repeats),
        "tax_behavior": params.get("tax_behavior") or "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if repeats else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def _recurring(given: Mapping[str, Any]) -> Object:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": None,
        "usage_type": "licensed",
    }


def currency_options(params: Mapping[str, Any]) -> Object:
    """Return the other currencies of a price, and its own, as expanding shows them."""
    given = params.get("currency_options") or {}
    amounts = {name.lower(): each.get("unit_amount") for name, each in given.items()}
    amounts[params["currency"].lower()] = int(params["unit_amount"])
    return {
        name: {
            "custom_unit_amount": None,
            "tax_behavior": "unspecified",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        }
        for name, amount in sorted(amounts.items())
    }


def amount_in(books: Books, sold: Mapping[str, Any], currency: str) -> int:
    """Return what a price is in a currency.

    Raises:
        Refused: it has no amount in it.

    """
    if sold["currency"] == currency:
        return int(sold["unit_amount"])
    options = books.hidden(sold["id"]).get("more", {}).get("currency_options", {})
    if currency not in options:
        raise Refused(
            f"The price specified is not available in the currency `{currency}`.",
            param="currency",
        )
    return int(options[currency]["unit_amount"])


def customer(books: Books, params: Mapping[str, Any]) -> Object:
    """Return a new customer."""
    return {
        "id": books.new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": books.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "email": params.get("email"),
        "invoice_prefix": books.new_id("x", 8).upper()[2:],
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": labels({}, params.get("metadata")),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales") or [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def living_customer(books: Books, key: str) -> Object:
    """Return a customer who was not deleted.

    Raises:
        Refused: there is none.

    """
    found = books.find(key, "customer")
    if found is None or found.get("deleted"):
        raise missing("customer", key, "customer")
    return found


def coupon(books: Books, params: Mapping[str, Any]) -> Object:
    """Return a new coupon."""
    currency = params.get("currency")
    return {
        "id": params.get("id") or books.new_id("co", 8)[3:],
        "object": "coupon",
        "amount_off": params.get("amount_off"),
        "created": books.now,
        "currency": currency and currency.lower(),
        "duration": params.get("duration") or "once",
        "duration_in_months": params.get("duration_in_months"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": labels({}, params.get("metadata")),
        "name": params.get("name"),
        "percent_off": params.get("percent_off"),
        "redeem_by": params.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }


def promotion_code(books: Books, params: Mapping[str, Any]) -> Object:
    """Return a new promotion code for a coupon."""
    return {
        "id": books.new_id("promo"),
        "object": "promotion_code",
        "active": params.get("active", True),
        "code": params.get("code") or books.new_id("c", 8)[2:].upper(),
        "created": books.now,
        "customer": params.get("customer"),
        "expires_at": params.get("expires_at"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": labels({}, params.get("metadata")),
        "promotion": {"coupon": params["promotion"]["coupon"], "type": "coupon"},
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
    }


def usable_code(books: Books, typed: str) -> Object | None:
    """Return the promotion code that somebody typed, if it may be used now."""
    for found in books.all("promotion_code"):
        limit, ends = found["max_redemptions"], found["expires_at"]
        alive = found["active"] and (ends is None or books.now < ends)
        left = limit is None or found["times_redeemed"] < limit
        if found["code"].lower() == typed.strip().lower() and alive and left:
            held = books.find(found["promotion"]["coupon"], "coupon")
            return found if held and _valid(books, held) else None
    return None


def _valid(books: Books, held: Object) -> bool:
    limit, ends = held["max_redemptions"], held["redeem_by"]
    left = limit is None or held["times_redeemed"] < limit
    return bool(held["valid"]) and left and (ends is None or books.now < ends)


def redeemed(books: Books, discounts: Iterable[Mapping[str, Any]]) -> None:
    """Count a use of coupons and their codes."""
    for each in discounts:
        for key in (each.get("coupon"), each.get("promotion_code")):
            if key and (found := books.find(key)):
                books.put(found | {"times_redeemed": found["times_redeemed"] + 1})


def reduction(
    books: Books, discounts: Iterable[Mapping[str, Any]], amount: int, currency: str
) -> int:
    """Return by how much the coupons lower an amount; never below nothing."""
    left = amount
    for each in discounts:
        held = books.find(each["coupon"], "coupon")
        if held and held["percent_off"]:
            left -= round(left * held["percent_off"] / 100)
        elif held and held["amount_off"] and held["currency"] == currency:
            left -= int(held["amount_off"])
    return amount - max(left, 0)


def discount(
    books: Books, given: Mapping[str, Any], *, customer: str, subscription: str, session: str
) -> Object:
    """Write a discount of a subscription, with the time it ends."""
    held = books.get("coupon", given["coupon"])
    months = held["duration_in_months"]
    ends = after(books.now, "month", months) if held["duration"] == "repeating" else None
    return books.put(
        {
            "id": books.new_id("di"),
            "object": "discount",
            "checkout_session": session,
            "customer": customer,
            "end": ends,
            "invoice": None,
            "invoice_item": None,
            "promotion_code": given.get("promotion_code"),
            "source": {"coupon": held["id"], "type": "coupon"},
            "start": books.now,
            "subscription": subscription,
            "subscription_item": None,
        }
    )
