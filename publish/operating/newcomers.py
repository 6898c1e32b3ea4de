"""What a file says of each address, gathered from however many lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from publish.contract.catalogue import N_
from publish.operating import readers
from publish.operating.cells import Wrong
from publish.operating.reader_rows import About, Row
from publish.trouble import WrongUsage

_CUSTOMER = re.compile(r"cus_\w+")


@dataclass(frozen=True)
class Held:
    """A product as a file grants it; `until` None is for good. `disputed` opens nothing."""

    product: str
    until: datetime | None
    disputed: bool = False

    def covers(self, other: datetime | None) -> bool:
        """Tell whether it lasts as long as another end."""
        return self.until is None or (other is not None and other <= self.until)


@dataclass(frozen=True, kw_only=True)
class Newcomer(About):
    """All that a file says of one address, in its one form."""

    shown: str
    held: tuple[Held, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def vouched(self) -> bool:
        """Tell whether the file itself says by which consent they get letters."""
        return self.consent is not None and bool(self.consent.words or self.consent.source)

    @property
    def asks(self) -> bool:
        """Tell whether somebody must say where the address comes from."""
        return (self.letters == "on" or self.confirmed is not None) and not self.vouched


def gathered(
    rows: Iterable[Row], products: Collection[str]
) -> tuple[list[Newcomer], list[Wrong], int]:
    """Return one newcomer an address, the rows that are wrong, and how many said nothing new.

    Of several rows for one product the latest end counts, and one that left has left.
    """
    found: dict[str, Newcomer] = {}
    wrong: list[Wrong] = []
    same = 0
    for row in rows:
        try:
            newcomer = _newcomer(row, products)
        except Wrong as problem:
            wrong.append(problem)
            continue
        known = found.get(newcomer.mail)
        merged = _merged(known, newcomer) if known else newcomer
        same += merged == known
        found[newcomer.mail] = merged
    return list(found.values()), wrong, same


def _newcomer(row: Row, products: Collection[str]) -> Newcomer:
    try:
        mail = readers.address(row.mail)
    except WrongUsage as cause:
        raise Wrong(row.line, cause.message, **cause.values) from cause
    if row.product and row.product not in products:
        raise Wrong(
            row.line,
            N_('"{product}" is no product of this site (known: {known})'),
            product=row.product,
            known=", ".join(sorted(products)) or "–",
        )
    held = Held(row.product, row.until, disputed=row.access == "held")
    found = Newcomer(
        **{each.name: getattr(row, each.name) for each in fields(About)},
        shown=mail.shown,
        held=(held,) if row.product else (),
        notes=(row.note,) if row.note else (),
    )
    customer = row.customer if _CUSTOMER.fullmatch(row.customer) else ""
    return replace(found, mail=mail.canonical, customer=customer)


def _merged(known: Newcomer, other: Newcomer) -> Newcomer:
    return replace(
        _listed(known, other),
        held=_longest((*known.held, *other.held)),
        tags=tuple(dict.fromkeys((*known.tags, *other.tags))),
        notes=tuple(dict.fromkeys((*known.notes, *other.notes))),
        confirmed=known.confirmed or other.confirmed,
        lang=known.lang or other.lang,
        since=known.since or other.since,
        name=known.name or other.name,
        collected=tuple(
            {each.magnet: each for each in (*other.collected, *known.collected)}.values()
        ),
        customer=known.customer or other.customer,
        suppressed=known.suppressed or other.suppressed,
        banned=known.banned or other.banned,
        pays=known.pays or other.pays,
    )


def _listed(known: Newcomer, other: Newcomer) -> Newcomer:
    """Return a newcomer with what two lines say of letters: who left in one of them has left."""
    weight = ("", "on", "off").index
    says = other if weight(other.letters) > weight(known.letters) else known
    return replace(
        known,
        letters=says.letters,
        letters_since=says.letters_since,
        consent=says.consent or known.consent or other.consent,
    )


def _longest(held: Iterable[Held]) -> tuple[Held, ...]:
    found: dict[str, Held] = {}
    for each in held:
        before = found.get(each.product)
        if before is None or _opens_longer(each, before):
            found[each.product] = each
    return tuple(found.values())


def _opens_longer(held: Held, than: Held) -> bool:
    if held.disputed != than.disputed:
        return than.disputed
    return not than.covers(held.until)
