"""Moving readers in and out: what a file would change, and changing it, twice being once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from publish.contract.catalogue import N_
from publish.operating import readers
from publish.operating.reader_files import FOREVER, Access, Line, Row, Wrong, last_day
from publish.operating.readers import Reader
from publish.paywall import keys, ledgers, people, rights
from publish.paywall.people import Person
from publish.paywall.ports import Store
from publish.paywall.rights import Grant, Right
from publish.trouble import WrongUsage

Did: TypeAlias = Literal["new", "granted", "longer", "tagged", "noted", "confirmed", "revoked"]


@dataclass(frozen=True)
class Held:
    """A product as a file grants it; `until` None is for good."""

    product: str
    until: datetime | None

    def covers(self, other: datetime | None) -> bool:
        """Tell whether it lasts as long as another end."""
        return self.until is None or (other is not None and other <= self.until)


@dataclass(frozen=True)
class Newcomer:
    """All that a file says of one address."""

    line: int
    mail: str
    shown: str
    held: tuple[Held, ...] = ()
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confirmed: datetime | None = None
    lang: str = ""


@dataclass(frozen=True)
class Change:
    """What a file changes of one person; `what` "revoked": it was taken back here, so it stays."""

    mail: str
    what: Did
    product: str = ""
    until: datetime | None = None


# ---- out ------------------------------------------------------------------------------------


def lines(found: Iterable[Reader], zone: ZoneInfo, now: datetime) -> Iterator[Line]:
    """Yield a line for each product of each reader; one without a product for who has none."""
    for reader in found:
        held = sorted(reader.rights.values(), key=lambda right: right.product)
        for right in held or (None,):
            yield _line(reader.person, right, zone, now)


def _line(person: Person, right: Right | None, zone: ZoneInfo, now: datetime) -> Line:
    return Line(
        mail=person.mail,
        product=right.product if right else "",
        until=_until(right, zone, now) if right else "",
        tags=person.tags,
        note=person.note,
        state=access_of(right) if right else "",
        confirmed=person.confirmed,
        lang=person.lang,
        since=keys.stamp(person.made),
        id=person.id,
    )


def access_of(right: Right) -> Access:
    """Return one word for a right: open, held by a dispute, or over."""
    if right.open:
        return "open"
    return "held" if right.held else "over"


def _until(right: Right, zone: ZoneInfo, now: datetime) -> str:
    """Return the end as it is written; what is closed now must not open by being read in."""
    until = right.until if right.open else min(right.until or now, now)
    return last_day(until, zone) if until else FOREVER


# ---- in -------------------------------------------------------------------------------------


def gathered(
    rows: Iterable[Row], products: Collection[str]
) -> tuple[list[Newcomer], list[Wrong], int]:
    """Return one newcomer an address, the rows that are wrong, and how many said nothing new.

    Of several rows for one product the latest end counts.
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


def bring_in(
    store: Store, newcomer: Newcomer, lang: str, now: datetime, *, plan: bool = False
) -> list[Change]:
    """Write what a file says of one person; return what changed, or would.

    Raises:
        Failure: others change the person all the time.

    """

    def step() -> list[Change]:
        known = people.find_by_mail(store, newcomer.mail)
        person = known or people.new(
            newcomer.mail, newcomer.shown, newcomer.lang or lang, now, confirmed=False
        )
        wanted, changes = _told(person, newcomer)
        changes = ([] if known else [Change(newcomer.mail, "new")]) + changes
        grants, granted = _granted(store, person, newcomer, now)
        changes += granted
        if plan or not any(each.what != "revoked" for each in changes):
            return changes
        if known is None:
            store.write(*people.creating(wanted))
        elif wanted != known:
            store.write(people.saving(wanted))
        for grant in grants:
            readers.put_grant(store, person.id, grant, _as_long)
        return changes

    return readers.steadily(step)


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
    # What the exporter called held does not open here by having moved.
    opens = row.product and row.access != "held"
    return Newcomer(
        line=row.line,
        mail=mail.canonical,
        shown=mail.shown,
        held=(Held(row.product, row.until),) if opens else (),
        tags=row.tags,
        notes=(row.note,) if row.note else (),
        confirmed=row.confirmed,
        lang=row.lang,
    )


def _merged(known: Newcomer, other: Newcomer) -> Newcomer:
    held = {each.product: each for each in known.held}
    for each in other.held:
        before = held.get(each.product)
        if before is None or not before.covers(each.until):
            held[each.product] = each
    return replace(
        known,
        held=tuple(held.values()),
        tags=tuple(dict.fromkeys((*known.tags, *other.tags))),
        notes=tuple(dict.fromkeys((*known.notes, *other.notes))),
        confirmed=known.confirmed or other.confirmed,
        lang=known.lang or other.lang,
    )


def _told(person: Person, newcomer: Newcomer) -> tuple[Person, list[Change]]:
    """Return the person with what the file adds: nothing that is known is lost."""
    tags = tuple(dict.fromkeys((*person.tags, *newcomer.tags)))
    fresh = [each for each in newcomer.notes if each not in person.note]
    note = "\n".join(filter(None, (person.note, *fresh)))
    confirmed = person.confirmed or (keys.stamp(newcomer.confirmed) if newcomer.confirmed else "")
    wanted = replace(person, tags=tags, note=note, confirmed=confirmed)
    did: Sequence[tuple[Did, bool]] = (
        ("tagged", tags != person.tags),
        ("noted", note != person.note),
        ("confirmed", confirmed != person.confirmed),
    )
    return wanted, [Change(newcomer.mail, what) for what, true in did if true]


def _granted(
    store: Store, person: Person, newcomer: Newcomer, now: datetime
) -> tuple[list[Grant], list[Change]]:
    """Return the grants to write: only what is not held as long already, or was taken back."""
    ledger = ledgers.of(store, person.id)
    held = rights.rights(ledger, now)
    before = {grant.id: grant for grant in ledger}
    grants: list[Grant] = []
    changes: list[Change] = []
    for each in newcomer.held:
        right = held.get(each.product)
        if right and right.open and Held(each.product, right.until).covers(each.until):
            continue
        if right and each.until and each.until <= now:
            continue  # what was over there is over here, too
        made = Grant(f"import-{each.product}", each.product, "import", now, until=each.until)
        known = before.get(made.id)
        if known and _as_long(known, made):
            if known.state != "ok":
                changes.append(Change(newcomer.mail, "revoked", each.product, each.until))
            continue
        grants.append(made)
        what: Did = "longer" if known else "granted"
        changes.append(Change(newcomer.mail, what, each.product, each.until))
    return grants, changes


def _as_long(known: Grant, wanted: Grant) -> bool:
    """Tell whether an import is there already: never shortened, never given back once taken."""
    return known.state != "ok" or Held(known.product, known.until).covers(wanted.until)
