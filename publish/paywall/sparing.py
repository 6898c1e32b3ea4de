"""Sparing mailboxes and what all share: how often forms of lead magnets lead to a mail.

All is counted in one order for everybody. A mailbox that was written to often enough is spared in
silence, and what is done is the same: whoever is spared is counted as nobody, by the stamp. So a
flood at one mailbox uses up neither its day nor what all share.
"""

from __future__ import annotations

from publish.paywall import limits
from publish.paywall.addresses import Address, mailbox
from publish.paywall.offered import Offered
from publish.paywall.stamps import Stamp
from publish.paywall.visit import Visit


def has_room(visit: Visit, magnet: Offered) -> bool:
    """Count the network; tell whether there is room for anybody, which says nothing of anybody."""
    store, now = visit.world.store, visit.now
    return limits.count(store, limits.OPT_IN_BY_NETWORK, visit.request.network, now) and all(
        limits.within(store, rule, key, now) for rule, key in _shared(magnet)
    )


def may_write_to(
    visit: Visit, magnet: Offered, address: Address, stamp: Stamp, *, trapped: bool
) -> bool:
    """Count what protects a mailbox; tell whether it may get a mail: none if `trapped`."""
    box, sends = mailbox(address.canonical), not trapped
    for rule, key in (
        (limits.OPT_IN_TO_MAILBOX_FOR_MAGNET, f"{box}|{magnet.id}"),
        (limits.OPT_IN_TO_MAILBOX, box),
        (limits.OPT_IN_TO_MAILBOX_A_DAY, box),
    ):
        counted = key if sends else stamp.nonce
        sends = limits.count(visit.world.store, rule, counted, visit.now, silent=True) and sends
    return sends


def takes_room(visit: Visit, magnet: Offered, stamp: Stamp, *, sends: bool) -> bool:
    """Count what all share; tell whether there still was room."""
    return all(
        limits.count(visit.world.store, rule, key if sends else stamp.nonce, visit.now)
        for rule, key in _shared(magnet)
    )


def _shared(magnet: Offered) -> tuple[tuple[limits.Rule, str], ...]:
    return (limits.OPT_IN_BY_MAGNET, magnet.id), (limits.OPT_IN_OVERALL, "")
