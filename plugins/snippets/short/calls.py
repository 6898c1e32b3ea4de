"""What readers are asked to do next, in the post's language; nothing that is not true."""

from __future__ import annotations

from plugins.snippets.counting import addresses
from plugins.snippets.values import Platform, Post
from publish.contract.catalogue import N_, speak

_OPEN = N_("Read the whole post")
_KINDS = {
    "daily": N_("Read the whole note"),
    "howto": N_("Read the whole guide"),
    "sales": N_("Read it before you decide"),
}
_BEGINNING = N_("The rest is for subscribers or members")
_BEHIND = N_("What is in it")
_WAYS = {
    "profile": N_("More on my profile."),
    "keyword": N_("From my post “{title}”."),
    "qr": N_("Scan the code in the picture to read on."),
    "source": N_("Read on through the link below the text."),
}


def call(post: Post) -> str:
    """Return what to do next where there is an address; what is gated is said to be so."""
    if post.gated:
        message = _BEGINNING if post.html.strip() else _BEHIND
    else:
        message = _KINDS.get(post.kind, _OPEN)
    return speak(post.lang.split("-")[0]).gettext(message)


def way(post: Post, platform: Platform) -> str:
    """Return how readers find the post where no address may stand, or ""."""
    title = without_addresses(post.title)
    message = _WAYS.get(platform.way, "")
    if not message or (platform.way == "keyword" and not title):
        return ""
    return speak(post.lang.split("-")[0]).gettext(message).format(title=title)


def without_addresses(text: str) -> str:
    """Return a text without the addresses in it."""
    found = addresses(text)
    while found:
        begin, end = found[-1]
        text = " ".join((text[:begin] + text[end:]).split())
        found = addresses(text)
    return text
