"""Small steps on a tree: take words and blocks out, put them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from plugins.snippets.long.canonical.flowing import is_empty

Element = etree._Element

_WORDS = {
    *("a", "strong", "em", "u", "del", "mark", "sub", "sup", "code", "ruby", "rt", "rp", "img"),
    *("br", "span", "ref"),
}


def paragraphs(element: Element) -> list[Element]:
    """Take out what an element holds as blocks, its first words as a paragraph."""
    first = etree.Element("p")
    first.text = element.text
    found: list[Element] = []
    for child in list(element):
        if not found and is_word(child):
            first.append(child)
        else:
            found.append(child)
    return found if is_empty(first) else [first, *found]


def pour(source: Element, target: Element) -> None:
    """Add all that an element holds to the end of another."""
    write(target, source.text or "")
    for child in list(source):
        target.append(child)


def write(target: Element, text: str) -> None:
    """Add text to the end of an element."""
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def put(element: Element, *others: Element) -> None:
    """Put blocks in the place of one."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    parent[at : at + 1] = list(others)


def is_word(element: Element) -> bool:
    """Tell whether an element stands between words."""
    return element.tag in _WORDS


def bold(source: Element) -> Element:
    """Return what an element holds as a paragraph of bold words."""
    made = etree.Element("p")
    strong = etree.SubElement(made, "strong")
    etree.strip_tags(source, "strong")
    pour(source, strong)
    return made


def marked(element: Element) -> Iterator[tuple[str, Element]]:
    """Give every item of a list with the mark that a browser would set before it."""
    if element.tag == "ul":
        yield from (("•", item) for item in element)
    else:
        start = int(element.get("start", "1"))
        yield from ((f"{number}.", item) for number, item in enumerate(element, start))
