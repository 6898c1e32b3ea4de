"""A sandbox over HTTP, a real Stripe client, and every exchange held to Stripe's description."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from publish.sandbox import api
from publish.sandbox.running import running
from publish.sandbox.state import State
from tests.publish.sandbox import shapes

START = 1_790_000_000.0


class Time:
    """The machine's clock, stood still."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def state(tmp_path: Any, time: Time) -> State:
    return State(tmp_path / "stripe.sqlite", real=time, source=random.Random(7))


@pytest.fixture(autouse=True)
def held_to_the_description(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check every request that is taken and every object that is returned."""
    real = api._do

    def checked(books: Any, asked: api.Asked) -> Any:
        value = real(books, asked)
        shapes.check_object(value)
        route, _ = api._route(asked)
        raw = asked.query if asked.method != "POST" else asked.body
        shapes.check_request(asked.method, asked.path, read(route.shape, raw))
        return value

    monkeypatch.setattr(api, "_do", checked)


def read(shape: Any, raw: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: value for name, value in api.read(shape, api.decode(raw)).items() if value is not None
    }
    return given


@pytest.fixture
def address(state: State) -> Iterator[str]:
    with running(state) as found:
        yield found


@pytest.fixture
def client(address: str) -> stripe.StripeClient:
    return client_of(address)


def client_of(address: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_sandbox",
        base_addresses={"api": address},  # type: ignore[typeddict-item]
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=20),
    )
