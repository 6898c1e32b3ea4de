"""What `inkstead readers import` says: what changed, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publish.commands.talking import Talk, plain
from publish.contract.catalogue import N_
from publish.operating.cells import Wrong
from publish.operating.importing_lists import Format
from publish.operating.moves import STAYS, Change, Did
from publish.operating.newcomers import Newcomer
from publish.screen import table

_DID: Mapping[Did, str] = {
    "new": N_("new here"),
    "granted": N_("holds {product} until {day}"),
    "longer": N_("holds {product} longer, until {day}"),
    "tagged": N_("tags"),
    "noted": N_("note"),
    "named": N_("name"),
    "confirmed": N_("address confirmed elsewhere"),
    "letters": N_("gets letters"),
    "waits": N_("gets letters once the address is confirmed"),
    "off": N_("gets no letters: left elsewhere"),
    "collected": N_("lead magnet {product}"),
    "suppressed": N_("mail comes back: gets none"),
    "banned": N_("banned"),
    "customer": N_("known to Stripe"),
    "revoked": N_("{product} was taken back here, so it stays away"),
    "left": N_("left the letters here, so gets none"),
    "gone": N_("gave the address up here, so stays away"),
}
# Where many are only counted, what is said of one product needs other words.
_COUNTED: Mapping[Did, str] = {
    **_DID,
    "granted": N_("hold a product now"),
    "longer": N_("hold a product longer"),
    "collected": N_("lead magnet"),
    "revoked": N_("a product was taken back here, so it stays away"),
}
_FROM = {
    "plain": N_("a plain table"),
    "substack": "Substack",
    "ghost": "Ghost",
    "listmonk": "listmonk",
    "mailchimp": "Mailchimp",
}
_MOST_LINES = 50


@dataclass(frozen=True)
class Found:
    """A file that was read: where it is from, whom it names, and its lines that are wrong.

    `same` is how many lines said nothing new.
    """

    format: Format
    newcomers: Sequence[Newcomer]
    wrong: Sequence[Wrong]
    same: int

    @property
    def asking(self) -> int:
        """Return how many need somebody to say where their addresses come from."""
        return sum(each.asks for each in self.newcomers)

    @property
    def paying(self) -> int:
        """Return how many pay by a subscription elsewhere."""
        return sum(each.pays for each in self.newcomers)


def whence(talk: Talk, shown: str, found: Found) -> str:
    """Return where a file is from, and how many it names."""
    n = len(found.newcomers)
    said = talk.words.ngettext("{path}: {house}, {n} reader", "{path}: {house}, {n} readers", n)
    house = talk.words.gettext(_FROM[found.format])
    return said.format(path=shown, house=house, n=n)


def problem(talk: Talk, shown: str, wrong: Wrong) -> str:
    """Return what is wrong with a line, and where it is."""
    sentence = talk.words.gettext(wrong.message).format(**wrong.values)
    return f"{shown}:{wrong.line}: {sentence}"


def refused(talk: Talk, n: int) -> str:
    """Return the last line where nothing was brought in."""
    return talk.words.ngettext(
        "nothing was brought in: {n} line is wrong (repair it, or leave it out with --skip)",
        "nothing was brought in: {n} lines are wrong (repair them, or leave them out with --skip)",
        n,
    ).format(n=n)


def needed(talk: Talk, n: int) -> str:
    """Return for how many somebody must say where their addresses come from."""
    return talk.words.ngettext(
        "{n} reader of this file would get letters or count as confirmed.",
        "{n} readers of this file would get letters or count as confirmed.",
        n,
    ).format(n=n)


def value(
    found: Found, changes: Sequence[Change], problems: Sequence[str], plan: bool
) -> dict[str, Any]:
    """Return it all for a program."""
    return {
        "from": found.format,
        "changes": [
            {"mail": e.mail, "what": e.what, "product": e.product, "until": plain(e.until)}
            for e in changes
        ],
        "problems": list(problems),
        "repeated": found.same,
        "asking": found.asking,
        "paying": found.paying,
        "plan": plan,
    }


def lines(talk: Talk, found: Found, changes: Sequence[Change], plan: bool) -> list[str]:
    """Return it all for a person: whom it changes how, or how many, and how many in all."""
    people = len({each.mail for each in changes if each.what not in STAYS})
    return [*table(_rows(talk, changes)), _summary(talk, people, found.same, plan)]


def hints(talk: Talk, found: Found, changes: Sequence[Change], asking: int) -> list[str]:
    """Return what is left to do; `asking` is for how many a source is still to be named."""
    _ = talk.words.gettext
    told = []
    if any(each.what == "waits" for each in changes):
        told.append(
            _(
                "Whoever confirmed the address elsewhere gets letters at once: say since when in a"
                ' column "confirmed", and bring the file in again.'
            )
        )
    if asking:
        told.append(_("{question} That needs --consent.").format(question=needed(talk, asking)))
    if found.format == "listmonk":
        told.append(
            _(
                "listmonk's file does not say who left a single list: export one list, and of it"
                " only those who are subscribed."
            )
        )
    return [*told, *_subscriptions(talk, found.paying)]


def _subscriptions(talk: Talk, n: int) -> list[str]:
    said = talk.words.ngettext(
        "{n} of them pays by a subscription, which goes on at Stripe. To take it over, name the old"
        ' price under "adopts" in the product\'s file, build, and run: inkstead events reconcile',
        "{n} of them pay by subscriptions, which go on at Stripe. To take them over, name the old"
        ' prices under "adopts" in the product\'s file, build, and run: inkstead events reconcile',
        n,
    )
    return [said.format(n=n)] if n else []


def _rows(talk: Talk, changes: Sequence[Change]) -> list[tuple[str, ...]]:
    """Return a line for each reader, or for each kind of change where there are many."""
    _ = talk.words.gettext
    told: dict[str, list[str]] = {}
    for each in changes:
        told.setdefault(each.mail, []).append(_change(talk, each))
    if len(told) <= _MOST_LINES:
        return [(mail, _(", ").join(said)) for mail, said in told.items()]
    counts = Counter(each.what for each in changes)
    return [(str(counts[what]), _(_COUNTED[what])) for what in _DID if counts[what]]


def _change(talk: Talk, change: Change) -> str:
    _ = talk.words.gettext
    if change.what in ("granted", "longer") and change.until is None:
        return _("holds {product} for good").format(product=change.product)
    return _(_DID[change.what]).format(product=change.product, day=talk.day(change.until))


def _summary(talk: Talk, people: int, same: int, plan: bool) -> str:
    _ = talk.words.gettext
    said = talk.words.ngettext("{n} reader changed", "{n} readers changed", people)
    if plan:
        said = talk.words.ngettext("{n} reader would change", "{n} readers would change", people)
    line = said.format(n=people)
    twice = talk.words.ngettext("{n} line said nothing new", "{n} lines said nothing new", same)
    if same:
        line = _("{line} ({aside})").format(line=line, aside=twice.format(n=same))
    return line if people else _("nothing to change")
