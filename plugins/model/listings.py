"""Every list page that a site has, known before anything is rendered: links can be checked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from plugins.model.entries import Entry
from plugins.model.library import Claims, Library
from plugins.model.terms import TERM_FOLDERS, TERM_KINDS, Term
from publish.contract.catalogue import N_
from publish.contract.report import Place

Kind = Literal["home", "archive", "terms", "term", "feeds", "404"]

# Paths that belong to the engine whatever the content says.
RESERVED = ("/api/", "/media/", "/assets/", "/sitemap.xml")


@dataclass(frozen=True)
class Listing:
    """A list page: `name` says of what, `pages` how many it is split into."""

    kind: Kind
    lang: str
    url: str
    name: str = ""
    entries: tuple[Entry, ...] = ()
    term: Term | None = None
    terms: tuple[Term, ...] = ()
    pages: int = 1

    def page_url(self, number: int) -> str:
        """Return the path of one of its pages, counted from 1."""
        return self.url if number == 1 else f"{self.url}page/{number}/"


def plan(library: Library) -> Iterator[Listing]:
    """Yield every list page of the site."""
    for language in library.site.languages:
        posts = tuple(library.posts(language.code))
        prefix, code = language.prefix, language.code
        pages = _pages(len(posts), library.site.per_page)
        yield Listing("home", code, f"{prefix}/", entries=posts, pages=pages)
        yield Listing("archive", code, f"{prefix}/archive/", entries=posts)
        yield Listing("feeds", code, f"{prefix}/feeds/")
        yield Listing("404", code, f"{prefix}/404.html")
        for kind in TERM_KINDS:
            terms = tuple(t for t in library.terms if t.kind == kind and t.lang == code)
            if terms:
                yield Listing("terms", code, f"{prefix}/{TERM_FOLDERS[kind]}/", kind, terms=terms)
            for term in terms:
                pages = _pages(len(term.entries), library.site.per_page)
                yield Listing("term", code, term.url, kind, term.entries, term, pages=pages)


def claim_listings(library: Library, claims: Claims) -> list[Listing]:
    """Claim the path of every list page and return them all."""
    listings = list(plan(library))
    for path in RESERVED:
        claims.claim(path, N_("the engine"), Place())
    for listing in listings:
        owner = f"{listing.name} “{listing.term.name}”" if listing.term else listing.kind
        for number in range(1, listing.pages + 1):
            claims.claim(listing.page_url(number), owner, Place())
    return listings


def _pages(count: int, per_page: int) -> int:
    return max(1, math.ceil(count / per_page))
