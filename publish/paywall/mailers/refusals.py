"""What a mail server's "no" is about: an address that is dead, or anything else.

Whoever takes a blocked sender, a full mailbox or a suspicion of spam for a dead address writes to
that reader never again. So only what clearly speaks of the address counts, by the status of
RFC 3463 where there is one, else by the words.
"""

from __future__ import annotations

import re

_STATUS = re.compile(r"(?<![\d.])5\.(\d{1,3}\.\d{1,3})(?!\.?\d)")
_UNDEFINED = "0.0"
# Mailbox and domain, disabled, what Microsoft says of an unknown recipient, a domain without mail.
_GONE = re.compile(r"1\.(?![78]$)\d+|2\.1|4\.1|4\.4")
_CODES = ("550", "551", "553")
_OF_ADDRESS = re.compile(
    r"user|mailbox|recipient|address|account|alias|no such|unknown|not found|exist|unrout", re.I
)
_OF_US = re.compile(
    r"relay|permi|authenti|log ?in|block|black|\blist|spam|virus|spf|dkim|dmarc|policy|reputation"
    r"|sender|helo|ehlo|rdns|\bip\b|rate|limit|frequen|too |quota|full|denied|grey|gray|later|size",
    re.I,
)


def is_gone(text: str) -> bool:
    """Tell whether an answer, "550 5.1.1 no such user", says that nobody is at the address."""
    found = [each for each in _STATUS.findall(text) if each != _UNDEFINED]
    if found:
        return _GONE.fullmatch(found[0]) is not None
    code = re.search(r"(?<![\d.])5\d\d(?!\.?\d)", text)
    if code is None or code[0] not in _CODES:
        return False
    return bool(_OF_ADDRESS.search(text)) and not _OF_US.search(text)
