"""What DNS says, asked of the machine's own resolver."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

Type: TypeAlias = Literal["A", "AAAA", "CNAME", "MX", "TXT"]
_SECONDS = 4.0


class Unresolved(Exception):
    """The resolver gave no answer, which says nothing of the name."""


class Resolver(Protocol):
    """Answers for a name and a type of record, each as text, none for a name that is not there."""

    def __call__(self, name: str, kind: Type) -> list[str]:
        """Return the values of the records, without the dot at the end of names.

        Raises:
            Unresolved: no answer.

        """


def system(name: str, kind: Type) -> list[str]:
    """Ask the resolver that the machine is set to.

    Raises:
        Unresolved: no answer.

    """
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.resolve(name, kind, lifetime=_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as cause:
        raise Unresolved(str(cause)) from cause
    return [_text(each, kind) for each in found]


def _text(record: object, kind: Type) -> str:
    """Return a record as people write it: long texts come in pieces that belong together."""
    if kind == "TXT":
        return b"".join(getattr(record, "strings", ())).decode("utf-8", "replace")
    return str(record).rstrip(".").lower()
