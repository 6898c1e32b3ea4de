"""How often is too often: counters in the store, by what they protect and not by network alone."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Conflict, Put, Store

_TRIES = 60
_AT_ONCE = 3
_LONGEST_WAIT = 0.05


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
GUESS_AT_ADDRESS = Rule("guess-address", 20, timedelta(days=1))
GUESS_BY_NETWORK = Rule("guess-network", 60)
GUESS_OVERALL = Rule("guess-overall", 1000)
CHECKOUT_BY_BROWSER = Rule("checkout-browser", 20)
CHECKOUT_BY_NETWORK = Rule("checkout-network", 120)
CHECKOUT_OVERALL = Rule("checkout-overall", 3000)
ACCOUNT_BY_PERSON = Rule("account-person", 30)
REDEEM_BY_BROWSER = Rule("redeem-browser", 10)
REDEEM_BY_NETWORK = Rule("redeem-network", 60)
REDEEM_OVERALL = Rule("redeem-overall", 3000)
# Of their own: floods of forms for lead magnets silence no sign-in mail.
OPT_IN_TO_MAILBOX_FOR_MAGNET = Rule("opt-in-mailbox-magnet", 3)
OPT_IN_TO_MAILBOX = Rule("opt-in-mailbox", 5)
OPT_IN_TO_MAILBOX_A_DAY = Rule("opt-in-mailbox-day", 10, timedelta(days=1))
OPT_IN_BY_STAMP = Rule("opt-in-stamp", 5)
OPT_IN_BY_NETWORK = Rule("opt-in-network", 60)
OPT_IN_BY_MAGNET = Rule("opt-in-magnet", 600)
OPT_IN_OVERALL = Rule("opt-in-overall", 2000)
# Each one is a consent that is kept for good.
LETTERS_ON = Rule("letters-on", 10, timedelta(days=1))


def count(
    store: Store,
    rule: Rule,
    key: str,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
    *,
    silent: bool = False,
) -> bool:
    """Count one; tell whether it is still within the rule. A counter nobody can write says no.

    Those who count the same at the same moment step aside for each other, `sleep` is how. A
    `silent` rule counts on beyond its limit: what is done then is the same as below it.
    """
    partition, window = _place(rule, key, now)
    for tried in range(_TRIES):
        item = store.get(partition, window)
        so_far = int(item.value["count"]) if item else 0
        if so_far >= rule.most and not silent:
            return False
        expect = item.version if item else ABSENT
        value = {"count": so_far + 1}
        try:
            store.write(Put(partition, window, value, expect, now + 2 * rule.window))
        except Conflict:
            if tried >= _AT_ONCE:
                sleep(random.uniform(0, _LONGEST_WAIT))  # noqa: S311 - keeps no secret
        else:
            return so_far < rule.most
    return False


def within(store: Store, rule: Rule, key: str, now: datetime) -> bool:
    """Tell whether one more would be within the rule; counts nothing."""
    item = store.get(*_place(rule, key, now))
    return item is None or int(item.value["count"]) < rule.most


def _place(rule: Rule, key: str, now: datetime) -> tuple[str, str]:
    """Return where the counter of the running window lies."""
    number = int(now.timestamp() // rule.window.total_seconds())
    return f"limit#{rule.name}#{keys.hashed(key)[:32]}", f"{number:012d}"
