"""The walk of a buyer through `inkstead run`: the real server, its policy for scripts and forms.

The sandbox stands in for Stripe at an address of its own, as Stripe does; no request leaves the
machine.
"""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from publish.contract.manifest import load
from publish.paywall.payments.stripe_api import StripePayments
from publish.paywall.payments.stripe_requests import SANDBOX_KEY
from publish.paywall.roots.server import Ticker
from publish.preview.life import Catalogue
from publish.sandbox import life, webhooks
from publish.sandbox.home import Home
from publish.sandbox.running import running
from publish.sandbox.state import State
from tests.browser.test_walk import Reader
from tests.browser.walking import LOCALES, PATIENCE, WAYS, Keyboard, Mouse, Town
from tests.publish.paywall.house import KEYS
from tests.publish.serving.one_server import WEBHOOK_SECRET, OneServer

pytestmark = pytest.mark.browser


def site_of(demo: Path, folder: Path, taken: socket.socket) -> OneServer:
    """Return the demo as if it had been built for the address of the socket."""
    site = OneServer(folder, taken)
    shutil.copytree((demo / "current").resolve(), folder / "output")
    manifest = folder / "output" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["site"]["url"] = site.origin
    manifest.write_text(json.dumps(told), "utf-8")
    (folder / "site.toml").write_text(f'url = "{site.origin}"\n', "utf-8")
    return site


@pytest.fixture
def stand(demo: Path, tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """The demo on one server, the sandbox at another address that tells it of payments."""
    with ExitStack() as until_the_end:
        taken = socket.create_server(("127.0.0.1", 0), backlog=64)
        until_the_end.enter_context(closing(taken))
        home = Home(tmp_path / "sandbox")
        state = State(home.stripe)
        address = until_the_end.enter_context(running(state))
        site = site_of(demo, tmp_path / "site", taken)
        payments = StripePayments(SANDBOX_KEY, (WEBHOOK_SECRET,), api_base=address)
        assert Catalogue(site.folder / "output", payments)() == ""
        with life.today(state) as books:
            webhooks.register(books, f"{site.origin}/api/webhook", WEBHOOK_SECRET, "one server")
        courier = Ticker(lambda: webhooks.deliver(state), 0.2)
        site.start(
            INKSTEAD_ORIGIN=site.origin,
            INKSTEAD_STORE=f"sqlite:{home.service}",
            INKSTEAD_KEYS=",".join(KEYS),
            INKSTEAD_MAIL=f"outbox:{home.mails}",
            STRIPE_SECRET_KEY=SANDBOX_KEY,
            STRIPE_WEBHOOK_SECRETS=WEBHOOK_SECRET,
            STRIPE_API=address,
        )
        until_the_end.callback(lambda: site.process and site.end())
        town = Town(site.origin, home, load(site.folder / "output" / "manifest.json"), demo)
        courier.start()
        try:
            yield town, f"http://{urlsplit(address).netloc}"
        finally:
            courier.stop()  # while somebody answers
        code, said = site.end()
        assert code == 0, said
        assert "Traceback" not in said
        assert said.startswith("Stripe …")


@pytest.fixture
def enter(browser: Browser, stand: tuple[Town, str]) -> Iterator[Any]:
    """Return a function that opens a browser of its own; what a policy stops fails the test."""
    town, sandbox = stand
    contexts, outside, stopped = [], [], []

    def open_one(lang: str, hand: Mouse | Keyboard, script: bool) -> Reader:
        context = browser.new_context(
            locale=LOCALES[lang],
            java_script_enabled=script,
            viewport={"width": 390, "height": 844},
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)

        def stay(route: Any) -> None:
            if route.request.url.startswith((town.base, sandbox)):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        context.route("**/*", stay)
        page = context.new_page()
        page.on("console", lambda told: stopped.append(told.text) if _is_policy(told) else None)
        return Reader(town, page, hand, script)

    yield open_one
    for context in contexts:
        context.close()
    assert outside == []
    assert stopped == []


def _is_policy(told: Any) -> bool:
    return "Content Security Policy" in told.text or "Content-Security-Policy" in told.text


@pytest.mark.parametrize(("lang", "hand", "script"), [WAYS[1], WAYS[3]])
def test_a_member_buys_and_reads_elsewhere_on_one_server(stand, enter, lang, hand, script):
    mail = "reader@example.com"
    first = enter(lang, hand, script)
    _, post = first.open_paywall(lang)
    first.buy("membership-month", mail)
    first.reads(post)

    second = enter(lang, hand, script)
    second.goto(post.url)
    expect(second.page.locator("body")).not_to_contain_text(stand[0].sentence(post))
    second.sign_in(mail)
    second.reads(post)
    second.goto(f"/api/account?lang={lang}")
    second.press("form[action^='/api/account/cancel'] button")
    expect(second.page.locator("form[action^='/api/account/resume']")).to_be_visible()


def test_what_is_missing_is_shown_in_the_readers_language(stand, enter):
    reader = enter("en", Mouse(), True)
    answer = reader.page.goto(f"{stand[0].base}/en/no/such/page/")
    assert answer is not None
    assert answer.status == 404
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
