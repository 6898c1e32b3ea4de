"""People in a real browser on the demo with its whole life: what the walks have in common."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from publish.contract.manifest import Manifest, Post
from publish.paywall import codes
from publish.paywall.mailers.outbox import Letter, Outbox
from publish.paywall.stores.sqlite import SqliteStore
from publish.sandbox.clock import MovingClock
from publish.sandbox.home import Home
from publish.sandbox.state import State

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

    def mail(self, to: str, pattern: str, but: str = "") -> tuple[Letter, str]:
        """Return the newest mail that says something to an address, and what, but not `but`."""
        found: list[tuple[Letter, str]] = []

        def came() -> bool:
            found[:] = [
                (letter, said[0])
                for letter in Outbox(self.home.mails).letters()
                if letter.to == to and (said := re.search(pattern, letter.text)) and said[0] != but
            ]
            return bool(found)

        self.soon(came)
        return found[0]

    def soon(self, is_so: Callable[[], bool]) -> None:
        """Wait for what is done outside of any request; a page that is on its way waits, too."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def six_digits(self, mail: str) -> str:
        """Return the code of the newest mail to an address, as soon as it is there."""
        return self.mail(mail, r"(?<!\d)\d{6}(?!\d)")[1]

    def chat_code(self) -> str:
        """Return a redemption code, as it is sent by hand: lower case, with dashes."""
        with self.store() as store:
            _, made = codes.make(store, self.clock(), product="pass", days=30, count=1)
        return made[0].lower()

    @property
    def clock(self) -> MovingClock:
        """Return the clock of all that the demo lives on."""
        return MovingClock(State(self.home.stripe))

    def move(self, seconds: int) -> None:
        """Let time go by."""
        with State(self.home.stripe).change() as books:
            books.move(seconds)

    def store(self) -> closing[SqliteStore]:
        """Open the store that the service works on."""
        return closing(SqliteStore(self.home.service, clock=self.clock))


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


WAYS = [
    pytest.param("zh-Hans", Mouse(), True, id="chinese"),
    pytest.param("en", Mouse(), True, id="english"),
    pytest.param("en", Keyboard(), True, id="keyboard"),
    pytest.param("zh-Hans", Mouse(), False, id="no-javascript"),
]


@dataclass
class Visitor:
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
