"""Buying: from the button on a page to the provider's Checkout, and back.

The form says which offer and on which post it was pressed, nothing else: what it costs and what it
gives is in the manifest. Nobody is signed in by paying; it opens that purchase in that browser.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, quote

from publish.contract.manifest import Manifest
from publish.contract.slots import Value
from publish.paywall import checkouts, fulfil, http, limits, money, orders, receipts, rights
from publish.paywall.checkouts import Open, Wish
from publish.paywall.http import Response
from publish.paywall.orders import Order
from publish.paywall.payments import catalogue
from publish.paywall.ports import PaymentsDown, PriceGone
from publish.paywall.sessions import Opened
from publish.paywall.visit import Visit

_WECHAT = "MicroMessenger"
_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "ref")
_LONGEST = 120
_LONGEST_PAGE = 500
BY_PRODUCT = limits.Rule("checkout-product", 1200)
LOOKING = limits.Rule("return-order", 60)
"""How often the provider is asked about one order that is not paid."""


def begin(visit: Visit, rest: str) -> Response:
    """Take the button of a paywall: refuse kindly, or go on to the provider's Checkout."""
    if visit.world.payments is None:
        return visit.say("unavailable", 503)
    wish = _wish(visit)
    if wish is None:
        return visit.say("offer-gone", 409, _back(visit), "To the offers")
    if refused := _refused(visit, wish):
        return refused
    browser, cookies = visit.known_browser()
    if not _within(visit, browser, wish.product_id):
        return visit.say("too-many", 429).plus(*cookies)
    opened = checkouts.begin(visit, browser, wish)
    if opened.order.state != "open":
        return http.see(_return_page(visit, opened.order), *cookies)
    if _WECHAT in visit.request.header("user-agent"):
        return http.see(visit.here(f"/api/checkout/{opened.order.id}"), *cookies)
    return _to_checkout(visit, opened).plus(*cookies)


def _wish(visit: Visit) -> Wish | None:
    form, manifest = visit.request.form, visit.release.manifest
    found = catalogue.find_offer(manifest, form.get("offer", ""))
    if found is None:
        return None
    post = form.get("post", "")
    page, campaign = _led_here(visit)
    known = post in manifest.posts or post in manifest.products
    return Wish(*found, post if known else "", page, campaign)


def _led_here(visit: Visit) -> tuple[str, dict[str, str]]:
    """Return the page of ours that the button was on, and the campaign in its address."""
    parts = http.split(visit.request.header("referer"))
    if f"{parts.scheme}://{parts.netloc}" != visit.world.origin:
        return "", {}
    # A page that is cut would be another one, and half an escape is no address to come back to.
    page = http.safe_return(parts.path, "") if len(parts.path) <= _LONGEST_PAGE else ""
    try:
        fields = dict(parse_qsl(parts.query, max_num_fields=http.MOST_FIELDS))
    except ValueError:
        fields = {}
    return page, {name: fields[name][:_LONGEST] for name in _CAMPAIGN if fields.get(name)}


def _refused(visit: Visit, wish: Wish) -> Response | None:
    """Refuse what would be paid twice: a membership that runs, a thing that is owned for good."""
    account = visit.here(http.ACCOUNT)
    mine = [grant for grant in visit.ledger if grant.product == wish.product_id]
    if wish.offer.every and any(map(rights.runs, mine)):
        return visit.say("already-active", 409, account, "Your account")
    right = visit.held.get(wish.product_id)
    if right and right.open and right.until is None:
        return visit.say("already-owned", 409, account, "Your account")
    return None


def _within(visit: Visit, browser: str, product: str) -> bool:
    """Count one more Checkout: whoever tests cards changes addresses, not what they buy."""
    counted = (
        (limits.CHECKOUT_BY_BROWSER, browser),
        (limits.CHECKOUT_BY_NETWORK, visit.request.network),
        (BY_PRODUCT, product),
        (limits.CHECKOUT_OVERALL, "all"),
    )
    return all(limits.count(visit.world.store, rule, key, visit.now) for rule, key in counted)


def _to_checkout(visit: Visit, opened: Open) -> Response:
    """Send the reader on; also what went wrong is an answer, so that the browser stays known."""
    try:
        return http.see(checkouts.start(visit, opened))
    except PriceGone:
        return visit.say("offer-gone", 409, _back(visit, opened.order), "To the offers")
    except PaymentsDown:
        return visit.say("payments-down", 502, _back(visit, opened.order), "Try again")


# ---- before paying ----------------------------------------------------------------------------


def before(visit: Visit, rest: str) -> Response:
    """Say what works inside WeChat before somebody pays there."""
    order = _waiting(visit, rest)
    manifest = visit.release.manifest
    found = catalogue.find_offer(manifest, order.offer) if order else None
    if order is None or found is None:
        return visit.say("order-unknown", 410)
    _, product, offer = found
    other = _pass_like(manifest, product.grants) if offer.every else ""
    minor = catalogue.amounts(offer).get(order.currency, 0)
    values: dict[str, Value] = {
        "order": order.id,
        "product": receipts.title(manifest, order.product, visit.lang),
        "price": money.written(minor, order.currency, visit.lang),
        "period": _period(visit, offer.every, offer.days),
        "wechat": _WECHAT in visit.request.header("user-agent"),
        "renews": bool(offer.every),
        "back": _back(visit, order),
        "pass_url": receipts.place(manifest, other, visit.lang) if other else "",
        "pass_title": receipts.title(manifest, other, visit.lang) if other else "",
    }
    return visit.page("before", values)


def _waiting(visit: Visit, order: str) -> Order | None:
    """Return an order that is not paid, to whoever may go on with it.

    In WeChat a reader is told to go on in the system's browser, which brings no cookie; so before
    the Checkout began anybody who has the address may, and then it is theirs.
    """
    found = orders.find(visit.world.store, order) if len(order) <= _LONGEST else None
    if found is None or found.state != "open":
        return None
    return found if not found.reference or _mine(visit, found) else None


def _pass_like(manifest: Manifest, words: tuple[str, ...]) -> str:
    """Return a pass that opens the same, for who cannot pay for what renews."""
    return next(
        (
            key
            for key, product in manifest.products.items()
            if product.kind == "pass"
            and product.status == "published"
            and set(words) <= set(product.grants)
        ),
        "",
    )


def _period(visit: Visit, every: str, days: int) -> str:
    if every:
        return visit.term("per month" if every == "month" else "per year")
    return visit.term("for {n} days").format(n=days) if days else visit.term("once")


def go(visit: Visit, rest: str) -> Response:
    """Go on from there to the Checkout."""
    if visit.world.payments is None:
        return visit.say("unavailable", 503)
    order = _waiting(visit, rest)
    if order is None:
        return visit.say("order-unknown", 410)
    if not _still_sold(visit, order):
        return visit.say("offer-gone", 409, _back(visit, order), "To the offers")
    browser, cookies = visit.known_browser()
    if not _within(visit, browser, order.product):
        return visit.say("too-many", 429).plus(*cookies)
    if not _mine(visit, order):
        order = _taken_over(visit, order, browser)
    known = checkouts.find(visit, browser, order.offer)
    same = known is not None and known.order.id == order.id
    return _to_checkout(visit, known if known and same else Open(order)).plus(*cookies)


def _still_sold(visit: Visit, order: Order) -> bool:
    found = catalogue.find_offer(visit.release.manifest, order.offer)
    return found is not None and catalogue.lookup_key(found[0], found[2]) == order.price


def _taken_over(visit: Visit, order: Order, browser: str) -> Order:
    """Give an order that has not begun to the browser that goes on with it."""
    moved = replace(order, browser=browser, person=visit.person)
    visit.world.store.write(orders.saving(moved))
    return replace(moved, version=order.version + 1)


def paying(visit: Visit, rest: str) -> Response:
    """Say how paying works here."""
    return visit.page("paying", {})


# ---- and back ---------------------------------------------------------------------------------


def back(visit: Visit, rest: str) -> Response:
    """Show where the provider sends a reader back to; its button posts."""
    order = _named(visit, visit.request.asks.get("order", ""))
    if order is None:
        return visit.say("order-unknown", 410)
    return _return(visit, order)


def take(visit: Visit, rest: str) -> Response:
    """Open a purchase in the browser that made it, once it is paid."""
    order = _named(visit, visit.request.form.get("order", ""))
    if order is None:
        return visit.say("order-unknown", 410)
    if not _mine(visit, order):
        return _return(visit, order)
    if order.state != "paid" and order.reference:
        if not limits.count(visit.world.store, LOOKING, order.id, visit.now):
            return visit.say("too-many", 429)
        order = fulfil.sync(visit.world, order.reference) or order
    if order.state not in ("paid", "pending"):
        return visit.say("not-paid", 402, _back(visit, order), "To the offers")
    target = _target(visit, order) if order.state == "paid" else _return_page(visit, order)
    return http.see(target, *_opening(visit, order))


def _opening(visit: Visit, order: Order) -> tuple[str, ...]:
    """Let this browser read what it bought, now or as soon as the payment arrives."""
    opened = Opened(order.person, order.id)
    known = visit.session.opened if visit.session else ()
    if not order.person or visit.person == order.person or opened in known:
        return ()
    operations, cookies = visit.enter(person=visit.person, opened=(opened,))
    visit.world.store.write(*operations)
    return cookies


def _return(visit: Visit, order: Order) -> Response:
    mine, failed = _mine(visit, order), order.state in ("failed", "expired")
    values: dict[str, Value] = {
        "order": order.id,
        "number": order.number,
        "here": mine,
        "pending": mine and order.state == "pending",
        "failed": mine and failed,
        "product": receipts.title(visit.release.manifest, order.product, visit.lang),
        "link": _back(visit, order) if mine else visit.language.home,
    }
    return visit.page("return", values)


def _named(visit: Visit, order: str) -> Order | None:
    return orders.find(visit.world.store, order) if 0 < len(order) <= _LONGEST else None


def _mine(visit: Visit, order: Order) -> bool:
    """Tell whether this browser made the order, or its owner is signed in here."""
    if visit.person and visit.person == order.person:
        return True
    return bool(visit.browser) and visit.browser == order.browser


def _return_page(visit: Visit, order: Order) -> str:
    return visit.here("/api/return", order=order.id)


def _target(visit: Visit, order: Order) -> str:
    """Return what was bought: the post it was bought for, the product's page, the account."""
    manifest = visit.release.manifest
    post = manifest.posts.get(order.post)
    if post and post.premium:
        return f"{quote(post.url, safe='/%')}#ink-premium"
    page = receipts.place(manifest, order.product, visit.lang)
    return quote(page, safe="/%") if page else visit.here(http.ACCOUNT)


def _back(visit: Visit, order: Order | None = None) -> str:
    """Return the page that the offers are on."""
    manifest = visit.release.manifest
    post = order.post if order else visit.request.form.get("post", "")
    place = receipts.place(manifest, post, visit.lang)
    return f"{place}#ink-paywall" if place else visit.language.home
