"""Readers as a creator looks at them: found, filtered, tagged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from publish.contract.catalogue import N_
from publish.paywall import (
    addresses,
    collecting,
    entering,
    erasing,
    keys,
    orders,
    people,
    rights,
    subscribing,
    tallying,
)
from publish.paywall.addresses import Address
from publish.paywall.again import again
from publish.paywall.collecting import Collected
from publish.paywall.http import Request
from publish.paywall.orders import Order
from publish.paywall.people import Person
from publish.paywall.ports import Conflict, Item, Store
from publish.paywall.rights import Right
from publish.paywall.subscribing import Consent, Standing
from publish.paywall.visit import Visit, World
from publish.paywall.walking import every
from publish.trouble import Failure, WrongUsage

State: TypeAlias = Literal["member", "lapsed", "subscriber", "unconfirmed"]
STATES: tuple[State, ...] = ("member", "lapsed", "subscriber", "unconfirmed")
Letters: TypeAlias = Literal["on", "off", ""]
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Reader:
    """A person, what they hold now by product, their lists by name, and what they collected."""

    person: Person
    rights: Mapping[str, Right]
    lists: Mapping[str, Standing] = field(default_factory=dict)
    collected: tuple[Collected, ...] = ()

    @property
    def state(self) -> State:
        """Return the one word that says most about them."""
        if any(right.open for right in self.rights.values()):
            return "member"
        # A payment on its way has opened nothing yet, so nothing of it can have lapsed.
        if any(not right.pending for right in self.rights.values()):
            return "lapsed"
        return "subscriber" if self.person.confirmed else "unconfirmed"

    @property
    def letters(self) -> Letters:
        """Return whether they get letters: "off" is who left, "" who never asked for any."""
        standing = self.lists.get(subscribing.LETTERS)
        return "" if standing is None else "on" if standing.on else "off"

    @property
    def origins(self) -> tuple[Consent | Collected, ...]:
        """Return where they came from: the visits in which they asked for something."""
        return (*self.collected, *(each.consent for each in self.lists.values()))


@dataclass(frozen=True)
class Wanted:
    """Which readers to list; "" is any, of several wishes all count.

    `post` is the id of the post they came from or the path of its page, `campaign` a part of the
    campaign's name. They confirmed from `since` on and before `until`.
    """

    product: str = ""
    tag: str = ""
    state: str = ""
    magnet: str = ""
    post: str = ""
    campaign: str = ""
    lang: str = ""
    letters: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, reader: Reader) -> bool:
        """Tell whether a reader is wanted."""
        return self._holds(reader) and self._is(reader) and self._came(reader)

    def _holds(self, reader: Reader) -> bool:
        held = reader.rights.get(self.product)
        return not self.product or (held is not None and (held.open or self.state == "lapsed"))

    def _is(self, reader: Reader) -> bool:
        person = reader.person
        return (
            (not self.tag or self.tag in person.tags)
            and (not self.state or self.state == reader.state)
            and (not self.lang or self.lang == person.lang)
            and (not self.letters or self.letters == reader.letters)
            and self._in_time(person)
        )

    def _in_time(self, person: Person) -> bool:
        if not (self.since or self.until):
            return True
        if not person.confirmed:
            return False
        confirmed = keys.when(person.confirmed)
        return (not self.since or confirmed >= self.since) and (
            not self.until or confirmed < self.until
        )

    def _came(self, reader: Reader) -> bool:
        named = [tallying.campaign_name(each.campaign).casefold() for each in reader.origins]
        return (
            (not self.magnet or any(self.magnet == each.magnet for each in reader.origins))
            and (not self.post or any(self.post in _places(each) for each in reader.origins))
            and (not self.campaign or any(self.campaign.casefold() in each for each in named))
        )


def _places(origin: Consent | Collected) -> tuple[str, str]:
    """Return the id of a post and the path of its page."""
    return origin.post, unquote(urlsplit(origin.page).path)


def count(store: Store) -> int:
    """Return how many people there are."""
    return sum(1 for _ in every(store, keys.PEOPLE))


def everyone(store: Store, now: datetime) -> Iterator[Reader]:
    """Yield every reader, in no order that means anything."""
    for line in every(store, keys.PEOPLE):
        found = reader(store, line.key, now)
        if found:
            yield found


def reader(store: Store, person: str, now: datetime) -> Reader | None:
    """Return a reader by the person's id, read at once; None when they are gone."""
    # Devices lie behind the person and say nothing here.
    kept = list(every(store, keys.person(person), up_to=keys.SELF))
    found = next((people.read(each.value, each.version) for each in kept[-1:] if _self(each)), None)
    if found is None:
        return None
    ledger = [rights.read_grant(each.value) for each in _of(kept, keys.grant(""))]
    standings = map(subscribing.read, _of(kept, keys.list_("")))
    return Reader(
        found,
        rights.rights(ledger, now),
        {each.list: each for each in standings},
        tuple(map(collecting.read, _of(kept, keys.magnet("")))),
    )


def _self(item: Item) -> bool:
    return item.key == keys.SELF


def _of(kept: Sequence[Item], prefix: str) -> Iterator[Item]:
    return (each for each in kept if each.key.startswith(prefix))


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
