"""What an address in a text means: another text, a file beside it, or something elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from plugins.model.entries import Entry
from plugins.model.feeds import Feed
from plugins.model.library import Library
from plugins.model.listings import Listing
from plugins.model.slugs import quoted, same
from plugins.model.sources import ENDINGS

Kind = Literal["outside", "entry", "path", "file", "broken"]

_PELICAN = re.compile(r"^[{|](filename|static|attach)[|}]")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True)
class Meaning:
    """What was found: an entry's or a path's `url`, or a `file` relative to the content folder."""

    kind: Kind
    url: str = ""
    file: str = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Map:
    """All that can be linked to.

    `paths` are the addresses that the site has besides its entries, `is_file` tells whether a
    path relative to the content folder is a file.
    """

    by_source: Mapping[str, Entry]
    by_url: Mapping[str, Entry]
    by_name: Mapping[str, tuple[Entry, ...]]
    paths: Collection[str]
    is_file: Callable[[str], bool]


def map_of(library: Library, paths: Iterable[str], is_file: Callable[[str], bool]) -> Map:
    """Return what can be linked to in a library; a lead magnet is never meant by its name alone."""
    return Map(
        by_source=library.by_source,
        by_url=library.by_url,
        by_name=by_name(tuple(e for e in library.by_source.values() if not e.gift)),
        paths=frozenset(paths),
        is_file=is_file,
    )


def paths_of(
    library: Library, listings: Iterable[Listing], feeds: Iterable[Feed], statics: Iterable[str]
) -> set[str]:
    """Return the addresses that a site has besides its entries; `statics` are files as they are."""
    paths = {listing.url for listing in listings} | {"/sitemap.xml", "/robots.txt"}
    paths |= {path for feed in feeds for path in feed.paths}
    paths |= {alias for entry in library.entries for alias in entry.aliases}
    for name in statics:
        paths |= {name, re.sub(r"/index\.html$", "/", name)}
    return paths


def by_name(entries: Collection[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Return entries by the last part of what they are called: slug, id and file name."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        stem = posixpath.splitext(entry.source)[0].removesuffix("/index")
        for name in {entry.slug, posixpath.basename(entry.id), posixpath.basename(stem)}:
            found[same(name)] = (*found.get(same(name), ()), entry)
    return found


def resolve(value: str, entry: Entry, site: Map) -> Meaning:
    """Return what an address means that stands in an entry's text."""
    value = _PELICAN.sub("", value.strip())
    if not value or value.startswith(("#", "?", "//")) or _SCHEME.match(value):
        return Meaning("outside")
    try:
        parts = urlsplit(value)
    except ValueError:
        return Meaning("broken")
    path = unquote(parts.path)
    tail = (f"?{parts.query}" if parts.query else "") + (
        f"#{parts.fragment}" if parts.fragment else ""
    )
    if path.startswith("/"):
        found = _from_root(path, entry, site)
    else:
        found = _from_folder(path, entry, site)
    if found.kind in ("entry", "path"):
        return Meaning(found.kind, quoted(found.url) + tail, "", found.entry)
    return found


def _from_root(path: str, entry: Entry, site: Map) -> Meaning:
    slash = path if path.endswith("/") else f"{path}/"
    for form in (path, slash):
        if other := site.by_url.get(same(form)):
            return Meaning("entry", other.url, entry=other)
        if form in site.paths:
            return Meaning("path", form)
    inside = posixpath.normpath(path.lstrip("/"))
    return _source_or_file(inside, site) or _named(path, entry, site) or Meaning("broken")


def _from_folder(path: str, entry: Entry, site: Map) -> Meaning:
    folder = posixpath.dirname(entry.source)
    inside = posixpath.normpath(posixpath.join(folder, path))
    named = _named(path, entry, site)
    if inside.startswith(".."):
        return named or Meaning("broken")
    found = _source_or_file(inside, site)
    # "../other/" means the page of that name in one's own language, wherever its file lies.
    if found and found.entry and found.entry.lang != entry.lang and not path.endswith(".md"):
        found = named if named and named.entry and named.entry.lang == entry.lang else found
    return found or named or Meaning("broken")


def _source_or_file(inside: str, site: Map) -> Meaning | None:
    stem = inside.rstrip("/")
    for source in (stem, f"{stem}.md", f"{stem}/index.md"):
        if other := site.by_source.get(source):
            return Meaning("entry", other.url, entry=other)
    # A text is never a file to download: what it gates would go with it.
    text = inside.lower().endswith(ENDINGS) and not inside.startswith(("static/", "files/"))
    if not text and site.is_file(inside):
        return Meaning("file", file=inside)
    return None


def _named(path: str, entry: Entry, site: Map) -> Meaning | None:
    """Find an entry by the last part of a directory-like address, in the same language first."""
    steps = [step for step in path.split("/") if step not in ("", ".", "..")]
    if not steps:
        return None
    ending = posixpath.splitext(steps[-1])[1].lower()
    if ending and ending not in (".md", ".markdown", ".html", ".htm"):
        return None
    name = steps[-1].removesuffix(ending) if ending else steps[-1]
    found = site.by_name.get(same(name), ())
    here = [each for each in found if each.lang == entry.lang] or list(found)
    if len(here) != 1:
        return None
    return Meaning("entry", here[0].url, entry=here[0])
