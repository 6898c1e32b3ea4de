"""A hub is told of each feed that changed, and a bad one loses nobody anything."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from publish.deploy.hubs import Nobody, WebSub
from publish.deploy.ports import Unreachable

FEEDS = ["https://a.example/feed.xml", "https://a.example/文章/feed.json"]


class Hub(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.told.append((self.headers["Content-Type"], form))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if not status:
            return
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Answer whoever follows a redirect, and so tells nothing."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Hub) as server:
        server.told, server.answers = [], []
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def told(hub) -> WebSub:
    return WebSub(f"http://127.0.0.1:{hub.server_port}/hub")


def test_each_feed_is_told_in_a_form(hub, told):
    told.ping(FEEDS)
    kinds, forms = zip(*hub.told, strict=True)
    assert set(kinds) == {"application/x-www-form-urlencoded"}
    assert list(forms) == [{"hub.mode": ["publish"], "hub.url": [feed]} for feed in FEEDS]


def test_no_feed_is_no_request(hub, told):
    told.ping([])
    assert hub.told == []


@pytest.mark.parametrize("status", [302, 307, 404, 429, 500, 0])
def test_a_feed_that_is_not_taken_is_named_and_the_others_are_told(hub, told, status):
    hub.answers = [status]
    with pytest.raises(Unreachable) as caught:
        told.ping(FEEDS)
    assert FEEDS[0] in str(caught.value)
    assert FEEDS[1] not in str(caught.value)
    assert len(hub.told) == 2


def test_a_hub_that_is_not_there_is_unreachable():
    with pytest.raises(Unreachable):
        WebSub("http://127.0.0.1:9/").ping(FEEDS)


def test_a_hub_that_does_not_answer_is_not_waited_for(hub):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="timed out"):
            WebSub(address, seconds=0.05).ping(FEEDS[:1])


@pytest.mark.parametrize(
    "hub", ["http://hub.example/", "ftp://hub.example/", "hub.example", "", "file:///etc/passwd"]
)
def test_a_hub_is_asked_over_https_only(hub):
    with pytest.raises(ValueError, match="no https address"):
        WebSub(hub)


def test_without_a_hub_nobody_is_told():
    Nobody().ping(FEEDS)
    WebSub("https://hub.example/")
