"""The service on one server: WSGI under waitress, and one thread that does what is due.

Measured with `benchmarks.read` on two shared cores: a read costs 0.7 ms of processor under waitress
and 0.4 ms under granian, in 36 and 72 MiB. Over a thousand reads a second are more than one site
needs, and waitress is Python alone, in one process, so that a request can wake the ticker.
Many threads, since a Checkout waits for Stripe up to ten seconds while others read.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from publish.paywall import ticking
from publish.paywall.adapters import incoming, wsgi
from publish.paywall.roots import mailer_from, world_from
from publish.paywall.roots.settings import Settings
from publish.paywall.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 16
EVERY_SECONDS = 30.0
_MOST_HEADERS = 32 * 1024

log = logging.getLogger("inkstead")


class Ticker(threading.Thread):
    """Does what is due now and then, and soon after somebody asked."""

    def __init__(self, tick: Callable[[], Any], seconds: float = EVERY_SECONDS) -> None:
        super().__init__(name="ticker", daemon=True)
        self._tick, self._seconds = tick, seconds
        self._asked, self._over = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Ask for it to be done soon."""
        self._asked.set()

    def run(self) -> None:
        """Tick until the end; a tick that fails is told and tried again."""
        while True:
            self._asked.wait(self._seconds)
            # In this order: what `stop` asks after the look below is still asked at the next turn.
            self._asked.clear()
            if self._over.is_set():
                return
            try:
                self._tick()
            except Exception:
                log.exception("doing what is due")

    def stop(self) -> None:
        """End after the tick that runs."""
        self._over.set()
        self._asked.set()
        self.join()


def composed(settings: Settings, seconds: float = EVERY_SECONDS) -> tuple[WSGIApplication, Ticker]:
    """Return the application, and the ticker that has yet to be started."""
    mailer = mailer_from(settings.mail)
    ticker = Ticker(lambda: ticking.tick(world, mailer), seconds)
    world = world_from(settings, wake=ticker.wake)
    return wsgi.application(Service(world), proxies=settings.proxies), ticker


class Listening:
    """A waitress server that has its port; 0 takes a free one.

    Headers of proxies are left to the adapter, which knows how many are ours.
    """

    def __init__(
        self, application: WSGIApplication, host: str, port: int, threads: int = THREADS
    ) -> None:
        from waitress.server import create_server

        self._server = create_server(
            application,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=False,
            max_request_header_size=_MOST_HEADERS,
            max_request_body_size=2 * incoming.MOST_BYTES,
            channel_timeout=30,
        )
        self.port = int(self._server.effective_port)

    def run(self) -> None:
        """Answer until `stop` is called, or the process is told to end."""
        self._server.run()
        self._server.task_dispatcher.shutdown()

    def stop(self) -> None:
        """End from another thread, after the requests that are being answered."""
        self._server.trigger.pull_trigger(self._close)

    def _close(self) -> None:
        from waitress import wasyncore

        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map, ignore_all=True)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until the process is interrupted or told to end."""
    application, ticker = composed(settings)
    listening = Listening(application, host, port)
    signal.signal(signal.SIGTERM, _end)
    ticker.start()
    try:
        listening.run()
    finally:
        ticker.stop()


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)
