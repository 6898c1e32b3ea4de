"""How long planning takes and how much memory: `python -m benchmarks.planning [--json]`.

A made-up site lies in a folder, one tenth of it behind the paywall. Each step runs in a process of
its own, whose memory at its peak is told whole, Python with it: reading the finished site, planning
a first publish, planning again after one post changed (with the pages and feeds that list it), and
planning when nothing did.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publish.contract import manifest as contract
from publish.deploy import local, planning, release
from publish.deploy.plans import Plan
from publish.deploy.release import Release

_PRIVATE = 10  # one in so many objects
_LISTING = 20  # posts on a page that lists them
_NOW = "2026-11-22T00:00:00Z"


@dataclass(frozen=True)
class Step:
    """What a step took: seconds, its memory at the peak in MiB, what it says of itself."""

    seconds: float
    mib: float
    told: dict[str, int]


def measure(objects: int) -> dict[str, Step]:
    """Return what each step takes for a site of so many objects."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "one", objects)
        steps = {
            "first publish": _apart(_first, folder),
            "nothing changed": _apart(_again, folder),
        }
        _change(folder / "one")
        return {**steps, "one post changed": _apart(_again, folder)}


def write(folder: Path, objects: int) -> None:
    """Write a finished site of so many objects."""
    private = objects // _PRIVATE
    files = dict(_public(objects - private - 1))
    for path, text in files.items():
        _write(folder / "public" / path, text)
    for number in range(private):
        _write(folder / "private" / "posts" / str(number) / "fragment.html", f"premium {number}")
    _write_manifest(folder, files)


def _public(count: int) -> Iterator[tuple[str, str]]:
    yield "index.html", "home"
    yield "404.html", "missing"
    yield "sitemap.xml", "<urlset></urlset>"
    for kind in ("rss", "atom"):
        yield f"feeds/{kind}.xml", f"<{kind} version='2.0'>"
    for number in range(count - 5):
        if number % 10 == 1:
            text = f"picture {number}"
            yield f"media/p{number}.{_hash(text)[:8]}.webp", text
        elif number % _LISTING == 2:
            yield f"page/{number}/index.html", f"list {number}"
        else:
            yield f"文章/{number}/index.html", f"post {number}"


def _change(folder: Path) -> None:
    """Change a post, and what lists it."""
    manifest = contract.load(folder / "manifest.json")
    files = dict.fromkeys((path.removeprefix("public/") for path in manifest.files), "")
    listing = "page/2/index.html", "index.html", "feeds/rss.xml", "feeds/atom.xml", "sitemap.xml"
    for path in ("文章/3/index.html", *listing):
        place = folder / "public" / path
        place.write_text(f"{place.read_text('utf-8')} changed", "utf-8")
    _write_manifest(folder, {path: (folder / "public" / path).read_text("utf-8") for path in files})


def _write_manifest(folder: Path, files: dict[str, str]) -> None:
    manifest = contract.Manifest(
        built_at=_NOW,
        engine="0",
        preview=False,
        site=contract.Site("https://example.test", "UTC", (), "", ""),
        posts={},
        products={},
        pages={},
        files={f"public/{path}": _hash(text) for path, text in files.items()},
    )
    _write(folder / "manifest.json", contract.dump(manifest))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _first(folder: Path) -> dict[str, int]:
    made = _plan(folder, None)
    (folder / "record.json").write_bytes(release.dump(made.release))
    return _told(made)


def _again(folder: Path) -> dict[str, int]:
    live = release.parse((folder / "record.json").read_bytes(), "record.json")
    return _told(_plan(folder, live))


def _plan(folder: Path, live: Release | None) -> Plan:
    found = local.read(folder / "one")
    return planning.plan(found, live, now=_NOW, host="example.test", bundle="")


def _told(plan: Plan) -> dict[str, int]:
    return {
        "objects": len(plan.release.public) + len(plan.release.private),
        "actions": len(plan.actions),
        "puts": len(plan.puts) + len(plan.private_puts),
        "invalidated": len(plan.invalidate),
        "code": len(plan.code),
    }


def _apart(work: Callable[[Path], dict[str, int]], folder: Path) -> Step:
    """Run a step in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (work, folder))


def _measured(work: Callable[[Path], dict[str, int]], folder: Path) -> Step:
    start = time.perf_counter()
    told = work(folder)
    seconds = time.perf_counter() - start
    return Step(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, told)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.objects)
    if options.json:
        told: dict[str, Any] = {name: vars(step) for name, step in found.items()}
        print(json.dumps(told, indent=1))
        return
    for name, step in found.items():
        facts = ", ".join(f"{value:,} {fact}" for fact, value in step.told.items())
        print(f"{name:18} {step.seconds:5.2f} s {step.mib:5.0f} MiB  {facts}")


if __name__ == "__main__":
    main()
