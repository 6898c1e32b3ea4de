"""Private feeds: made once in the build, filled for one reader by the service.

Each is the feed of a language with the latest posts. A gated one stands in it twice, whole and
as the teaser that everybody gets, and the service takes one of the two. What is a mark is written
with characters that no source can hold, so that no post can write one, see `slots`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import nh3
from lxml import etree

from plugins.feeds import channel, item, numbers, tag_of
from plugins.feeds.documents import (
    ATTRIBUTES,
    TAGS,
    UNDATED,
    Channel,
    Entries,
    Item,
    atom,
    clean,
    rss,
)
from plugins.model.feeds import LATEST, Feed
from plugins.model.moments import Build
from publish.contract.slots import escaped, unmarked_xml

_KINDS = {"rss": rss, "atom": atom}
_SIGNED = ("src", "poster")
_NEVER = re.compile("[\ufdd0-\ufdef]")  # non-characters, which sources cannot hold
_GAP = re.compile("\ufdd0([?/]?)([^\ufdd1]*)\ufdd1")
_SECTION = re.compile(r"<\?ink ([^?]+)\?>")


@dataclass(frozen=True)
class Lapsed:
    """What the one entry says to a reader whose access has ended."""

    title: str
    text: str
    link: str


@dataclass(frozen=True)
class _Part:
    """An entry and the section it stands in: "lapsed", "open:ID", "!open:ID", "" for none."""

    item: Item
    section: str = ""


def documents(
    build: Build, feed: Feed, whole: Mapping[str, str], files: str, lapsed: Lapsed
) -> dict[str, str]:
    """Return the private feed in each kind, as prepared texts.

    `whole` is the HTML of gated posts with what is behind the paywall, by source; `files` is how
    the paths of private files begin.
    """
    parts = list(_parts(build, feed, whole, files, lapsed))
    entries = Entries()
    paths = {"rss": feed.rss, "atom": feed.atom}
    return {
        kind: _document(kind, _own(channel(build, feed, path, [])), parts, entries)
        for kind, path in paths.items()
    }


def _parts(
    build: Build, feed: Feed, whole: Mapping[str, str], files: str, lapsed: Lapsed
) -> Iterator[_Part]:
    number = numbers(build)
    latest = [(e, _bare(item(build, e, number[e.source]))) for e in feed.entries[:LATEST]]
    newest = max((closed.updated for _, closed in latest), default=UNDATED)
    account = _gap("account")
    yield _Part(
        Item(
            id=tag_of(build.library.site.url, "notice/lapsed"),
            title=lapsed.title,
            url=account,
            lang=feed.lang,
            author="",
            summary=lapsed.text,
            html=f'<p>{escaped(lapsed.text)} <a href="{account}">{escaped(lapsed.link)}</a></p>',
            published=newest,
            updated=newest,
        ),
        "lapsed",
    )
    for entry, closed in latest:
        if entry.source not in whole:
            yield _Part(closed)
            continue
        html = _signed(clean(whole[entry.source], closed.url), build.absolute(files))
        name = f"open:{quote(entry.id, safe='/')}"
        yield _Part(replace(closed, html=html), name)
        yield _Part(closed, f"!{name}")


def _bare(told: Item) -> Item:
    """Return an entry without the characters that stand for marks, should HTML have named one."""
    return replace(
        told,
        author=_NEVER.sub("", told.author),
        summary=_NEVER.sub("", told.summary),
        html=_NEVER.sub("", told.html),
    )


def _own(shared: Channel) -> Channel:
    """Return the channel with the address and the note of the reader whose it is."""
    note = f"{_gap('title_note', '?')} · {_gap('title_note')}{_gap('title_note', '/')}"
    links = [link for link in shared.links if link[0] != "self"]
    kind = next(kind for relation, kind, _ in shared.links if relation == "self")
    return replace(
        shared,
        title=_NEVER.sub("", shared.title) + note,
        description=_NEVER.sub("", shared.description or shared.title),
        links=(("self", kind, _gap("self")), *links),
    )


def _document(kind: str, own: Channel, parts: list[_Part], entries: Entries) -> str:
    written = _KINDS[kind](own, [part.item for part in parts], entries)
    root = etree.fromstring(written)
    parent = root if kind == "atom" else root[0]
    found = [each for each in parent if _name(each) in ("entry", "item")]
    for element, part in zip(found, parts, strict=True):
        if part.section:
            at = parent.index(element)
            parent.insert(at + 1, _mark("/" + part.section.removeprefix("!")))
            parent.insert(at, _mark(part.section))
    text = etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode()
    return _GAP.sub(_as_slot, _SECTION.sub(r"<!--[\1]-->", unmarked_xml(text)))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)


def _mark(section: str) -> Any:
    """Return what holds the place of a section's end: no text of a post can be one."""
    return etree.ProcessingInstruction("ink", section)


def _gap(name: str, sign: str = "") -> str:
    return f"\ufdd0{sign}{name}\ufdd1"


def _as_slot(found: re.Match[str]) -> str:
    name = found[2]
    return {"": f"[[{name}]]", "?": f"<!--[{name}]-->", "/": f"<!--[/{name}]-->"}[found[1]]


def _signed(html: str, files: str) -> str:
    """Return clean HTML whose private pictures can be fetched without a cookie."""

    def sign(tag: str, attribute: str, value: str) -> str:
        del tag
        private = attribute in _SIGNED and value.startswith(files)
        return f"{value}?key={_gap('key')}" if private else value

    return str(
        nh3.clean(
            _NEVER.sub("", html),
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=sign,
            link_rel=None,
        )
    )
