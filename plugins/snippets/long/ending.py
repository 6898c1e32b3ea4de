"""What a copy of a post says at its end: what is left to read, and where its original is."""

from __future__ import annotations

import functools
import re
from typing import Any

from lxml import etree

from plugins.snippets import links
from plugins.snippets.long.document import document
from plugins.snippets.long.sharing import Order
from plugins.snippets.long.voice import full_width, spoken
from plugins.snippets.values import Platform
from publish.contract.catalogue import N_

BEHIND = N_(
    "Here ends what is open to everybody. The whole post, {words} words, is for subscribers or"
    " members of {site}"
)
ORIGIN = N_("Originally published at {site}")
# These say themselves where a post comes from, once they are told.
_TOLD = ("devto",)
_SCHEME = re.compile(r"^https?://")


@functools.lru_cache(maxsize=6)
def body(order: Order) -> Any:
    """Return the document of a post without where it is from; it is not to be changed."""
    post, platform = order.post, order.platform
    root = document(post, platform)
    if not len(root) and post.summary:
        etree.SubElement(root, "p").text = post.summary
    if post.gated:
        # Before the notes, which the part that one may read goes on to refer to.
        at = next((at for at, part in enumerate(root) if part.get("data-note") is not None), None)
        root.insert(len(root) if at is None else at, _behind(order))
    return root


def tells_origin(platform: Platform) -> bool:
    """Tell whether a text has to say itself where it is from."""
    return platform.adapter != "newsletter" and platform.id not in _TOLD


def origin(order: Order, html: bool = False) -> Any:
    """Return a paragraph that says where a post is from."""
    return _line(order, html, ORIGIN, order.post.canonical, {})


def _behind(order: Order) -> Any:
    post, platform = order.post, order.platform
    words = {"words": f"{post.words:,}"}
    html = platform.format == "html"
    return _line(order, html, BEHIND, links.way_in(post, platform), words)


def _line(order: Order, html: bool, message: str, address: str, values: dict[str, str]) -> Any:
    """Return a sentence that names the site; where links may be, with the address.

    In Markdown and in plain text the address itself is to be seen.
    """
    post, policy = order.post, order.platform.link
    words = spoken(post.lang, message)
    line = etree.Element("p")
    if policy == "none":
        line.text = words.format(site=post.site, **values)
    elif policy == "inline" and html:
        before, _, after = words.partition("{site}")
        line.text = before.format(**values)
        link = etree.SubElement(line, "a", href=address)
        link.text, link.tail = post.site, after.format(**values)
    else:
        colon = "：" if full_width(post.lang) else ": "
        line.text = words.format(site=post.site, **values) + colon
        if policy == "inline":
            etree.SubElement(line, "a", href=address).text = _SCHEME.sub("", address)
        else:
            line.text += address
    return line
