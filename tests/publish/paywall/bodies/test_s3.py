"""What only bodies in a bucket do: a pointer that is remembered, addresses, a silent bucket."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from publish.paywall.bodies.s3 import LARGEST_ANSWER, S3Bodies
from publish.paywall.ports import Missing, StoreDown
from tests.aws import Aws
from tests.publish.paywall.bodies.uploading import upload
from tests.publish.paywall.house import MovableClock

LARGE = b"\0\xff" * (LARGEST_ANSWER // 2) + b"!"


class Faulty:
    """A client in front of the real one that fails as often as it is told."""

    def __init__(self, client: Any) -> None:
        self.client, self.failures, self.calls = client, list[Exception](), list[str]()

    def __getattr__(self, name: str) -> Any:
        def call(**parameters: Any) -> Any:
            self.calls.append(name)
            if self.failures:
                raise self.failures.pop(0)
            return getattr(self.client, name)(**parameters)

        return getattr(self.client, name) if name.startswith("generate") else call


def says(code: str, status: int = 503) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetObject")  # type: ignore[arg-type]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def faulty(aws: Aws) -> Faulty:
    return Faulty(aws.client("s3"))


@pytest.fixture
def bodies(aws: Aws, faulty: Faulty, clock: MovableClock) -> S3Bodies:
    made = S3Bodies(aws.bucket(), "", faulty, clock=clock)
    point(made, "first")
    files = {
        "private/large": LARGE,
        "private/edge": LARGE[:LARGEST_ANSWER],
        "private/other": b"other",
    }
    upload(faulty.client, made.bucket, "", "first", files)
    return made


def put(bodies: S3Bodies, key: str, body: bytes) -> None:
    bodies._client().client.put_object(Bucket=bodies.bucket, Key=key, Body=body)


def point(bodies: S3Bodies, release: str) -> None:
    put(bodies, "current", release.encode())


def test_the_pointer_is_asked_for_every_few_seconds(
    bodies: S3Bodies, faulty: Faulty, clock: MovableClock
) -> None:
    """Many requests are one call, and a new release is live within seconds."""
    assert [bodies.current() for _ in range(50)] == ["first"] * 50
    assert faulty.calls == ["get_object"]
    point(bodies, "second")
    assert bodies.current() == "first"
    clock.move(seconds=5)
    assert bodies.current() == "second"
    clock.move(days=-3)  # a clock that was set back must not make it last
    point(bodies, "third")
    assert bodies.current() == "third"


def test_a_silent_bucket_keeps_the_last_release(
    bodies: S3Bodies, faulty: Faulty, clock: MovableClock
) -> None:
    """When the pointer cannot be read, the last one known answers."""
    bodies.current()
    clock.move(minutes=1)
    faulty.failures = [says("SlowDown")]
    assert bodies.current() == "first"


@pytest.mark.parametrize(
    "failure", [says("SlowDown"), EndpointConnectionError(endpoint_url="x"), says("InternalError")]
)
def test_a_silent_bucket_is_down(bodies: S3Bodies, faulty: Faulty, failure: Exception) -> None:
    """A bucket that does not answer is trouble, not a missing file."""
    faulty.failures = [failure] * 3
    with pytest.raises(StoreDown):
        bodies.current()
    with pytest.raises(StoreDown):
        bodies.read("first", "private/large")
    with pytest.raises(StoreDown):
        bodies.address("first", "private/large", 60, "", "")


def test_without_the_right_to_list_what_is_missing_is_missing(
    bodies: S3Bodies, faulty: Faulty
) -> None:
    """S3 says 403 for a missing object to those who may not list: that is missing too."""
    faulty.failures = [says("AccessDenied", 403)]
    with pytest.raises(Missing):
        bodies.read("first", "private/none")


def test_a_bucket_that_is_not_there_is_missing_nothing(aws: Aws) -> None:
    """A wrong name of the bucket is trouble."""
    with pytest.raises(StoreDown, match="NoSuchBucket"):
        S3Bodies("no-such-bucket-of-ours", "", aws.client("s3")).current()


def test_a_large_file_has_an_address_that_gives_it(bodies: S3Bodies) -> None:
    """Above four megabytes there is a presigned address with a name and a kind, once fetched."""
    assert bodies.address("first", "private/edge", 60, "", "") == ""
    address = bodies.address(
        "first", "private/large", 60, '课程 "1"\r\nX: y.zip', "application/zip"
    )
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == LARGE
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Cache-Control"] == "private, no-store"
        told = answer.headers["Content-Disposition"]
    assert told.startswith("attachment; filename*=UTF-8''")
    assert unquote(told.partition("''")[2]) == '课程 "1"\r\nX: y.zip'
    assert told.isascii()
    assert told.isprintable()
    assert "X-Amz-Expires=60" in address


def test_an_address_is_for_one_file_only(bodies: S3Bodies) -> None:
    """Whoever changes a letter of an address gets nothing."""
    large, other = (hashlib.sha256(each).hexdigest() for each in (LARGE, b"other"))
    address = bodies.address("first", "private/large", 60, "", "")
    assert "content-disposition" not in address.lower()
    for changed in (
        address.replace(large, other),
        address.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
    ):
        assert changed != address
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(changed)
        assert refused.value.code == 403
        refused.value.close()


def test_what_is_not_there_has_no_address(bodies: S3Bodies) -> None:
    """No address is made for a missing file or a path that leads elsewhere."""
    for path in ("private/none", "../current", "private/../../current"):
        with pytest.raises(Missing):
            bodies.address("first", path, 60, "", "")


def test_an_index_is_read_once_and_tells_the_sizes(bodies: S3Bodies, faulty: Faulty) -> None:
    """A release never changes: one call tells of all its files, and no size is asked for."""
    for _ in range(3):
        bodies.address("first", "private/large", 60, "", "")
        bodies.address("first", "private/edge", 60, "", "")
    assert faulty.calls == ["get_object"]
    assert bodies.read("first", "private/other") == b"other"
    assert faulty.calls == ["get_object"] * 2


def test_the_same_file_of_two_releases_lies_there_once(bodies: S3Bodies, faulty: Faulty) -> None:
    """What did not change is found by its hash, whichever release asks."""
    upload(faulty.client, bodies.bucket, "", "second", {"private/moved": b"other"})
    assert bodies.read("second", "private/moved") == bodies.read("first", "private/other")
    with pytest.raises(Missing):
        bodies.read("second", "private/other")


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ({"version": 2, "files": {}}, 'index.json: version "2" is not 1'),
        ({"files": {}}, "is no index"),
        ({"version": 1}, "is no index"),
        ({"version": 1, "files": {"private/a": ["../secret", 1]}}, "is no index"),
        ({"version": 1, "files": {"private/a": ["0" * 64]}}, "is no index"),
        ([], "is no index"),
        ("{", "is no index"),
    ],
)
def test_an_index_that_cannot_be_read_is_trouble(bodies: S3Bodies, index: Any, said: str) -> None:
    """Of a broken index, or one of another version, nothing is guessed."""
    put(bodies, "odd/index.json", (index if index == "{" else json.dumps(index)).encode())
    with pytest.raises(StoreDown, match=said):
        bodies.read("odd", "private/a")


def test_an_object_that_is_not_what_its_name_says_is_trouble(bodies: S3Bodies) -> None:
    """A piece that was cut or swapped is never handed out."""
    put(bodies, f"objects/{hashlib.sha256(b'other').hexdigest()}", b"othe")
    with pytest.raises(StoreDown, match="not what its name says"):
        bodies.read("first", "private/other")


def test_a_release_that_comes_later_is_found_then(bodies: S3Bodies, faulty: Faulty) -> None:
    """That an index was missing once is not remembered."""
    with pytest.raises(Missing):
        bodies.read("second", "private/a")
    upload(faulty.client, bodies.bucket, "", "second", {"private/a": b"a"})
    assert bodies.read("second", "private/a") == b"a"


def test_nothing_is_asked_for_a_name_that_is_none(bodies: S3Bodies, faulty: Faulty) -> None:
    """What no release or file can be called never becomes a part of a key."""
    for release, path in (("../first", "private/other"), ("first", "../private/other"), ("", "x")):
        with pytest.raises(Missing):
            bodies.read(release, path)
        with pytest.raises(Missing):
            bodies.address(release, path, 60, "", "")
    assert faulty.calls == []
