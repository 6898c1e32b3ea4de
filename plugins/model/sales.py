"""What makes a file in `products/` a product: what it grants, its offers and their prices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_precision, is_currency

from plugins.model.entries import ID, PRODUCT_KINDS, RESERVED_WORDS, Fields, Offer, Sale
from plugins.model.frontmatter import Value
from plugins.model.problems import hint
from publish.contract.catalogue import N_

OFFER_FIELDS = ("id", "price", "every", "days", "trial")
LONGEST_TRIAL = 730  # days, Stripe's own limit
_ACCESS_WORD = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_ADOPTED = re.compile(r"(price|prod|plan)_\w+", re.A)


def read_sale(fields: Fields) -> Sale:
    """Read what makes a file in `products/` a product."""
    kind = fields.choice("kind", PRODUCT_KINDS, "")
    if not kind and "kind" not in fields.values:
        fields.wrong("kind", N_('a product needs "kind": {known}'), known=", ".join(PRODUCT_KINDS))
    grants = fields.texts("grants")
    if not grants:
        fields.wrong("grants", N_('a product needs "grants" (write "grants: [paid]")'))
    for word in grants:
        if word in RESERVED_WORDS or not _ACCESS_WORD.fullmatch(word):
            fields.wrong(
                "grants",
                N_(
                    '"{word}" cannot be granted'
                    ' (lower case letters, digits and "-"; not {reserved})'
                ),
                word=word,
                reserved=", ".join(RESERVED_WORDS),
            )
    days = fields.text("refund_days") or "0"
    if not days.isdecimal() or int(days) > 3650:
        fields.wrong(
            "refund_days", N_('{name} "{value}" is no number of days (write 7)'), value=days
        )
        days = "0"
    return Sale(kind, grants, _read_offers(fields, kind), int(days), _read_adopted(fields))


def _read_adopted(fields: Fields) -> tuple[str, ...]:
    """Return the ids of prices and products that were sold before this site was there."""
    found = fields.texts("adopts")
    for name in found:
        if not _ADOPTED.fullmatch(name):
            fields.wrong(
                "adopts",
                N_(
                    '{name} "{value}" is no id of a price or product at Stripe'
                    ' (it begins with "price_", "prod_" or "plan_"; copy it from the dashboard)'
                ),
                value=name,
            )
    return found


def _read_offers(fields: Fields, kind: str) -> tuple[Offer, ...]:
    value: Value = fields.values.get("offers", "")
    if value == "":
        value = []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        fields.wrong(
            "offers", N_('offers is a list (write "- id: year" and "  price: {{CNY: 365}}")')
        )
        return ()
    offers = [_read_offer(fields, each, kind) for each in value]
    return tuple(offer for offer in offers if offer)


def _read_offer(fields: Fields, value: Mapping[str, Any], kind: str) -> Offer | None:
    problems_before = len(fields.problems.errors)
    for key in value:
        if key not in OFFER_FIELDS:
            fields.wrong(
                "offers",
                N_('unknown key "{key}" in an offer (known: {known}){hint}'),
                key=key,
                known=", ".join(OFFER_FIELDS),
                hint=hint(key, OFFER_FIELDS),
            )
    name = str(value.get("id", ""))
    if not ID.fullmatch(name) or "/" in name:
        fields.wrong(
            "offers",
            N_('an offer needs an id of letters, digits and "-", not "{value}"'),
            value=name,
        )
    every, days, trial = (str(value.get(key, "")) for key in ("every", "days", "trial"))
    _check_time(fields, name, every, days)
    _check_kind(fields, kind, name, every, days)
    _check_trial(fields, name, every, trial)
    prices = _read_prices(fields, value.get("price"), name)
    if len(fields.problems.errors) > problems_before:
        return None
    line = fields.lines.get("offers", 0)
    return Offer(name, prices, every, int(days or 0), line, int(trial or 0))


def _check_time(fields: Fields, offer: str, every: str, days: str) -> None:
    if every not in ("", "month", "year"):
        fields.wrong(
            "offers",
            N_('every "{value}" in offer "{offer}" is neither "month" nor "year"'),
            value=every,
            offer=offer,
        )
    if days and not _is_days(days, 36500):
        fields.wrong(
            "offers",
            N_('days "{value}" in offer "{offer}" is no number of days (write 365)'),
            value=days,
            offer=offer,
        )
    if every and days:
        fields.wrong(
            "offers", N_('offer "{offer}" has both "every" and "days" (keep one)'), offer=offer
        )


def _check_kind(fields: Fields, kind: str, offer: str, every: str, days: str) -> None:
    if kind == "membership" and not every:
        fields.wrong(
            "offers",
            N_('offer "{offer}" of a membership renews (write "every: year")'),
            offer=offer,
        )
    if kind == "pass" and not days:
        fields.wrong(
            "offers", N_('offer "{offer}" of a pass ends (write "days: 365")'), offer=offer
        )
    if kind in ("item", "bundle") and every:
        fields.wrong(
            "offers",
            N_('offer "{offer}" renews, which only a membership does (take "every" away)'),
            offer=offer,
        )


def _check_trial(fields: Fields, offer: str, every: str, trial: str) -> None:
    if not trial:
        return
    if not _is_days(trial, LONGEST_TRIAL):
        fields.wrong(
            "offers",
            N_(
                'trial "{value}" in offer "{offer}" is no number of days from 1 to {most} (write 7)'
            ),
            value=trial,
            offer=offer,
            most=LONGEST_TRIAL,
        )
    if not every:
        fields.wrong(
            "offers",
            N_(
                'offer "{offer}" has a trial but does not renew'
                ' (write "every: year", or take "trial" away)'
            ),
            offer=offer,
        )


def _is_days(value: str, most: int) -> bool:
    return value.isdecimal() and len(value) < 9 and 0 < int(value) <= most


def _read_prices(fields: Fields, value: Any, offer: str) -> dict[str, int]:
    if not isinstance(value, dict) or not value:
        fields.wrong(
            "offers",
            N_(
                'price "{value}" in offer "{offer}" has no currency (write "{{CNY: 365, USD: 59}}")'
            ),
            value=value if isinstance(value, str) else "",
            offer=offer,
        )
        return {}
    prices = {}
    for currency, amount in value.items():
        code = currency.strip().upper()
        minor = _minor(str(amount), code) if is_currency(code) else None
        if minor is None:
            fields.wrong(
                "offers",
                N_(
                    'price "{value} {currency}" in offer "{offer}" is no amount of money'
                    ' (write "{{CNY: 365}}" or "{{USD: 9.90}}")'
                ),
                value=amount,
                currency=currency,
                offer=offer,
            )
        else:
            prices[code] = minor
    return prices


def _minor(amount: str, currency: str) -> int | None:
    """Return an amount in the currency's minor units, or None for what is no price."""
    try:
        exact = Decimal(amount) * 10 ** get_currency_precision(currency)
    except InvalidOperation:
        return None
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 < exact < 10**11:
        return None
    return int(exact)
