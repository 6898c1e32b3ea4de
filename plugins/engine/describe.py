"""Write the manifest: what the finished generation says of itself."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from plugins.engine.assemble import Behind, private_folder
from plugins.engine.desk import Desk
from plugins.engine.preparing import Given, Shelf
from plugins.engine.views import MagnetView
from plugins.model.entries import Entry
from plugins.model.library import Library
from plugins.model.slugs import quoted
from publish.contract import manifest as contract


def engine_version() -> str:
    """Return the version of the engine."""
    try:
        return version("inkstead")
    except PackageNotFoundError:
        return "0"


def describe(
    library: Library,
    premium: Mapping[str, Behind],
    desk: Desk,
    shelf: Shelf,
    hashes: Mapping[str, str],
) -> contract.Manifest:
    """Return the manifest of a generation; `hashes` are those of its public files."""
    return contract.Manifest(
        built_at=stamp(library.at),
        engine=engine_version(),
        preview=library.preview,
        site=_site(library, desk),
        posts={
            entry.id: _post(entry, library, premium)
            for entry in sorted(library.entries, key=lambda e: e.id)
            if entry.room in ("post", "page")
        },
        products=_products(library, premium),
        pages=shelf.pages,
        mails=shelf.mails,
        feeds=shelf.feeds,
        magnets=_magnets(library, desk, shelf),
        letters=desk.letters(),
        disposable=shelf.disposable,
        files={f"public/{path}": name for path, name in hashes.items()},
        next=stamp(library.next),
    )


def stamp(when: datetime.datetime | None) -> str:
    """Return a time as manifests write it, "" for none."""
    return when.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""


def _site(library: Library, desk: Desk) -> contract.Site:
    site = library.site
    return contract.Site(
        url=desk.url,
        time_zone=site.time_zone,
        languages=tuple(
            contract.Language(
                code=language.code,
                home=language.home,
                title=language.title,
                author=language.author.name,
                seller=language.legal.seller or language.author.name,
                address=language.legal.address,
                email=language.legal.email or language.author.email,
                terms=desk.sites[language.code].legal.terms,
                privacy=desk.sites[language.code].legal.privacy,
                refund=desk.sites[language.code].legal.refund,
                currencies=desk.currencies(language.code),
            )
            for language in site.languages
        ),
        mail_from=site.mail.sender,
        mail_reply_to=site.mail.reply_to,
    )


def _post(entry: Entry, library: Library, premium: Mapping[str, Behind]) -> contract.Post:
    words = set(entry.access) - {"public"}
    return contract.Post(
        url=quoted(entry.url),
        lang=entry.lang,
        title=entry.title,
        access=entry.access,
        status=entry.status,
        kind=entry.kind,
        date=stamp(entry.date),
        updated=stamp(entry.updated),
        hash=hashlib.sha256(entry.text.encode()).hexdigest(),
        translations={e.lang: e.id for e in library.translations_of(entry)},
        offers=tuple(offer.id for _, offer in library.offers_for(words)),
        premium=_premium(entry, premium.get(entry.source)),
    )


def _products(library: Library, premium: Mapping[str, Behind]) -> dict[str, contract.Product]:
    built = {entry.source for entry in library.entries}
    return {
        product.id: contract.Product(
            kind=product.sale.kind,
            grants=product.sale.grants,
            status=product.status,
            refund_days=product.sale.refund_days,
            offers=tuple(
                contract.Offer(offer.id, dict(offer.prices), offer.every, offer.days, offer.trial)
                for offer in product.sale.offers
            ),
            texts={
                lang: contract.ProductText(
                    title=page.title,
                    summary=page.summary,
                    url=quoted(page.url),
                    premium=_premium(page, premium.get(page.source)),
                )
                for lang, page in sorted(product.pages.items())
                if page.source in built
            },
            adopts=product.sale.adopts,
        )
        for product in library.products.values()
    }


def _magnets(library: Library, desk: Desk, shelf: Shelf) -> dict[str, contract.Magnet]:
    return {
        magnet.id: contract.Magnet(
            status="retired" if magnet.status == "retired" else "published",
            way=magnet.gift.way,
            texts={
                lang: _magnet_text(desk.magnet(magnet, lang), page, given)
                for (lang, page), given in zip(
                    magnet.pages.items(), shelf.magnets[magnet.id].values(), strict=True
                )
            },
            tags=magnet.gift.tags,
            letters=magnet.letters,
            name=magnet.gift.name,
        )
        for magnet in library.magnets.values()
    }


def _magnet_text(view: MagnetView, page: Entry, given: Given) -> contract.MagnetText:
    return contract.MagnetText(
        title=view.title,
        promise=view.promise,
        url=view.url,
        consent=view.consent,
        page=given.page,
        mail=given.mail,
        files=given.files,
        post=page.gift.post if page.gift else "",
    )


def _premium(entry: Entry, behind: Behind | None) -> contract.Premium | None:
    if behind is None:
        return None
    folder = private_folder(entry)
    return contract.Premium(
        fragment=f"{folder}/fragment.html",
        page=f"{folder}/page.html",
        hash=hashlib.sha256(behind.html.encode()).hexdigest(),
        words=behind.facts.length.total,
        images=behind.facts.images,
        files=tuple(
            contract.PrivateFile(
                url=each.url,
                path=f"{folder}/{each.media.name}",
                type=each.type,
                bytes=len(each.media.data),
                hash=hashlib.sha256(each.media.data).hexdigest(),
            )
            for each in behind.files
        ),
    )
