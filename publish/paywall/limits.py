"""How often is too often: counters in the store, by what they protect and not by network alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Conflict, Put, Store

_TRIES = 12


@dataclass(frozen=True)
class Rule:
    """At most `most` within each window of time."""

    name: str
    most: int
    window: timedelta = timedelta(hours=1)


MAIL_TO_ADDRESS = Rule("mail-address", 5)
MAIL_TO_ADDRESS_A_DAY = Rule("mail-address-day", 20, timedelta(days=1))
MAIL_BY_BROWSER = Rule("mail-browser", 10)
MAIL_BY_NETWORK = Rule("mail-network", 60)
MAIL_OVERALL = Rule("mail-overall", 2000)
CHECKOUT_BY_BROWSER = Rule("checkout-browser", 20)
CHECKOUT_BY_NETWORK = Rule("checkout-network", 120)
CHECKOUT_OVERALL = Rule("checkout-overall", 3000)
REDEEM_BY_BROWSER = Rule("redeem-browser", 10)
REDEEM_BY_NETWORK = Rule("redeem-network", 60)
REDEEM_OVERALL = Rule("redeem-overall", 3000)


def count(store: Store, rule: Rule, key: str, now: datetime) -> bool:
    """Count one; tell whether it is still within the rule. A counter nobody can write says no."""
    number = int(now.timestamp() // rule.window.total_seconds())
    partition, window = f"limit#{rule.name}#{keys.hashed(key)[:32]}", f"{number:012d}"
    expires = now + 2 * rule.window
    for _ in range(_TRIES):
        item = store.get(partition, window)
        so_far = int(item.value["count"]) if item else 0
        if so_far >= rule.most:
            return False
        try:
            store.write(
                Put(
                    partition,
                    window,
                    {"count": so_far + 1},
                    item.version if item else ABSENT,
                    expires,
                )
            )
        except Conflict:
            continue
        return True
    return False
