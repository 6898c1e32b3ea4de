"""Where each path of a release stands, told in few bytes: a base layer and what departs from it.

The edge has ten kilobytes and cannot ask what exists. So a path without an entry stands in the
base, and an entry is six characters: five of a hash of the path, one for its layer. Whoever writes
the entries knows every path there is and takes a salt with which none is mistaken for another.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from publish.deploy import headers
from publish.deploy.release import ROOT, SHARED, Placed, PublicPiece

MOST_LAYERS = 40
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_GONE = "-"
_HASH = 5
ENTRY = _HASH + 1
"""Bytes an override takes in the code of the edge."""
_SALT = 6


@dataclass(frozen=True)
class Overrides:
    """What the edge knows of paths: `packed` entries, the `salt` of their hashes.

    `bare` are the files whose names have no ending: without knowing, the edge would take them for
    folders.
    """

    salt: str = ""
    packed: str = ""
    bare: tuple[str, ...] = ()


NOWHERE = Overrides()


def is_shared(piece: PublicPiece) -> bool:
    """Tell whether a piece is named after its bytes, so that one copy serves all releases."""
    return headers.fingerprint(piece.path) == piece.hash[:8]


def layered(public: Mapping[str, Placed]) -> Iterator[str]:
    """Yield the paths that stand in a layer, not under a key of their own."""
    return (path for path, placed in public.items() if placed.layer not in (SHARED, ROOT))


def signs(
    public: Mapping[str, Placed], layers: Sequence[str], gone: Iterable[str]
) -> dict[str, str]:
    """Return each path that is not simply in the base, with the sign of its layer."""
    digit = dict(zip(layers, _DIGITS, strict=False))
    found = dict.fromkeys(gone, _GONE)
    for path in layered(public):
        layer = public[path].layer
        if layer != layers[0] or headers.fingerprinted(path):  # else it would be asked of shared/
            found[path] = digit[layer]
    return found


def overrides(signs: Mapping[str, str], known: Iterable[str], public: Iterable[str]) -> Overrides:
    """Return the overrides as the edge has them; none of the `known` paths meets a wrong one."""
    others = frozenset(known).difference(signs)
    for number in count():
        salt = str(number)
        told = {hashed(salt, path): sign for path, sign in signs.items()}
        if len(told) == len(signs) and not any(hashed(salt, path) in told for path in others):
            break
    packed = "".join(each + told[each] for each in sorted(told))
    return Overrides(salt, packed, tuple(sorted(filter(_is_bare, public))))


def hashed(salt: str, path: str) -> str:
    """Return the hash by which the edge knows a path."""
    digest = hashlib.md5((salt + path).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest[:4]).decode()[:_HASH]


def needed(entries: int, public: Iterable[str]) -> int:
    """Return how many bytes so many entries and the bare ones of these paths take, at most."""
    bare = sum(len(json.dumps(path)) + 1 for path in public if _is_bare(path))
    return entries * ENTRY + bare + _SALT


def _is_bare(path: str) -> bool:
    return "." not in path.rpartition("/")[2]
