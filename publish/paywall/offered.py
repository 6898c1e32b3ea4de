"""A lead magnet as it speaks to one reader."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from publish.contract.manifest import Magnet, MagnetText
from publish.paywall import tallying
from publish.paywall.ports import StoreDown
from publish.paywall.subscribing import Consent
from publish.paywall.visit import Visit

FORM = "/api/opt-in"
log = logging.getLogger("inkstead")


@dataclass(frozen=True)
class Offered:
    """A magnet with its texts in the language it has for this reader."""

    id: str
    magnet: Magnet
    lang: str
    text: MagnetText

    @property
    def open(self) -> bool:
        """Tell whether it is still given to people who are new to it."""
        return self.magnet.status == "published"

    @property
    def terms(self) -> tuple[str, ...]:
        """Return what somebody agrees to: these very words, in this language, for this magnet."""
        return self.id, self.lang, self.text.consent


def find(visit: Visit, id: str, lang: str = "") -> Offered | None:
    """Return a magnet in a language, else the reader's, else one that it has; None for none."""
    magnet = visit.release.manifest.magnets.get(id)
    if magnet is None:
        return None
    spoken = magnet.lang(lang or visit.lang)
    return Offered(id, magnet, spoken, magnet.text(spoken))


def form_of(visit: Visit, offered: Offered) -> str:
    """Return the address of the form that asks for an address."""
    return visit.here(FORM, magnet=offered.id)


def count(visit: Visit, what: tallying.What, consent: Consent) -> None:
    """Count what came of a form; a store that fails now must not cost what was done."""
    store, post, campaign = visit.world.store, consent.post, consent.campaign
    try:
        tallying.note(store, consent.magnet, what, visit.now, post=post, campaign=campaign)
    except StoreDown:
        log.exception("tallying")
