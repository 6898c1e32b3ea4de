"""What all bodies promise: in a folder, with and without its link, and in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publish.paywall.bodies.folder import FolderBodies
from publish.paywall.bodies.s3 import S3Bodies
from publish.paywall.ports import Bodies, Missing
from tests.aws import Aws
from tests.publish.paywall.bodies.uploading import upload
from tests.publish.paywall.house import CANARY, MovableClock

FILES = {
    "manifest.json": b"{}\n",
    "private/premium/en/post.html": "<p>premium 正文</p>".encode(),
    "private/files/图 1.png": b"\x89PNG\r\n\x1a\n\0",
    "private/empty": b"",
}


def _lay(folder: Path) -> None:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@pytest.fixture(params=["built folder", "copied folder", "bucket"])
def bodies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bodies]:
    output = tmp_path / "output"
    (tmp_path / "secret").write_bytes(CANARY.encode())
    if request.param == "built folder":
        _lay(output / ".generations" / "0123abcd")
        (output / "current").symlink_to(".generations/0123abcd")
        (output / ".generations" / "secret").write_bytes(CANARY.encode())
        yield FolderBodies(output)
    elif request.param == "copied folder":
        _lay(output)
        yield FolderBodies(output)
    else:
        aws: Aws = request.getfixturevalue("aws")
        bucket, client = aws.bucket(), aws.client("s3")
        upload(client, bucket, "gated/", "0123abcd", FILES)
        client.put_object(Bucket=bucket, Key="gated/current", Body=b"0123abcd\n")
        client.put_object(Bucket=bucket, Key="secret", Body=CANARY.encode())
        client.put_object(Bucket=bucket, Key="gated/secret", Body=CANARY.encode())
        yield S3Bodies(bucket, "gated/", client, clock=MovableClock())


def test_the_live_release_is_named_and_read(bodies: Bodies) -> None:
    """The name of the live release reads every file of it, byte for byte."""
    name = bodies.current()
    assert name == bodies.current()
    assert {path: bodies.read(name, path) for path in FILES} == FILES


@pytest.mark.parametrize(
    "path",
    [
        "private/none",
        "private",
        "private/",
        "",
        ".",
        "..",
        "../secret",
        "private/../../secret",
        "private/../../../secret",
        "private/../manifest.json",
        "./manifest.json",
        "private//empty",
        "/etc/passwd",
        "//etc/passwd",
        "private\\..\\..\\secret",
        "manifest.json\0",
        "manifest.json/",
        "manifest.json/private",
        "private/%2e%2e/%2e%2e/secret",
        "\ud800",
        "x" * 5000,
    ],
)
def test_what_is_not_in_the_release_is_missing(bodies: Bodies, path: str) -> None:
    """Whatever is asked for, nothing outside the release comes, and nothing breaks."""
    with pytest.raises(Missing):
        bodies.read(bodies.current(), path)


@pytest.mark.parametrize(
    "release",
    ["", ".", "..", "../..", "none", "0123abcd/private", "/etc", "0123abcd\0", "-", "a b"],
)
def test_another_release_is_missing(bodies: Bodies, release: str) -> None:
    """A name of a release is a plain name, and there is nothing under one that is not there."""
    for path in ("manifest.json", "secret", "passwd"):
        with pytest.raises(Missing):
            bodies.read(release, path)


def test_a_small_file_has_no_address(bodies: Bodies) -> None:
    """What can be answered needs no address of its own."""
    ask: Callable[..., str] = bodies.address
    assert ask(bodies.current(), "private/files/图 1.png", 60, "图 1.png", "image/png") == ""
