"""Where a reader came from: the page and the campaign, as the address of their visit tells it.

It goes through a form of ours and so can say anything: it is cut, what cannot be printed drops
out, and of the query only the parameters of campaigns stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote

from publish.paywall import http
from publish.paywall.visit import Visit

CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_LONGEST = 8000
_LONGEST_PAGE, _LONGEST_WORD = 300, 100


@dataclass(frozen=True)
class Whence:
    """A page of this site, its path as people read it, and the campaign; "" and none if unknown."""

    page: str = ""
    campaign: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return it as a form carries it."""
        return http.with_query(quote(self.page), **self.campaign)


def of(visit: Visit, told: str) -> Whence:
    """Return what a form carries, else what the browser says of the page it stands on."""
    if told:
        return read(told)
    parts = http.split(visit.request.header("referer"))
    if f"{parts.scheme}://{parts.netloc}" != visit.world.origin:
        return Whence()
    return read(f"{parts.path}?{parts.query}")


def read(text: str) -> Whence:
    """Return what an address without scheme and host tells."""
    parts = http.split(text[:_LONGEST])
    page = unquote(parts.path)[:_LONGEST_PAGE]
    ours = page.startswith("/") and not page.startswith(("//", "/api/"))
    if parts.scheme or parts.netloc or not (ours or not parts.path):
        return Whence()
    return Whence(page if page.isprintable() and "\ufffd" not in page else "", _campaign(parts))


def _campaign(parts: SplitResult) -> Mapping[str, str]:
    try:
        fields = http.Request("GET", parts.path, parts.query).asks
    except http.BadRequest:
        return {}
    words = {name: fields.get(name, "").strip(" ")[:_LONGEST_WORD] for name in CAMPAIGN}
    return {name: word for name, word in words.items() if word and word.isprintable()}
