"""Bodies in a private bucket, each under its hash: the same bytes lie there once.

    <prefix>/<release>/index.json   {"version": 1, "files": {path: [SHA-256, bytes]}}
    <prefix>/objects/<SHA-256>      what a path of any release means
    <prefix>/current                the release that is live, for work without a request

Only the function may read them. What is too large for a function's answer gets a presigned address
that is soon worth nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from publish.paywall import cloud
from publish.paywall.bodies import paths
from publish.paywall.ports import Clock, Missing, StoreDown
from publish.paywall.stores.rules import system_clock

VERSION = 1
LARGEST_ANSWER = 4 * 1024 * 1024
"""A function answers 6 MB at most, and base64 makes four bytes of three."""
_INDEX = "index.json"
_OBJECTS = "objects"
_KEPT = 4
_KNOWN_FOR = timedelta(seconds=5)
_HASH = re.compile(r"[0-9a-f]{64}")
# Without the right to list the bucket, S3 says 403 for what is not there.
_NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound", "AccessDenied", "403", "Forbidden"})


class _Object(NamedTuple):
    """What a path means: an object by its hash, and how long it is."""

    hash: str
    bytes: int


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
        self._index = lru_cache(maxsize=_KEPT)(self._ask_index)

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
            StoreDown: the bucket does not answer, or not with what the index promises.

        """
        found = self._find(release, path)
        body = self._fetch(self._key(_OBJECTS, found.hash))
        if hashlib.sha256(body).hexdigest() != found.hash:
            raise StoreDown(f"s3://{self.bucket}: an object is not what its name says")
        return body

    def address(self, release: str, path: str, seconds: int, name: str, kind: str) -> str:
        """Return a short-lived address of a file that is too large to answer, or "".

        It is a download under `name`, or shown in place where `name` is "".

        Raises:
            Missing: no such file.
            StoreDown: the bucket does not answer.

        """
        found = self._find(release, path)
        if found.bytes <= LARGEST_ANSWER:
            return ""
        key = self._key(_OBJECTS, found.hash)
        wanted = {"Bucket": self.bucket, "Key": key, "ResponseCacheControl": "private, no-store"}
        if kind:
            wanted["ResponseContentType"] = kind
        if name:
            wanted["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(name, '')}"
        signed: str = self._client().generate_presigned_url(
            "get_object", Params=wanted, ExpiresIn=seconds
        )
        return signed

    def _find(self, release: str, path: str) -> _Object:
        paths.checked(release, path)
        try:
            return self._index(release)[path]
        except KeyError as cause:
            raise Missing(f"{release!r}: {path!r}") from cause

    def _ask_index(self, release: str) -> Mapping[str, _Object]:
        key = self._key(release, _INDEX)
        try:
            return _index(self._fetch(key))
        except ValueError as cause:
            raise StoreDown(f"s3://{self.bucket}/{key}: {cause}") from cause

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


def _index(raw: bytes) -> Mapping[str, _Object]:
    """Return which path is which object.

    Raises:
        ValueError: it is no index, or one of a version that this program does not know.

    """
    try:
        told = json.loads(raw)
        version, files = told["version"], told.get("files")
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise ValueError("is no index of a release (publish again)") from cause
    if version != VERSION:
        raise ValueError(f'version "{version}" is not {VERSION} (publish again)')
    try:
        found = {path: _Object(str(one[0]), int(one[1])) for path, one in files.items()}
    except (AttributeError, LookupError, TypeError, ValueError) as cause:
        raise ValueError("is no index of a release (publish again)") from cause
    if not all(_HASH.fullmatch(each.hash) for each in found.values()):
        raise ValueError("is no index of a release (publish again)")
    return found
