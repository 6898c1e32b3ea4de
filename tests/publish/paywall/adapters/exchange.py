"""One request through an adapter: what the service saw, what the reader got."""

from __future__ import annotations

import base64
import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publish.paywall.adapters import aws_lambda, wsgi
from publish.paywall.http import Request, Response
from publish.paywall.roots.server import Listening

NETWORK = "127.0.0.1"
OURS = ("date", "connection", "content-length", "via")
"""Headers that belong to the way, not to the answer."""


@dataclass(frozen=True)
class Asked:
    """A request as it is on the wire."""

    method: str = "GET"
    target: str = "/api/read/walled"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Got:
    """An answer as it is on the wire."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes


@dataclass
class Recorder:
    """Stands where the service stands: remembers the request, answers what a test wants."""

    answer: Response = field(default_factory=lambda: Response(200, b"yes"))
    seen: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.seen.append(request)
        return self.answer

    def refuse(self, request: Request, code: str, status: int) -> Response:
        return Response(status, code.encode())


Exchange = Callable[[Any, Asked], Got]


@contextlib.contextmanager
def listening(application: Any) -> Iterator[int]:
    """Serve an application on a port of this machine while the block runs."""
    waiting = Listening(application, "127.0.0.1", 0, threads=2)
    thread = threading.Thread(target=waiting.run)
    thread.start()
    try:
        yield waiting.port
    finally:
        waiting.stop()
        thread.join()


def over_http(service: Any, asked: Asked) -> Got:
    """Ask through a real server."""
    with listening(wsgi.application(service)) as port:
        return ask(port, asked)


def ask(port: int, asked: Asked) -> Got:
    """Send exactly these bytes' worth of a request and read the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
        for name, value in (("host", "example.test"), *asked.headers):
            connection.putheader(name, value)
        if asked.body or asked.method == "POST":
            connection.putheader("content-length", str(len(asked.body)))
        connection.endheaders(asked.body or None)
        answer = connection.getresponse()
        headers = {
            name.lower(): value
            for name, value in answer.getheaders()
            if name.lower() not in (*OURS, "set-cookie")
        }
        cookies = tuple(answer.headers.get_all("set-cookie") or ())
        return Got(answer.status, headers, cookies, answer.read())
    finally:
        connection.close()


def event_of(asked: Asked, *, encoded: bool = True, source: str = NETWORK) -> dict[str, Any]:
    """Return the event that a Function URL makes of a request (payload 2.0)."""
    path, _, query = asked.target.partition("?")
    headers = {"host": "example.test"}
    cookies: list[str] = []
    for name, value in asked.headers:
        if name == "cookie":
            cookies += value.split("; ")
        else:
            headers[name] = value
    if asked.body or asked.method == "POST":
        headers["content-length"] = str(len(asked.body))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abcdefghijklmnop",
            "domainName": "abcdefghijklmnop.lambda-url.eu-central-1.on.aws",
            "http": {
                "method": asked.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "6b9c2f0e-0000-4000-8000-000000000000",
            "stage": "$default",
            "timeEpoch": 1795334400000,
        },
        "isBase64Encoded": encoded,
    }
    if cookies:
        event["cookies"] = cookies
    if asked.body:
        event["body"] = base64.b64encode(asked.body).decode() if encoded else asked.body.decode()
    return event


def got_of(answer: Mapping[str, Any]) -> Got:
    """Return what the reader gets of a function's answer."""
    body = answer["body"]
    return Got(
        answer["statusCode"],
        {name.lower(): value for name, value in answer["headers"].items()},
        tuple(answer["cookies"]),
        base64.b64decode(body) if answer["isBase64Encoded"] else body.encode(),
    )


def over_lambda(service: Any, asked: Asked) -> Got:
    """Ask as a Function URL does."""
    return got_of(aws_lambda.handler(service, lambda: None)(event_of(asked), None))
