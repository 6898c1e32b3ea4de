"""A site on ministack that is published over a bad line, and its readers, who have a good one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from publish.deploy import journal, publishing
from publish.deploy import places as all_places
from publish.deploy.bundle import Bundle
from publish.deploy.clients import Clients
from publish.deploy.places import Places
from publish.deploy.publishing import Published
from publish.deploy.release import Local
from publish.deploy.stack.outputs import Outputs
from tests.aws import REGION, Aws
from tests.faults import Faulty
from tests.publish.deploy import worlds
from tests.publish.deploy.building import fingerprinted, gated
from tests.publish.deploy.publishers import Publisher, publisher
from tests.publish.deploy.stack.stacks import speak_http
from tests.publish.deploy.town import ask

CANARY = "the heron counts eleven silver minnows"
KEEP = 3
_ERROR_PAGE = "404.html"


@dataclass(frozen=True)
class Edition:
    """A site like the one before it, with everything in it that a publish can change.

    The photo of each edition is behind the paywall in the next one.
    """

    number: int

    @property
    def photo(self) -> str:
        """Return the path of the photo that everybody may see."""
        return str(fingerprinted("photo", self._photo(self.number)))  # type: ignore[no-untyped-call]

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
            _ERROR_PAGE: f"<p>nothing here {self.number}",
            self.photo: self._photo(self.number),
        }

    @property
    def club(self) -> tuple[Any, dict[str, str]]:
        """Return a post behind the paywall, and what only those who paid may have of it."""
        files = (("photo.webp", self._photo(self.number - 1)),)
        words = f"<p>{CANARY} {self.number}</p>"
        post, pieces = gated("/club/", "club", words, files)  # type: ignore[no-untyped-call]
        return post, pieces

    @staticmethod
    def _photo(number: int) -> str:
        return f"a photo, {number}"


@dataclass
class Garden:
    """Somebody who publishes edition after edition; `now` is what readers should get."""

    aws: Aws
    ana: Publisher
    line: Faulty
    direct: Clients
    outputs: Outputs
    now: Edition
    first: str
    _seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def next(self) -> Edition:
        """Return the edition after this one."""
        return Edition(self.now.number + 1)

    @property
    def places(self) -> Places:
        """Return where the site stands, by the good line."""
        return publishing.places_of(self.outputs, self.ana.deployment, self.direct)

    def ready(self, edition: Edition) -> Local:
        """Leave an edition as a build does."""
        return ready(self.ana, edition)

    def publish(self, edition: Edition, *insist: str) -> Published:
        """Make an edition live."""
        done = self.ana.publish(self.ready(edition), insist=frozenset(insist))
        self.now = edition
        return done

    def repeat(self, edition: Edition, *insist: str) -> None:
        """Publish an edition again on a good line, once the lease of whoever failed is over."""
        self.line.clear()
        self.ana.clock.pass_(minutes=11)
        self.publish(edition, *insist)
        self.shows(edition, finished=True)

    def get(self, *paths: str) -> dict[str, tuple[int, bytes]]:
        """Return what readers get through CloudFront for some paths."""
        found = {}
        for path in paths:
            address = "/" + quote(path.removesuffix("index.html"))
            got = ask(self.aws, self.outputs.domain, address)
            found[path] = (got.status, got.body)
        return found

    def shows(self, edition: Edition, *, finished: bool = False) -> None:
        """Look whether readers get exactly an edition, and nobody what is paid for.

        The page for what is missing stands under one key for all editions: until a publish is
        finished it may be that of the edition before or after.
        """
        near = [Edition(edition.number + each) for each in (-1, 0, 1)]
        told = [edition] if finished else near
        self._shows_pages(edition, near, {each.pages[_ERROR_PAGE].encode() for each in told})
        self._shows_nothing_paid()
        self._serves(edition)
        if finished:
            self._has_finished(near[0].photo)

    def _shows_pages(
        self, edition: Edition, near: list[Edition], missing: Collection[bytes]
    ) -> None:
        pages = edition.pages
        others = {path for each in near for path in each.pages} - {each.photo for each in near}
        for path, got in self.get(*sorted((others | pages.keys()) - {_ERROR_PAGE})).items():
            if path in pages:
                assert got == (200, pages[path].encode()), path
            else:
                assert got[0] == 404, path
                assert got[1] in missing

    def _shows_nothing_paid(self) -> None:
        site = self.places.site.objects
        for each in list(site.list("")):
            if (each.key, each.tag) not in self._seen:
                assert CANARY.encode() not in site.get(each.key).body, each.key
                self._seen.add((each.key, each.tag))

    def _serves(self, edition: Edition) -> None:
        """Look whether the service finds every private piece of the release that is live."""
        private = self.places.private
        index = private.objects.get(private.index_key(self.places.edge.live().release))
        found = json.loads(index.body)["files"]
        for path, body in edition.club[1].items():
            digest, _ = found[f"private/{path}"]
            assert private.objects.get(f"site/objects/{digest}").body == body.encode(), path

    def _has_finished(self, photo: str) -> None:
        """Look whether all that follows a flip is done; a photo is behind the paywall since."""
        private = self.places.private
        assert journal.read(private)[0] is None
        assert private.current() == self.places.edge.live().release
        assert self.get(photo)[photo][0] == 404
        if self.now.number:  # nothing was public before the first edition
            assert {f"/{photo}", "/*"} & self._forgotten()

    def _forgotten(self) -> set[str]:
        """Return every path that CloudFront was told to forget."""
        client, name = self.aws.client("cloudfront"), self.outputs.distribution
        told = client.list_invalidations(DistributionId=name)["InvalidationList"].get("Items", [])
        batches = (client.get_invalidation(DistributionId=name, Id=each["Id"]) for each in told)
        return {
            path
            for each in batches
            for path in each["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]
        }


def ready(ana: Publisher, edition: Edition) -> Local:
    """Leave an edition in somebody's folder as a build does."""
    post, pieces = edition.club
    return ana.build(edition.pages, private=pieces, posts={"club": post})


def small_bundle(folder: Path, text: str = "one") -> Bundle:
    """Return a bundle that a function can run, and that does next to nothing."""
    path, body = folder / f"{text}.zip", worlds.bundle(text)
    path.write_bytes(body)
    return Bundle(path, hashlib.sha256(body).hexdigest(), len(body))


@contextmanager
def garden(aws: Aws, line: Faulty, folder: Path) -> Iterator[Garden]:
    """Give a garden whose first edition is published; what runs as its service is a small one."""
    packed, few_tries = small_bundle(folder), {**line.environment(), "AWS_MAX_ATTEMPTS": "3"}
    with (
        pytest.MonkeyPatch.context() as patch,
        publisher(aws, folder, few_tries, keep=KEEP) as ana,
        Clients(REGION, aws.environment()) as direct,
    ):
        patch.setattr(publishing, "built", lambda workshop: packed)
        patch.setattr(publishing, "places_of", hurried)
        done = ana.publish(ready(ana, Edition(0)))
        speak_http(aws, done.outputs)
        yield Garden(aws, ana, line, direct, done.outputs, Edition(0), done.applied.release)


def hurried(*given: Any) -> Places:
    """Return the places of a stack, in which nobody waits between two tries.

    But for the function, which needs half a second of its own to change.
    """
    found = all_places.opened(*given)
    for each in (found.site.objects, found.private.objects, found.edge):
        each._pause = worlds.no_pause  # type: ignore[union-attr]
    found.runtime._pause = worlds.short_pause  # type: ignore[attr-defined]
    return found
