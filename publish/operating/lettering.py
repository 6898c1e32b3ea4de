"""Sending a letter of the creator's: each reader gets it once, whatever kills what sends it.

Before a mail is handed over, its reader is claimed in the store ("sending"), afterwards it says
what became of it. A claim that a kill left behind is taken up again where a mail that is sent twice
is no second copy; else nobody knows whether it went, and it is left alone unless it is asked for.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from publish.contract.slots import Prepared, plain
from publish.operating import letter_audience, letter_book
from publish.operating.letter_audience import Aim
from publish.operating.letter_book import Letter, Line, Parts
from publish.operating.letter_lease import Lease
from publish.paywall import keys, letters
from publish.paywall.people import Person
from publish.paywall.ports import (
    ABSENT,
    AddressRefused,
    Conflict,
    Delete,
    Expect,
    Mail,
    MailDown,
    Mailer,
    MailRefused,
    MailUnsure,
    Operation,
    StoreDown,
)
from publish.paywall.visit import World

AT_ONCE = 25
"""Readers that are claimed in one write, where a claim may be taken up again."""
WAITS = (5.0, 15.0, 60.0, 180.0, 300.0)
"""Seconds between tries while mails are not taken."""
MOST_REFUSED = 5
"""Mails refused one after the other, which is about us and not about the readers."""
MOST_UNSURE = 3
"""Answers lost one after the other: the line is broken."""
_STEP = 20.0
_LONGEST = 100

Outcome: TypeAlias = Literal["sent", "failed", "unsure", "gone"]
"""What became of a letter for one reader in this run; "gone" is who left while it was sent."""
Heard: TypeAlias = Callable[[int], None]
Waiting: TypeAlias = Callable[[float], None]


class Stopped(Exception):
    """Mails are not taken any more; `why` in a word. The letter can be gone on with."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Carrier:
    """What carries mails: at most `rate` a minute, 0 for as many as go.

    `sleep` and `ticks` are the time of this process; `waiting` hears how long it waits because
    mails are not taken.
    """

    mailer: Mailer
    rate: int
    sleep: Callable[[float], None]
    ticks: Callable[[], float]
    waiting: Waiting = lambda seconds: None


@dataclass(frozen=True)
class Todo:
    """Who is left: to send to, with what is expected of their line, and who may have it."""

    people: Mapping[str, Expect]
    unsure: tuple[str, ...]
    had: int


def left(
    lines: Iterable[Line], people: Sequence[str], *, repeatable: bool, unsure: bool = False
) -> Todo:
    """Return who is left of an audience; `unsure` sends to those, too, who may have it."""
    known = {line.person: line for line in lines}
    open_, perhaps = dict[str, Expect](), list[str]()
    for person in people:
        line = known.get(person)
        if line is None:
            open_[person] = ABSENT
        elif line.state == "sending" and repeatable:
            open_[person] = line.version
        elif line.state in ("sending", "unsure"):
            if unsure:
                open_[person] = line.version
            else:
                perhaps.append(person)
    return Todo(open_, tuple(perhaps), len(people) - len(open_) - len(perhaps))


@dataclass(frozen=True)
class Text:
    """The parts of a letter, read once and filled for each reader."""

    subject: Prepared
    html: Prepared
    text: Prepared

    @classmethod
    def of(cls, parts: Parts) -> Text:
        """Return what to fill."""
        return cls(Prepared(parts.subject), Prepared(parts.html), Prepared(parts.text))

    def mail(self, world: World, id_: str, lang: str, person: Person) -> Mail:
        """Return the letter for one person.

        Raises:
            Missing: no release is live.

        """
        return letters.letter(
            world,
            id=id_,
            person=person,
            lang=lang,
            subject=self.subject.fill({"name": person.name}, plain),
            html=self.html,
            text=self.text,
        )


def send(
    world: World,
    letter: Letter,
    aim: Aim,
    people: Sequence[str],
    carrier: Carrier,
    heard: Heard,
    *,
    unsure: bool = False,
) -> Counter[Outcome]:
    """Send a letter to who is left of its audience; return what became of it for how many.

    Its segment may be another one than when it was begun.

    Raises:
        Taken: another process is sending it.
        Stopped: mails are not taken.
        StoreDown: the store does not answer.

    """
    lease = Lease(world.store, letter.id, world.clock)
    try:
        known = letter_book.known(world.store, letter.id)
        letter = letter_book.aim(world.store, known, letter.segment)
        lines = letter_book.lines(world.store, letter.id)
        todo = left(lines, people, repeatable=carrier.mailer.repeatable, unsure=unsure)
        run = _Run(world, letter, aim, carrier, lease, heard)
        run.all(todo)
        letter_book.close(world.store, letter, world.clock())
        return run.tally
    finally:
        lease.give_back()


class _Run:
    """One process that sends one letter."""

    def __init__(
        self,
        world: World,
        letter: Letter,
        aim: Aim,
        carrier: Carrier,
        lease: Lease,
        heard: Heard,
    ) -> None:
        self.world, self.letter, self.aim = world, letter, aim
        self.carrier, self.lease, self.heard = carrier, lease, heard
        self.text = Text.of(letter_book.parts(world.store, letter.id))
        self.tally: Counter[Outcome] = Counter()
        self._before: Mapping[str, Expect] = {}
        self._handing = ""
        self._next = 0.0
        self._refused: list[str] = []
        self._unsure = 0

    def all(self, todo: Todo) -> None:
        """Send to everybody who is left."""
        self._before = todo.people
        people = list(todo.people.items())
        size = AT_ONCE if self.carrier.mailer.repeatable else 1
        for at in range(0, len(people), size):
            self._batch(people[at : at + size])

    def _batch(self, batch: Sequence[tuple[str, Expect]]) -> None:
        """Claim some readers, send to each, write down what became of it."""
        claimed = self._claimed(batch)
        done: dict[str, Operation] = {}
        try:
            for person in claimed:
                self._pace()
                done[person] = self._one(person)
                self.heard(self.tally.total())
                if self._unsure >= MOST_UNSURE:
                    raise Stopped("unsure")
        except BaseException:
            # Who was not begun is free again; of who was being sent to, nobody knows.
            free = [each for each in claimed if each not in done and each != self._handing]
            done |= {each: self._freed(each) for each in free}
            done |= {each: self._as_before(each) for each in self._in_vain()}
            with contextlib.suppress(StoreDown, Conflict):
                self.world.store.write(*done.values())
            raise
        if done:
            self.world.store.write(*done.values())

    # ---- claims ----

    def _claimed(self, batch: Sequence[tuple[str, Expect]]) -> list[str]:
        """Return the readers whom nobody else has claimed, in one write where all are free."""
        claims = [self._claim(*each) for each in batch]
        try:
            self.world.store.write(self.lease.guard(), *claims)
        except Conflict:
            self.lease.renew()
            free = zip(batch, claims, strict=True)
            return [person for (person, _), claim in free if self._write_alone(claim)]
        self.lease.kept()
        return [person for person, _ in batch]

    def _claim(self, person: str, expect: Expect) -> Operation:
        line = Line(person, "sending", self.world.clock())
        return letter_book.writing(self.letter.id, line, expect)

    def _write_alone(self, claim: Operation) -> bool:
        try:
            self.world.store.write(claim)
        except Conflict:
            return False
        return True

    def _freed(self, person: str) -> Operation:
        """Take back our claim, and none of who sends the letter now that we lost the lease."""
        before = self._before[person]
        return self._as_before(person, before + 1 if isinstance(before, int) else 1)

    def _as_before(self, person: str, expect: int | None = None) -> Operation:
        """Return what to write for who got no letter: who perhaps had it before still has it."""
        if self._before[person] == ABSENT:
            return Delete(keys.letter(self.letter.id), keys.sent_to(person), expect)
        line = Line(person, "sending", self.world.clock())
        return letter_book.writing(self.letter.id, line, expect)

    def _in_vain(self) -> Sequence[str]:
        """Return whose mails were refused for what is about us: they get it another time."""
        return self._refused if len(self._refused) >= MOST_REFUSED else ()

    # ---- one reader ----

    def _one(self, person: str) -> Operation:
        """Send to one reader who is claimed; return what to write of it.

        Raises:
            Stopped: mails are not taken.

        """
        for pause in (*WAITS, 0.0):
            reader = letter_audience.still(self.world, person, self.aim)
            if reader is None:
                self.tally["gone"] += 1
                return self._freed(person)
            try:
                return self._handed_over(reader.person)
            except MailDown as cause:
                if not pause:
                    raise Stopped(str(cause)) from cause
                self.carrier.waiting(pause)
                self._pause(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _handed_over(self, person: Person) -> Operation:
        id_ = f"letter-{self.letter.id}-{person.id}"
        made = self.text.mail(self.world, id_, self.letter.lang, person)
        self._handing = person.id
        state: Literal["sent", "failed", "unsure"] = "sent"
        why = ""
        try:
            letters.hand_over(self.world, self.carrier.mailer, made)
            self._refused, self._unsure = [], 0
        except AddressRefused:
            state, why = "failed", "no such address"
        except MailRefused as cause:
            state, why = "failed", str(cause)[:_LONGEST]
            self._refuse(person.id, why)
        except MailDown as cause:
            if self.carrier.mailer.repeatable or not isinstance(cause, MailUnsure):
                self._handing = ""
                raise
            state, why = "unsure", str(cause)[:_LONGEST]
            self._unsure += 1
        # Until it is noted what became of it, Ctrl-C leaves a claim behind, not somebody new.
        self.tally[state] += 1
        line = Line(person.id, state, self.world.clock(), why)
        return letter_book.writing(self.letter.id, line)

    def _refuse(self, person: str, why: str) -> None:
        """Count a refusal.

        Raises:
            Stopped: one too many.

        """
        self._refused.append(person)
        if len(self._refused) >= MOST_REFUSED:
            self._handing = ""
            raise Stopped(why)

    # ---- time ----

    def _pace(self) -> None:
        """Wait until the next mail may go."""
        if self.carrier.rate:
            self._pause(self._next - self.carrier.ticks())
            self._next = max(self._next, self.carrier.ticks()) + 60 / self.carrier.rate

    def _pause(self, seconds: float) -> None:
        """Wait, and keep the lease meanwhile."""
        end = self.carrier.ticks() + seconds
        while (rest := end - self.carrier.ticks()) > 0:
            self.carrier.sleep(min(rest, _STEP))
            self.lease.keep()
