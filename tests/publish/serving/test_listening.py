"""A server that ends: everybody who came is answered, and whoever comes then finds the next one."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publish.serving.listening import Listening, bound, inherited
from publish.trouble import Failure
from tests.conftest import ROOT

LARGE = b"x" * (8 << 20)


class Slow:
    """An application whose answers to /wait wait for a sign."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, environ, start):
        path = environ["PATH_INFO"]
        if path == "/same":
            start("304 Not Modified", [("ETag", '"1"')])
            return []
        if path == "/wait":
            self.asked.release()
            assert self.go.wait(20)
        body = LARGE if path == "/large" else path.encode()
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]


class Running:
    def __init__(self, application, taken, *, patience=20.0) -> None:
        self.waiting = Listening(application, taken)
        self.port = self.waiting.port
        self.thread = threading.Thread(target=self.waiting.run, args=(patience,))
        self.thread.start()

    def over(self, seconds: float = 20) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()


@contextmanager
def running(application, taken=None, *, patience=20.0) -> Iterator[Running]:
    taken = taken or bound("127.0.0.1", 0)
    with taken:
        server = Running(application, taken, patience=patience)
        try:
            yield server
        finally:
            server.waiting.end()
            assert server.over()


@contextmanager
def connection(port: int) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        yield made
    finally:
        made.close()


def get(port, path):
    with connection(port) as made:
        made.request("GET", path)
        answer = made.getresponse()
        return answer.status, answer.headers.get("connection"), answer.read()


def test_a_request_under_way_is_answered_before_the_end():
    slow = Slow()
    with running(slow) as server, connection(server.port) as asking:
        asking.request("GET", "/wait")
        assert slow.asked.acquire(timeout=10)
        server.waiting.end()
        assert not server.over(0.3)
        slow.go.set()
        answer = asking.getresponse()
        assert (answer.status, answer.read()) == (200, b"/wait")
        assert answer.headers["connection"] == "close"
        assert server.over()


def test_a_large_answer_is_sent_to_its_end():
    with running(Slow()) as server, connection(server.port) as asking:
        asking.request("GET", "/large")
        answer = asking.getresponse()
        server.waiting.end()
        assert not server.over(0.3)
        assert answer.read() == LARGE
        assert server.over()


def test_a_connection_that_is_kept_without_a_request_keeps_nobody():
    with running(Slow()) as server, connection(server.port) as kept:
        kept.request("GET", "/one")
        assert kept.getresponse().read() == b"/one"
        server.waiting.end()
        assert server.over()


def test_a_request_on_a_kept_connection_is_the_last_one_there():
    with running(Slow()) as server, connection(server.port) as kept:
        kept.request("GET", "/one")
        first = kept.getresponse()
        assert first.read() == b"/one"
        assert first.headers.get("connection") is None
        server.waiting.end()
        kept.request("GET", "/two")
        last = kept.getresponse()
        assert (last.read(), last.headers["connection"]) == (b"/two", "close")


def test_a_connection_outlives_an_answer_that_nothing_changed():
    with running(Slow()) as server, connection(server.port) as kept:
        for path, status in (("/same", 304), ("/same", 304), ("/one", 200)):
            kept.request("GET", path)
            answer = kept.getresponse()
            assert (answer.status, answer.headers.get("connection")) == (status, None)
            answer.read()
        kept.request("GET", "/same", headers={"Connection": "close"})
        assert kept.getresponse().headers["connection"] == "close"


def test_half_a_request_is_waited_for():
    with running(Slow()) as server, socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(b"POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
        assert get(server.port, "/another")[0] == 200  # so the half has been read, too
        server.waiting.end()
        assert not server.over(0.8)
        wire.sendall(b"2")
        wire.settimeout(20)
        assert wire.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_patience_ends():
    slow = Slow()
    with running(slow, patience=0.2) as server, connection(server.port) as asking:
        asking.request("GET", "/wait")
        assert slow.asked.acquire(timeout=10)
        server.waiting.end()
        assert server.over()
        slow.go.set()  # the thread itself cannot be ended
        with pytest.raises((http.client.HTTPException, OSError)):
            asking.getresponse()


def test_nobody_new_is_taken_in_once_it_ended():
    with running(Slow()) as server:
        assert get(server.port, "/")[0] == 200
        server.waiting.end()
        assert server.over()
        with pytest.raises(ConnectionRefusedError):
            get(server.port, "/")


def test_who_comes_between_two_servers_is_answered_by_the_second():
    with bound("127.0.0.1", 0) as passed:
        with running(Slow(), passed.dup()) as first:
            port = first.port
            assert get(port, "/one")[2] == b"/one"
            first.waiting.end()
            assert first.over()
        with connection(port) as asking:
            asking.request("GET", "/two")
            with running(Slow(), passed.dup()):
                assert asking.getresponse().read() == b"/two"


def test_a_taken_port_is_said_with_a_way_out():
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port} is not free .*--port {port + 1}"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no address"])
def test_a_foreign_address_is_said_with_a_way_out(host):
    with pytest.raises(Failure, match=f'host "{host}" is no address of this machine'):
        bound(host, 0)


def test_a_socket_is_taken_over_only_when_it_is_for_this_process():
    assert inherited({}, 7) is None
    assert inherited({"LISTEN_PID": "8", "LISTEN_FDS": "1"}, 7) is None
    assert inherited({"LISTEN_PID": "7", "LISTEN_FDS": "0"}, 7) is None


def test_the_socket_that_systemd_passes_on_is_taken_over():
    code = (
        "import os; from publish.serving.listening import passed_on;"
        "print(passed_on({'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'}).getsockname()[1])"
    )
    with bound("127.0.0.1", 0) as taken:
        script = f'exec 3<&{taken.fileno()}; exec "$0" -c "{code}"'
        done = subprocess.run(
            ["bash", "-c", script, sys.executable], pass_fds=[taken.fileno()], cwd=ROOT, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        )  # fmt: skip
        assert done.stdout.strip() == str(taken.getsockname()[1]), done.stderr
