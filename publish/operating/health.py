"""How the service is, for `status`: what was counted, what waits, what was given up, who is here.

It only reads, and never more than a bounded part: where there is more, it says so ("1,000+").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from publish.contract.catalogue import N_
from publish.operating import readers
from publish.operating.readers import Reader
from publish.paywall import counting, keys, queue
from publish.paywall.ports import Item, Store

MOST = 1000
LAST = timedelta(days=30)
LATE = timedelta(minutes=15)
"""The schedule comes every five minutes: a job that waits for longer says that nobody does any."""
_NEWEST = 5
_AT_ONCE = 16

COUNTED: Mapping[str, str] = {
    "mail-dead": N_("mails given up"),
    "mail-bounced": N_("mails to addresses that do not exist"),
    "mail-softly-bounced": N_("mails that came back for now"),
    "mail-complained": N_("mails called unwanted"),
    "mail-suppressed": N_("mails not sent, to spare an address"),
    "remind-dead": N_("reminders given up"),
    "deliver-dead": N_("files of lead magnets not sent again"),
    "look-dead": N_("looks at a purchase given up"),
    "foreign-event": N_("events of another account or mode of Stripe"),
    "foreign-order": N_("purchases of another site in the same account"),
    "foreign-product": N_("purchases of something that is no product here"),
    "unfinished": N_("events before their payment was through"),
    "paid-twice": N_("purchases paid twice (look at: inkstead orders list)"),
    "paid-by-nobody": N_("purchases without an address"),
    "unknown-status": N_("states of a subscription that are not known"),
    "two-memberships": N_("two running memberships of one reader"),
}
"""Everything that the service counts and goes on, and what it is called."""


@dataclass(frozen=True)
class Amount:
    """How many there are; `more`: at least so many."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        """Return it as it is shown: "12", "1,000+"."""
        return f"{self.n:,}{'+' if self.more else ''}"


@dataclass(frozen=True)
class Noted:
    """Something counted: its name in COUNTED, today's number and that of the last 30 days."""

    name: str
    today: int
    lately: int


@dataclass(frozen=True)
class GivenUp:
    """A job that was given up: what kind, when, and the kind of failure."""

    kind: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Health:
    """How the service is.

    `subscribers` have a confirmed address, `letters` are those on that list. `waiting` are mails
    that are to go in the next hours, `late` jobs of any kind that should have been done. `dead`
    and `orders` are those of the last 30 days, `newest` the last dead.
    """

    people: Amount
    members: Amount
    subscribers: Amount
    letters: Amount
    suppressed: Amount
    waiting: Amount
    late: Amount
    dead: Amount
    newest: tuple[GivenUp, ...]
    noted: tuple[Noted, ...]
    orders: Amount
    last_order: datetime | None


def look(store: Store, now: datetime) -> Health:
    """Return how the service is.

    Raises:
        StoreDown: the store does not answer.

    """
    people = store.query(keys.PEOPLE, limit=MOST + 1)
    soon = store.query(keys.QUEUE, limit=MOST + 1, up_to=keys.at(now + _longest_wait(), "~"))
    since = keys.stamp(now - LAST)
    dead = store.query(keys.DEAD, after=since, limit=MOST + 1)
    orders = store.query(keys.ORDERS, after=since, limit=MOST + 1)
    mails = [each for each in soon if each.value["kind"] == "mail"]
    known = _readers(store, people, now)

    def those(fits: Callable[[Reader], bool]) -> Amount:
        return Amount(sum(map(fits, known)), len(people) > MOST)

    return Health(
        people=_amount(people),
        members=those(lambda reader: reader.state == "member"),
        subscribers=those(lambda reader: bool(reader.person.confirmed)),
        letters=those(lambda reader: reader.letters == "on"),
        suppressed=_amount(store.query(keys.SUPPRESSED, limit=MOST + 1)),
        waiting=Amount(min(len(mails), MOST), len(soon) > MOST),
        late=_amount([each for each in soon if _time(each) < now - LATE]),
        dead=_amount(dead),
        newest=tuple(_given_up(each) for each in dead[-_NEWEST:][::-1]),
        noted=tuple(_noted(store, now)),
        orders=_amount(orders),
        last_order=_time(orders[-1]) if orders else None,
    )


def _amount(found: Sequence[Item]) -> Amount:
    return Amount(min(len(found), MOST), len(found) > MOST)


def _readers(store: Store, people: Sequence[Item], now: datetime) -> list[Reader]:
    """Return readers, one query each, several at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda line: readers.reader(store, line.key, now), people[:MOST])
        return [each for each in found if each]


def _longest_wait() -> timedelta:
    return queue.wait(queue.MOST_TRIES) + queue.LEASE


def _given_up(item: Item) -> GivenUp:
    return GivenUp(str(item.value["kind"]), _time(item), str(item.value["why"]))


def _time(item: Item) -> datetime:
    """Return the time with which a key begins."""
    return keys.when(item.key.partition("#")[0])


def _noted(store: Store, now: datetime) -> list[Noted]:
    today, since = _day(now), _day(now - LAST)
    found = []
    for name in COUNTED:
        lately = {day: n for day, n in counting.counted(store, name).items() if day > since}
        if lately:
            found.append(Noted(name, lately.get(today, 0), sum(lately.values())))
    return found


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
