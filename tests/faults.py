"""A bad line to AWS: a proxy that answers for it, breaks off, or holds back, as a test says.

It stands at the address that clients sign for and sends everything on as it came, the Host header,
too. Every request is kept by its service and action, so that tests may count them.

    faulty.inject(slow_down, action="s3:PutObject", times=2)
    faulty.inject(reset_after, action="cloudfront:PublishFunction")
    assert faulty.count("s3:PutObject") == 3
"""

from __future__ import annotations

import contextlib
import fnmatch
import http.client
import http.server
import json
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.aws import Aws

FOR_EVER = 1 << 30
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "expect", "keep-alive"})
_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Asked:
    """A request: which action of which service, as IAM names it, and how much it brought."""

    action: str
    method: str
    path: str
    bytes: int


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Exchange:
    """One request under way: a fault decides what becomes of it."""

    def __init__(self, handler: _Handler, asked: Asked, body: bytes) -> None:
        self.asked = asked
        self._handler, self._body = handler, body

    def ask(self) -> Answer:
        """Send it on and return the answer."""
        return self._handler.ask(self._body)

    def reply(self, answer: Answer, sent: int | None = None) -> None:
        """Give an answer back; `sent` is how many bytes of its body really come."""
        self._handler.reply(answer, sent)

    def reset(self) -> None:
        """Break the line."""
        self._handler.reset()


Fault = Callable[[Exchange], None]


@dataclass
class Rule:
    """What happens to which requests, and how often yet."""

    fault: Fault
    action: str
    path: str
    times: int
    skip: int
    met: int = 0

    def takes(self, asked: Asked) -> bool:
        """Tell whether this request is meant, counting it."""
        meant = fnmatch.fnmatchcase(asked.action, self.action) and fnmatch.fnmatchcase(
            asked.path, self.path
        )
        if not meant or self.met >= self.skip + self.times:
            return False
        self.met += 1
        return self.met > self.skip


@dataclass
class Faulty:
    """The proxy; safe for many threads."""

    aws: Aws
    upstream: Aws
    rules: list[Rule] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def environment(self) -> dict[str, str]:
        """Return what a client needs in its environment to come this way."""
        return self.aws.environment()

    def inject(
        self, fault: Fault, action: str = "*", path: str = "*", times: int = 1, skip: int = 0
    ) -> Rule:
        """Let a fault happen to requests; `action` and `path` may hold "*", the path is decoded."""
        rule = Rule(fault, action, path, times, skip)
        with self.lock:
            self.rules.append(rule)
        return rule

    def deny(self, action: str, path: str = "*") -> Rule:
        """Take a permission away."""
        return self.inject(denied, action, path, times=FOR_EVER)

    def clear(self) -> None:
        """Be a good line again and forget what was asked."""
        with self.lock:
            self.rules.clear()
            self.asked.clear()

    def count(self, action: str = "*", path: str = "*") -> int:
        """Return how many requests came."""
        return sum(
            fnmatch.fnmatchcase(each.action, action) and fnmatch.fnmatchcase(each.path, path)
            for each in list(self.asked)
        )

    def fault_for(self, asked: Asked) -> Fault:
        """Return what becomes of a request."""
        with self.lock:
            self.asked.append(asked)
            return next((rule.fault for rule in self.rules if rule.takes(asked)), passes)


def passes(exchange: Exchange) -> None:
    """Let it through."""
    exchange.reply(exchange.ask())


def says(status: int, code: str, message: str = "as the test says") -> Fault:
    """Answer instead of AWS."""

    def fault(exchange: Exchange) -> None:
        service = exchange.asked.action.partition(":")[0]
        exchange.reply(error(service, status, code, message))

    return fault


def reset_before(exchange: Exchange) -> None:
    """Break the line before AWS hears of it."""
    exchange.reset()


def reset_after(exchange: Exchange) -> None:
    """Break the line when AWS has done it."""
    exchange.ask()
    exchange.reset()


def cut(exchange: Exchange) -> None:
    """Break the line in the middle of the answer."""
    answer = exchange.ask()
    exchange.reply(answer, sent=len(answer.body) // 2)


def cut_all(exchange: Exchange) -> None:
    """Break the line after the headers of the answer."""
    exchange.reply(exchange.ask(), sent=0)


def meanwhile(deed: Callable[[], Any]) -> Fault:
    """Do something when the request comes, then let it through."""

    def fault(exchange: Exchange) -> None:
        deed()
        passes(exchange)

    return fault


slow_down = says(503, "SlowDown", "Please reduce your request rate.")
expired = says(400, "ExpiredToken", "The provided token has expired.")
denied = says(403, "AccessDenied", "User is not authorized to perform this")
throttled = says(429, "ThrottlingException", "Rate exceeded")


def error(service: str, status: int, code: str, message: str = "as the test says") -> Answer:
    """Return an answer that says no, in the words of a service."""
    if service == "s3":
        body, kind = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", "xml"
    elif service in _XML:
        said = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        body, kind = f"<ErrorResponse>{said}<RequestId>1</RequestId></ErrorResponse>", "xml"
    else:
        body, kind = json.dumps({"__type": code, "message": message}), "json"
    headers = (("Content-Type", f"application/{kind}"), ("x-amzn-errortype", code))
    return Answer(status, headers, body.encode())


_XML = frozenset({"cloudfront", "sts", "cloudformation", "iam", "sns", "monitoring"})
_REST = {
    "s3": (
        ("GET", r".*[?&]list-type=", "ListBucket"),
        ("GET", r".*", "GetObject"),
        ("HEAD", r".*", "GetObject"),
        ("POST", r".*\?delete", "DeleteObject"),
        ("DELETE", r".*[?&]uploadId=", "AbortMultipartUpload"),
        ("DELETE", r".*", "DeleteObject"),
        ("(PUT|POST)", r".*", "PutObject"),
    ),
    "cloudfront": (
        ("GET", r".*/function/[^/]+/describe", "DescribeFunction"),
        ("GET", r".*/function/[^/]+", "GetFunction"),
        ("POST", r".*/function/[^/]+/publish", "PublishFunction"),
        ("PUT", r".*/function/[^/]+", "UpdateFunction"),
        ("POST", r".*/invalidation", "CreateInvalidation"),
    ),
    "lambda": (
        ("PUT", r".*/functions/[^/]+/code", "UpdateFunctionCode"),
        ("GET", r".*/functions/[^/]+/configuration", "GetFunctionConfiguration"),
    ),
}


def _action(method: str, path: str, headers: Any, body: bytes) -> str:
    """Return a request's action as IAM names it, or its method where it is none we know."""
    scope = _SCOPE.search(headers.get("Authorization", ""))
    service = scope[1] if scope else "public"
    if target := headers.get("X-Amz-Target"):
        return f"{service}:{target.rpartition('.')[2]}"
    if "x-www-form-urlencoded" in headers.get("Content-Type", "") and scope:
        return f"{service}:{parse_qs(body.decode()).get('Action', ['?'])[0]}"
    for verb, pattern, name in _REST.get(service, ()):
        if re.fullmatch(verb, method) and re.match(pattern, path):
            return f"{service}:{name}"
    return f"{service}:{method}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        # Who asks may hang up in the middle, most of all after what we do to it.
        with contextlib.suppress(OSError):
            super().handle_one_request()
            return
        self.close_connection = True

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        action = _action(self.command, self.path, self.headers, body)
        parts = urlsplit(self.path)
        asked = Asked(action, self.command, unquote(parts.path), len(body))
        self.server.faulty.fault_for(asked)(Exchange(self, asked, body))

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _any  # noqa: N815

    def ask(self, body: bytes) -> Answer:
        upstream = urlsplit(self.server.faulty.upstream.endpoint)
        line = http.client.HTTPConnection(upstream.hostname or "", upstream.port)
        with contextlib.closing(line):
            line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP:
                    line.putheader(name, value)
            line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            with line.getresponse() as answer:
                told = answer.read()
                headers = [pair for pair in answer.getheaders() if pair[0].lower() not in _HOP]
                length = answer.getheader("Content-Length", "0")
        if self.command == "HEAD":
            headers.append(("Content-Length", length))
        return Answer(answer.status, tuple(headers), told)

    def reply(self, answer: Answer, sent: int | None) -> None:
        lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if self.command != "HEAD":
            lines.append(f"Content-Length: {len(answer.body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + answer.body[:sent])
        if sent is not None:
            self.close_connection = True

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    faulty: Faulty

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for each in list(self.open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy(aws: Aws) -> Iterator[Faulty]:
    """A bad line in front of an AWS."""
    with _Server() as server:
        port = server.server_address[1]
        server.faulty = Faulty(replace(aws, endpoint=f"http://127.0.0.1:{port}"), aws)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.faulty
        finally:
            server.shutdown()
            server.hang_up()
            thread.join()


@pytest.fixture(scope="session")
def bad_line(aws: Aws) -> Iterator[Faulty]:
    with proxy(aws) as made:
        yield made


@pytest.fixture
def faulty(bad_line: Faulty, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    """A bad line to AWS, good until a test says otherwise; nobody in this process waits for it."""
    without_pauses(monkeypatch)
    bad_line.clear()
    yield bad_line
    bad_line.clear()


def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients ask again at once."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
