"""Rules for what stands for itself: headings, quotations, lists, code, pictures, parts."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from plugins.model.text import writable
from plugins.snippets.long.canonical.flowing import Flow, is_empty
from plugins.snippets.long.canonical.reading import Reader, part

Element = etree._Element

_LANG = re.compile(r"\blang(?:uage)?-([\w+#.-]+)")


def heading(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a heading; the first level is the title of the post."""
    made = flow.block("h2" if source.tag == "h1" else str(source.tag))
    _keep(reader.line(source, made))


def quotation(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a quotation."""
    _keep(reader.blocks(source, flow.block("blockquote"), flow))


def line(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a line between two parts; the one over the notes is left out."""
    parent = source.getparent()
    flow.close()
    if parent is None or not _is_notes(parent):
        flow.block("hr")


def items(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a list; what stands outside of its items goes into the one before."""
    made = flow.block("ol" if source.tag == "ol" else "ul")
    start = source.get("start", "")
    if made.tag == "ol" and start.isdecimal():
        made.set("start", start)
    item: Flow | None = None
    for child in _whole(source):
        if child.tag == "li" or item is None:
            if item:
                item.close()
            item = Flow(etree.SubElement(made, "li"), "item", flow.path)
        if child.tag == "li":
            reader.read(child, item)
        else:
            reader.element(child, item)
    if item:
        item.close()
    for each in list(made):
        _keep(each)
    _keep(made)


def terms(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a list of terms and what they mean; what is neither means something."""
    made = flow.block("dl")
    _terms(reader, source, made)
    _keep(made)


def code(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a block of code, every line and space as it is."""
    del reader
    made = flow.block("pre")
    inner, outer = next(source.iterchildren("code"), source), source.getparent()
    kinds = (inner.get("class"), source.get("class"), outer is not None and outer.get("class"))
    if found := _LANG.search(" ".join(kind for kind in kinds if kind)):
        made.set("data-lang", found[1])
    body = etree.SubElement(made, "code")
    _pour(source, body)
    if not "".join(map(str, body.itertext())).strip():
        flow.target.remove(made)


def figure(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a picture with what is said of it."""
    made, caption = flow.block("figure"), etree.Element("figcaption")
    for each in list(source.iter("figcaption")):
        words = Flow(caption, "line")
        reader.read(each, words)
        words.close()
        each.tag = "template"
    reader.item(source, made, flow)
    if not is_empty(caption):
        made.append(caption)
    _keep(made)


def summary(reader: Reader, source: Element, flow: Flow) -> None:
    """Add the line over a part as bold words."""
    flow.close()
    reader.inside(source, flow, "strong")
    flow.close()


def division(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a part; a table of contents is left out, notes are set aside."""
    kinds = source.get("class", "").split()
    flow.close()
    if "toc" in kinds or _is_contents(reader, source):
        return
    if _is_notes(source):
        _notes(reader, source, flow)
    elif "admonition" in kinds and flow.mode != "line":
        _admonition(reader, source, flow, kinds)
    else:
        part(reader, source, flow)


def flat_item(reader: Reader, source: Element, flow: Flow) -> None:
    """Add an item of a list where there are words alone."""
    flow.close()
    flow.text("• ")
    reader.read(source, flow)
    flow.close()


def flat_code(reader: Reader, source: Element, flow: Flow) -> None:
    """Add code where there are words alone."""
    del reader
    flow.close()
    flow.enter("code")
    for number, text in enumerate("".join(map(str, source.itertext())).strip("\n").split("\n")):
        if number:
            flow.br()
        flow.text(writable(text).expandtabs(4).replace("  ", "\u00a0\u00a0"))
    flow.leave()
    flow.close()


def _keep(made: Element) -> None:
    parent = made.getparent()
    if is_empty(made) and parent is not None:
        parent.remove(made)


def _whole(source: Element) -> list[Element]:
    """Return the children of a list, bare words between them as elements, too."""
    words = [(source, source.text), *((child, child.tail) for child in source)]
    found: list[Element] = []
    for element, text in words:
        if element is not source and isinstance(element.tag, str):
            found.append(element)
        if text and text.strip():
            found.append(etree.Element("span"))
            found[-1].text = text
    return found


def _terms(reader: Reader, source: Element, made: Element) -> None:
    for child in _whole(source):
        if child.tag == "div":
            _terms(reader, child, made)
            continue
        name = "dt" if child.tag == "dt" else "dd"
        filled = Flow(etree.SubElement(made, name), "line" if name == "dt" else "item")
        if child.tag in ("dt", "dd"):
            reader.read(child, filled)
        else:
            reader.element(child, filled)
        filled.close()
        _keep(filled.target)


def _pour(source: Element, code: Element) -> None:
    """Copy code: its text, and what is coloured with its classes."""
    span: Element | None = None

    def write(text: str, name: str) -> None:
        nonlocal span
        text = writable(text)
        if not text:
            return
        if name:
            span = etree.SubElement(code, "span", {"class": name})
            span.text = text
        elif span is None:
            code.text = (code.text or "") + text
        else:
            span.tail = (span.tail or "") + text

    def walk(element: Element, name: str) -> None:
        write("\n" if element.tag == "br" else element.text or "", name)
        for child in element.iterchildren(tag=etree.Element):
            walk(child, _colour(child) or name)
            write(child.tail or "", name)

    walk(source, "")
    first = code if code.text or not len(code) else code[0]
    first.text = (first.text or "").lstrip("\n")
    if not len(code):
        code.text = (code.text or "").rstrip("\n")
    elif code[-1].tail:
        code[-1].tail = code[-1].tail.rstrip("\n")
    else:
        code[-1].text = (code[-1].text or "").rstrip("\n")


def _colour(element: Element) -> str:
    name = cast("str", element.get("class", ""))
    return name if element.tag == "span" and name.isalnum() and len(name) <= 3 else ""


def _admonition(reader: Reader, source: Element, flow: Flow, kinds: list[str]) -> None:
    made = flow.block("blockquote")
    made.set("data-kind", next((kind for kind in kinds if kind != "admonition"), "note"))
    for title in source.iterchildren("p"):
        if "admonition-title" in title.get("class", ""):
            title.tag = "summary"
    _keep(reader.blocks(source, made, flow))


def _is_contents(reader: Reader, source: Element) -> bool:
    """Tell a table of contents by its links, where its class was taken away: all lead here."""
    if len(source) != 1 or source[0].tag != "ul" or (source.text or "").strip():
        return False
    links = list(source.iter("a"))
    linked = " ".join("".join(map(str, link.itertext())) for link in links)
    return (
        bool(links)
        and linked.split() == " ".join(map(str, source.itertext())).split()
        and all(reader.is_here(link.get("href")) for link in links)
    )


def _is_notes(element: Element) -> bool:
    if "footnote" in element.get("class", "").split():
        return True
    return any(each.get("id", "").startswith(("fn:", "fn-")) for each in element.iterfind("ol/li"))


def _notes(reader: Reader, source: Element, flow: Flow) -> None:
    for each in source.iter("li"):
        name = each.get("id", "")
        if name.startswith(("fn:", "fn-")):
            reader.notes.setdefault(name, etree.Element("div", {"data-note": name}))
            reader.blocks(each, reader.notes[name])
        elif next(each.iterancestors("li"), None) is None:
            part(reader, each, flow)
