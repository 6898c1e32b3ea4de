"""What readers do: without JavaScript, by keyboard, on paper, in the other language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LOOKED_AT, Window, watch
from tests.site.kinds import LANGUAGES, of

pytestmark = pytest.mark.browser

OTHER = dict(zip(LANGUAGES, reversed(LANGUAGES), strict=True))
FOCUS = "(e => e.id || e.name || e.textContent.trim())(document.activeElement)"


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUS))


def test_everything_can_be_read_with_javascript_off(browser: Browser, served: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    window = watch(context, served)
    for shown in LOOKED_AT:
        page = window.open(shown.url)
        expect(page.locator("h1")).to_be_visible()
        text = page.locator("main").inner_text()
        assert len(text) > len(page.locator("h1").inner_text()), shown
        for hidden in page.locator("main p, main li, main pre, main td").all()[:12]:
            inside_closed = hidden.evaluate("e => !!e.closest('details:not([open])')")
            assert inside_closed or hidden.is_visible(), (shown, hidden.inner_text())
    context.close()


def test_an_old_address_leads_on_by_itself(window: Window) -> None:
    for lang in LANGUAGES:
        window.page.goto(window.base + of("alias", lang).url)
        window.page.wait_for_url(re.compile(r"(%E7%A7%9F|租|/access/)"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_tab_skips_to_the_text(window: Window, lang: str) -> None:
    page = window.open(of("post", lang).url)
    skip = page.locator(".skip")
    expect(skip).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#ink-main")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_can_be_seen_wherever_it_is(window: Window, scheme: str) -> None:
    window.light(scheme)
    for kind in ("home", "post with a paywall"):
        page = window.open(of(kind).url)
        places = 0
        while places < 60:
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            places += 1
            style, width = page.evaluate(
                "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
            )
            assert (style, width) == ("solid", "3px"), focused(page)
        assert places > 15


@pytest.mark.parametrize("lang", LANGUAGES)
def test_buying_by_keyboard(window: Window, lang: str) -> None:
    page = window.open(of("post with a paywall", lang).url)
    radios = page.locator(".paywall input[type=radio]")
    radios.first.focus()
    expect(radios.first).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(radios.nth(1)).to_be_checked()
    expect(radios.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    buy = page.locator(".paywall form button").first
    expect(buy).to_be_focused()
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.className"))
        if order[-1] == "quiet":
            break
    assert order[-1] == "quiet"
    with page.expect_request("**/api/checkout") as asked:
        buy.click(no_wait_after=True)
    assert asked.value.method == "POST"
    offers = page_offers(asked.value.post_data or "")
    assert offers == ["membership-month"]


def page_offers(posted: str) -> list[str]:
    return re.findall(r"(?:^|&)offer=([^&]+)", posted)


def test_an_offer_is_chosen_by_a_click_anywhere_on_it(window: Window) -> None:
    page = window.open(of("post with a paywall").url)
    offers = page.locator("label.offer")
    offers.nth(2).locator(".price").click()
    expect(offers.nth(2).locator("input")).to_be_checked()
    expect(page.get_by_role("radio")).to_have_count(5)
    group = page.get_by_role("group")
    expect(group).to_have_accessible_name("购买方式")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["home", "post", "product", "page", "archive"])
def test_the_switch_of_language_leads_to_the_same_page(
    window: Window, kind: str, lang: str
) -> None:
    page = window.open(of(kind, lang).url)
    page.locator(f"header nav a[hreflang={OTHER[lang]}]").click()
    expect(page.locator("html")).to_have_attribute("lang", OTHER[lang])
    page.locator(f"header nav a[hreflang={lang}]").click()
    expect(page).to_have_url(re.compile(re.escape(page.evaluate("location.pathname")) + "$"))
    expect(page.locator("html")).to_have_attribute("lang", lang)
    assert page.evaluate("decodeURI(location.pathname)") == of(kind, lang).url


def test_the_contents_are_closed_on_a_phone_and_open_beside_the_text(window: Window) -> None:
    page = window.open(of("post").url)
    first = page.locator(".contents a").first
    expect(first).to_be_visible()
    window.resize(375)
    expect(first).to_be_hidden()
    page.locator(".contents summary").press("Enter")
    expect(first).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_after_unlocking_the_focus_is_on_the_rest(window: Window, lang: str) -> None:
    page = window.open(of("unlocked post", lang).url + "#ink-premium")
    expect(page.locator("#ink-premium")).to_be_focused()
    expect(page.locator("#ink-premium")).to_be_in_viewport()


def test_the_name_of_the_site_is_read_at_home_though_only_its_seal_is_shown(
    window: Window,
) -> None:
    page = window.open(of("home").url)
    expect(page.get_by_role("banner").get_by_role("link").first).to_have_accessible_name("自留地")


def test_paper_is_white_and_says_where_links_lead(window: Window) -> None:
    window.light("dark")
    page = window.open(of("post").url)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert len(page.pdf()) > 5000
