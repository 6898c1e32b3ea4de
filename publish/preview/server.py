"""The preview's server: Python's own, one thread a connection, on loopback unless told otherwise.

Events hold connections for as long as tabs are in view. Measured: with 300 of them a page takes
1.1 ms as with none, and one costs 40 to 70 KB. waitress with its 4 threads answers nothing any
more at 4 of them, since each takes a thread out of a fixed pool; granian runs applications in
processes of its own, which cannot see the stage. A preview has one reader, so what a pool is for
does not happen here. The application is plain WSGI, which any server takes.
"""

from __future__ import annotations

import errno
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from publish.contract.catalogue import N_
from publish.trouble import Failure

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


class Server(ThreadingMixIn, WSGIServer):
    """A WSGI server whose waiting connections never keep the preview from ending."""

    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind without asking DNS for the machine's name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = (
            str(self.server_address[0]),
            int(self.server_address[1]),
        )
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of tabs that were closed while they were answered."""


class OpenServer(Server):
    """A server that strangers reach, too: they cannot take what the preview needs for itself.

    Who connects costs a thread and a file, and need not say a word for as long as it likes.
    """

    most, most_of_one = 96, 24

    def __init__(self, *given: Any) -> None:
        """Begin with nobody there."""
        self._there: Counter[str] = Counter()
        self._changing = threading.Lock()
        super().__init__(*given)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Tell whether there is room for one more connection from an address."""
        who = str(client_address[0])
        with self._changing:
            room = self._there.total() < self.most and self._there[who] < self.most_of_one
            self._there[who] += room
        return room

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changing:
                self._there[str(client_address[0])] -= 1


class _Handler(WSGIRequestHandler):
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Keep requests off the creator's screen."""

    def address_string(self) -> str:
        """Return the address without asking DNS."""
        return str(self.client_address[0])


def bind(port: int, host: str = HOST, kind: type[Server] = Server) -> Server:
    """Take a port of this machine; 0 takes a free one.

    Raises:
        Failure: another program has it.
        OSError: the machine has no such address.

    """
    try:
        return kind((host, port), _Handler)
    except OSError as cause:
        if cause.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise Failure(
            N_(
                "port {port} is taken by another program"
                " (end that one, or choose another port: inkstead serve --port {other})"
            ),
            port=port,
            other=port + 1 if port >= 1024 else 8000,
        ) from cause


@contextmanager
def running(server: Server, app: WSGIApplication) -> Iterator[None]:
    """Answer requests in the background until the end of the block."""
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
