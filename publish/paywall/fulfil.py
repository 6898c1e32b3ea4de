"""From what the provider says now to what a person owns: one function, safe whenever it is run.

The webhook, the return page and `events reconcile` all call `sync`. It fetches the purchase again,
computes order and grant from it, and writes both at once, guarded by their versions; a write that
came second starts over. So neither the order of events nor their number matters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from publish.contract.manifest import Manifest
from publish.paywall import (
    counting,
    erasing,
    keys,
    looking,
    orders,
    people,
    receipts,
    reminding,
    rights,
)
from publish.paywall.addresses import Address
from publish.paywall.again import again
from publish.paywall.orders import Order
from publish.paywall.payments import catalogue
from publish.paywall.people import Person
from publish.paywall.ports import ABSENT, Delete, Operation, Purchase, Put
from publish.paywall.rights import Grant
from publish.paywall.visit import World

EVENT_KEPT = timedelta(days=45)
"""Longer than the provider repeats an event."""
_TRIES = 24
_ORDER_STATE: dict[str, orders.State] = {
    "open": "open",
    "unpaid": "pending",
    "paid": "paid",
    "failed": "failed",
    "expired": "expired",
}


@dataclass(frozen=True)
class _Ledger:
    """A person's grants as they lie in the store, and the version of one of them."""

    grants: tuple[Grant, ...]
    own: Grant | None
    version: int | None

    def with_own(self, grant: Grant | None) -> tuple[Grant, ...]:
        """Return the ledger as it will be."""
        others = tuple(each for each in self.grants if self.own is None or each.id != self.own.id)
        return (*others, grant) if grant else others


def sync(world: World, reference: str, event: str = "") -> Order | None:
    """Bring one purchase up to date and return its order, None when it is not ours.

    `event` is the id of the webhook that asked for it; it is noted in the same write.

    Raises:
        Conflict: too many wanted it at once.
        PaymentsDown: the provider does not answer.
        StoreDown: the store does not answer.

    """
    return again(lambda: _once(world, reference, event), _TRIES)


def seen(world: World, event: str) -> bool:
    """Tell whether an event was dealt with."""
    return world.store.get(keys.event(event), keys.SELF) is not None


def noting(world: World, event: str) -> Operation:
    """Return what to write so that an event is dealt with once."""
    now = world.clock()
    return Put(keys.event(event), keys.SELF, {"at": keys.stamp(now)}, ABSENT, now + EVENT_KEPT)


def _once(world: World, reference: str, event: str) -> Order | None:
    if event and seen(world, event):
        return orders.find_by_reference(world.store, reference)
    order, purchase = _fetched(world, reference)
    noted = [noting(world, event)] if event else []
    if purchase is None or order is None or not _counts(world, order, purchase):
        if noted:
            world.store.write(*noted)
        return None
    operations, after, mailed = _changes(world, order, purchase)
    if operations or noted:
        world.store.write(*operations, *noted)
    if mailed:
        receipts.count(world, after)
        world.wake()
    return after


def _fetched(world: World, reference: str) -> tuple[Order | None, Purchase | None]:
    """Return a purchase and its order, the order read first.

    What is written later is guarded by the order's version. Were it read after the fetch, an old
    answer that was long on its way could overwrite a newer one.
    """
    if world.payments is None:
        return None, None
    order = orders.find_by_reference(world.store, reference)
    purchase = world.payments.purchase(order.reference or reference if order else reference)
    if order or purchase is None:
        return order, purchase
    order = _order_of(world, purchase)
    if order and order.version:
        purchase = world.payments.purchase(purchase.reference)
    return order, purchase


def _order_of(world: World, purchase: Purchase) -> Order | None:
    """Return the order of a purchase: known, named in its metadata, or begun elsewhere."""
    known = orders.find_by_reference(world.store, purchase.reference)
    if known or not purchase.order:
        return known or _adopted(world, purchase)
    named = orders.find(world.store, purchase.order)
    if named and (named.product, named.offer) == (purchase.product, purchase.offer):
        return named
    counting.note(world.store, "foreign-order", world.clock())
    return None


def _adopted(world: World, purchase: Purchase) -> Order | None:
    """Return a new order for something that was sold elsewhere and counts as a product of ours."""
    manifest = world.releases.find().manifest
    product = catalogue.adopted(manifest, purchase.sold) or purchase.product
    if product not in manifest.products:
        counting.note(world.store, "foreign-product", world.clock())
        return None
    if purchase.state not in ("paid", "unpaid") or not purchase.mail:
        counting.note(world.store, "unfinished", world.clock())
        return None
    return Order(
        id=orders.new_order_id(),
        product=product,
        offer=purchase.offer,
        lang=manifest.site.languages[0].code,
        made=purchase.at,
        days=_days(manifest, product, purchase.offer),
    )


def _days(manifest: Manifest, product: str, offer: str) -> int:
    offers = manifest.products[product].offers
    return next((each.days for each in offers if each.id == offer), 0)


def _counts(world: World, order: Order, purchase: Purchase) -> bool:
    """Tell whether the purchase decides about the order: a second Checkout of one order may not."""
    if not order.reference or purchase.reference == order.reference:
        return True
    if purchase.state == "paid" and order.state != "paid":
        return True
    if purchase.state == "paid":
        counting.note(world.store, "paid-twice", world.clock())
    return False


def _changes(world: World, order: Order, purchase: Purchase) -> tuple[list[Operation], Order, bool]:
    """Return what to write, the order as it will be, and whether there is a mail to send."""
    person, arriving = _person(world, order, purchase)
    after = _after(order, purchase, person.id if person else order.person)
    if person is None and erasing.gone(world, order.person):
        after = replace(after, mail="", customer="")
    ledger = _ledger(world, after)
    grant = _grant(after, purchase, ledger)
    granting = _granting(after, grant, ledger)
    operations = [*arriving, *_saving(order, after, bool(granting)), *granting]
    whole = ledger.with_own(grant)
    if after.state == "paid" and not after.person and operations:
        counting.note(world.store, "paid-by-nobody", world.clock())
    if grant != ledger.own and after.person:
        _alarm(world, after.product, whole)
        operations += reminding.wanted(world, after.person, after.product, ledger.grants, whole)
        operations += looking.wanted(after, ledger.own, grant)
    if order.state == "paid" or after.state != "paid" or not order.version:
        return operations, after, False
    letter = receipts.queued(world, after, whole)
    return [*operations, *letter], after, bool(letter)


def _person(
    world: World, order: Order, purchase: Purchase
) -> tuple[Person | None, list[Operation]]:
    """Return whose the purchase is, and what to write about them.

    Whoever was signed in when they bought; else whose address paid, who need not have confirmed it.
    """
    if purchase.state not in ("paid", "unpaid"):
        return None, []
    if order.person:
        known = people.find(world.store, order.person)
    elif purchase.mail:
        address = receipts.address(purchase.mail)
        known = people.find_by_mail(world.store, address.canonical)
        if known is None:
            made = _new_person(world, order, address, purchase.customer)
            return made, people.creating(made)
    else:
        return None, []
    if known and _brings_customer(order, purchase, known):
        known = replace(known, customer=purchase.customer)
        return known, [people.saving(known)]
    return known, []


def _brings_customer(order: Order, purchase: Purchase, known: Person) -> bool:
    """Tell whether who paid is, at the provider, the person whose the purchase is.

    Whoever was signed in when they bought is; until the order is paid nobody else is named in it.
    A stranger who pays with somebody's address gives them a purchase, not a customer of theirs.
    """
    if not purchase.customer or purchase.customer == known.customer:
        return False
    if order.person and order.state == "open":
        return True
    return not known.customer and (not known.confirmed or not order.browser)


def _new_person(world: World, order: Order, address: Address, customer: str) -> Person:
    made = people.new(address.canonical, address.shown, order.lang, world.clock(), confirmed=False)
    return replace(made, customer=customer)


def _after(order: Order, purchase: Purchase, person: str) -> Order:
    state = _ORDER_STATE.get(purchase.state, "open")
    return replace(
        order,
        state="paid" if order.state == "paid" else state,
        person=person,
        reference=purchase.reference,
        subscription=purchase.subscription.id if purchase.subscription else order.subscription,
        payment=purchase.payment or order.payment,
        customer=purchase.customer or order.customer,
        mail=purchase.mail or order.mail,
        amount=purchase.amount,
        currency=purchase.currency,
        refunded=purchase.refunded,
        dispute=purchase.dispute,
        paid_at=keys.stamp(purchase.at) if state == "paid" else order.paid_at,
    )


def _saving(before: Order, after: Order, moved: bool) -> list[Operation]:
    """Return what to write about the order itself, and what leads to it.

    An order whose grant `moved` is written even when it is the same: its version guards both.
    """
    if after == before and not moved:
        return []
    operations = [orders.saving(after)] if before.version else orders.creating(after)
    if after.person and (after.person, after.state) != (before.person, before.state):
        # Who was signed in when they bought owns it from the start, but is told of it only now.
        operations.append(orders.owning(after))
    known = {before.reference, before.subscription, before.payment, ""}
    for key in dict.fromkeys((after.reference, after.subscription, after.payment)):
        if key not in known:
            pointer = Put(keys.provider(key), keys.SELF, {"order": after.id})
            # Two who adopt the same thing at once must not make two orders of it.
            operations.append(pointer if before.version else replace(pointer, expect=ABSENT))
    return operations


def _ledger(world: World, order: Order) -> _Ledger:
    if not order.person:
        return _Ledger((), None, None)
    lines = world.store.query(keys.person(order.person), keys.grant(""))
    found = {line.key: rights.read_grant(line.value) for line in lines}
    key = keys.grant(order.id)
    version = next((line.version for line in lines if line.key == key), None)
    return _Ledger(tuple(found.values()), found.get(key), version)


def _grant(order: Order, purchase: Purchase, ledger: _Ledger) -> Grant | None:
    """Return the line of the ledger that the purchase is worth now, None for none."""
    if not order.person or purchase.state not in ("paid", "unpaid"):
        return None
    made = Grant(
        id=order.id,
        product=order.product,
        kind="subscription" if purchase.subscription else "purchase",
        at=purchase.at,
        days=0 if purchase.subscription else order.days,
        subscription=purchase.subscription,
    )
    return replace(made, state=_state(made, purchase, ledger))


def _state(grant: Grant, purchase: Purchase, ledger: _Ledger) -> rights.State:
    if purchase.state != "paid":
        return "pending"
    if purchase.dispute == "lost" or 0 < purchase.amount <= purchase.refunded:
        return "revoked"
    if purchase.dispute == "open":
        return "held"
    return "revoked" if _second_trial(grant, ledger) else "ok"


def _second_trial(grant: Grant, ledger: _Ledger) -> bool:
    """Tell whether a trial is not the person's first of the product: it opens once it is paid."""
    if not (grant.subscription and grant.subscription.trial):
        return False
    return any(
        other.product == grant.product
        and other.kind == "subscription"
        and (other.at, other.id) < (grant.at, grant.id)
        for other in ledger.grants
    )


def _granting(order: Order, grant: Grant | None, ledger: _Ledger) -> list[Operation]:
    place = keys.person(order.person), keys.grant(order.id)
    if grant == ledger.own:
        return []
    if grant is None:
        return [Delete(*place, ledger.version)]
    return [Put(*place, rights.grant_value(grant), ledger.version or ABSENT)]


def _alarm(world: World, product: str, ledger: tuple[Grant, ...]) -> None:
    """Count what a creator should look at: unknown statuses, two memberships that both run."""
    mine = [each for each in ledger if each.product == product]
    if rights.alarming(mine):
        counting.note(world.store, "unknown-status", world.clock())
    if sum(map(rights.runs, mine)) > 1:
        counting.note(world.store, "two-memberships", world.clock())
