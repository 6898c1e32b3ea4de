"""The sandbox as a WSGI application: the API, test Checkout and portal, and the panel.

It answers on loopback only, and pages take POSTs only from themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from publish.sandbox import api
from publish.sandbox.pages import Page, Visit, moved
from publish.sandbox.state import State
from publish.sandbox.webhooks import LOOPBACK

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/_sandbox"
API = f"{PREFIX}/stripe"
_LONGEST = 1 << 20
_PRIVATE = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def _asleep() -> None:
    """Let whoever delivers webhooks find out by itself."""


@dataclass(frozen=True)
class Sandbox:
    """Stripe's stand-in; `wake` is called after anything that may have to be told soon.

    `home` is where the panel's way back leads, `mails` where letters are shown, "" for nowhere.
    """

    state: State
    wake: Callable[[], None] = _asleep
    home: str = "/"
    mails: str = ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = _body(environ)
        if not _is_near(environ):
            page = Page(421, "the sandbox answers only on this machine\n", "text/plain")
        elif environ.get("PATH_INFO", "").startswith(f"{API}/"):
            page = self._api(environ, body)
        elif _is_foreign(environ):
            page = Page(403, "another site's page may not use the sandbox\n", "text/plain")
        else:
            page = self._page(environ, body)
        return _send(page, environ, start)

    def _api(self, environ: WSGIEnvironment, body: bytes) -> Page:
        asked = api.Asked(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].removeprefix(API),
            query=environ.get("QUERY_STRING", ""),
            body=body.decode("utf-8", "replace"),
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            idempotency=environ.get("HTTP_IDEMPOTENCY_KEY", ""),
            base=_origin(environ) + PREFIX,
        )
        status, value = api.answer(self.state, asked)
        self.wake()
        return Page(status, json.dumps(value, indent=2), "application/json")

    def _page(self, environ: WSGIEnvironment, body: bytes) -> Page:
        from publish.sandbox import checkout, panel, portal

        path = environ["PATH_INFO"].removeprefix(PREFIX).strip("/")
        room, _, rest = path.partition("/")
        visit = Visit(
            state=self.state,
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            rest=rest,
            asks=dict(parse_qsl(environ.get("QUERY_STRING", ""))),
            form=dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)),
            languages=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            home=self.home,
            mails=self.mails,
        )
        rooms: dict[str, Callable[[Visit], Page]] = {
            "": panel.show,
            "checkout": checkout.show,
            "portal": portal.show,
        }
        if room not in rooms:
            return moved(f"{PREFIX}/")
        page = rooms[room](visit)
        self.wake()
        return page


def _body(environ: WSGIEnvironment) -> bytes:
    told = str(environ.get("CONTENT_LENGTH") or "0")
    read: bytes = environ["wsgi.input"].read(min(int(told), _LONGEST) if told.isdigit() else 0)
    return read


def _origin(environ: WSGIEnvironment) -> str:
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"


def _is_near(environ: WSGIEnvironment) -> bool:
    try:
        named = urlsplit(_origin(environ)).hostname
    except ValueError:
        return False
    return named in LOOPBACK and environ.get("REMOTE_ADDR", LOOPBACK[0]) in LOOPBACK


def _is_foreign(environ: WSGIEnvironment) -> bool:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return False
    if came := environ.get("HTTP_ORIGIN"):
        return bool(came.lower() != _origin(environ).lower())
    return environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none")


def _send(page: Page, environ: WSGIEnvironment, start: Callable[..., Any]) -> Iterable[bytes]:
    body = page.text.encode()
    kind = f"{page.type}; charset=utf-8" if page.type.startswith("text/") else page.type
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), *_PRIVATE]
    if page.type == "text/html":
        headers.append(("Content-Security-Policy", _POLICY))
    if page.location:
        headers.append(("Location", page.location))
    start(f"{page.status} {HTTPStatus(page.status).phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
