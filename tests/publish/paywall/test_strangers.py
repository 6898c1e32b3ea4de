"""Strangers at the door: no route, header, path trick or error gives a byte that is paid for.

Everything goes over HTTP through the real server. Every premium piece of the generation holds a
canary; what a member gets shows that the search would find it.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from publish.contract import manifest as contract
from publish.contract.manifest import Manifest, Premium
from publish.paywall import keys, service
from publish.paywall.adapters import wsgi
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import listening
from tests.publish.paywall.house import CANARY, House

METHODS = (
    "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "get",
    "GET2",
)  # fmt: skip
TYPES = (None, "application/x-www-form-urlencoded", "application/json", "multipart/form-data")


@dataclass
class Wire:
    """A connection that stays open and keeps everything that came back."""

    port: int
    connection: http.client.HTTPConnection | None = None

    def ask(
        self, target: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, bytes]:
        """Return the status and everything that was answered, headers and body."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.putrequest(
            method, target, skip_host="host" in given, skip_accept_encoding=True
        )
        for name, value in given.items():
            self.connection.putheader(name, value)
        if body or method in ("POST", "PUT", "PATCH"):
            self.connection.putheader("content-length", str(len(body)))
        self.connection.endheaders(body or None)
        answer = self.connection.getresponse()
        whole = str(answer.headers).encode() + answer.read()
        if answer.will_close:
            self.close()
        return answer.status, whole

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None

    def raw(self, request: bytes) -> bytes:
        """Send bytes that no client would send and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    return house.world(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def wire(home: House) -> Iterator[Wire]:
    with listening(wsgi.application(home.service)) as port, closing(Wire(port)) as wire:
        yield wire


def premiums(manifest: Manifest) -> Iterator[tuple[str, Premium]]:
    for key, post in manifest.posts.items():
        if post.premium:
            yield key, post.premium
    for key, product in manifest.products.items():
        for text in product.texts.values():
            if text.premium:
                yield key, text.premium


def targets(manifest: Manifest) -> list[str]:
    """Return every address behind which something premium lies."""
    found: list[str] = []
    for key, premium in premiums(manifest):
        found += [f"/api/read/{quote(key, safe='')}", f"/api/page/{quote(key)}"]
        found += [each.url for each in premium.files]
    return sorted(set(found))


def tricks(target: str) -> Iterator[str]:
    """Yield addresses that somebody may hope to be read as the target, or as the file itself."""
    start, _, rest = target.removeprefix("/api/").partition("/")
    yield from (f"{target}{tail}" for tail in (
        "/", "//", "/.", "/..", "%2F", "%00", "%00.html", "%20", "%0a", "%0d%0aX:y", ".html",
        ".css", ";.css", ";jsessionid=1", "?", "?lang=en", "?key=1", "?key=", "?key=a.b.c",
        "?preview=1", "?x=/api/sign-in", "#x", "/x.png", "/../walled", "%2f..%2fwalled", "~",
        ".bak", "%ff", "%",
    ))  # fmt: skip
    yield from (
        f"//api/{start}/{rest}", f"/api//{start}/{rest}", f"/api/{start}//{rest}",
        f"/api/./{start}/{rest}", f"/api/{start}/./{rest}", f"/api/x/../{start}/{rest}",
        f"/api/%2e%2e/api/{start}/{rest}", f"/api/{start}/%2e%2e/{start}/{rest}",
        f"/api/{start}/..%2f{start}%2f{rest}", f"/api%2F{start}%2F{quote(rest, safe='')}",
        f"/api/{start}/{quote(rest, safe='')}", f"/api/{start}/{quote(quote(rest, safe=''))}",
        f"/API/{start.upper()}/{rest}", f"/api/{start.title()}/{rest}", f"/api\\{start}\\{rest}",
        f"/api/{start}/%5c{rest}", f"/api/{start}/.%2e/{rest}", f"/api;x/{start}/{rest}",
        f"/api/{start}%20/{rest}", f"/api/{start}/%EF%BC%8E%EF%BC%8E/{rest}", f"/{start}/{rest}",
        f"http://127.0.0.1/api/{start}/{rest}", f"/api/{start}/{rest.upper()}",
    )  # fmt: skip


def files_themselves(manifest: Manifest) -> Iterator[str]:
    """Yield addresses of the files as they lie in the generation."""
    for _, premium in premiums(manifest):
        for path in (premium.fragment, premium.page, *(each.path for each in premium.files)):
            for start in (
                "/", "/api/", "/api/read/", "/api/page/", "/api/files/", "/api/files/../",
                "/api/files/%2e%2e/", "/api/files/posts/..%2f..%2f", "/api/read/..%2f..%2f",
                "/api/feeds/", "/current/", "/api/files/posts/../../../",
            ):  # fmt: skip
                yield start + quote(path)


def strange_headers(home: House, target: str) -> Iterator[dict[str, str]]:
    """Yield headers that have opened doors elsewhere."""
    for name in (
        "x-original-url", "x-rewrite-url", "x-original-uri", "x-accel-redirect", "x-sendfile",
        "x-forwarded-path", "referer",
    ):  # fmt: skip
        yield {name: target}
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        yield {name: "POST"}
    for name in (
        "x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "true-client-ip",
        "cf-connecting-ip", "cloudfront-viewer-address", "x-forwarded-host", "host",
    ):  # fmt: skip
        yield {name: "127.0.0.1"}
    for agent in (
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "Baiduspider",
        "facebookexternalhit/1.1",
        "curl/8",
    ):
        yield {"user-agent": agent, "referer": "https://www.google.com/"}
    yield from (
        {"range": "bytes=0-20"}, {"range": "bytes=-5"}, {"range": "bytes=0-0,5-9"},
        {"if-none-match": "*"}, {"if-modified-since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"if-range": '"x"', "range": "bytes=0-"}, {"accept": "application/json"},
        {"accept": "text/event-stream"}, {"accept": "*/*;q=0"}, {"accept-encoding": "gzip, br"},
        {"authorization": "Basic YWRtaW46YWRtaW4="}, {"authorization": "Bearer x"},
        {"x-release": "0" * 16}, {"x-release": "../generation"}, {"x-origin-secret": "x"},
        {"x-forwarded-user": "admin"}, {"x-amzn-requestid": "1"}, {"sec-purpose": "prefetch"},
        {"accept-language": "en;q=nan, *"}, {"te": "trailers"}, {"expect": "x"},
    )  # fmt: skip
    yield from ({"cookie": cookie} for cookie in forged(home))


def forged(home: House) -> Iterator[str]:
    """Yield cookies that look like a member's."""
    member = home.signed_in(home.person("member@example.test"))
    name = home.world.cookies.session
    value, hint = member.jar[name], home.world.cookies.hint
    told, _, signature = value.rpartition(".")
    other = home.world.ring.sign("browser", told)
    person = keys.person(home.person("member@example.test").id)
    yield from (
        f"{hint}=1", f"{name}=", f"{name}=x", f"{name}={told}", f"{name}={told}.",
        f"{name}={told}x.{signature}", f"{name}={value[:-1]}", f"{name}={value}x",
        f"{name}={other}", f"{name}={home.world.ring.sign('session', person + '|')}",
        f"{name}={home.world.ring.sign('session', person + '|self')}",
        f"{name}={home.world.ring.sign('session', 'person#|x')}", f"{name}={person}|x.{signature}",
        f"ink={value}", f"__Secure-ink={value}", f"{name.lower()}x={value}",
        f"{name}=x; {name}={value}", f"{name}={told}.{signature.swapcase()}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def manifest(home: House) -> Manifest:
    return contract.load(home.generation / "manifest.json")


def test_a_member_gets_what_the_search_looks_for(
    home: House, wire: Wire, manifest: Manifest
) -> None:
    member = home.person("member@example.test")
    for product in ("everything", "course"):
        home.grant(member, product)
    jar = home.signed_in(member).jar
    cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
    for target in targets(manifest):
        status, whole = wire.ask(target, cookie=cookie)
        assert (status, CANARY.encode() in whole) == (200, True), target


def test_a_stranger_is_told_what_it_costs(wire: Wire, manifest: Manifest) -> None:
    for target in targets(manifest):
        status, whole = wire.ask(target)
        assert status == 402, target
        clean(whole, target)
        assert b"no-store" in whole


def clean(whole: bytes, asked: object) -> None:
    """Fail where something premium was answered."""
    assert CANARY.encode() not in whole, asked
    assert b"Traceback" not in whole, asked
    assert b"private/" not in whole, asked


def test_no_path_leads_round_the_wall(wire: Wire, manifest: Manifest) -> None:
    for target in targets(manifest):
        for trick in tricks(target):
            status, whole = wire.ask(trick)
            clean(whole, trick)
            assert status in (400, 402, 410), (trick, status)


def test_no_path_leads_to_the_files_themselves(wire: Wire, manifest: Manifest) -> None:
    for path in files_themselves(manifest):
        status, whole = wire.ask(path)
        clean(whole, path)
        assert status in (400, 410), (path, status)


def test_no_method_gives_more_than_get(wire: Wire, manifest: Manifest) -> None:
    for target in targets(manifest):
        for method in METHODS:
            status, whole = wire.ask(target, method)
            clean(whole, (method, target))
            assert status in (400, 402, 405), (method, target, status)


def test_head_tells_only_the_length_of_the_refusal(wire: Wire, manifest: Manifest) -> None:
    for target in targets(manifest):
        _, whole = wire.ask(target, "HEAD")
        _, full = wire.ask(target)
        assert length(whole) == length(full)
        assert whole.endswith(b"\n\n")


def length(whole: bytes) -> bytes:
    found = re.search(rb"(?i)content-length: (\d+)", whole)
    assert found
    return found.group(1)


def test_no_header_opens_anything(home: House, wire: Wire, manifest: Manifest) -> None:
    for target in targets(manifest):
        for headers in strange_headers(home, target):
            status, whole = wire.ask(target, **headers)
            clean(whole, (target, headers))
            assert status in (402, 417), (target, headers, status)


def test_no_header_turns_a_harmless_address_into_another(
    home: House, wire: Wire, manifest: Manifest
) -> None:
    for target in targets(manifest)[:6]:
        for headers in strange_headers(home, target):
            clean(wire.ask("/api/paying", **headers)[1], headers)


def test_every_route_keeps_silent(wire: Wire, manifest: Manifest) -> None:
    bodies = (b"", b"x", b"\xff\xfe", b'{"offer": []}', b"offer=membership-year&post=en%2Fwalled")
    for method, path, _ in service.ROUTES:
        for rest in (
            ("", "en%2Fwalled", "x", "%00", "..%2f..%2fmanifest.json")
            if path.endswith("/")
            else ("",)
        ):
            for kind in TYPES:
                for body in bodies if method == "POST" else (b"",):
                    headers = {"origin": house.ORIGIN} | ({"content_type": kind} if kind else {})
                    status, whole = wire.ask(path + rest, method, body, **headers)
                    clean(whole, (method, path, body))
                    assert status not in (403, 404, 500), (method, path + rest, body, status)


def test_those_who_are_signed_in_and_own_nothing_are_strangers_too(
    home: House, wire: Wire, manifest: Manifest
) -> None:
    reader = home.person("reader@example.test")
    home.grant(reader, "pass", days=30, at=home.clock() - house.timedelta(days=31))
    home.grant(reader, "course", state="revoked")
    jar = home.signed_in(reader).jar
    cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
    for target in targets(manifest):
        if "letters" in unquote(target):
            continue
        status, whole = wire.ask(target, cookie=cookie)
        clean(whole, target)
        assert status == 402, target


RAW = (
    b"GET /api/read/en%2Fwalled\r\n\r\n",
    b"GET /api/read/en%2Fwalled HTTP/0.9\r\n\r\n",
    b"GET /api/read/en%2Fwalled HTTP/1.0\r\n\r\n",
    b"GET  /api/read/en%2Fwalled HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/read/en%2Fwalled HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET /api/read/en\x00walled HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/read/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /api/read/第三次小圈 HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    b"GET /../private/posts/en/walled/fragment.html HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET ../../private/posts/en/walled/fragment.html HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT /api/read/en%2Fwalled HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    b"\r\n0\r\n\r\nGET /api/read/en%2Fwalled HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/read/en%2Fwalled HTTP/1.1\r\nHost: x\r\n Cookie: folded\r\n\r\n",
    b"GET /api/paying HTTP/1.1\r\nHost: x\r\nX: y\x00z\r\n\r\n",
)


@pytest.mark.parametrize("request_bytes", RAW)
def test_bytes_that_no_browser_sends_get_nothing_either(wire: Wire, request_bytes: bytes) -> None:
    whole = wire.raw(request_bytes)
    clean(whole, request_bytes)
    assert not re.match(rb"HTTP/1.[01] (403|404|5)", whole), whole[:200]


# ---- the demo, as a build really makes it -----------------------------------------------------


def canaries(generation: Path, manifest: Manifest) -> set[bytes]:
    """Return pieces of every premium text and file of a real generation."""
    found: set[bytes] = set()
    for _, premium in premiums(manifest):
        text = (generation / premium.fragment).read_text("utf-8")
        found |= {each.strip().encode() for each in re.findall(r">([^<]{24,})<", text)}
        for file in premium.files:
            raw = (generation / file.path).read_bytes()
            found.add(raw[len(raw) // 2 : len(raw) // 2 + 48])
    return {each for each in found if each}


def test_the_demo_gives_strangers_nothing_of_what_it_sells(demo: Path, tmp_path: Path) -> None:
    manifest = contract.load(demo / "manifest.json")
    origin = f"https://{urlsplit(manifest.site.url).netloc}"
    home = house.world(tmp_path, generation=demo, origin=origin)
    wanted = canaries(demo, manifest)
    assert len(wanted) > 100
    asked = 0
    with listening(wsgi.application(home.service)) as port, closing(Wire(port)) as wire:
        for target in targets(manifest):
            for path in (
                target,
                f"{target}/",
                f"{target}?key=x",
                target.replace("/api/", "//api/"),
            ):
                for headers in ({}, {"accept": "application/json"}, {"range": "bytes=0-99"}):
                    status, whole = wire.ask(path, **headers)
                    assert status in (402, 410), (path, status)
                    assert not [each for each in wanted if each in whole], path
                    asked += 1
    assert asked > 200


def test_the_refusal_tells_the_offers_and_where_to_go(wire: Wire) -> None:
    status, whole = wire.ask("/api/read/en%2Fwalled?lang=en", accept="application/json")
    told = json.loads(whole.partition(b"\n\n")[2])
    assert (status, told["state"], told["error"]["code"]) == (402, "locked", "locked")
    assert {each["id"] for each in told["offers"]} == {
        "membership-year", "membership-month", "pass-quarter", "everything",
    }  # fmt: skip
