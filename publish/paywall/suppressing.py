"""Addresses that get no mail, or none that they did not ask for, and why.

An address that does not exist gets nothing any more: every further mail to it costs the site the
trust of all mailbox providers. Whoever called a mail unwanted still gets what they ask for with a
click: a sign-in mail, a receipt. Whoever declined gets no mail for a while that others may have
asked for in their name. What a reader signs off from list by list is no matter of this room: it
stops one list, this stops an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from publish.paywall import addresses, counting, keys
from publish.paywall.again import again
from publish.paywall.ports import ABSENT, Delete, Item, Put, Store
from publish.paywall.walking import every

Reason: TypeAlias = Literal["bounced", "complained"]
What: TypeAlias = Literal["bounced", "complained", "softly-bounced"]
"""What became of a mail; one that bounced softly may arrive another day."""
ASKED_FOR = frozenset({"sign-in", "receipt", "change-mail", "mail-changed", "deleted", "delivery"})
"""Mails that answer a click of the reader, or tell of what was done in their name."""
IN_ANY_NAME = frozenset({"opt-in"})
"""Mails that whoever knows an address may have sent to it, by a form that anybody sees."""
DECLINED_LASTS = timedelta(days=30)
_LONGEST = 32
"""How much of a mailbox's hash is used: it stands in links, which are long enough."""
_WORSE: Sequence[Reason] = ("complained", "bounced")


@dataclass(frozen=True)
class Suppressed:
    """An address, since when and why it is spared; "" for the address of who was erased."""

    mail: str
    reason: Reason
    at: datetime


@dataclass(frozen=True)
class Notice:
    """What a mail service tells of one address."""

    mail: str
    what: What


def hear(store: Store, notices: Sequence[Notice], now: datetime) -> None:
    """Act on what a mail service tells, and count it; the same twice is once but for the count.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    for each in notices:
        if each.what != "softly-bounced":
            suppress(store, each.mail, each.what, now)
        counting.note(store, f"mail-{each.what}", now)


def suppress(store: Store, mail: str, reason: Reason, now: datetime) -> None:
    """Spare an address from now on; of two reasons the one that stops more stays.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    folded = _folded(mail)
    place = keys.SUPPRESSED, keys.hashed(folded)

    def step() -> None:
        known = store.get(*place)
        if known and _WORSE.index(_read(known).reason) >= _WORSE.index(reason):
            return
        # A last mail goes to who was erased: what becomes of it must not bring the address back.
        value = {
            "mail": "" if _given_up(store, folded) else folded,
            "reason": reason,
            "at": keys.stamp(now),
        }
        store.write(Put(*place, value, known.version if known else ABSENT))

    again(step)


def stops(store: Store, mail: str, name: str) -> bool:
    """Tell whether the mail `name` must not go to an address.

    Raises:
        StoreDown: the store does not answer.

    """
    found = find(store, mail)
    if found is not None and (found.reason == "bounced" or name not in ASKED_FOR):
        return True
    return name in IN_ANY_NAME and declined(store, mail)


def decline(store: Store, mailbox: str, now: datetime) -> None:
    """Let nobody send mails for a while that the reader of a mailbox (its hash) did not ask for.

    Raises:
        StoreDown: the store does not answer.

    """
    value = {"at": keys.stamp(now)}
    store.write(Put(keys.declined(mailbox), keys.SELF, value, expires=now + DECLINED_LASTS))


def declined(store: Store, mail: str) -> bool:
    """Tell whether an address declined what others ask for in its name.

    Raises:
        StoreDown: the store does not answer.

    """
    return store.get(keys.declined(mailbox_hash(mail)), keys.SELF) is not None


def mailbox_hash(mail: str) -> str:
    """Return what stands for the mailbox of an address: `reader+1@` is no way round it."""
    return keys.hashed(addresses.mailbox(_folded(mail)))[:_LONGEST]


def find(store: Store, mail: str) -> Suppressed | None:
    """Return since when and why an address is spared, None where it is not.

    Raises:
        StoreDown: the store does not answer.

    """
    known = store.get(keys.SUPPRESSED, keys.hashed(_folded(mail)))
    return _read(known) if known else None


def listed(store: Store) -> Iterator[Suppressed]:
    """Yield every address that is spared, in no order that means anything."""
    return map(_read, every(store, keys.SUPPRESSED))


def all_of(store: Store) -> Callable[[str], Suppressed | None]:
    """Return what finds many addresses as `find` does, after one reading.

    Raises:
        StoreDown: the store does not answer.

    """
    known = {each.key: _read(each) for each in every(store, keys.SUPPRESSED)}
    return lambda mail: known.get(keys.hashed(_folded(mail)))


def allow(store: Store, mail: str) -> bool:
    """Write to an address again, also what others ask for; tell whether it was spared.

    Raises:
        StoreDown: the store does not answer.

    """
    places = (
        (keys.SUPPRESSED, keys.hashed(_folded(mail))),
        (keys.declined(mailbox_hash(mail)), keys.SELF),
    )
    known = [store.get(*place) for place in places]
    store.write(*(Delete(*place) for place in places))
    return any(known)


def pardon(store: Store, mail: str) -> None:
    """Write to an address again whose reader called a mail unwanted, and asks for mails now.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    place = keys.SUPPRESSED, keys.hashed(_folded(mail))

    def step() -> None:
        known = store.get(*place)
        if known and _read(known).reason == "complained":
            store.write(Delete(*place, known.version))

    again(step)


def forget(store: Store, mail: str) -> None:
    """Take the address itself away, for who is erased; it stays spared by its hash.

    Raises:
        Conflict: others write the same all the time.
        StoreDown: the store does not answer.

    """
    place = keys.SUPPRESSED, keys.hashed(_folded(mail))

    def step() -> None:
        known = store.get(*place)
        if known and known.value["mail"]:
            store.write(Put(*place, {**known.value, "mail": ""}, known.version))

    again(step)


def _given_up(store: Store, mail: str) -> bool:
    """Tell whether an address was given up and is nobody's since."""
    left = store.get(keys.left(mail), keys.SELF)
    return left is not None and store.get(keys.identity("mail", mail), keys.SELF) is None


def _folded(mail: str) -> str:
    """Return the one form of an address; what is none is still told apart from others."""
    try:
        return addresses.canonical(mail).canonical
    except addresses.Invalid:
        return mail.strip().lower()


def _read(item: Item) -> Suppressed:
    told = item.value
    return Suppressed(str(told["mail"]), told["reason"], keys.when(told["at"]))
