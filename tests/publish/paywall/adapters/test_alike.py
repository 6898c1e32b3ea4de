"""Both adapters: the same request is the same value, the same response the same answer."""

from __future__ import annotations

import gzip

import pytest

from publish.paywall.adapters.incoming import MOST_BYTES
from publish.paywall.http import JSON, Response, see
from publish.paywall.service import LONGEST_WEBHOOK
from tests.publish.paywall.adapters.exchange import (
    Asked,
    Exchange,
    Recorder,
    over_http,
    over_lambda,
)

ways = pytest.mark.parametrize("way", [over_http, over_lambda], ids=["wsgi", "lambda"])
FORM = ("content-type", "application/x-www-form-urlencoded")


@ways
@pytest.mark.parametrize(
    "path",
    [
        "/api/read/walled",
        "/api/read/en%2Fwalled",
        "/api/read/%E7%AC%AC%E4%B8%89%E6%AC%A1%E5%B0%8F%E5%9C%88",
        "/api/read/a%20b%3Fc%23d",
        "/api/read/../account",
        "/api/read/%2e%2e/%00",
        "//api/read/walled",
        "/api/read/walled/",
        "/api/files/posts/x/a+b@c:d,e;f=g&h!i$j'(k)*~.png",
        "/api/read/100%25",
    ],
)
def test_the_path_comes_as_it_was_sent(way: Exchange, path: str) -> None:
    service = Recorder()
    way(service, Asked(target=f"{path}?lang=en&a=%20+%26"))
    assert service.seen[0].path == path
    assert service.seen[0].query == "lang=en&a=%20+%26"


@ways
def test_a_percent_sign_that_encodes_nothing_is_encoded(way: Exchange) -> None:
    service = Recorder()
    way(service, Asked(target="/api/read/100%"))
    assert service.seen[0].path == "/api/read/100%25"


@ways
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "ODD"])
def test_every_method_comes_through(way: Exchange, method: str) -> None:
    service = Recorder()
    way(service, Asked(method))
    assert service.seen[0].method == method


@ways
def test_headers_come_with_names_in_lower_case(way: Exchange) -> None:
    service = Recorder()
    way(service, Asked(headers=(("Accept-Language", "zh-CN"), ("Stripe-Signature", "t=1,v1=a"))))
    seen = service.seen[0]
    assert seen.header("accept-language") == "zh-CN"
    assert seen.header("stripe-signature") == "t=1,v1=a"
    assert seen.header("host") == "example.test"
    assert all(name == name.lower() for name in seen.headers)


@ways
def test_every_cookie_comes_through(way: Exchange) -> None:
    service = Recorder()
    way(service, Asked(headers=(("cookie", "ink=a.b|c; ink-in=1; other=x=y"),)))
    assert service.seen[0].cookies == {"ink": "a.b|c", "ink-in": "1", "other": "x=y"}


@ways
@pytest.mark.parametrize("body", [b"offer=x&post=%E4%BD%A0", bytes(range(256)), b"{}\r\n", b""])
def test_a_body_comes_as_its_bytes(way: Exchange, body: bytes) -> None:
    service = Recorder()
    way(service, Asked("POST", headers=(FORM,), body=body))
    assert service.seen[0].body == body


@ways
def test_of_a_huge_body_no_more_is_read_than_shows_that_it_is_too_large(way: Exchange) -> None:
    service = Recorder()
    way(service, Asked("POST", headers=(FORM,), body=b"x" * (MOST_BYTES + 1000)))
    assert LONGEST_WEBHOOK < len(service.seen[0].body) <= MOST_BYTES


@ways
def test_the_network_is_who_connects_and_not_what_they_claim(way: Exchange) -> None:
    service = Recorder()
    claims = (
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "cloudfront-viewer-address",
        "x-viewer",
        "true-client-ip",
    )
    way(service, Asked(headers=tuple((name, "203.0.113.9:443") for name in claims)))
    assert service.seen[0].network == "127.0.0.1"


@ways
def test_nobody_chooses_a_release(way: Exchange) -> None:
    service = Recorder()
    way(service, Asked(headers=(("x-release", "abcdef0123456789"),)))
    assert service.seen[0].release == ""


ANSWERS = {
    "a page": Response(200, "<p>第一段</p>".encode()),
    "json": Response(402, b'{"error": {}}', JSON),
    "a picture": Response(200, b"\x89PNG\r\n\x00\xff", "image/png"),
    "a feed": Response(200, "<feed>墨</feed>".encode(), "application/atom+xml; charset=utf-8"),
    "text that is none": Response(200, b"\xff\xfe\x00", "text/plain"),
    "two cookies": Response(200, b"ok", cookies=("ink=a; Path=/; Secure", "ink-in=1; Path=/")),
    "a way on": see("/en/walled/?a=b#ink-premium", "ink=; Max-Age=0"),
    "more headers": Response(200, b"x", headers=(("Vary", "Cookie"), ("ETag", '"1"'))),
    "nothing": Response(200, b""),
    "gone": Response(410, b"gone"),
    "down": Response(503, b"down", headers=(("Retry-After", "60"),)),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_the_same_either_way(name: str) -> None:
    one, other = (way(Recorder(ANSWERS[name]), Asked()) for way in (over_http, over_lambda))
    assert one == other
    assert one.status == ANSWERS[name].status
    assert one.body == ANSWERS[name].body
    assert one.cookies == ANSWERS[name].cookies
    assert one.headers["cache-control"] == "private, no-store"


@ways
def test_whatever_the_answer_says_is_on_the_wire(way: Exchange) -> None:
    got = way(Recorder(ANSWERS["more headers"]), Asked())
    assert (got.headers["vary"], got.headers["etag"]) == ("Cookie", '"1"')
    assert got.headers["content-type"] == "text/html; charset=utf-8"
    assert got.headers["x-content-type-options"] == "nosniff"


GZIP = (("accept-encoding", "br, gzip"),)
LONG = "<p>第一段</p>".encode() * 200


@ways
def test_a_long_text_travels_compressed(way: Exchange) -> None:
    got = way(Recorder(Response(200, LONG)), Asked(headers=GZIP))
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["vary"] == "Accept-Encoding"
    assert len(got.body) < len(LONG) / 10
    assert gzip.decompress(got.body) == LONG


def test_the_compressed_answer_is_the_same_either_way_and_every_time() -> None:
    service = Recorder(Response(200, LONG))
    one, other, again = (
        way(service, Asked(headers=GZIP)) for way in (over_http, over_lambda, over_lambda)
    )
    assert one == other == again
