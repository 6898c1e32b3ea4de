"""The seal of a mail: by it a report that comes back shows that the mail was ours.

Anybody can write a report that says "this address does not exist", and it would get no more mails.
The seal is a signature of the address that a mail went to; it stands in a header, which reports
quote, and only who got that mail can know it.
"""

from __future__ import annotations

from publish.paywall import keys
from publish.paywall.signing import Keyring

HEADER = "X-Inkstead-Seal"
_PURPOSE = "seal of a mail"


def seal(ring: Keyring, mail: str) -> str:
    """Return the seal of a mail to an address."""
    return ring.sign(_PURPOSE, _named(mail)).rpartition(".")[2]


def fits(ring: Keyring, mail: str, sealed: str) -> bool:
    """Tell whether a seal is that of a mail to an address, made with any of the keys."""
    return ring.read(_PURPOSE, f"{_named(mail)}.{sealed}") is not None


def _named(mail: str) -> str:
    return keys.hashed(mail.strip().lower())
