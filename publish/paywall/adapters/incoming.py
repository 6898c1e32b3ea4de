"""What both adapters do alike, so that the same request is the same value everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from publish.paywall.service import LONGEST_WEBHOOK

MOST_BYTES = LONGEST_WEBHOOK + 1
"""How much of a body is read: one byte more than the longest, so that the service sees it."""

# What can never stand in an encoded path as it is: it comes from a server that decoded the path.
_DECODED = re.compile(r"%(?![0-9A-Fa-f]{2})|[^%A-Za-z0-9/:@!$&'()*+,;=~._-]")
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)


class Unreadable(ValueError):
    """The body cannot be read as it came."""


def raw_path(path: str) -> str:
    """Return a path percent-encoded: as it came, but for what a server has decoded already."""
    return _DECODED.sub(lambda found: quote(found.group(), safe=""), path)


def network(address: str) -> str:
    """Return the network to count by: an IPv4 address, the /64 of an IPv6 one, "" for neither."""
    if _IPV4.fullmatch(address.strip()):
        return address.strip()
    import ipaddress

    try:
        found = ipaddress.IPv6Address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


def last_untrusted(peer: str, forwarded: str, proxies: int) -> str:
    """Return the address that the outermost of our own proxies saw.

    `peer` speaks to us, `forwarded` is X-Forwarded-For, `proxies` how many of ours stand in front.
    What a stranger writes into the header stands left of what our proxies add, so it never counts;
    where fewer hops are told than proxies stand there, somebody went round them: the peer counts.
    """
    hops: Sequence[str] = [*(each for each in forwarded.split(",") if each.strip()), peer]
    return hops[-1 - proxies] if 0 < proxies < len(hops) else peer
