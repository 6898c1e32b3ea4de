"""The ports: what the service needs of the world, each with a local and a cloud adapter.

Times are aware UTC. Store items are JSON objects. One contract suite runs on every adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

Clock: TypeAlias = Callable[[], datetime]

# ---- store ----------------------------------------------------------------------------------

ABSENT: Literal["absent"] = "absent"
Expect: TypeAlias = "int | Literal['absent'] | None"
MOST_OPERATIONS = 100
MOST_BYTES = 400_000


class Conflict(Exception):
    """Another write came first: an item was not as expected. Nothing was written."""


class StoreDown(Exception):
    """The store does not answer; whether the write happened is not known."""


@dataclass(frozen=True)
class Item:
    """A stored object: `version` counts its writes from 1; `expires` is when it is gone."""

    partition: str
    key: str
    value: Mapping[str, Any]
    version: int
    expires: datetime | None = None


@dataclass(frozen=True)
class Put:
    """Write an object. `expect`: a version, ABSENT, or None for "whatever is there".

    An expired item counts as absent.
    """

    partition: str
    key: str
    value: Mapping[str, Any]
    expect: Expect = None
    expires: datetime | None = None


@dataclass(frozen=True)
class Delete:
    """Take an object away; one that is not there is no error unless a version is expected."""

    partition: str
    key: str
    expect: Expect = None


@dataclass(frozen=True)
class Check:
    """Write nothing, but let the whole write fail unless the object is as expected."""

    partition: str
    key: str
    expect: Expect


Operation: TypeAlias = Put | Delete | Check


class Store(Protocol):
    """Objects by partition and key, written many at once or not at all."""

    name: str
    """For the first line of operating commands: "sqlite:/path" or "dynamodb:table"."""

    def get(self, partition: str, key: str) -> Item | None:
        """Return an object unless it is missing or expired."""

    def query(
        self,
        partition: str,
        prefix: str = "",
        after: str = "",
        limit: int = 1000,
        up_to: str = "",
    ) -> Sequence[Item]:
        """Return objects of a partition in order of their keys (by code point).

        Only keys that begin with `prefix`, are greater than `after` and, where given, not
        greater than `up_to`; expired ones are left out, so fewer than `limit` may be the last
        page only if fewer are there.
        """

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing, seen at once.

        Raises:
            Conflict: an expectation did not hold.
            ValueError: more than MOST_OPERATIONS, two for one object, or one over MOST_BYTES.
            StoreDown: it could not be done, or nobody knows whether it was.

        """

    def everything(self) -> Iterator[Item]:
        """Yield every object that has not expired, in no order that means anything.

        What is written meanwhile may be among them or not.

        Raises:
            StoreDown: the store does not answer.

        """

    def load(self, items: Sequence[Item]) -> int:
        """Write objects as they once were, versions too, where none is; return how many.

        What is there already stays as it is; an expired object counts as absent.

        Raises:
            Conflict: others write the same all the time.
            ValueError: see `write`; as many at once.
            StoreDown: it could not be done, or nobody knows whether it was; the same again is safe.

        """


# ---- bodies ---------------------------------------------------------------------------------


class Missing(LookupError):
    """There is no such file in this release."""


class Bodies(Protocol):
    """The private part of a release and its manifest. Paths are relative to the generation."""

    def current(self) -> str:
        """Return the name of the release that is live."""

    def read(self, release: str, path: str) -> bytes:
        """Return a file.

        Raises:
            Missing: no such file.

        """

    def address(self, release: str, path: str, seconds: int, name: str, kind: str) -> str:
        """Return a short-lived address of a file that is too large to answer, or ""."""


# ---- mail -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    """A finished message. `id` is the left part of its Message-ID: the same job, the same id."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    sender: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class MailRefused(Exception):
    """The address will never take this mail; trying again is no use."""


class AddressRefused(MailRefused):
    """There is nobody at this address, as its server says: no mail will ever arrive there."""


class MailDown(Exception):
    """It could not be sent now; try again later."""


class MailUnsure(MailDown):
    """Nobody knows whether it was sent: the answer was lost. Sent again it may arrive twice."""


class Mailer(Protocol):
    """Sends finished messages."""

    @property
    def repeatable(self) -> bool:
        """Tell whether a mail that is sent again, with the same id, is no second copy."""

    def send(self, mail: Mail) -> None:
        """Hand the message over.

        Raises:
            AddressRefused: nobody is there.
            MailRefused: for ever.
            MailUnsure: the answer was lost.
            MailDown: for now.

        """


# ---- payments -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subscription:
    """A subscription as the provider tells it now; `ended` is when it was over for good."""

    id: str
    status: str
    period_start: datetime
    period_end: datetime
    cancel_at: datetime | None = None
    cancelled: bool = False
    paused: bool = False
    trial: bool = False
    ended: datetime | None = None


@dataclass(frozen=True)
class Purchase:
    """All that the provider says of one order, refetched; money in minor units.

    `reference` is the Checkout Session, or the subscription of one that began elsewhere.
    `state`: "open" (not finished), "unpaid" (finished, money not here), "paid", "failed"
    (asynchronous payment failed), "expired". `order` is our own order id from the metadata, "" for
    none; `product` and `offer` are our ids, "" for what is not ours. `refunded` is the sum of
    refunds that did not fail, of the last payment where there are many. `dispute`: "", "open",
    "won", "lost". `sold` are the provider's own ids of what was sold, which a product may adopt.
    """

    reference: str
    order: str
    product: str
    offer: str
    state: str
    mail: str
    customer: str
    amount: int
    currency: str
    at: datetime
    refunded: int = 0
    dispute: str = ""
    payment: str = ""
    subscription: Subscription | None = None
    sold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checkout:
    """What to start: one offer, for one order. `key` makes a repeated start the same start."""

    order: str
    product: str
    offer: str
    price: str
    """The lookup key of the price."""
    mode: Literal["payment", "subscription"]
    currency: str
    lang: str
    mail: str
    customer: str
    success_url: str
    cancel_url: str
    trial_days: int
    key: str


@dataclass(frozen=True)
class Started:
    """A Checkout that began: where to send the reader."""

    reference: str
    url: str


@dataclass(frozen=True)
class Event:
    """A verified event: the provider's type and the ids of what to fetch again."""

    id: str
    type: str
    created: datetime
    live: bool
    account: str
    object: Mapping[str, Any]


class PaymentsDown(Exception):
    """The provider does not answer, or not with sense; try again."""


class PriceGone(LookupError):
    """The provider no longer sells at this price."""


class NotVerified(ValueError):
    """A webhook whose signature, time or shape is wrong."""


class Payments(Protocol):
    """The payment provider. Every call may raise PaymentsDown."""

    mode: Literal["sandbox", "test", "live"]
    account: str
    """Our own account, where it is known: events that name another one are foreign."""

    def start(self, checkout: Checkout) -> Started:
        """Open a Checkout.

        Raises:
            PriceGone: the price is archived, or was never there.

        """

    def verify(self, body: bytes, signature: str, now: datetime) -> Event:
        """Return a webhook's event.

        Raises:
            NotVerified: whatever is wrong with it.

        """

    def of_event(self, event: Event) -> Sequence[str]:
        """Return the references of all purchases that an event may have changed, refetched."""

    def purchase(self, reference: str) -> Purchase | None:
        """Fetch everything about a purchase; None when there is no such thing."""

    def end_checkout(self, reference: str) -> None:
        """Close a Checkout nobody needs any more; one that is closed already is no error."""

    def cancel(self, subscription: str, at_once: bool = False) -> None:
        """Stop renewing, or end now."""

    def resume(self, subscription: str) -> None:
        """Take a cancellation back while the period still runs."""

    def portal(self, customer: str, return_url: str, lang: str) -> str:
        """Return the address of the provider's page for invoices and cards."""

    def forget(self, customer: str) -> None:
        """Erase a customer; what the books must keep stays with the provider."""


# ---- the rest -------------------------------------------------------------------------------

Wake: TypeAlias = Callable[[], None]
"""Ask for the queue to be drained soon, outside this request."""
