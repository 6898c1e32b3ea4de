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


class CutOff(OSError):
    """An answer with fewer bytes than it announced."""


def client(service: str, *, seconds: float = 5.0, tries: int = 3, whole: bool = True) -> Client:
    """Return a low-level client that gives up soon; it may be used from many threads.

    With `whole`, an answer that was cut off raises CutOff, see `failures`.
    """
    import botocore.config
    import botocore.session

    config = botocore.config.Config(
        connect_timeout=2,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": tries},
        signature_version="s3v4" if service == "s3" else None,
        max_pool_connections=32,
    )
    made = botocore.session.get_session().create_client(service, config=config)
    return taking_whole(made) if whole else made


def taking_whole(client: Client) -> Client:
    """Return a client that raises CutOff for an answer that was cut off, see `failures`."""
    client.meta.events.register_first("before-parse", _whole)
    return client


def _whole(response_dict: dict[str, Any], operation_model: Any, **_: object) -> None:
    """Refuse an answer that was cut off: botocore would take it for an empty one.

    So an object of the store would seem to be missing. Bodies of objects are streams, which
    botocore counts itself.

    Raises:
        CutOff: fewer bytes came than were announced.

    """
    body = response_dict["body"]
    announced = str(response_dict["headers"].get("content-length", ""))
    if operation_model.http.get("method") == "HEAD" or not isinstance(body, bytes):
        return
    if announced.isdigit() and len(body) < int(announced):
        raise CutOff(f"{len(body)} of {announced} bytes came")


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


def failures() -> tuple[type[Exception], tuple[type[Exception], ...]]:
    """Return what a client raises: an answer that says no, and no answer, or no whole one."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    return ClientError, (BotoCoreError, ResponseParserError, HTTPError, CutOff)


def code(failure: Exception) -> str:
    """Return the code of an answer that says no, else the name of the failure."""
    answer: dict[str, Any] = getattr(failure, "response", {})
    return str(answer.get("Error", {}).get("Code", type(failure).__name__))
