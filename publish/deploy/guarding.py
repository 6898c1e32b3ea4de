"""What no publish does by itself: emptying a site, replacing one that it knows nothing of."""

from __future__ import annotations

from collections.abc import Collection

from publish.contract.catalogue import N_
from publish.deploy.release import SHARED, Local, Release
from publish.trouble import Failure

MOST_GONE = 256
"""More pages than these never go by themselves,"""
SHARE_GONE = 10
"""nor more than one in so many;"""
SMALL, FEW_GONE = 20, 10
"""but a site with fewer pages than the first may lose as many as the second."""


class GuardError(Failure):
    """A plan that is refused; `insist` is the word that allows it, "" where none does."""

    def __init__(self, message: str, insist: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.insist = insist


def check(local: Local, live: Release | None, standing: str, insist: Collection[str]) -> None:
    """Refuse what would take away more than a publish does, or what is not known.

    `standing` is the release that the edge names where its record cannot be read.

    Raises:
        GuardError: naming what it is, and the word that insists.

    """
    if "index.html" not in local.public:
        raise GuardError(
            N_("the finished site is empty or has no first page (build it again: inkstead build)")
        )
    if standing and live is None and "record" not in insist:
        raise GuardError(
            N_(
                'release "{release}" is live, but its record cannot be read, so nobody knows what'
                " would go (--insist record: publish everything anew)"
            ),
            "record",
            release=standing,
        )
    if live and "gone" not in insist:
        pages = {path for path, placed in live.public.items() if placed.layer != SHARED}
        check_gone(pages, local.public)


def check_gone(pages: Collection[str], kept: Collection[str]) -> None:
    """Refuse to take away more of the pages that stand than a mistake may.

    Raises:
        GuardError: too many of them are not kept.

    """
    gone = sorted(set(pages).difference(kept))
    free = FEW_GONE if len(pages) < SMALL else min(MOST_GONE, len(pages) // SHARE_GONE)
    if len(gone) > free:
        raise GuardError(
            N_(
                '{gone} of {all} pages and files would go, "{path}" among them'
                " (--insist gone: they are meant to)"
            ),
            "gone",
            gone=len(gone),
            all=len(pages),
            path=gone[0],
        )
