"""Rules for what stands between words, and for what plays."""

from __future__ import annotations

from urllib.parse import unquote

from lxml import etree

from plugins.model.text import writable
from plugins.snippets.long.canonical.flowing import Flow
from plugins.snippets.long.canonical.reading import Reader, Rule, said
from plugins.snippets.long.voice import spoken
from publish.contract.catalogue import N_

Element = etree._Element

_PLAYERS = {"video": N_("Video"), "audio": N_("Audio")}


def within(tag: str) -> Rule:
    """Return the rule that writes an element as another."""

    def write(reader: Reader, source: Element, flow: Flow) -> None:
        reader.inside(source, flow, tag)

    return write


def clear(reader: Reader, source: Element, flow: Flow) -> None:
    """Add what an element holds, as if it were not there."""
    reader.read(source, flow)


def nothing(reader: Reader, source: Element, flow: Flow) -> None:
    """Leave an element out."""


def raised(reader: Reader, source: Element, flow: Flow) -> None:
    """Add raised words, or a reference to a note."""
    if name := _note(reader, source):
        flow.add("ref", {"name": name})
    else:
        reader.inside(source, flow, "sup")


def link(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a link; one to a place of this very page is none elsewhere."""
    kinds = source.get("class", "")
    if "footnote-backref" in kinds or "headerlink" in kinds:
        return
    href = reader.address(source.get("href"))
    page, _, fragment = href.partition("#")
    same = bool(fragment) and page == reader.here
    if same and fragment.startswith("fnref"):
        return
    if not href or same or any(tag == "a" for tag, _ in flow.path):
        reader.read(source, flow)
    else:
        reader.inside(source, flow, "a", {"href": href})


def line_break(reader: Reader, source: Element, flow: Flow) -> None:
    """End a line."""
    del reader, source
    flow.br()


def picture(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a picture; one without an address says its words alone."""
    src, alt = reader.address(source.get("src")), said(writable(source.get("alt", ""))).strip()
    if not src:
        flow.text(alt)
        return
    sizes = {
        name: value for name in ("width", "height") if (value := source.get(name, "")).isdecimal()
    }
    flow.add("img", {"src": src, "alt": alt, **sizes})


def box(reader: Reader, source: Element, flow: Flow) -> None:
    """Add the box of a task as a character."""
    del reader
    if source.get("type") == "checkbox":
        flow.text("☐ " if source.get("checked") is None else "☑ ")


def quoted(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a quotation within a line, with the marks that a browser would set."""
    flow.text("“")
    reader.read(source, flow)
    flow.text("”")


def drawing(reader: Reader, source: Element, flow: Flow) -> None:
    """Add the name of a drawing or a formula: the thing itself lives nowhere else."""
    del reader
    titles = "".join(str(title.text or "") for title in source.iter("title"))
    name = titles or source.get("aria-label") or source.get("alttext") or ""
    flow.text(said(name).strip())


def player(reader: Reader, source: Element, flow: Flow) -> None:
    """Add a film, a sound or a frame as a line that leads to it."""
    files = [source, *source.iter("source")]
    href = next((found for file in files if (found := reader.address(file.get("src")))), "")
    if not href:
        return
    given = said(source.get("title") or source.get("aria-label") or "").strip()
    word = _PLAYERS.get(str(source.tag), "")
    flow.close()
    flow.enter("a", {"href": href})
    flow.text(given or (spoken(reader.lang, word) if word else href))
    flow.leave()
    flow.close()


def _note(reader: Reader, source: Element) -> str:
    for anchor in source.iterchildren("a"):
        page, _, fragment = reader.address(anchor.get("href")).partition("#")
        name = unquote(fragment)
        if page == reader.here and name.startswith(("fn:", "fn-")):
            return name
    return ""
