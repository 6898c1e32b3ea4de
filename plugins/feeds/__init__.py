"""RSS 2.0, Atom, JSON Feed 1.1 and RFC 5005 archives."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sys
from urllib.parse import urlsplit

from plugins.feeds.documents import (
    UNDATED,
    Channel,
    Entries,
    Item,
    atom,
    clean,
    json_feed,
    legal,
    rss,
)
from plugins.model.entries import Entry
from plugins.model.feeds import CHUNK, LATEST, Feed
from plugins.model.following import follow
from plugins.model.moments import Build, ready
from plugins.model.slugs import quoted

_building: Build | None = None


def register() -> None:
    """Write the feeds while the pages are written: both only need the finished texts."""
    ready.connect(start)


def start(build: Build) -> None:
    """Begin to write the feeds, beside the pages where the machine can."""
    global _building
    _building = build
    if sys.platform != "linux" or (os.cpu_count() or 1) < 2 or len(build.library.entries) < 100:
        write(build)
        return
    pool = concurrent.futures.ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("fork"), initializer=follow
    )
    future = pool.submit(_write_beside)

    def finish() -> None:
        with pool:
            future.result()

    build.finish.append(finish)


def _write_beside() -> None:
    if _building is None:
        raise RuntimeError("no build to write feeds of")
    write(_building)


def write(build: Build) -> None:
    """Write every document of every feed."""
    entries = Entries()
    items = {entry.source: item(build, entry, n) for n, entry in enumerate(_oldest_first(build))}
    for number, feed in enumerate(build.feeds):
        own = [items[entry.source] for entry in feed.entries]
        _write_feed(build, feed, own, entries)
        build.progress("feeds", number + 1, len(build.feeds))


def _oldest_first(build: Build) -> list[Entry]:
    return list(reversed(build.library.posts()))


def numbers(build: Build) -> dict[str, int]:
    """Return the place of each post counted from the oldest, by source."""
    return {entry.source: number for number, entry in enumerate(_oldest_first(build))}


def _write_feed(build: Build, feed: Feed, items: list[Item], entries: Entries) -> None:
    latest = items[:LATEST]
    newest_archive = (
        [("prev-archive", "application/atom+xml", build.absolute(feed.archive(feed.archives)))]
        if feed.archives
        else []
    )
    hub = _hub(build, feed)
    links = [*newest_archive, *hub]
    build.write(feed.rss, rss(channel(build, feed, feed.rss, links), latest, entries))
    build.write(feed.atom, atom(channel(build, feed, feed.atom, links), latest, entries))
    if feed.json:
        build.write(feed.json, json_feed(channel(build, feed, feed.json, hub), latest))
    oldest = list(reversed(items))
    for number in range(1, feed.archives + 1):
        chunk = list(reversed(oldest[(number - 1) * CHUNK : number * CHUNK]))
        links = [("current", "application/atom+xml", build.absolute(feed.atom))]
        if number > 1:  # no next-archive: a document must not change when one follows it
            before = build.absolute(feed.archive(number - 1))
            links.append(("prev-archive", "application/atom+xml", before))
        old = channel(build, feed, feed.archive(number), links, archive=True)
        build.write(feed.archive(number), atom(old, chunk, entries))


def _hub(build: Build, feed: Feed) -> list[tuple[str, str, str]]:
    """Return the link to who tells readers of changes (WebSub).

    Only for feeds of the site or a language, of which a publish tells the hub: not for archives,
    which never change, nor for private feeds, whose addresses are secret.
    """
    hub = build.library.site.hub
    return [("hub", "", hub)] if hub and feed.whole else []


def channel(
    build: Build,
    feed: Feed,
    path: str,
    links: list[tuple[str, str, str]],
    *,
    archive: bool = False,
) -> Channel:
    """Return what a document of a feed says of itself."""
    language = build.library.site.language(feed.lang) or build.library.site.main
    kind = {"rss.xml": "application/rss+xml", "feed.json": "application/feed+json"}.get(
        path.rsplit("/", 1)[-1], "application/atom+xml"
    )
    title = f"{feed.term.name} · {language.title}" if feed.term else language.title
    address = build.absolute(path)
    return Channel(
        id=address,
        title=title,
        description=language.description,
        lang=feed.lang,
        home=build.absolute(feed.home),
        author=language.author.name or language.title,  # Atom wants one
        email=language.author.email,
        links=(
            ("self", kind, address),
            *links,
            ("alternate", "text/html", build.absolute(feed.home)),
        ),
        archive=archive,
    )


def item(build: Build, entry: Entry, number: int) -> Item:
    """Return a post as feeds tell it; `number` keeps undated ones in order."""
    text = build.text(entry)
    url = build.absolute(entry.url)
    published = entry.date or UNDATED + number * _MINUTE
    category = (entry.category,) if entry.category else ()
    return Item(
        id=tag_uri(build.library.site.url, entry),
        title=legal(entry.title) or entry.id,
        url=url,
        lang=entry.lang,
        author=legal(text.author_name),
        summary=legal(text.summary),
        html=clean(text.feed_html, url),
        published=published,
        updated=max(entry.updated or published, published),
        categories=tuple(
            dict.fromkeys(name for name in map(legal, (*category, *entry.tags)) if name)
        ),
        image=build.absolute(text.cover_url) if text.cover_url else "",
        dated=entry.date is not None,
    )


def tag_uri(site: str, entry: Entry) -> str:
    """Return an id that outlives every change of title and address (RFC 4151)."""
    return tag_of(site, f"{entry.room}/{quoted(entry.id)}")


def tag_of(site: str, name: str) -> str:
    """Return a tag URI of a site."""
    host = (urlsplit(site).hostname or "localhost").encode("idna").decode()
    return f"tag:{host},2026:{name}"


_MINUTE = UNDATED.replace(minute=1) - UNDATED
