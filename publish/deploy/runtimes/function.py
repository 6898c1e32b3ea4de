"""The runtime at Lambda: a function whose bundle lies in the private bucket."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from typing import Any

from publish.deploy import answers
from publish.deploy.answers import No, Pause
from publish.deploy.clients import Client
from publish.deploy.ports import Refused, Unreachable

_BUSY = "ResourceConflictException"
_PAUSES = (0.2, 0.3, 0.5) + (1.0,) * 120
"""Seconds between looks at a function that is being changed: two minutes in all."""


class LambdaRuntime:
    """A function of Lambda."""

    def __init__(
        self, function: str, bucket: str, client: Client, pause: Pause = time.sleep
    ) -> None:
        self.name = f"lambda:{function}"
        self._function, self._bucket = function, bucket
        self._client, self._pause = client, pause

    def bundle(self) -> str:
        """Return the SHA-256 of the bundle that runs, "" while it is being changed.

        Raises:
            Refused, Unreachable: what Lambda says.

        """
        told = self._configuration()
        return _hash(told) if told.get("LastUpdateStatus", "Successful") == "Successful" else ""

    def run(self, key: str, hash: str) -> None:
        """Run another bundle and wait until it does: see `Runtime.run`.

        Raises:
            Refused, Unreachable: what Lambda says.

        """
        told = self._update(key)
        for pause in _PAUSES:
            status = told.get("LastUpdateStatus", "Successful")
            if status == "Failed":
                raise self._refused(str(told.get("LastUpdateStatusReason", status)))
            if status == "Successful":
                break
            self._pause(pause)
            told = self._configuration()
        else:
            raise Unreachable(f'"{self.name}" is still being changed (repeat the command)')
        if _hash(told) != hash:
            raise self._refused(f'runs "{_hash(told)}" and not the bundle "{hash}"')

    def _update(self, key: str) -> Mapping[str, Any]:
        """Ask for the new bundle, patiently while an earlier change is going on."""
        update = self._client.update_function_code
        for pause in _PAUSES:
            try:
                return self._ask(
                    "UpdateFunctionCode",
                    lambda: update(FunctionName=self._function, S3Bucket=self._bucket, S3Key=key),
                )
            except No as cause:
                if cause.code != _BUSY:
                    raise
            self._pause(pause)
        raise Unreachable(f'"{self.name}" is still being changed (repeat the command)')

    def _configuration(self) -> Mapping[str, Any]:
        get = self._client.get_function_configuration
        return self._ask("GetFunctionConfiguration", lambda: get(FunctionName=self._function))

    def _refused(self, said: str) -> Refused:
        action = "lambda:UpdateFunctionCode"
        return No(answers.OTHER, {"action": action, "place": self.name, "said": said})

    def _ask(self, action: str, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        return answers.ask(call, f"lambda:{action}", self.name, self._pause)


def _hash(told: Mapping[str, Any]) -> str:
    try:
        return base64.b64decode(told.get("CodeSha256", ""), validate=True).hex()
    except binascii.Error:
        return ""
