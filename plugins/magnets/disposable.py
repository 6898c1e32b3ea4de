"""The domains of throw-away addresses, of which the service takes none if the creator says so."""

from __future__ import annotations

from collections.abc import Iterable

PATH = "private/disposable.txt"


def listed() -> str:
    """Return the domains, one a line, the same bytes each time."""
    from disposable_email_domains import blocklist

    return lines(blocklist)


def lines(domains: Iterable[str]) -> str:
    """Return domains sorted, one a line."""
    return "".join(f"{domain}\n" for domain in sorted({each.strip().lower() for each in domains}))
