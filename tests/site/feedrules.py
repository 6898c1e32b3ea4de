"""What the W3C feed validator would say: the rules that matter, out of their own documents.

RFC 4287 (Atom), RFC 5005 (archives), RFC 4151 (tag URIs), RFC 3339 and RFC 822 (dates), RSS 2.0
with the RSS Advisory Board's profile, JSON Feed 1.1. Each function returns what is wrong.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" \d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
_TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_FORBIDDEN = ("script", "style", "iframe", "object", "embed", "form", "input", "button", "link")
_FORBIDDEN += ("meta", "base", "noscript", "svg", "template")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")

Wrong = Iterator[str]


def atom(raw: bytes, address: str, at: datetime.datetime, *, archive: bool = False) -> list[str]:
    return list(_atom(raw, address, at, archive))


def rss(raw: bytes, address: str, at: datetime.datetime) -> list[str]:
    return list(_rss(raw, address, at))


def json_feed(raw: bytes, address: str, at: datetime.datetime) -> list[str]:
    return list(_json(raw, address, at))


def moment(text: str | None) -> datetime.datetime:
    """Return a date of any of the three formats."""
    assert text
    return (
        datetime.datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    )


def _atom(raw: bytes, address: str, at: datetime.datetime, archive: bool) -> Wrong:
    feed = etree.fromstring(raw)
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
    yield from _once(feed, ATOM, ("id", "title", "updated"), ("subtitle", "generator"))
    if not _absolute(feed.findtext(f"{ATOM}id")):
        yield "the id of the feed is no address"
    yield from _atom_links(feed, address, feed=True)
    if (feed.find(f"{HISTORY}archive") is not None) != archive:
        yield "the mark of an archive is where it should not be, or is not"
    yield from _languages(feed)
    entries = feed.findall(f"{ATOM}entry")
    authors = [
        feed.find(f"{ATOM}author/{ATOM}name"),
        *(entry.find(f"{ATOM}author/{ATOM}name") for entry in entries),
    ]
    if authors[0] is None and None in authors[1:]:
        yield "neither the feed nor every entry has an author"
    yield from (f"an author without a name {a}" for a in authors if a is not None and not a.text)
    updated = [e.findtext(f"{ATOM}updated") or "" for e in entries]
    yield from _newest(feed.findtext(f"{ATOM}updated"), updated)
    yield from _ids([entry.findtext(f"{ATOM}id") for entry in entries])
    for entry in entries:
        where = entry.findtext(f"{ATOM}id")
        yield from (f"{where}: {wrong}" for wrong in _atom_entry(entry, at))


def _atom_entry(entry: Any, at: datetime.datetime) -> Wrong:
    yield from _once(entry, ATOM, ("id", "title", "updated", "content"), ("summary", "published"))
    yield from _atom_links(entry, "", feed=False)
    for name in ("title", "summary"):
        element = entry.find(f"{ATOM}{name}")
        if element is not None and element.get("type", "text") != "text":
            yield f"{name} is of type {element.get('type')}"
    if not (entry.findtext(f"{ATOM}title") or "").strip():
        yield "an empty title"
    content = entry.find(f"{ATOM}content")
    if content is not None:
        if content.get("type") != "html" or len(content):
            yield "content is not escaped HTML"
        yield from _html(content.text or "")
    published, updated = (entry.findtext(f"{ATOM}{name}") for name in ("published", "updated"))
    yield from _dates([updated, *([published] if published else [])], _RFC3339, at)
    if published and moment(updated) < moment(published):
        yield "updated before it was published"
    terms = [(c.get("term"), c.get("scheme")) for c in entry.findall(f"{ATOM}category")]
    if len(terms) != len(set(terms)) or any(not term for term, _ in terms):
        yield f"categories {terms}"


def _atom_links(element: Any, address: str, *, feed: bool) -> Wrong:
    links = element.findall(f"{ATOM}link")
    for link in links:
        if not _absolute(link.get("href")):
            yield f"link {link.get('href')} is not absolute"
    kinds = [
        (link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in links
    ]
    if len(kinds) != len(set(kinds)):
        yield "two links of one kind"
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    if [link.get("type", "text/html") for link in alternates] != ["text/html"]:
        yield "not one alternate link to a page"
    if feed:
        own = [link for link in links if link.get("rel") == "self"]
        if [(link.get("href"), link.get("type")) for link in own] != [
            (address, "application/atom+xml")
        ]:
            yield f"self is not {address}"


def _rss(raw: bytes, address: str, at: datetime.datetime) -> Wrong:
    root = etree.fromstring(raw)
    if root.tag != "rss" or root.get("version") != "2.0":
        yield "the root is no RSS 2.0"
    if root.nsmap.get("dc") != DC.strip("{}") or root.nsmap.get("atom") != ATOM.strip("{}"):
        yield f"name spaces {root.nsmap}"
    channel = root.find("channel")
    assert channel is not None
    optional = ("language", "lastBuildDate", "generator", "docs", "pubDate", "managingEditor")
    yield from _once(channel, "", ("title", "link", "description"), optional)
    if not _absolute(channel.findtext("link")):
        yield "the link of the channel is not absolute"
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if [(link.get("href"), link.get("type")) for link in own] != [(address, "application/rss+xml")]:
        yield f"atom:link self is not {address}"
    yield from _languages(channel)
    editor = channel.findtext("managingEditor")
    if editor and not re.fullmatch(r"\S+@\S+ \(.+\)", editor):
        yield f'managingEditor "{editor}"'
    items = channel.findall("item")
    yield from _dates([channel.findtext("lastBuildDate")], _RFC822, at)
    yield from _ids([item.findtext("guid") for item in items])
    for item in items:
        yield from (f"{item.findtext('guid')}: {wrong}" for wrong in _rss_item(item, at))


def _rss_item(item: Any, at: datetime.datetime) -> Wrong:
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    optional = ("description", content, "comments", "enclosure", "source", "author")
    yield from _once(item, "", ("title", "link", "guid"), (*optional, "pubDate"))
    if item.find("guid").get("isPermaLink") != "false":
        yield "guid is said to be an address"
    if not _absolute(item.findtext("link")):
        yield "link is not absolute"
    if item.find("author") is not None and not _MAIL.search(item.findtext("author") or ""):
        yield "author without an e-mail address"
    if len(item.findall(f"{DC}creator")) > 1:
        yield "several dc:creator"
    yield from _dates([date.text for date in item.findall("pubDate")], _RFC822, at)
    if not (item.findtext("title") or "").strip():
        yield "an empty title"
    bodies = [item.findtext(content), item.findtext("description")]
    if not any(bodies):
        yield "neither description nor content"
    yield from _html(next(filter(None, bodies), ""))
    categories = [category.text for category in item.findall("category")]
    if len(categories) != len(set(categories)) or not all(categories):
        yield f"categories {categories}"


def _json(raw: bytes, address: str, at: datetime.datetime) -> Wrong:
    feed = json.loads(raw.decode("utf-8"))
    known = {"version", "title", "home_page_url", "feed_url", "description", "icon", "authors"}
    yield from (f"unknown {name}" for name in set(feed) - known - {"language", "items"})
    if feed["version"] != "https://jsonfeed.org/version/1.1" or not feed["title"]:
        yield "version or title"
    if feed["feed_url"] != address or not _absolute(feed["home_page_url"]):
        yield f"feed_url is not {address}"
    if "language" in feed and not _LANGUAGE.fullmatch(feed["language"]):
        yield f"language {feed['language']}"
    items = feed["items"]
    yield from _ids([item["id"] for item in items])
    fields = {"id", "url", "title", "content_html", "summary", "image", "date_published"}
    fields |= {"date_modified", "authors", "tags", "language"}
    for item in items:
        yield from (f"unknown {name}" for name in set(item) - fields)
        yield from _html(item["content_html"])
        dates = [item[name] for name in ("date_published", "date_modified") if name in item]
        yield from _dates(dates, _RFC3339, at)
        if dates and moment(dates[-1]) < moment(dates[0]):
            yield f"{item['id']}: modified before it was published"
        if not all(map(_absolute, filter(None, (item["url"], item.get("image"))))):
            yield f"{item['id']}: an address is not absolute"
        if not item["title"].strip() or not all(author["name"] for author in item["authors"]):
            yield f"{item['id']}: no title or no author"


def _once(element: Any, space: str, needed: tuple[str, ...], allowed: tuple[str, ...]) -> Wrong:
    for name in needed:
        if len(element.findall(f"{space}{name}")) != 1:
            yield f"{len(element.findall(f'{space}{name}'))} of {name}"
    for name in allowed:
        if len(element.findall(name if name.startswith("{") else f"{space}{name}")) > 1:
            yield f"several {name}"


def _ids(ids: list[str | None]) -> Wrong:
    if len(ids) != len(set(ids)):
        yield "an id occurs twice"
    yield from (f'id "{name}"' for name in ids if not name or not _TAG_URI.fullmatch(name))


def _newest(said: str | None, entries: list[str]) -> Wrong:
    if entries and moment(said) != max(map(moment, entries)):
        yield "the feed is not as new as its newest entry"


def _dates(texts: list[str | None], form: re.Pattern[str], at: datetime.datetime) -> Wrong:
    for text in texts:
        if not text or not form.fullmatch(text):
            yield f'date "{text}"'
        elif moment(text) > at:
            yield f"date {text} is in the future"


def _languages(element: Any) -> Wrong:
    for each in element.iter(etree.Element):
        said = each.get(f"{XML}lang") or (each.text if each.tag == "language" else None)
        if said and not _LANGUAGE.fullmatch(said):
            yield f"language {said}"


def _absolute(address: str | None) -> bool:
    if not address or not address.isascii():
        return False
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _html(text: str) -> Wrong:
    if not text.strip():
        yield "no content"
        return
    for element in html.fragment_fromstring(text, create_parent="div").iter(etree.Element):
        if element.tag in _FORBIDDEN:
            yield f"<{element.tag}> in content"
        for name, value in element.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                yield f"{name} in content"
            if name in ("href", "src", "poster", "cite", "data", "action"):
                scheme = urlsplit(value).scheme
                if scheme not in ("http", "https", "mailto"):
                    yield f"{name}={value} in content"
            for candidate in value.split(",") if name == "srcset" else ():
                if not _absolute(candidate.split()[0]):
                    yield f"srcset {candidate} in content"
