"""What a deployment needs of the world outside, each with an adapter for AWS and one for a folder.

An adapter raises what this module names and nothing else; whatever a cloud says beyond that is
`Refused` (it will say so again) or `Unreachable` (the same again is safe and may help).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class DeployError(Exception):
    """Something outside kept a deployment from going on; the message says what, in English."""


class Unreachable(DeployError):
    """No answer, or one that says "later": the same again is safe."""


class Refused(DeployError):
    """The answer is no. `action` is what was asked ("s3:PutObject"), `code` what was answered."""

    def __init__(self, message: str, action: str = "", code: str = "") -> None:
        super().__init__(message)
        self.action, self.code = action, code


class Absent(DeployError):
    """There is no such object."""


class Changed(DeployError):
    """A conditional write found something else than it expected: somebody was faster."""


@dataclass(frozen=True)
class Sent:
    """An object to be written: bytes or a file, their SHA-256, and the headers to serve it with."""

    key: str
    body: bytes | Path
    hash: str
    bytes: int
    type: str = "application/octet-stream"
    cache: str = "private, no-store"


@dataclass(frozen=True)
class Listed:
    """An object as a listing tells of it; `tag` changes with its bytes (S3: their MD5)."""

    key: str
    bytes: int
    tag: str


@dataclass(frozen=True)
class Found:
    """An object as it was read; `tag` is what a conditional write compares."""

    body: bytes
    tag: str
    type: str = ""
    cache: str = ""


class Objects(Protocol):
    """A place for objects by key: a bucket, or a folder. Safe to use from many threads.

    A key is a path of names between slashes, in Unicode, no name empty, "." or "..".
    """

    name: str
    """What to call it: "s3://bucket", or the folder."""

    def put(self, sent: Sent) -> None:
        """Write an object; what arrives is checked against its hash.

        Raises:
            Changed: the bytes are not those of the hash: the file changed while it was read.
            Refused, Unreachable: see above. Nothing, or the whole object, stands there then.

        """

    def put_if(self, sent: Sent, tag: str) -> str:
        """Write a small object only over the one with this tag ("" for none); return its tag.

        Raises:
            Changed: there is another one.
            Refused, Unreachable: see above.

        """

    def get(self, key: str) -> Found:
        """Return an object.

        Raises:
            Absent: there is none.
            Refused, Unreachable: see above.

        """

    def list(self, prefix: str) -> Iterator[Listed]:
        """Yield every object whose key begins with `prefix`, in the order of their keys.

        Raises:
            Refused, Unreachable: see above.

        """

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the names that stand right behind `prefix` ("layers/") with a slash after them.

        Raises:
            Refused, Unreachable: see above.

        """

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are no error.

        Raises:
            Refused, Unreachable: see above; some may be deleted.

        """


@dataclass(frozen=True)
class Live:
    """What the edge serves: the release ("" for none yet), its code, and what a flip compares."""

    release: str
    code: bytes
    tag: str


class Edge(Protocol):
    """The CDN: one function whose code names the release that is live."""

    name: str

    def live(self) -> Live:
        """Return what readers get now.

        Raises:
            Refused, Unreachable: see above.

        """

    def flip(self, code: bytes, seen: Live) -> None:
        """Put other code live, in one write, only where `seen` still is; the same twice is once.

        Raises:
            Changed: somebody else flipped.
            Refused, Unreachable: see above; one or the other is live, whole.

        """

    def invalidate(self, paths: Sequence[str], reference: str) -> None:
        """Forget cached answers for these paths ("/x/*" allowed); the same reference twice is once.

        Raises:
            Refused, Unreachable: see above.

        """


class Runtime(Protocol):
    """The function that runs the service."""

    def bundle(self) -> str:
        """Return the SHA-256 of the bundle that runs, "" for none of ours.

        Raises:
            Refused, Unreachable: see above.

        """

    def run(self, key: str, hash: str) -> None:
        """Run the bundle that stands under a key of the private bucket, and wait until it does.

        Raises:
            Refused, Unreachable: see above; the old one, or the new one, runs whole.

        """


class Hub(Protocol):
    """Who tells feed readers that a feed has changed (WebSub)."""

    def ping(self, feeds: Sequence[str]) -> None:
        """Tell that these addresses have changed.

        Raises:
            Unreachable: it does not take it; nothing is lost but a few minutes.

        """
