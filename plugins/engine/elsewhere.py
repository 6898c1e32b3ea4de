"""Where else a text can be read, under the names of those places."""

from __future__ import annotations

from urllib.parse import urlsplit

from plugins.engine.views import Link
from plugins.model.entries import Entry
from plugins.model.site import primary
from plugins.snippets import rules
from publish.contract.syndication import Ledger


def copies(ledger: Ledger, entry: Entry) -> tuple[Link, ...]:
    """Return the copies of a text, in the order of the ledger."""
    return tuple(
        Link(_name(copy.platform, copy.url, entry.lang), copy.url, code=copy.platform)
        for copy in ledger.of(entry.id).values()
    )


def _name(platform: str, url: str, lang: str) -> str:
    """Return what a language calls a platform; one that we do not know is called by its host."""
    known = rules.pack().get(platform)
    if known is None:
        return str(urlsplit(url).hostname).removeprefix("www.")
    return known.names.get(primary(lang)) or known.names.get("en") or platform
