"""What is compressed, and for whom."""

from __future__ import annotations

import gzip
import random

import pytest

from publish.paywall.adapters import outgoing
from publish.paywall.http import JSON, Request, Response

LONG = "<p>第一段</p>".encode() * 200


def sent(accepts: str, response: Response) -> Response:
    return outgoing.squeezed(Request("GET", "/", headers={"accept-encoding": accepts}), response)


def encoding(response: Response) -> str:
    return dict(response.headers).get("Content-Encoding", "")


@pytest.mark.parametrize(
    ("accepts", "told"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("br;q=1.0, GZIP;q=0.5", "gzip"),
        ("gzip; q=0.001", "gzip"),
        ("", ""),
        ("*", ""),
        ("br", ""),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("gzip ; q=0.000", ""),
        ("notgzip", ""),
    ],
)
def test_only_who_takes_it_gets_it(accepts: str, told: str) -> None:
    """Whatever was asked, whoever keeps the answer knows that it depends on that."""
    got = sent(accepts, Response(200, LONG))
    assert encoding(got) == told
    assert ("Vary", "Accept-Encoding") in got.headers
    assert (gzip.decompress(got.body) if told else got.body) == LONG


@pytest.mark.parametrize(
    "response",
    [
        Response(200, LONG[: outgoing.LEAST - 1]),
        Response(200, LONG, "image/png"),
        Response(200, LONG, "application/zip"),
        Response(200, LONG, headers=(("Content-Encoding", "br"),)),
        Response(304, b""),
    ],
    ids=["short", "picture", "archive", "compressed already", "nothing"],
)
def test_what_is_not_worth_it_stays_as_it_is(response: Response) -> None:
    """Short answers, and those that are compressed by themselves."""
    assert sent("gzip", response) is response


@pytest.mark.parametrize(
    "kind", [JSON, "application/atom+xml; charset=utf-8", "image/svg+xml", "text/css"]
)
def test_all_that_is_text_is_compressed(kind: str) -> None:
    """Feeds, answers for programs and drawings are text."""
    assert encoding(sent("gzip", Response(200, LONG, kind))) == "gzip"


def test_text_that_does_not_get_shorter_stays() -> None:
    """Where nothing is gained nobody has to unpack."""
    noise = random.Random(1).randbytes(2000)
    got = sent("gzip", Response(200, noise, "text/plain"))
    assert (got.body, encoding(got)) == (noise, "")


def test_no_time_stands_in_it() -> None:
    """The same answer is the same bytes, so that entity tags and tests can compare."""
    assert sent("gzip", Response(200, LONG)).body[4:8] == bytes(4)
