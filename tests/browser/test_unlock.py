"""A gated post opens in place for those who may read it, and says so; others ask for nothing."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Pages
from tests.site.kinds import LANGUAGES, of

pytestmark = pytest.mark.browser

POST = "post with a paywall"
FRAGMENTS = {
    "/api/read/pricing": "posts/pricing/fragment.html",
    "/api/read/en/pricing": "posts/en/pricing/fragment.html",
    "/api/read/读者的路": "posts/读者的路/fragment.html",
    "/api/read/membership": "products/membership/zh-Hans/fragment.html",
}
MESSAGES = {"locked": "Bought?", "expired": "Over.", "pending": "On its way.", "held": "Held."}


@dataclass
class Reading:
    """What /api/read answers: "open", a state of 402, "broken", "page" or "away"."""

    state: str = "open"
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def answer(self, generation: Path, path: str) -> tuple[int, str, bytes]:
        if self.state == "open":
            return 200, "text/html", (generation / "private" / FRAGMENTS[path]).read_bytes()
        if self.state == "broken":
            error = {"error": {"code": "trouble", "message": "Our fault."}}
            return 503, "application/json", json.dumps(error).encode()
        if self.state == "page":  # a hotel's network answers everything by its own page
            return 200, "text/html", b"<p>Welcome to our Wi-Fi</p>"
        error = {"code": self.state, "message": MESSAGES[self.state]}
        said = {"error": error, "state": self.state, "offers": []}
        return 402, "application/json", json.dumps(said).encode()


class _Service(Pages):
    """The demo's files, and /api/read as the test wants it."""

    reading = Reading()

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        path = unquote(urlsplit(self.path).path)
        if not path.startswith("/api/read/"):
            super().do_GET()
            return
        self.reading.hold.wait(10)
        self.reading.asked.append((self.path, dict(self.headers)))
        if self.reading.state == "away":
            self.close_connection = True
            return
        status, kind, body = self.reading.answer(Path(self.directory), path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass
class House:
    """A reader's browser in front of the service."""

    base: str
    context: BrowserContext
    reading: Reading

    def sign_in(self) -> None:
        self.context.add_cookies([{"name": "ink-in", "value": "1", "url": self.base}])

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(self.base + path)
        return page


@pytest.fixture(scope="module")
def service(demo: Path) -> Iterator[str]:
    handler = functools.partial(_Service, directory=str(demo))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def house(browser: Browser, service: str) -> Iterator[House]:
    context = browser.new_context(viewport={"width": 800, "height": 700})
    _Service.reading = Reading()
    _Service.reading.hold.set()
    yield House(service, context, _Service.reading)
    _Service.reading.hold.set()
    context.close()


def focus(page: Page) -> Any:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_who_is_not_signed_in_asks_the_service_nothing(house: House) -> None:
    """An anonymous reader's page makes no request to /api/."""
    page = house.open(of(POST).url)
    page.wait_for_load_state("networkidle")
    assert house.reading.asked == []
    expect(page.locator(".paywall")).to_be_visible()
    expect(page.locator(".paywall [role=status]")).to_be_empty()


@pytest.mark.parametrize("cookie", ["ink-in=", "ink-in=0", "drink-in=1"])
def test_other_cookies_are_no_hint(house: House, cookie: str) -> None:
    """A cookie that only looks like the hint does not make the page ask."""
    name, _, value = cookie.partition("=")
    house.context.add_cookies([{"name": name, "value": value, "url": house.base}])
    house.open(of(POST).url).wait_for_load_state("networkidle")
    assert house.reading.asked == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_member_reads_in_place(house: House, lang: str) -> None:
    """The rest stands where the paywall stood, as the whole page has it, and it is announced."""
    house.sign_in()
    page = house.open(of(POST, lang).url)
    rest = page.locator("#ink-premium")
    expect(rest).to_be_visible()
    expect(page.locator(".paywall")).to_have_count(0)
    assert page.locator("#ink-premium .table table").count() > 0
    expect(page.locator("[role=status]")).to_have_text(rest.get_attribute("aria-label") or "?")
    expect(page.locator("article > .row.post #ink-premium")).to_have_count(1)
    assert page.locator("main h1").count() == 1


def test_who_is_reading_the_beginning_is_not_torn_away(house: House) -> None:
    """Without a wish of the reader's the focus and the place on the page stay."""
    house.sign_in()
    page = house.open(of(POST).url)
    expect(page.locator("#ink-premium")).to_be_visible()
    assert focus(page) == "BODY"
    assert page.evaluate("scrollY") == 0


def test_who_comes_from_paying_lands_on_the_rest(house: House) -> None:
    """With #ink-premium in the address the focus is on the rest, and its first line in view."""
    house.sign_in()
    page = house.open(of(POST).url + "#ink-premium")
    expect(page.locator("#ink-premium")).to_be_focused()
    top = "document.querySelector('#ink-premium').getBoundingClientRect().top"
    assert 0 <= page.evaluate(top) < page.evaluate("innerHeight / 2")


def test_by_keyboard_the_link_opens_the_text_and_focus_goes_with_it(house: House) -> None:
    """The link to the whole page opens the text in place once the reader is signed in."""
    house.sign_in()
    house.reading.state = "locked"
    page = house.open(of(POST).url)
    page.wait_for_load_state("networkidle")
    house.reading.state = "open"
    page.locator(".paywall a[href^='/api/page/']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ink-premium")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#ink-premium')")


def test_without_the_hint_the_link_leads_to_the_whole_page(house: House) -> None:
    """Nobody known here: the link is a link."""
    page = house.open(of(POST).url)
    with page.expect_request("**/api/page/pricing"):
        page.locator(".paywall a[href^='/api/page/']").click(no_wait_after=True)


def test_while_it_loads_the_paywall_says_so(house: House) -> None:
    """Busy for machines, in words for people; both end with the answer."""
    house.sign_in()
    house.reading.hold.clear()
    house.reading.state = "expired"
    page = house.open(of(POST).url)
    wall = page.locator(".paywall")
    expect(wall).to_have_attribute("aria-busy", "true")
    expect(wall.get_by_role("status")).to_have_text("打开全文 …")
    house.reading.hold.set()
    expect(wall.get_by_role("status")).to_have_text("Over.")
    assert wall.get_attribute("aria-busy") is None


@pytest.mark.parametrize("state", ["expired", "held"])
def test_a_state_is_said_and_the_offers_stay(house: House, state: str) -> None:
    """The server's own sentence stands in the paywall."""
    house.sign_in()
    house.reading.state = state
    page = house.open(of(POST).url)
    expect(page.locator(".paywall").get_by_role("status")).to_have_text(MESSAGES[state])
    expect(page.get_by_role("radio")).to_have_count(5)
    expect(page.locator(".paywall form button").first).to_be_enabled()


def test_who_never_bought_it_is_told_nothing_new_unless_they_ask(house: House) -> None:
    """The paywall speaks for itself; pressing the link gets the sentence."""
    house.sign_in()
    house.reading.state = "locked"
    page = house.open(of(POST).url)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status")).to_be_empty()
    page.locator(".paywall a[href^='/api/page/']").click()
    expect(page.get_by_role("status")).to_have_text("Bought?")


def test_a_payment_on_its_way_opens_the_text_when_it_arrives(house: House) -> None:
    """The page asks again by itself."""
    house.sign_in()
    house.reading.state = "pending"
    page = house.context.new_page()
    page.clock.install()
    page.goto(house.base + of(POST).url)
    expect(page.get_by_role("status")).to_have_text("On its way.")
    house.reading.state = "open"
    page.clock.fast_forward(5000)
    expect(page.locator("#ink-premium")).to_be_visible()
    assert len(house.reading.asked) == 2


@pytest.mark.parametrize("state", ["away", "page"])
def test_without_a_connection_it_says_so_and_can_be_tried_again(house: House, state: str) -> None:
    """A dead line and a stranger's page are the same: no answer. The link tries again."""
    house.sign_in()
    house.reading.state = state
    page = house.open(of(POST).url)
    expect(page.get_by_role("status")).to_have_text("没连上，请重试。")
    expect(page.get_by_role("radio")).to_have_count(5)
    house.reading.state = "open"
    page.locator(".paywall a[href^='/api/page/']").click()
    expect(page.locator("#ink-premium")).to_be_focused()


def test_back_on_line_it_tries_by_itself(house: House) -> None:
    """Who went through a tunnel need not press anything."""
    house.sign_in()
    page = house.open(of("home").url)
    house.context.route("**/api/read/**", lambda route: route.abort("internetdisconnected"))
    page.goto(house.base + of(POST).url)
    expect(page.get_by_role("status")).to_have_text("没连上，请重试。")
    house.context.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#ink-premium")).to_be_visible()


def test_trouble_of_the_service_is_said_in_its_own_words(house: House) -> None:
    """A 503 with our error shape is shown; the offers stay."""
    house.sign_in()
    house.reading.state = "broken"
    page = house.open(of(POST).url)
    expect(page.get_by_role("status")).to_have_text("Our fault.")


def test_coming_back_signed_in_opens_the_page_that_was_kept(house: House) -> None:
    """A page out of the back-forward cache looks again."""
    page = house.open(of(POST).url)
    house.sign_in()
    shown = "new PageTransitionEvent('pageshow', {persisted: true})"
    page.evaluate(f"dispatchEvent({shown})")
    expect(page.locator("#ink-premium")).to_be_visible()


def test_coming_back_signed_out_closes_it(house: House) -> None:
    """On a shared computer the back button brings no paid text back."""
    house.sign_in()
    page = house.open(of(POST).url)
    expect(page.locator("#ink-premium")).to_be_visible()
    house.context.clear_cookies()
    shown = "new PageTransitionEvent('pageshow', {persisted: true})"
    page.evaluate(f"dispatchEvent({shown})")
    expect(page.locator(".paywall")).to_be_visible()
    expect(page.locator("#ink-premium")).to_have_count(0)


def test_the_request_asks_for_one_post_and_brings_the_cookie(house: House) -> None:
    """One request, for this post, with the session."""
    house.sign_in()
    page = house.open(of("post for subscribers").url)
    expect(page.locator("#ink-premium")).to_be_visible()
    [(path, headers)] = house.reading.asked
    assert unquote(path) == "/api/read/读者的路"
    assert headers["Accept"] == "application/json"
    assert "ink-in=1" in headers["Cookie"]


def test_a_product_opens_in_the_language_of_its_page(house: House) -> None:
    """A product's id is the same in every language, so the address says which."""
    house.sign_in()
    page = house.open(of("product").url)
    expect(page.locator("#ink-premium")).to_be_visible()
    assert house.reading.asked[0][0] == "/api/read/membership?lang=zh-Hans"


def test_pictures_behind_the_paywall_load_in_place(house: House) -> None:
    """They come with the cookie, from the same host."""
    house.sign_in()
    page = house.open(of(POST).url + "#ink-premium")
    picture = page.locator("#ink-premium img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#ink-premium img').naturalWidth > 0")


def test_without_javascript_the_same_link_is_there(browser: Browser, service: str) -> None:
    """Plain link, plain form."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(service + of(POST).url)
    link = page.locator(".paywall a[href='/api/page/pricing']")
    expect(link).to_be_visible()
    expect(page.locator(".paywall button[formaction='/api/redeem']")).to_be_visible()
    context.close()
