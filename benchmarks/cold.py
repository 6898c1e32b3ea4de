"""How long a cold start takes and how much is shipped: `python -m benchmarks.cold [--json]`.

The unzipped bundle runs in a fresh Python that sees nothing else, as on Lambda without compiled
files, and is compared with bare Python and with bare Python that imports boto3 and makes the two
clients that a function on DynamoDB and S3 needs. What counts is the processor time of whole
processes, which neighbours hardly change; the runs are interleaved, medians are told. Ratios travel
from one machine to another; milliseconds do not.
"""

from __future__ import annotations

import argparse
import compileall
import importlib.metadata
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import read
from publish.deploy import bundle

_BARE = (sys.executable, "-I", "-S")
_BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
_READ = """
import function
answer = function.handler({event!r}, None)
assert answer["statusCode"] == 200, answer
"""
_CLIENTS = """
import boto3
boto3.client("dynamodb", region_name="eu-central-1")
boto3.client("s3", region_name="eu-central-1")
"""


@dataclass(frozen=True)
class Start:
    """One way to start: what runs, from which folder, whether compiled files may be used."""

    name: str
    code: str
    path: Path | None = None


def starts(folder: Path, event: object) -> list[Start]:
    """Return every way to start that is compared."""
    packages = Path(str(importlib.metadata.distribution("boto3").locate_file("")))
    plain, compiled = folder / "plain", folder / "compiled"
    with zipfile.ZipFile(bundle.build(folder / "paywall.zip").path) as archive:
        archive.extractall(plain)
    shutil.copytree(plain, compiled)
    compileall.compile_dir(compiled, quiet=2)
    first_read = _READ.format(event=event)
    return [
        Start("bare Python", "pass"),
        Start("boto3 with two clients", _CLIENTS, packages),
        Start("function imported", "import function", plain),
        Start("function imported, compiled", "import function", compiled),
        Start("first read", first_read, plain),
        Start("first read, compiled", first_read, compiled),
        Start("stripe imported", "import stripe; stripe.RequestsClient()", plain),
        Start("stripe imported, compiled", "import stripe; stripe.RequestsClient()", compiled),
    ]


def run(start: Start, environ: Mapping[str, str]) -> float:
    """Return how many milliseconds of processor time a process took."""
    code = f"import sys; sys.path.insert(0, {str(start.path)!r})\n" if start.path else ""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*_BARE, "-B", "-c", code + start.code], env=environ, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def site(folder: Path) -> tuple[dict[str, str], object]:
    """Write a small site; return its environment and the event of a member who reads."""
    filled = read.fill(folder, 10, posts=50)
    event = {
        "rawPath": "/api/read/en%2Fmore-7",
        "rawQueryString": "",
        "headers": {"accept": "text/html"},
        "cookies": [f"__Host-ink={filled.cookies[0]}"],
        "requestContext": {"http": {"method": "GET", "sourceIp": "192.0.2.7"}},
        "isBase64Encoded": False,
    }
    return {"PATH": os.environ["PATH"], **read.environ_of(folder)}, event


def boto3_zip(folder: Path) -> int:
    """Return how large a bundle is that brings boto3 itself."""
    target = folder / "boto3.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in _BOTO3:
            distribution = importlib.metadata.distribution(name)
            for inside in distribution.files or ():
                if ".." not in inside.parts and inside.suffix != ".pyc":
                    archive.write(str(distribution.locate_file(inside)), inside.as_posix())
    return target.stat().st_size


def main() -> int:
    """Start everything in turns and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkstead-bench-") as name:
        folder = Path(name)
        (folder / "site").mkdir()
        environ, event = site(folder / "site")
        ways = starts(folder, event)
        times: dict[str, list[float]] = {way.name: [] for way in ways}
        for _ in range(asked.rounds):
            for way in ways:
                times[way.name].append(run(way, environ))
        ours, theirs = (folder / "paywall.zip").stat().st_size, boto3_zip(folder)
    found = {way: statistics.median(each) for way, each in times.items()}
    if asked.json:
        print(json.dumps({"ms": found, "zip": ours, "boto3_zip": theirs}, indent=1))
    else:
        print(table(found))
        print(f"\nzip {ours:,} bytes; boto3 alone {theirs:,} bytes: {ours / theirs:.2f}x")
    return 0


def table(found: Mapping[str, float]) -> str:
    """Return the medians, and how they compare: with bare Python, and with boto3 beyond it."""
    bare, boto3 = found["bare Python"], found["boto3 with two clients"]
    lines = [f"{'':<30}{'median':>10}{'of bare':>10}{'beyond bare, of boto3':>24}"]
    lines += [
        f"{name:<30}{each:>7.0f} ms{each / bare:>9.1f}x{(each - bare) / (boto3 - bare):>23.2f}x"
        for name, each in found.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
