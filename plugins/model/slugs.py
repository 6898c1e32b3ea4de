"""Names that go into addresses: Unicode kept, one spelling for what looks the same."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_DROP = re.compile(r"[^\w\s.-]+")
_GAP = re.compile(r"[\s_.-]+")
_DATED = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[-_ ]+(.+))?$", re.S)
_NUMBER = re.compile(r"(\d+)")


def slugify(name: str) -> str:
    """Return a slug: NFC, lower case, letters and digits of any script, single hyphens."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name)).lower()
    return _GAP.sub("-", _DROP.sub("-", text)).strip("-")


def same(address: str) -> str:
    """Return the form in which two addresses or ids are the same on any file system."""
    return unicodedata.normalize("NFC", address).casefold()


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which "issue-9" comes before "issue-10"."""
    parts = _NUMBER.split(name.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def split_date(stem: str) -> tuple[str, str]:
    """Split "2024-05-01-name" into date and name; either may be empty."""
    match = _DATED.match(stem)
    if not match:
        return "", stem
    return match[1], match[2] or ""


def quoted(path: str) -> str:
    """Return a path of the site as an address that any XML or header takes (percent-encoded)."""
    return quote(path, safe="/:@!$&'()*+,;=~-._#?%")
