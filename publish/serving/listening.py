"""A waitress server that ends without losing anybody.

Told to end, it takes no new connection, answers every request that has come, says on each
connection that it closes, and goes when all is sent. A socket that systemd passes on (LISTEN_FDS)
stays open meanwhile, so whoever comes then waits for the next process; without one the proxy in
front has to try again.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask

from publish.contract.catalogue import N_
from publish.paywall.adapters import incoming
from publish.paywall.roots.server import THREADS
from publish.trouble import Failure

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 25.0
"""How many seconds requests have to come to their end; a Checkout waits for Stripe up to ten."""
_QUIET = 0.5
_LAST = 0.5
_LOOK = 0.1
_BACKLOG = 1024
# Each may hold a file, too, and a process has 1,024 of both unless it is given more.
_CONNECTIONS = 400
_MOST_HEADERS = 32 * 1024
_FIRST_PASSED = 3
_NO_ADDRESS = N_(
    'host "{host}" is no address of this machine (127.0.0.1 is for a proxy beside it, 0.0.0.0 for'
    " everybody)"
)
_NO_PORT = N_(
    "port {port} is not free for us: {reason}"
    " (end what has it, or choose another: inkstead run --port {other})"
)


def inherited(environ: Mapping[str, str], process: int) -> socket.socket | None:
    """Return the socket that systemd opened for this process, None without one."""
    if environ.get("LISTEN_PID") != str(process) or environ.get("LISTEN_FDS", "0") == "0":
        return None
    return socket.socket(fileno=_FIRST_PASSED)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket of our own at an address; port 0 takes a free one.

    Raises:
        Failure: the port is taken, or the address is none of this machine.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as cause:
        if cause.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise Failure(_NO_ADDRESS, host=host) from cause
        other = port + 1 if 1024 <= port < 65535 else 8000
        raise Failure(
            _NO_PORT, port=port, reason=os.strerror(cause.errno).lower(), other=other
        ) from cause


class _Task(WSGITask):  # type: ignore[misc]
    def build_response_header(self) -> bytes:
        """Say that the connection closes where the server ends."""
        if self.channel.server.ending:
            self.set_close_on_finish()
        made: bytes = super().build_response_header()
        return made

    def set_close_on_finish(self) -> None:
        """Close, but not for "not modified": waitress misses a length there, which has none."""
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        kept = self.version == "1.1" and self.status.startswith("304")
        if asked or self.channel.server.ending or not kept:
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task
    error_task_class = ErrorTask

    @property
    def idle(self) -> bool:
        """Tell whether nothing has come that is not answered, nor is about to."""
        if self.requests or self.request is not None or self.total_outbufs_len:
            return False
        if self.will_close or not self.connected:
            return True
        quiet = time.time() - self.last_activity > _QUIET
        return quiet and not select.select([self.socket], [], [], 0)[0]


class Listening:
    """A server on a socket."""

    def __init__(self, application: WSGIApplication, taken: socket.socket) -> None:
        self._server = create_server(
            application,
            sockets=[taken],
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=False,
            max_request_header_size=_MOST_HEADERS,
            max_request_body_size=2 * incoming.MOST_BYTES,
            channel_timeout=30,
            connection_limit=_CONNECTIONS,
            backlog=_BACKLOG,
        )
        self._server.channel_class = _Channel
        self._server.ending = False
        self._map = self._server._map
        self.port = int(self._server.effective_port)

    def run(self, patience: float = PATIENCE) -> None:
        """Answer until `end` is called, and then what is still under way."""
        while not self._server.ending:
            self._turn()
        self._stop_listening()
        until = time.monotonic() + patience
        while (channels := self._channels()) and time.monotonic() < until:
            for each in channels:
                if each.idle:
                    each.handle_close()
            self._turn()
        self._server.task_dispatcher.shutdown(timeout=_LAST)
        wasyncore.close_all(self._map, ignore_all=True)

    def end(self) -> None:
        """End soon; may be called from anywhere, a signal too."""
        if not self._server.ending:
            self._server.ending = True
            self._server.trigger.pull_trigger()

    def _turn(self) -> None:
        wait = _LOOK if self._server.ending else 1.0
        wasyncore.loop(timeout=wait, use_poll=True, map=self._map, count=1)

    def _stop_listening(self) -> None:
        """Take in who waits, as the last."""
        before = -1
        while before < len(self._channels()):
            before = len(self._channels())
            self._server.handle_accept()
        self._server.del_channel(self._map)
        self._server.socket.close()

    def _channels(self) -> list[Any]:
        return list(self._server.active_channels.values())


def passed_on(environ: Mapping[str, str] = os.environ) -> socket.socket | None:
    """Return the socket that was passed on to this very process."""
    return inherited(environ, os.getpid())
