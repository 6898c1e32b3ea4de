"""Feed documents out of finished entries, with feedgen: pure, no clock, no files.

What a feed says, and why, is in the rules of RFC 4287, RFC 5005, the RSS 2.0 specification and
JSON Feed 1.1; feedgen's own ways are worked round where they differ from them.
"""

from __future__ import annotations

import copy
import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import nh3
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
DC = "http://purl.org/dc/elements/1.1/"
GENERATOR = "Inkstead"

# Atom wants a date on every entry. Undated ones get one that never changes with the clock.
UNDATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAGS = nh3.ALLOWED_TAGS | {
    "figure",
    "figcaption",
    "video",
    "audio",
    "source",
    "picture",
    "mark",
    "del",
    "ins",
    "section",
    "details",
    "summary",
    "ruby",
    "rt",
    "rp",
}
ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "img": {"src", "alt", "title", "width", "height"},
    "video": {"src", "poster", "controls", "width", "height"},
    "audio": {"src", "controls"},
    "source": {"src", "type"},
    "code": {"class"},
    "*": {"lang", "dir", "id"},
}
_MARKED_TAGS = TAGS | {"input"}
_MARKED_ATTRIBUTES = {
    **ATTRIBUTES,
    "input": {"type", "checked", "disabled"},
    "*": {*ATTRIBUTES["*"], "class"},
}
_FRAME = re.compile(
    r"<iframe\b[^>]*?\ssrc\s*=\s*([\"']?)([^\"'\s>]+)\1[^>]*>.*?</iframe\s*>", re.I | re.S
)
_ADDRESSES = ("href", "src", "poster", "cite")


@dataclass(frozen=True)
class Item:
    """A post as a feed tells it; `html` is its content, times are aware.

    One that is not `dated` says no date of its own; Atom, which wants one, gets `updated`.
    """

    id: str
    title: str
    url: str
    lang: str
    author: str
    summary: str
    html: str
    published: datetime.datetime
    updated: datetime.datetime
    categories: tuple[str, ...] = ()
    image: str = ""
    dated: bool = True


@dataclass(frozen=True)
class Channel:
    """A feed document to write: addresses are absolute; `archive` is its own number or 0."""

    id: str
    title: str
    description: str
    lang: str
    home: str
    author: str
    email: str
    links: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)
    archive: bool = False


class History(BaseExtension):  # type: ignore[misc]
    """What feedgen has no words for: RFC 5005 and further Atom links in an RSS channel."""

    def __init__(self) -> None:
        self.archive = False
        self.links: tuple[tuple[str, str, str], ...] = ()

    def extend_ns(self) -> dict[str, str]:
        """Return the name spaces used."""
        return {"fh": HISTORY} if self.archive else {}

    def extend_atom(self, feed: Any) -> Any:
        """Mark an Atom archive."""
        if self.archive:
            feed.insert(0, etree.Element(f"{{{HISTORY}}}archive"))
        return feed

    def extend_rss(self, feed: Any) -> Any:
        """Write the links that RSS has no element for."""
        channel = feed[0]
        for relation, kind, href in self.links:
            if relation != "alternate":
                link = etree.SubElement(channel, f"{{{ATOM}}}link", rel=relation, href=href)
                if kind:
                    link.set("type", kind)
                channel.insert(0, link)
        return feed


class _Entry(FeedEntry):  # type: ignore[misc]
    """A feedgen entry that builds its XML once: the same post stands in many feeds."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}
        self.id(item.id)
        self.title(item.title)
        self.link(href=item.url, rel="alternate", type="text/html")
        if item.dated:
            self.published(item.published)
        self.updated(item.updated)
        if item.author:
            self.author({"name": item.author})
        if item.summary:
            self.summary(item.summary, type="text")
        self.content(item.html, type="html")
        for name in item.categories:
            self.category({"term": name, "label": name})
        self.guid(item.id, permalink=False)
        self.load_extension("dc", atom=False, rss=True)
        if item.author:
            self.dc.dc_creator(item.author)
        self._lang = item.lang

    def atom_entry(self, extensions: bool = True) -> Any:
        if "atom" not in self._made:
            entry = super().atom_entry(extensions)
            if self._lang:
                entry.set("{http://www.w3.org/XML/1998/namespace}lang", self._lang)
            self._made["atom"] = entry
        return copy.deepcopy(self._made["atom"])

    def rss_entry(self, extensions: bool = True) -> Any:
        if "rss" not in self._made:
            entry = super().rss_entry(extensions)
            for author in entry.findall("author"):  # needs an address; dc:creator has the name
                entry.remove(author)
            self._made["rss"] = entry
        return copy.deepcopy(self._made["rss"])


class Entries:
    """Feedgen entries by post and text, made when first needed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Entry] = {}

    def of(self, items: Sequence[Item]) -> list[_Entry]:
        """Return the entries of some posts in order."""
        for item in items:
            if (item.id, item.html) not in self._known:
                self._known[item.id, item.html] = _Entry(item)
        return [self._known[item.id, item.html] for item in items]


def atom(channel: Channel, items: Sequence[Item], entries: Entries) -> bytes:
    """Return an Atom document."""
    return bytes(_generator(channel, items, entries).atom_str(pretty=False))


def rss(channel: Channel, items: Sequence[Item], entries: Entries) -> bytes:
    """Return an RSS 2.0 document."""
    return bytes(_generator(channel, items, entries).rss_str(pretty=False))


def json_feed(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return a JSON Feed 1.1 document."""
    address = next((href for rel, _, href in channel.links if rel == "self"), "")
    hubs = [{"type": "WebSub", "url": href} for rel, _, href in channel.links if rel == "hub"]
    author = {"authors": [{"name": channel.author}]} if channel.author else {}
    values = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": address,
        **({"description": channel.description} if channel.description else {}),
        **({"language": channel.lang} if channel.lang else {}),
        **author,
        **({"hubs": hubs} if hubs else {}),
        "items": [_json_item(item) for item in items],
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def clean(html: str, base: str, *, marked: bool = False) -> str:
    """Return HTML fit for a feed: no scripts, forms or handlers, every address absolute.

    What stood in a frame, a film for instance, becomes a link. `marked` keeps what says what
    something is, for those who write it anew: classes, and the boxes of a list to tick off.
    """

    def absolute(tag: str, attribute: str, value: str) -> str:
        del tag
        return urljoin(base, value) if attribute in _ADDRESSES else value

    return legal(
        nh3.clean(
            _FRAME.sub(r'<p><a href="\2">\2</a></p>', html),
            tags=_MARKED_TAGS if marked else TAGS,
            attributes=_MARKED_ATTRIBUTES if marked else ATTRIBUTES,
            attribute_filter=absolute,
            link_rel=None,
        )
    )


def legal(text: str) -> str:
    """Return text without the characters that XML does not take."""
    return _ILLEGAL.sub("", text)


def _generator(channel: Channel, items: Sequence[Item], entries: Entries) -> FeedGenerator:
    feed = FeedGenerator()
    feed.register_extension("history", History, None, atom=True, rss=True)
    feed.load_extension("dc", atom=False, rss=True)  # one declaration, not one an item
    feed.history.archive = channel.archive
    feed.history.links = tuple(link for link in channel.links if link[0] != "self")
    feed.id(channel.id)
    title = legal(channel.title) or channel.home
    feed.title(title)
    feed.subtitle(legal(channel.description) or title)
    feed.description(legal(channel.description) or title)
    feed.generator(GENERATOR)
    feed.docs(None)
    if channel.lang:
        feed.language(channel.lang)
    if channel.author:
        feed.author(
            {"name": legal(channel.author), **({"email": channel.email} if channel.email else {})}
        )
    # The last link becomes the channel's <link> in RSS, whatever its relation.
    for relation, kind, href in sorted(channel.links, key=lambda link: link[0] == "alternate"):
        feed.link(rel=relation, href=href, **({"type": kind} if kind else {}))
    newest = max((item.updated for item in items), default=UNDATED)
    feed.updated(newest)
    feed.lastBuildDate(newest)
    for entry in entries.of(items):
        feed.add_entry(entry, order="append")
    return feed


def _dates(item: Item) -> dict[str, str]:
    return {
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
    }


def _json_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        **({"summary": item.summary} if item.summary else {}),
        **({"image": item.image} if item.image else {}),
        **(_dates(item) if item.dated else {}),
        **({"authors": [{"name": item.author}]} if item.author else {}),
        **({"tags": list(item.categories)} if item.categories else {}),
        **({"language": item.lang} if item.lang else {}),
    }
