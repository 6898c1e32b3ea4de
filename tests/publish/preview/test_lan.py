"""The snippets on a phone: a real server, on an address of loopback that stands for the network."""

from __future__ import annotations

import http.client
import re
import socket
import sys
import threading
import time
from datetime import date
from urllib.parse import urlencode, urlsplit

import pytest
import segno

from publish import syndicating
from publish.preview import lan, qr, server
from publish.preview.lan import AUTO, COOKIE, Keys, opened
from publish.preview.pictures import Pictures
from publish.preview.server import HOST, OpenServer, bind
from publish.preview.snippets import PREFIX, Snippets
from publish.trouble import Failure, WrongUsage
from tests.publish.preview.kits import Painter, make_kits

NEAR = "127.0.0.2"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="loopback has one address there")


@pytest.fixture(scope="module")
def kits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lan")
    (folder / "content").mkdir()
    pictures = Pictures(folder / "pictures", Painter())
    return Snippets(
        make_kits(folder / "output"), folder / "content", pictures, lambda: date(2026, 11, 22)
    )


@pytest.fixture(scope="module")
def invited():
    return []


@pytest.fixture(scope="module")
def door(kits, invited):
    with opened(NEAR, 0, kits, invited.append) as found:
        yield found


class Phone:
    """A browser that keeps one cookie."""

    def __init__(self, door):
        self.host, self.cookie = door.host, ""

    def ask(self, path, method="GET", form=None, **headers):
        given = {"Host": self.host, "Accept-Language": "en"}
        given |= {"Origin": f"http://{self.host}"} if method == "POST" else {}
        given |= {"Cookie": self.cookie} if self.cookie else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(*self.host.split(":"), timeout=10)
        try:
            body = urlencode(form) if form is not None else None
            connection.request(method, path, body, {k: v for k, v in given.items() if v})
            response = connection.getresponse()
            self.headers = response.headers
            if cookie := response.headers["Set-Cookie"]:
                self.cookie = cookie.partition(";")[0]
            return response.status, response.read().decode()
        finally:
            connection.close()


@pytest.fixture
def phone(door):
    return Phone(door)


@pytest.fixture
def inside(door, phone):
    assert phone.ask(key_of(door), "POST", {})[0] == 303
    return phone


def key_of(door):
    return urlsplit(door.address).path


# ---- the crowd ----


def test_a_stranger_who_says_nothing_takes_no_place_of_others(door, phone):
    host, port = door.host.split(":")
    before = threading.active_count()  # other tests of this process may have left some
    silent = [socket.create_connection((host, int(port)), 10) for _ in range(60)]
    try:
        for each in silent[OpenServer.most_of_one :]:
            assert each.recv(1) == b""  # hung up on
        assert threading.active_count() <= before + OpenServer.most_of_one
        address = ("127.0.0.3", 0)
        with socket.create_connection((host, int(port)), 10, address) as other:
            other.sendall(f"GET / HTTP/1.0\r\nHost: {door.host}\r\n\r\n".encode())
            assert other.recv(20).startswith(b"HTTP/1.0 403")
    finally:
        for each in silent:
            each.close()
    assert until(lambda: threading.active_count() <= before)
    assert phone.ask("/")[0] == 403


@pytest.mark.parametrize("length", ["10", "9" * 5000, "-1", "\u00b2"])
def test_a_body_that_does_not_come_is_none_and_nothing_is_on_the_creators_screen(
    door, capfd, monkeypatch, length
):
    monkeypatch.setattr(server._Handler, "timeout", 0.2)
    head = f"POST / HTTP/1.0\r\nHost: {door.host}\r\nOrigin: http://{door.host}\r\n"
    host, port = door.host.split(":")
    with socket.create_connection((host, int(port)), 10) as stranger:
        stranger.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode("latin-1"))
        assert stranger.recv(20).startswith(b"HTTP/1.0 403")
    assert capfd.readouterr() == ("", "")


def until(true):
    return any(true() or time.sleep(0.05) for _ in range(100))


# ---- the key ----


@pytest.mark.parametrize(
    "path",
    [PREFIX, f"{PREFIX}first-letter/", f"{PREFIX}_posted/first-letter", "/", "/en/", "/api/"],
)
def test_without_a_key_a_phone_sees_nothing_but_how_to_get_one(phone, path):
    status, page = phone.ask(path)
    assert status == 403
    assert "Scan the code in the terminal" in page
    assert "First letter" not in page


def test_to_look_at_the_key_burns_nothing_and_one_press_opens(door, phone):
    path = key_of(door)
    for _ in range(2):
        status, page = phone.ask(path)
        assert status == 200
        assert '<form method="post">' in page
    assert phone.ask(PREFIX)[0] == 403
    status, _ = phone.ask(path, "POST", {})
    assert (status, phone.headers["Location"]) == (303, PREFIX)
    assert "First letter" in phone.ask(PREFIX)[1]


def test_the_phone_is_known_by_a_cookie_that_no_script_and_no_other_site_can_use(door, phone):
    phone.ask(key_of(door), "POST", {})
    told = phone.headers["Set-Cookie"].split("; ")
    assert told[0].startswith(f"{COOKIE}=")
    assert set(told[1:]) == {f"Path={PREFIX}", "HttpOnly", "SameSite=Strict"}
    assert phone.ask(PREFIX)[0] == 200
    phone.cookie = ""
    assert phone.ask(PREFIX)[0] == 403


def test_a_key_opens_for_one_phone_and_the_next_is_told(door, phone, invited):
    used = key_of(door)
    assert phone.ask(used, "POST", {})[0] == 303
    assert invited[-1] == door.address
    assert key_of(door) != used
    late = Phone(door)
    assert late.ask(used)[0] == 403
    assert late.ask(used, "POST", {})[0] == 403
    assert not late.cookie
    assert late.ask(key_of(door), "POST", {})[0] == 303
    assert phone.ask(PREFIX)[0] == late.ask(PREFIX)[0] == 200


@pytest.mark.parametrize("key", ["", "x", "%C3%A9", "%ff", "a" * 22])
def test_a_wrong_key_opens_nothing(door, phone, key):
    for method in ("GET", "POST"):
        status, page = phone.ask(f"{PREFIX}_key/{key}", method, {})
        assert status == 403
        assert "not let in" in page
    assert not phone.cookie


@pytest.mark.parametrize("cookie", [f"{COOKIE}=", f"{COOKIE}=x", "a=b", f"{COOKIE}=\u00e9", ";;="])
def test_a_wrong_cookie_is_none(phone, inside, cookie):
    assert phone.ask(PREFIX, Cookie=cookie.encode("latin-1"))[0] == 403


def test_a_phone_that_is_in_needs_no_key(inside):
    assert inside.ask(f"{PREFIX}_key/whatever")[0] == 303
    assert inside.ask("/")[0] == 303


def test_keys_and_phones_are_as_long_as_they_must_be():
    keys = Keys()
    key, phone = keys.key, keys.burn(keys.key)
    assert len(key) >= 128 / 6
    assert len(phone) >= 2 * 128 / 6
    assert keys.key != key
    assert keys.burn(key) == ""
    assert keys.knows(phone)
    assert not keys.knows("")


# ---- what is behind the door ----


def test_behind_the_door_are_snippets_and_nothing_else(inside):
    assert inside.ask(f"{PREFIX}first-letter/")[1] == "<h1>first-letter</h1>"
    assert 'href="/"' not in inside.ask(PREFIX)[1]
    for path in ("/en/", "/api/", "/_mail/", "/_sandbox/", "/_magnets/", f"{PREFIX}../_mail/"):
        assert inside.ask(path)[0] == 404


def test_a_phone_writes_down_where_a_post_is(inside, kits):
    form = {"platform": "x", "url": "https://x.example/1"}
    status, _ = inside.ask(f"{PREFIX}_posted/first-letter", "POST", form)
    assert status == 200
    assert syndicating.read(kits.content).of("first-letter")["x"].url == form["url"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"http://{NEAR}", ""])
def test_another_sites_page_writes_nothing(inside, origin):
    form = {"platform": "x", "url": "https://evil.example/"}
    path = f"{PREFIX}_posted/first-letter"
    assert inside.ask(path, "POST", form, Origin=origin)[0] == 403
    assert "evil" not in inside.ask(path)[1]


def test_another_name_of_the_machine_is_not_answered(inside):
    port = inside.host.partition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1:{port}", NEAR):
        assert inside.ask(PREFIX, Host=host)[0] == 421


def test_pages_at_the_door_run_nothing_and_are_kept_nowhere(door, phone):
    for path in (key_of(door), PREFIX):
        phone.ask(path)
        assert "default-src 'none'" in phone.headers["Content-Security-Policy"]
        assert phone.headers["Cache-Control"] == "no-store"


def test_the_door_speaks_the_phones_language(phone):
    assert "这部手机还没获准进入" in phone.ask(PREFIX, Accept_Language="zh-CN")[1]


# ---- the address ----


def test_it_listens_on_its_one_address_and_ends_with_the_block(kits, invited):
    with opened(NEAR, 0, kits, invited.append) as door:
        address = (NEAR, int(door.host.partition(":")[2]))
        socket.create_connection(address, 5).close()
        with pytest.raises(OSError):
            socket.create_connection((HOST, address[1]), 5)
    with pytest.raises(OSError):
        socket.create_connection(address, 5)


def test_it_takes_the_port_of_the_preview_or_a_free_one(kits, invited):
    preview = bind(0)
    try:
        with opened(NEAR, preview.server_port, kits, invited.append) as door:
            assert door.host == f"{NEAR}:{preview.server_port}"
            with opened(NEAR, preview.server_port, kits, invited.append) as other:
                assert other.host != door.host
    finally:
        preview.server_close()


def test_unless_it_is_wished_nothing_listens(kits, invited):
    with opened(None, 0, kits, invited.append) as door:
        assert door is None


@pytest.mark.parametrize(
    "address", ["", "phone", "::1", "0.0.0.0", "8.8.8.8", "224.0.0.1", "192.168.1", "10.0.0.1/8"]
)
def test_an_address_that_is_for_all_the_world_or_none_is_refused(kits, invited, address):
    why = "own network alone|write it like 192"
    with pytest.raises(WrongUsage, match=why), opened(address, 0, kits, invited.append):
        pass


def test_an_address_of_another_machine_is_refused(kits, invited):
    with (
        pytest.raises(WrongUsage, match="no address of this machine"),
        opened("192.168.255.254", 0, kits, invited.append),
    ):
        pass


@pytest.mark.parametrize("found", [OSError, "127.0.0.1", "0.0.0.0"])
def test_without_a_network_the_way_out_is_said(kits, invited, monkeypatch, found):
    class Asking:
        def __init__(self, *kind): ...
        def __enter__(self):
            return self

        def __exit__(self, *error): ...
        def connect(self, address):
            if found is OSError:
                raise found

        def getsockname(self):
            return (found, 1)

    monkeypatch.setattr(lan.socket, "socket", Asking)
    with pytest.raises(Failure, match="--lan=192"), opened(AUTO, 0, kits, invited.append):
        pass


# ---- the code ----


def test_the_code_on_the_screen_is_the_address_dark_on_light():
    address = "http://192.168.1.5:8000/_snippets/_key/AbCdEfGhIjKlMnOpQrStUv"
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in qr.lines(address)]
    assert all(line.startswith("\x1b[38;5;16;48;5;231m") for line in qr.lines(address))
    assert {len(line) for line in bare} == {qr.width(qr.lines(address))}
    rows = [[each in shades for each in line] for line in bare for shades in ("▀█", "▄█")]
    code = segno.make(address, error="l", micro=False, boost_error=False)
    wanted = [[bool(each) for each in row] for row in code.matrix_iter(border=2)]
    assert rows[: len(wanted)] == wanted
    assert not any(rows[-1]) or len(rows) == len(wanted)
