"""What one server gives: `python -m benchmarks.serving` (`--seconds`, `--rounds`, `--json`).

The real `inkstead run` as a process of its own and clients that keep their connections open: a page
of the site, the same page not changed (304), a premium piece read by a member. Beside it waitress
with an application that says hello and the same headers, which is as fast as it gets here: the
ratio is what our code costs, whatever the machine. Rounds alternate, so that a noisy neighbour
troubles all alike. It ends by itself after half a minute.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks import read
from tests.publish.serving.one_server import name_public

_WORDS = [
    f"{a}{b}{c}" for a in ("re", "un", "pro", "") for b in "bdfglmnprst" for c in ("ing", "er")
]
_PAGE = f"<p>{' '.join(random.Random(1).choices(_WORDS, k=2400))}</p>\n"  # noqa: S311
_HELLO = """
import os, waitress
from publish.paywall.roots.server import THREADS
body = b"x" * int(os.environ["BYTES"])
told = [("Content-Length", str(len(body)))] + [("X-Header-%d" % n, "value") for n in range(8)]
def hello(environ, start):
    start("200 OK", told)
    return [body]
waitress.serve(hello, port=int(os.environ["PORT"]), threads=THREADS, ident=None, _quiet=True)
"""
CONNECTIONS = 4


def site(folder: Path) -> read.Site:
    """Write a site with a page of usual length, and people who read."""
    filled = read.fill(folder, 100, posts=50)
    generation = folder / "generation"
    page = generation / "public" / "post" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"<!doctype html><title>post</title>{_PAGE}", "utf-8")
    name_public(generation)
    (folder / "site.toml").write_text('url = "https://example.test"\n', "utf-8")
    return filled


def asks(filled: read.Site, tag: str) -> Mapping[str, tuple[str, bytes]]:
    """Return what is asked for: the request, and how the answer begins."""
    head = "HTTP/1.1\r\nHost: example.test\r\nAccept: text/html\r\nUser-Agent: Bench\r\n"
    cookie = f"Cookie: __Host-ink={filled.cookies[0]}\r\n"
    return {
        "a page": (f"GET /post/ {head}\r\n", b"HTTP/1.1 200"),
        "a page not changed": (f"GET /post/ {head}If-None-Match: {tag}\r\n\r\n", b"HTTP/1.1 304"),
        "a premium piece": (f"GET /api/read/en%2Fmore-7 {head}{cookie}\r\n", b"HTTP/1.1 200"),
    }


@contextmanager
def process(command: list[str], port: int, environ: Mapping[str, str]) -> Iterator[None]:
    """Run a server until the end of the block."""
    told = {**os.environ, **environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    running = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL)
    try:
        read._wait_for(port)
        yield
    finally:
        running.terminate()
        running.wait(timeout=40)


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def rate(port: int, request: str, begins: bytes, seconds: float) -> float:
    """Return how many answers a second come."""
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < end:
                wire.sendall(request.encode())
                answer = read._answer(wire)
                if not answer.startswith(begins):
                    raise SystemExit(f"not answered: {answer[:300]!r}")
                counts[number] += 1

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CONNECTIONS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sum(counts) / seconds


def tag_of(port: int) -> str:
    """Return the tag of the page, and see that a member reads."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(b"GET /post/ HTTP/1.1\r\nHost: example.test\r\n\r\n")
        head = read._answer(wire).partition(b"\r\n\r\n")[0].decode()
    return next(line.split(": ")[1] for line in head.splitlines() if line.startswith("Etag"))


def compressing() -> float:
    """Return how many milliseconds it takes to compress the page once, as a proxy does."""
    start = time.perf_counter()
    for _ in range(100):
        gzip.compress(_PAGE.encode(), 6)
    return round((time.perf_counter() - start) * 10, 3)


def main() -> int:
    """Measure in turns and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkstead-bench-") as name:
        found = measured(Path(name), asked.seconds, asked.rounds)
    if asked.json:
        print(json.dumps({"a_second": found, "gzip_ms": compressing()}, indent=1))
        return 0
    hello = found["hello"]
    for what, each in found.items():
        print(f"{what:<22}{each:>8.0f} a second{each / hello:>8.2f} of hello")
    print(f"compressing the page of {len(_PAGE):,} bytes: {compressing():.2f} ms")
    return 0


def measured(folder: Path, seconds: float, rounds: int) -> dict[str, float]:
    """Return the medians by what was asked for."""
    filled = site(folder)
    own, plain = free_port(), free_port()
    ours = [sys.executable, "-m", "publish.cli", "run", "--content", str(folder)]
    bodies = read.environ_of(folder)
    size = str((folder / "generation" / "public" / "post" / "index.html").stat().st_size)
    hello = [sys.executable, "-c", _HELLO]
    with (
        process([*ours, "--port", str(own)], own, bodies),
        process(hello, plain, {"PORT": str(plain), "BYTES": size}),
    ):
        wanted = {name: (own, *each) for name, each in asks(filled, tag_of(own)).items()}
        request, begins = wanted["a page"][1:]
        wanted = {"hello": (plain, request, begins), **wanted}
        times: dict[str, list[float]] = {name: [] for name in wanted}
        for _ in range(rounds):
            for name, (port, request, begins) in wanted.items():
                times[name].append(rate(port, request, begins, seconds))
    return {name: round(statistics.median(each), 1) for name, each in times.items()}


if __name__ == "__main__":
    raise SystemExit(main())
