"""Which feeds a site has, and where: pages link to them, the feed plugin writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugins.model.entries import Entry
from plugins.model.library import Library
from plugins.model.terms import Term

LATEST = 20
# Entries an archive document holds. Only full ones are written, so they never change when posts
# are added, and what is in none yet is always among the latest: hence no more than LATEST.
CHUNK = 20


@dataclass(frozen=True)
class Feed:
    """One feed in its formats; `json` and `archives` only for the site and each language.

    `lang` is "" for the feed of all languages.
    """

    lang: str
    home: str
    entries: tuple[Entry, ...]
    base: str
    whole: bool
    term: Term | None = None

    @property
    def rss(self) -> str:
        """Return the path of the RSS document."""
        return f"{self.base}rss.xml"

    @property
    def atom(self) -> str:
        """Return the path of the Atom document."""
        return f"{self.base}atom.xml"

    @property
    def json(self) -> str:
        """Return the path of the JSON Feed, "" where there is none."""
        return f"{self.base}feed.json" if self.whole else ""

    @property
    def archives(self) -> int:
        """Return how many archive documents there are, none while the latest are all there is."""
        count = len(self.entries)
        return count // CHUNK if self.whole and count > LATEST else 0

    def archive(self, number: int) -> str:
        """Return the path of an archive document, counted from the oldest, from 1."""
        return f"{self.base}archive-{number}.xml"

    @property
    def paths(self) -> list[str]:
        """Return every path that the feed takes."""
        own = [self.rss, self.atom, *([self.json] if self.json else [])]
        return own + [self.archive(n) for n in range(1, self.archives + 1)]


def plan(library: Library) -> Iterator[Feed]:
    """Yield every feed: of the site, of each language where there are several, of each term."""
    languages = library.site.languages
    everything = tuple(library.posts())
    yield Feed("" if len(languages) > 1 else languages[0].code, "/", everything, "/feeds/", True)
    for language in languages if len(languages) > 1 else ():
        posts = tuple(library.posts(language.code))
        folder = language.code.split("-")[0].lower()
        yield Feed(language.code, language.home, posts, f"/feeds/{folder}/", True)
    for term in library.terms:
        if term.kind != "series":
            yield Feed(term.lang, term.url, term.entries, f"{term.url}feed/", False, term)


def offered(feeds: list[Feed], lang: str) -> Feed:
    """Return the one feed that a page in a language offers."""
    return next((f for f in feeds if f.whole and f.lang == lang), feeds[0])
