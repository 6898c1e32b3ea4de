"""Where else a text can be read, under the names of those places."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from plugins.engine.views import Link
from plugins.model.entries import Entry
from plugins.model.site import primary
from plugins.snippets.values import Platform
from publish.contract.syndication import Ledger


def copies(ledger: Ledger, entry: Entry, known: Mapping[str, Platform]) -> tuple[Link, ...]:
    """Return the copies of a text, in the order of the ledger; `known` are platforms by id."""
    return tuple(
        Link(_name(known.get(copy.platform), copy.url, entry.lang), copy.url, code=copy.platform)
        for copy in ledger.of(entry.id).values()
    )


def _name(platform: Platform | None, url: str, lang: str) -> str:
    """Return what a language calls a platform; one that nobody knows is called by its host."""
    if platform is None:
        return str(urlsplit(url).hostname).removeprefix("www.")
    return platform.names.get(primary(lang)) or platform.names.get("en") or platform.id
