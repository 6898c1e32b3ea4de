"""The emulator's CloudFront over TLS: a real browser shows a site under its own address."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from tests.conftest import missing

_OURS = {"host", "connection", "transfer-encoding", "content-length"}


class _Relay(ThreadingHTTPServer):
    daemon_threads = True
    to: int


class _Handler(BaseHTTPRequestHandler):
    server: _Relay
    protocol_version = "HTTP/1.1"

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.to, timeout=60)
        try:
            told = {**dict(self.headers.items()), "X-Forwarded-Proto": "https"}
            connection.request(self.command, self.path, body or None, told)
            answer = connection.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OURS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        finally:
            connection.close()

    do_GET = do_POST = do_HEAD = _relay  # noqa: N815 - the names of http.server

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def shown(browser: Browser, domain: str, port: int, folder: Path) -> Iterator[BrowserContext]:
    """Yield a window in which `domain` is what answers at `port`, over TLS."""
    if not shutil.which("openssl"):
        missing("no openssl")
    relay = _Relay(("127.0.0.1", 0), _Handler)
    relay.to = port
    relay.socket = _context(domain, folder).wrap_socket(relay.socket, server_side=True)
    thread = threading.Thread(target=relay.serve_forever, args=(0.05,))
    thread.start()
    try:
        here = f"--host-resolver-rules=MAP {domain}:443 127.0.0.1:{relay.server_address[1]}"
        ours = browser.browser_type.launch(
            executable_path=_program(browser), args=["--no-sandbox", here]
        )
        context = ours.new_context(ignore_https_errors=True, locale="en-US")
        yield context
        context.close()
        ours.close()
    finally:
        relay.shutdown()
        relay.server_close()
        thread.join()


def _program(browser: Browser) -> str:
    from tests.conftest import CHROMIUMS

    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return found or browser.browser_type.executable_path


def _context(domain: str, folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=test",
            "-addext", f"subjectAltName=DNS:{domain}", "-keyout", str(key),
            "-out", str(certificate),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
