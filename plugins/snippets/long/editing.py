"""Give a text the form that WeChat's editor leaves as it is: pure.

Seen by those who paste there every day: the editor keeps two levels of lists and loses what is
deeper; what follows the first words of an item it puts on a line of its own, unless all of it is
in one section; spaces between two elements vanish, and so do line breaks in code; white space
between blocks becomes an empty line; width and height of a picture count as styles only.
https://github.com/doocs/md/issues/296 https://github.com/caol64/wenyan-core/pull/28
https://github.com/whyubel1eve/Mars-Editor-APP/pull/3 https://github.com/doocs/md/issues/894
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from plugins.snippets.long.canonical.flowing import is_empty
from plugins.snippets.long.trees import marked, paragraphs, pour, put

Element = etree._Element

_EDGE = re.compile(r"^ | $|  +")
_BULLETS = "•◦▪"
_DEEPEST = 3
_SMALL = 480  # pixels: a picture that is narrower is not made to fill the page
_PAGE, _COLUMN = 330, 150  # pixels: what a table may take, and what a column does
_ALARMS = ("warning", "danger", "caution", "attention", "error")
_BOXES = ("☐ ", "☑ ")
# Names of Pygments to the colours of a theme: https://pygments.org/docs/tokens/
_KINDS = {"c": "comment", "s": "string", "k": "keyword", "m": "number"}
_NAMES = {
    **dict.fromkeys(("nf", "fm", "nc", "nd", "na"), "name"),
    **dict.fromkeys(("nt", "ow"), "keyword"),
}


def editable(root: Element) -> None:
    """Change a document of ours in place; what elements are for is then their class."""
    here: dict[str, list[Element]] = {}
    for element in root.iter():
        here.setdefault(str(element.tag), []).append(element)
    root.tag = "section"
    for tag, rule in _RULES.items():
        for element in here.get(tag, ()):
            rule(element)
    _notes(root)


def _notes(root: Element) -> None:
    """Put the notes into one part, so that what they look like is said once."""
    parts = [element for element in root if element.get("data-note") is not None]
    if not parts:
        return
    parts[0].tag = "p"
    parts[0].set("class", "notes")
    text = etree.SubElement(root, "section", {"class": "note-text"})
    text.extend(_as(parts[1:], "note"))


def _named(name: str) -> Callable[[Element], None]:
    def name_it(element: Element) -> None:
        element.tag = "span"
        element.set("class", name)

    return name_it


# ---- code ----


def _code(pre: Element) -> None:
    """Set line breaks and those spaces that would be lost as what the editor keeps."""
    code = pre[0]
    code.set("class", "listing")
    for part in code:
        kind = part.get("class", "")
        name = _NAMES.get(kind) or _KINDS.get(kind[:1])
        if name:
            part.set("class", name)
        else:
            part.tag = "gone"
    etree.strip_tags(code, "gone")
    parts = list(code)
    lines = _spaced(code.text)
    code.text = lines[0]
    for at, line in enumerate(lines[1:]):
        code.insert(at, _br(line))
    for part in parts:
        lines = _spaced(part.text)
        part.text = lines[0]
        part.extend(_br(line) for line in lines[1:])
        lines, last = _spaced(part.tail), part
        part.tail = lines[0]
        for line in lines[1:]:
            made = _br(line)
            last.addnext(made)
            last = made


def _br(line: str) -> Element:
    made = etree.Element("br")
    made.tail = line
    return made


def _spaced(text: str | None) -> list[str]:
    if not text:
        return [""]
    return [_EDGE.sub(_kept, line) for line in text.expandtabs(4).split("\n")]


def _kept(found: re.Match[str]) -> str:
    return "\u00a0" * len(found[0])


# ---- tables, terms, quotations, pictures ----


def _table(table: Element) -> None:
    """Let a wide table be pushed sideways, its columns as wide as what they say."""
    widest: dict[int, int] = {}
    rows = list(table.iter("tr"))
    for row in rows:
        for at, cell in enumerate(row):
            widest[at] = max(widest.get(at, 0), _width("".join(map(str, cell.itertext()))))
            if align := cell.get("data-align"):
                cell.set("style", f"text-align:{align}")
    if sum(widest.values()) > _PAGE:
        for at, cell in enumerate(rows[0]):
            cell.set("style", _joined(cell.get("style"), f"min-width:{widest[at]}px"))
    parent = table.getparent()
    if parent is not None:
        around = etree.Element("section", {"class": "wide"})
        parent.replace(table, around)
        around.append(table)


def _width(text: str) -> int:
    """Return about how many pixels a cell wants."""
    return min(_COLUMN, 24 + sum(15 if letter > "\u2e80" else 8 for letter in text[:20]))


def _joined(*styles: str | None) -> str:
    return ";".join(style for style in styles if style)


def _terms(terms: Element) -> None:
    found: list[Element] = []
    for each in list(terms):
        parts = [each] if each.tag == "dt" else paragraphs(each)
        found += _as(parts, "term" if each.tag == "dt" else "meaning")
    put(terms, *found)


def _quotation(quotation: Element) -> None:
    """Name what stands in a quotation, or in a box, which is one with a kind."""
    kind = quotation.get("data-kind")
    if kind:
        quotation.tag = "section"
        quotation.set("class", "alarm" if kind in _ALARMS else "box")
        if len(quotation) and _is_title(quotation[0]):
            quotation[0].set("class", "warned" if kind in _ALARMS else "title")
    _as([part for part in quotation if not part.get("class")], "quoted")
    if len(quotation) and quotation[-1].get("class") == "quoted":
        quotation[-1].set("class", "last")


def _is_title(first: Element) -> bool:
    whole = len(first) == 1 and first[0].tag == "strong" and not (first.text or first[0].tail)
    if whole:
        etree.strip_tags(first, "strong")
    return whole


def _as(parts: Iterable[Element], name: str) -> list[Element]:
    """Give paragraphs among some blocks a name."""
    named = list(parts)
    for part in named:
        if part.tag in ("p", "dt") and not part.get("class"):
            part.tag = "p"
            part.set("class", name)
    return named


def _figure(figure: Element) -> None:
    parts = paragraphs(figure)
    figure.tag, figure.text = "section", None
    figure.set("class", "figure")
    for part in parts:
        if part.tag == "figcaption":
            part.tag = "p"
            part.set("class", "caption")
    figure[:] = _as(parts, "bare")


def _picture(image: Element) -> None:
    width, parent = int(image.get("width", "0")), image.getparent()
    etree.strip_attributes(image, "width", "height")
    alone = parent is not None and _is_alone(image, parent)
    image.set("class", "full" if alone and width >= _SMALL else "own" if alone else "small")
    if 0 < width < _SMALL:
        image.set("style", f"width:{width}px")
    if alone and parent is not None and parent.tag == "p" and not parent.get("class"):
        parent.set("class", "picture")


def _is_alone(image: Element, parent: Element) -> bool:
    return len(parent) == 1 and not (parent.text or "").strip() and not (image.tail or "").strip()


# ---- lists ----


def _list(made: Element) -> None:
    """Leave the outer list one; what is deeper become sections with marks."""
    if any(above.tag == "li" for above in made.iterancestors()):
        return
    if all((item.text or "").startswith(_BOXES) for item in made):
        tasks = list(_deeper(made, 0))
        made.tag = "section"
        made.set("class", "tasks")
        made[:] = tasks
        return
    for item in made:
        first, *rest = _flat(item, 0)
        first.tag, item.text = "section", None
        first.set("class", "item")
        if is_empty(first) and rest:
            first.append(rest.pop(0))
        item[:] = [first, *_as(rest, "more")]


def _flat(item: Element, depth: int) -> Iterator[Element]:
    """Give what an item holds as blocks in one row, the first of them a paragraph."""
    parts = paragraphs(item)
    if not parts or parts[0].tag != "p":
        yield etree.Element("p")
    for part in parts:
        if part.tag in ("ul", "ol"):
            yield from _deeper(part, depth + 1)
        else:
            yield part


def _deeper(made: Element, depth: int) -> Iterator[Element]:
    level = min(depth, _DEEPEST)
    for mark, item in list(marked(made)):
        first, *rest = _flat(item, depth)
        yield _marked(first, mark if made.tag == "ol" else _BULLETS[min(depth, 2)], level)
        for part in rest:
            if part.tag == "p" and not part.get("class"):
                part.tag = "section"
                part.set("class", f"more-{level}")
            yield part


def _marked(paragraph: Element, mark: str, level: int) -> Element:
    if (paragraph.text or "").startswith(_BOXES):
        mark, paragraph.text = str(paragraph.text)[0], str(paragraph.text)[2:]
    made = etree.Element("section", {"class": f"deep-{level}"})
    etree.SubElement(made, "span", {"class": "sign"}).text = mark
    pour(paragraph, made)
    return made


# What is within comes first: a list sees the code of its items as it will be.
_RULES: dict[str, Callable[[Element], None]] = {
    "pre": _code,
    "img": _picture,
    "table": _table,
    "dl": _terms,
    "figure": _figure,
    "blockquote": _quotation,
    "ul": _list,
    "ol": _list,
    "mark": _named("mark"),
    "del": _named("struck"),
    "u": _named("line"),
}
