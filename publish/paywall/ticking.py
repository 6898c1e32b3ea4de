"""The tick: whatever is due is done now. The preview, a server and a schedule in the cloud tick."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from publish.paywall import letters, queue
from publish.paywall.ports import Mailer
from publish.paywall.queue import Doer, Drained, Job
from publish.paywall.visit import World

MOST_ROUNDS = 20


def tick(world: World, mailer: Mailer, rounds: int = MOST_ROUNDS) -> Drained:
    """Do what is due, a hundred jobs a round, until nothing is; return what became of it.

    Raises:
        StoreDown: the store does not answer.

    """
    total = Drained()
    for _ in range(rounds):
        found = queue.drain(world.store, world.clock(), doers(world, mailer))
        total = Drained(*(one + other for one, other in zip(total, found, strict=True)))
        if not any(found):
            break
    return total


def doers(world: World, mailer: Mailer) -> Mapping[str, Doer]:
    """Return who does which kind of job."""
    return {
        "mail": partial(letters.send, world, mailer),
        "remind": partial(_remind, world),
        "look": partial(_look, world),
        "deliver": partial(_deliver, world),
    }


def _remind(world: World, job: Job) -> None:
    from publish.paywall import reminding

    reminding.remind(world, job)


def _look(world: World, job: Job) -> None:
    from publish.paywall import looking

    looking.look(world, job)


def _deliver(world: World, job: Job) -> None:
    from publish.paywall import delivering

    delivering.deliver(world, job)
