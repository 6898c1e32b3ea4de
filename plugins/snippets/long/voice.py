"""Words that we add to a text, in the text's own language."""

from __future__ import annotations

from publish.contract.catalogue import speak


def spoken(lang: str, message: str) -> str:
    """Return a message of the catalogue in the language of a post."""
    return speak(lang.split("-")[0]).gettext(message)


def full_width(lang: str) -> bool:
    """Tell whether a language sets its punctuation full width."""
    return lang.split("-")[0] in ("zh", "ja")
