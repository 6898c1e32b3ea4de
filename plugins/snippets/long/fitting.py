"""Take from a canonical tree what a platform has no element for, and say it in another way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from lxml import etree

from plugins.snippets.long.canonical.flowing import is_empty
from plugins.snippets.long.voice import full_width

Element = etree._Element

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
# Elements of a canonical tree, and others that say the same.
_OTHERS = {"strong": ("b",), "em": ("i",), "del": ("s", "strike"), "u": ("ins",)}
_ALWAYS = frozenset(("div", "p", "br", "span", "ref"))
# What is of no use without others.
_NEEDS = {
    **dict.fromkeys(("ul", "ol"), frozenset(("li",))),
    "table": frozenset(("tr", "td")),
    "dl": frozenset(("dt", "dd")),
}
_UP = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_DOWN = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def fit(root: Element, tags: Collection[str], lang: str, coloured: bool = False) -> None:
    """Leave only `tags` in a tree; all of them when there are none. No text is lost.

    Paragraphs and line breaks are everywhere. Tokens of code stay where it is `coloured`.
    """
    if not coloured:
        etree.strip_tags(root, "span")
    if not tags:
        return
    tags = {name for name in tags if _NEEDS.get(name, frozenset()) <= set(tags)}
    _headings(root, tags)
    here = _names(root)
    for name, rule in _RULES:
        if name in here and name not in tags:
            rule(root, tags, lang)
            here = _names(root)
    for name in sorted(here - _ALWAYS - set(tags)):
        _rename(root, name, tags)


def heading(tags: Collection[str], level: int) -> str:
    """Return the element for a heading of a level from 2, "" where there is none so deep."""
    if not tags:
        return f"h{level}"
    known = [name for name in HEADINGS if name in tags] or [
        name for name in ("h1",) if name in tags
    ]
    return known[level - 2] if level - 2 < len(known) else ""


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


_WORDS = frozenset(
    [
        "a",
        "strong",
        "em",
        "u",
        "del",
        "mark",
        "sub",
        "sup",
        "code",
        "ruby",
        "rt",
        "rp",
        "img",
        "br",
        "span",
    ]
)


def bold(source: Element) -> Element:
    """Return what an element holds as a paragraph of bold words."""
    made = etree.Element("p")
    strong = etree.SubElement(made, "strong")
    etree.strip_tags(source, "strong")
    pour(source, strong)
    return made


# ---- blocks ----


def _headings(root: Element, tags: Collection[str]) -> None:
    for element in list(root.iter(*HEADINGS)):
        known = heading(tags, int(str(element.tag)[1]))
        if known:
            element.tag = known
        else:
            put(element, bold(element))


def _names(root: Element) -> set[str]:
    return {str(element.tag) for element in root.iter()}


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


def marked(element: Element) -> Iterator[tuple[str, Element]]:
    """Give every item of a list with the mark that a browser would set before it."""
    if element.tag == "ul":
        yield from (("•", item) for item in element)
    else:
        start = int(element.get("start", "1"))
        yield from ((f"{number}.", item) for number, item in enumerate(element, start))


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


# ---- words ----


def _picture(root: Element, tags: Collection[str], lang: str) -> None:
    del tags, lang
    for element in list(root.iter("img")):
        linked = next(element.iterancestors("a"), None) is not None
        link = etree.Element("span" if linked else "a")
        if not linked:
            link.set("href", element.get("src", ""))
        link.text, link.tail = element.get("alt") or element.get("src", ""), element.tail
        parent = element.getparent()
        if parent is not None:
            parent.replace(element, link)
    etree.strip_tags(root, "span")


def _rename(root: Element, name: str, tags: Collection[str]) -> None:
    other = next((other for other in _OTHERS.get(name, ()) if other in tags), "")
    if other:
        for element in root.iter(name):
            element.tag = other
    elif name != "a":
        etree.strip_tags(root, name)


def _struck(root: Element, tags: Collection[str], lang: str) -> None:
    del lang
    if any(other in tags for other in _OTHERS["del"]):
        return
    for element in list(root.iter("del")):
        element.text = f"~~{element.text or ''}"
        write(element, "~~")


def _shifted(name: str, table: dict[int, int], mark: str) -> Callable[..., None]:
    def write_flat(root: Element, tags: Collection[str], lang: str) -> None:
        """Keep 10⁶ from becoming 106."""
        del tags, lang
        for element in list(root.iter(name)):
            text = "".join(map(str, element.itertext()))
            if not text:
                continue
            other = text.translate(table)
            known = all(ord(letter) in table for letter in text) and not len(element)
            if known:
                element.text = other
            else:
                element.text = f"{mark}({element.text or ''}"
                write(element, ")")

    return write_flat


def _ruby(root: Element, tags: Collection[str], lang: str) -> None:
    del tags
    opening, closing = ("（", "）") if full_width(lang) else (" (", ")")
    etree.strip_elements(root, "rp", with_tail=False)
    for element in root.iter("rt"):
        element.text = f"{opening}{element.text or ''}"
        write(element, closing)


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
    ("img", _picture),
    ("del", _struck),
    ("sup", _shifted("sup", _UP, "^")),
    ("sub", _shifted("sub", _DOWN, "_")),
    ("ruby", _ruby),
)
