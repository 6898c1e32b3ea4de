"""What time does: trials end, subscriptions renew or fail, money arrives, Checkouts expire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from publish.sandbox import money, selling, subscribing
from publish.sandbox.dues import WARNING
from publish.sandbox.state import Books, Object, State

_MOST = 10_000
_Doer: TypeAlias = Callable[[Books, Object], object]


@contextmanager
def today(state: State) -> Iterator[Books]:
    """Open the books after everything has happened whose time has come."""
    with state.change() as books:
        catch_up(books)
        yield books


def catch_up(books: Books) -> int:
    """Let happen what is due, one after the other, each at its own time; return how much."""
    for done in range(_MOST):
        found = books.due()
        if found is None:
            books.now = books.today
            return done
        books.now = max(found[0], found[1]["created"])
        _happens(books, found[1])
    raise RuntimeError("time does not pass: too much is due at once")


def _happens(books: Books, value: Object) -> None:
    kind = value["object"]
    if kind == "checkout.session":
        act: _Doer = selling.expire if value["status"] == "open" else selling.arrive
        act(books, value)
    elif kind == "refund":
        money.fail_refund(books, value)
    else:
        _subscription(books, value)


def _subscription(books: Books, held: Object) -> None:
    hidden, item = books.hidden(held["id"]), held["items"]["data"][0]
    if held["cancel_at"] and held["cancel_at"] <= books.now:
        subscribing.end(books, held)
    elif held["status"] == "trialing" and not hidden.get("warned"):
        _warn(books, held)
    elif held["status"] == "past_due" and (hidden.get("retry") or books.now + 1) <= books.now:
        subscribing.retry(books, held)
    elif item["current_period_end"] <= books.now:
        subscribing.renew(books, held)


def _warn(books: Books, held: Object) -> None:
    """Say that a trial ends in three days; one that is shorter says so at once."""
    books.put(held, warned=True)
    if held["trial_end"] - WARNING <= books.now:
        books.emit("customer.subscription.trial_will_end", held)
