"""One server as it is run: restarted without loss, killed without harm, read by many at once."""

from __future__ import annotations

import http.client
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from publish.paywall.http import Response
from tests.publish.paywall.generation import CANARY
from tests.publish.paywall.house import Browser
from tests.publish.serving.one_server import OneServer, Stripe, selling_server

KILLED = (sys.executable, "-m", "tests.publish.serving.one_server")
OFFER, POST = "pass-quarter", "walled"


def begin(reader: Browser) -> Response:
    reader.page = f"/{POST}/"
    return reader.post("/api/checkout", {"offer": OFFER, "post": POST})


def test_nothing_is_lost_while_it_is_restarted(tmp_path: Path) -> None:
    with selling_server(tmp_path) as (site, _):
        site.start()
        over = threading.Event()

        def read() -> int:
            count = 0
            while not over.is_set():
                assert site.reader().get("/").status == 200
                count += 1
            return count

        def order(number: int) -> int:
            count = 0
            while not over.is_set():
                began = begin(site.reader(f"198.51.{number}.{count % 250}"))
                assert began.status == 303, began.body
                count += 1
            return count

        with ThreadPoolExecutor(6) as pool:
            reading = [pool.submit(read) for _ in range(4)]
            ordering = [pool.submit(order, number) for number in range(2)]
            try:
                for _ in range(2):
                    assert begin(site.reader()).status == 303  # it is there, and busy
                    code, said = site.end()
                    assert code == 0, said
                    site.start()
                assert begin(site.reader()).status == 303
            finally:
                over.set()
            assert sum(each.result(60) for each in reading) > 20
            begun = sum(each.result(60) for each in ordering) + 3
        code, said = site.end()
        assert code == 0, said
        assert len(site.orders()) == begun


def integrity(store: Path) -> str:
    with closing(sqlite3.connect(store)) as connection:
        return str(connection.execute("pragma integrity_check").fetchone()[0])


class Buying:
    """A purchase by somebody who tries again when the site does not answer."""

    def __init__(self, site: OneServer, stripe: Stripe) -> None:
        self.site, self.stripe = site, stripe
        self.reader = site.reader()
        self.deaths = 0

    def step(self, act: Callable[[], Response]) -> Response:
        if not self.site.lives:
            self.revive()
        try:
            return act()
        except (OSError, http.client.HTTPException):
            self.revive()
            return act()

    def revive(self) -> None:
        """Start it again after it was killed; what lies there then is whole."""
        code, said = self.site.end()
        assert code == -signal.SIGKILL, said
        self.deaths += 1
        assert integrity(self.site.store) == "ok"
        for order in self.site.orders():
            assert (order.state == "paid") == bool(order.person and order.paid_at), order
        self.site.start()

    def tell(self) -> None:
        """Let Stripe tell; it tells again whatever was not taken."""
        self.stripe.tell()
        assert self.site.process
        if self.step(lambda: self.reader.get("/")).status == 200 and self.deaths:
            self.stripe.tell_again()

    def whole(self) -> None:
        assert self.step(lambda: begin(self.reader)).status == 303
        order = self.site.orders()[-1]
        self.stripe.pay(order)
        self.tell()
        back = self.step(lambda: self.reader.get(f"/api/return?order={order.id}"))
        assert back.status == 200, back
        took = self.step(lambda: self.reader.post("/api/return", {"order": order.id}))
        assert took.status == 303, took.body
        read = self.step(lambda: self.reader.get(f"/api/read/{POST}"))
        assert (read.status, CANARY.encode() in read.body) == (200, True)
        paid = [each for each in self.site.orders() if each.state == "paid"]
        assert [each.id for each in paid] == [order.id]


def killed_before(folder: Path, number: int) -> int:
    """Buy from a server that dies before its Nth write; return how often it died."""
    with selling_server(folder) as (site, stripe):
        site.start(command=KILLED, KILL_BEFORE=str(number))
        buying = Buying(site, stripe)
        if not site.is_up():
            buying.revive()
        buying.whole()
        code, said = site.end()
        assert code == 0, said
        assert integrity(site.store) == "ok"
        return buying.deaths


@pytest.mark.parametrize("number", [9, 20])
def test_a_purchase_survives_a_kill_in_the_middle_of_a_write(tmp_path: Path, number: int) -> None:
    assert killed_before(tmp_path, number) == 1


@pytest.mark.long
def test_a_purchase_survives_a_kill_before_any_write(tmp_path: Path) -> None:
    for number in range(1, 200):
        if not killed_before(tmp_path / str(number), number):
            break
    assert number > 20


@pytest.mark.long
def test_two_hundred_readers_at_once_are_all_answered(tmp_path: Path) -> None:
    with selling_server(tmp_path) as (site, stripe):
        site.start()
        buying = Buying(site, stripe)
        buying.whole()
        cookie = "; ".join(f"{name}={value}" for name, value in buying.reader.jar.items())
        over = time.monotonic() + 20
        together = threading.Barrier(200)

        def read(_: int) -> int:
            wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
            try:
                wire.connect()
                together.wait(60)
                count = 0
                while time.monotonic() < over:
                    for path, holds in (("/", b"home"), (f"/api/read/{POST}", CANARY.encode())):
                        wire.request("GET", path, headers={"Cookie": cookie})
                        answer = wire.getresponse()
                        assert answer.status == 200
                        assert holds in answer.read()
                        count += 1
                return count
            finally:
                wire.close()

        with ThreadPoolExecutor(200) as pool:
            counts = list(pool.map(read, range(200)))
        assert min(counts) >= 2
        code, said = site.end()
        assert (code, "Traceback" in said) == (0, False), said
