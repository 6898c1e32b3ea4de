"""A post as a thread: everything that its gist has, at the ends of sentences, numbered n/m."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.snippets.cutting import packed
from plugins.snippets.short.bounds import BETWEEN, Bounds, parted
from plugins.snippets.short.retreat import Draft

_LEAST_POINTS = 3
_WIDEST = 99


def thread(draft: Draft, bounds: Bounds) -> list[str]:
    """Return the numbered posts of a thread, or nothing where one post says as much."""

    def fits(text: str, number: int, total: int) -> bool:
        # All digits count alike: a thread that is packed anew is not counted anew.
        return bounds.fits(numbered(text, _widest(number), _widest(total)))

    most = bounds.limit("parts").most
    for count in range(len(draft.points), _LEAST_POINTS - 1, -1):
        posts = packed(_parts(draft, count, bounds), fits)
        if posts is None or len(posts) < 2:
            return []
        if not most or len(posts) <= most:
            return [numbered(text, n, len(posts)) for n, text in enumerate(posts, 1)]
    return []


def numbered(text: str, number: int, total: int) -> str:
    """Return a post of a thread with its number."""
    return f"{text}{BETWEEN}{number}/{total}"


def _widest(number: int) -> int:
    return int("9" * len(str(number)))


def _parts(draft: Draft, count: int, bounds: Bounds) -> Sequence[str]:
    """Return sentences as they are packed; the last one stays with the way to the post."""
    paragraphs = [parted(each) for each in (*draft.opening, *draft.points[:count])]
    found = [part for each in paragraphs for part in (*each[:-1], each[-1].rstrip() + BETWEEN)]
    if draft.ending and bounds.fits(numbered(found[-1] + draft.ending, _WIDEST, _WIDEST)):
        return [*found[:-1], found[-1] + draft.ending]
    return [*found, draft.ending]
