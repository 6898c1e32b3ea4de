"""A build with finished texts, as the feed and head plugins get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugins.model import feeds, listings
from plugins.model.moments import Build
from tests.plugins.creator import SITE, read


@dataclass(frozen=True)
class Finished:
    """A finished text."""

    feed_html: str = "<p>Text</p>"
    summary: str = "Text"
    author_name: str = "Lin"
    cover_url: str = ""


def build(
    folder: Path,
    files: Mapping[str, str],
    texts: Mapping[str, Finished] | None = None,
    site: str = SITE,
) -> Build:
    """Read a folder and return a build of it, into `public` beside it."""
    library = read(folder / "content", files, site=site).library
    known = texts or {}
    return Build(
        library=library,
        url=library.site.url,
        public=folder / "public",
        texts={e.source: known.get(e.source, Finished()) for e in library.entries},
        listings=list(listings.plan(library)),
        feeds=list(feeds.plan(library)),
        progress=lambda step, done, total: None,
    )


def posts(count: int, more: str = "") -> dict[str, str]:
    """Return dated posts, the first the oldest."""
    days = [f"2024-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in range(count)]
    return {
        f"posts/p{n}.md": f"---\ntitle: P{n}\ndate: {day}\n{more}---\nText"
        for n, day in enumerate(days)
    }


def written(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    return {
        place.relative_to(folder).as_posix(): place.read_bytes()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }
