"""What already stands in a bucket, asked for with as few requests as it takes."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from publish.deploy.buckets import LAYERS
from publish.deploy.plans import Plan
from publish.deploy.ports import Listed, Objects
from publish.deploy.release import SHARED, Placed

_FEW = 12
_PAGE = 1000
"""Objects of one answer to a listing."""
_PIECE = 1024 * 1024
_MD5 = re.compile("[0-9a-f]{32}")


def layer_prefix(layer: str) -> str:
    """Return below which prefix of the site bucket a layer stands."""
    return f"{SHARED}/" if layer == SHARED else f"{LAYERS}{layer}/"


def by_prefix(pieces: Iterable[Placed]) -> Iterable[tuple[str, list[Placed]]]:
    """Return public pieces with the prefix below which they stand, none of them the error page."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for each in pieces:
        found[layer_prefix(each.layer)].append(each)
    return found.items()


def below(plan: Plan, prefix: str) -> int:
    """Return about how many objects stand below a prefix of the site bucket.

    In the new layer those that are sent, and nothing else; elsewhere as many as the release has.
    """
    return 0 if prefix == layer_prefix(plan.release.id) else len(plan.release.public)


def standing(objects: Objects, prefix: str, keys: Collection[str], total: int) -> dict[str, Listed]:
    """Return those of some keys below a prefix that stand there.

    `total` says about how many objects stand there: it decides whether a few keys are looked for
    one by one, or all are listed.

    Raises:
        Refused, Unreachable: see `Objects.list`.

    """
    if total > len(keys) <= max(_FEW, total // _PAGE):
        found = (next(iter(objects.list(key)), None) for key in keys)
        return {each.key: each for each in found if each and each.key in keys}
    return {each.key: each for each in objects.list(prefix) if each.key in keys}


def same(found: Listed, size: int, tag: str = "") -> bool:
    """Tell whether what stands there is what was meant, as far as a listing can tell.

    The MD5 `tag` ("" for unknown) counts where the listing has one: that of an object that was
    sent in parts is none.
    """
    return found.bytes == size and (not tag or not is_md5(found.tag) or found.tag == tag)


def is_md5(tag: str) -> bool:
    """Tell whether a tag is an MD5."""
    return bool(_MD5.fullmatch(tag))


def md5(source: bytes | Path) -> str:
    """Return the MD5 of what an object is written from.

    Raises:
        OSError: the file cannot be read any more.

    """
    if isinstance(source, bytes):
        return hashlib.md5(source, usedforsecurity=False).hexdigest()
    digest = hashlib.md5(usedforsecurity=False)
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
