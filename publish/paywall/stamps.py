"""Stamps: what a form has to carry that was shown a moment ago, and that a static page cannot have.

A stamp is signed and says when it was made and what for: a lead magnet and the words that were
shown with it, so that nobody agrees to others. It is stored nowhere; its nonce is what limits
count its uses by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from publish.paywall import keys
from publish.paywall.signing import Keyring

SOONEST = timedelta(seconds=2)
"""Nobody reads a page and presses its button faster."""
LASTS = timedelta(hours=1)
_PURPOSE = "opt-in stamp"
_LONGEST = 300


@dataclass(frozen=True)
class Stamp:
    """A stamp that fits: when it was made, and what its uses are counted by."""

    made: datetime
    nonce: str


def new(ring: Keyring, now: datetime, *about: str) -> str:
    """Return a stamp for a form about this."""
    return ring.sign(_PURPOSE, f"{keys.stamp(now)}|{keys.new_id()}|{_digest(about)}")


def read(ring: Keyring, text: str, now: datetime, *about: str) -> Stamp | None:
    """Return a stamp that is ours, about this, and neither too young nor too old, else None."""
    stamp = _ours(ring, text, about)
    return stamp if stamp and SOONEST <= now - stamp.made < LASTS else None


def next_of(ring: Keyring, text: str, now: datetime, *about: str) -> str:
    """Return the stamp for the form shown next: the same one while it is too young, else a new one.

    Who pressed the button too soon has not to wait from the beginning.
    """
    stamp = _ours(ring, text, about)
    return text if stamp and now - stamp.made < SOONEST else new(ring, now, *about)


def _ours(ring: Keyring, text: str, about: tuple[str, ...]) -> Stamp | None:
    told = ring.read(_PURPOSE, text) if len(text) <= _LONGEST else None
    made, nonce, digest = told.split("|") if told else ("", "", "")
    return Stamp(keys.when(made), nonce) if digest == _digest(about) else None


def _digest(about: tuple[str, ...]) -> str:
    return keys.hashed(json.dumps(about, ensure_ascii=False))
