"""The service's pages in a browser: for every reader, in every light, on phone and desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import Window, watch
from tests.browser.test_every_page import AXE, RUN
from tests.conftest import missing
from tests.site.filled import EVERY, EVERY_MAIL, PAGES_FILLED, Filled, letter
from tests.site.kinds import LANGUAGES

pytestmark = pytest.mark.browser

ROOMS = (("light", 375), ("light", 1280), ("dark", 375))
# Made of the same parts as another that is looked at.
ALIKE = ("opt-in with a wrong address", "late said", "unsubscribe declining")
LOOKED_AT = [(filled, lang) for filled, lang in EVERY if str(filled) not in ALIKE]


@pytest.fixture(scope="module")
def room(browser: Browser, served: str) -> Iterator[Window]:
    """One window; a page of the service is answered from what was filled."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield watch(context, served)
    context.close()


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        missing("axe is not there (npm ci)")
    return AXE.read_text("utf-8")


def look(room: Window, text: str, address: str = "/api/looked-at") -> Page:
    """Show finished HTML at an address of the service."""

    def answer(route: Route) -> None:
        route.fulfill(body=text, content_type="text/html; charset=utf-8")

    room.page.unroute("**/api/**")
    room.page.route("**/api/**", answer)
    room.requests.clear()
    room.page.goto(room.base + address)
    return room.page


@pytest.mark.parametrize(("filled", "lang"), LOOKED_AT, ids=str)
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    room: Window, demo: Path, axe: str, filled: Filled, lang: str
) -> None:
    """Contrast, names, roles, room for a finger; no sideways scrolling down to 320 pixels."""
    page = look(room, filled.page(demo, lang))
    page.evaluate(axe)
    found = []
    for scheme, width in ROOMS:
        room.light(scheme)
        room.resize(width)
        said = page.evaluate(RUN)
        found += [
            (scheme, width, each["id"], node["html"][:200])
            for each in said["violations"]
            for node in each["nodes"]
        ]
    room.resize(320)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert found == []
    assert room.outside == []


@pytest.mark.parametrize(("filled", "lang"), EVERY_MAIL, ids=str)
def test_axe_finds_nothing_in_a_mail(
    room: Window, demo: Path, axe: str, filled: Filled, lang: str
) -> None:
    """Readable in both lights, by those rules that hold for a mail; it loads nothing."""
    assert wrong_in_mail(room, axe, filled.mail(demo, lang)[0]) == []
    loaded = [url for url in room.requests if not url.endswith(("/api/looked-at", "favicon.ico"))]
    assert loaded == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_in_a_letter(room: Window, axe: str, lang: str) -> None:
    """Whatever Markdown makes is readable in both lights; a wide picture is as wide as a phone."""
    assert wrong_in_mail(room, axe, letter(lang)) == []


_PAGES_ONLY = ("region", "landmark-one-main")


def wrong_in_mail(room: Window, axe: str, text: str) -> list[str]:
    """Return what is wrong with a mail on a phone, light and dark."""
    page = look(room, text)
    page.evaluate(axe)
    room.resize(375)
    found = []
    for scheme in ("light", "dark"):
        room.light(scheme)
        said = page.evaluate(RUN)["violations"]
        # A mail has no landmarks: it is an article in somebody else's page.
        found += [f"{scheme}: {each['id']}" for each in said if each["id"] not in _PAGES_ONLY]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, *(["runs over the edge"] if wide > 0 else [])]


def sent(page: Page, act: Callable[[], None]) -> Request:
    """Return the request that something done on a page sends, once its answer is shown."""
    with page.expect_navigation() as led:
        act()
    return led.value.request


def variant(name: str, note: str = "") -> Filled:
    return next(each for each in PAGES_FILLED if (each.name, each.note) == (name, note))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_signing_in_by_keyboard_alone(room: Window, demo: Path, lang: str) -> None:
    """Skip link, field, button: nothing else is in the way, and Enter sends the form."""
    page = look(room, variant("sign-in").page(demo, lang))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#ink-mail")).to_be_focused()
    page.keyboard.type("chen@example.com")
    asked = sent(page, lambda: page.keyboard.press("Enter"))
    assert asked.method == "POST"
    assert urlsplit(asked.url).path == "/api/sign-in"
    assert asked.post_data == "return_to=%2Fpricing%2F%23ink-premium&mail=chen%40example.com"


def test_the_digits_can_be_typed_at_once_and_pasted_with_a_space(room: Window, demo: Path) -> None:
    """The one field of the page has the focus and takes what a mail program copies."""
    page = look(room, variant("code").page(demo, "en"))
    expect(page.locator("#ink-code")).to_be_focused()
    page.keyboard.insert_text("402 915")
    asked = sent(page, lambda: page.keyboard.press("Enter"))
    assert urlsplit(asked.url).path == "/api/sign-in/code"
    assert asked.post_data == "code=402+915"


def test_asking_again_sends_the_same_address(room: Window, demo: Path) -> None:
    """A second mail needs no typing, and remembers where the reader was going."""
    page = look(room, variant("code").page(demo, "en"))
    asked = sent(page, page.get_by_role("button", name="Send another one").click)
    assert (asked.method, urlsplit(asked.url).path) == ("POST", "/api/sign-in")
    assert asked.post_data == "mail=chen.xiaoyu%40example.com&return_to=%2Fpricing%2F"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_error_has_the_focus_and_is_read_with_the_field(
    room: Window, demo: Path, lang: str
) -> None:
    """After a mistake the reader stands in the field, and hears what is wrong with it."""
    filled = variant("redeem", "with a wrong address")
    page = look(room, filled.page(demo, lang))
    field = page.locator("#ink-mail")
    expect(field).to_be_focused()
    text = str(filled.values["error_text"])
    assert text in (field.evaluate("e => e.ariaDescribedByElements?.[0]?.textContent") or text)
    page.get_by_role("alert").get_by_role("link").click()
    expect(field).to_be_focused()


def test_each_button_of_the_account_is_about_its_own_thing(room: Window, demo: Path) -> None:
    """Cancel sends the order of its own row; a device signs out by its own id."""
    page = look(room, variant("account", "full").page(demo, "en"))
    asked = sent(page, page.get_by_role("button", name="Cancel").first.click)
    assert urlsplit(asked.url).path == "/api/account/cancel"
    assert asked.post_data == "order=7Q2MKX4PW0AB"
    page = look(room, variant("account", "full").page(demo, "en"))
    asked = sent(page, page.get_by_role("button", name="Sign out: 电脑 · Firefox").click)
    assert urlsplit(asked.url).path == "/api/sign-out"
    assert asked.post_data == "device=d2"


@pytest.mark.parametrize("name", ["account", "return", "paying"])
def test_on_paper_there_is_the_text_alone(room: Window, demo: Path, name: str) -> None:
    """What is owned and the order number print; menus and buttons do not."""
    filled = next(each for each in reversed(PAGES_FILLED) if each.name == name)
    page = look(room, filled.page(demo, "en"))
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => [...document.querySelectorAll('nav, form, .skip, body > footer')]
            .filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))"""
    )
    heading = page.locator("h1").is_visible()
    page.emulate_media(media="screen")
    assert shown == []
    assert heading
