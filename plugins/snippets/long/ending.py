"""What a copy of a post says at its end: what is left to read, and where its original is."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from plugins.snippets import links
from plugins.snippets.long.document import document
from plugins.snippets.long.voice import full_width, spoken
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_

BEHIND = N_(
    "Here ends what is open to everybody. The whole post, {words} words, is for subscribers or"
    " members of {site}"
)
ORIGIN = N_("Originally published at {site}")
# These say themselves where a post comes from, once they are told.
_TOLD = ("devto",)
_SCHEME = re.compile(r"^https?://")


def finished(post: Post, platform: Platform) -> Any:
    """Return the document of a post with its end: a fresh tree."""
    root = document(post, platform)
    if not len(root) and post.summary:
        etree.SubElement(root, "p").text = post.summary
    if post.gated:
        # Before the notes, which the part that one may read goes on to refer to.
        at = next((at for at, part in enumerate(root) if part.get("data-note") is not None), None)
        root.insert(len(root) if at is None else at, _behind(post, platform))
    if platform.adapter != "newsletter" and platform.id not in _TOLD:
        root.append(_line(post, platform, ORIGIN, post.canonical, {}))
    return root


def _behind(post: Post, platform: Platform) -> Any:
    words = {"words": f"{post.words:,}"}
    return _line(post, platform, BEHIND, links.way_in(post, platform), words)


def _line(
    post: Post, platform: Platform, message: str, address: str, values: dict[str, str]
) -> Any:
    """Return a sentence that names the site; where links may be, with the address.

    In Markdown and in plain text the address itself is to be seen.
    """
    words = spoken(post.lang, message)
    line = etree.Element("p")
    if platform.link == "none":
        line.text = words.format(site=post.site, **values)
    elif platform.link == "inline" and platform.format == "html":
        before, _, after = words.partition("{site}")
        line.text = before.format(**values)
        link = etree.SubElement(line, "a", href=address)
        link.text, link.tail = post.site, after.format(**values)
    else:
        colon = "：" if full_width(post.lang) else ": "
        line.text = words.format(site=post.site, **values) + colon
        if platform.link == "inline":
            etree.SubElement(line, "a", href=address).text = _SCHEME.sub("", address)
        else:
            line.text += address
    return line
