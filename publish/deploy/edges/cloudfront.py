"""The edge at CloudFront: a function whose code is changed in two steps, and goes live in one.

An update changes the stage DEVELOPMENT, publishing copies that to LIVE. Both name the version they
expect, so of two who flip at once one is told; a kill between the two leaves readers what they had,
and the next flip begins with another update.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from publish.deploy import answers, edge_code
from publish.deploy.answers import No, Pause
from publish.deploy.clients import Client
from publish.deploy.ports import Changed, Live

T = TypeVar("T")
_CONFLICT = frozenset({"PreconditionFailed", "InvalidIfMatchVersion", "412"})
_LIVE, _DEVELOPMENT = "LIVE", "DEVELOPMENT"


class CloudFrontEdge:
    """A function of CloudFront and the distribution that runs it."""

    def __init__(
        self, function: str, distribution: str, client: Client, pause: Pause = time.sleep
    ) -> None:
        self.name = f"cloudfront:{function}"
        self._function, self._distribution = function, distribution
        self._client, self._pause = client, pause

    def live(self) -> Live:
        """Return the code that readers get, none where the function was never published.

        Raises:
            Refused, Unreachable: what CloudFront says.

        """
        try:
            code, tag = self._code(_LIVE)
        except No as cause:
            if cause.code != "NoSuchFunctionExists":
                raise
            self._described()
            return Live("", b"", "")
        return Live(edge_code.told(code)["release"], code, tag)

    def flip(self, code: bytes, seen: Live) -> None:
        """Put other code live: see `Edge.flip`.

        Raises:
            Changed: somebody else flipped.
            Refused, Unreachable: what CloudFront says.

        """
        described = self._described()  # before what is live: who flips in between changes its tag
        now = self.live()
        if now.code == code:
            return
        if now.code != seen.code:
            raise Changed(f'"{self.name}" serves "{now.release}", not "{seen.release}"')
        self._publish(self._update(code, described), code)

    def invalidate(self, paths: Sequence[str], reference: str) -> None:
        """Forget cached answers: see `Edge.invalidate`; paths are encoded as in an address.

        Raises:
            Refused, Unreachable: what CloudFront says.

        """
        if not paths:
            return
        items = {"Quantity": len(paths), "Items": list(paths)}
        batch = {"Paths": items, "CallerReference": reference}
        create = self._client.create_invalidation
        self._ask(
            "CreateInvalidation",
            lambda: create(DistributionId=self._distribution, InvalidationBatch=batch),
        )

    def _update(self, code: bytes, described: Any) -> str:
        """Change the stage DEVELOPMENT; return the tag of its version."""
        try:
            told = self._ask(
                "UpdateFunction",
                lambda: self._client.update_function(
                    Name=self._function,
                    IfMatch=described["ETag"],
                    FunctionConfig=described["FunctionSummary"]["FunctionConfig"],
                    FunctionCode=code,
                ),
            )
        except No as cause:
            if cause.code not in _CONFLICT:
                raise
            return self._standing(code)  # Ours where the answer to an earlier try was lost.
        # botocore's model looks for the header "ETtag", and not every CloudFront writes it so.
        headers = told["ResponseMetadata"]["HTTPHeaders"]
        tag = told.get("ETag") or headers.get("etag", "")
        return str(tag) if tag else self._standing(code)

    def _standing(self, code: bytes) -> str:
        """Return the tag of the stage DEVELOPMENT, which must hold this code."""
        standing, tag = self._code(_DEVELOPMENT)
        if standing != code:
            raise self._changed()
        return tag

    def _publish(self, tag: str, code: bytes) -> None:
        publish = self._client.publish_function
        try:
            self._ask("PublishFunction", lambda: publish(Name=self._function, IfMatch=tag))
        except No as cause:
            if cause.code not in _CONFLICT:
                raise
            if self.live().code != code:
                raise self._changed() from cause

    def _changed(self) -> Changed:
        return Changed(f'"{self.name}" was changed by somebody else')

    def _described(self) -> Any:
        describe = self._client.describe_function
        return self._ask(
            "DescribeFunction", lambda: describe(Name=self._function, Stage=_DEVELOPMENT)
        )

    def _code(self, stage: str) -> tuple[bytes, str]:
        return self._ask("GetFunction", lambda: self._read(stage))

    def _read(self, stage: str) -> tuple[bytes, str]:
        told = self._client.get_function(Name=self._function, Stage=stage)
        with told["FunctionCode"] as stream:
            return stream.read(), str(told["ETag"])

    def _ask(self, action: str, call: Callable[[], T]) -> T:
        return answers.ask(call, f"cloudfront:{action}", self.name, self._pause)
