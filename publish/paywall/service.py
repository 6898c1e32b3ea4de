"""The service: a request in, a response out. Routes, and what holds for all of them."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from publish.paywall import http
from publish.paywall.http import BadRequest, Request, Response
from publish.paywall.ports import Conflict, Missing, PaymentsDown, StoreDown
from publish.paywall.visit import Visit, World

Handler: TypeAlias = Callable[[Visit, str], Response]

log = logging.getLogger("inkstead")

# Where each address is answered: method, prefix, "module:function". A prefix that ends in "/" takes
# the rest of the path as an argument. Modules are loaded when first asked for, so that reading
# loads nothing of buying.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", "/api/read/", "reading:fragment"),
    ("GET", "/api/page/", "reading:page"),
    ("GET", "/api/files/", "reading:file"),
    ("GET", "/api/sign-in", "sign_in:ask"),
    ("POST", "/api/sign-in", "sign_in:send"),
    ("GET", "/api/sign-in/code", "sign_in:code_page"),
    ("POST", "/api/sign-in/code", "sign_in:take_code"),
    ("GET", "/api/confirm", "sign_in:link_page"),
    ("POST", "/api/confirm", "sign_in:take_link"),
    ("POST", "/api/sign-out", "account:sign_out"),
    ("POST", "/api/checkout", "buying:begin"),
    ("GET", "/api/checkout/", "buying:before"),
    ("POST", "/api/checkout/", "buying:go"),
    ("GET", "/api/paying", "buying:paying"),
    ("GET", "/api/return", "buying:back"),
    ("POST", "/api/return", "buying:take"),
    ("POST", "/api/webhook", "webhooks:receive"),
    ("GET", "/api/redeem", "redeeming:ask"),
    ("POST", "/api/redeem", "redeeming:take"),
    ("GET", "/api/account", "account:page"),
    ("POST", "/api/account/", "account:act"),
    ("GET", "/api/feeds/", "private_feeds:feed"),
    ("GET", "/api/opt-in", "opting:ask"),
    ("POST", "/api/opt-in", "opting:take"),
    ("GET", "/api/opt-in/sent", "opting:sent"),
    ("GET", "/api/get", "delivering:page"),
    ("POST", "/api/get", "delivering:fetch"),
    ("POST", "/api/get/again", "delivering:again"),
    ("GET", "/api/get/code", "unlocking:page"),
    ("POST", "/api/get/code", "unlocking:take"),
    ("GET", "/api/get/file/", "delivering:file"),
    ("GET", "/api/unsubscribe", "unsubscribing:page"),
    ("POST", "/api/unsubscribe", "unsubscribing:leave"),
)
_FROM_ANYWHERE = ("/api/webhook", "/api/unsubscribe")
"""Who posts here is no page of ours: it is known by what it brings, never by a cookie."""
LONGEST_WEBHOOK = 1 << 20


class Service:
    """Answers requests; safe to use from many threads."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, request: Request) -> Response:
        """Answer one request, whatever happens."""
        asked = replace(request, method="GET") if request.method == "HEAD" else request
        visit = Visit(self.world, asked)
        response = self._answer(visit)
        if request.method == "HEAD":
            return replace(response, body=b"", length=len(response.body))
        return response

    def refuse(self, request: Request, code: str, status: int) -> Response:
        """Answer what an adapter could not read, with one of the MESSAGES."""
        return self._kind(Visit(self.world, request), code, status)

    def _answer(self, visit: Visit) -> Response:
        try:
            return self._routed(visit)
        except BadRequest:
            return self._kind(visit, "bad-request", 400)
        except PaymentsDown:
            return self._kind(visit, "payments-down", 502)
        except (StoreDown, Conflict):
            log.exception("store")
            return self._kind(visit, "trouble", 503)
        except Missing:
            return self._kind(visit, "unavailable", 503)
        except Exception:
            log.exception("answering %s", visit.request.method)
            return self._kind(visit, "trouble", 500)

    def _routed(self, visit: Visit) -> Response:
        request = visit.request
        found = [row for row in ROUTES if _matches(row[1], request.path)]
        if not found:
            return visit.say("nothing-here", 410)
        row = next((row for row in found if row[0] == request.method), None)
        if row is None:
            allowed = ", ".join(sorted({each[0] for each in found}))
            refused = visit.say("wrong-method", 405)
            return replace(refused, headers=(("Allow", allowed),))
        longest = LONGEST_WEBHOOK if row[1] == "/api/webhook" else http.MOST_BYTES
        if len(request.body) > longest:
            return visit.say("too-large", 413)
        ours = row[1] in _FROM_ANYWHERE or http.same_site(request, self.world.origin)
        if request.method == "POST" and not ours:
            return visit.say("foreign", 401)
        return _handler(row[2])(visit, request.path.removeprefix(row[1]))

    def _kind(self, visit: Visit, code: str, status: int) -> Response:
        """Say what is wrong, and if even that cannot be said, say it plainly."""
        try:
            return visit.say(code, status)
        except Exception:
            log.exception("saying %s", code)
            return http.json_answer({"error": {"code": code, "message": code}}, status)


def _matches(prefix: str, path: str) -> bool:
    if prefix.endswith("/"):
        return path.startswith(prefix) and len(path) > len(prefix)
    return path == prefix


def _handler(name: str) -> Handler:
    module, _, function = name.partition(":")
    found: Handler = getattr(importlib.import_module(f"publish.paywall.{module}"), function)
    return found
