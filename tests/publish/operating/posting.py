"""What tests of letters share: readers who get them, a carrier without time, and sudden ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from publish.operating import letter_audience, letter_book, lettering
from publish.operating.letter_audience import Aim
from publish.operating.letter_book import Letter, Parts
from publish.operating.lettering import Carrier, Outcome
from publish.operating.readers import Wanted
from publish.paywall import people, subscribing
from publish.paywall.people import Person
from publish.paywall.ports import Mail, Mailer, Operation
from publish.paywall.subscribing import Consent
from publish.paywall.visit import World
from tests.publish.paywall.house import House

PARTS = Parts(
    subject="<!--[name]-->[[name]]: <!--[/name]-->News",
    html='<p>Hello <!--[name]-->[[name]]<!--[/name]--></p><a href="[[unsubscribe]]">x</a>',
    text="Hello <!--[name]-->[[name]]<!--[/name]-->\n[[unsubscribe]]\n",
)
EVERYBODY = Aim(Wanted(), "en")


def join(house: House, mail: str, *, on: bool = True, **fields: Any) -> Person:
    """Store somebody who agreed to get letters."""
    confirmed = bool(fields.pop("confirmed", True))
    made = people.new(mail, mail, "en", house.clock(), confirmed=confirmed)
    made = replace(made, **fields)
    house.store.write(*_joining(house, made))
    if not on:
        subscribing.leave(house.store, made.id, house.clock())
    return made


def crowd(house: House, count: int) -> list[str]:
    """Store so many readers who get letters; return their addresses."""
    mails = [f"reader-{number}@example.test" for number in range(count)]
    made = [people.new(mail, mail, "en", house.clock(), confirmed=True) for mail in mails]
    for at in range(0, count, 20):
        house.store.write(*(line for each in made[at : at + 20] for line in _joining(house, each)))
    return mails


def _joining(house: House, person: Person) -> list[Operation]:
    consent = Consent("words", "en", house.clock(), "account")
    return [*people.creating(person), *subscribing.joining(person.id, consent, None)]


def letter(house: House, id_: str = "abcdefghijklmnop", **segment: str) -> Letter:
    """Return a letter that was not begun."""
    return Letter(id_, "News", "en", "news.md", house.clock(), segment, {})


@dataclass
class Idle:
    """The time of a process that only waits: no test sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)
    move: Callable[[float], None] = lambda seconds: None

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.move(seconds)

    def ticks(self) -> float:
        return self.now


def carrier(mailer: Mailer, idle: Idle | None = None, rate: int = 0) -> Carrier:
    """Return what carries mails without waiting for anything."""
    time = idle or Idle()
    return Carrier(mailer, rate, time.sleep, time.ticks)


def send(
    world: World,
    made: Letter,
    mailer: Mailer,
    aim: Aim = EVERYBODY,
    *,
    unsure: bool = False,
    time: Idle | None = None,
    rate: int = 0,
    heard: Callable[[int], None] = lambda number: None,
) -> Counter[Outcome]:
    """Send a letter as the command does, to who should get it now."""
    audience = letter_audience.gather(world, aim, lambda number: None)
    letter_book.begin(world.store, made, PARTS)
    return lettering.send(
        world, made, aim, audience.people, carrier(mailer, time, rate), heard, unsure=unsure
    )


# ---- sudden ends ----


class Killed(BaseException):
    """The end of a process, which runs no code of its own afterwards."""


@dataclass
class Fate:
    """Kills at the point with this number, and lets nothing happen any more."""

    at: int = -1
    points: int = 0
    dead: bool = False

    def point(self) -> None:
        if self.dead or self.points == self.at:
            self.dead = True
            raise Killed
        self.points += 1


class MortalStore:
    """A store that may end before or after each write."""

    def __init__(self, store: Any, fate: Fate) -> None:
        self._store, self._fate, self.name = store, fate, store.name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, *operations: Any) -> None:
        self._fate.point()
        self._store.write(*operations)
        self._fate.point()


class MortalMailer:
    """A mailer that may end before or after each mail."""

    def __init__(self, mailer: Mailer, fate: Fate) -> None:
        self._mailer, self._fate, self.repeatable = mailer, fate, mailer.repeatable

    def send(self, mail: Mail) -> None:
        self._fate.point()
        self._mailer.send(mail)
        self._fate.point()


class Repeatable:
    """A mailer for which the same id is the same mail."""

    repeatable = True

    def __init__(self) -> None:
        self.mails: dict[str, Mail] = {}
        self.asked = 0

    def send(self, mail: Mail) -> None:
        self.asked += 1
        self.mails.setdefault(mail.id, mail)

    @property
    def sent(self) -> Sequence[Mail]:
        return list(self.mails.values())


def mortal(world: World, fate: Fate) -> World:
    """Return a world whose store may end."""
    return replace(world, store=MortalStore(world.store, fate))
