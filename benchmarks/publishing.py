"""How many requests a publish makes: `python -m benchmarks.publishing [--posts 10000] [--json]`.

A made-up site of so many posts, a tenth of them behind the paywall, goes to ministack as `inkstead
publish` sends it; then one post changes, with the pages and feeds that list it, again and again,
until as many releases stand as are kept. Told are the requests of the first publish, of the second,
and of the last one, each by service and action: the objects themselves (pages, assets, what only
the service reads) apart from all others, whose number must not grow with the site. Times are given
as parts of that of the first publish; how fast an emulator is says nothing of AWS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publish.contract import manifest as contract
from publish.deploy import local
from publish.deploy.clients import Clients
from publish.deploy.settings import Deployment
from tests.aws import REGION, Aws, ministack
from tests.faults import Asked, Faulty, proxy
from tests.publish.deploy.publishers import Publisher, publisher

_GATED = 10  # one post in so many
_PICTURE = 5  # one post in so many has one
_LISTING = 20  # posts on a page that lists them
_OBJECT = re.compile(r"/[^/]+-site-\d+/.+|/[^/]+-private-\d+/site/(objects/.+|[^/]+/index\.json)")


@dataclass(frozen=True)
class Sent:
    """What a publish sent: its objects, all other requests by service and action, its seconds."""

    objects: int
    others: Counter[str]
    seconds: float

    @property
    def beside(self) -> int:
        """Return how many requests were made beside the objects themselves."""
        return self.others.total()


@dataclass
class Made:
    """A made-up site in a folder, as a build leaves it."""

    folder: Path
    posts: int
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = {f"public/{path}": text for path, text in self._public()}
        for number in range(0, self.posts, _GATED):
            self.texts[f"private/posts/{number}/fragment.html"] = f"<p>premium {number}"
        for path, text in self.texts.items():
            self._write(path, text)
        self._write_manifest()

    def _public(self) -> Iterator[tuple[str, str]]:
        for path in ("404.html", "index.html", "sitemap.xml", "feeds/rss.xml", "feeds/atom.xml"):
            yield path, f"<p>{path}"
        for number in range(self.posts):
            yield _post(number), f"<p>post {number}"
            if number % _PICTURE == 0:
                picture = f"picture {number}"
                yield f"media/p{number}.{_hash(picture)[:8]}.webp", picture
            if number % _LISTING == 0:
                yield _listing(number), f"<p>posts from {number}"

    def change(self, number: int) -> None:
        """Change a post, and all that lists it."""
        listing = ("index.html", "sitemap.xml", "feeds/rss.xml", "feeds/atom.xml")
        for path in (_post(number), _listing(number), *listing):
            self.texts[f"public/{path}"] += f" {number}"
            self._write(f"public/{path}", self.texts[f"public/{path}"])
        self._write_manifest()

    def _write_manifest(self) -> None:
        public = ((path, text) for path, text in self.texts.items() if path.startswith("public/"))
        manifest = contract.Manifest(
            built_at="",
            engine="0",
            preview=False,
            site=contract.Site("https://example.test", "UTC", (), "", ""),
            posts=dict(self._posts()),
            products={},
            pages={},
            files={path: _hash(text) for path, text in public},
        )
        self._write(local.MANIFEST, contract.dump(manifest))

    def _posts(self) -> Iterator[tuple[str, contract.Post]]:
        """Yield what the service knows of each post: when one changes, the manifest does."""
        for number in range(self.posts):
            yield (
                str(number),
                contract.Post(
                    url=f"/posts/{number}/",
                    lang="en",
                    title=f"post {number}",
                    access=("public",),
                    status="published",
                    kind="",
                    date="",
                    updated="",
                    hash=_hash(self.texts[f"public/{_post(number)}"]),
                    premium=None,
                ),
            )

    def _write(self, path: str, text: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def _post(number: int) -> str:
    return f"posts/{number}/index.html"


def _listing(number: int) -> str:
    return f"page/{number // _LISTING}/index.html"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Publishing:
    """Somebody who publishes a made-up site, and the line on which that is counted."""

    ana: Publisher
    line: Faulty
    site: Made

    def publish(self) -> Sent:
        """Publish the site as it is and return what that took."""
        ready = local.read(self.site.folder)
        self.line.clear()
        start = time.perf_counter()
        with Clients(REGION, self.line.environment()) as self.ana.clients:
            self.ana.publish(ready)
        seconds = time.perf_counter() - start
        asked = list(self.line.asked)
        others = Counter(each.action for each in asked if not _is_object(each))
        return Sent(len(asked) - others.total(), others, seconds)

    def steps(self, releases: int) -> dict[str, Sent]:
        """Publish until so many releases stand; return the first, second and last publish."""
        sent = [self.publish()]
        for number in range(releases):
            self.site.change(number)
            sent.append(self.publish())
        return {"first publish": sent[0], "one post changed": sent[1], "the last one": sent[-1]}


def _is_object(asked: Asked) -> bool:
    return asked.action == "s3:PutObject" and bool(_OBJECT.fullmatch(asked.path))


@contextmanager
def publishing(aws: Aws, line: Faulty, folder: Path, posts: int) -> Iterator[Publishing]:
    """Give somebody with a made-up site that is not published yet."""
    site = Made(folder / "site", posts)
    with publisher(aws, folder, line.environment()) as ana:
        yield Publishing(ana, line, site)


def measure(posts: int, releases: int) -> dict[str, Sent]:
    """Return what each publish of a site of so many posts takes."""
    with ExitStack() as around:
        folder = Path(around.enter_context(tempfile.TemporaryDirectory()))
        aws = around.enter_context(ministack(folder))
        line = around.enter_context(proxy(aws))
        return around.enter_context(publishing(aws, line, folder, posts)).steps(releases)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--releases", type=int, default=Deployment.keep + 1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.posts, options.releases)
    if options.json:
        told: dict[str, Any] = {
            name: {**vars(each), "beside": each.beside} for name, each in found.items()
        }
        print(json.dumps(told, indent=1))
        return
    first = found["first publish"].seconds
    for name, each in found.items():
        print(
            f"{name}: {each.objects:,} objects, {each.beside} other requests, "
            f"{each.seconds / first:.3f} of the first publish's time"
        )
        for action, count in each.others.most_common():
            print(f"{count:6}  {action}")


if __name__ == "__main__":
    main()
