"""A creator's folder with a finished preview and the sandbox beside it, where people buy."""

from __future__ import annotations

import gettext
import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publish import folders
from publish.cli import main
from publish.operating.opening import Desk, opened
from publish.paywall import fulfil, keys, orders
from publish.paywall.orders import Order
from publish.paywall.service import Service
from publish.sandbox import life, selling
from publish.sandbox.home import Home
from publish.sandbox.money import Payer
from publish.sandbox.state import Books, State
from tests.publish.commands.running import Ran, environment, inkstead
from tests.publish.paywall.generation import make_generation
from tests.publish.paywall.house import Browser

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Shop:
    """One site of its own in `folder`."""

    folder: Path

    def run(self, *arguments: str | Path, **environ: str) -> Ran:
        """Run a command as a creator does, but in this process, where it starts at once."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "12")
        given = environment(**environ)
        with _own_process(given, self.folder), redirect_stdout(out), redirect_stderr(err):
            code = main([str(each) for each in arguments])
        told = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
        return Ran(code, *told)

    def process(self, *arguments: str | Path, **environ: str) -> Ran:
        """Run a command in a process of its own."""
        return inkstead(*arguments, cwd=self.folder, **environ)

    def ok(self, *arguments: str | Path, **environ: str) -> str:
        """Run a command that goes well; return what it printed."""
        ran = self.run(*arguments, **environ)
        assert ran.code == 0, ran.out + ran.err
        return ran.out

    def json(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a command that goes well; return the object that it printed."""
        told: dict[str, Any] = json.loads(self.ok(*arguments, "--json"))
        assert (told["account"], told["mode"]) == ("sandbox", "sandbox")
        assert told["store"].startswith("sqlite:")
        return told

    @contextmanager
    def desk(self, payments: bool = False) -> Iterator[Desk]:
        """Open what the commands open."""
        with opened(self.folder, ZONE, False, payments=payments, environ={}) as desk:
            yield desk

    @property
    def home(self) -> Home:
        """Return the sandbox's files."""
        return Home(folders.sandbox_state(self.folder))

    @contextmanager
    def books(self) -> Iterator[Books]:
        """Open what the stand-in for Stripe knows."""
        with life.today(State(self.home.stripe)) as books:
            yield books

    def buy(self, mail: str, offer: str, post: str = "walled", *, tell: bool = True) -> Order:
        """Let somebody buy with a card that works; without `tell` nobody here hears of it."""
        with self.desk(payments=True) as desk:
            browser = Browser(Service(desk.world), desk.world.origin)
            browser.page = f"/{post}/?utm_source=letter"
            began = browser.post("/api/checkout", {"offer": offer, "post": post})
            assert began.status == 303, began.body
            order = self._newest(desk)
            with self.books() as books:
                session = books.get("checkout.session", order.reference)
                selling.complete(books, session, Payer(mail))
            if tell:
                assert fulfil.sync(desk.world, order.reference)
            found = orders.find(desk.world.store, order.id)
            assert found
            return found

    def _newest(self, desk: Desk) -> Order:
        last = desk.world.store.query(keys.ORDERS)[-1]
        found = orders.find(desk.world.store, str(last.value["order"]))
        assert found
        return found

    def opens(self, mail: str) -> set[str]:
        """Return the products that are open to somebody now."""
        found = self.json("readers", "list")["readers"]
        rights = [r for each in found if each["mail"] == mail for r in each["rights"]]
        return {right["product"] for right in rights if right["open"]}


@contextmanager
def _own_process(environ: dict[str, str], folder: Path) -> Iterator[None]:
    """Keep what a command changes of its process from the tests after it."""
    kept = dict(os.environ), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    words, stdin = (gettext.dgettext, gettext.dngettext), sys.stdin
    os.environ.clear()
    os.environ.update(environ)
    try:
        with chdir(folder), Path(os.devnull).open(encoding="utf-8") as nobody:
            sys.stdin = nobody
            yield
    finally:
        sys.stdin = stdin
        gettext.dgettext, gettext.dngettext = words
        os.environ.clear()
        os.environ.update(kept[0])
        signal.signal(signal.SIGTERM, kept[1])
        signal.signal(signal.SIGHUP, kept[2])


def make_shop(folder: Path, *, stocked: bool = False) -> Shop:
    """Return a shop; `stocked`: its products are at Stripe already."""
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text(
        'time_zone = "Asia/Shanghai"\nlanguages = ["zh-Hans", "en"]\n', encoding="utf-8"
    )
    make_generation(folders.preview_output(folder), site_url="http://127.0.0.1:8000")
    shop = Shop(folder)
    if stocked:
        from publish.operating import catalogue_sync

        with shop.desk(payments=True) as desk:
            has = catalogue_sync.found(desk.stripe())
            for action in catalogue_sync.plan(desk.manifest, has):
                catalogue_sync.apply(desk.stripe(), action)
    return shop
