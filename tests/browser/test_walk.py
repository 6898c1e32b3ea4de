"""The whole walk in a real browser: from a free post to paying, reading, leaving, and locked again.

The preview of the demo with its sandbox and mailbox, nothing else; no request leaves the machine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from publish.contract.manifest import Manifest, Post, load
from publish.paywall import codes
from publish.paywall.mailers.outbox import Outbox
from publish.paywall.stores.sqlite import SqliteStore
from publish.preview.app import Preview
from publish.preview.life import Payer, living
from publish.preview.server import bind, running
from publish.preview.stage import Scene, Stage
from publish.sandbox.clock import MovingClock
from publish.sandbox.home import Home
from publish.sandbox.state import State

pytestmark = pytest.mark.browser

PATIENCE = 30.0
LOCALES = {"zh-Hans": "zh-CN", "en": "en-US"}


@dataclass
class Town:
    """The demo with its whole life."""

    base: str
    home: Home
    manifest: Manifest
    generation: Path

    def gated(self, lang: str) -> tuple[str, Post]:
        """Return a post that a membership and a pass open."""
        return next(
            (key, post)
            for key, post in self.manifest.posts.items()
            if post.lang == lang and post.premium and "membership-month" in post.offers
        )

    def free(self, to: Post) -> Post:
        """Return a free post that links to one that is not."""
        for post in self.manifest.posts.values():
            if post.lang == to.lang and post.kind and "public" in post.access:
                page = self.generation / "public" / unquote(post.url).strip("/") / "index.html"
                if page.is_file() and f'href="{to.url}"' in page.read_text("utf-8"):
                    return post
        raise AssertionError(f"no free post leads to {to.url}")

    def sentence(self, post: Post) -> str:
        """Return a sentence that only those who paid may read."""
        assert post.premium
        html = (self.generation / post.premium.fragment).read_text("utf-8")
        found = re.search(r"<p>([^<]{12,})", html)
        assert found
        return unescape(found[1])[:24]

    def six_digits(self, mail: str) -> str:
        """Return the code of the newest mail to an address, as soon as it is there."""
        outbox, deadline = Outbox(self.home.mails), time.monotonic() + PATIENCE
        while True:
            for letter in outbox.letters():
                found = re.search(r"(?<!\d)\d{6}(?!\d)", letter.text)
                if letter.to == mail and found:
                    return found[0]
            assert time.monotonic() < deadline, f"no code came for {mail}"
            time.sleep(0.05)

    def chat_code(self) -> str:
        """Return a redemption code, as it is sent by hand: lower case, with dashes."""
        clock = MovingClock(State(self.home.stripe))
        with closing(SqliteStore(self.home.service, clock=clock)) as store:
            _, made = codes.make(store, clock(), product="pass", days=30, count=1)
        return made[0].lower()


@pytest.fixture
def town(demo: Path, tmp_path: Path) -> Iterator[Town]:
    server = bind(0)
    base = f"http://127.0.0.1:{server.server_port}"
    stage = Stage(Scene("good-1", built=True, good=True))
    with ExitStack() as until_the_end:
        life = until_the_end.enter_context(
            living(tmp_path / "sandbox", demo, base, Payer("sandbox"))
        )
        app = Preview(demo, stage, "en", server.server_port, life.mounts)
        until_the_end.enter_context(running(server, app))
        life.built()
        yield Town(base, Home(tmp_path / "sandbox"), load(demo / "manifest.json"), demo)
        stage.close()


class Mouse:
    """Uses a page as most do."""

    def press(self, what: Locator) -> None:
        what.click()

    def choose(self, what: Locator) -> None:
        what.check()

    def write(self, where: Locator, text: str) -> None:
        where.fill(text)


class Keyboard:
    """Uses a page with Tab, arrows, space and Enter alone."""

    def press(self, what: Locator) -> None:
        self._reach(what)
        what.page.keyboard.press("Enter")

    def choose(self, what: Locator) -> None:
        name = what.get_attribute("name")
        self._reach(what.page.locator(f"input[name={name}]:checked"))
        for _ in range(20):
            if what.is_checked():
                return
            what.page.keyboard.press("ArrowDown")
        raise AssertionError(f"arrows do not reach {name}")

    def write(self, where: Locator, text: str) -> None:
        self._reach(where)
        where.page.keyboard.press("ControlOrMeta+a")
        where.page.keyboard.type(text)

    def _reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(150):
            if what.evaluate("element => element === document.activeElement"):
                return
            what.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {what}")


@dataclass
class Reader:
    """Somebody in a browser of their own."""

    town: Town
    page: Page
    hand: Mouse | Keyboard
    script: bool

    def goto(self, path: str) -> None:
        answer = self.page.goto(self.town.base + path)
        assert answer is not None

    def press(self, selector: str) -> None:
        self.hand.press(self.page.locator(selector).first)

    def open_paywall(self, lang: str) -> tuple[str, Post]:
        """Come from a free post to one that is not."""
        key, post = self.town.gated(lang)
        self.goto(self.town.free(post).url)
        expect(self.page.locator(".paywall")).to_have_count(0)
        self.press(f"a[href='{post.url}']")
        expect(self.page.locator(".paywall")).to_be_visible()
        expect(self.page.locator("body")).not_to_contain_text(self.town.sentence(post))
        return key, post

    def buy(self, offer: str, mail: str) -> None:
        """Buy on the paywall and come back to reading, with one click after paying."""
        self.hand.choose(self.page.locator(f".paywall input[value={offer}]"))
        self.press(".paywall form[method=post] button")
        expect(self.page.locator(".test")).to_be_visible()
        self.hand.write(self.page.locator("#mail"), mail)
        self.hand.choose(self.page.locator("input[value=card-works]"))
        self.press("button.main")
        self.page.wait_for_url("**/api/return?*")
        self.press("main form[action^='/api/return'] button")

    def reads(self, post: Post) -> None:
        """See the part behind the paywall; without JavaScript one link further."""
        self.page.wait_for_url(f"**{post.url}*")
        if self.script:
            premium = self.page.locator("#ink-premium")
            expect(premium).to_contain_text(self.town.sentence(post))
            expect(premium).to_be_focused()
            expect(self.page.locator(".paywall")).to_have_count(0)
        else:
            self.press(".paywall a[href^='/api/page/']")
            expect(self.page.locator("body")).to_contain_text(self.town.sentence(post))

    def sign_in(self, mail: str) -> None:
        """Sign in from the paywall with the code of a mail."""
        self.press(".paywall form[action='/api/sign-in'] button.quiet")
        self.hand.write(self.page.locator("#ink-mail"), mail)
        self.press("main form.ask button")
        self.type_code(mail)

    def type_code(self, mail: str) -> None:
        self.page.wait_for_url("**/api/sign-in/code*")
        self.page.reload()  # WeChat loses pages; the code still belongs to this browser
        self.hand.write(self.page.locator("#ink-code"), self.town.six_digits(mail))
        self.press("main form.ask button")

    def finds_locked(self, key: str, post: Post) -> None:
        """Meet the paywall again, as soon as the provider has told the site."""
        deadline = time.monotonic() + PATIENCE
        while self.page.request.get(f"{self.town.base}/api/read/{key}").status != 402:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.goto(post.url)
        expect(self.page.locator(".paywall")).to_be_visible()
        expect(self.page.locator("#ink-premium")).to_have_count(0)
        expect(self.page.locator("body")).not_to_contain_text(self.town.sentence(post))


@pytest.fixture
def enter(browser: Browser, town: Town) -> Iterator[Any]:
    """Return a function that opens a browser of its own for somebody."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def open_one(lang: str, hand: Mouse | Keyboard, script: bool = True) -> Reader:
        context = browser.new_context(
            locale=LOCALES[lang],
            java_script_enabled=script,
            viewport={"width": 390, "height": 844},
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)

        def stay(route: Any) -> None:
            if route.request.url.startswith(town.base):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        context.route("**/*", stay)
        return Reader(town, context.new_page(), hand, script)

    yield open_one
    for context in contexts:
        context.close()
    assert outside == []


WAYS = [
    pytest.param("zh-Hans", Mouse(), True, id="chinese"),
    pytest.param("en", Mouse(), True, id="english"),
    pytest.param("en", Keyboard(), True, id="keyboard"),
    pytest.param("zh-Hans", Mouse(), False, id="no-javascript"),
]


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_a_member_buys_reads_elsewhere_cancels_and_is_locked_out_at_the_end(
    town, enter, lang, hand, script
):
    mail = "reader@example.com"
    first = enter(lang, hand, script)
    key, post = first.open_paywall(lang)
    first.buy("membership-month", mail)
    first.reads(post)

    second = enter(lang, hand, script)
    second.goto(post.url)
    second.sign_in(mail)
    second.reads(post)

    second.goto(f"/api/account?lang={lang}")
    expect(second.page.locator("html")).to_have_attribute("lang", lang)
    second.press("form[action^='/api/account/cancel'] button")
    expect(second.page.locator("form[action^='/api/account/resume']")).to_be_visible()
    second.goto(post.url)
    second.goto(f"/api/account?lang={lang}")

    second.goto("/_sandbox/")
    second.press("button[value=period]")
    second.finds_locked(key, post)
    first.finds_locked(key, post)


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_a_code_from_a_chat_opens_the_post(town, enter, lang, hand, script):
    mail = "group@example.com"
    reader = enter(lang, hand, script)
    _, post = reader.open_paywall(lang)
    reader.press(".paywall button[formaction='/api/redeem']")
    reader.hand.write(reader.page.locator("#ink-code"), town.chat_code())
    reader.hand.write(reader.page.locator("#ink-mail"), mail)
    reader.press("main form.ask button")
    reader.type_code(mail)
    reader.press(f"main a[href^='{post.url}']")
    reader.reads(post)
    other = enter(lang, hand, script)
    other.goto(post.url)
    expect(other.page.locator(".paywall")).to_be_visible()
