"""What only the Lambda adapter has to see to: the origin's secret, the edge's headers, 6 MB."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from publish.paywall.adapters import aws_lambda
from publish.paywall.http import Response
from tests.publish.paywall.adapters.exchange import Asked, Recorder, event_of, got_of

SECRETS = ("the-older-secret-of-the-origin-0001", "the-newer-secret-of-the-origin-0002")


def call(service: Any, event: dict[str, Any], secrets: tuple[str, ...] = ()) -> Any:
    def told(event: Any) -> Any:
        return ["heard", event]

    return aws_lambda.handler(service, lambda: "ticked", secrets, told)(event, None)


def bringing(secret: str, *more: tuple[str, str]) -> dict[str, Any]:
    return event_of(Asked(headers=(("x-origin-secret", secret), *more)))


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_of_the_origin_opens_and_goes_no_further(secret: str) -> None:
    service = Recorder()
    assert call(service, bringing(secret), SECRETS)["statusCode"] == 200
    assert "x-origin-secret" not in service.seen[0].headers


@pytest.mark.parametrize("secret", ["", "x", SECRETS[0][:-1], SECRETS[0] + "x", "墨", "\ud800"])
def test_without_the_secret_nothing_is_asked_of_the_service(secret: str) -> None:
    service = Recorder()
    answer = call(service, bringing(secret), SECRETS)
    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["error"]["code"] == "foreign"
    assert answer["headers"]["Cache-Control"] == "private, no-store"
    assert not service.seen


def test_a_request_without_any_headers_is_turned_away_too() -> None:
    event = event_of(Asked())
    del event["headers"]
    assert call(Recorder(), event, SECRETS)["statusCode"] == 401


@pytest.mark.parametrize(
    ("told", "release"),
    [
        ("abcdef0123456789", "abcdef0123456789"),
        ("a" * 64, "a" * 64),
        ("a" * 65, ""),
        ("../../other", ""),
        ("ABCDEF", ""),
        ("abc\n", ""),
        ("", ""),
    ],
)
def test_the_edge_names_the_release(told: str, release: str) -> None:
    service = Recorder()
    call(service, bringing(SECRETS[0], ("x-release", told)), SECRETS)
    assert service.seen[0].release == release


@pytest.mark.parametrize(
    ("told", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("no address", ""),
        ("", "127.0.0.1"),
    ],
)
def test_the_edge_tells_where_the_reader_is(told: str, network: str) -> None:
    service = Recorder()
    call(service, bringing(SECRETS[0], ("x-viewer", told)), SECRETS)
    assert service.seen[0].network == network


def test_a_body_may_come_as_text() -> None:
    service = Recorder()
    call(service, event_of(Asked("POST", body="mail=墨".encode()), encoded=False))
    assert service.seen[0].body == "mail=墨".encode()


@pytest.mark.parametrize("body", ["no base64!", "QUJD\n=", "墨", "QUJ"])
def test_a_body_that_is_no_base64_is_refused(body: str) -> None:
    event = event_of(Asked("POST", body=b"x")) | {"body": body}
    assert call(Recorder(), event)["statusCode"] == 400


def test_the_schedule_ticks() -> None:
    service = Recorder()
    assert call(service, {"inkstead": "tick"}, SECRETS) == "ticked"
    assert not service.seen


def test_no_request_can_pretend_to_be_the_schedule() -> None:
    event = event_of(Asked()) | {"inkstead": "tick"}
    assert call(Recorder(), event, SECRETS)["statusCode"] == 401


def test_what_sns_tells_is_heard() -> None:
    service = Recorder()
    event = {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{}"}}]}
    assert call(service, event, SECRETS) == ["heard", event]
    assert not service.seen


def test_no_request_can_pretend_to_be_sns() -> None:
    event = event_of(Asked()) | {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{}"}}]}
    assert call(Recorder(), event, SECRETS)["statusCode"] == 401


@pytest.mark.parametrize(
    "event", [{}, {"Records": [{"eventSource": "aws:s3"}]}, {"Records": "x"}, {"inkstead": "x"}]
)
def test_a_call_of_another_kind_is_an_error(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="kind that is not known"):
        call(Recorder(), event, SECRETS)


def test_an_answer_that_lambda_would_cut_off_is_an_error_instead() -> None:
    large = Response(200, b"\x00" * 4_600_000, "application/pdf")
    answer = call(Recorder(large), event_of(Asked()))
    assert answer == aws_lambda.answer_of(Response(500, b"trouble"))


@pytest.mark.parametrize("body", ["墨" * 1_400_000, "\x01" * 4_300_000, '"' * 700_000])
def test_a_long_text_fits_whatever_json_makes_of_it(body: str) -> None:
    answer = call(Recorder(Response(200, body.encode())), event_of(Asked()))
    assert len(json.dumps(answer)) < 6 * 1024 * 1024
    assert got_of(answer).body == body.encode()


def test_four_megabytes_still_fit() -> None:
    body = bytes(range(256)) * 16_000
    got = got_of(call(Recorder(Response(200, body, "application/pdf")), event_of(Asked())))
    assert got.body == body


def test_text_stays_readable_and_the_rest_is_encoded() -> None:
    text = call(Recorder(Response(200, "墨".encode())), event_of(Asked()))
    image = call(Recorder(Response(200, b"\x89PNG", "image/png")), event_of(Asked()))
    assert (text["body"], text["isBase64Encoded"]) == ("墨", False)
    assert (base64.b64decode(image["body"]), image["isBase64Encoded"]) == (b"\x89PNG", True)
