"""Readers as a creator looks at them: found, filtered, tagged, given and taken rights."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar

from publish.contract.catalogue import N_
from publish.paywall import addresses, entering, erasing, keys, ledgers, orders, people, rights
from publish.paywall.addresses import Address
from publish.paywall.again import again
from publish.paywall.http import Request
from publish.paywall.orders import Order
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Conflict, Put, Store
from publish.paywall.rights import Grant, Right
from publish.paywall.visit import Visit, World
from publish.paywall.walking import every
from publish.trouble import Failure, WrongUsage

State: TypeAlias = Literal["member", "lapsed", "subscriber", "unconfirmed"]
STATES: tuple[State, ...] = ("member", "lapsed", "subscriber", "unconfirmed")
_Answer = TypeVar("_Answer")
# What a creator gave can be taken back; what was paid for goes back as money.
_GIVEN = ("comp", "code", "import")


@dataclass(frozen=True)
class Reader:
    """A person and what they hold now, by product."""

    person: Person
    rights: Mapping[str, Right]

    @property
    def state(self) -> State:
        """Return the one word that says most about them."""
        if any(right.open for right in self.rights.values()):
            return "member"
        # A payment on its way has opened nothing yet, so nothing of it can have lapsed.
        if any(not right.pending for right in self.rights.values()):
            return "lapsed"
        return "subscriber" if self.person.confirmed else "unconfirmed"


@dataclass(frozen=True)
class Wanted:
    """Which readers to list; "" is any."""

    product: str = ""
    tag: str = ""
    state: str = ""

    def fits(self, reader: Reader) -> bool:
        """Tell whether a reader is wanted."""
        held = reader.rights.get(self.product)
        return (
            (not self.product or (held is not None and (held.open or self.state == "lapsed")))
            and (not self.tag or self.tag in reader.person.tags)
            and (not self.state or self.state == reader.state)
        )


def count(store: Store) -> int:
    """Return how many people there are."""
    return sum(1 for _ in every(store, keys.PEOPLE))


def everyone(store: Store, now: datetime) -> Iterator[Reader]:
    """Yield every reader, in no order that means anything."""
    for line in every(store, keys.PEOPLE):
        person = people.find(store, line.key)
        if person:
            yield Reader(person, rights.rights(ledgers.of(store, person.id), now))


def find(store: Store, who: str) -> Person:
    """Return a person by mail address or id.

    Raises:
        WrongUsage: nobody has it, or it is neither.

    """
    found = people.find_by_mail(store, address(who).canonical) if "@" in who else None
    found = found or people.find(store, keys.typed(who))
    if found is None:
        raise WrongUsage(
            N_('"{who}" is nobody here (list them with: inkstead readers list)'), who=who
        )
    return found


def find_or_make(store: Store, who: str, lang: str, now: datetime) -> Person:
    """Return a person by mail address or id; an address nobody has makes an unconfirmed one.

    Raises:
        WrongUsage: it is an id that nobody has, or no address.

    """
    if "@" not in who:
        return find(store, who)
    mail = address(who)
    known = people.find_by_mail(store, mail.canonical)
    if known:
        return known
    made = people.new(mail.canonical, mail.shown, lang, now, confirmed=False)
    with contextlib.suppress(Conflict):  # they signed up this very moment
        store.write(*people.creating(made))
    return find(store, who)


def address(mail: str) -> Address:
    """Return the one form of an address, and how it is shown.

    Raises:
        WrongUsage: it is no address.

    """
    try:
        return addresses.canonical(mail)
    except ValueError as cause:
        raise WrongUsage(N_('"{mail}" is no mail address'), mail=mail) from cause


def orders_of(store: Store, person: str) -> list[Order]:
    """Return a person's orders, the newest first."""
    items = store.query(keys.person(person), keys.order(""))
    found = [orders.find(store, item.key.partition("#")[2]) for item in items]
    return sorted((each for each in found if each), key=lambda each: each.made, reverse=True)


def change(store: Store, person: str, change: Callable[[Person], Person]) -> Person | None:
    """Change a person's record as long as others do not; None when nothing had to change.

    Raises:
        WrongUsage: they are gone.
        Failure: others change it all the time.

    """

    def step() -> Person | None:
        known = find(store, person)
        wanted = change(known)
        if wanted == known:
            return None
        store.write(people.saving(wanted))
        return wanted

    return steadily(step)


def tag(store: Store, person: str, tags: Sequence[str], remove: bool = False) -> Person | None:
    """Add tags to a person, or take them away; None when they are as asked already."""

    def changed(known: Person) -> Person:
        if remove:
            return replace(known, tags=tuple(each for each in known.tags if each not in tags))
        return replace(known, tags=tuple(dict.fromkeys((*known.tags, *tags))))

    return change(store, person, changed)


def note(store: Store, person: str, text: str) -> Person | None:
    """Write a note on a person in place of the last one; None when it is the same."""
    return change(store, person, lambda known: replace(known, note=text))


def give(
    store: Store,
    person: str,
    product: str,
    now: datetime,
    *,
    days: int = 0,
    until: datetime | None = None,
    note: str = "",
) -> Grant | None:
    """Grant a product for nothing: for days, until a time, else for good.

    The grants of one day to one person are one: the same again changes nothing (None), other
    terms replace it.
    """
    made = Grant(
        id=f"comp-{product}-{now:%Y%m%d}",
        product=product,
        kind="comp",
        at=now,
        days=days,
        until=until,
        note=note,
    )
    return put_grant(store, person, made, _same_terms)


def put_grant(
    store: Store, person: str, grant: Grant, same: Callable[[Grant, Grant], bool]
) -> Grant | None:
    """Write a grant unless the one with its id is the same; None when it is.

    Raises:
        Failure: others change it all the time.

    """
    partition, key = keys.person(person), keys.grant(grant.id)

    def step() -> Grant | None:
        item = store.get(partition, key)
        known = rights.read_grant(item.value) if item else None
        if known and same(known, grant):
            return None
        # Days that run already go on from when they began.
        kept = replace(grant, at=known.at) if known and known.state == "ok" else grant
        expect = item.version if item else ABSENT
        store.write(Put(partition, key, rights.grant_value(kept), expect))
        return kept

    return steadily(step)


def holds(
    store: Store, person: str, product: str, now: datetime
) -> tuple[list[Grant], list[Grant]]:
    """Return the grants of a product that were given, and the open ones that were bought."""
    found = ledgers.of(store, person)
    lines = [each for each in found if each.product == product and _stands(each)]
    given = [each for each in lines if each.kind in _GIVEN]
    bought = [each for each in lines if each.kind not in _GIVEN]
    return given, [each for each in bought if rights.rights([each], now)[product].open]


def take(store: Store, person: str, given: Sequence[Grant]) -> None:
    """Revoke grants that were given."""
    for each in given:
        gone = replace(each, state="revoked")
        put_grant(store, person, gone, lambda known, wanted: known.state == "revoked")


def forget(world: World, person: Person) -> None:
    """Erase a person, as the account page does.

    Raises:
        Failure: others change the person just now.
        PaymentsDown: the provider does not answer; nothing was erased.

    """
    here = Visit(world, Request("POST", "/api/account/delete"))
    leaving = entering.leaving(here, person.mail)
    found = [each for each in orders_of(world.store, person.id) if each.person == person.id]
    steadily(lambda: erasing.erase(world, person, found, leaving, person.lang), 1)


def steadily(step: Callable[[], _Answer], tries: int = 8) -> _Answer:
    """Return what a step returns, repeated while its write came second.

    Raises:
        Failure: others came first each time.

    """
    try:
        return again(step, tries)
    except Conflict as cause:
        raise Failure(N_("the store is too busy; nothing was changed, try again")) from cause


def _stands(grant: Grant) -> bool:
    return grant.state != "revoked"


def _same_terms(known: Grant, wanted: Grant) -> bool:
    told = (known.state, known.days, known.until, known.note)
    return told == (wanted.state, wanted.days, wanted.until, wanted.note)
