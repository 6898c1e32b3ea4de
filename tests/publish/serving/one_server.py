"""`inkstead run` as a process, on a socket that the test holds as systemd would: no waiting for it.

The site is the small generation of the paywall's tests, the sandbox stands in for Stripe.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from publish.paywall import orders
from publish.paywall.orders import Order
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_requests import SANDBOX_KEY
from publish.paywall.stores.sqlite import SqliteStore
from publish.preview.life import Catalogue
from publish.sandbox import deliveries, life, selling, webhooks
from publish.sandbox.money import Payer
from publish.sandbox.running import running
from publish.sandbox.state import State
from tests.publish.commands.running import COMMAND, environment
from tests.publish.paywall.generation import make_generation
from tests.publish.paywall.house import KEYS, Browser
from tests.publish.paywall.wire import Wired

WEBHOOK_SECRET = "whsec_of_one_server_for_the_tests"
PATIENCE = 60.0
_PASSED = 'exec 3<&$1; shift; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'


@dataclass
class OneServer:
    """A folder with site and store, the socket, and the process that runs now."""

    folder: Path
    taken: socket.socket
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def port(self) -> int:
        return int(self.taken.getsockname()[1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Path:
        return self.folder / "store" / "paywall.sqlite"

    def start(self, *arguments: str, command: Sequence[str] = COMMAND, **environ: str) -> None:
        """Start it; whoever asks now is answered when it is there."""
        fd = self.taken.fileno()
        self.process = subprocess.Popen(
            ["bash", "-c", _PASSED, "sh", str(fd), *command, "run", *arguments],
            cwd=self.folder,
            env=environment(PYTHONUNBUFFERED="1", **self.environ, **environ),
            pass_fds=[fd],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_up(self) -> bool:
        """Wait until it says its first line; tell whether it lived to say it."""
        assert self.process
        assert self.process.stdout
        return bool(self.process.stdout.readline())

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it and return its exit code and what it said."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=PATIENCE)
        code, self.process = self.process.returncode, None
        return code, said

    def reader(self, network: str = "192.0.2.7") -> Browser:
        return Browser(Wired(self.port), self.origin, network=network)  # type: ignore[arg-type]

    def orders(self) -> list[Order]:
        with closing(SqliteStore(self.store)) as store:
            return list(orders.everything(store))


@contextmanager
def one_server(folder: Path, **environ: str) -> Iterator[OneServer]:
    """Make a site in a folder; nothing runs yet, and at the end nothing does."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as taken:
        site = OneServer(folder, taken)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "site.toml").write_text(f'url = "{site.origin}"\n', "utf-8")
        name_public(make_generation(folder / "output", site_url=site.origin))
        site.environ = {
            "INKSTEAD_ORIGIN": site.origin,
            "INKSTEAD_KEYS": ",".join(KEYS),
            "INKSTEAD_MAIL": f"outbox:{folder / 'outbox'}",
            "INKSTEAD_PROXIES": "1",
            **environ,
        }
        try:
            yield site
        finally:
            if site.process:
                site.end(signal.SIGKILL)


def name_public(generation: Path) -> Path:
    """Let the manifest name the public files, as that of a build does."""
    manifest = generation / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    for file in (generation / "public").rglob("*.*"):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        told["files"][file.relative_to(generation).as_posix()] = digest
    manifest.write_text(json.dumps(told), "utf-8")
    return generation


@dataclass
class Stripe:
    """The sandbox in this process, which tells the server of what happens."""

    state: State
    site: OneServer

    def pay(self, order: Order, mail: str = "reader@example.test") -> None:
        with life.today(self.state) as books:
            session = books.get("checkout.session", order.reference)
            selling.complete(books, session, Payer(mail))

    def tell(self) -> int:
        """Tell everything that waits; return how much was sent."""
        return webhooks.deliver(self.state, self._post)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Tell the server, unless it is dead: its socket is not, and would keep us waiting."""
        return webhooks.over_http(url, body, headers) if self.site.lives else 0

    def tell_again(self) -> int:
        """Tell everything once more, whatever became of it."""
        with life.today(self.state) as books:
            for event in books.all("event"):
                deliveries.replay(books, event["id"])
        return self.tell()


@contextmanager
def selling_server(folder: Path) -> Iterator[tuple[OneServer, Stripe]]:
    """Make a site that sells: the sandbox runs and knows its prices."""
    with ExitStack() as until_the_end:
        site = until_the_end.enter_context(one_server(folder))
        state = State(folder / "stripe.sqlite")
        address = until_the_end.enter_context(running(state))
        payments = StripePayments(SANDBOX_KEY, (WEBHOOK_SECRET,), api_base=address)
        assert Catalogue(folder / "output", payments)() == ""
        with life.today(state) as books:
            webhooks.register(books, f"{site.origin}/api/webhook", WEBHOOK_SECRET, "one server")
        site.environ |= {
            "STRIPE_SECRET_KEY": SANDBOX_KEY,
            "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "STRIPE_API": address,
        }
        yield site, Stripe(state, site)


if __name__ == "__main__":  # `inkstead` that is killed right before its Nth write to the store
    import sqlite3

    from publish.cli import main

    left = [int(os.environ["KILL_BEFORE"])]
    real = sqlite3.connect

    def counted(statement: str) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "DELETE", "UPDATE", "COMMIT")):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def connect(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = real(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(counted)
        return connection  # type: ignore[no-any-return]

    sqlite3.connect = connect  # type: ignore[assignment]
    sys.exit(main())
