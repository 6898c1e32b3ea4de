"""Objects in a bucket of S3. Every write carries the SHA-256 of its bytes, so S3 checks them.

A file of more than a part is sent in parts of 8 MB, so that memory stays bounded whatever its size
and however many threads write; such an object has a tag that is no MD5 ("…-3").
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from publish.deploy import answers
from publish.deploy.answers import Later, No, Pause
from publish.deploy.clients import Client
from publish.deploy.objects import sources
from publish.deploy.objects.keys import checked
from publish.deploy.ports import Absent, Changed, Found, Listed, Refused, Sent, Unreachable

PART = 8 * 1024 * 1024
_BATCH = 1000
_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_OTHER_BYTES = frozenset({"BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest"})
_NOT_IT = frozenset({"PreconditionFailed", "NoSuchKey", "412"})
_BUSY = "ConditionalRequestConflict"
T = TypeVar("T")


class S3Objects:
    """A bucket; safe to use from many threads."""

    def __init__(self, bucket: str, client: Client, pause: Pause = time.sleep) -> None:
        self.name = f"s3://{bucket}"
        self._bucket, self._client, self._pause = bucket, client, pause

    def put(self, sent: Sent) -> None:
        """Write an object: see `Objects.put`.

        Raises:
            Changed: the bytes are not those of the hash.
            Refused, Unreachable: what S3 says.

        """
        checked(sent.key)
        try:
            if sent.bytes > PART:
                self._put_parts(sent)
            else:
                self._put_whole(sent)
        except No as cause:
            if cause.code in _OTHER_BYTES:
                raise sources.changed(sent) from cause
            raise

    def put_if(self, sent: Sent, tag: str) -> str:
        """Write a small object only over the one with this tag: see `Objects.put_if`.

        Raises:
            Changed: there is another one.
            Refused, Unreachable: what S3 says.

        """
        checked(sent.key)
        expected = {"IfMatch": f'"{tag}"'} if tag else {"IfNoneMatch": "*"}
        try:
            return self._put_surely(sent, expected)
        except No as cause:
            if cause.code not in _NOT_IT:
                raise
            if cause.repeated and (ours := self._ours(sent)):
                return ours
            raise Changed(f'"{sent.key}" in "{self.name}" is not what it was') from cause

    def get(self, key: str) -> Found:
        """Return an object: see `Objects.get`.

        Raises:
            Absent: there is none.
            Refused, Unreachable: what S3 says.

        """
        checked(key)
        try:
            return self._ask("GetObject", lambda: self._read(key))
        except No as cause:
            if cause.code in _ABSENT:
                raise Absent(f'there is no "{key}" in "{self.name}"') from cause
            raise

    def list(self, prefix: str) -> Iterator[Listed]:
        """Yield objects in the order of their keys: see `Objects.list`.

        Raises:
            Refused, Unreachable: what S3 says.

        """
        for page in self._pages(Prefix=prefix):
            for each in page.get("Contents", ()):
                yield Listed(each["Key"], each["Size"], each["ETag"].strip('"'))

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the names behind a prefix that have something below: see `Objects.folders`.

        Raises:
            Refused, Unreachable: what S3 says.

        """
        for page in self._pages(Prefix=prefix, Delimiter="/"):
            for each in page.get("CommonPrefixes", ()):
                yield each["Prefix"].removeprefix(prefix).removesuffix("/")

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, a thousand a request: see `Objects.delete`.

        Raises:
            Refused, Unreachable: what S3 says; some may be deleted.

        """
        waiting = iter(keys)
        while batch := [checked(key) for key in itertools.islice(waiting, _BATCH)]:
            self._delete_patiently(batch)

    def _delete_patiently(self, batch: Sequence[str]) -> None:
        for attempt in range(answers.TRIES):
            if attempt:
                self._pause(0.1 * 2**attempt)
            batch = self._delete(batch, last=attempt + 1 == answers.TRIES)
            if not batch:
                return

    def _ask(self, action: str, call: Callable[[], T]) -> T:
        return answers.ask(call, f"s3:{action}", self.name, self._pause)

    def _put_whole(self, sent: Sent, **expected: str) -> str:
        """Send an object in one request; return its tag."""
        body = b"".join(sources.pieces(sent))
        told = self._ask(
            "PutObject",
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=sent.key,
                Body=body,
                ChecksumSHA256=_base64(bytes.fromhex(sent.hash)),
                ContentType=sent.type,
                CacheControl=sent.cache,
                **expected,
            ),
        )
        return str(told["ETag"]).strip('"')

    def _put_surely(self, sent: Sent, expected: Mapping[str, str]) -> str:
        """Send it again where S3 was busy with another write of the same key."""
        for attempt in range(answers.TRIES):
            try:
                return self._put_whole(sent, **expected)
            except No as cause:
                if cause.code != _BUSY:
                    raise
            self._pause(0.1 * 2**attempt)
        raise Changed(f'"{sent.key}" in "{self.name}" is being written by somebody else')

    def _ours(self, sent: Sent) -> str:
        """Return the tag of what stands there if it is what we sent before the line broke."""
        try:
            found = self.get(sent.key)
        except Absent:
            return ""
        return found.tag if hashlib.sha256(found.body).hexdigest() == sent.hash else ""

    def _put_parts(self, sent: Sent) -> None:
        """Send a large object in parts; nothing stands there before the last step."""
        where = {"Bucket": self._bucket, "Key": sent.key}
        headers = {"ContentType": sent.type, "CacheControl": sent.cache}
        begin = self._client.create_multipart_upload
        upload = self._ask(
            "PutObject", lambda: begin(**where, **headers, ChecksumAlgorithm="SHA256")
        )
        where["UploadId"] = upload["UploadId"]
        try:
            self._finish(where, sent, self._sent_parts(where, sent))
        except Unreachable:
            raise  # The bucket's lifecycle gives up what is not finished.
        except BaseException:
            self._forget(where)
            raise

    def _sent_parts(self, where: Mapping[str, str], sent: Sent) -> Sequence[Mapping[str, Any]]:
        return [
            self._put_part(where, number, part)
            for number, part in enumerate(_parts(sources.pieces(sent)), 1)
        ]

    def _put_part(self, where: Mapping[str, str], number: int, body: bytes) -> dict[str, Any]:
        told = {
            "PartNumber": number,
            "ChecksumSHA256": _base64(hashlib.sha256(body).digest()),
        }
        send = self._client.upload_part
        answer = self._ask("PutObject", lambda: send(**where, **told, Body=body))
        return {**told, "ETag": answer["ETag"]}

    def _finish(
        self, where: Mapping[str, str], sent: Sent, parts: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put the parts together; an upload that is unknown when asked again was finished."""
        finish = self._client.complete_multipart_upload
        try:
            self._ask("PutObject", lambda: finish(**where, MultipartUpload={"Parts": parts}))
        except No as cause:
            if cause.code != "NoSuchUpload" or not self._stands(sent.key, _tag_of(parts)):
                raise

    def _stands(self, key: str, tag: str) -> bool:
        return any(each.tag == tag for each in self.list(key) if each.key == key)

    def _forget(self, where: Mapping[str, str]) -> None:
        abort = self._client.abort_multipart_upload
        with contextlib.suppress(Refused, Unreachable):
            self._ask("AbortMultipartUpload", lambda: abort(**where))

    def _read(self, key: str) -> Found:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        with answer["Body"] as stream:
            body = stream.read()
        tag = str(answer["ETag"]).strip('"')
        return Found(body, tag, answer.get("ContentType", ""), answer.get("CacheControl", ""))

    def _pages(self, **asked: str) -> Iterator[Mapping[str, Any]]:
        after = ""
        while True:
            page = self._page(**asked, **({"ContinuationToken": after} if after else {}))
            yield page
            after = page.get("NextContinuationToken", "")
            if not after:
                return

    def _page(self, **asked: str) -> Mapping[str, Any]:
        call = self._client.list_objects_v2
        page: Mapping[str, Any] = self._ask(
            "ListBucket", lambda: call(Bucket=self._bucket, **asked)
        )
        return page

    def _delete(self, batch: Sequence[str], *, last: bool) -> Sequence[str]:
        """Delete up to a thousand; return those that S3 asks to be patient with."""
        wanted = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
        delete = self._client.delete_objects
        told = self._ask("DeleteObject", lambda: delete(Bucket=self._bucket, Delete=wanted))
        left = []
        for error in told.get("Errors", ()):
            said = answers.answered({"Error": error}, "s3:DeleteObject", self.name)
            if last or not isinstance(said, Later):
                raise said
            left.append(error["Key"])
        return left


def _tag_of(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the tag that an object of these parts has."""
    each = b"".join(bytes.fromhex(str(part["ETag"]).strip('"')) for part in parts)
    return f"{hashlib.md5(each, usedforsecurity=False).hexdigest()}-{len(parts)}"


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for piece in pieces:
        part += piece
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
