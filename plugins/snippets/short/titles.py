"""A title within a platform's limit."""

from __future__ import annotations

from plugins.snippets.counting import count
from plugins.snippets.cutting import cut
from plugins.snippets.short.standing import whole
from plugins.snippets.values import Limit

_LOOSE = " ，、；：—–-,;:·|/"
_OPENING = "“‘「『（(《【["


def shortened(title: str, limit: Limit) -> str:
    """Return a title that fits, cut at a clause or a word; as it is if there is no such cut."""

    def fits(text: str) -> bool:
        return not limit.most or count(text, limit.counting) <= limit.most

    if fits(title):
        return title
    plain = cut(title, fits, "")
    if plain and plain.how in ("sentence", "clause"):
        head = _balanced(plain.text)
        if fits(head):
            return head
    marked = cut(title, fits)
    if marked is None:
        return title
    head = _balanced(marked.text.removesuffix("…"))
    return marked.text if marked.text.startswith(f"{head}…") else head


def _balanced(text: str) -> str:
    """Return a clause without what opens in it and does not close."""
    text = text.rstrip(_LOOSE)
    if not whole(text):
        start = max(text.rfind(mark) for mark in _OPENING)
        text = text[:start].rstrip(_LOOSE) if start > 0 else text
    return text
