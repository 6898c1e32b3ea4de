"""Where a reader lands after something was done: back where they came from, and on this site."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from publish.paywall import http
from publish.paywall.visit import Visit

OPENED = "#ink-premium"
"""Where the part behind the paywall stands on a page."""
_KEPT = "/:@!$&'()*+,;=-._~%?#"


def landing(visit: Visit, wanted: str, fallback: str = "") -> str:
    """Return the address to go on to: a safe one, at the premium part where the page has one.

    Whatever was asked for is checked here, when it is used, and nowhere else.
    """
    account = visit.here(http.ACCOUNT)
    path = http.safe_return(wanted, fallback or account) if wanted else fallback or account
    encoded = quote(path, safe=_KEPT)
    return encoded + OPENED if "#" not in encoded and opens(visit, path) else encoded


def opens(visit: Visit, path: str) -> bool:
    """Tell whether a page of the site has a part behind the paywall."""
    wanted = unquote(urlsplit(path).path)
    manifest = visit.release.manifest
    posts = (each.url for each in manifest.posts.values() if each.premium)
    products = (
        text.url
        for each in manifest.products.values()
        for text in each.texts.values()
        if text.premium
    )
    return any(unquote(url) == wanted for url in (*posts, *products))
