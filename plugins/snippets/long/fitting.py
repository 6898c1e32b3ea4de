"""Take from a canonical tree what a platform has no element for, and say it in another way."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lxml import etree

from plugins.snippets.long import wording
from plugins.snippets.long.canonical.flowing import is_empty
from plugins.snippets.long.trees import bold, marked, paragraphs, pour, put, write
from plugins.snippets.long.voice import full_width

Element = etree._Element

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_ALWAYS = frozenset(("div", "p", "br", "span", "ref"))
# What may come into a tree in the place of something else.
_MADE = frozenset(("p", "strong", "ul", "li", "code", "a"))
# What is of no use without others.
_NEEDS = {
    **dict.fromkeys(("ul", "ol"), frozenset(("li",))),
    "table": frozenset(("tr", "td")),
    "dl": frozenset(("dt", "dd")),
}


def fit(root: Element, tags: Collection[str], lang: str, coloured: bool = False) -> None:
    """Leave only `tags` in a tree; all of them when there are none. No text is lost.

    Paragraphs and line breaks are everywhere. Tokens of code stay where it is `coloured`.
    """
    here = _MADE.union(str(element.tag) for element in root.iter())
    if not coloured and "span" in here:
        etree.strip_tags(root, "span")
    if not tags:
        return
    known = frozenset(tags)
    kept = {"p", *(name for name in known if _NEEDS.get(name, frozenset()) <= known)}
    if here.intersection(HEADINGS):
        _headings(root, kept)
    for name, rule in _RULES:
        if name in here and name not in kept:
            rule(root, kept, lang)
    wording.rename(root, sorted(here - _ALWAYS - kept), kept)


def needed(tags: Collection[str], here: Collection[str]) -> tuple[str, ...]:
    """Return those of a platform's elements that make a difference to a tree which has others."""
    deepest = max((int(name[1]) for name in here if name in HEADINGS), default=2)
    found = {name for level in range(2, deepest + 1) if (name := heading(tags, level))}
    there = _MADE.union(here)
    for name in tuple(there):
        there |= _NEEDS.get(name, frozenset())
        there |= frozenset() if name in tags else frozenset(wording.OTHERS.get(name, ()))
    found |= there.intersection(tags).difference(HEADINGS)
    return tuple(sorted(found | {"p"})) if tags else ()


def heading(tags: Collection[str], level: int) -> str:
    """Return the element for a heading of a level from 2, "" where there is none so deep."""
    if not tags:
        return f"h{level}"
    known = [name for name in HEADINGS if name in tags] or [
        name for name in ("h1",) if name in tags
    ]
    return known[level - 2] if level - 2 < len(known) else ""


# ---- blocks ----


def _headings(root: Element, tags: Collection[str]) -> None:
    for element in list(root.iter(*HEADINGS)):
        known = heading(tags, int(str(element.tag)[1]))
        if known:
            element.tag = known
        else:
            put(element, bold(element))


def _table(root: Element, tags: Collection[str], lang: str) -> None:
    del tags
    colon, comma = ("：", "；") if full_width(lang) else (": ", "; ")
    for element in list(root.iter("table")):
        head = element.find("thead/tr")
        names = [] if head is None else ["".join(map(str, cell.itertext())) for cell in head]
        made, unsaid = etree.Element("ul"), dict(enumerate(names))
        for row in element.iter("tr"):
            if row is head:
                continue
            item = etree.SubElement(made, "li")
            for number, cell in enumerate(row):
                if is_empty(cell):
                    continue
                name = names[number] if number < len(names) else ""
                write(
                    item, (comma if not is_empty(item) else "") + (f"{name}{colon}" if name else "")
                )
                pour(cell, item)
                unsaid.pop(number, None)
            if is_empty(item):
                made.remove(item)
        if left := [name for name in unsaid.values() if name]:
            item = etree.Element("li")
            item.text = comma.join(left)
            made.insert(0, item)
        put(element, *([made] if len(made) else []))


def _parts_of_table(root: Element, tags: Collection[str], lang: str) -> None:
    del lang
    if "thead" not in tags:
        etree.strip_tags(root, "thead", "tbody")
    if "th" not in tags:
        for cell in root.iter("th"):
            cell.tag = "td"


def _terms(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    for element in list(root.iter("dl")):
        found: list[Element] = []
        for each in list(element):
            found += [bold(each)] if each.tag == "dt" else paragraphs(each)
        put(element, *found)


def _figure(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    for element in list(root.iter("figure")):
        caption = element.find("figcaption")
        if caption is not None:
            caption.tag = "p"
        put(element, *paragraphs(element))


def _quotation(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    etree.strip_tags(root, "blockquote")


def _list(root: Element, tags: Collection[str], lang: str) -> None:
    del lang
    for element in list(root.iter("ul", "ol"))[::-1]:
        if element.tag in tags:
            continue
        found: list[Element] = []
        for mark, item in marked(element):
            first, *rest = paragraphs(item) or [etree.Element("p")]
            if first.tag != "p":
                first, rest = etree.Element("p"), [first, *rest]
            first.text = f"{mark} {first.text or ''}"
            found += [first, *rest]
        put(element, *found)


def _code(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    for element in list(root.iter("pre")):
        made = etree.Element("p")
        code = etree.SubElement(made, "code")
        for number, line in enumerate("".join(map(str, element.itertext())).split("\n")):
            if number:
                etree.SubElement(code, "br")
            write(code, line.expandtabs(4).replace("  ", "\u00a0\u00a0"))
        put(element, made)


def _line(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    for element in list(root.iter("hr")):
        element.tag, element.text = "p", "* * *"


_RULES: tuple[tuple[str, Callable[[Element, Collection[str], str], None]], ...] = (
    ("table", _table),
    ("thead", _parts_of_table),
    ("th", _parts_of_table),
    ("dl", _terms),
    ("figcaption", _figure),
    ("figure", _figure),
    ("blockquote", _quotation),
    ("ul", _list),
    ("ol", _list),
    ("pre", _code),
    ("hr", _line),
    ("img", wording.picture),
    ("del", wording.struck),
    ("sup", wording.raised),
    ("sub", wording.lowered),
    ("ruby", wording.ruby),
)
