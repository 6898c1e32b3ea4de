"""Where the finished pieces of a build meet the templates: every page is written here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jinja2 import pass_context
from markupsafe import Markup

from plugins.engine.assemble import Assembled, Behind
from plugins.engine.desk import Desk
from plugins.engine.views import HeadView, Link, MagnetView, PostView, iso
from plugins.magnets.placing import at_the_end
from plugins.model.entries import Entry
from plugins.model.library import Library
from plugins.model.listings import Listing
from plugins.model.slugs import quoted
from plugins.service.checking import unmarked_values
from publish.contract.slots import unmarked

CLASSICS = 6
RELATED = 3
# For plugins that want a date of everything; no page shows it.
UNDATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
# Pages of the service whose address needs nothing but a language.
_PLAIN = ("sign-in", "paying", "redeem", "account")
TERM_WORDS = {"category": "Categories", "tag": "Tags", "series": "Series"}
TERM_WORD = {"category": "Category", "tag": "Tag", "series": "Series"}


class Stage:
    """One build's pages; shared with the generators through Pelican's context."""

    def __init__(
        self,
        library: Library,
        assembled: Assembled,
        desk: Desk,
        listings: Sequence[Listing],
        css: str,
        tell: Callable[[str, int, int], None],
        unlock: str = "",
    ) -> None:
        self.library, self.assembled, self.desk = library, assembled, desk
        self.listings, self.css, self.tell = listings, css, tell
        self.unlock = unlock
        self.pages: dict[str, Any] = {}
        self._by_lang = {
            language.code: library.posts(language.code) for language in library.site.languages
        }
        self._positions = {
            entry.source: number
            for posts in self._by_lang.values()
            for number, entry in enumerate(posts)
        }

    def undated(self, entry: Entry) -> datetime.datetime:
        """Return a date that keeps an undated entry in its place."""
        posts = self._by_lang[entry.lang]
        steps = len(posts) - self._positions.get(entry.source, 0)
        return UNDATED + datetime.timedelta(minutes=steps)

    def summary(self, entry: Entry) -> str:
        """Return the summary, made from the public part alone where none is written."""
        return entry.summary or self.assembled.shown[entry.source].beginning

    def prepare(self, environment: Any) -> None:
        """Give a Jinja environment the filters of theme/README.md, and make the views."""
        zone = self.library.site.zone
        speech = self.desk.speech

        @pass_context
        def day(context: Any, when: datetime.datetime | None) -> str:
            return str(speech[context["lang"]].day(when, zone))

        environment.filters["day"] = day
        environment.filters["iso"] = lambda when: iso(when.astimezone(zone) if when else None)
        environment.filters["absolute"] = self.desk.absolute

    def make_views(self, generator: Any) -> None:
        """Make the view of every text, once plugins have had their say.

        `generator` has the templates with which the forms in texts are rendered.
        """

        def form(magnet: MagnetView, entry: Entry, place: int) -> str:
            values = _form_values(magnet, _form_id(entry), place)
            values |= self.desk.common(entry.lang, entry.url, {})
            return self.render(generator, "components/magnet", values)

        self.desk.form = form
        for source, page in self.pages.items():
            self.desk.views[source] = PostView(self.desk, page.entry, page)

    def write_entry(self, generator: Any, writer: Any, entry: Entry) -> None:
        """Write the public page of an entry."""
        template, values = self.entry_page(entry, None)
        self._write(generator, writer, file_of(entry.url), template, entry.url, values)

    def entry_page(self, entry: Entry, premium: Behind | None) -> tuple[str, dict[str, Any]]:
        """Return template and values of an entry's page, public or whole."""
        view = self.desk.views[entry.source]
        facts = self.assembled.facts.get(entry.source)
        values: dict[str, Any] = {
            "head": self._head(entry, premium),
            "premium": self._premium(premium, entry, view),
            "paywall": None,
        }
        if entry.room == "post":
            values |= {"post": view, **self._neighbours(entry)}
        else:
            values["page"] = view
        values |= self._magnet_at_the_end(entry, view.forms + 1)
        if entry.room == "product":
            product = self.library.products[entry.translation_of or entry.id]
            values["product"] = self.desk.product(product, entry.lang)
            values["paywall"] = self.desk.product_paywall(entry, product, facts)
        elif facts and not premium:
            values["paywall"] = self.desk.paywall(entry, facts, entry.lang)
        twins = {e.lang: quoted(e.url) for e in self.library.translations_of(entry)}
        # Pelican's own names, for templates and plugins that know them.
        values |= {"article": self.pages[entry.source]} if entry.room == "post" else {}
        return entry.room, {**values, **self.desk.common(entry.lang, entry.url, twins)}

    def _premium(self, premium: Behind | None, entry: Entry, view: PostView) -> Markup | None:
        """Return the dressed premium part; its forms are numbered after that at the page's end.

        It may come into the public page later, where each form keeps its number.
        """
        return self.desk.dressed(premium.html, entry, view.forms + 2) if premium else None

    def _magnet_at_the_end(self, entry: Entry, place: int) -> dict[str, Any]:
        """Return what the form at the end of a page needs; on a magnet's own page it is its own."""
        magnets = self.library.magnets
        if entry.gift:
            magnet = magnets[entry.translation_of or entry.id]
            own = _form_values(self.desk.magnet(magnet, entry.lang), "", 0)
            return {**own, "retired": magnet.status == "retired"}
        found = at_the_end(entry, magnets, self.library.site.showing)
        view = self.desk.magnet(found, entry.lang) if found else None
        return _form_values(view, _form_id(entry), place)

    def _head(self, entry: Entry, premium: Behind | None) -> HeadView:
        head = self.desk.entry_head(entry)
        return replace(head, noindex=True) if premium else head

    def _neighbours(self, entry: Entry) -> dict[str, Any]:
        posts = self._by_lang[entry.lang]
        at = self._positions.get(entry.source)
        newer = posts[at - 1] if at else None
        older = posts[at + 1] if at is not None and at + 1 < len(posts) else None
        views = self.desk.views
        return {
            "newer": views[newer.source] if newer else None,
            "older": views[older.source] if older else None,
            "related": self.desk.views_of(self._related(entry, newer, older)),
        }

    def _related(self, entry: Entry, *near: Entry | None) -> list[Entry]:
        """Return the posts that share most tags, newest first."""
        taken = {each.source for each in near if each} | {entry.source}
        shared: dict[str, int] = {}
        for tag in entry.tags:
            term = self.desk.terms.get(("tag", tag, entry.lang))
            for other in term.entries[:60] if term else ():
                if other.source not in taken:
                    shared[other.source] = shared.get(other.source, 0) + 1
        best = sorted(shared, key=lambda source: (-shared[source], self._positions[source]))
        return [self.library.by_source[source] for source in best[:RELATED]]

    def write_listing(self, generator: Any, writer: Any, listing: Listing) -> None:
        """Write all pages of a list."""
        twins = self._twins(listing)
        for number in range(1, listing.pages + 1):
            template, title, values = self._listing_values(listing, number)
            values["head"] = self.desk.listing_head(listing, number, title, twins)
            values |= self.desk.common(listing.lang, listing.url, twins)
            url = listing.page_url(number)
            self._write(generator, writer, file_of(url), template, url, values)

    def _twins(self, listing: Listing) -> dict[str, str]:
        if listing.term:
            return {}
        return {
            other.lang: quoted(other.url)
            for other in self.listings
            if other.kind == listing.kind and other.name == listing.name
        }

    def _listing_values(self, listing: Listing, number: int) -> tuple[str, str, dict[str, Any]]:
        say = self.desk.speech[listing.lang].words.gettext
        size = self.library.site.per_page
        shown = self.desk.views_of(listing.entries[(number - 1) * size : number * size])
        if listing.kind == "home":
            return "home", "", self._home(listing, number, shown)
        if listing.kind == "archive":
            values = {"years": list(self._years(listing)), "indexes": self._indexes(listing.lang)}
            return "archive", say("Archive"), values
        if listing.kind == "feeds":
            return "feeds", say("Feeds"), {"feeds": list(self._feeds(listing.lang))}
        if listing.kind == "terms":
            terms = [
                Link(t.name, quoted(t.url), t.name, count=len(t.entries)) for t in listing.terms
            ]
            return "terms", say(TERM_WORDS[listing.name]), {"kind": listing.name, "terms": terms}
        if listing.kind == "term" and listing.term:
            values = {
                "kind": listing.name,
                "name": listing.term.name,
                "index": self._indexes(listing.lang, listing.name)[0],
                "posts": shown,
                "pager": Pager(listing, number),
                "feeds": self._term_feeds(listing),
            }
            title = f"{listing.term.name} · {say(TERM_WORD[listing.name])}"
            return "listing", title, values
        return "404", say("Nothing here"), {}

    def _home(self, listing: Listing, number: int, shown: list[PostView]) -> dict[str, Any]:
        first = number == 1
        classics = [e for e in listing.entries if e.kind == "classic"][:CLASSICS] if first else []
        series = [
            Link(t.name, quoted(t.url), t.name, count=len(t.entries))
            for t in self.library.terms
            if t.kind == "series" and t.lang == listing.lang and first
        ]
        products = [
            self.desk.product(product, listing.lang)
            for product in self.library.products.values()
            if product.status == "published" and first
        ]
        return {
            "posts": shown,
            "pager": Pager(listing, number),
            "first_page": first,
            "classics": self.desk.views_of(classics),
            "series": series,
            "products": products,
        }

    def _years(self, listing: Listing) -> Iterator[dict[str, Any]]:
        zone = self.library.site.zone
        years: dict[int | None, list[Entry]] = {}
        for entry in listing.entries:
            year = entry.date.astimezone(zone).year if entry.date else None
            years.setdefault(year, []).append(entry)
        for year, entries in years.items():
            yield {"year": year, "posts": self.desk.views_of(entries)}

    def _feeds(self, lang: str) -> Iterator[dict[str, str]]:
        for feed in self.desk.feeds:
            if feed.lang in ("", lang):
                language = self.desk.language(feed.lang or lang)
                title = feed.term.name if feed.term else language.title
                several = len(self.library.site.languages) > 1
                if not feed.lang and several:
                    title = " · ".join(each.title for each in self.library.site.languages)
                yield {
                    "title": title,
                    "rss": quoted(feed.rss),
                    "atom": quoted(feed.atom),
                    "json": quoted(feed.json),
                }

    def _indexes(self, lang: str, kind: str = "") -> list[Link]:
        """Return the pages that list all categories, tags or series, those that there are."""
        say = self.desk.speech[lang].words.gettext
        return [
            Link(say(TERM_WORDS[listing.name]), quoted(listing.url))
            for listing in self.listings
            if listing.kind == "terms" and listing.lang == lang and kind in ("", listing.name)
        ]

    def _term_feeds(self, listing: Listing) -> dict[str, str] | None:
        for feed in self.desk.feeds:
            if feed.term is listing.term:
                return {"rss": quoted(feed.rss), "atom": quoted(feed.atom)}
        return None

    def write_aliases(self, generator: Any, writer: Any) -> None:
        """Write a page at every old address that leads on to the new one."""
        for entry in self.library.entries:
            for alias in entry.aliases:
                head = replace(self.desk.entry_head(entry), noindex=True, json_ld=Markup(""))
                values = {"target": quoted(entry.url), "target_title": entry.title, "head": head}
                values |= self.desk.common(entry.lang, alias, {})
                self._write(generator, writer, file_of(alias), "alias", alias, values)

    def service_page(self, name: str, lang: str, title: str) -> dict[str, Any]:
        """Return the values of a page of the service; nothing in them reads as a slot."""
        twins = {}
        if name in _PLAIN:  # one that can be opened in another language as it is
            codes = [language.code for language in self.library.site.languages]
            twins = {code: f"/api/{name}?lang={code}" for code in codes}
        site_title = unmarked(self.desk.language(lang).title)
        return {
            **unmarked_values(self.desk.common(lang, "/api/", twins)),
            "head": HeadView(f"{title} – {site_title}", "", "", noindex=True),
            "page_name": name,
            "slot": _slot,
        }

    def service_mail(self, name: str, lang: str) -> dict[str, Any]:
        """Return the values of a mail; nothing in them reads as a slot."""
        common = unmarked_values(self.desk.common(lang, "/api/", {}))
        return {**common, "mail_name": name, "slot": _slot}

    def _write(
        self,
        generator: Any,
        writer: Any,
        name: str,
        template: str,
        url: str,
        values: Mapping[str, Any],
    ) -> None:
        context = {**generator.context, **values, "css": self.css, "unlock": self.unlock}
        writer.write_file(
            name,
            generator.get_template(template),
            context,
            template_name=template,
            paginated={},
            url=url.lstrip("/"),
        )

    def private_page(self, generator: Any, entry: Entry, premium: Behind) -> str:
        """Return the whole unlocked page of a gated entry."""
        template, values = self.entry_page(entry, premium)
        return self.render(generator, template, values)

    def private_piece(self, generator: Any, entry: Entry, premium: Behind) -> str:
        """Return the unlocked part of a gated entry, as it takes the paywall's place."""
        _, values = self.entry_page(entry, premium)
        values["post"] = self.desk.views[entry.source]
        return self.render(generator, "components/premium", values)

    def render(self, generator: Any, template: str, values: Mapping[str, Any]) -> str:
        """Return a page that is not public, or not of this site's addresses."""
        return self.rendered(generator, generator.get_template(template), values)

    def rendered(self, generator: Any, template: Any, values: Mapping[str, Any]) -> str:
        """Return what a template makes of values."""
        context = {**generator.context, **values, "css": self.css, "unlock": self.unlock}
        return str(template.render(context))


class Pager:
    """Where a page stands among the pages of its list."""

    def __init__(self, listing: Listing, number: int) -> None:
        self.page, self.pages = number, listing.pages
        self.newer_url = quoted(listing.page_url(number - 1)) if number > 1 else ""
        self.older_url = quoted(listing.page_url(number + 1)) if number < listing.pages else ""


def _form_values(magnet: MagnetView | None, post_id: str, place: int) -> dict[str, Any]:
    return {"magnet": magnet, "post_id": post_id, "place": place}


def _form_id(entry: Entry) -> str:
    """Return the id of the text in which a form stands, as the manifest knows texts."""
    return entry.id if entry.room in ("post", "page") else ""


def _slot(name: str) -> Markup:
    """Return a gap that the service fills; in the text of a template it may stand as it is."""
    return Markup(f"[[{name}]]")  # noqa: S704 - names are ours


def file_of(url: str) -> str:
    """Return the file of a path: directory addresses are folders with an index."""
    return (f"{url}index.html" if url.endswith("/") else url).lstrip("/")
