"""The moment of a build that our own plugins wait for, and what they get then.

Pelican's signals carry generators; what a site is made of beyond them is here: the library, the
list pages, the feeds, and where to write. Nothing premium is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from blinker import signal

from plugins.model.entries import Entry
from plugins.model.feeds import Feed
from plugins.model.library import Library
from plugins.model.listings import Listing
from plugins.model.slugs import quoted

# Sent with a Build when every plugin has had its say on the texts and before pages are written.
ready = signal("inkstead_ready")


class Text(Protocol):
    """What other plugins may ask of a finished text."""

    @property
    def feed_html(self) -> str:
        """Return the public HTML as feeds take it: no page furniture, a way on for gated posts."""

    @property
    def summary(self) -> str:
        """Return the plain summary."""

    @property
    def author_name(self) -> str:
        """Return who wrote it."""

    @property
    def cover_url(self) -> str:
        """Return the path of the cover, or ""."""


@dataclass
class Build:
    """One build under way; `public` is the staged folder, paths in it are the site's own."""

    library: Library
    url: str
    public: Path
    texts: Mapping[str, Text]
    listings: Sequence[Listing]
    feeds: Sequence[Feed]
    progress: Callable[[str, int, int], None]
    finish: list[Callable[[], None]] = field(default_factory=list)

    def text(self, entry: Entry) -> Text:
        """Return the finished text of an entry."""
        return self.texts[entry.source]

    def write(self, path: str, data: bytes) -> None:
        """Write a file of the public site.

        Raises:
            OSError: the file cannot be written.

        """
        place = self.public / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def absolute(self, path: str) -> str:
        """Return the address of a path of the site."""
        return self.url + quoted(path)
