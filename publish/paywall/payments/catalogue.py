"""What the payment provider should sell: a pure function of the manifest.

Each price has a lookup key that holds its amounts and currencies. A changed amount is another key,
so another price: an old page can never charge what a new page says, and nothing is edited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from publish.contract.manifest import Language, Manifest, Offer, Product

PRODUCT = "inkstead_product"
OFFER = "inkstead_offer"
ORDER = "inkstead_order"
"""The names of our metadata at the provider."""
_LONGEST_KEY = 200


@dataclass(frozen=True)
class WantedPrice:
    """A price as the provider should have it: `amounts` by currency, the first one leads."""

    lookup_key: str
    product: str
    offer: str
    amounts: Mapping[str, int]
    every: Literal["", "month", "year"]

    @property
    def currency(self) -> str:
        """Return the currency that the price is known by."""
        return next(iter(self.amounts))

    @property
    def metadata(self) -> dict[str, str]:
        """Return what the provider keeps beside it."""
        return {PRODUCT: self.product, OFFER: self.offer}


@dataclass(frozen=True)
class WantedProduct:
    """A product as the provider should have it."""

    id: str
    name: str
    description: str
    prices: tuple[WantedPrice, ...]

    @property
    def metadata(self) -> dict[str, str]:
        """Return what the provider keeps beside it."""
        return {PRODUCT: self.id}


def wanted(manifest: Manifest) -> tuple[WantedProduct, ...]:
    """Return every product that is sold now; a retired one sells no more."""
    languages = [language.code for language in manifest.site.languages]
    return tuple(
        _wanted(key, product, languages)
        for key, product in sorted(manifest.products.items())
        if product.status == "published" and product.offers
    )


def _wanted(key: str, product: Product, languages: Sequence[str]) -> WantedProduct:
    # Checkout shows one name to all readers, so it is there in each of their languages.
    texts = [product.texts[code] for code in languages if code in product.texts]
    name = " / ".join(dict.fromkeys(text.title for text in texts))
    summary = " / ".join(dict.fromkeys(text.summary for text in texts if text.summary))
    prices = tuple(
        WantedPrice(lookup_key(key, offer), key, offer.id, amounts(offer), _every(offer))
        for offer in product.offers
    )
    return WantedProduct(key, name, summary, prices)


def _every(offer: Offer) -> Literal["", "month", "year"]:
    return "month" if offer.every == "month" else "year" if offer.every else ""


def amounts(offer: Offer) -> dict[str, int]:
    """Return an offer's prices by currency, sorted: the first is what a price leads with."""
    return dict(sorted(offer.prices.items()))


def lookup_key(product: str, offer: Offer) -> str:
    """Return the name of an offer's price: all of what must never change under it."""
    money = "-".join(f"{currency}{minor}" for currency, minor in amounts(offer).items())
    span = offer.every or (str(offer.days) if offer.days else "once")
    key = f"inkstead_{product}_{offer.id}_{money}_{span}"
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 17]}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def find_offer(manifest: Manifest, offer: str) -> tuple[str, Product, Offer] | None:
    """Return an offer that is sold now, with its product."""
    return next(
        (found for found in _offers(manifest) if found[2].id == offer),
        None,
    )


def _offers(manifest: Manifest) -> Iterator[tuple[str, Product, Offer]]:
    for key, product in manifest.products.items():
        if product.status == "published":
            for offer in product.offers:
                yield key, product, offer


def charged(offer: Offer, language: Language) -> str:
    """Return the currency that is charged: the dearest to the language that the offer has."""
    known = amounts(offer)
    return next((each for each in language.currencies if each in known), next(iter(known)))


def adopted(manifest: Manifest, sold: tuple[str, ...]) -> str:
    """Return the product that adopts something which the provider sold before, "" for none."""
    return next(
        (key for key, product in manifest.products.items() if set(product.adopts) & set(sold)),
        "",
    )
