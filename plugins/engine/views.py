"""What templates see: small frozen values with the words of theme/README.md, nothing premium."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from plugins.links.rewrite import undress
from plugins.magnets.forms import places
from plugins.model.entries import Entry
from plugins.model.site import Legal
from plugins.model.slugs import quoted
from plugins.model.text import Length

if TYPE_CHECKING:
    from plugins.engine.desk import Desk

_EMPTY = Markup("")
CHECKOUT = "/api/checkout"
SIGN_IN = "/api/sign-in"
CONTENTS_FROM = 3  # headings that a text needs to get a table of contents


@dataclass(frozen=True)
class Link:
    """A name with its address."""

    name: str
    url: str
    title: str = ""
    lang: str = ""
    current: bool = False
    count: int = 0
    code: str = ""
    home: str = ""


@dataclass(frozen=True)
class SeriesView:
    """A post's place in its series."""

    name: str
    url: str
    position: int
    count: int
    posts: tuple[Link, ...]


@dataclass(frozen=True)
class Price:
    """An amount of money and how a reader writes it."""

    amount: Decimal
    currency: str
    text: str


@dataclass(frozen=True)
class ProductView:
    """A product in one language."""

    id: str
    title: str
    url: str
    summary: str
    kind: str
    refund_days: int
    status: str
    offers: tuple[Any, ...] = ()


@dataclass(frozen=True)
class OfferView:
    """A way to buy a product; `trial` is how many days are free at first."""

    id: str
    product: ProductView
    prices: tuple[Price, ...]
    period: str
    days: int
    trial: int = 0


@dataclass(frozen=True)
class PaywallView:
    """What the paywall component states and offers."""

    post_id: str
    words: int
    images: int
    files: int
    offers: tuple[OfferView, ...]
    products: tuple[ProductView, ...]
    access: tuple[str, ...]
    return_to: str
    subscribers: bool
    checkout: str = CHECKOUT
    sign_in: str = SIGN_IN


@dataclass(frozen=True)
class ContactView:
    """Whom to write to for a lead magnet; `kind` is "wechat" or "official"."""

    qr: Cover
    account: str
    keyword: str
    kind: str


@dataclass(frozen=True)
class MagnetView:
    """A lead magnet in one language; `name` tells whether a first name is asked for.

    `often` is how often letters come, "" for never; `contact` is None where an address is asked
    for (`way` "mail").
    """

    id: str
    title: str
    promise: str
    url: str
    lang: str
    name: bool
    often: str
    consent: str
    button: str
    contact: ContactView | None
    way: str


@dataclass(frozen=True)
class HeadView:
    """What stands in the head of a page."""

    title: str
    description: str
    canonical: str
    type: str = "website"
    alternates: tuple[Link, ...] = ()
    image: str = ""
    json_ld: Markup = _EMPTY
    feed: Link | None = None
    noindex: bool = False
    published: str = ""
    modified: str = ""


@dataclass(frozen=True)
class SiteView:
    """The site in one language."""

    title: str
    description: str
    url: str
    author: Any
    menu: tuple[Link, ...]
    legal: Legal
    languages: tuple[Link, ...]
    home: str
    archive_url: str
    feed_url: str
    feeds_url: str
    account_url: str
    """The account page of the service; "" where nothing is sold, given or kept for some."""


class PostView:
    """A text as templates see it; what plugins put on the Pelican object shows through."""

    def __init__(self, desk: Desk, entry: Entry, page: Any) -> None:
        self._desk, self._entry, self._page = desk, entry, page
        self.id, self.title, self.url = entry.id, entry.title, quoted(entry.url)
        self.lang, self.kind, self.access = entry.lang, entry.kind, entry.access
        self.date, self.updated, self.gated = entry.date, entry.updated, entry.gated
        self.status = entry.status
        self.author = self.author_name = entry.author or desk.language(entry.lang).author.name
        self.also: tuple[Link, ...] = desk.also(entry)

    def __getattr__(self, name: str) -> Any:
        """Return what a plugin put on the Pelican object."""
        return getattr(self._page, name)

    @functools.cached_property
    def _html(self) -> str:
        return str(self._page.content)

    @property
    def bare_html(self) -> str:
        """Return the public HTML without what only a page needs."""
        return undress(self._html)

    @property
    def content(self) -> Markup:
        """Return the public HTML, dressed for a page, with the forms of lead magnets."""
        return self._desk.dressed(self._html, self._entry)

    @property
    def forms(self) -> int:
        """Return how many forms of lead magnets the public HTML has."""
        return places(self._html)

    @functools.cached_property
    def _length(self) -> Length:
        shown = self._desk.shown[self._entry.source].length
        facts = self._desk.facts.get(self._entry.source)
        behind = facts.length if facts else Length(0, 0)
        return Length(shown.han + behind.han, shown.words + behind.words)

    @property
    def feed_html(self) -> str:
        """Return the public HTML for feeds: gated posts end with a way on."""
        html = self.bare_html
        if not self.gated:
            return html
        word = self._desk.speech[self.lang].words.gettext("Read on")
        teaser = html or f"<p>{escape(self.summary)}</p>"
        way_on = f'<a href="{escape(self.url)}">{escape(word)}: {escape(self.title)}</a>'
        return f"{teaser}\n<p>{way_on}</p>"

    @property
    def summary(self) -> str:
        """Return the summary, else the beginning of the public text."""
        return self._entry.summary or self._desk.shown[self._entry.source].beginning

    @property
    def words(self) -> int:
        """Return how many words or Han characters the whole text has."""
        return self._length.total

    @property
    def minutes(self) -> int:
        """Return about how long reading takes."""
        return self._length.minutes

    @property
    def cover(self) -> Any:
        """Return the cover with its size."""
        target = self._desk.covers.get(self._entry.source)
        return (
            Cover(target.url, target.width, target.height, self._entry.cover_alt)
            if target
            else None
        )

    @property
    def cover_url(self) -> str:
        """Return the path of the cover, or ""."""
        return self.cover.url if self.cover and self.cover.url.startswith("/") else ""

    @property
    def category(self) -> Link | None:
        """Return the category."""
        return self._desk.term_link("category", self._entry.category, self.lang)

    @property
    def tags(self) -> list[Link]:
        """Return the tags."""
        found = [self._desk.term_link("tag", name, self.lang) for name in self._entry.tags]
        return [link for link in found if link]

    @functools.cached_property
    def series(self) -> SeriesView | None:
        """Return the place in the series."""
        term = self._desk.terms.get(("series", self._entry.series, self.lang))
        if not term:
            return None
        sources = [entry.source for entry in term.entries]
        posts = tuple(
            Link(e.title, quoted(e.url), e.title, current=e.source == self._entry.source)
            for e in term.entries
        )
        position = sources.index(self._entry.source) + 1 if self._entry.source in sources else 0
        return SeriesView(term.name, quoted(term.url), position, len(sources), posts)

    @property
    def toc(self) -> list[Any]:
        """Return the headings of a text that has enough of them."""
        headings = [h for h in self._desk.shown[self._entry.source].headings if h.level <= 3]
        return headings if len(headings) >= CONTENTS_FROM else []

    @property
    def translations(self) -> list[Link]:
        """Return the same text in other languages."""
        return self._desk.translation_links(self._entry)


@dataclass(frozen=True)
class Cover:
    """A picture above a text."""

    url: str
    width: int
    height: int
    alt: str


def iso(when: datetime.datetime | None) -> str:
    """Return a time for a datetime attribute."""
    return when.isoformat() if when else ""
