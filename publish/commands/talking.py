"""What operating commands share: the first line, asking before it matters, one JSON object."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from publish import folders, moments
from publish.contract.catalogue import N_, Words, choose_language
from publish.contract.report import Progress
from publish.operating.opening import Desk, opened
from publish.paywall.ports import Conflict, Missing, StoreDown
from publish.paywall.stores.sqlite import LaterSchema
from publish.progress import progress
from publish.screen import from_here, say
from publish.site import read_settings
from publish.trouble import Failure, WrongUsage


@dataclass(frozen=True)
class Call:
    """How a command was called: in whose language, on what, for a person or a program."""

    words: Words
    content: str | None
    live: bool
    machine: bool


@dataclass(frozen=True)
class Talk:
    """One run of a command: what it works on, in whose language, for a person or a program.

    `aside`: its output is for a file, so what is said goes to stderr.
    """

    words: Words
    desk: Desk
    machine: bool
    here: Path
    aside: bool = False

    @property
    def lang(self) -> str:
        """Return the language that is spoken: "en" or "zh"."""
        return choose_language(None)

    @property
    def first(self) -> str:
        """Return the first line."""
        return first_line(self.desk, self.here)

    def say(self, *lines: str) -> None:
        """Print lines for a person."""
        if not self.machine:
            say(lines, err=self.aside)

    def end(self, told: Mapping[str, Any], *lines: str) -> None:
        """Print the last lines for a person, or everything for a program."""
        if not self.machine:
            say(lines, err=self.aside)
            return
        desk = self.desk
        first = {"account": desk.account, "mode": desk.mode, "store": desk.world.store.name}
        say([json.dumps({**first, **told}, ensure_ascii=False, indent=2)])

    def sure(self, question: str, yes: bool) -> None:
        """Ask before money moves or something is erased.

        Raises:
            WrongUsage: there is nobody to ask and no --yes.
            Failure: the answer was no.

        """
        sure(question, yes)

    def day(self, moment: datetime | None) -> str:
        """Return a time as a creator reads it, in the site's zone."""
        return moments.local(moment.isoformat(), self.desk.zone) if moment else ""

    def days(self, n: int) -> str:
        """Return a number of days in words."""
        return self.words.ngettext("{n} day", "{n} days", n).format(n=n)

    @contextmanager
    def counting(self, text: str, total: int = 0) -> Iterator[Callable[..., None]]:
        """Give a listener that draws how far long work is, and may be told how long it is."""
        with progress(sys.stderr.isatty() and not self.machine, first=text) as listen:

            def heard(done: int, of: int = total) -> None:
                listen(Progress("read", text, done, of))

            yield heard


def sure(question: str, yes: bool) -> None:
    """Ask before something happens that matters.

    Raises:
        WrongUsage: there is nobody to ask and no --yes.
        Failure: the answer was no.

    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise WrongUsage(
            N_("{question} There is no terminal to ask on (add --yes to mean it)"),
            question=question,
        )
    if not click.confirm(question, err=True):
        raise Failure(N_("nothing was changed"))


@contextmanager
def talking(call: Call, *, payments: bool = False, aside: bool = False) -> Iterator[Talk]:
    """Open the sandbox or the real site and print the first line: account, mode and store.

    Raises:
        Trouble: there is no content folder, or the real site cannot be opened.

    """
    here = Path.cwd()
    folder = folders.find_content(call.content, os.environ, here)
    zone = read_settings(folder).zone
    with stored(), opened(folder, zone, call.live, payments=payments) as desk:
        talk = Talk(call.words, desk, call.machine, here, aside)
        talk.say(talk.first)
        yield talk


@contextmanager
def stored() -> Iterator[None]:
    """Say in a sentence when the store does not answer, or others write the same all the time.

    Raises:
        Failure: instead of what the store raises.

    """
    try:
        yield
    except StoreDown as cause:
        raise Failure(N_("the store does not answer: {cause}"), cause=cause) from cause
    except LaterSchema as cause:
        raise Failure(N_("a later version of Inkstead wrote this store (update first)")) from cause
    except Conflict as cause:
        raise Failure(N_("the store is too busy; the same again is safe")) from cause
    except Missing as cause:
        raise Failure(N_("the build is not complete: {cause}"), cause=cause) from cause


def first_line(desk: Desk, here: Path) -> str:
    """Return account, mode and store: "sandbox · sqlite .inkstead/sandbox/service.sqlite"."""
    kind, _, where = desk.world.store.name.partition(":")
    shown = from_here(Path(where), here) if kind == "sqlite" else where
    named = dict.fromkeys((desk.account, desk.mode))  # one word where both are the same
    return " · ".join((*named, f"{kind} {shown}"))


def plain(value: Any) -> Any:
    """Return a value as JSON takes it: times as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return moments.iso(value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return value


@contextmanager
def answered() -> Iterator[None]:
    """Say in a sentence when the payment provider does not answer, or says no.

    Raises:
        Failure: instead of either.

    """
    from publish.paywall.payments.stripe_desk import Refused
    from publish.paywall.ports import PaymentsDown, PriceGone

    try:
        yield
    except PaymentsDown as cause:
        raise Failure(
            N_("Stripe does not answer ({cause}); the same again is safe"), cause=cause
        ) from cause
    except (Refused, PriceGone) as cause:
        raise Failure(N_("Stripe refuses: {said}"), said=cause) from cause
