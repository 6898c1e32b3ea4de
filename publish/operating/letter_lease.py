"""Who is sending a letter now: one process at a time, and none for long after it was killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from publish.paywall import keys
from publish.paywall.ports import ABSENT, Clock, Conflict, Delete, Operation, Put, Store, StoreDown

LASTS = timedelta(minutes=2)
RENEWED = timedelta(seconds=20)
"""After how long it is renewed: a server may take its time over one mail."""
_KEY = "lease"


class Taken(Exception):
    """Another process is sending the letter; `until` is when it is dead if it is silent."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Lease:
    """The right to send a letter. A write that claims many readers holds `guard`."""

    def __init__(self, store: Store, letter: str, clock: Clock) -> None:
        """Take it.

        Raises:
            Taken: another process has it.
            StoreDown: the store does not answer.

        """
        self._store, self._place, self._clock = store, (keys.letter(letter), _KEY), clock
        self._us = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "run": secrets.token_hex(8),
        }
        known = store.get(*self._place)
        if known and not _is_dead(known.value):
            raise Taken(keys.when(known.value["until"]))
        self._version = known.version if known else 0
        self.renew()
        # An expired one that nobody has swept away goes on being counted.
        ours = store.get(*self._place)
        self._version = ours.version if ours else self._version

    def guard(self) -> Operation:
        """Return what renews it; it conflicts once somebody else has it. See `kept`."""
        now = self._clock()
        value = {**self._us, "until": keys.stamp(now + LASTS)}
        self._written = now
        return Put(*self._place, value, self._version or ABSENT, now + LASTS)

    def kept(self) -> None:
        """Note that a write with `guard` went through."""
        self._version += 1

    def keep(self) -> None:
        """Renew it where that is due.

        Raises:
            Taken: another process has it by now.
            StoreDown: the store does not answer.

        """
        if self._clock() - self._written >= RENEWED:
            self.renew()

    def renew(self) -> None:
        """Renew it.

        Raises:
            Taken: another process has it by now.
            StoreDown: the store does not answer.

        """
        try:
            self._store.write(self.guard())
        except Conflict as cause:
            raise Taken(self._clock() + LASTS) from cause
        self.kept()

    def give_back(self) -> None:
        """Let others have it at once; who has it by now keeps it."""
        with contextlib.suppress(Conflict, StoreDown):
            self._store.write(Delete(*self._place, self._version))


def _is_dead(holder: Mapping[str, Any]) -> bool:
    """Tell whether who has a lease was killed, as far as can be seen from this machine."""
    if holder["host"] != socket.gethostname() or sys.platform == "win32":
        return False  # there, asking for a process would end it
    try:
        os.kill(int(holder["process"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
