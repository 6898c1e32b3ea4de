"""What was behind the paywall when it was last part of the site, and is no part of it today.

A post that was gated and then taken away, or that the live release is too old to have (it was
brought back itself), is still paid for: an older release must not bring back how it was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from publish.contract.manifest import Manifest, Product
from publish.deploy import stored
from publish.deploy.local import gated
from publish.deploy.places import Places
from publish.deploy.regating import Whole, premium_paths
from publish.deploy.release import Release


def withdrawn(
    old: Whole, today: Whole, kept: Iterable[Release], places: Places
) -> tuple[Whole, ...]:
    """Return releases that are kept, cut down to what of them is paid for still.

    What was opened again, or was older than `old` has it, is not among it.

    Raises:
        Failure: one of them cannot be read.
        Refused, Unreachable: see `Objects.get`.

    """
    # Another version of the manifest cannot be read: the service of today has nothing of it.
    later = [
        each
        for each in kept
        if each.id not in (old.release.id, today.release.id)
        and each.at >= old.release.at
        and each.manifest_version == today.release.manifest_version
    ]
    decided = {*today.manifest.posts, *today.manifest.products}
    found = []
    for each in sorted(later, key=lambda release: (release.at, release.id), reverse=True):
        told = stored.manifest(each, places)
        whole = _cut(Whole(each, told), decided)
        decided |= told.posts.keys() | told.products.keys()
        if whole.manifest.posts or whole.manifest.products:
            found.append(whole)
    return tuple(found)


def _cut(whole: Whole, decided: Collection[str]) -> Whole:
    """Return of a release what has a premium part, but what is decided elsewhere."""
    told = whole.manifest
    posts = {
        each: post for each, post in told.posts.items() if post.premium and each not in decided
    }
    products = {
        each: product
        for each, product in told.products.items()
        if each not in decided and any(text.premium for text in product.texts.values())
    }
    manifest = replace(told, posts=posts, products=products)
    private = {path: whole.release.private[path] for path in _paths(manifest)}
    return Whole(replace(whole.release, private=private, gated=gated(manifest)), manifest)


def _paths(manifest: Manifest) -> list[str]:
    products: Mapping[str, Product] = manifest.products
    parts = [post.premium for post in manifest.posts.values()]
    parts += [text.premium for each in products.values() for text in each.texts.values()]
    return [path for part in parts for path in premium_paths(part)]
