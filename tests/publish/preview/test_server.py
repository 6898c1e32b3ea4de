"""The preview's server, over real connections on loopback."""

import http.client
import socket

import pytest

from publish.preview.app import Preview
from publish.preview.server import HOST, bind, running
from publish.preview.stage import Scene, Stage
from publish.trouble import Failure

GOOD = Scene("good-1", built=True, good=True)


@pytest.fixture
def stage():
    return Stage(GOOD)


@pytest.fixture
def port(tmp_path, stage):
    (tmp_path / "public" / "文章").mkdir(parents=True)
    (tmp_path / "public" / "index.html").write_text("<body>home</body>")
    (tmp_path / "public" / "文章" / "index.html").write_text("<body>chinese</body>")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "x.html").write_text("premium")
    server = bind(0)
    with running(server, Preview(tmp_path, stage, "en", server.server_port)):
        yield server.server_port
        stage.close()


def get(port, path, method="GET", body=None, headers=None):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": f"{HOST}:{port}", **(headers or {})}.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def raw(port, request):
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_listens_on_loopback_only(port):
    assert get(port, "/")[0] == 200
    server = bind(0)
    try:
        assert server.socket.getsockname()[0] == "127.0.0.1"
    finally:
        server.server_close()


def test_chinese_addresses_are_found(port):
    assert b"chinese" in get(port, "/%E6%96%87%E7%AB%A0/")[1]


@pytest.mark.parametrize(
    "path",
    [
        "/../private/x.html",
        "/%2e%2e/private/x.html",
        "/..%2fprivate/x.html",
        "/%2e%2e%5cprivate%5cx.html",
        "/x/../../private/x.html",
        "//../private/x.html",
        "/%252e%252e/private/x.html",
        "/index.html%00.png",
        "/%ff%fe",
        "/%c0%ae%c0%ae/private/x.html",
        "/..;/private/x.html",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_path_leads_out_of_the_public_folder(port, path, method):
    status, body = get(port, path, method)
    assert status == 404
    assert b"premium" not in body


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ],
)
def test_a_foreign_name_is_misdirected(port, request_line):
    request = request_line % port if b"%d" in request_line else request_line
    answer = raw(port, request)
    assert b" 421 " in answer.splitlines()[0]
    assert b"home" not in answer


def test_a_post_with_a_body_is_answered(port):
    """Unread, the body would reset the connection before the answer is read."""
    status, body = get(port, "/api/checkout", "POST", b"x" * 300_000)
    assert status == 405
    assert b"only /api/ takes this method" in body


def test_many_waiting_tabs_leave_connections_free(port, stage):
    """The latest tabs hear of the next build at once, earlier ones are let go to ask again."""
    tabs = []

    def heard(tab, wanted):
        found = b""
        while wanted not in found:
            piece = tab.recv(4096)
            if not piece:
                return False
            found += piece
        return True

    try:
        for _ in range(30):
            tab = socket.create_connection((HOST, port), timeout=10)
            host = f"Host: {HOST}:{port}\r\n"
            tab.sendall(f"GET /_preview/events HTTP/1.1\r\n{host}\r\n".encode())
            assert heard(tab, b"data: good-1")
            tabs.append(tab)
        assert get(port, "/")[0] == 200
        stage.show(Scene("good-2", built=True, good=True))
        assert [heard(tab, b"data: good-2") for tab in tabs] == [False] * 26 + [True] * 4
    finally:
        for tab in tabs:
            tab.close()


def test_a_port_that_is_taken_is_named_with_the_way_out(port):
    with pytest.raises(Failure, match=f"port {port} is taken.*--port {port + 1}"):
        bind(port)
