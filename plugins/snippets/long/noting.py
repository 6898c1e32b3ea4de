"""Links and notes of a text as a platform takes them: in place, as numbers, or as words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from plugins.snippets.links import tagged
from plugins.snippets.long.fitting import fit, heading
from plugins.snippets.long.trees import bold, write
from plugins.snippets.long.voice import spoken
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_

Element = etree._Element

_GONE = "gone"  # what is to be taken away, its words excepted
_FILE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", re.I)
_MAIL = re.compile(r"^(?:mailto|tel):")


@dataclass
class _Notes:
    """The notes of a text in the order of their numbers."""

    blocks: dict[str, Element]
    numbers: dict[str, int] = field(default_factory=dict)
    made: list[list[Element]] = field(default_factory=list)

    def refer(self, name: str) -> int:
        """Return the number of one of the post's own notes."""
        if f"#{name}" not in self.numbers:
            self._add(f"#{name}", list(self.blocks[name]))
        return self.numbers[f"#{name}"]

    def lead(self, href: str, said: str, url: str) -> int:
        """Return the number of the note for an address."""
        if href not in self.numbers:
            made = etree.Element("p")
            made.text = f"{said}: {url}" if said else url
            self._add(href, [made])
        return self.numbers[href]

    def _add(self, name: str, made: list[Element]) -> None:
        self.numbers[name] = len(self.numbers) + 1
        self.made.append(made)


def note(root: Element, post: Post, platform: Platform) -> None:
    """Turn links and references of a fitted tree into what a platform takes, notes at its end.

    A number is `sup[data-note]`, or words where there is no sup; every block of a note and the
    heading over all of them have `data-note`, too.
    """
    blocks = {str(each.get("data-note")): each for each in root.iterchildren("div")}
    for each in blocks.values():
        root.remove(each)
    notes, links = _Notes(blocks), _Links(post, platform)
    _resolve(root, notes, links)
    for name in blocks:
        notes.refer(name)
    for made in notes.made:  # which grows: a note may refer to another
        for each in made:
            _resolve(each, notes, links, within=True)
    if notes.made:
        root.append(_heading(post, platform, bool(blocks)))
    for number, made in enumerate(notes.made, 1):
        _numbered(made, number)
        root.extend(made)


class _Links:
    """What becomes of a link on a platform."""

    def __init__(self, post: Post, platform: Platform) -> None:
        self.post, self.platform = post, platform
        tags = platform.tags
        self.raised = not tags or "sup" in tags
        policy = platform.link
        self.policy = "footnote" if policy == "inline" and tags and "a" not in tags else policy

    def stays(self, href: str) -> bool:
        """Tell whether a link stays one."""
        if self.policy == "inline":
            return True
        # Other texts there are the one kind of address that WeChat's editor keeps.
        return self.platform.adapter == "wechat" and urlsplit(href).netloc == "mp.weixin.qq.com"

    def address(self, href: str) -> str:
        """Return an address with what tells where its readers came from."""
        return href if _FILE.search(href) else tagged(href, self.post, self.platform)


def _resolve(root: Element, notes: _Notes, links: _Links, within: bool = False) -> None:
    found = list(root.iter("a", "ref"))
    for element in found:
        if element.tag == "a":
            _link(element, notes, links, within)
        else:
            name = element.attrib.pop("name", "")
            _refer(element, notes.refer(name) if name in notes.blocks else 0, links.raised)
    if found:
        etree.strip_tags(root, _GONE)


def _link(element: Element, notes: _Notes, links: _Links, within: bool) -> None:
    href = element.get("href", "")
    if links.stays(href):
        element.set("href", links.address(href))
        return
    element.tag = _GONE
    if links.policy == "none":
        return
    words = "".join(map(str, element.itertext())).strip()
    if _says(words, _MAIL.sub("", href)) or _is_own(element):
        return
    url = _MAIL.sub("", links.address(href))
    if within:
        write(element, f" ({url})")
    else:
        number = notes.lead(href, words or _alt(element), url)
        _refer(etree.SubElement(element, "sup"), number, links.raised)


def _numbered(made: list[Element], number: int) -> None:
    if not made or made[0].tag != "p":
        made.insert(0, etree.Element("p"))
    made[0].text = f"[{number}] {made[0].text or ''}"
    for each in made:
        each.set("data-note", str(number))


def _heading(post: Post, platform: Platform, mixed: bool) -> Element:
    made = etree.Element(heading(platform.tags, 2) or "p")
    made.text = spoken(post.lang, N_("Notes") if mixed else N_("Links"))
    if made.tag == "p":
        made = bold(made)
        fit(made, platform.tags, post.lang)
    made.set("data-note", "")
    return made


def _refer(element: Element, number: int, raised: bool) -> None:
    element.text = f"[{number}]" if number else None
    element.tag = "sup" if raised and number else _GONE
    if element.tag == "sup":
        element.set("data-note", str(number))


def _says(words: str, shown: str) -> bool:
    return words.strip().rstrip("/") in (shown.rstrip("/"), shown.rstrip("/").partition("//")[2])


def _is_own(link: Element) -> bool:
    """Tell whether a link leads from a picture to itself, to be seen larger."""
    return any(image.get("src") == link.get("href") for image in link.iter("img"))


def _alt(link: Element) -> str:
    return next((str(alt) for image in link.iter("img") if (alt := image.get("alt"))), "")
