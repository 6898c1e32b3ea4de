"""Everything a creator's folder holds, read and checked against itself, without Pelican.

`load` returns two things that never mix: the `Library`, which plugins and templates may see, and
the `Vault`, the premium parts, which only the engine gets.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plugins.model.entries import (
    PRODUCT_KINDS,
    Entry,
    Offer,
    Room,
    Sale,
)
from plugins.model.magnets import Checks, Magnet, completed, magnets_of
from plugins.model.problems import Problems
from plugins.model.site import Site
from plugins.model.site_file import load_site
from plugins.model.slugs import same
from plugins.model.sources import Premium, Vault, read_entry, read_sources
from plugins.model.syndication import load_ledger
from plugins.model.terms import Term, terms_of
from publish.contract.catalogue import N_
from publish.contract.report import Place
from publish.contract.syndication import Ledger

_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Product:
    """A product: its sale, and its page in each language."""

    id: str
    sale: Sale
    status: str
    pages: Mapping[str, Entry]

    def page(self, lang: str) -> Entry:
        """Return the page in a language, else in the one it was written in first."""
        return self.pages.get(lang) or next(iter(self.pages.values()))


@dataclass(frozen=True)
class Library:
    """What there is to build.

    `entries` are built, newest first; `scheduled` and `drafts` are not (in a preview, drafts are
    both). `translations` groups entries by the id of their original, `syndication` says where else
    they stand.
    """

    content: Path
    site: Site
    at: datetime.datetime
    preview: bool
    entries: tuple[Entry, ...]
    scheduled: tuple[Entry, ...]
    drafts: tuple[Entry, ...]
    products: Mapping[str, Product]
    magnets: Mapping[str, Magnet]
    terms: tuple[Term, ...]
    translations: Mapping[str, tuple[Entry, ...]]
    by_source: Mapping[str, Entry] = field(default_factory=dict)
    by_url: Mapping[str, Entry] = field(default_factory=dict)
    syndication: Ledger = field(default_factory=Ledger)

    def posts(self, lang: str | None = None) -> list[Entry]:
        """Return the listed posts, newest first, of one language or of all."""
        return [e for e in self.entries if e.room == "post" and e.listed and lang in (None, e.lang)]

    def translations_of(self, entry: Entry) -> list[Entry]:
        """Return the same text in the other languages."""
        group = self.translations.get(_root(entry), ())
        return [each for each in group if each.source != entry.source]

    def offers_for(self, access: Iterable[str]) -> list[tuple[Product, Offer]]:
        """Return what is on sale and opens one of the access words, as products are shown."""
        words = set(access)
        return [
            (product, offer)
            for product in self.products.values()
            if product.status == "published" and words & set(product.sale.grants)
            for offer in product.sale.offers
        ]

    @property
    def next(self) -> datetime.datetime | None:
        """Return when the next scheduled entry is due."""
        return min((e.date for e in self.scheduled if e.date), default=None)


class Claims:
    """Who writes which path of the site; two for one path are an error that names both."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.owners: dict[str, tuple[str, Place]] = {}

    def claim(self, path: str, owner: str, place: Place) -> None:
        """Take a path for an owner."""
        key = same(path)
        if key not in self.owners:
            self.owners[key] = (owner, place)
            return
        other, other_place = self.owners[key]
        self.problems.error(
            place,
            N_('"{path}" is also the address of {other} (give one of them another slug)'),
            path=path,
            other=str(other_place) if other_place.path else other,
        )

    def __contains__(self, path: str) -> bool:
        """Tell whether the site has this path."""
        return same(path) in self.owners


def load(
    content: Path, at: datetime.datetime, preview: bool, problems: Problems
) -> tuple[Library, Vault]:
    """Read a content folder; what is wrong is in `problems` afterwards."""
    site = load_site(content, problems)
    sources = list(read_sources(content, problems))
    unknown: dict[str, list[Place]] = defaultdict(list)
    vault: dict[str, Premium] = {}

    def read(room: Room, granted: Mapping[str, object]) -> list[Entry]:
        return [
            read_entry(room, path, source, site, granted, vault, unknown, problems)
            for kind, path, source in sources
            if kind == room
        ]

    pages = read("product", {})
    granted = {word: None for page in pages if page.sale for word in page.sale.grants}
    texts = [*pages, *read("page", granted), *read("post", granted), *read("magnet", granted)]
    entries = completed(texts)
    _warn_of_unknown_fields(unknown, problems)
    _check_ids(entries, problems)
    products = _products(pages, preview, problems)
    _check_offers(products, problems)
    _check_adopted(pages, problems)
    translations = _translations(entries, problems)
    entries.sort(key=lambda e: e.source)
    entries.sort(key=newest, reverse=True)
    drafts = [e for e in entries if e.status == "draft"]
    scheduled = [e for e in entries if e.status != "draft" and e.date and e.date > at]
    late = {e.source for e in scheduled}
    magnets = magnets_of(entries, site, preview=preview)
    given = {page.source for magnet in magnets.values() for page in magnet.pages.values()}
    built = tuple(
        e
        for e in entries
        if e.source not in late
        and (preview or e.status != "draft")
        and (not e.gift or e.source in given)
    )
    sources_built = {e.source for e in built}
    Checks(content, entries, magnets, built, problems).run(site, vault)
    library = Library(
        content=content,
        site=site,
        at=at,
        preview=preview,
        entries=built,
        scheduled=tuple(scheduled),
        drafts=tuple(drafts),
        products=products,
        magnets=magnets,
        terms=tuple(terms_of(built, site, problems)),
        translations={
            root: tuple(e for e in group if e.source in sources_built)
            for root, group in translations.items()
        },
        by_source={e.source: e for e in entries},
        by_url={same(e.url): e for e in entries},
        syndication=load_ledger(content, [e.id for e in entries if _space(e) == "text"], problems),
    )
    _warn_of_undated(library, problems)
    _warn_of_unsold(library, problems)
    return library, vault


def newest(entry: Entry) -> tuple[object, ...]:
    """Return the key by which the newest comes last; undated ones come before all dated."""
    return (entry.date is not None, entry.date or _NEVER, entry.order)


def claim_entries(library: Library, claims: Claims) -> None:
    """Claim the addresses of all entries and their aliases."""
    for entry in sorted(library.entries, key=lambda e: e.source):
        claims.claim(entry.url, entry.source, entry.place("slug"))
    for entry in sorted(library.entries, key=lambda e: e.source):
        for alias in entry.aliases:
            claims.claim(alias, entry.source, entry.place("aliases"))


def _root(entry: Entry) -> str:
    return f"{_space(entry)}:{entry.translation_of or entry.id}"


def _space(entry: Entry) -> str:
    """Return in which space an id stands: products and lead magnets have their own."""
    return entry.room if entry.room in ("product", "magnet") else "text"


def _check_ids(entries: list[Entry], problems: Problems) -> None:
    seen: dict[tuple[str, str], Entry] = {}
    for entry in sorted(entries, key=lambda e: e.source):
        if entry.translation_of and _space(entry) != "text":
            continue
        other = seen.setdefault((_space(entry), same(entry.id)), entry)
        if other is not entry:
            problems.error(
                entry.place("id"),
                N_('id "{id}" is also that of {other} (write another "id:" into one of them)'),
                id=entry.id,
                other=other.source,
            )


def _products(pages: list[Entry], preview: bool, problems: Problems) -> dict[str, Product]:
    originals = {page.id: page for page in pages if page.sale}
    texts: dict[str, dict[str, Entry]] = {
        name: {page.lang: page} for name, page in originals.items()
    }
    for page in pages:
        if page.translation_of and page.translation_of in originals:
            texts[page.translation_of].setdefault(page.lang, page)
    return {
        name: Product(name, page.sale, page.status, texts[name])
        for name, page in sorted(originals.items(), key=lambda item: _shelf(item[1]))
        if page.sale and (preview or page.status != "draft")
    }


def _shelf(page: Entry) -> tuple[int, tuple[object, ...]]:
    """Return the order in which products are shown: by kind, then by file name."""
    kind = page.sale.kind if page.sale else ""
    return PRODUCT_KINDS.index(kind) if kind in PRODUCT_KINDS else 0, page.order


def _check_offers(products: Mapping[str, Product], problems: Problems) -> None:
    seen: dict[str, Entry] = {}
    for product in products.values():
        page = product.page("")
        for offer in product.sale.offers:
            other = seen.setdefault(same(offer.id), page)
            if other is not page or sum(o.id == offer.id for o in product.sale.offers) > 1:
                problems.error(
                    page.place("offers"),
                    N_('offer id "{id}" is also in {other} (every offer has an id of its own)'),
                    id=offer.id,
                    other=other.source,
                )
        if product.status == "published" and not product.sale.offers:
            problems.warn(
                page.place(), N_('product "{id}" has no offer: nobody can buy it'), id=product.id
            )


def _check_adopted(pages: list[Entry], problems: Problems) -> None:
    """Refuse an id of the payment provider that two products claim: nobody knew whose it is."""
    owners: dict[str, Entry] = {}
    for page in sorted(pages, key=lambda e: e.source):
        for name in page.sale.adopts if page.sale else ():
            other = owners.setdefault(name, page)
            if other is not page:
                problems.error(
                    page.place("adopts"),
                    N_('"{id}" is also adopted by {other} (take it away from one of them)'),
                    id=name,
                    other=other.source,
                )


def _translations(entries: list[Entry], problems: Problems) -> dict[str, tuple[Entry, ...]]:
    roots = {_root(e): e for e in entries if not e.translation_of}
    groups: dict[str, list[Entry]] = {root: [entry] for root, entry in roots.items()}
    for entry in sorted(entries, key=lambda e: e.source):
        if not entry.translation_of:
            continue
        original = roots.get(_root(entry))
        if original is None:
            problems.error(
                entry.place("translation_of"),
                N_(
                    'translation_of "{id}" is the id of no original (ids stand in its front matter)'
                ),
                id=entry.translation_of,
            )
            continue
        twin = next((e for e in groups[_root(entry)] if e.lang == entry.lang), None)
        if twin:
            problems.error(
                entry.place("translation_of"),
                N_('{other} is already the text in "{lang}" (set "lang:" of one of them)'),
                other=twin.source,
                lang=entry.lang,
            )
        if set(original.access) != set(entry.access):
            problems.error(
                entry.place("access"),
                N_(
                    'access "{here}" differs from "{there}" of its translation {other}'
                    " (make them the same)"
                ),
                here=", ".join(entry.access),
                there=", ".join(original.access),
                other=original.source,
            )
        groups[_root(entry)].append(entry)
    return {root: tuple(group) for root, group in groups.items()}


def _warn_of_unknown_fields(unknown: Mapping[str, list[Place]], problems: Problems) -> None:
    for name, places in sorted(unknown.items()):
        first = min(places)
        if len(places) == 1:
            problems.warn(first, N_('unknown field "{name}" is passed over'), name=name)
        else:
            problems.warn(
                first,
                N_(
                    'unknown field "{name}" is passed over, here and elsewhere'
                    " ({count} files in all)"
                ),
                name=name,
                count=len(places),
            )


def _warn_of_undated(library: Library, problems: Problems) -> None:
    undated = [e for e in library.posts() if e.date is None]
    if undated:
        problems.warn(
            Place(),
            N_('posts without a date: {count}, sorted by file name (write "date: 2024-05-01")'),
            count=len(undated),
        )


def _warn_of_unsold(library: Library, problems: Problems) -> None:
    for entry in library.entries:
        words = set(entry.access) - {"public"}
        if words and "subscribers" not in words and not library.offers_for(words):
            problems.warn(
                entry.place("access"),
                N_('nothing on sale opens access "{access}"'),
                access=", ".join(entry.access),
            )
