"""What only the WSGI adapter has to see to: servers differ in what they tell it."""

from __future__ import annotations

import io
import socket
from typing import Any

import pytest

from publish.paywall.adapters import wsgi
from publish.paywall.http import Response
from tests.publish.paywall.adapters.exchange import Recorder, listening

ENVIRON = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/api/checkout",
    "QUERY_STRING": "",
    "REMOTE_ADDR": "10.0.0.1",
}


def asked(service: Any, body: bytes = b"", proxies: int = 0, **environ: str) -> tuple[str, bytes]:
    """Call the application as a server does; return its status line and its body."""
    statuses: list[str] = []
    told = {**ENVIRON, "wsgi.input": io.BytesIO(body), **environ}
    chunks = wsgi.application(service, proxies=proxies)(
        told, lambda status, headers, error=None: statuses.append(status) or (lambda data: None)
    )
    return statuses[0], b"".join(chunks)


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"RAW_URI": "/api/read/en%2Fwalled?x=1"}, "/api/read/en%2Fwalled"),
        ({"REQUEST_URI": "http://example.test/api/read/a?x=1"}, "/api/read/a"),
        ({"REQUEST_URI": "https://example.test"}, "/"),
        ({"REQUEST_URI": "*"}, "/"),
        ({"REQUEST_URI": "/api/read/\xe7\xac\xac"}, "/api/read/%E7%AC%AC"),
        ({"PATH_INFO": "/api/read/\xe7\xac\xac b%"}, "/api/read/%E7%AC%AC%20b%25"),
    ],
)
def test_the_path_is_raw_whatever_the_server_tells(environ: dict[str, str], path: str) -> None:
    service = Recorder()
    asked(service, **environ)
    assert service.seen[0].path == path


def test_behind_proxies_of_our_own_the_network_is_the_readers() -> None:
    service = Recorder()
    asked(service, proxies=1, HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.9")
    assert service.seen[0].network == "203.0.113.9"


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, b"offer=x"),
        ({"CONTENT_LENGTH": "-1"}, b"offer=x"),
        ({"CONTENT_LENGTH": "7x"}, b"offer=x"),
        ({"CONTENT_LENGTH": "٧"}, b"offer=x"),
        ({"CONTENT_LENGTH": "8"}, b"offer=x"),
    ],
)
def test_a_body_without_a_true_length_is_refused_kindly(
    environ: dict[str, str], body: bytes
) -> None:
    service = Recorder()
    assert asked(service, body, **environ) == ("400 Bad Request", b"bad-request")
    assert not service.seen


def test_more_than_the_length_says_is_left_unread() -> None:
    service = Recorder()
    asked(service, b"offer=x&sneaked=y", CONTENT_LENGTH="7")
    assert service.seen[0].body == b"offer=x"


def test_head_tells_the_length_and_sends_nothing() -> None:
    service = Recorder(Response(200, b"", length=1234))
    with (
        listening(wsgi.application(service)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as wire,
    ):
        wire.sendall(b"HEAD /api/read/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: 1234" in head
    assert body == b""
