"""Who may talk to the preview: this machine's browser, on the preview's own name and origin.

Drafts and mails must not be readable through DNS rebinding (a foreign name that resolves to
127.0.0.1), and no foreign page may make the preview do something.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from publish.contract.catalogue import N_

SAFE = ("GET", "HEAD")
_LONGEST_BODY = 1 << 20
_DIGITS = 9


@dataclass(frozen=True)
class Asked:
    """One request: the path decoded once, headers as they came ("" for none)."""

    method: str
    path: str
    query: str = ""
    host: str = ""
    origin: str = ""
    fetch_site: str = ""
    referer: str = ""
    accept: str = ""
    accept_language: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered: status and a sentence of the catalogue."""

    status: int
    message: str


def asked(environ: Mapping[str, Any]) -> Asked:
    """Read a WSGI environment."""
    raw = str(environ.get("PATH_INFO", ""))
    return Asked(
        method=str(environ.get("REQUEST_METHOD", "GET")),
        path=raw.encode("latin-1", "replace").decode("utf-8", "replace"),
        query=str(environ.get("QUERY_STRING", "")),
        host=str(environ.get("HTTP_HOST", "")),
        origin=str(environ.get("HTTP_ORIGIN", "")),
        fetch_site=str(environ.get("HTTP_SEC_FETCH_SITE", "")),
        referer=str(environ.get("HTTP_REFERER", "")),
        accept=str(environ.get("HTTP_ACCEPT", "")),
        accept_language=str(environ.get("HTTP_ACCEPT_LANGUAGE", "")),
    )


def body(environ: Mapping[str, Any]) -> bytes:
    """Read the body of a request, as far as anything here is as long; b"" if it does not come.

    One that nobody wants is read, too: unread, it would reset the connection under the answer.
    """
    told = str(environ.get("CONTENT_LENGTH") or "0")
    if not told.isdecimal():
        return b""
    try:
        read: bytes = environ["wsgi.input"].read(min(int(told[:_DIGITS]), _LONGEST_BODY))
    except OSError:
        return b""
    return read


def hosts(port: int) -> frozenset[str]:
    """Return the Host headers under which the preview answers."""
    names = ("127.0.0.1", "localhost", "[::1]")
    bare = names if port == 80 else ()
    return frozenset((*(f"{name}:{port}" for name in names), *bare))


def own(port: int) -> str:
    """Return the one Host header that pages are shown under."""
    return "127.0.0.1" if port == 80 else f"127.0.0.1:{port}"


def refusal(request: Asked, known: Collection[str], events: bool = False) -> Refusal | None:
    """Return why a request is refused, or None.

    Browsers send Origin with every POST and Sec-Fetch-Site with everything to loopback; without
    both it is no browser (curl), which no foreign page can use.
    """
    if request.host.lower() not in known:
        return Refusal(421, N_("the preview answers only to its own address, {address}"))
    if request.method in SAFE and not events:
        return None
    origins = {f"http://{host}" for host in known}
    if request.origin and request.origin.lower() not in origins:
        return Refusal(403, N_("another site's page may not use the preview"))
    if not request.origin and request.fetch_site not in ("", "same-origin", "none"):
        return Refusal(403, N_("another site's page may not use the preview"))
    return None
