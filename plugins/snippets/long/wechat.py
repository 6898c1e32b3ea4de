"""The text of a post as HTML to paste into the editor of a WeChat official account: pure.

That editor takes inline styles alone, and where one of them is not to its taste it may drop all
of an element's: so there is nothing here but text, boxes, borders and margins.
"""

from __future__ import annotations

from lxml import etree

from plugins.snippets.long.document import HINTS, fitted
from plugins.snippets.long.editing import editable
from plugins.snippets.long.ending import BEHIND
from plugins.snippets.long.noting import note
from plugins.snippets.long.styles import dress
from plugins.snippets.long.voice import full_width, spoken
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_

Element = etree._Element

FIRST = N_("First published at {site}.")
SOURCE = N_("“Read more” below this text leads to the original.")
ON = N_("“Read more” below this text leads on.")

# What this module itself writes as something that the editor keeps.
_OURS = frozenset(
    ("dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption")
) | {"mark", "del", "u", "sub", "sup"}


def write(post: Post, platform: Platform) -> str:
    """Return a post as one section with its styles in place; links and notes are at its end."""
    root = fitted(post, frozenset(platform.tags) | _OURS, coloured=True)
    note(root, post, platform)
    editable(root)
    _end(root, post, platform)
    root.set("class", "text")
    dress(root, post.theme, post.accent, full_width(post.lang))
    etree.strip_attributes(root, *HINTS)
    return etree.tostring(root, encoding="unicode", method="html")


def _end(root: Element, post: Post, platform: Platform) -> None:
    """Add what is behind the paywall before the notes, and where all this is from after them."""
    source = platform.way == "source"
    if post.gated:
        words = spoken(post.lang, BEHIND).format(words=f"{post.words:,}", site=post.site)
        stop = "。" if full_width(post.lang) else ". "
        said = [words + stop.strip(), *([spoken(post.lang, ON)] if source else [])]
        made = etree.Element("p", {"class": "behind"})
        made.text = ("" if full_width(post.lang) else " ").join(said)
        first = next((at for at, part in enumerate(root) if part.get("class") == "notes"), None)
        root.insert(len(root) if first is None else first, made)
    said = [spoken(post.lang, FIRST).format(site=post.site)]
    if source and not post.gated:
        said.append(spoken(post.lang, SOURCE))
    last = etree.SubElement(root, "p", {"class": "from"})
    last.text = ("" if full_width(post.lang) else " ").join(said)
