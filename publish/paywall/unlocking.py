"""Unlocking: a code opens a lead magnet for who wrote to the creator elsewhere, without an address.

The form stands on the magnet's page beside the QR code and the keyword. What a right code leads to
is the same page that a link in a mail opens; nobody is signed in and nobody becomes a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from publish.contract.manifest import Magnet
from publish.paywall import codes, deliveries, limits, magnet_codes, tallying, whence
from publish.paywall.again import again
from publish.paywall.deliveries import LASTS, Delivery
from publish.paywall.http import Response, see, with_query
from publish.paywall.limits import Rule
from publish.paywall.magnet_codes import Opening, Origin
from publish.paywall.visit import Visit

PAGE = "/api/get/code"
# Of their own, so that a keyword which many follow keeps nobody from redeeming what they paid for.
BY_BROWSER = Rule("magnet-code-browser", 10)
BY_NETWORK = Rule("magnet-code-network", 60)
OVERALL = Rule("magnet-code-overall", 3000)


@dataclass(frozen=True)
class _Typed:
    """What the form says."""

    magnet: str
    code: str


def page(visit: Visit, rest: str) -> Response:
    """Show the form that takes a code; it may come filled in, from an automatic answer's link."""
    typed = _read(visit.request.asks)
    magnet = visit.release.manifest.magnets.get(typed.magnet)
    if magnet is None or magnet.status != "published":
        return visit.say("magnet-gone", 410)
    if magnet.way != "contact":
        return see(magnet.text(visit.lang).url)
    return _form(visit, typed, magnet)


def take(visit: Visit, rest: str) -> Response:
    """Lead whoever typed a right code to what it opens."""
    typed = _read(visit.request.form)
    browser, cookies = visit.known_browser()
    if not _within_limits(visit, browser):
        return visit.say("too-many", 429).plus(*cookies)
    magnet = visit.release.manifest.magnets.get(typed.magnet)
    if magnet is None:
        return visit.say("magnet-gone", 410).plus(*cookies)
    try:
        hash_ = codes.hash_of(typed.code)
        return unlock(visit, typed.magnet, hash_, browser).plus(*cookies)
    except codes.Refused as refusal:
        return _form(visit, typed, magnet, refusal.code, 422).plus(*cookies)


def unlock(visit: Visit, key: str, hash_: str, browser: str) -> Response:
    """Use a code for a magnet in a browser, once, and lead to what it opens.

    Raises:
        Refused: it opens nothing, and why.

    """
    store, manifest, now = visit.world.store, visit.release.manifest, visit.now
    magnet, origin = manifest.magnets.get(key), _origin(visit)

    def step() -> Opening:
        found = magnet_codes.opening(store, hash_, key, browser, now, origin)
        if found.operations and (magnet is None or magnet.status != "published"):
            raise codes.Refused("redeem-over")
        if found.operations:
            store.write(*found.operations)
        return found

    used = again(step)
    if used.operations:
        post, campaign = origin.post, origin.campaign
        tallying.note(store, key, "confirmed", now, post=post, campaign=campaign)
    lang = magnet.lang(visit.lang) if magnet else visit.lang
    return see(deliveries.path(visit.world.ring, Delivery(key, lang, now + LASTS, code=used.use)))


def filled_in(magnet: str, code: str) -> str:
    """Return the path of the form with a code in it, for an automatic answer to a keyword."""
    return with_query(PAGE, magnet=magnet, code=code)


def ask_again(visit: Visit, key: str) -> Response:
    """Say that the link from a code is too old, with the form that takes the code once more."""
    magnet = visit.release.manifest.magnets[key]
    return _form(visit, _Typed(key, ""), magnet, "delivery-code-late", 410)


def _within_limits(visit: Visit, browser: str) -> bool:
    return all(
        limits.count(visit.world.store, rule, key, visit.now)
        for rule, key in (
            (BY_BROWSER, browser),
            (BY_NETWORK, visit.request.network),
            (OVERALL, ""),
        )
    )


def _origin(visit: Visit) -> Origin:
    """Return where the form stands: the browser says so, this form carries nothing of it."""
    came = whence.of(visit, "")
    posts = visit.release.manifest.posts.items()
    found = (key for key, post in posts if unquote(post.url) == came.page)
    return Origin(next(found, ""), came.campaign)


def _read(fields: Mapping[str, str]) -> _Typed:
    return _Typed(fields.get("magnet", ""), fields.get("code", "")[:80])


def _form(
    visit: Visit, typed: _Typed, magnet: Magnet, wrong: str = "", status: int = 200
) -> Response:
    if wrong and visit.request.wants_json:
        return visit.say(wrong, status)
    from publish.paywall.sign_in import trouble

    text = magnet.text(visit.lang)
    values = {
        "magnet": typed.magnet,
        "title": text.title,
        "code": typed.code,
        "back": text.url,
        **trouble(visit, wrong),
    }
    return visit.page("magnet-code", values, status)
