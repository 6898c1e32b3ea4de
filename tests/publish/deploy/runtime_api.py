"""A small Runtime API of Lambda, and AWS's own runtime client running a bundle on it.

The client calls us as it calls AWS: it asks for the next event, and posts the answer or the error.
The process sees the standard library, the bundle and the client, nothing of this checkout.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import itertools
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_API = "/2018-06-01/runtime/"
_RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")
_SECONDS = 30
BARE = (sys.executable, "-I", "-S", "-B")
"""Python with its standard library and nothing else."""


class FunctionFailed(Exception):
    """The function raised, or could not be imported."""


class RuntimeApi(ThreadingHTTPServer):
    """Hands out events and collects answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.waiting: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.done: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._ids = map(str, itertools.count(1))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def invoke(self, event: Any) -> Any:
        """Have the function answer one event.

        Raises:
            FunctionFailed: it did not answer.

        """
        self.waiting.put((next(self._ids), json.dumps(event).encode()))
        kind, body = self.done.get(timeout=_SECONDS)
        if kind != "response":
            raise FunctionFailed(body.decode())
        return json.loads(body)


class _Handler(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert self.path == f"{_API}invocation/next"
        key, body = self.server.waiting.get()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", key)
        self.send_header("Lambda-Runtime-Deadline-Ms", "32503680000000")
        self.send_header(
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:paywall",
        )
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.done.put((self.path.rpartition("/")[2], body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def runtime_folder(folder: Path, *more: str) -> Path:
    """Put AWS's runtime client, as it is installed here, into a folder of its own; `more` along."""
    folder.mkdir()
    for name in (*_RUNTIME, *more):
        distribution = importlib.metadata.distribution(name)
        tops = {path.parts[0] for path in distribution.files or () if path.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            place = Path(str(distribution.locate_file(top)))
            if not (folder / top).exists():
                (folder / top).symlink_to(place)
    return folder


@contextlib.contextmanager
def running(
    bundle: Path, runtime: Path, environ: Mapping[str, str], log: Path
) -> Iterator[RuntimeApi]:
    """Run an unzipped bundle under the runtime client while the block runs."""
    api = RuntimeApi()
    serving = threading.Thread(target=api.serve_forever, args=(0.05,))
    serving.start()
    code = (
        "import runpy, sys;"
        f"sys.path[:0] = [{str(bundle)!r}, {str(runtime)!r}];"
        "sys.argv = ['awslambdaric', 'function.handler'];"
        "runpy.run_module('awslambdaric', run_name='__main__')"
    )
    told = {"AWS_LAMBDA_RUNTIME_API": api.address, "LAMBDA_TASK_ROOT": str(bundle), **environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*BARE, "-c", code], cwd=bundle, env=told, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield api
        finally:
            process.kill()
            process.wait()
            api.waiting.put(("", b""))  # frees the thread that waits with an event
            api.shutdown()
            serving.join()
            api.server_close()
