"""A window on the demo: one page load for all that is looked at on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from publish.contract.manifest import load
from publish.preview.app import Preview
from publish.preview.life import Payer, living
from publish.preview.server import bind, running
from publish.preview.stage import Scene, Stage
from publish.sandbox.home import Home
from tests.browser.walking import LOCALES, PATIENCE, Keyboard, Mouse, Town, Visitor
from tests.site.kinds import SHOWN, Shown


@dataclass
class Window:
    """A page of the demo in Chromium, and every request that it made."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)

    def open(self, url: str) -> Page:
        answer = self.page.goto(self.base + url)
        assert answer is None or answer.status in (200, 304), url
        return self.page

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})

    def light(self, scheme: str) -> None:
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    @property
    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(self.base)]


def watch(context: BrowserContext, base: str) -> Window:
    """Open a page in a context; a request to another host is written down and refused."""
    window = Window(context.new_page(), base)

    def decide(route: Route) -> None:
        window.requests.append(route.request.url)
        if route.request.url.startswith(base):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", decide)
    return window


@pytest.fixture
def window(browser: Browser, served: str) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield watch(context, served)
    context.close()


@pytest.fixture(scope="session")
def many(browser: Browser, served: str) -> Iterator[Window]:
    """One window for page after page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield watch(context, served)
    context.close()


# An alias leads on at once: there is nothing to look at.
LOOKED_AT = [shown for shown in SHOWN if shown.kind != "alias"]


@pytest.fixture(scope="module", params=LOOKED_AT, ids=str)
def seen(request: pytest.FixtureRequest, many: Window) -> Window:
    """Every page of every type, loaded once for all tests of a module."""
    shown: Shown = request.param
    many.requests.clear()
    many.resize(1280)
    many.page.emulate_media(color_scheme="light", media="screen")
    many.open(shown.url)
    return many


def luminance(page: Page, selector: str, what: str) -> float:
    """Return how light a colour of an element is, 0 to 1, as WCAG counts it."""
    script = """([selector, what]) => {
        const paint = document.createElement('canvas').getContext('2d');
        paint.fillStyle = getComputedStyle(document.querySelector(selector))[what];
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }"""
    channels: list[Any] = page.evaluate(script, [selector, what])
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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


@pytest.fixture
def enter(browser: Browser, town: Town) -> Iterator[Any]:
    """Return a function that opens a browser of its own for somebody."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def open_one(
        lang: str, hand: Mouse | Keyboard, script: bool = True, kind: type[Visitor] = Visitor
    ) -> Visitor:
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
        return kind(town, context.new_page(), hand, script)

    yield open_one
    for context in contexts:
        context.close()
    assert outside == []
