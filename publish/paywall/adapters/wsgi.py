"""The service as a WSGI application, for any server that speaks it."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from publish.paywall.adapters import incoming, outgoing
from publish.paywall.adapters.incoming import Unreadable
from publish.paywall.http import Request
from publish.paywall.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_BARE = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def application(service: Service, *, proxies: int = 0) -> WSGIApplication:
    """Return the service as WSGI sees it; `proxies` of our own stand in front of the server."""

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        request = request_of(environ, proxies=proxies)
        try:
            response = outgoing.squeezed(request, service(replace(request, body=_body(environ))))
        except Unreadable:
            response = service.refuse(request, "bad-request", 400)
        reason = http.client.responses.get(response.status, "")
        start(f"{response.status} {reason}".strip(), response.all_headers())
        return [response.body] if response.body else []

    return answer


def request_of(environ: Mapping[str, Any], *, proxies: int = 0) -> Request:
    """Return the request of an environ, its body left unread."""
    headers = dict(_headers(environ))
    peer = incoming.last_untrusted(
        environ.get("REMOTE_ADDR", ""), headers.get("x-forwarded-for", ""), proxies
    )
    return Request(
        method=environ["REQUEST_METHOD"],
        path=_path(environ),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        network=incoming.network(peer),
    )


def _headers(environ: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].lower().replace("_", "-"), value
        elif name in _BARE and value:
            yield _BARE[name], value


def _path(environ: Mapping[str, Any]) -> str:
    """Return the path as it came; servers that keep only the decoded one lose `%2F`."""
    told: str = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
    if not told:
        return quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~")
    if not told.startswith("/"):  # the absolute form that proxies send
        told = "/" + told.partition("://")[2].partition("/")[2]
    return incoming.raw_path(told.partition("?")[0].encode("latin-1").decode("utf-8", "replace"))


def _body(environ: Mapping[str, Any]) -> bytes:
    """Read what the request says it brings, and never more than the service looks at.

    Raises:
        Unreadable: it does not say how long it is, or brings less.

    """
    told = environ.get("CONTENT_LENGTH") or ""
    if not told and environ.get("HTTP_TRANSFER_ENCODING"):
        raise Unreadable("a body without a length")
    if not told:
        return b""
    if not (told.isascii() and told.isdigit()):
        raise Unreadable(f"a length of {told!r}")
    read: Callable[[int], bytes] = environ["wsgi.input"].read
    wanted = min(int(told), incoming.MOST_BYTES)
    body = read(wanted)
    if len(body) < wanted:
        raise Unreadable("the body is shorter than it says")
    return body
