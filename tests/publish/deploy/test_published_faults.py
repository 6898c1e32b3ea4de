"""A whole publish over a bad line: whatever breaks, readers have one site, and a repeat finishes.

One site on ministack, published edition after edition through a proxy that makes faults. After each
fault everything that readers may ask for is fetched through CloudFront and compared with the edition
before and the one that was being published; what is paid for is looked for in the public bucket.
"""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from publish.deploy import bundle, going_back, guarding, local, places, publishing, setting_up
from publish.deploy.applying import Overtaken, Unfinished
from publish.deploy.clients import Clients
from publish.deploy.locking import Held, Lost
from publish.deploy.places import Places
from publish.deploy.ports import Refused, Unreachable
from publish.deploy.release import Local
from publish.deploy.stack.outputs import Outputs
from publish.deploy.uploading import Rebuilt
from publish.deploy.verifying import Unverified
from publish.trouble import Failure
from tests import faults
from tests.aws import Aws
from tests.faults import FOR_EVER, Faulty, says
from tests.publish.deploy import worlds
from tests.publish.deploy.building import fingerprinted, gated
from tests.publish.deploy.publishers import Publisher, publisher
from tests.publish.deploy.stack.stacks import speak_http

CANARY = "the heron counts eleven silver minnows"
KEEP = 3
LEASE_OVER = 11
unavailable = says(503, "ServiceUnavailable")


@dataclass(frozen=True)
class Edition:
    """A site like the one before it, with everything in it that a publish can change.

    The photo of each edition is behind the paywall in the next one.
    """

    number: int

    @property
    def photo(self) -> str:
        return fingerprinted("photo", self._photo(self.number))

    @property
    def pages(self) -> dict[str, str]:
        """Return the public files by their paths."""
        season = ("spring", "autumn")[self.number % 2]
        return {
            "index.html": f"<p>home {self.number}",
            "about/index.html": "<p>about, always the same",
            "\u82b1\u56ed/index.html": f"<p>garden {self.number}",
            f"{season}/index.html": f"<p>{season} {self.number}",
            "feeds/all.xml": f"<feed>{self.number}</feed>",
            "404.html": f"<p>nothing here {self.number}",
            self.photo: self._photo(self.number),
        }

    @property
    def hidden(self) -> tuple[Any, dict[str, str]]:
        """Return a post behind the paywall, and what only those who paid may have of it."""
        files = (("photo.webp", self._photo(self.number - 1)),)
        return gated("/club/", "club", f"<p>{CANARY} {self.number}</p>", files)

    @staticmethod
    def _photo(number: int) -> str:
        return f"a photo, {number}"


def address(path: str) -> str:
    """Return what a reader asks for to get a file."""
    return "/" + quote(path.removesuffix("index.html"))


@dataclass
class Garden:
    """Somebody who publishes over a bad line, and their readers, who have a good one."""

    aws: Aws
    ana: Publisher
    line: Faulty
    now: Edition = field(default_factory=lambda: Edition(0))
    first: str = ""
    _looked_at: set[tuple[str, str]] = field(default_factory=set)

    @property
    def next(self) -> Edition:
        return Edition(self.now.number + 1)

    def ready(self, edition: Edition) -> Local:
        """Leave an edition as a build does."""
        post, pieces = edition.hidden
        public = {path: body for path, body in edition.pages.items()}
        return self.ana.build(public, private=pieces, posts={"club": post})

    def publish(self, edition: Edition, *insist: str) -> publishing.Published:
        found = self.ana.publish(self.ready(edition), insist=frozenset(insist))
        self.now = edition
        return found

    def repeat(self, *insist: str) -> None:
        """Publish the next edition on a good line, once the lease of whoever failed is over."""
        self.line.clear()
        self.ana.clock.pass_(minutes=LEASE_OVER)
        then = self.next
        self.publish(then, *insist)
        self.shows(then, finished=True)

    @property
    def outputs(self) -> Outputs:
        found = setting_up.stacks(self.direct).state(self.ana.deployment.name)
        assert found
        return found.outputs

    @property
    def direct(self) -> Clients:
        """Return clients that do not go over the bad line."""
        return self._direct

    @property
    def places(self) -> Places:
        return publishing.places(self.ana.deployment, self.direct)

    def __post_init__(self) -> None:
        self._direct = Clients(self.ana.clients.region, self.aws.environment())
        self._domain = ""

    def get(self, paths: Iterator[str]) -> dict[str, tuple[int, bytes]]:
        """Return what readers get through CloudFront for some paths."""
        self._domain = self._domain or self.outputs.domain
        parts = urlsplit(self.aws.endpoint)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        found = {}
        try:
            for path in paths:
                told = {"Host": self._domain, "X-Forwarded-Proto": "https"}
                line.request("GET", address(path), headers=told)
                answer = line.getresponse()
                found[path] = (answer.status, answer.read())
        finally:
            line.close()
        return found

    def shows(self, edition: Edition, *, finished: bool = False) -> None:
        """Look whether readers get exactly an edition, and nobody what is paid for.

        Pages that are not part of it are missing. The page that says so stands under one key for
        all editions, so until a publish is finished it may be that of the edition before or after.
        """
        near = [Edition(edition.number + each) for each in (-1, 0, 1)]
        pages = {path for each in near for path in each.pages} - {"404.html"}
        photos = {each.photo for each in near} - {edition.photo}
        missing = {each.pages["404.html"].encode() for each in near}
        if finished:
            missing = {edition.pages["404.html"].encode()}
        for path, got in self.get(iter(sorted(pages - photos))).items():
            if path in edition.pages:
                assert got == (200, edition.pages[path].encode()), path
            else:
                assert got[0] == 404, path
                assert got[1] in missing
        if finished:
            before = near[0].photo
            assert self.get(iter([before]))[before][0] == 404, "the photo is behind the paywall"
        self._shows_nothing_paid()
        self._serves(edition)

    def _shows_nothing_paid(self) -> None:
        for each in self.places.site.objects.list(""):
            if (each.key, each.tag) not in self._looked_at:
                assert CANARY.encode() not in self.places.site.objects.get(each.key).body, each.key
                self._looked_at.add((each.key, each.tag))

    def _serves(self, edition: Edition) -> None:
        """Look whether the service finds every private piece of the release that is live."""
        where = self.places
        index = where.private.objects.get(where.private.index_key(where.edge.live().release))
        found = json.loads(index.body)["files"]
        for path, body in edition.hidden[1].items():
            digest, _ = found[f"private/{path}"]
            assert where.private.objects.get(f"site/objects/{digest}").body == body.encode(), path


@pytest.fixture(scope="module")
def garden(aws: Aws, bad_line: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A garden whose first edition is published; the service in it is a small one."""
    folder = tmp_path_factory.mktemp("garden")
    zipped = folder / "service.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "built", lambda workshop: _packed(zipped))
        zipped.write_bytes(worlds.bundle("one"))
        few_tries = {**bad_line.environment(), "AWS_MAX_ATTEMPTS": "3"}
        with publisher(aws, folder, few_tries, keep=KEEP) as ana:
            bad_line.clear()
            made = Garden(aws, ana, bad_line)
            made.first = made.publish(made.now).applied.release
            speak_http(aws, made.outputs)
            yield made
            made.direct.close()


def _packed(path: Path) -> bundle.Bundle:
    import hashlib

    body = path.read_bytes()
    return bundle.Bundle(path, hashlib.sha256(body).hexdigest(), len(body))


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait between two tries."""

    def opened(*given: Any) -> Places:
        found = places.opened(*given)
        for each in (found.site.objects, found.private.objects, found.edge, found.runtime):
            monkeypatch.setattr(each, "_pause", worlds.no_pause)
        return found

    monkeypatch.setattr(publishing, "places_of", opened)


@pytest.mark.usefixtures("faulty")
def test_x(garden: Garden) -> None:
    import time
    garden.shows(garden.now, finished=True)
    t=time.time()
    garden.repeat()
    print(time.time()-t, len(garden.line.asked))
    garden.line.clear()
    t=time.time()
    garden.publish(garden.next)
    print(time.time()-t, len(garden.line.asked))
    from collections import Counter
    print(Counter(a.action for a in garden.line.asked))
    for a in garden.line.asked: print(a.action,a.path)
