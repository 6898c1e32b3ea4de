"""Orders: what was asked for, what came of it, and which post and campaign led to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Operation, Put, Store
from publish.paywall.walking import every

State: TypeAlias = Literal["open", "pending", "paid", "failed", "expired"]


@dataclass(frozen=True)
class Order:
    """One order; money in minor units. The id is also the number that a reader quotes.

    `person` is whose it is: who was signed in, else whose address paid, "" until it is paid.
    `browser` started it. `post`, `page` and `campaign` say what led to it. `reference` is the
    provider's Checkout Session (or adopted subscription), `subscription`, `payment` and `customer`
    its other ids. `price` is the key of the price, `days` the span and `trial` the free days that
    were asked for, whatever the offer says later. The grant in the person's ledger has the order's
    id.
    """

    id: str
    product: str
    offer: str
    lang: str
    made: datetime
    state: State = "open"
    person: str = ""
    browser: str = ""
    post: str = ""
    page: str = ""
    campaign: Mapping[str, str] | None = None
    reference: str = ""
    subscription: str = ""
    payment: str = ""
    customer: str = ""
    mail: str = ""
    amount: int = 0
    currency: str = ""
    refunded: int = 0
    dispute: str = ""
    paid_at: str = ""
    days: int = 0
    price: str = ""
    trial: int = 0
    version: int = 0

    @property
    def number(self) -> str:
        """Return the id as people write it down: groups of four."""
        return "-".join(self.id[at : at + 4] for at in range(0, len(self.id), 4))


def new_order_id() -> str:
    """Return the id of a new order: 60 bits, unguessable enough to quote, short enough to type."""
    return keys.new_id(12)


def find(store: Store, order: str) -> Order | None:
    """Return an order by its id, as a person may have typed it."""
    item = store.get(keys.order(keys.typed(order)), keys.SELF)
    return read(item.value, item.version) if item else None


def find_by_reference(store: Store, reference: str) -> Order | None:
    """Return the order that an object of the provider belongs to."""
    item = store.get(keys.provider(reference), keys.SELF)
    return find(store, str(item.value["order"])) if item else None


def everything(store: Store) -> Iterator[Order]:
    """Yield every order, in order of time."""
    for line in every(store, keys.ORDERS):
        order = find(store, str(line.value["order"]))
        if order:
            yield order


def creating(order: Order) -> list[Operation]:
    """Return what to write for a new order."""
    return [
        Put(keys.order(order.id), keys.SELF, value_of(order), ABSENT),
        Put(keys.ORDERS, keys.at(order.made, order.id), {"order": order.id}, ABSENT),
    ]


def saving(order: Order) -> Operation:
    """Return what to write for a changed order."""
    return Put(keys.order(order.id), keys.SELF, value_of(order), order.version)


def pointing(reference: str, order: Order) -> Operation:
    """Return what to write so that an object of the provider leads to the order."""
    return Put(keys.provider(reference), keys.SELF, {"order": order.id})


def owning(order: Order) -> Operation:
    """Return what to write so that a person's orders can be listed."""
    return Put(keys.person(order.person), keys.order(order.id), {"made": keys.stamp(order.made)})


def value_of(order: Order) -> dict[str, Any]:
    """Return an order as the store keeps it."""
    value = asdict(order)
    del value["version"]
    return value | {"made": keys.stamp(order.made), "campaign": dict(order.campaign or {})}


def read(value: Mapping[str, Any], version: int) -> Order:
    """Return an order from the store."""
    return Order(**{**value, "made": keys.when(value["made"]), "version": version})
