"""The Checkout that a browser has open for an offer: begun once, found again, never paid twice.

Two clicks at once agree on one order, because the note that a browser keeps here is written
together with it; the order's id makes both ask the provider for the same Checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from publish.contract.manifest import Offer, Product
from publish.paywall import fulfil, keys, looking, orders, people
from publish.paywall.orders import Order
from publish.paywall.payments import catalogue
from publish.paywall.ports import ABSENT, Checkout, Conflict, PaymentsDown, Put
from publish.paywall.visit import Visit

_LASTS = timedelta(hours=24)
"""How long the provider keeps a Checkout open."""
_TRIES = 6


@dataclass(frozen=True)
class Wish:
    """What somebody wants to buy, and what led to it."""

    product_id: str
    product: Product
    offer: Offer
    post: str
    page: str
    campaign: Mapping[str, str]

    @property
    def price(self) -> str:
        """Return the lookup key of the price."""
        return catalogue.lookup_key(self.product_id, self.offer)


@dataclass(frozen=True)
class Open:
    """An order that is not paid, and the provider's page for it, "" before it was asked for."""

    order: Order
    url: str = ""
    tries: int = 0
    version: int = 0


def find(visit: Visit, browser: str, offer: str) -> Open | None:
    """Return the Checkout that a browser has open for an offer."""
    item = visit.world.store.get(keys.browser(browser), keys.checkout(offer))
    order = orders.find(visit.world.store, str(item.value["order"])) if item else None
    if item is None or order is None:
        return None
    return Open(order, str(item.value["url"]), int(item.value["tries"]), item.version)


def begin(visit: Visit, browser: str, wish: Wish) -> Open:
    """Return a Checkout for a wish: the one that is open in this browser, else a new one.

    One for the same offer that was asked for elsewhere, in another language or at another price is
    closed first. One that was paid meanwhile is returned as it is.

    Raises:
        Conflict: too many clicks at once.
        PaymentsDown: the provider does not answer.

    """
    for _ in range(_TRIES):
        known = find(visit, browser, wish.offer.id)
        if known and known.order.browser != browser:
            known = None  # The reader went on with it in another browser.
        if known and known.order.reference and visit.world.payments:
            fresh = fulfil.sync(visit.world, known.order.reference)
            known = replace(known, order=fresh or known.order)
        if known and not _over(visit, known.order):
            if known.order.state != "open" or _same(visit, known.order, wish):
                return known
            _close(visit, known.order)
        try:
            return _new(visit, browser, wish)
        except Conflict:
            continue
    raise Conflict(wish.offer.id)


def _over(visit: Visit, order: Order) -> bool:
    """Tell whether an order is done with, so that buying again means buying again."""
    if order.state in ("failed", "expired"):
        return True
    return order.state == "paid" and any(grant.id == order.id for grant in visit.ledger)


def _same(visit: Visit, order: Order, wish: Wish) -> bool:
    asked = (order.person, order.lang, order.post, order.price, order.currency)
    currency = catalogue.charged(wish.offer, visit.language)
    return asked == (visit.person, visit.lang, wish.post, wish.price, currency)


def _close(visit: Visit, order: Order) -> None:
    if visit.world.payments and order.reference:
        visit.world.payments.end_checkout(order.reference)


def _new(visit: Visit, browser: str, wish: Wish) -> Open:
    order = Order(
        id=orders.new_order_id(),
        product=wish.product_id,
        offer=wish.offer.id,
        lang=visit.lang,
        made=visit.now,
        person=visit.person,
        browser=browser,
        post=wish.post,
        page=wish.page,
        campaign=wish.campaign,
        currency=catalogue.charged(wish.offer, visit.language),
        days=wish.offer.days,
        price=wish.price,
        trial=_trial(visit, wish),
    )
    place = keys.browser(browser), keys.checkout(wish.offer.id)
    item = visit.world.store.get(*place)
    note = Put(*place, _note(order), item.version if item else ABSENT, expires=visit.now + _LASTS)
    visit.world.store.write(note, *orders.creating(order), looking.after_checkout(order))
    return Open(replace(order, version=1), version=item.version + 1 if item else 1)


def _note(order: Order, url: str = "", tries: int = 0) -> dict[str, Any]:
    return {"order": order.id, "url": url, "tries": tries}


def _trial(visit: Visit, wish: Wish) -> int:
    """Return the days that are free: only for who never had a membership of this product."""
    had = any(
        grant.product == wish.product_id and grant.kind == "subscription" for grant in visit.ledger
    )
    return 0 if had else wish.offer.trial


def start(visit: Visit, opened: Open) -> str:
    """Return the provider's page for an open order; asked for once, then remembered.

    Raises:
        PaymentsDown: the provider does not answer.
        PriceGone: it sells no longer at this price.

    """
    order, payments = opened.order, visit.world.payments
    if opened.url and order.reference:
        return opened.url
    if payments is None:
        raise PaymentsDown("there is no provider")
    try:
        started = payments.start(_asked(visit, order, opened.tries))
    except PaymentsDown:
        _remember(visit, opened, tries=opened.tries + 1)
        raise
    if order.reference != started.reference:
        _begun(visit, replace(order, reference=started.reference))
    _remember(visit, opened, url=started.url, tries=opened.tries)
    return started.url


def _begun(visit: Visit, order: Order) -> None:
    pointer = orders.pointing(order.reference, order)
    try:
        visit.world.store.write(orders.saving(order), pointer)
    except Conflict:
        return  # The other click has written the same.


def _remember(visit: Visit, opened: Open, url: str = "", tries: int = 0) -> None:
    """Note where the Checkout is; without the note the next click asks the provider again."""
    order = opened.order
    try:
        visit.world.store.write(
            Put(
                keys.browser(order.browser),
                keys.checkout(order.offer),
                _note(order, url, tries),
                opened.version or ABSENT,
                expires=visit.now + _LASTS,
            )
        )
    except Conflict:
        return  # The other click has noted it.


def _asked(visit: Visit, order: Order, tries: int) -> Checkout:
    """Return what to ask of the provider: of the order only, so that asking again is the same."""
    person = people.find(visit.world.store, order.person) if order.person else None
    origin = visit.world.origin
    products = visit.release.manifest.products
    offers = products[order.product].offers if order.product in products else ()
    renews = any(each.every for each in offers if each.id == order.offer)
    return Checkout(
        order=order.id,
        product=order.product,
        offer=order.offer,
        price=order.price,
        mode="subscription" if renews else "payment",
        currency=order.currency,
        lang=order.lang,
        mail=person.mail if person else "",
        customer=person.customer if person else "",
        success_url=f"{origin}/api/return?order={order.id}&lang={order.lang}",
        cancel_url=origin + (order.page or visit.language.home),
        trial_days=order.trial,
        key=f"{order.id}-{tries}",
    )
