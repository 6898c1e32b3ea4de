"""Webhooks over HTTP: signed as Stripe signs them, sent to this machine only."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from publish.sandbox import deliveries, life
from publish.sandbox.deliveries import Delivery
from publish.sandbox.state import Books, Object, State

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FORGED = "whsec_of_somebody_else_entirely"
_SECONDS = 15.0
Post: TypeAlias = Callable[[str, bytes, Mapping[str, str]], int]


@dataclass(frozen=True)
class Letter:
    """What is sent for a delivery."""

    delivery: Delivery
    url: str
    body: bytes
    signature: str


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the header Stripe-Signature for a body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def deliver(state: State, post: Post | None = None) -> int:
    """Send everything that is due, in order; return how many were sent."""
    with life.today(state) as books:
        found = [_letter(books, each) for each in deliveries.take(books)]
    for letter in (each for each in found if each):
        told = _send(letter, post or over_http)
        with state.change() as books:
            deliveries.told(books, letter.delivery, told)
    return len(found)


def register(books: Books, url: str, secret: str, mark: str) -> Object:
    """Make an address of ours the only one with this mark; the secret is known beforehand."""
    known = [each for each in books.all("webhook_endpoint") if each["metadata"].get("mark") == mark]
    for old in known[1:]:
        books.remove(old["id"])
    made = {
        "id": known[0]["id"] if known else books.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": books.now,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {"mark": mark},
        "status": "enabled",
        "url": url,
    }
    return books.put(made, secret=secret)


def is_near(url: str) -> bool:
    """Tell whether an address is on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK


def _letter(books: Books, delivery: Delivery) -> Letter | None:
    """Return what is sent; None where the event or who wanted it is gone."""
    event = books.find(delivery.event, "event")
    endpoint = books.find(delivery.endpoint, "webhook_endpoint")
    if event is None or endpoint is None:
        deliveries.drop(books, delivery.event)
        return None
    body = json.dumps(event, indent=2, sort_keys=True).encode()
    secret = _FORGED if delivery.forged else str(books.hidden(endpoint["id"])["secret"])
    return Letter(delivery, endpoint["url"], body, signature(secret, body, books.today))


def _send(letter: Letter, post: Post) -> int:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": letter.signature,
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        return post(letter.url, letter.body, headers) if is_near(letter.url) else 0
    except (OSError, http.client.HTTPException):
        return 0


def over_http(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post and return the status."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=_SECONDS
    )
    try:
        connection.request("POST", parts.path or "/", body, dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
