"""The service behind a real server: tests that use it speak HTTP, byte for byte.

One server runs for all tests of a process; each test puts its own service behind it.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from publish.paywall.adapters.wsgi import application
from publish.paywall.http import Request, Response
from publish.paywall.service import Service

_ALWAYS = {
    "content-type", "content-length", "cache-control", "x-content-type-options", "x-frame-options",
    "referrer-policy", "x-robots-tag", "set-cookie", "date", "server", "via", "connection",
}  # fmt: skip


class Line:
    """A server on a free port, and the service that stands behind it now."""

    def __init__(self) -> None:
        self.app: Any = None
        self._server = create_server(
            self._answer, host="127.0.0.1", port=0, threads=24, clear_untrusted_proxy_headers=False
        )
        self.port = int(self._server.effective_port)  # type: ignore[union-attr]
        self._ending = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        """Serve until the end, and close in the thread that waits for what is closed."""
        server: Any = self._server
        while not self._ending:
            wasyncore.loop(timeout=1, use_poll=True, map=server._map, count=1)
        server.task_dispatcher.shutdown(timeout=5)
        wasyncore.close_all(server._map, ignore_all=True)

    def _answer(self, environ: Any, start: Any) -> Any:
        return self.app(environ, start)

    @contextmanager
    def to(self, service: Service) -> Iterator[Wired]:
        """Put a service behind the server and return how to speak to it."""
        self.app = application(service, proxies=1)
        yield Wired(self.port)
        self.app = None

    def close(self) -> None:
        self._ending = True
        self._server.trigger.pull_trigger()  # type: ignore[union-attr]
        self._thread.join(timeout=10)


class Wired:
    """What looks like a service and sends each request over the network."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, request: Request) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            return self._asked(connection, request)
        finally:
            connection.close()

    def _asked(self, connection: http.client.HTTPConnection, request: Request) -> Response:
        path = request.path + (f"?{request.query}" if request.query else "")
        own_host = "host" in request.headers
        connection.putrequest(request.method, path, skip_host=own_host, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value.encode())
        if request.network:
            connection.putheader("x-forwarded-for", request.network)
        if request.body or request.method not in ("GET", "HEAD"):
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body or None)
        return _response(connection.getresponse())


def _response(told: http.client.HTTPResponse) -> Response:
    return Response(
        status=told.status,
        body=told.read(),
        type=told.headers["content-type"],
        cache=told.headers["cache-control"],
        headers=tuple(pair for pair in told.getheaders() if pair[0].lower() not in _ALWAYS),
        cookies=tuple(told.headers.get_all("set-cookie") or ()),
    )
