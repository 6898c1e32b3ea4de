"""An older release with everything taken from today that must not be public any more.

Pure: which paths those are is known here, who found them out is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import unquote

from publish.contract.manifest import Manifest, Post, Premium, Product, dump
from publish.deploy import layering
from publish.deploy.buckets import ERROR_PAGE
from publish.deploy.local import KEPT_ERROR_PAGE, MANIFEST, gated, private_piece
from publish.deploy.release import SHARED, Placed, PrivatePiece, Release, identity


@dataclass(frozen=True)
class Whole:
    """A release and its manifest."""

    release: Release
    manifest: Manifest


@dataclass(frozen=True)
class Taken:
    """What is taken from today: public paths, ids of posts and products, whether private feeds.

    `dropped` are the ids of posts that do not come back: their page is not public any more, and
    today has none of that id.
    """

    paths: Collection[str] = ()
    posts: Collection[str] = ()
    products: Collection[str] = ()
    dropped: Collection[str] = ()
    feeds: bool = False

    @property
    def nothing(self) -> bool:
        """Tell whether the older release can go live as it is."""
        return not (self.paths or self.posts or self.products or self.dropped or self.feeds)


@dataclass(frozen=True)
class Regated:
    """The merged release and the bytes of its own manifest."""

    release: Release
    manifest: bytes = field(repr=False)


Tainted: TypeAlias = Mapping[str, frozenset[str]]
"""Paths that must not be public, with the ids of today's posts whose words or files they hold."""


def taken(old: Whole, today: Whole, tainted: Tainted, *, feeds: bool) -> Taken:
    """Return what has to be taken from today where some public paths are tainted.

    A post that is gated today comes from today where the older release has it otherwise: not
    gated, for other readers, or with a tainted page. So does a product. A post that was renamed
    when it was gated comes back under its name of today.
    """
    paths = set(tainted)
    posts, dropped = set[str](), set[str]()
    paths.update(map(page_of, closed_since(old, today)))
    for each, post in old.manifest.posts.items():
        page = page_of(post.url)
        if page not in paths:
            continue
        if each in today.manifest.posts:
            posts.add(each)
        else:
            renamed = tainted.get(page, frozenset()) - old.manifest.posts.keys()
            posts |= renamed & today.manifest.posts.keys()
            dropped.add(each)
    products = {
        each
        for each, product in old.manifest.products.items()
        if (now := today.manifest.products.get(each))
        and (_sells_less_openly(product, now) or not paths.isdisjoint(_pages(product)))
    }
    paths.update(page for each in products for page in _pages(old.manifest.products[each]))
    return Taken(paths, posts, products, dropped, feeds)


def closed_since(old: Whole, today: Whole) -> set[str]:
    """Return the addresses of posts that are gated today and were open, or open to others."""
    return {
        post.url
        for each, post in old.manifest.posts.items()
        if _differs(post, today.manifest.posts.get(each))
    }


def page_of(url: str) -> str:
    """Return the public path of the page at an address of the manifest."""
    path = unquote(url).strip("/")
    return f"{path}/index.html" if path else "index.html"


def merge(old: Whole, today: Whole, what: Taken, now: str, bundle: str) -> Regated:
    """Return the older release with what is taken from today, as a release of its own."""
    manifest = _manifest(old.manifest, today.manifest, what)
    body = dump(manifest).encode()
    public = _public(old, today, what)
    private = {
        **old.release.private,
        **_private(manifest, today, what),
        MANIFEST: private_piece(MANIFEST, body),
    }
    used = {public[path].layer for path in layering.layered(public)}
    base, *others = dict.fromkeys((*old.release.layers, *today.release.layers))
    stood = {*layering.layered(old.release.public), *old.release.gone}
    made = replace(
        old.release,
        id=identity((each.piece for each in public.values()), private.values()),
        at=now,
        public=public,
        private=private,
        layers=(base, *(each for each in others if each in used)),
        gone=tuple(sorted(stood.difference(public))),
        bundle=bundle,
        based_on=old.release.based_on or old.release.id,
        gated=gated(manifest),
    )
    return Regated(made, body)


def gathered(release: Release) -> Release:
    """Return a release with all its pages in one layer of its own."""
    public = dict(release.public)
    for path in list(layering.layered(public)):
        public[path] = Placed(public[path].piece, release.id)
    return replace(release, public=public, layers=(release.id,), gone=())


def _differs(post: Post, now: Post | None) -> bool:
    """Tell whether a post that is gated today was open, or open to others, before."""
    if now is None or now.premium is None:
        return False
    return post.premium is None or set(post.access) != set(now.access)


def _sells_less_openly(product: Product, now: Product) -> bool:
    """Tell whether a page of a product has a part for its owners today and had none before."""
    return any(
        text.premium and not (lang in product.texts and product.texts[lang].premium)
        for lang, text in now.texts.items()
    )


def _pages(product: Product) -> set[str]:
    return {page_of(text.url) for text in product.texts.values()}


def _public(old: Whole, today: Whole, what: Taken) -> dict[str, Placed]:
    """Return the public pieces: from today what is taken, with the assets that it needs."""
    now = today.release.public
    pages = {page_of(today.manifest.posts[each].url) for each in what.posts}
    pages.update(page for each in what.products for page in _pages(today.manifest.products[each]))
    wanted = {*what.paths, *pages}
    found = {path: each for path, each in old.release.public.items() if path not in wanted}
    found |= {path: now[path] for path in wanted if path in now}
    assets = {path: each for path, each in now.items() if each.layer == SHARED}
    return dict(sorted({**assets, **found}.items()))


def _private(manifest: Manifest, today: Whole, what: Taken) -> dict[str, PrivatePiece]:
    """Return the private pieces of today that belong to what is taken."""
    paths = [path for each in what.posts for path in premium_paths(manifest.posts[each].premium)]
    for each, product in manifest.products.items():
        if product is today.manifest.products.get(each):
            paths += [
                path for text in product.texts.values() for path in premium_paths(text.premium)
            ]
    if what.feeds:
        paths += [path for kinds in manifest.feeds.values() for path in kinds.values()]
    if ERROR_PAGE in what.paths:
        paths.append(KEPT_ERROR_PAGE)
    now = today.release.private
    return {path: now[path] for path in paths if path in now}


def premium_paths(premium: Premium | None) -> list[str]:
    """Return the private paths of a premium part."""
    if premium is None:
        return []
    return [premium.fragment, premium.page, *(each.path for each in premium.files)]


def _manifest(old: Manifest, now: Manifest, what: Taken) -> Manifest:
    posts = {each: post for each, post in old.posts.items() if each not in what.dropped}
    posts |= {each: now.posts[each] for each in what.posts}
    known = posts.keys()
    posts = {
        each: replace(post, translations={k: v for k, v in post.translations.items() if v in known})
        for each, post in posts.items()
    }
    feeds = now.feeds if what.feeds else old.feeds
    return replace(old, posts=posts, products=_products(old, now, what), feeds=feeds)


def _products(old: Manifest, now: Manifest, what: Taken) -> dict[str, Product]:
    """Return the products: none of today is missing, and each opens what it opens today, too."""
    found = {**now.products, **old.products}
    offered = {offer for each in what.posts for offer in now.posts[each].offers}
    for each, product in now.products.items():
        before = found[each]
        known = {offer.id for offer in before.offers}
        needed = {offer.id for offer in product.offers} & offered
        if each in what.products or not needed <= known:
            found[each] = product
        else:
            grants = tuple(dict.fromkeys((*before.grants, *product.grants)))
            found[each] = replace(before, grants=grants)
    return found
