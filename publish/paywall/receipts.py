"""The receipt: one mail when an order is paid, to whoever paid, with nothing in it they typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from publish.contract.manifest import Manifest
from publish.paywall import addresses, limits, money, queue, rights
from publish.paywall.addresses import Address
from publish.paywall.http import ACCOUNT
from publish.paywall.limits import Rule
from publish.paywall.orders import Order
from publish.paywall.ports import Operation
from publish.paywall.releases import Release
from publish.paywall.rights import Grant
from publish.paywall.visit import World

BY_PRODUCT_AND_MAIL = Rule("receipt", 3, timedelta(days=1))
"""A free Checkout would else send as many mails to a stranger as somebody likes."""


def address(mail: str) -> Address:
    """Return an address that the provider tells; an odd one still owns what it paid for."""
    try:
        return addresses.canonical(mail)
    except addresses.Invalid:
        return Address(mail.strip().lower(), mail.strip())


def queued(world: World, order: Order, ledger: Iterable[Grant]) -> list[Operation]:
    """Return what to write so that the receipt is sent, nothing where there were too many."""
    release, now = world.releases.find(), world.clock()
    if not order.mail or not limits.within(world.store, BY_PRODUCT_AND_MAIL, _whom(order), now):
        return []
    value = {
        "mail": "receipt",
        "to": address(order.mail).canonical,
        "lang": order.lang,
        "values": _values(release, order, rights.rights(ledger, now).get(order.product)),
    }
    return [queue.adding(now, "mail", value, id=f"receipt-{order.id}")]


def count(world: World, order: Order) -> None:
    """Count a receipt that was queued; not in the same write, which may have to start over."""
    limits.count(world.store, BY_PRODUCT_AND_MAIL, _whom(order), world.clock())


def _whom(order: Order) -> str:
    return f"{order.product} {addresses.mailbox(address(order.mail).canonical)}"


def _values(release: Release, order: Order, right: rights.Right | None) -> dict[str, Any]:
    until = right.until if right else None
    words = release.words(order.lang)
    paid = money.written(order.amount, order.currency, order.lang)
    return {
        "number": order.number,
        "product": title(release.manifest, order.product, order.lang),
        "price": paid if order.amount else words.terms.get("free", "free"),
        "until": release.day(order.lang, until) if until else "",
        "forever": bool(right and until is None),
        "renews": bool(right and right.renews),
        "link": place(release.manifest, order.post or order.product, order.lang) or ACCOUNT,
    }


def title(manifest: Manifest, product: str, lang: str) -> str:
    """Return the title of a product, its id where it is no longer there."""
    text = manifest.products[product].text(lang) if product in manifest.products else None
    return text.title if text else product


def place(manifest: Manifest, key: str, lang: str) -> str:
    """Return the path of a post, or of a product's page, "" for neither."""
    if key in manifest.posts:
        return manifest.posts[key].url
    text = manifest.products[key].text(lang) if key in manifest.products else None
    return text.url if text else ""
