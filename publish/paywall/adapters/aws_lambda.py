"""The service as a Lambda function behind a Function URL (payload 2.0) and CloudFront.

What the edge adds (the reader's address, the release) is believed only from those who bring the
secret of the origin: anybody else who finds the function's own address is turned away.
"""

from __future__ import annotations

import base64
import hmac
import logging
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from publish.contract.service import MESSAGES
from publish.paywall.adapters import incoming, outgoing
from publish.paywall.adapters.incoming import Unreadable
from publish.paywall.http import Request, Response, json_answer
from publish.paywall.service import Service

Event: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Event, Any], Any]

SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the name of a header
RELEASE_HEADER = "x-release"
VIEWER_HEADER = "x-viewer"
MOST_ANSWER = 6_000_000
"""Lambda hands on 6 MiB with everything round it; larger files get an address instead."""

_RELEASE = re.compile(r"[0-9a-f]{1,64}")
_SURELY_FITS = MOST_ANSWER // 8  # JSON makes up to six bytes of one

log = logging.getLogger("inkstead")


def handler(
    service: Service,
    tick: Callable[[], Any],
    secrets: Collection[str] = (),
    told: Callable[[Event], Any] = lambda event: None,
) -> Handler:
    """Return the function that Lambda calls.

    `tick` is called by the schedule and by ourselves, `told` with what SES tells over SNS.
    """

    def answer(event: Event, context: Any) -> Any:
        # What comes through the Function URL always has this, whatever a stranger sends; without
        # it, it was called directly, for which one must be allowed lambda:InvokeFunction.
        if "requestContext" not in event:
            return _called(event, tick, told)
        return answer_of(_respond(service, event, secrets))

    return answer


def _called(event: Event, tick: Callable[[], Any], told: Callable[[Event], Any]) -> Any:
    """Do what the schedule, the function itself or SNS asks for.

    Raises:
        ValueError: it is none of these.

    """
    if event.get("inkstead") == "tick":
        return tick()
    records = event.get("Records")
    if isinstance(records, list) and all(_of_sns(each) for each in records):
        return told(event)
    raise ValueError("an event of a kind that is not known")


def _of_sns(record: Any) -> bool:
    return isinstance(record, Mapping) and record.get("EventSource") == "aws:sns"


def _respond(service: Service, event: Event, secrets: Collection[str]) -> Response:
    request = request_of(event, behind=bool(secrets))
    if secrets and not _brought(request.header(SECRET_HEADER), secrets):
        message = MESSAGES["foreign"][1]
        return json_answer({"error": {"code": "foreign", "message": message}}, 401)
    known = {name: value for name, value in request.headers.items() if name != SECRET_HEADER}
    request = replace(request, headers=known)
    try:
        request = replace(request, body=_body(event))
    except Unreadable:
        return service.refuse(request, "bad-request", 400)
    response = outgoing.squeezed(request, service(request))
    if _fits(response):
        return response
    log.error("an answer of %d bytes does not fit", len(response.body))
    return service.refuse(request, "trouble", 500)


def _brought(told: str, secrets: Collection[str]) -> bool:
    """Tell whether one of the secrets was told; every one is compared, in constant time."""
    brought = told.encode("utf-8", "replace")
    return True in [hmac.compare_digest(brought, secret.encode()) for secret in secrets]


def request_of(event: Event, *, behind: bool) -> Request:
    """Return the request of an event, its body left unread; `behind` CloudFront or not."""
    told = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    release = headers.get(RELEASE_HEADER, "") if behind else ""
    viewer = headers.get(VIEWER_HEADER, "") if behind else ""
    return Request(
        method=told["method"],
        path=incoming.raw_path(event["rawPath"]),
        query=event.get("rawQueryString", ""),
        headers=headers,
        network=incoming.network(viewer or told.get("sourceIp", "")),
        release=release if _RELEASE.fullmatch(release) else "",
    )


def _body(event: Event) -> bytes:
    """Return the body as it was sent, and no more of it than the service looks at.

    Raises:
        Unreadable: it is no base64 where it says so, or no text.

    """
    told: str = event.get("body") or ""
    try:
        raw = (
            base64.b64decode(told, validate=True) if event.get("isBase64Encoded") else told.encode()
        )
    except ValueError as cause:
        raise Unreadable("the body is not what it says") from cause
    return raw[: incoming.MOST_BYTES]


def answer_of(response: Response) -> Answer:
    """Return a response as Lambda wants it; the gate outside counts the bytes itself."""
    headers: dict[str, str] = {}
    for name, value in response.all_headers():
        if name not in ("Set-Cookie", "Content-Length"):
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    text = _text(response)
    return {
        "statusCode": response.status,
        "headers": headers,
        "cookies": list(response.cookies),
        "body": base64.b64encode(response.body).decode() if text is None else text,
        "isBase64Encoded": text is None,
    }


def _text(response: Response) -> str | None:
    """Return the body as text, None for what is not, or what JSON might make too long."""
    if len(response.body) > _SURELY_FITS or not outgoing.is_text(response.type):
        return None
    try:
        return response.body.decode()
    except UnicodeDecodeError:
        return None


def _fits(response: Response) -> bool:
    """Tell whether Lambda hands the answer on: base64 makes four bytes of three."""
    return len(response.body) // 3 * 4 < MOST_ANSWER
