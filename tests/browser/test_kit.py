"""The copy kit in a real browser: what lies on the clipboard, by hand and by keyboard."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from plugins.snippets.kit.page import page as kit_page
from publish.preview.snippets import _POLICY
from tests.browser.test_every_page import AXE, RUN
from tests.conftest import missing
from tests.plugins.snippets.kit.samples import LONG, MADE, MAIL, PARTS, RICH, post, shown

pytestmark = pytest.mark.browser

READ = """async () => {
    const found = {};
    for (const item of await navigator.clipboard.read())
        for (const type of item.types) found[type] = await (await item.getType(type)).text();
    return found;
}"""
# Reads a clipboard as an editor does, on a page that is no secure context, too.
PASTE = """<!doctype html><title>Editor</title><div contenteditable id="here">x</div><script>
addEventListener('paste', (event) => {
    event.preventDefault();
    window.pasted = {};
    for (const type of ['text/plain', 'text/html'])
        window.pasted[type] = event.clipboardData.getData(type);
});
</script>"""
LAN = "http://ink.lan"


@dataclass
class Desk:
    """What the preview answers beside a kit, and where it is served."""

    folder: Path
    base: str = ""
    posted: dict[str, dict[str, object]] = field(default_factory=dict)
    making: int = 0
    error: str = ""
    heard: list[tuple[str, str]] = field(default_factory=list)
    fields: list[dict[str, list[str]]] = field(default_factory=list)

    def write(self, lang: str, made: tuple[Any, ...] = MADE) -> str:
        """Write a kit and return its address."""
        of = post(lang)
        place = self.folder / of.id
        place.mkdir(parents=True, exist_ok=True)
        (place / "index.html").write_text(kit_page(of, shown(), made), "utf-8")
        for each in MADE:
            Image.new("P", (each.width, each.height)).save(place / each.file)
        return f"{self.base}/_snippets/{of.id}/"


def handler(desk: Desk) -> type[http.server.BaseHTTPRequestHandler]:
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path).split("?")[0]
            desk.heard.append(("GET", path))
            if path.startswith("/_snippets/_posted/"):
                return self.say({"posted": desk.posted})
            if path.startswith("/_snippets/_made/"):
                desk.making -= 1
                ready = desk.making < 0 and not desk.error
                made = [asdict(each) for each in MADE] if ready else []
                values = {"making": desk.making >= 0, "error": desk.error, "pictures": made}
                return self.say(values)
            if path == "/a.png":
                return self.give(
                    (desk.folder / "first-letter/cover-1x1.png").read_bytes(), "image/png"
                )
            if path == "/editor":
                return self.give(PASTE.encode(), "text/html")
            place = desk.folder / path.removeprefix("/_snippets/")
            place = place / "index.html" if place.is_dir() else place
            if not place.is_file():
                return self.say({"error": "not there"}, 404)
            kind = "text/html; charset=utf-8" if place.suffix == ".html" else "image/png"
            return self.give(place.read_bytes(), kind)

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            desk.heard.append(("POST", unquote(self.path)))
            desk.fields.append(sent)
            (name,), url = sent["platform"], sent.get("url", [""])[0]
            if sent.get("remove") == ["1"]:
                desk.posted.pop(name, None)
            elif not url.startswith("https://x.example/"):
                return self.say({"error": f'"{url}" is no address there'}, 400)
            else:
                desk.posted[name] = {"url": url, "date": "2026-11-22", "old": False}
            return self.say({"posted": desk.posted})

        def say(self, values: object, status: int = 200) -> None:
            self.give(json.dumps(values).encode(), "application/json", status)

        def give(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if kind.startswith("text/html; "):
                self.send_header("Content-Security-Policy", _POLICY)  # the preview's own
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Answers


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(desk)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        desk.base = f"http://127.0.0.1:{server.server_address[1]}"
        yield desk
        server.shutdown()
        thread.join()


@pytest.fixture
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.base)
    context.set_default_timeout(10_000)
    outside: list[str] = []

    def stay(route: Route) -> None:
        if route.request.url.startswith((desk.base, "file:", "data:")):
            return route.continue_()
        outside.append(route.request.url)
        return route.abort()

    context.route("**/*", stay)
    yield context
    context.close()
    assert outside == []


def panel(page: Page, name: str) -> Locator:
    return page.locator(f"#{name}")


def test_a_press_puts_rich_and_plain_text_on_the_clipboard(
    context: BrowserContext, desk: Desk
) -> None:
    page = context.new_page()
    page.goto(desk.write("en") + "#wechat")
    panel(page, "wechat").get_by_role("button", name="Copy rich text").click()
    expect(page.locator("#kit-said")).to_have_text("Copied")
    copied = page.evaluate(READ)
    assert copied["text/plain"] == "First strong words"
    assert copied["text/html"] == RICH
    # The preview shows the picture of this machine; what is copied has the site's.
    assert ("GET", "/a.png") in desk.heard
    expect(page.locator("#wechat .doc img")).to_have_js_property("naturalWidth", 8)
    panel(page, "wechat").get_by_role("button", name="Copy plain text").click()
    expect(page.locator("button.said")).to_have_count(2)
    assert page.evaluate(READ) == {"text/plain": "First strong words"}
    page.locator("#tab-linkedin").click()
    panel(page, "linkedin").get_by_role("button", name="Copy text").click()
    expect(page.locator("#linkedin .copied")).to_be_visible()
    assert page.evaluate(READ) == {"text/plain": LONG}


@pytest.mark.parametrize("way", ["a phone over http", "a file"])
def test_without_the_newer_clipboard_the_very_same_is_copied(
    context: BrowserContext, desk: Desk, way: str
) -> None:
    address = desk.write("en")
    page = context.new_page()
    if way == "a file":
        address = (desk.folder / "first-letter/index.html").as_uri()
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    else:
        text = (desk.folder / "first-letter/index.html").read_text("utf-8")
        page.route(f"{LAN}/**", lambda route: route.fulfill(body=text, content_type="text/html"))
        address = f"{LAN}/first-letter/"
    page.goto(address + "#newsletter")
    assert page.evaluate("navigator.clipboard") is None
    focused = panel(page, "newsletter").get_by_role("button", name="Copy rich text")
    focused.press("Enter")
    expect(page.locator("#kit-said")).to_have_text("Copied")
    expect(focused).to_be_focused()
    page.locator("#tab-wechat").click()
    editor = context.new_page()
    editor.goto(f"{desk.base}/editor")
    assert paste(editor) == {"text/plain": "\nHello and welcome", "text/html": MAIL}
    page.bring_to_front()
    panel(page, "wechat").get_by_role("button", name="Copy rich text").click()
    expect(page.locator("#wechat .copied")).to_be_visible()
    assert paste(editor) == {"text/plain": "First strong words", "text/html": RICH}
    expect(page.locator("#wechat .recording")).to_be_visible()
    expect(page.locator("#kit-all")).to_be_hidden()


def paste(editor: Page) -> dict[str, str]:
    editor.bring_to_front()
    editor.locator("#here").focus()
    editor.keyboard.press("Control+v")
    found: dict[str, str] = editor.evaluate("window.pasted")
    return found


@pytest.mark.parametrize(("lang", "said"), [("zh-Hans", "已复制"), ("en", "Copied")])
def test_everything_is_done_by_keyboard(
    context: BrowserContext, desk: Desk, lang: str, said: str
) -> None:
    page = context.new_page()
    page.goto(desk.write(lang))
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(7)
    tabs.first.focus()
    page.keyboard.press("End")
    expect(tabs.last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(tabs.nth(1)).to_be_focused()
    expect(panel(page, "wechat")).to_be_hidden()
    assert page.url.endswith("#x")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.copy") == "plain"
    page.keyboard.press("Enter")
    expect(page.locator("#kit-said")).to_have_text(said)
    copied = page.evaluate(READ)
    assert copied == {"text/plain": "Short. https://ink.example/go/a/ #ink"}
    page.keyboard.press("Tab")
    for number, part in enumerate(PARTS):
        assert str(number + 1) in str(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Space")
        expect(page.locator("#x .copied")).to_have_count(2 + number)
        assert page.evaluate(READ) == {"text/plain": part}
    page.reload()
    expect(panel(page, "x")).to_be_visible()
    expect(tabs.first).to_have_attribute("tabindex", "-1")


def test_what_is_hidden_at_the_fold_comes_with_a_click(context: BrowserContext, desk: Desk) -> None:
    page = context.new_page()
    page.goto(desk.write("en") + "#linkedin")
    rest = page.locator("#linkedin .rest")
    expect(rest).to_be_hidden()
    page.locator("#linkedin .more").press("Enter")
    expect(rest).to_be_visible()


def test_pictures_come_as_they_are_made_and_are_downloaded_together(
    context: BrowserContext, desk: Desk
) -> None:
    desk.making = 1
    page = context.new_page()
    page.goto(desk.write("zh-Hans", ()) + "#xiaohongshu")
    own = page.locator("#xiaohongshu .pictures img")
    expect(own).to_have_count(1)
    expect(own).to_have_attribute("alt", "Page 1")
    expect(page.locator("#wechat .pictures img")).to_have_count(1)
    page.get_by_role("tab").last.click()
    expect(page.locator("#kit-pictures img")).to_have_count(3)
    assert page.evaluate(
        """async () => { const all = [...document.querySelectorAll('#kit-pictures img')];
        for (const image of all) { image.loading = 'eager'; await image.decode(); }
        return all.map((each) => each.naturalWidth); }"""
    ) == [each.width for each in MADE]
    got: list[str] = []
    page.on("download", lambda download: got.append(download.suggested_filename))
    page.locator("#kit-pictures > .do button").click()
    page.wait_for_timeout(1300)
    assert got == [each.file for each in MADE]
    page.locator("#kit-pictures [data-alt]").first.click()
    expect(page.locator("#kit-pictures .said")).to_be_visible()
    assert page.evaluate(READ) == {"text/plain": MADE[0].alt}


def test_why_there_are_no_pictures_is_said(context: BrowserContext, desk: Desk) -> None:
    desk.error = "no font with Chinese characters was found"
    page = context.new_page()
    page.goto(desk.write("en", ()) + "#kit-pictures")
    expect(page.locator("#kit-state")).to_have_text(desk.error)
    expect(page.locator("#kit-making")).to_be_visible()


def test_where_it_was_posted_is_written_down_and_taken_back(
    context: BrowserContext, desk: Desk
) -> None:
    old = {"url": "https://x.example/0", "date": "2026-10-01", "old": True}
    desk.posted["wechat"] = old
    page = context.new_page()
    page.goto(desk.write("en") + "#x")
    expect(page.locator("#tab-wechat .old")).to_contain_text("the post changed since")
    form = page.locator("#x form")
    expect(page.locator("#x .recording")).to_be_hidden()
    form.get_by_label("Address of the post there").fill("https://elsewhere.example/1")
    form.get_by_role("button", name="Mark as posted").press("Enter")
    expect(form.locator(".error")).to_have_text('"https://elsewhere.example/1" is no address there')
    form.locator("input").fill("https://x.example/1")
    form.locator("input").press("Enter")
    expect(page.locator("#x .state a")).to_have_text("Posted 2026-11-22")
    expect(page.locator("#x .state")).to_be_visible()
    expect(page.get_by_role("tab", name="X posted")).to_be_visible()
    form.get_by_role("button", name="Not posted after all").click()
    expect(page.locator("#x .state")).to_be_hidden()
    assert desk.fields[-1] == {"platform": ["x"], "remove": ["1"]}
    assert {path for method, path in desk.heard if method == "POST"} == {
        "/_snippets/_posted/first-letter"
    }
    assert desk.posted == {"wechat": old}


def test_without_javascript_all_stands_below_each_other(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.write("en") + "#devto")
    for platform, _ in shown():
        expect(page.locator(f"#{platform.id} h2")).to_be_visible()
    expect(page.locator("#linkedin .rest")).to_be_visible()
    expect(page.locator("noscript p")).to_be_visible()
    context.close()


def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    context: BrowserContext, desk: Desk
) -> None:
    if not AXE.is_file():
        missing("axe is not there (npm ci)")
    desk.posted["x"] = {"url": "https://x.example/0", "date": "2026-10-01", "old": True}
    page = context.new_page()
    page.goto(desk.write("en"))
    expect(page.locator("#x .state")).to_have_count(1)
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for at, name in enumerate([platform.id for platform, _ in shown()] + ["kit-pictures"]):
        page.locator(f"#tab-{name}").click()
        for width, scheme in ((1280, "light"), (375, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            looked = at < 2 or at % 2 == (width == 375)  # each in one light, the first in both
            found += [
                (name, width, scheme, each["id"], node["html"][:160])
                for each in (page.evaluate(RUN)["violations"] if looked else ())
                for node in each["nodes"]
            ]
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (name, width)
    assert found == []
