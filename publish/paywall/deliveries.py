"""Links that hand out one lead magnet and nothing else: signed, good for a while, never stored.

A link names the magnet, its language, for whom it was made and until when. Whoever has it gets
the file within that time, as often as they like; it signs nobody in.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from publish.paywall import http, keys
from publish.paywall.signing import Keyring

LASTS = timedelta(days=7)
RENEWED = timedelta(days=180)
"""How long after that a link still gets its person a new one; whoever it was passed on to, too."""
PAGE = "/api/get"
_PURPOSE = "lead magnet"


@dataclass(frozen=True)
class Delivery:
    """What a link hands out: for a `person`, or a `code` (its use, see `magnet_codes`)."""

    magnet: str
    lang: str
    until: datetime
    person: str = ""
    code: str = ""

    def late(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return now >= self.until

    def over(self, now: datetime) -> bool:
        """Tell whether it is so old that it does not even get anybody a new one."""
        return now >= self.until + RENEWED


def key_of(ring: Keyring, delivery: Delivery) -> str:
    """Return what stands in the link."""
    told = [
        delivery.magnet,
        delivery.lang,
        keys.stamp(delivery.until),
        delivery.person,
        delivery.code,
    ]
    raw = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return ring.sign(_PURPOSE, base64.urlsafe_b64encode(raw).decode().rstrip("="))


def read(ring: Keyring, key: str) -> Delivery | None:
    """Return what a link hands out, also when its time is over; None for what we never signed."""
    value = ring.read(_PURPOSE, key)
    if value is None:
        return None
    padded = value + "=" * (-len(value) % 4)
    magnet, lang, until, person, code = json.loads(base64.urlsafe_b64decode(padded))
    return Delivery(magnet, lang, keys.when(until), person, code)


def path(ring: Keyring, delivery: Delivery) -> str:
    """Return the path of the page that hands it out."""
    return http.with_query(PAGE, key=key_of(ring, delivery), lang=delivery.lang)
