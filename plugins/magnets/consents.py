"""What a reader agrees to, in one sentence that stands beside the button and is kept."""

from __future__ import annotations

from collections.abc import Callable

from plugins.model.magnets import Magnet
from plugins.model.site import Language


def often(magnet: Magnet, language: Language, gettext: Callable[[str], str]) -> str:
    """Return how often letters come to who asks for a magnet, "" for never."""
    page = magnet.page(language.code)
    said = page.gift.letters if page.gift else ""
    return said or language.letters or gettext("now and then") if magnet.letters else ""


def of_site(language: Language, gettext: Callable[[str], str]) -> str:
    """Return how often the letters of a site come, "" for never."""
    return "" if language.letters is None else language.letters or gettext("now and then")


def consent(title: str, site: str, often: str, gettext: Callable[[str], str]) -> str:
    """Return what a reader agrees to who asks for a magnet by mail."""
    if not often:
        return gettext("You get “{title}” by mail, and nothing else.").format(title=title)
    said = gettext(
        "You get “{title}” at once, and letters from {site} {often}."
        " One click in every letter ends them."
    )
    return said.format(title=title, site=site, often=often)


def for_letters(site: str, often: str, gettext: Callable[[str], str]) -> str:
    """Return what a reader agrees to who asks for letters alone."""
    said = gettext("You get letters from {site} {often}. One click in every letter ends them.")
    return said.format(site=site, often=often)
