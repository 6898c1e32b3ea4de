"""Rules for tables: rows of cells that hold words alone."""

from __future__ import annotations

from lxml import etree

from plugins.snippets.long.canonical.blocks import summary
from plugins.snippets.long.canonical.flowing import Flow
from plugins.snippets.long.canonical.reading import Reader, part

Element = etree._Element


def table(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a table, the rows of its head first."""
    flow.close()
    for caption in source.iterchildren("caption"):
        summary(reader, caption, flow)
    rows = [row for row in source.iter("tr") if next(row.iterancestors("table"), None) is source]
    for stray in _stray(source):
        part(reader, stray, flow)
    heads = [row for row in rows if _is_head(row)]
    if not heads and rows and _is_all_heads(rows[0]):
        heads = rows[:1]
    bodies = [row for row in rows if row not in heads]
    made = flow.block("table")
    for name, chosen in (("thead", heads), ("tbody", bodies)):
        if chosen:
            block = etree.SubElement(made, name)
            for row in chosen:
                _row(reader, row, etree.SubElement(block, "tr"))
    if not rows:
        flow.target.remove(made)


def _row(reader: Reader, source: Element, made: Element) -> None:
    for cell in source.iterchildren("th", "td"):
        known = {
            name: value
            for name in ("colspan", "rowspan")
            if (value := cell.get(name, "")).isdecimal() and value not in ("0", "1")
        }
        wish = cell.get("align") or cell.get("class", "")
        if wish in ("center", "right"):
            known["data-align"] = wish
        reader.line(cell, etree.SubElement(made, str(cell.tag), known))


def _stray(source: Element) -> list[Element]:
    """Return what stands in a table without being a part of it."""
    known = ("caption", "thead", "tbody", "tfoot", "tr", "colgroup", "col")
    return [each for each in source.iterchildren(tag=etree.Element) if each.tag not in known]


def _is_head(row: Element) -> bool:
    parent = row.getparent()
    return parent is not None and parent.tag == "thead"


def _is_all_heads(row: Element) -> bool:
    return len(row) > 0 and all(cell.tag == "th" for cell in row)
