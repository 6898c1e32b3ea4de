"""Strangers become readers in a real browser: form, mail, button, file, and out again.

The preview of the demo with its sandbox and mailbox, nothing else; no request leaves the machine.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from publish.contract.manifest import Magnet, Post
from publish.paywall import codes, collecting, people, subscribing, tallying
from publish.paywall.mailers.outbox import Letter
from tests.browser.walking import Keyboard, Mouse, Town, Visitor

pytestmark = pytest.mark.browser

_LINK = r"https?://\S+/api/confirm\?\S+"
_DELIVERY = r"https?://\S+/api/get\?\S+"
# The whole way has no script at all: both languages, by keyboard, and with JavaScript switched off.
WAYS = [
    pytest.param("en", Keyboard(), True, id="english-by-keyboard"),
    pytest.param("zh-Hans", Mouse(), False, id="chinese-no-javascript"),
]
LOOKING = 5
"""Seconds that somebody looks at a page before they press a button; no test waits them."""


def magnet_of(town: Town, way: str) -> tuple[str, Magnet]:
    """Return a lead magnet of the demo that is given in one way."""
    return next((key, each) for key, each in town.manifest.magnets.items() if each.way == way)


def post_with(town: Town, magnet: str, lang: str) -> tuple[str, Post]:
    """Return a post of the demo with the form of a lead magnet in it."""
    for key, post in town.manifest.posts.items():
        page = town.generation / "public" / unquote(post.url).strip("/") / "index.html"
        if post.lang == lang and page.is_file():
            text = page.read_text("utf-8")
            if 'action="/api/opt-in' in text and f'name="magnet" value="{magnet}"' in text:
                return key, post
    raise AssertionError(f"no post in {lang} shows {magnet}")


class Stranger(Visitor):
    """Somebody who comes for the first time."""

    def ask(self, magnet: str, mail: str) -> None:
        """Ask with the form on this page, and look at the address once more."""
        form = f"form:has(input[name=magnet][value='{magnet}'])"
        self.hand.write(self.page.locator(f"{form} input[name=mail]"), mail)
        self.press(f"{form} button")
        expect(self.page.locator("main input[name=mail]")).to_have_value(mail)
        self.town.move(LOOKING)
        self.press("main form.ask button")
        self.page.wait_for_url("**/api/opt-in/sent*")

    def follow(self, link: str) -> None:
        """Open the link of a mail."""
        self.page.goto(self.town.base + link.removeprefix(self.town.base))

    def take(self) -> bytes:
        """Take the first file of the page that hands it out."""
        with self.page.expect_download() as taken:
            self.press("main form[action^='/api/get'] button")
        return Path(taken.value.path()).read_bytes()


def links(letter: Letter) -> list[str]:
    """Return every address in a mail."""
    found = re.findall(r"https?://[^\s<>\"']+", letter.text + " " + letter.html)
    headers = [
        link for name, value in letter.headers for link in re.findall(r"<(http[^>]+)>", value)
    ]
    return [unquote(each).replace("&amp;", "&") for each in dict.fromkeys([*found, *headers])]


def scan(browser: Browser, town: Town, letter: Letter) -> None:
    """Open every link of a mail as a scanner does, JavaScript and all; nothing may change."""
    with town.store() as store:
        before = [asdict(each) for each in sorted(store.everything(), key=str)]
    context = browser.new_context()
    for link in links(letter):
        if link.startswith(town.base):
            page = context.new_page()
            page.goto(link)
            page.wait_for_load_state("networkidle")
            page.close()
    context.close()
    with town.store() as store:
        assert [asdict(each) for each in sorted(store.everything(), key=str)] == before


def delivered(town: Town, magnet: Magnet, lang: str) -> bytes:
    """Return the file that a lead magnet promises."""
    (file, *_) = magnet.text(lang).files
    return (town.generation / file.path).read_bytes()


def standing(town: Town, mail: str) -> subscribing.Standing | None:
    with town.store() as store:
        person = people.find_by_mail(store, mail)
        return subscribing.find(store, person.id) if person else None


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_a_stranger_gets_the_file_reads_on_and_leaves(
    town: Town, enter: Any, browser: Browser, lang: str, hand: Any, script: bool
) -> None:
    mail = "stranger@example.com"
    key, magnet = magnet_of(town, "mail")
    post_key, post = post_with(town, key, lang)
    reader = enter(lang, hand, script, Stranger)
    reader.goto(f"{post.url}?utm_source=wechat&utm_campaign=autumn")
    reader.ask(key, mail)
    asked, link = town.mail(mail, _LINK)
    scan(browser, town, asked)
    assert standing(town, mail) is None

    reader.follow(link)
    reader.press("main form[action^='/api/confirm'] button")
    reader.page.wait_for_url("**/api/get?*")
    assert reader.take() == delivered(town, magnet, lang)
    known = standing(town, mail)
    assert known
    assert known.on
    assert known.consent.words == magnet.text(lang).consent
    assert known.consent.post == post_key
    assert known.consent.campaign == {"utm_source": "wechat", "utm_campaign": "autumn"}

    letter, again = town.mail(mail, _DELIVERY)
    scan(browser, town, letter)
    friend = enter(lang, hand, script, Stranger)
    friend.follow(again)
    assert friend.take() == delivered(town, magnet, lang)
    friend.goto(f"/api/account?lang={lang}")
    expect(friend.page.locator("form[action^='/api/account/delete']")).to_have_count(0)

    town.move(8 * 24 * 3600)
    friend.follow(again)
    friend.press("main form[action^='/api/get/again'] button")
    friend.page.wait_for_url("**/api/get/again*")
    later = town.mail(mail, _DELIVERY, but=again)[1]
    friend.follow(later)
    assert friend.take() == delivered(town, magnet, lang)

    unsubscribe = dict(letter.headers)["List-Unsubscribe"].strip("<>")
    assert dict(letter.headers)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = browser.new_context().request.post(unsubscribe, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    gone = standing(town, mail)
    assert gone
    assert not gone.on

    reader.goto(f"/api/account?lang={lang}")
    reader.press("form[action^='/api/account/delete'] button")
    reader.press("main form:has(input[name=sure]) button")
    expect(reader.page.locator("main form")).to_have_count(0)
    assert standing(town, mail) is None
    with town.store() as store:
        # The last mail tells them of it; until it is sent its job knows where to.
        town.soon(lambda: not [each for each in store.everything() if mail in str(each.value)])
        counted = {each.what: each.count for each in tallying.tallies(store, key)}
    assert counted == {"asked": 1, "confirmed": 1, "fetched": 1}


@pytest.mark.parametrize(("lang", "hand", "script"), WAYS)
def test_who_writes_to_the_creator_elsewhere_opens_the_file_with_the_code_of_the_answer(
    town: Town, enter: Any, lang: str, hand: Any, script: bool
) -> None:
    key, magnet = magnet_of(town, "contact")
    with town.store() as store:
        _, (code,) = codes.make(store, town.clock(), magnet=key, count=1, uses=500)
    text = magnet.text(lang)
    reader = enter(lang, hand, script, Stranger)
    reader.goto(text.url)
    expect(reader.page.locator("main img").first).to_be_visible()
    reader.hand.write(
        reader.page.locator("form[action^='/api/get/code'] input[name=code]"), "wrong"
    )
    reader.press("form[action^='/api/get/code'] button")
    expect(reader.page.locator("[role=alert]")).to_be_visible()
    reader.hand.write(reader.page.locator("main input[name=code]"), code.lower())
    reader.press("main form.ask button")
    reader.page.wait_for_url("**/api/get?*")
    assert reader.take() == delivered(town, magnet, lang)
    with town.store() as store:
        assert not list(store.query("people"))
        assert collecting.find(store, "", key) is None


def test_confirming_opens_what_is_for_subscribers(town: Town, enter: Any) -> None:
    key, _ = magnet_of(town, "mail")
    _, post = post_with(town, key, "zh-Hans")
    subject, gated = next(
        (name, each)
        for name, each in town.manifest.posts.items()
        if each.premium and "subscribers" in each.access
    )
    reader = enter("zh-Hans", Mouse(), True, Stranger)
    reader.goto(gated.url)
    expect(reader.page.locator(".paywall")).to_be_visible()
    reader.goto(post.url)
    reader.ask(key, "new@example.com")
    reader.follow(town.mail("new@example.com", _LINK)[1])
    reader.press("main form[action^='/api/confirm'] button")
    reader.page.wait_for_url("**/api/get?*")
    reader.goto(gated.url)
    expect(reader.page.locator("#ink-premium")).to_be_visible()
    assert reader.page.request.get(f"{town.base}/api/read/{subject}").status == 200
    assert urlsplit(reader.page.url).path == gated.url
