"""One server: it answers, ticks, and ends when it is told to."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from publish.paywall.roots import settings
from publish.paywall.roots.server import Ticker, composed
from tests.conftest import ROOT
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import Asked, ask, listening
from tests.publish.paywall.roots.environ import local_environ

FORM = ("content-type", "application/x-www-form-urlencoded")


def waited_for(happened: object, seconds: float = 10) -> bool:
    """Tell whether something became true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        threading.Event().wait(0.01)
    return False


def test_a_mail_that_was_asked_for_is_sent_at_once(tmp_path: Path) -> None:
    application, ticker = composed(settings.read(local_environ(tmp_path)), seconds=3600)
    ticker.start()
    try:
        with listening(application) as port:
            origin = ("origin", house.ORIGIN)
            asked = Asked("POST", "/api/sign-in", (FORM, origin), b"mail=reader%40example.test")
            assert ask(port, asked).status == 303
            assert waited_for(lambda: list((tmp_path / "outbox").glob("*.eml")))
    finally:
        ticker.stop()


def test_a_tick_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Semaphore(0)
    failures = [OSError("disk")]

    def tick() -> None:
        done.release()
        if failures:
            raise failures.pop()

    ticker = Ticker(tick, seconds=3600)
    ticker.start()
    for _ in range(2):
        ticker.wake()
        assert done.acquire(timeout=10)
    ticker.stop()
    assert not ticker.is_alive()
    assert "disk" in caplog.text


def test_the_ticker_ticks_without_being_asked() -> None:
    done = threading.Semaphore(0)
    ticker = Ticker(done.release, seconds=0.01)
    ticker.start()
    try:
        assert all(done.acquire(timeout=10) for _ in range(3))
    finally:
        ticker.stop()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_server_runs_as_a_process_and_ends_when_told_to(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "import os; from publish.paywall.roots import settings; "
        "from publish.paywall.roots.server import serve; "
        f"serve(settings.read(os.environ), port={port})"
    )
    environ = {**os.environ, **local_environ(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environ, cwd=tmp_path)
    try:
        assert waited_for(lambda: answers(port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/no-such-thing")
        return connection.getresponse().status == 410
    except OSError:
        return False
    finally:
        connection.close()


class _Meanwhile(threading.Event):
    """An event that is set again by others just before it is cleared."""

    def __init__(self, others: Callable[[], None]) -> None:
        super().__init__()
        self._others = others

    def clear(self) -> None:
        self._others()
        super().clear()


def test_a_stop_that_comes_while_it_begins_to_tick_is_not_lost() -> None:
    ticker = Ticker(lambda: None, seconds=3600)

    def stopping() -> None:
        ticker._over.set()
        ticker._asked.set()

    ticker._asked = _Meanwhile(stopping)
    ticker.start()
    ticker.wake()
    ticker.join(10)
    assert not ticker.is_alive()
