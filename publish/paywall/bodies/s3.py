"""Bodies in a private bucket: `<prefix>/<release>/<path>`; `<prefix>/current` names the live one.

Only the function may read the bucket. What is too large for a function's answer gets a presigned
address that is soon worth nothing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from publish.paywall import cloud
from publish.paywall.bodies import paths
from publish.paywall.ports import Clock, Missing, StoreDown
from publish.paywall.stores.rules import system_clock

LARGEST_ANSWER = 4 * 1024 * 1024
"""A function answers 6 MB at most, and base64 makes four bytes of three."""
_KNOWN_FOR = timedelta(seconds=5)
# Without the right to list the bucket, S3 says 403 for what is not there.
_NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound", "AccessDenied", "403", "Forbidden"})


class S3Bodies:
    """The private part of the releases under a prefix of a bucket."""

    def __init__(
        self, bucket: str, prefix: str, client: cloud.Client = None, *, clock: Clock = system_clock
    ) -> None:
        self.bucket, self.prefix = bucket, prefix.strip("/")
        self._client = cloud.Lazy(lambda: cloud.client("s3"), client)
        self._clock = clock
        self._lock = threading.Lock()
        self._current = ""
        self._asked: datetime | None = None
        self._bytes = lru_cache(maxsize=1024)(self._ask_bytes)

    def current(self) -> str:
        """Return the name of the release that is live, as it was a few seconds ago at most.

        Raises:
            Missing: nothing was deployed yet.
            StoreDown: the bucket does not answer, and never did.

        """
        with self._lock:
            now = self._clock()
            if self._asked is None or not timedelta(0) <= now - self._asked < _KNOWN_FOR:
                try:
                    self._current = self._fetch(self._key("current")).decode().strip()
                except StoreDown:
                    if not self._current:
                        raise
                self._asked = now
            return self._current

    def read(self, release: str, path: str) -> bytes:
        """Return a file of a release.

        Raises:
            Missing: no such file.
            StoreDown: the bucket does not answer.

        """
        return self._fetch(self._key(*paths.checked(release, path)))

    def address(self, release: str, path: str, seconds: int, name: str, kind: str) -> str:
        """Return a short-lived address of a file that is too large to answer, or "".

        It is a download under `name`, or shown in place where `name` is "".

        Raises:
            Missing: no such file.
            StoreDown: the bucket does not answer.

        """
        key = self._key(*paths.checked(release, path))
        if self._bytes(key) <= LARGEST_ANSWER:
            return ""
        wanted = {"Bucket": self.bucket, "Key": key, "ResponseCacheControl": "private, no-store"}
        if kind:
            wanted["ResponseContentType"] = kind
        if name:
            wanted["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(name, '')}"
        signed: str = self._client().generate_presigned_url(
            "get_object", Params=wanted, ExpiresIn=seconds
        )
        return signed

    def _ask_bytes(self, key: str) -> int:
        with self._answering(key):
            return int(self._client().head_object(Bucket=self.bucket, Key=key)["ContentLength"])

    def _fetch(self, key: str) -> bytes:
        with self._answering(key):
            body: bytes = self._client().get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return body

    def _key(self, *names: str) -> str:
        return "/".join(filter(None, (self.prefix, *names)))

    @contextlib.contextmanager
    def _answering(self, key: str) -> Iterator[None]:
        """Turn what S3 says into what the port says."""
        says_no, no_answer = cloud.failures()
        try:
            yield
        except says_no as cause:
            if cloud.code(cause) in _NOT_THERE:
                raise Missing(f"s3://{self.bucket}/{key}") from cause
            raise StoreDown(f"s3://{self.bucket}: {cloud.code(cause)}") from cause
        except no_answer as cause:
            raise StoreDown(f"s3://{self.bucket}: {cause}") from cause
