"""Clients that answer what a test says, checked against the API's own description by botocore."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.stub import ANY, Stubber

from tests.aws import REGION

ACCOUNT = "123456789012"


@functools.cache
def _client(service: str, region: str) -> Any:
    session = botocore.session.Session()
    session.set_credentials("AKIATESTS", "none")
    return session.create_client(service, region_name=region)


class StubbedClients:
    """Clients whose answers were laid out before; what is asked beyond that fails the test."""

    region = REGION

    def __init__(self) -> None:
        self._stubs: dict[tuple[str, str], Stubber] = {}

    def of(self, service: str, region: str | None = None) -> Any:
        return self._stub(service, region).client

    def account(self) -> str:
        return ACCOUNT

    def answer(
        self, service: str, operation: str, told: Any, asked: Any = None, region: str | None = None
    ) -> None:
        """Answer the next call of an operation; `asked` are the parameters that are expected."""
        stub = self._stub(service, region)
        if isinstance(told, str):
            stub.add_client_error(operation, told, expected_params=asked)
        else:
            stub.add_response(operation, told, asked)

    def _stub(self, service: str, region: str | None) -> Stubber:
        key = (service, region or self.region)
        if key not in self._stubs:
            self._stubs[key] = Stubber(_client(*key))
            self._stubs[key].activate()
        return self._stubs[key]

    def done(self) -> None:
        """Fail if anything that was laid out was not asked for."""
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()

    def close(self) -> None:
        for stub in self._stubs.values():
            stub.deactivate()


@contextmanager
def stubbed() -> Iterator[StubbedClients]:
    clients = StubbedClients()
    try:
        yield clients
        clients.done()
    finally:
        clients.close()


__all__ = ["ACCOUNT", "ANY", "StubbedClients", "stubbed"]
