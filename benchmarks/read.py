"""How many premium pieces one server hands out: `python -m benchmarks.read` (`--people`, `--json`).

A site with 1,000 gated posts on SQLite, people who each hold a session and two grants, the real
server in a process of its own, and clients that keep their connections open and read random posts
as random people. Each number of people gets its own site; rounds alternate between the sites, so
that a noisy neighbour troubles all of them alike. It ends by itself after a few minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from publish.paywall import keys, people, rights, sessions
from publish.paywall.ports import Operation, Put
from publish.paywall.signing import Keyring
from publish.paywall.stores.sqlite import SqliteStore
from tests.publish.paywall.generation import CANARY, make_generation

POSTS = 1000
KEY = "a key for measuring that is long enough"
SERVER = os.environ.get("BENCH_SERVER") or (
    "import os; from publish.paywall.roots import server, settings;"
    "server.serve(settings.read(os.environ), port=int(os.environ['PORT']))"
)
"""What runs as the server; BENCH_SERVER is for trying another one."""
_BATCH = 90
_MOST_COOKIES = 20_000
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")


@dataclass(frozen=True)
class Site:
    """A filled site: its folder, how many people it has, cookies of some of them."""

    folder: Path
    people: int
    cookies: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """What one round measured: times in milliseconds, memory in MiB.

    `cpu_ms` is what the server's processor spent on one read; neighbours hardly change it.
    `own_mib` is memory without the pages of files, which the system may take back: the store maps
    its file.
    """

    reads_a_second: float
    median_ms: float
    p99_ms: float
    cpu_ms: float
    own_mib: float
    memory_mib: float


def fill(folder: Path, number: int, posts: int = POSTS) -> Site:
    """Write a site with this many people."""
    make_generation(folder / "generation", posts=posts)
    store, ring, now = SqliteStore(folder / "paywall.sqlite"), Keyring((KEY,)), datetime.now(UTC)
    cookies: list[str] = []
    batch: list[Operation] = []
    for count in range(number):
        cookie, operations = _person(ring, count, now)
        cookies.append(cookie)
        batch += operations
        if len(batch) >= _BATCH:
            store.write(*batch)
            batch = []
    if batch:
        store.write(*batch)
    store.close()
    chosen = random.Random(1).sample(cookies, min(number, _MOST_COOKIES))  # noqa: S311
    return Site(folder, number, tuple(chosen))


def _person(ring: Keyring, count: int, now: datetime) -> tuple[str, list[Operation]]:
    """Return a session's cookie, and what is stored of one person who holds a membership."""
    mail = f"reader{count}@example.test"
    someone = people.new(mail, mail, "en", now, confirmed=True)
    cookie, operations, _ = sessions.new_session(
        ring, now - timedelta(days=1), "Bench", person=someone.id
    )
    grants = (
        rights.Grant(keys.new_id(12), "pass", "purchase", now - timedelta(days=400), days=90),
        rights.Grant(keys.new_id(12), "membership", "comp", now - timedelta(days=20)),
    )
    ledger = [
        Put(keys.person(someone.id), keys.grant(each.id), rights.grant_value(each))
        for each in grants
    ]
    return cookie, [*people.creating(someone), *operations, *ledger]


def environ_of(folder: Path) -> dict[str, str]:
    """Return what the operator of a site would set."""
    return {
        "INKSTEAD_ORIGIN": "https://example.test",
        "INKSTEAD_STORE": f"sqlite:{folder / 'paywall.sqlite'}",
        "INKSTEAD_BODIES": f"folder:{folder / 'generation'}",
        "INKSTEAD_MAIL": f"outbox:{folder / 'outbox'}",
        "INKSTEAD_KEYS": KEY,
    }


@contextmanager
def served(site: Site) -> Iterator[tuple[int, int]]:
    """Run the server of a site; yield its port and its process."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    environ = {**os.environ, **environ_of(site.folder), "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", SERVER], env=environ)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server does not answer")


def measure(site: Site, seconds: float, connections: int) -> Round:
    """Read from a freshly started server for some seconds."""
    with served(site) as (port, process):
        _read_for(port, site.cookies, 1.0, connections, seed=0)  # warm
        start, busy = time.perf_counter(), _total(process, _busy)
        times = _read_for(port, site.cookies, seconds, connections, seed=1)
        took = time.perf_counter() - start
        busy = _total(process, _busy) - busy
        own = _total(process, partial(_resident, "RssAnon"))
        memory = _total(process, partial(_resident, "VmRSS"))
    ordered = sorted(times)
    return Round(
        reads_a_second=round(len(times) / took, 1),
        median_ms=round(statistics.median(ordered) * 1000, 3),
        p99_ms=round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
        cpu_ms=round(busy * 1000 / len(times), 3),
        own_mib=round(own, 1),
        memory_mib=round(memory, 1),
    )


def _read_for(
    port: int, cookies: Sequence[str], seconds: float, connections: int, seed: int
) -> list[float]:
    """Return how long each read took."""
    times: list[list[float]] = [[] for _ in range(connections)]
    end = time.perf_counter() + seconds
    readers = [
        threading.Thread(target=_reader, args=(port, cookies, end, seed * 100 + number, found))
        for number, found in enumerate(times)
    ]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    return [one for found in times for one in found]


def _reader(port: int, cookies: Sequence[str], end: float, seed: int, times: list[float]) -> None:
    chance = random.Random(seed)  # noqa: S311
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (start := time.perf_counter()) < end:
            post = f"en%2Fmore-{chance.randrange(POSTS)}"
            request = (
                f"GET /api/read/{post} HTTP/1.1\r\nHost: example.test\r\nAccept: text/html\r\n"
                f"User-Agent: Bench\r\nCookie: __Host-ink={chance.choice(cookies)}\r\n\r\n"
            )
            wire.sendall(request.encode())
            answer = _answer(wire)
            if not answer.startswith(b"HTTP/1.1 200") or CANARY.encode() not in answer:
                raise SystemExit(f"not read: {answer[:300]!r}")
            times.append(time.perf_counter() - start)


def _answer(wire: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += wire.recv(65536) or sys.exit("the server hung up")
    head, _, body = got.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    wanted = int(found.group(1)) if found else 0
    while len(body) < wanted:
        body += wire.recv(65536) or sys.exit("the server hung up")
    return head + body


def _total(process: int, told: Callable[[int], float]) -> float:
    """Return the sum of what is told of a process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children")
    all_ = [process, *map(int, children.read_text().split())] if children.exists() else [process]
    return sum(map(told, all_))


def _resident(kind: str, process: int) -> float:
    """Return the memory that a process holds, in MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _busy(process: int) -> float:
    """Return how many seconds a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def middle(rounds: Sequence[Round]) -> Round:
    """Return the medians of several rounds."""
    columns = zip(*(asdict(each).values() for each in rounds), strict=True)
    return Round(*(round(statistics.median(column), 3) for column in columns))


def table(found: dict[int, Round]) -> str:
    """Return the numbers, and how each compares with the first."""
    first = next(iter(found.values()))
    heads = ("reads/s", "median", "p99", "CPU/read", "own", "memory", "p99 ratio")
    lines = [f"{'people':>9}" + "".join(f"{head:>11}" for head in heads)]
    lines += [
        f"{number:>9}{each.reads_a_second:>11.0f}{each.median_ms:>8.2f} ms{each.p99_ms:>8.2f} ms"
        f"{each.cpu_ms:>8.2f} ms{each.own_mib:>7.0f} MiB{each.memory_mib:>7.0f} MiB"
        f"{each.p99_ms / first.p99_ms:>10.2f}x"
        for number, each in found.items()
    ]
    return "\n".join(lines)


def main() -> int:
    """Fill the sites, measure them in turns, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkstead-bench-") as folder:
        sites = []
        for number in asked.people:
            print(f"filling a site with {number} people", file=sys.stderr)
            sites.append(fill(Path(folder) / str(number), number))
        rounds: dict[int, list[Round]] = {site.people: [] for site in sites}
        for turn in range(asked.rounds):
            print(f"round {turn + 1} of {asked.rounds}", file=sys.stderr)
            for site in sites:
                rounds[site.people].append(measure(site, asked.seconds, asked.connections))
    found = {number: middle(each) for number, each in rounds.items()}
    if asked.json:
        print(json.dumps({str(number): asdict(each) for number, each in found.items()}, indent=1))
    else:
        print(table(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
