"""Requests and responses: what is read out of them, and what they never say."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.paywall import http
from publish.paywall.http import BadRequest, Request, Response

ORIGIN = "https://site.example"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("status", [403, 404])
def test_the_statuses_that_the_edge_rewrites_are_refused(status: int) -> None:
    with pytest.raises(ValueError, match=str(status)):
        Response(status)


def test_a_form_is_read_and_the_first_of_two_fields_counts() -> None:
    request = Request("POST", "/", headers=FORM, body=b"a=1&b=%E4%BD%A0&a=2&c=")
    assert request.form == {"a": "1", "b": "你", "c": ""}


def test_a_flat_json_object_is_a_form_too() -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    assert Request("POST", "/", headers=headers, body=b'{"a": "1"}').form == {"a": "1"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[1]"),
        ("application/json", b'{"a": 1}'),
        ("application/json", b"{"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded", b"a=%ff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(99))),
        ("text/plain", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x--"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(kind: str, body: bytes) -> None:
    with pytest.raises(BadRequest):
        _ = Request("POST", "/", headers={"content-type": kind}, body=body).form


def test_of_two_cookies_with_one_name_the_first_counts() -> None:
    request = Request("GET", "/", headers={"cookie": 'a=1; b="2"; a=3; broken; =x'})
    assert request.cookies["a"] == "1"
    assert request.cookies["b"] == "2"


def test_cookies_are_lax_and_hidden_and_secure_where_asked() -> None:
    made = http.cookie("__Host-ink", "v.w", 60, secure=True)
    assert made == "__Host-ink=v.w; HttpOnly; Max-Age=60; Path=/; SameSite=Lax; Secure"
    assert "HttpOnly" not in http.cookie("hint", "1", 60, secure=False, hidden=False)
    assert "Secure" not in http.cookie("hint", "1", 60, secure=False)


def test_every_answer_says_how_it_may_be_kept() -> None:
    headers = dict(Response(200).all_headers())
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_programs_are_told_from_people() -> None:
    def wants(accept: str) -> bool:
        return Request("GET", "/", headers={"accept": accept}).wants_json

    assert wants("application/json")
    assert not wants("text/html,application/json;q=0.9")
    assert not wants("*/*")
    assert not wants("")


@pytest.mark.parametrize(
    "odd",
    [
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "evil",
        "",
        "/api/return?order=1",
        "/api",
        "http://[",
        "//user:pass@evil.example",
        "///evil.example",
    ],
)
def test_a_return_address_of_another_site_is_not_taken(odd: str) -> None:
    assert http.safe_return(odd) == "/"


@pytest.mark.parametrize("good", ["/pricing/", "/短文/?a=1#ink-premium", "/api/account", "/"])
def test_a_path_of_this_site_is_taken(good: str) -> None:
    assert http.safe_return(good) == good


@given(st.text(alphabet=st.sampled_from("/\\.:@?#%ae \t\n\r\x00https")))
def test_no_return_address_ever_leaves_the_site(wanted: str) -> None:
    found = urlsplit(urljoin(ORIGIN + "/api/sign-in", http.safe_return(wanted)))
    assert (found.scheme, found.netloc) == ("https", "site.example")


def _post(**headers: str) -> Request:
    return Request("POST", "/", headers={name.replace("_", "-"): v for name, v in headers.items()})


def test_a_post_of_our_own_page_is_ours() -> None:
    assert http.same_site(_post(origin=ORIGIN, cookie="ink=1"), ORIGIN)
    assert http.same_site(_post(sec_fetch_site="same-origin", cookie="ink=1"), ORIGIN)
    assert http.same_site(_post(referer=f"{ORIGIN}/a/?b", cookie="ink=1"), ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://site.example"},
        {"origin": "https://site.example.evil.example"},
        {"origin": "https://evil.example", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"referer": "https://evil.example/https://site.example"},
        {"cookie": "ink=1"},
    ],
)
def test_a_post_of_another_site_is_not(headers: dict[str, str]) -> None:
    assert not http.same_site(_post(**headers), ORIGIN)


def test_a_program_without_cookies_may_post() -> None:
    assert http.same_site(_post(), ORIGIN)


def test_sending_a_reader_on_refuses_line_breaks() -> None:
    assert dict(http.see("/a").all_headers())["Location"] == "/a"
    with pytest.raises(ValueError, match="no address"):
        http.see("/a\r\nX: y")


def test_a_query_leaves_empty_fields_out() -> None:
    assert http.with_query("/a", b="", c="你") == "/a?c=%E4%BD%A0"
    assert http.with_query("/a", b="") == "/a"
