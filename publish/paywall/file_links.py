"""Addresses of a lead magnet's files: signed, good for an hour, with the file's name at the end.

They name the bytes, not only the file: where a release changed those, an older address is dead.
Whoever has one gets that file and nothing else, so it is short-lived and names nobody.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from publish.contract.manifest import PrivateFile
from publish.paywall import keys, reading
from publish.paywall.signing import Keyring

LASTS = timedelta(hours=1)
PREFIX = "/api/get/file/"
_PURPOSE = "file of a lead magnet"


@dataclass(frozen=True)
class FileLink:
    """What an address hands out: the file with this `hash` among those of a magnet's text."""

    magnet: str
    lang: str
    hash: str
    until: datetime


def path(ring: Keyring, magnet: str, lang: str, file: PrivateFile, now: datetime) -> str:
    """Return the address of a file, from now on for an hour."""
    told = [magnet, lang, file.hash, keys.stamp(now + LASTS)]
    raw = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signed = ring.sign(_PURPOSE, base64.urlsafe_b64encode(raw).decode().rstrip("="))
    return f"{PREFIX}{signed}/{quote(reading.name_of(file), safe='')}"


def read(ring: Keyring, signed: str) -> FileLink | None:
    """Return what an address hands out, also when its time is over; None for what is not ours."""
    value = ring.read(_PURPOSE, signed)
    if value is None:
        return None
    padded = value + "=" * (-len(value) % 4)
    magnet, lang, hash_, until = json.loads(base64.urlsafe_b64decode(padded))
    return FileLink(magnet, lang, hash_, keys.when(until))
