"""What several rooms of the tests share: the demo, built once, a server for it, a browser."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, settings

from tests.aws import aws
from tests.faults import bad_line, faulty

__all__ = ["aws", "bad_line", "faulty"]

# A busy machine is slow: how long an example takes is nothing a test may fail of.
settings.register_profile(
    "inkstead", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("inkstead")

# A shell that starts the tests in the background has Ctrl-C ignored, by all that they start, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
AT = "2026-11-22T00:00:00Z"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> None:
    """Skip a test whose tool is not there, saying so; where `CI` is set that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}: nothing may be skipped where CI is set")
    pytest.skip(what)


def build(content: Path, output: Path, *options: str, at: str = AT) -> Path:
    """Build a folder as a creator does and return the generation."""
    command = [sys.executable, "-m", "publish.cli", "build", "--content", str(content)]
    done = subprocess.run(
        [*command, "--output", str(output), "--at", at, *options],
        cwd=ROOT,
        env={**os.environ, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return output


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextlib.contextmanager
def only_one(place: Path) -> Iterator[None]:
    """Let one worker at a time do something."""
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def demo(shared: Path) -> Path:
    """The generation of the demo, built by the worker that comes first."""
    output = shared / "demo"
    with only_one(shared / "demo.lock"):
        if not (output / "manifest.json").is_file():
            build(ROOT / "content", output)
    return output


class Pages(http.server.SimpleHTTPRequestHandler):
    """Serves a generation: its public part, and what the service would give to members."""

    def translate_path(self, path: str) -> str:
        name = unquote(urlsplit(path).path)
        generation = Path(self.directory)
        for prefix in ("/api/files/", "/unlocked/"):
            if name.startswith(prefix):
                return str(generation / "private" / name.removeprefix(prefix))
        return str(generation / "public" / name.lstrip("/"))

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def served(demo: Path) -> Iterator[str]:
    """The address of a server of the demo; unlocked pages are under /unlocked/."""
    handler = functools.partial(Pages, directory=str(demo))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium a worker: an installed one, else playwright's own."""
    from playwright.sync_api import sync_playwright

    installed = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with sync_playwright() as playwright:
        program = installed or playwright.chromium.executable_path
        if not Path(program).exists():
            missing("no Chromium is installed, nor is playwright's own")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=program, args=root)
        yield running
        running.close()
