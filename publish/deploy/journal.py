"""What a release still asks for once it is live, written down before: a kill loses none of it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from publish.contract.catalogue import N_
from publish.deploy.buckets import JOURNAL, PrivateBucket
from publish.deploy.locking import Lost
from publish.deploy.ports import Changed
from publish.deploy.release import PublicPiece
from publish.deploy.swapping import swap
from publish.trouble import Failure

VERSION = 1
_LISTS = ("sealed", "invalidate", "pings")
_PLAIN = ("release", "previous", "reference", "sweep")


@dataclass(frozen=True)
class ErrorPage:
    """The page for what is not there, with its bytes: it stands nowhere else before the flip."""

    piece: PublicPiece
    body: bytes


@dataclass(frozen=True)
class Journal:
    """What is to be done after the flip to `release`.

    `previous` was live before it and is not collected yet: edges far away may still serve it.
    `reference` is what an invalidation that is asked for twice is known by. `sealed`, `invalidate`
    and `pings` are those of the plan; `sweep` tells that more is to be collected than records name.
    """

    release: str
    previous: str
    reference: str
    sealed: tuple[str, ...] = ()
    invalidate: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()
    error_page: ErrorPage | None = None
    sweep: bool = False


Kept: TypeAlias = tuple[Journal | None, str]
"""A journal, None where nothing is left to do, and the tag of its object."""


def read(private: PrivateBucket) -> Kept:
    """Return what was left to do.

    Raises:
        Failure, Refused, Unreachable: see `look`.

    """
    told, tag, _ = look(private)
    return told, tag


def look(private: PrivateBucket) -> tuple[Journal | None, str, str]:
    """Return what was left to do, the tag, and the release for which everything was done.

    Raises:
        Failure: it cannot be read.
        Refused, Unreachable: see `Objects.get`.

    """
    found = private.find(JOURNAL)
    if not found:
        return None, "", ""
    try:
        told = json.loads(found.body)
        return _parse(told), found.tag, str(told.get("done", ""))
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise Failure(
            N_(
                '"{place}" is no journal of a publish: it is broken, or written by a newer version'
                " (update Inkstead and run it again)"
            ),
            place=f"{private.objects.name}/{JOURNAL}",
        ) from cause


def write(private: PrivateBucket, journal: Journal, tag: str) -> str:
    """Write down what is to be done over the journal with this tag; return its own tag.

    Raises:
        Lost: there is another one: somebody else has taken over.
        Refused, Unreachable: see `Objects.put_if`.

    """
    return _swap(private, _dump(journal), tag)


def close(private: PrivateBucket, release: str, tag: str) -> str:
    """Write down that everything is done for a release; return the tag.

    Raises:
        Lost: there is another one: somebody else has taken over.
        Refused, Unreachable: see `Objects.put_if`.

    """
    return _swap(private, json.dumps({"version": VERSION, "done": release}).encode(), tag)


def _swap(private: PrivateBucket, body: bytes, tag: str) -> str:
    try:
        return swap(private, JOURNAL, body, tag)
    except Changed as cause:
        raise Lost from cause


def _dump(journal: Journal) -> bytes:
    told: dict[str, Any] = {name: getattr(journal, name) for name in (*_LISTS, *_PLAIN)}
    if page := journal.error_page:
        told["error_page"] = [vars(page.piece), base64.b64encode(page.body).decode()]
    return json.dumps({"version": VERSION, **told}, ensure_ascii=False, sort_keys=True).encode()


def _parse(told: dict[str, Any]) -> Journal | None:
    if told["version"] != VERSION:
        raise ValueError(told["version"])
    if "done" in told:
        return None
    plain: dict[str, Any] = {name: told[name] for name in _PLAIN}
    plain |= {name: tuple(told[name]) for name in _LISTS}
    return Journal(**plain, error_page=_page(told.get("error_page")))


def _page(told: Any) -> ErrorPage | None:
    if told is None:
        return None
    piece, body = told
    return ErrorPage(PublicPiece(**piece), base64.b64decode(body))
