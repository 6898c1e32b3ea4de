"""Which lead magnet stands at the end of a text: the author's word first, then the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from plugins.model.entries import Entry
from plugins.model.gifts import NOWHERE
from plugins.model.magnets import Magnet, names_of
from plugins.model.marks import find_marks
from plugins.model.site import SHOWN_BY, Showing

_ORDER = (*SHOWN_BY, "")


def at_the_end(
    entry: Entry, magnets: Mapping[str, Magnet], rules: Sequence[Showing]
) -> Magnet | None:
    """Return the magnet at the end of a text; `rules` are those of the site.

    A rule never adds a form where an author placed one, or where a part is behind the paywall.
    """
    if entry.magnet:
        named = magnets.get(entry.magnet) if entry.magnet != NOWHERE else None
        return named if named and named.shown_in(entry.lang) else None
    if entry.room != "post" or entry.gated or find_marks(entry.text):
        return None
    own = _own_rules(magnets, entry.lang)
    return _by_rule(entry, magnets, rules) or _by_rule(entry, magnets, own)


def _by_rule(
    entry: Entry, magnets: Mapping[str, Magnet], rules: Sequence[Showing]
) -> Magnet | None:
    for rule in sorted(rules, key=lambda rule: _ORDER.index(rule.by)):
        magnet = magnets.get(rule.magnet)
        if magnet and magnet.shown_in(entry.lang) and _fits(rule, entry):
            return magnet
    return None


def _fits(rule: Showing, entry: Entry) -> bool:
    return not rule.by or rule.name in names_of(entry, rule.by)


def _own_rules(magnets: Mapping[str, Magnet], lang: str) -> list[Showing]:
    """Return what magnets say of themselves in a language, in the order of their files."""
    gifts = ((name, magnet.page(lang).gift) for name, magnet in magnets.items())
    return [replace(gift.show, magnet=name) for name, gift in gifts if gift and gift.show]
