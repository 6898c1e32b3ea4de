"""Strangers at the door: no route, header, path trick or error gives a byte that is paid for.

Everything goes over HTTP through the real server. Every premium piece of the generation holds a
canary; what a member gets shows that the search would find it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from publish.contract import manifest as contract
from publish.contract.manifest import Manifest
from publish.paywall import http, service
from publish.paywall.adapters import wsgi
from publish.paywall.ports import Missing, StoreDown
from tests.publish.paywall import house
from tests.publish.paywall.adapters.exchange import listening
from tests.publish.paywall.house import CANARY, ORIGIN, House
from tests.publish.paywall.strange import (
    Wire,
    files_themselves,
    premiums,
    strange_headers,
    targets,
    tricks,
)

METHODS = (
    "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "get",
    "GET2",
)  # fmt: skip
TYPES = (None, "application/x-www-form-urlencoded", "application/json", "multipart/form-data")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    return house.world(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def wire(home: House) -> Iterator[Wire]:
    with listening(wsgi.application(home.service)) as port, closing(Wire(port)) as wire:
        yield wire


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


class Broken:
    """A store that fails with words that nobody should read."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def get(self, partition: str, key: str) -> None:
        raise self.failure


@pytest.mark.parametrize("failure", [StoreDown(CANARY), Missing(CANARY), RuntimeError(CANARY)])
def test_no_error_tells_what_it_stumbled_over(failure: Exception, tmp_path: Path) -> None:
    home = house.world(tmp_path, store=Broken(failure))
    cookie = f"{home.world.cookies.session}={home.world.ring.sign('session', 'person#X|y')}"
    with listening(wsgi.application(home.service)) as port, closing(Wire(port)) as wire:
        for accept in ("text/html", "application/json"):
            status, whole = wire.ask("/api/read/en%2Fwalled", cookie=cookie, accept=accept)
            assert status in (500, 503)
            clean(whole, failure)


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


@pytest.mark.parametrize(
    "referer", ["http://[", "http://a@[b", f"{ORIGIN}/en/walled?utm=%ff", f"{ORIGIN}/?{'a&' * 50}"]
)
def test_an_odd_referer_troubles_nobody(shop, referer):
    """A page of ours is read although somebody hands its address round with a broken query."""
    reader = shop.browser()
    assert reader.get("/api/sign-in", referer=referer).status == 200
    assert reader.get("/api/read/en/walled", referer=referer).status == 402
    posted = reader.post("/api/checkout", {"offer": "course"}, referer=referer)
    assert posted.status == 303


def test_a_query_that_cannot_be_read_is_said_on_a_page(shop):
    answer = shop.browser().get("/api/sign-in?lang=%ff")
    assert (answer.status, answer.type) == (400, http.HTML)


@pytest.mark.parametrize("path", ["sign-in", "redeem", "return", "confirm", "sign-out", "checkout"])
def test_half_a_character_is_a_bad_request(shop, path):
    fields = ("mail", "code", "order", "key", "device", "return_to", "offer")
    body = json.dumps(dict.fromkeys(fields, "\ud800")).encode()
    headers = {"content-type": "application/json", "origin": ORIGIN}
    answer = shop.service(http.Request("POST", f"/api/{path}", "", headers, body))
    assert answer.status == 400
