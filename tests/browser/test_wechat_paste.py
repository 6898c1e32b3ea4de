"""A text for WeChat, pasted as a creator does it: every word looks as it did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from plugins.snippets.long import wechat
from tests.plugins.snippets.long.everything import WECHAT, everything

pytestmark = pytest.mark.browser

BASE = "http://localhost:9"
PROPERTIES = (
    *("color", "backgroundColor", "fontSize", "fontWeight", "fontStyle", "fontFamily"),
    *("lineHeight", "letterSpacing", "textAlign", "textIndent", "textDecorationLine"),
    *("marginTop", "marginBottom", "marginLeft", "paddingLeft", "paddingTop", "borderRadius"),
    *("borderTopWidth", "borderBottomWidth", "borderLeftWidth", "overflowX", "whiteSpace"),
)
# Every word with what its element looks like.
LOOKS = """names => {
    const walk = document.createTreeWalker(document.body.firstChild, NodeFilter.SHOW_TEXT);
    const seen = [];
    while (walk.nextNode()) {
        if (!walk.currentNode.data.trim()) continue;
        const looks = getComputedStyle(walk.currentNode.parentElement);
        seen.push([walk.currentNode.data, ...names.map(name => looks[name])]);
    }
    return seen;
}"""
SELECT = "() => getSelection().selectAllChildren(document.body.firstChild)"
WRITE = """html => navigator.clipboard.write([new ClipboardItem({
    'text/html': new Blob([html], {type: 'text/html'}),
})])"""


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A page that has a text on it, or an empty editor."""
    context = browser.new_context(viewport={"width": 375, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=BASE)

    def answer(route: Route) -> None:
        shown = {"ink": "ink", "paper": "paper"}.get(route.request.url.rpartition("/")[2])
        if shown:
            body = f"<div>{text(shown)}</div>"
        elif route.request.url.endswith("/editor"):
            body = "<div contenteditable></div>"
        else:
            route.abort()
            return
        route.fulfill(content_type="text/html; charset=utf-8", body=f"<!doctype html>{body}")

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def text(theme: str) -> str:
    return re.sub(r'src="[^"]*"', 'src=""', wechat.write(everything(theme=theme), WECHAT))


def looks(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(LOOKS, PROPERTIES)
    return found


@pytest.mark.parametrize(("theme", "by_hand"), [("ink", True), ("paper", False)])
def test_what_is_pasted_looks_as_what_was_copied(desk, theme, by_hand):
    desk.goto(f"{BASE}/{theme}")
    before = looks(desk)
    assert len(before) > 60
    if by_hand:
        desk.evaluate(SELECT)
        desk.keyboard.press("ControlOrMeta+c")
    else:
        desk.evaluate(WRITE, text(theme))
    desk.goto(f"{BASE}/editor")
    desk.click("[contenteditable]")
    desk.keyboard.press("ControlOrMeta+v")
    desk.wait_for_selector("table")
    assert looks(desk) == before
    pasted = desk.locator("[contenteditable]")
    assert pasted.locator("[id], [class], script, style").count() == 0
    links = pasted.locator("a").evaluate_all("links => links.map(link => link.host)")
    assert links == ["mp.weixin.qq.com"]
    assert pasted.locator("ul ul, ol ol, li li").count() == 0
