"""A post's HTML as blocks to be set on pages, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lxml import html as lxml_html
from lxml.html import HtmlElement

from plugins.model.text import HAN, KANA, WIDE
from plugins.snippets.pictures.boxes import Run

Kind = Literal["text", "heading", "subheading", "label", "item", "quote", "code", "rule", "note"]

_STYLES = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em",
    "code": "mono", "kbd": "mono", "samp": "mono", "mark": "strong", "dfn": "em", "cite": "em",
}  # fmt: skip
# Pictures cannot be fetched, and a caption without its picture says nothing.
_LEFT_OUT = {
    "img", "figure", "picture", "svg", "script", "style", "template", "video", "audio", "iframe",
    "object", "button", "form", "select",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table",
    "hr", "section", "article", "aside", "details", "summary", "header", "footer", "li", "dt",
    "dd", "main", "nav", "figure", "center", "address",
}  # fmt: skip
_ROWS = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_CELLS = "./caption | " + " | ".join(
    f"{row}/{cell}" for row in _ROWS.split(" | ") for cell in ("th", "td")
)
_EAST = rf"[{HAN}{KANA}{WIDE}]"
_BETWEEN_EAST = re.compile(rf"(?<={_EAST})[ \t]*\n[ \t\n]*(?={_EAST})")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\x0b"
_BULLETS = ("•", "–", "·")


@dataclass(frozen=True)
class Block:
    """A block; `mark` is what stands before an item, `depth` how deep it lies in lists.

    `runs` of code have their line breaks, those of all else none but the author's own.
    """

    kind: Kind
    runs: tuple[Run, ...]
    mark: str = ""
    depth: int = 0

    @property
    def text(self) -> str:
        """Return its plain words."""
        return "".join(run.text for run in self.runs)


def blocks(markup: str, chinese: bool) -> list[Block]:
    """Return the blocks of clean HTML; nothing but pictures and their captions is left out."""
    root = lxml_html.fragment_fromstring(markup or " ", create_parent="div")
    return [block for block in _within(root, chinese) if block.runs or block.kind == "rule"]


def _within(element: HtmlElement, chinese: bool) -> Iterator[Block]:
    """Yield the blocks of an element; loose text between them is a paragraph."""
    loose: list[Run] = []
    if element.text:
        loose.append(Run(element.text))
    for child in element:
        if isinstance(child.tag, str) and child.tag in _BLOCKS and child.tag not in _LEFT_OUT:
            yield from _paragraph(loose)
            loose = []
            yield from _block(child, chinese)
        else:
            loose += _inline(child, "text")
        if child.tail:
            loose.append(Run(child.tail))
    yield from _paragraph(loose)


def _block(element: HtmlElement, chinese: bool) -> Iterator[Block]:
    tag = element.tag
    classes = element.get("class", "").split()
    if "toc" in classes:
        return
    if "footnote" in classes:
        yield from _notes(element, chinese)
    elif "admonition-title" in classes:
        yield Block("label", _strong(_tidy(_content(element))))
    elif tag in ("h1", "h2"):
        yield Block("heading", _tidy(_content(element)))
    elif tag in ("dt", "summary"):
        yield Block("label", _strong(_tidy(_content(element))))
    elif tag in ("h3", "h4", "h5", "h6"):
        yield Block("subheading", _tidy(_content(element)))
    elif tag == "hr":
        yield Block("rule", ())
    elif tag == "pre":
        yield Block("code", (Run(element.text_content().strip("\n"), "mono"),))
    elif tag == "table" and _regular(element, _CELLS):
        yield from _rows(element, chinese)
    elif tag in ("ul", "ol") and _regular(element, "./li"):
        yield from _list(element, chinese)
    elif tag == "blockquote":
        for block in _within(element, chinese):
            kind: Kind = "quote" if block.kind == "text" else block.kind
            yield replace(block, kind=kind)
    elif tag == "dd":
        yield from (replace(block, depth=block.depth + 1) for block in _within(element, chinese))
    else:
        yield from _within(element, chinese)


def _regular(element: HtmlElement, path: str) -> bool:
    """Tell whether all that an element says is in its items or cells."""
    inside = "".join(each.text_content() for each in element.xpath(path))
    return "".join(inside.split()) == "".join(element.text_content().split())


def _list(element: HtmlElement, chinese: bool) -> Iterator[Block]:
    start = element.get("start", "1")
    number = int(start) if start.lstrip("-").isdigit() else 1
    bullet = _BULLETS[min(_depth(element), len(_BULLETS) - 1)]
    for item in (child for child in element if child.tag == "li"):
        mark = f"{number}." if element.tag == "ol" else bullet
        number += 1
        for block in _within(item, chinese):
            if block.kind in ("item", "note"):
                yield replace(block, depth=block.depth + 1)
            elif block.kind == "text":
                yield replace(block, kind="item", mark=mark)
            else:
                yield block
            mark = ""


def _depth(element: HtmlElement) -> int:
    return sum(1 for above in element.iterancestors("ul", "ol"))


def _rows(table: HtmlElement, chinese: bool) -> Iterator[Block]:
    """Yield a table line by line: what its row is about, then each cell with its column's name."""
    for caption in table.xpath("./caption"):
        yield Block("label", _strong(_tidy(_content(caption))))
    lines = table.xpath(_ROWS)
    rows = [[_tidy(_content(cell)) for cell in line if cell.tag in ("th", "td")] for line in lines]
    named = len(rows) > 1 and all(cell.tag == "th" for cell in lines[0])
    colon, semicolon = ("：", "；") if chinese else (": ", "; ")
    names = ["".join(run.text for run in cell) for cell in rows[0]] if named else []
    for row in rows[1:] if named else rows:
        runs: list[Run] = []
        for number, cell in enumerate(row):
            if not cell:
                continue
            if number == 0:
                runs += _strong(cell)
                continue
            first = not runs or (runs[-1].style == "strong" and number == 1)
            name = names[number] if number < len(names) and len(row) > 2 else ""
            runs.append(Run(colon if first and runs else semicolon if runs else ""))
            runs += [Run(f"{name} ")] if name else []
            runs += cell
        yield Block("item", tuple(run for run in runs if run.text), mark=_BULLETS[0])


def _notes(element: HtmlElement, chinese: bool) -> Iterator[Block]:
    for number, item in enumerate(element.iter("li"), 1):
        for mark, block in enumerate(_within(item, chinese)):
            yield Block("note", block.runs, mark="" if mark else f"[{number}]")


def _inline(element: HtmlElement, style: str) -> list[Run]:
    """Return the runs of an element within a line."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _LEFT_OUT:
        return []
    if tag == "br":
        return [Run(_BREAK, style)]
    if tag == "input" and element.get("type") == "checkbox":
        return [Run("☑ " if element.get("checked") is not None else "☐ ", style)]
    if tag == "a" and element.get("class", "") in ("footnote-backref", "headerlink"):
        return []
    if tag == "sup" and element.get("id", "").startswith("fnref"):
        return [Run(f"[{element.text_content().strip('[]')}]", style)]
    inner = _STYLES.get(tag, style)
    return _content(element, "strong" if style == "strong" and inner == "em" else inner)


def _content(element: HtmlElement, style: str = "text") -> list[Run]:
    runs = [Run(element.text, style)] if element.text else []
    for child in element:
        if child.tag in _BLOCKS and child.tag not in _LEFT_OUT:
            runs.append(Run(_BREAK, style))
        runs += _inline(child, style)
        if child.tail:
            runs.append(Run(child.tail, style))
    return runs


def _strong(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(replace(run, style="strong") for run in runs)


def _paragraph(loose: list[Run]) -> Iterator[Block]:
    runs = _tidy(loose)
    if runs:
        yield Block("text", runs)


def _tidy(loose: list[Run]) -> tuple[Run, ...]:
    """Return runs with white space as HTML means it, and line breaks where the author has them."""
    whole = "".join(run.text for run in loose)
    styles = "".join(chr(_code(run.style)) * len(run.text) for run in loose)
    dropped = {n for found in _BETWEEN_EAST.finditer(whole) for n in range(*found.span())}
    kept = [(c, s) for n, (c, s) in enumerate(zip(whole, styles, strict=True)) if n not in dropped]
    out: list[tuple[str, str]] = []
    for character, style in kept:
        character = " " if _SPACE.match(character) else character
        if character == " " and (not out or out[-1][0] in (" ", _BREAK)):
            continue
        if character == _BREAK:
            while out and out[-1][0] == " ":
                out.pop()
        out.append((character, style))
    while out and out[-1][0] in (" ", _BREAK):
        out.pop()
    while out and out[0][0] == _BREAK:
        out.pop(0)
    return tuple(_joined(out))


_ALL = ("text", "strong", "em", "mono")


def _code(style: str) -> int:
    return _ALL.index(style)


def _joined(out: list[tuple[str, str]]) -> Iterator[Run]:
    held, style = "", ""
    for character, code in out:
        if held and code != style:
            yield Run(held, _ALL[ord(style)])
            held = ""
        held, style = held + ("\n" if character == _BREAK else character), code
    if held:
        yield Run(held, _ALL[ord(style)])
