"""The desk at which the views of a build are made: of texts, lists, products and paywalls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from plugins.engine.assemble import Assembled, Facts
from plugins.engine.elsewhere import copies
from plugins.engine.views import (
    ContactView,
    Cover,
    HeadView,
    Link,
    MagnetView,
    OfferView,
    PaywallView,
    PostView,
    Price,
    ProductView,
    SiteView,
)
from plugins.engine.words import Speech
from plugins.head.documents import json_ld, website
from plugins.links.resolve import Map, resolve
from plugins.links.rewrite import Labels, Target, dress
from plugins.magnets.consents import consent, for_letters, of_site, often
from plugins.magnets.forms import filled
from plugins.model.entries import Entry, Offer
from plugins.model.feeds import Feed, offered
from plugins.model.gifts import Contact
from plugins.model.library import Library, Product
from plugins.model.listings import Listing
from plugins.model.magnets import Magnet
from plugins.model.problems import Problems
from plugins.model.site import Language, Legal, MenuItem
from plugins.model.site_file import FILE
from plugins.model.slugs import quoted
from plugins.model.terms import Term
from plugins.snippets.rules import known
from publish.contract.catalogue import N_
from publish.contract.report import Place


class Desk:
    """Makes the views of one build."""

    def __init__(
        self,
        library: Library,
        assembled: Assembled,
        speech: Mapping[str, Speech],
        feeds: Sequence[Feed],
        links: Map,
        url: str,
        problems: Problems,
    ) -> None:
        self.library, self.speech, self.feeds, self.url = library, speech, feeds, url
        self.links, self.problems = links, problems
        self.shown, self.covers = assembled.shown, assembled.covers
        self.facts = assembled.facts
        self.terms: dict[tuple[str, str, str], Term] = {
            (term.kind, term.name, term.lang): term for term in library.terms
        }
        self.qr_codes = assembled.qr_codes
        self.views: dict[str, PostView] = {}
        # How a form is rendered, as soon as there are templates.
        self.form: Callable[[MagnetView, Entry, int], str] | None = None
        self.sites = {language.code: self._site(language) for language in library.site.languages}

    def language(self, code: str) -> Language:
        """Return one language of the site."""
        return self.library.site.language(code) or self.library.site.main

    @functools.cache  # noqa: B019 - a desk lives as long as its build
    def labels(self, code: str) -> Labels:
        """Return the words that dress a text."""
        say = self.speech[code].words.gettext
        return Labels(
            table=say("Table"),
            contents=say("Contents"),
            notes=say("Notes"),
            back=say("Back to the text"),
            done=say("Done"),
            open=say("Not done"),
        )

    def dressed(self, html: str, entry: Entry, first: int = 1) -> Markup:
        """Return HTML that we rendered as an entry's page shows it.

        `first` is the number of its first form of a lead magnet.
        """
        dressed = dress(html, self.labels(entry.lang))
        return Markup(  # noqa: S704 - rendered by us
            filled(dressed, lambda name, place: self._form(name, entry, place), first)
        )

    def _form(self, name: str, entry: Entry, place: int) -> str:
        magnet = self.library.magnets.get(name)
        if not self.form or not magnet or not magnet.shown_in(entry.lang):
            return ""
        return self.form(self.magnet(magnet, entry.lang), entry, place)

    def absolute(self, path: str) -> str:
        """Return the address of a path."""
        return path if path.startswith("http") else self.url + path

    def term_link(self, kind: str, name: str, lang: str) -> Link | None:
        """Return a category, tag or series with its address."""
        term = self.terms.get((kind, name, lang))
        return Link(name, quoted(term.url), name) if term else None

    def translation_links(self, entry: Entry) -> list[Link]:
        """Return an entry's translations."""
        return [
            Link(self.language(e.lang).name, quoted(e.url), e.title, lang=e.lang)
            for e in self.library.translations_of(entry)
        ]

    def also(self, entry: Entry) -> tuple[Link, ...]:
        """Return where else an entry stands."""
        return copies(self.library.syndication, entry, known(self.library.site))

    def views_of(self, entries: Iterable[Entry]) -> list[PostView]:
        """Return views in order."""
        return [self.views[entry.source] for entry in entries]

    def common(self, lang: str, path: str, twins: Mapping[str, str]) -> dict[str, Any]:
        """Return what every page gets; `twins` are the same page in other languages."""
        site = self.sites[lang]
        languages = tuple(
            Link(
                each.name,
                twins.get(each.code) or each.home,
                lang=each.code,
                current=each.code == lang,
                code=each.code,
                home=twins.get(each.code) or each.home,
            )
            for each in self.library.site.languages
        )
        menu = tuple(Link(i.name, i.url, i.name, current=i.url == quoted(path)) for i in site.menu)
        values = {**site.__dict__, "languages": languages, "menu": menu}
        return {
            "site": SiteView(**values),
            "lang": lang,
            "_": self.speech[lang].words.gettext,
            "gettext": self.speech[lang].words.gettext,
            "ngettext": self.speech[lang].words.ngettext,
            "preview": self.library.preview,
        }

    def entry_head(self, entry: Entry) -> HeadView:
        """Return the head of an entry's page."""
        view, language = self.views[entry.source], self.language(entry.lang)
        image = self.absolute(view.cover_url) if view.cover_url else ""
        url = self.absolute(view.url)
        twins = [(e.lang, e.url) for e in self.library.translations_of(entry)]
        return HeadView(
            title=f"{entry.title} – {language.title}",
            description=view.summary,
            canonical=entry.canonical or url,
            type="article" if entry.room == "post" else "website",
            alternates=self._alternates([(entry.lang, entry.url), *twins]) if twins else (),
            image=image,
            json_ld=Markup(  # noqa: S704 - escaped for its place by json_ld
                json_ld(
                    entry, url, image, view.author_name, language.title, view.summary, view.words
                )
            ),
            feed=self._feed_link(entry.lang),
            noindex=entry.status in ("hidden", "draft") or _is_retired(entry),
            published=entry.date.isoformat() if entry.date and entry.room == "post" else "",
            modified=entry.updated.isoformat() if entry.updated and entry.room == "post" else "",
        )

    def listing_head(
        self, listing: Listing, number: int, title: str, twins: Mapping[str, str]
    ) -> HeadView:
        """Return the head of a list page."""
        language = self.language(listing.lang)
        url = self.absolute(quoted(listing.page_url(number)))
        same = [(code, path) for code, path in twins.items() if number == 1]
        home = listing.kind == "home"
        say = self.speech[listing.lang].words.gettext
        paged = f" · {say('Page {page}').format(page=number)}" if number > 1 else ""
        return HeadView(
            title=(f"{language.title}{paged}" if home else f"{title}{paged} – {language.title}"),
            description=language.description if number == 1 and home else "",
            canonical=url if listing.kind != "404" else "",
            alternates=self._alternates(same) if len(same) > 1 else (),
            json_ld=Markup(  # noqa: S704 - escaped for its place by website
                website(url, language.title, language.description, language.code)
            )
            if home and number == 1
            else Markup(""),
            feed=self._feed_link(listing.lang),
            noindex=listing.kind == "404",
        )

    def paywall(self, entry: Entry, facts: Facts, lang: str) -> PaywallView:
        """Return what the paywall of an entry says."""
        pairs = self.library.offers_for(set(entry.access) - {"public"})
        return self._paywall(entry, pairs, facts, lang)

    def product_paywall(self, entry: Entry, product: Product, facts: Facts | None) -> PaywallView:
        """Return the offers of a product's own page; none when it is retired."""
        pairs = [(product, offer) for offer in product.sale.offers if product.status == "published"]
        return self._paywall(entry, pairs, facts, entry.lang)

    @functools.cache  # noqa: B019 - a desk lives as long as its build
    def currencies(self, lang: str) -> tuple[str, ...]:
        """Return the currencies of all offers, the money of the language's readers first.

        In this order prices are named; the first that an offer has is what its buyers pay in.
        """
        named = dict.fromkeys(
            currency
            for product in self.library.products.values()
            for offer in product.sale.offers
            for currency in offer.prices
        )
        return tuple(sorted(named, key=lambda code: code not in self.speech[lang].currencies))

    def product(self, product: Product, lang: str) -> ProductView:
        """Return a product in a language."""
        page = product.page(lang)
        bare = ProductView(
            product.id,
            page.title,
            quoted(page.url),
            page.summary,
            product.sale.kind,
            product.sale.refund_days,
            product.status,
        )
        offers = tuple(self._offer(bare, offer, lang) for offer in product.sale.offers)
        return ProductView(**{**bare.__dict__, "offers": offers})

    def magnet(self, magnet: Magnet, lang: str) -> MagnetView:
        """Return a lead magnet in a language."""
        page = magnet.page(lang)
        gift, language = page.gift or magnet.gift, self.language(page.lang)
        say = self.speech[page.lang].words.gettext
        comes = often(magnet, language, say)
        contact = self._contact(gift.contact, page.lang) if gift.contact else None
        asked = magnet.gift.way == "mail"
        return MagnetView(
            id=magnet.id,
            title=page.title,
            promise=gift.promise,
            url=quoted(page.url),
            lang=page.lang,
            name=magnet.gift.name,
            often=comes,
            consent=consent(page.title, language.title, comes, say) if asked else "",
            button=gift.button or (say("Send it to me") if asked else say("Open it")),
            contact=contact,
            way=magnet.gift.way,
        )

    def letters(self) -> dict[str, str]:
        """Return what readers agree to who ask for letters alone, in each language with letters.

        A site that says nothing of letters has them where a lead magnet brings them.
        """
        site = self.library.site
        given = any(magnet.letters for magnet in self.library.magnets.values())
        given = given or bool(site.main.letters)
        found = {}
        for language in site.languages if given else ():
            say = self.speech[language.code].words.gettext
            if comes := of_site(language, say):
                found[language.code] = for_letters(language.title, comes, say)
        return found

    def _contact(self, contact: Contact, lang: str) -> ContactView:
        say = self.speech[lang].words.gettext
        code = self.qr_codes.get(contact.qr, Target(""))
        alt = say("QR code of {account}").format(account=contact.account)
        picture = Cover(code.url, code.width, code.height, alt)
        return ContactView(picture, contact.account, contact.keyword, contact.kind)

    def _paywall(
        self,
        entry: Entry,
        pairs: Sequence[tuple[Product, Offer]],
        facts: Facts | None,
        lang: str,
    ) -> PaywallView:
        products = {product.id: self.product(product, lang) for product, _ in pairs}
        return PaywallView(
            post_id=entry.id,
            words=facts.length.total if facts else 0,
            images=facts.images if facts else 0,
            files=facts.downloads if facts else 0,
            offers=tuple(self._offer(products[p.id], offer, lang) for p, offer in pairs),
            products=tuple(products.values()),
            access=entry.access,
            return_to=quoted(entry.url),
            subscribers="subscribers" in entry.access,
        )

    def _offer(self, product: ProductView, offer: Offer, lang: str) -> OfferView:
        speech = self.speech[lang]
        prices = tuple(
            Price(*speech.price(offer.prices[currency], currency))
            for currency in self.currencies(lang)
            if currency in offer.prices
        )
        period = offer.every or ("days" if offer.days else "")
        return OfferView(offer.id, product, prices, period, offer.days, offer.trial)

    def _alternates(self, pages: Sequence[tuple[str, str]]) -> tuple[Link, ...]:
        order = [language.code for language in self.library.site.languages]
        ordered = sorted(pages, key=lambda page: order.index(page[0]))
        links = [Link(code, self.absolute(quoted(url)), lang=code) for code, url in ordered]
        return (*links, Link("x-default", links[0].url, lang="x-default"))

    def _feed_link(self, lang: str) -> Link:
        feed = offered(list(self.feeds), lang)
        title = self.language(lang).title
        return Link(title, self.absolute(quoted(feed.atom)), title)

    def _site(self, language: Language) -> SiteView:
        feed = offered(list(self.feeds), language.code)
        menu = self._menu(language)
        legal = Legal(
            **{
                **language.legal.__dict__,
                **{
                    name: self._site_path(getattr(language.legal, name), language, 0)
                    for name in ("terms", "privacy", "refund")
                },
            }
        )
        author = language.author.__class__(
            **{**language.author.__dict__, "url": self._site_path(language.author.url, language, 0)}
        )
        return SiteView(
            title=language.title,
            description=language.description,
            url=self.url,
            author=author,
            menu=menu,
            legal=legal,
            languages=(),
            home=language.home,
            archive_url=f"{language.prefix}/archive/",
            feed_url=quoted(feed.atom),
            feeds_url=f"{language.prefix}/feeds/",
            account_url="/api/account" if self._has_account() else "",
        )

    def _has_account(self) -> bool:
        """Tell whether a reader can have anything here that others have not."""
        library = self.library
        return bool(library.products or library.magnets) or any(e.gated for e in library.entries)

    def _menu(self, language: Language) -> tuple[Link, ...]:
        say = self.speech[language.code].words.gettext
        items = language.menu
        if items is None:
            about = [
                MenuItem(e.title, e.url)
                for e in self.library.entries
                if e.room == "page" and e.lang == language.code and e.slug == "about"
            ]
            items = (MenuItem(say("Archive"), f"{language.prefix}/archive/"), *about)
        return tuple(
            Link(item.title, self._site_path(item.url, language, item.line), item.title)
            for item in items
        )

    def _site_path(self, value: str, language: Language, line: int) -> str:
        """Return the address of what site.toml names: a URL, a path, or a source file."""
        if not value:
            return ""
        probe = Entry("page", FILE, "", "", "", language.code, "", "", 0, ())
        meaning = resolve(value, probe, self.links)
        if meaning.kind == "broken":
            self.problems.warn(Place(FILE, line), N_('"{value}" leads nowhere'), value=value)
        if meaning.entry:
            twin = next(
                (e for e in self.library.translations_of(meaning.entry) if e.lang == language.code),
                meaning.entry,
            )
            return quoted(twin.url)
        return meaning.url or value


def _is_retired(entry: Entry) -> bool:
    """Tell whether a page is that of a lead magnet which nobody new gets."""
    return entry.gift is not None and entry.status == "retired"
