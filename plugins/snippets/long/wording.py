"""What stands between words, said in another way where a platform has no element for it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lxml import etree

from plugins.snippets.long.trees import write
from plugins.snippets.long.voice import full_width

Element = etree._Element

# Elements of a canonical tree, and others that say the same.
OTHERS = {"strong": ("b",), "em": ("i",), "del": ("s", "strike"), "u": ("ins",)}
_UP = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_DOWN = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def picture(root: Element, tags: Collection[str], lang: str) -> None:
    """Write a picture as a link to it, which may become a note, or as its words."""
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


def rename(root: Element, names: Collection[str], tags: Collection[str]) -> None:
    """Write elements as others that say the same, else leave their words."""
    gone = []
    for name in names:
        other = next((other for other in OTHERS.get(name, ()) if other in tags), "")
        if other:
            for element in root.iter(name):
                element.tag = other
        elif name != "a":
            gone.append(name)
    if gone:
        etree.strip_tags(root, *gone)


def struck(root: Element, tags: Collection[str], lang: str) -> None:
    """Keep words that were struck out from coming back."""
    del lang
    if any(other in tags for other in OTHERS["del"]):
        return
    for element in list(root.iter("del")):
        element.text = f"~~{element.text or ''}"
        write(element, "~~")


def _shifted(name: str, table: dict[int, int], mark: str) -> Callable[..., None]:
    def write_flat(root: Element, tags: Collection[str], lang: str) -> None:
        """Keep 10⁶ from becoming 106."""
        del tags, lang
        for element in list(root.iter(name)):
            if not "".join(map(str, element.itertext())):
                continue
            if other := _other(element, table):
                element.text = other
            else:
                element.text = f"{mark}({element.text or ''}"
                write(element, ")")

    return write_flat


def _other(element: Element, table: dict[int, int]) -> str:
    """Return the letters that stand for raised or lowered ones, "" where there are none."""
    text = element.text or ""
    known = all(ord(letter) in table for letter in text) and not len(element)
    return text.translate(table) if known else ""


def flat(element: Element) -> tuple[str, str, str]:
    """Return what stands for a raised or lowered word: letters, or what goes around it."""
    table, mark = (_UP, "^") if element.tag == "sup" else (_DOWN, "_")
    return _other(element, table), f"{mark}(", ")"


def ruby(root: Element, tags: Collection[str], lang: str) -> None:
    """Write how a word is read in parentheses behind it."""
    del tags
    opening, closing = ("（", "）") if full_width(lang) else (" (", ")")
    etree.strip_elements(root, "rp", with_tail=False)
    for element in root.iter("rt"):
        element.text = f"{opening}{element.text or ''}"
        write(element, closing)


raised, lowered = _shifted("sup", _UP, "^"), _shifted("sub", _DOWN, "_")
