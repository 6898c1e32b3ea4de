"""The HTML of a post in one form, whatever Markdown or its writer made of it: pure.

It is a `<div>` of blocks: p h2–h6 ul ol dl table blockquote pre figure hr. Words stand only in p,
h2–h6, dt, th, td and figcaption, and first of all in li, dd and figure, where blocks may follow.
Between words are a (href) strong em u del mark sub sup code ruby rt rp img (src alt width height)
and br. Spaces are those that one sees. There are hints for those who write it down:

    pre[data-lang]         the language of its code, where it is known
    pre span[class]        the coloured parts of its code, by the names of Pygments
    blockquote[data-kind]  an admonition: "note", "warning", …
    th, td[data-align]     "center" or "right"
    ref[name]              a reference to a note, without words
    div[data-note]         a note of that name, after all else
"""

from __future__ import annotations

from lxml import etree

from plugins.model.text import writable
from plugins.snippets.long.canonical import blocks, tables, words
from plugins.snippets.long.canonical.reading import Reader, Rule, part

Element = etree._Element

_SAME = ["strong", "em", "u", "del", "mark", "sub", "code", "ruby", "rt", "rp"]
_AS = {
    "b": "strong",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "ins": "u",
    "s": "del",
    "strike": "del",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
_CLEAR = (
    *("span", "font", "big", "small", "abbr", "acronym", "time", "data", "bdi", "bdo", "label"),
    *("output", "button", "meter", "progress", "nobr", "map", "slot", "picture", "rb", "rtc"),
)
_GONE = (
    *("script", "style", "template", "head", "title", "meta", "link", "base", "area", "col"),
    *("colgroup", "source", "track", "param", "object", "embed", "canvas", "applet", "frameset"),
    *("wbr", "datalist", "caption"),
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_RULES: dict[str, Rule] = {
    **{name: words.within(name) for name in _SAME},
    **{name: words.within(other) for name, other in _AS.items()},
    **dict.fromkeys(_CLEAR, words.clear),
    **dict.fromkeys(_GONE, words.nothing),
    **dict.fromkeys(_HEADINGS, blocks.heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), blocks.items),
    **dict.fromkeys(("div", "section"), blocks.division),
    **dict.fromkeys(("svg", "math"), words.drawing),
    **dict.fromkeys(("video", "audio", "iframe"), words.player),
    "sup": words.raised,
    "a": words.link,
    "br": words.line_break,
    "img": words.picture,
    "input": words.box,
    "q": words.quoted,
    "blockquote": blocks.quotation,
    "hr": blocks.line,
    "dl": blocks.terms,
    "pre": blocks.code,
    "figure": blocks.figure,
    "summary": blocks.summary,
    "table": tables.table,
}
_FLAT: dict[str, Rule] = {
    **dict.fromkeys(_HEADINGS, blocks.summary),
    **dict.fromkeys(("ul", "ol", "menu", "dir", "blockquote", "hr", "dl", "figure"), part),
    "table": part,
    "li": blocks.flat_item,
    "pre": blocks.flat_code,
}
_PARSER = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)


def canonical(html: str, url: str, lang: str) -> Element:
    """Return a fresh tree of a post's HTML; `url` is where its relative addresses start."""
    page = etree.fromstring(f"<html><body>{writable(html)}</body></html>", _PARSER)
    root = etree.Element("div")
    reader = Reader(url, lang, _RULES, _FLAT)
    for body in page.iterchildren("body"):
        reader.blocks(body, root)
    root.extend(reader.notes.values())
    return root
