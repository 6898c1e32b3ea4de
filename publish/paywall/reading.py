"""Reading: hands out finished premium pieces to those who may have them, and says why not.

Two reads of the store (session, grants) decide; nothing is written, nothing heavy is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from publish.contract.manifest import (
    Manifest,
    Offer,
    Post,
    Premium,
    PrivateFile,
    Product,
    ProductText,
)
from publish.paywall import http, ledgers, rights
from publish.paywall.http import Response
from publish.paywall.payments import catalogue
from publish.paywall.releases import Release
from publish.paywall.rights import Right
from publish.paywall.visit import Visit

Kind: TypeAlias = Literal["fragment", "page"]
State: TypeAlias = Literal["locked", "expired", "held", "pending"]
LARGE = 4_000_000
"""A function may answer six million bytes, and base64 makes four of three."""
_SECONDS = 300
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HASH = re.compile(r"\.[0-9a-f]{8}(?=\.[^.]+$)")
_SHOWN = ("image/", "audio/", "video/")
_LOCKED_DOWN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Subject:
    """Something with a premium piece: a post, or a product in one language (then `product`)."""

    access: tuple[str, ...]
    premium: Premium
    url: str
    offers: tuple[str, ...]
    product: str = ""


# ---- what is asked for ------------------------------------------------------------------------


def fragment(visit: Visit, rest: str) -> Response:
    """Answer with the piece that unlocks in place."""
    return _piece(visit, rest, "fragment")


def page(visit: Visit, rest: str) -> Response:
    """Answer with the whole page, for readers without JavaScript."""
    return _piece(visit, rest, "page")


def _piece(visit: Visit, rest: str, kind: Kind) -> Response:
    key = decoded(rest)
    subject = find(visit.release.manifest, key, visit.lang) if key else None
    if subject is None:
        return visit.say("nothing-here", 410)
    if not may_read(subject, visit.release.manifest, visit.held, _confirmed(visit)):
        return _locked(visit, subject)
    premium = subject.premium
    return Response(200, visit.release.read(premium.page if kind == "page" else premium.fragment))


def file(visit: Visit, rest: str) -> Response:
    """Answer with a premium image or file, to a session or to the key of a private feed."""
    path = decoded(rest)
    found = _files(visit.release).get(path) if path else None
    if found is None:
        return visit.say("nothing-here", 410)
    subject, wanted = found
    key = visit.request.asks.get("key", "") if _in_feeds(subject, wanted) else ""
    if not _may_have(visit, subject, key):
        return _locked(visit, subject)
    return sent(visit.release, wanted, attached=not wanted.type.startswith(_SHOWN))


def decoded(rest: str) -> str:
    """Return an id or a file's path out of an address, "" for one that plays tricks.

    It is decoded once; what still looks encoded, climbs, or has an empty part names nothing.
    """
    if _ESCAPE.search(rest):
        return ""
    try:
        path = unquote_to_bytes(rest).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    odd = any(ord(each) < 32 or ord(each) == 127 or each == "\\" for each in path)
    if odd or any(part in ("", ".", "..") for part in path.split("/")):
        return ""
    return path


def find(manifest: Manifest, key: str, lang: str) -> Subject | None:
    """Return the post of an id, else the product in a language, None unless it holds a premium."""
    if key in manifest.posts:
        return _of_post(manifest.posts[key])
    product = manifest.products.get(key)
    return _of_product(key, product, lang) if product else None


def _of_post(post: Post) -> Subject | None:
    if post.premium is None:
        return None
    return Subject(post.access, post.premium, post.url, post.offers)


def _of_product(key: str, product: Product, lang: str) -> Subject | None:
    text = product.text(lang)
    if text is None or text.premium is None:
        return None
    offers = product.offers if product.status == "published" else ()
    return Subject((), text.premium, text.url, tuple(each.id for each in offers), key)


# ---- who may ----------------------------------------------------------------------------------


def may_read(
    subject: Subject, manifest: Manifest, held: Mapping[str, Right], confirmed: bool
) -> bool:
    """Tell whether somebody with these rights may have the premium piece: the one check of all.

    What a product keeps for its owners is also for those of a bundle that grants all it does.
    """
    if not subject.product:
        return rights.may_read(subject.access, rights.open_words(held, manifest), confirmed)
    return any(right.open for right in _opening(subject, manifest, held))


def _opening(subject: Subject, manifest: Manifest, held: Mapping[str, Right]) -> list[Right]:
    """Return the rights that open something as long as they are open themselves."""
    products, words = manifest.products, set(subject.access)
    own = set(products[subject.product].grants) if subject.product else set()
    return [
        right
        for key, right in held.items()
        if key in products
        and (
            key == subject.product
            or bool(words & set(products[key].grants))
            or (products[key].kind == "bundle" and bool(own) and own <= set(products[key].grants))
        )
    ]


def state_of(subject: Subject, manifest: Manifest, held: Mapping[str, Right]) -> State:
    """Return why something is closed."""
    concerned = _opening(subject, manifest, held)
    if any(right.pending for right in concerned):
        return "pending"
    if any(right.held for right in concerned):
        return "held"
    return "expired" if concerned else "locked"


def _confirmed(visit: Visit) -> bool:
    return visit.someone is not None and bool(visit.someone.confirmed)


def _in_feeds(subject: Subject, wanted: PrivateFile) -> bool:
    """Tell whether private feeds show a file: their keys, which travel, open nothing else."""
    return not subject.product and wanted.type.startswith(_SHOWN)


def _may_have(visit: Visit, subject: Subject, key: str) -> bool:
    """Tell whether a file may be had: by who is signed in, else by the key in a feed's address."""
    manifest = visit.release.manifest
    if may_read(subject, manifest, visit.held, _confirmed(visit)):
        return True
    if not key:
        return False
    from publish.paywall import private_feeds

    reader = private_feeds.check(visit, key)
    if reader is None:
        return False
    held = rights.rights(ledgers.of(visit.world.store, reader.id), visit.now)
    return may_read(subject, manifest, held, bool(reader.confirmed))


# ---- answers ----------------------------------------------------------------------------------


def _locked(visit: Visit, subject: Subject) -> Response:
    """Say why it is closed and what opens it."""
    state = state_of(subject, visit.release.manifest, visit.held)
    free = "subscribers" in subject.access
    code = "locked-subscribers" if free and state == "locked" else state
    head = (("Ink-State", state),)
    if visit.request.wants_json:
        _, message = visit.words.messages[code]
        told = {
            "error": {"code": code, "message": message},
            "state": state,
            "offers": _offers(visit, subject),
        }
        return replace(http.json_answer(told, 402), headers=head)
    said = visit.say(code, 402, f"{subject.url}#ink-paywall", "To the offers")
    return replace(said, headers=head)


def _offers(visit: Visit, subject: Subject) -> list[dict[str, Any]]:
    """Return what opens it, in the order in which its page shows it."""
    sold = (catalogue.find_offer(visit.release.manifest, key) for key in subject.offers)
    return [
        _offer(text, offer)
        for _, product, offer in filter(None, sold)
        if (text := product.text(visit.lang))
    ]


def _offer(text: ProductText, offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "product": text.title,
        "url": text.url,
        "prices": dict(offer.prices),
        "every": offer.every,
        "days": offer.days,
    }


@lru_cache(maxsize=4)
def _files(release: Release) -> Mapping[str, tuple[Subject, PrivateFile]]:
    """Return every premium file of a release by its decoded address below /api/files/."""
    manifest = release.manifest
    subjects = [_of_post(post) for post in manifest.posts.values()]
    for key, product in manifest.products.items():
        subjects += [_of_product(key, product, lang) for lang in product.texts]
    return {
        decoded(each.url.removeprefix("/api/files/")): (subject, each)
        for subject in subjects
        if subject
        for each in subject.premium.files
    }


def name_of(file: PrivateFile) -> str:
    """Return the name of a file as its reader knows it, without the hash of its bytes."""
    return _HASH.sub("", file.path.rpartition("/")[2])


def sent(release: Release, wanted: PrivateFile, *, attached: bool) -> Response:
    """Answer with a file, or with where a large one lies; `attached` is to be kept, not shown."""
    name = name_of(wanted)
    if wanted.bytes > LARGE:
        address = release.address(wanted.path, _SECONDS, name, wanted.type)
        if address:
            return Response(302, headers=(("Location", address),))
    headers: tuple[tuple[str, str], ...] = (("Content-Security-Policy", _LOCKED_DOWN),)
    if attached:
        headers += (
            ("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name, safe='')}"),
        )
    return Response(200, release.read(wanted.path), wanted.type, headers=headers)
