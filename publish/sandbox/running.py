"""The sandbox on a free port of this machine, for as long as a command or a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from publish.sandbox.app import API, Sandbox
from publish.sandbox.state import State

_HOST = "127.0.0.1"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking DNS for the machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, int(self.server_address[1])
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running(state: State) -> Iterator[str]:
    """Serve the sandbox and yield the address that a Stripe client takes as its own."""
    server = _Server((_HOST, 0), _Handler)
    server.set_app(Sandbox(state))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}{API}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
