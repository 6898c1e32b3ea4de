"""The one place that makes clients of AWS, when they are first needed.

Importing botocore costs half a second of a cold start and boto3 adds to it without need, so neither
is imported before a call is made, and boto3 not at all. Region, credentials and endpoint come from
the environment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

Client: TypeAlias = Any
_lock = threading.Lock()


def client(service: str, *, seconds: float = 5.0, tries: int = 3) -> Client:
    """Return a low-level client that gives up soon; it may be used from many threads."""
    import botocore.config
    import botocore.session

    config = botocore.config.Config(
        connect_timeout=2,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": tries},
        signature_version="s3v4" if service == "s3" else None,
        max_pool_connections=32,
    )
    return botocore.session.get_session().create_client(service, config=config)


class Lazy:
    """A client made when it is first used, once."""

    def __init__(self, make: Callable[[], Client], client: Client = None) -> None:
        self._make, self._client = make, client

    def __call__(self) -> Client:
        """Return the client."""
        if self._client is None:
            with _lock:
                if self._client is None:
                    self._client = self._make()
        return self._client


def failures() -> tuple[type[Exception], type[Exception]]:
    """Return what a client raises: an answer that says no, and no answer."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError


def code(failure: Exception) -> str:
    """Return the code of an answer that says no, else the name of the failure."""
    answer: dict[str, Any] = getattr(failure, "response", {})
    return str(answer.get("Error", {}).get("Code", type(failure).__name__))
